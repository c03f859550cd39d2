from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.signals import clicks, mixture, noise, tone

from distill import render
from distill.audio.clip import Clip, Samples
from distill.audio.level import SoundLevel, reference_gain_db
from distill.codec.model import Codec
from distill.codes.grid import Codes
from distill.config import CodecConfig
from distill.errors import BadCodes, BadSetting, BadSound, Cancelled, ForeignCodes
from distill.progress import Cancel, Progress
from distill.render import decoding, encoding

STEP = 1024
SHARED = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def clip(samples: Samples) -> Clip:
    return Clip(samples)


def decibels(error: Samples, against: Samples) -> float:
    """Peak of an error under the peak of a sound."""
    return float(20 * np.log10(np.abs(error).max() / np.abs(against).max() + 1e-12))


def cut(samples: Samples, lengths: list[int]) -> Iterator[Samples]:
    yield from np.split(samples, np.cumsum(lengths), axis=1)


@pytest.fixture(params=[1, 2, 7])
def small_chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    for module in (encoding, decoding):
        monkeypatch.setattr(module, "CHUNK_STEPS", request.param)
    return int(request.param)


@pytest.mark.parametrize("num_samples", [23 * STEP, 23 * STEP + 1, 22 * STEP - 1, 7 * STEP, 14 * STEP])
def test_encoding_in_chunks_is_encoding_the_whole(
    tiny_codec: Codec, num_samples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = clip(mixture(num_samples))
    whole = render.encode(tiny_codec, sound)
    for chunk in (1, 2, 7):
        for module in (encoding, decoding):
            monkeypatch.setattr(module, "CHUNK_STEPS", chunk)
        assert np.array_equal(render.encode(tiny_codec, sound).grid, whole.grid)


@SHARED
@given(st.lists(st.integers(0, 9000), max_size=6), st.integers(1, 5), st.integers(1, 12_000))
def test_codes_do_not_depend_on_the_blocks_a_sound_comes_in(
    tiny_codec: Codec, lengths: list[int], chunk: int, rest: int
) -> None:
    samples = mixture(sum(lengths) + rest)
    with pytest.MonkeyPatch.context() as patch:
        for module in (encoding, decoding):
            patch.setattr(module, "CHUNK_STEPS", chunk)
        whole = render.encode_rows(tiny_codec, [samples], num_samples=samples.shape[1], gain_db=0.0)
        pieces = render.encode_rows(
            tiny_codec, cut(samples, lengths), num_samples=samples.shape[1], gain_db=0.0
        )
    assert pieces == whole


@SHARED
@given(
    lengths=st.lists(st.integers(0, 40), min_size=1, max_size=12),
    chunk=st.integers(1, 30),
    reach=st.integers(0, 40),
)
def test_windows_cover_a_stream_once_with_all_there_is_around(
    lengths: list[int], chunk: int, reach: int
) -> None:
    total = sum(lengths)
    stream = np.arange(total, dtype=np.float32)[None]
    kept: list[float] = []
    for samples, before, length in encoding._windows(cut(stream, lengths), chunk=chunk, reach=reach):
        start = len(kept)
        first, last = max(0, start - reach), min(total, start + length + reach)
        assert before == start - first
        assert samples[0].tolist() == list(range(first, last))
        kept += samples[0, before : before + length].tolist()
        assert length == chunk or len(kept) == total
    assert kept == list(range(total))


def test_decoding_in_chunks_is_decoding_the_whole(tiny_codec: Codec, small_chunks: int) -> None:
    codes = render.encode(tiny_codec, clip(mixture(20 * STEP + 100)))
    with pytest.MonkeyPatch.context() as patch:
        for module in (encoding, decoding):
            patch.setattr(module, "CHUNK_STEPS", 1000)
        whole = render.decode(tiny_codec, codes).samples
    parts = render.decode(tiny_codec, codes).samples
    assert parts.shape == whole.shape
    assert decibels(parts - whole, whole) < -100


@pytest.mark.parametrize("refine", [0, 3])
@pytest.mark.parametrize(("start", "stop"), [(0, 1), (0, 20), (3, 4), (7, 15), (18, 20), (19, 20)])
def test_a_decoded_part_is_the_part_of_the_whole(
    tiny_codec: Codec, start: int, stop: int, refine: int
) -> None:
    codes = render.encode(tiny_codec, clip(mixture(20 * STEP - 300)))
    whole = render.decode(tiny_codec, codes, refine=refine).samples
    part = render.decode_part(tiny_codec, codes, start, stop, refine=refine)
    wanted = whole[:, start * STEP : stop * STEP]
    assert part.shape == wanted.shape
    assert decibels(part - wanted, whole) < -60


def test_every_length_comes_back_exactly(tiny_codec: Codec) -> None:
    for num_samples in [1, 2, *range(100, 3 * STEP, 211), STEP - 1, STEP, STEP + 1, 2 * STEP, 3 * STEP]:
        codes = render.encode(tiny_codec, clip(noise(num_samples)))
        assert codes.num_steps == -(-num_samples // STEP)
        assert render.decode(tiny_codec, codes).samples.shape == (1, num_samples)


def test_a_stereo_sound_stays_stereo_and_its_mono_sum_is_its_mid(tiny_codec: Codec) -> None:
    codes = render.encode(tiny_codec, clip(mixture(9 * STEP + 7, channels=2)))
    assert codes.num_channels == 2
    decoded = render.decode(tiny_codec, codes).samples
    mid = render.decode_rows(tiny_codec, codes, 0, codes.num_steps)[0]
    alone = render.decode(tiny_codec, codes.with_grid(codes.grid[:1])).samples[0]
    np.testing.assert_allclose(decoded.mean(axis=0), mid, atol=1e-6)
    np.testing.assert_allclose(mid, alone, atol=1e-5)
    assert not np.allclose(decoded[0], decoded[1])


def test_the_side_is_encoded_as_a_sound_of_its_own(tiny_codec: Codec) -> None:
    stereo = mixture(6 * STEP, channels=2)
    codes = render.encode(tiny_codec, clip(stereo))
    meter = SoundLevel()
    meter.add(stereo)
    side: Samples = np.float32(0.5) * (stereo[:1] - stereo[1:])
    gain_db = reference_gain_db(meter.rms_db)  # one for both rows, which keep their balance
    alone = render.encode_rows(tiny_codec, [side], num_samples=6 * STEP, gain_db=gain_db)
    assert np.array_equal(codes.grid[1], alone.grid[0])


def test_channels_that_are_turned_against_each_other_are_encoded_at_the_level_of_their_side(
    tiny_codec: Codec,
) -> None:
    left = noise(12 * STEP, rms=0.1)
    turned = render.encode(tiny_codec, clip(np.concatenate([left, -left])))
    mono = render.encode(tiny_codec, clip(left))
    assert np.array_equal(turned.grid[1], mono.grid[0])  # at the codec's level, as it was trained on
    assert turned.gain_db == pytest.approx(mono.gain_db, abs=1e-4)


@pytest.mark.parametrize("turned", [0.5, 0.7, 0.9, 0.97, 1.0])
def test_channels_that_are_turned_against_each_other_keep_their_level(
    tiny_codec: Codec, turned: float
) -> None:
    left = noise(12 * STEP, rms=0.1)
    tiny_codec.head.ceiling.fill_(-1.0)  # low: no row gets louder, whatever it is encoded from
    sound = clip(np.concatenate([left, np.float32(-turned) * left]))
    decoded = render.decode(tiny_codec, render.encode(tiny_codec, sound)).samples
    wanted, found = (float(np.std(samples[0] - samples[1])) for samples in (sound.samples, decoded))
    assert abs(20 * math.log10(found / wanted)) < 0.5


def test_a_sound_on_one_side_alone_has_the_level_of_its_mid(tiny_codec: Codec) -> None:
    left = noise(12 * STEP, rms=0.1)
    alone = render.encode(tiny_codec, clip(np.concatenate([left, np.zeros_like(left)])))
    mid = render.encode(tiny_codec, clip(np.float32(0.5) * left))
    assert alone.gain_db == mid.gain_db


@pytest.mark.parametrize("change_db", [-30.0, -6.0, 12.0])
def test_quiet_and_loud_sounds_have_the_same_codes_and_keep_their_levels(
    tiny_codec: Codec, change_db: float
) -> None:
    samples = noise(12 * STEP, rms=0.05)
    factor = np.float32(10 ** (change_db / 20))
    here, there = (render.encode(tiny_codec, clip(one)) for one in (samples, factor * samples))
    assert np.mean(here.grid == there.grid) > 0.99  # rounding may tip a vector that lies between two entries
    assert there.gain_db - here.gain_db == pytest.approx(change_db, abs=1e-3)
    louder = render.decode(tiny_codec, there.with_grid(here.grid)).samples
    np.testing.assert_allclose(louder, factor * render.decode(tiny_codec, here).samples, rtol=1e-3, atol=1e-7)


def test_a_codec_that_answers_too_quietly_or_too_loudly_is_made_up_for(tiny_codec: Codec) -> None:
    samples, found = noise(12 * STEP), []
    tiny_codec.head.ceiling.fill_(20.0)
    for raised_db in (16.0, 24.0):  # 12 dB under and over what it was given
        with torch.no_grad():  # the head gives natural logs, in units of two
            tiny_codec.head.magnitude.bias.add_(raised_db / 20 * math.log(10) / 2)
        found.append(render.decode(tiny_codec, render.encode(tiny_codec, clip(samples))).samples)
        level_db = 20 * math.log10(float(np.sqrt(np.mean(found[-1] ** 2) / np.mean(samples**2))))
        assert abs(level_db) < 0.5  # the bands' own level is matched, not their power
    np.testing.assert_allclose(found[0], found[1], atol=1e-3)


SOUNDS: dict[str, Samples] = {
    "silence": np.zeros((1, 5000), np.float32),
    "one sample": np.ones((1, 1), np.float32),
    "clicks": clicks(30_000),
    "dc": np.full((1, 20_000), 0.9, np.float32),
    "very quiet": tone(20_000, peak=1e-6),
    "far over full scale": tone(20_000, peak=90.0),
    "square": np.sign(tone(20_000, hz=100)),
    "silent mid": np.concatenate([noise(9000), -noise(9000)]),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_no_sound_makes_anything_but_numbers(tiny_codec: Codec, name: str) -> None:
    decoded = render.decode(tiny_codec, render.encode(tiny_codec, clip(SOUNDS[name]))).samples
    assert decoded.shape == SOUNDS[name].shape
    assert np.isfinite(decoded).all()


def test_codes_tell_where_they_come_from(tiny_codec: Codec) -> None:
    codes = render.encode(tiny_codec, clip(noise(3000)), model="bells", source="a.wav")
    assert (codes.model, codes.source, codes.fingerprint) == ("bells", "a.wav", tiny_codec.fingerprint())
    assert (codes.codebook_size, codes.step_length, codes.num_samples) == (16, STEP, 3000)


def test_the_first_levels_alone_decode_as_up_to_that_level(tiny_codec: Codec) -> None:
    codes = render.encode(tiny_codec, clip(mixture(6 * STEP)))
    for level in (1, 2, 3):
        wanted = render.decode(tiny_codec, codes, up_to_level=level).samples
        assert np.array_equal(render.decode(tiny_codec, codes.up_to_level(level)).samples, wanted)


def test_codes_of_another_codec_are_refused(
    tiny_codec: Codec, make_codec: Callable[..., Codec], tiny_config: CodecConfig
) -> None:
    other = make_codec(tiny_config, seed=8)
    codes = render.encode(other, clip(noise(3000)), model="bells")
    with pytest.raises(ForeignCodes) as caught:
        render.decode(tiny_codec, codes)
    assert str(caught.value) == (
        f"these codes were made by the model 'bells' (fingerprint {other.fingerprint()[:8]}), this is "
        f"'another codec' ({tiny_codec.fingerprint()[:8]}); use the model that made them, or encode the sound again."
    )


@pytest.mark.parametrize("level", [0, 4, -1])
def test_a_level_that_is_not_there_is_refused(tiny_codec: Codec, level: int) -> None:
    codes = render.encode(tiny_codec, clip(noise(3000)))
    with pytest.raises(BadSetting) as caught:
        render.decode(tiny_codec, codes, up_to_level=level)
    assert str(caught.value) == (
        f"level {level} was asked for, and these codes have levels 1 to 3; choose one of these."
    )


@pytest.mark.parametrize(("start", "stop"), [(-1, 2), (2, 2), (3, 1), (0, 4)])
def test_a_region_that_is_not_there_is_refused(tiny_codec: Codec, start: int, stop: int) -> None:
    codes = render.encode(tiny_codec, clip(noise(3000)))
    with pytest.raises(BadSetting) as caught:
        render.decode_part(tiny_codec, codes, start, stop)
    assert str(caught.value) == (
        f"steps {start} to {stop} are no region of this sound; choose a start before the end, within 0 to 3."
    )


@pytest.mark.parametrize("forged", [{"levels": 8}, {"codebook_size": 64}])
def test_codes_that_only_claim_this_codec_are_refused(tiny_codec: Codec, forged: dict[str, int]) -> None:
    levels, size = forged.get("levels", 3), forged.get("codebook_size", 16)
    codes = Codes(
        np.full((1, levels, 2), size - 1),
        codebook_size=size,
        fingerprint=tiny_codec.fingerprint(),
        model="x",
        num_samples=2 * STEP,
    )
    with pytest.raises(BadCodes) as caught:
        render.decode(tiny_codec, codes)
    assert str(caught.value) == (
        f"these codes name this codec and have {levels} levels of {size} entries in steps of 1024 samples, "
        "while it has 3 of 16 in steps of 1024; encode the sound again."
    )


@pytest.mark.parametrize("blocks", [[], [np.zeros((1, 0), np.float32)]])
def test_a_sound_without_samples_is_refused(tiny_codec: Codec, blocks: list[Samples]) -> None:
    with pytest.raises(BadSound) as caught:
        render.encode_rows(tiny_codec, blocks, num_samples=0, gain_db=0.0, source="a.wav")
    assert str(caught.value) == "a.wav holds no samples; choose a sound of 0.1 s or more."


def test_both_ways_tell_how_far_they_are(tiny_codec: Codec, small_chunks: int) -> None:
    events: list[Progress] = []
    samples = noise(15 * STEP - 5)
    codes = render.encode_rows(
        tiny_codec, [samples], num_samples=samples.shape[1], gain_db=0.0, report=events.append
    )
    marks = [min(15, done) for done in range(small_chunks, 15 + small_chunks, small_chunks)]
    assert [(event.task, event.done, event.total) for event in events] == [
        ("encode", done, 15) for done in marks
    ]
    events.clear()
    render.decode(tiny_codec, codes, report=events.append)
    assert [(event.task, event.done, event.total) for event in events] == [
        ("decode", done, 15) for done in marks
    ]


def test_both_ways_stop_when_asked_to(tiny_codec: Codec, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (encoding, decoding):
        monkeypatch.setattr(module, "CHUNK_STEPS", 2)
    codes = render.encode(tiny_codec, clip(noise(8 * STEP)))
    cancel, events = Cancel(), list[Progress]()

    def stop_after_two(event: Progress) -> None:
        events.append(event)
        if len(events) % 2 == 0:
            cancel.request()

    with pytest.raises(Cancelled):
        render.decode(tiny_codec, codes, report=stop_after_two, cancel=cancel)
    assert len(events) == 2
    with pytest.raises(Cancelled):
        render.encode_rows(tiny_codec, [noise(8 * STEP)], num_samples=8 * STEP, gain_db=0.0, cancel=cancel)


@pytest.mark.parametrize(
    "num_steps", [1, encoding.LEVEL_STEPS, encoding.LEVEL_STEPS + 1, 3 * encoding.LEVEL_STEPS]
)
def test_the_level_is_compared_where_the_sound_is_loudest(num_steps: int) -> None:
    length = 8
    samples = np.random.default_rng(num_steps).standard_normal(num_steps * length - 3).astype(np.float32)
    ends = range(max(num_steps - encoding.LEVEL_STEPS, 0) + 1)
    energies = [
        float(np.sum(np.square(samples[s * length : (s + encoding.LEVEL_STEPS) * length], dtype=np.float64)))
        for s in ends
    ]
    assert encoding._loudest(samples, length) == int(np.argmax(energies))
