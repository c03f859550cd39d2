from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.signals import clicks, mixture, noise, tone

from distill import render
from distill.audio.clip import Clip, Samples
from distill.audio.spectrum import stft
from distill.codec.losses import magnitude_loss, sound_loss
from distill.codec.model import Codec
from distill.config import CodecConfig
from distill.errors import BadSetting, Cancelled
from distill.progress import Cancel, Progress
from distill.render import encoding
from distill.render.searching import Search

STEP = 1024
SHARED = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SOUNDS: dict[str, Samples] = {
    "a mixture": mixture(12 * STEP, seed=3),
    "a sine": tone(12 * STEP),
    "noise": noise(12 * STEP, rms=0.1),
    "clicks": clicks(12 * STEP),
    "silence": np.zeros((1, 12 * STEP), np.float32),
}


@torch.no_grad()
def distance(codec: Codec, codes: torch.Tensor, audio: torch.Tensor) -> float:
    """What the search makes small, as training does."""
    hidden = codec.decoder(codec.quantizer.decode(codes.transpose(1, 2)))
    spectrum = stft(audio, n_fft=codec.config.n_fft, hop_length=codec.config.hop_length)
    wanted = magnitude_loss(codec.head.log_magnitude(hidden), spectrum)
    return float(sound_loss(codec.sound(hidden), audio) + wanted)


def test_what_is_found_decodes_nearer_than_what_the_encoder_says(tiny_codec: Codec) -> None:
    audio = torch.from_numpy(SOUNDS["a mixture"])
    at_once = distance(tiny_codec, tiny_codec.encode(audio), audio)
    few = distance(tiny_codec, Search(tiny_codec, 3).codes(audio), audio)
    many = distance(tiny_codec, Search(tiny_codec, 20).codes(audio), audio)
    assert many < few < at_once


@pytest.mark.parametrize("name", SOUNDS)
@pytest.mark.parametrize("rounds", [1, 3])
def test_what_is_found_is_never_farther_than_what_the_encoder_says(
    tiny_codec: Codec, name: str, rounds: int
) -> None:
    audio = torch.from_numpy(SOUNDS[name])
    found = Search(tiny_codec, rounds).codes(audio)
    assert distance(tiny_codec, found, audio) <= distance(tiny_codec, tiny_codec.encode(audio), audio) + 1e-5


def test_a_search_is_the_same_each_time_and_leaves_the_codec_as_it_was(tiny_codec: Codec) -> None:
    before = tiny_codec.fingerprint()
    sound = Clip(SOUNDS["a mixture"])
    with torch.inference_mode():
        found = render.encode(tiny_codec, sound, search=4)
    assert render.encode(tiny_codec, sound, search=4) == found
    assert tiny_codec.fingerprint() == before
    assert all(parameter.requires_grad and parameter.grad is None for parameter in tiny_codec.parameters())


def test_decided_codes_stay(tiny_codec: Codec) -> None:
    audio = torch.from_numpy(SOUNDS["a mixture"])
    decided = np.random.default_rng(0).integers(0, 16, (1, 3, 5)).astype(np.int16)
    found = Search(tiny_codec, 3).codes(audio, decided=decided)
    assert found.shape == (1, 3, 12)
    assert np.array_equal(found[:, :, :5].numpy(), decided)


@SHARED
@given(num_samples=st.integers(1, 30 * STEP), rounds=st.integers(0, 2))
def test_any_length_has_as_many_steps_as_without_a_search(
    tiny_codec: Codec, num_samples: int, rounds: int
) -> None:
    sound = Clip(mixture(num_samples))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "SEARCH_STEPS", 8)  # so that a sound is searched in stretches
        found = render.encode(tiny_codec, sound, search=rounds)
    assert found.grid.shape == render.encode(tiny_codec, sound).grid.shape
    assert render.decode(tiny_codec, found).samples.shape == sound.samples.shape


def test_a_sound_searched_in_stretches_is_nearer_as_the_whole_is(
    tiny_codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = mixture(40 * STEP, seed=5)
    audio = torch.from_numpy(samples)

    def encoded(search: int) -> float:
        codes = render.encode_rows(tiny_codec, [samples], num_samples=40 * STEP, gain_db=0.0, search=search)
        return distance(tiny_codec, torch.from_numpy(codes.grid.astype(np.int64)), audio)

    at_once, whole = encoded(0), encoded(10)
    monkeypatch.setattr(encoding, "SEARCH_STEPS", 8)
    stretches = encoded(10)
    assert whole < at_once
    assert at_once - stretches > 0.6 * (at_once - whole)


def test_mid_and_side_are_searched_together(
    tiny_config: CodecConfig, make_codec: Callable[..., Codec]
) -> None:
    codec = make_codec(tiny_config.model_copy(update={"num_pan_bands": 4}))
    wide = Clip(mixture(20 * STEP, seed=2, channels=2))
    found = render.encode(codec, wide, search=6)
    at_once = render.encode(codec, wide)
    assert found.grid.shape == at_once.grid.shape == (2, 3, 20)
    assert all(np.any(found.grid[row] != at_once.grid[row]) for row in (0, 1))


def test_progress_goes_up_to_the_end_and_a_stop_is_obeyed_between_rounds(tiny_codec: Codec) -> None:
    events: list[Progress] = []
    samples = mixture(20 * STEP)
    asked = {"num_samples": 20 * STEP, "gain_db": 0.0, "search": 5}
    render.encode_rows(tiny_codec, [samples], report=events.append, **asked)  # type: ignore[arg-type]
    done = [event.done for event in events]
    assert done == sorted(done)
    assert done[:2] == [4, 8]
    assert (done[-1], events[-1].total) == (20, 20)

    cancel, rounds = Cancel(), 0

    def stop(event: Progress) -> None:
        nonlocal rounds
        rounds += 1
        if rounds == 2:
            cancel.request()

    with pytest.raises(Cancelled):
        render.encode_rows(tiny_codec, [samples], report=stop, cancel=cancel, **asked)  # type: ignore[arg-type]
    assert rounds == 2


@pytest.mark.parametrize("rounds", [-1, 1001])
def test_a_number_of_rounds_that_cannot_be_is_refused(tiny_codec: Codec, rounds: int) -> None:
    with pytest.raises(BadSetting, match=f"a search of {rounds} rounds was asked for, and 0 to 1000"):
        render.encode(tiny_codec, Clip(SOUNDS["clicks"]), search=rounds)
