import math
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.clip import Samples
from distill.audio.files import blocks, probe, read
from distill.errors import BadSetting, BadSound

RATES = [8_000, 22_050, 44_100, 48_000, 96_000]
FORMATS = {"wav": "PCM_24", "aiff": "PCM_16", "flac": "PCM_24", "ogg": "VORBIS", "mp3": "MPEG_LAYER_III"}


def tone(hz: float, seconds: float, rate: int) -> Samples:
    return np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate).astype(np.float32) * np.float32(
        0.5
    )


def loudest_hz(samples: Samples) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), 8 * len(samples)))
    return float(spectrum.argmax()) * 48_000 / (8 * len(samples))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("suffix", FORMATS)
def test_a_tone_keeps_its_frequency_level_and_sides(tmp_path: Path, suffix: str, rate: int) -> None:
    if (suffix, rate) == ("mp3", 96_000):
        pytest.skip("MP3 ends at 48 kHz")
    path = tmp_path / f"tone.{suffix}"
    sound = np.stack([tone(440, 0.7, rate), tone(1_000, 0.7, rate)])
    soundfile.write(path, sound.T, rate, subtype=FORMATS[suffix])
    info = probe(path)
    assert (info.sample_rate, info.num_channels, info.subtype) == (rate, 2, FORMATS[suffix])
    clip = read(path)
    assert (clip.sample_rate, clip.num_channels) == (48_000, 2)
    assert clip.num_samples == math.floor(info.num_samples * 48_000 / rate + 0.5)
    assert clip.seconds == pytest.approx(0.7, abs=0.1 if suffix == "mp3" else 1e-4)
    middle = clip.samples[:, 9_600:24_000]
    assert loudest_hz(middle[0]) == pytest.approx(440, abs=1)
    assert loudest_hz(middle[1]) == pytest.approx(1_000, abs=1)
    np.testing.assert_allclose(np.sqrt(np.mean(middle**2, axis=1)), 0.5 / np.sqrt(2), rtol=0.03)


def test_resampling_is_clean(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, tone(997, 1, 44_100), 44_100, subtype="FLOAT")
    middle = slice(4_800, 43_200)
    error = read(path).samples[0, middle] - tone(997, 1, 48_000)[middle]
    assert 20 * np.log10(np.abs(error).max()) < -110


@settings(max_examples=40, deadline=None)
@given(rate=st.integers(1_000, 768_000), extra=st.integers(0, 3_000))
def test_the_length_at_48_khz_is_the_rounded_ratio(
    tmp_path_factory: pytest.TempPathFactory, rate: int, extra: int
) -> None:
    num_samples = math.ceil(rate / 10) + extra
    path = tmp_path_factory.mktemp("length") / "a.wav"
    soundfile.write(path, np.zeros(num_samples, np.float32), rate, subtype="PCM_U8")
    lengths = [block.shape[1] for block in blocks(path, block_seconds=0.02)]
    assert sum(lengths) == (2 * num_samples * 48_000 + rate) // (2 * rate)
    assert set(lengths[:-1]) <= {960}
    assert 0 < lengths[-1] <= 960


@pytest.mark.parametrize("block_seconds", [1e-9, 0.0101, 0.5, 100.0])
def test_blocks_put_together_are_the_sound(tmp_path: Path, block_seconds: float) -> None:
    path = tmp_path / "noise.flac"
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (4_000, 2)).astype(np.float32)
    soundfile.write(path, noise, 32_000)
    # A resampler that starts afresh in each block would leave a seam at every joint.
    joined = np.concatenate(list(blocks(path, block_seconds=block_seconds)), axis=1)
    np.testing.assert_array_equal(joined, read(path).samples)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_part_is_the_part_of_the_whole(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"noise.{suffix}"
    noise = np.random.default_rng(2).uniform(-0.5, 0.5, 96_000).astype(np.float32)
    soundfile.write(path, noise, 48_000, subtype=FORMATS[suffix])
    part = read(path, start_seconds=0.5, end_seconds=1.25).samples
    np.testing.assert_allclose(part, read(path).samples[:, 24_000:60_000], rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [(-1, None, "-1 s to 2 s"), (0, 3, "0 s to 3 s"), (1, 1, "1 s to 1 s"), (math.nan, 1, "nan s to 1 s")],
)
def test_a_part_that_is_none_is_refused(tmp_path: Path, start: float, end: float | None, said: str) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(96_000), 48_000)
    with pytest.raises(BadSetting) as caught:
        blocks(path, start_seconds=start, end_seconds=end)
    assert str(caught.value) == (
        f"a.wav has no part from {said}; it lasts 2.00 s: choose a start and a later end within that."
    )


@pytest.mark.parametrize("rate", [8_000, 44_100, 50_000, 192_000, 768_000])
@pytest.mark.parametrize("start", [0.0, 0.199_999_9])
def test_the_shortest_part_of_a_high_rate_holds_a_sample(tmp_path: Path, rate: int, start: float) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.full(rate // 5, 0.1), rate, subtype="FLOAT")
    part = read(path, start_seconds=start, end_seconds=start + 1e-7)
    assert 1 <= part.num_samples <= max(2, 48_000 // rate)


def test_many_channels_become_two(tmp_path: Path) -> None:
    path = tmp_path / "quad.wav"
    soundfile.write(path, np.tile([0.5, -0.25, 0.5, -0.25], (4_800, 1)), 48_000, subtype="FLOAT")
    samples = read(path).samples
    np.testing.assert_allclose(samples, np.tile([[0.5], [-0.25]], 4_800), rtol=1e-6)


def test_a_sound_of_exactly_a_tenth_of_a_second_is_read(tmp_path: Path) -> None:
    path = tmp_path / "short.wav"
    soundfile.write(path, np.ones(2_205) * 0.1, 22_050)
    assert read(path).num_samples == 4_800


def test_floats_above_full_scale_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "hot.wav"
    soundfile.write(path, np.full(4_800, 1.5), 48_000, subtype="FLOAT")
    assert read(path).samples.max() == np.float32(1.5)


def test_a_name_that_is_no_text_can_be_read_and_printed(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9\n.wav"))
    try:
        soundfile.write(os.fsencode(path), np.zeros(100), 48_000)
    except (OSError, soundfile.SoundFileError):
        pytest.skip("this system only has names that are text")
    with pytest.raises(BadSound, match=r"^caf\ufffd \.wav is 0\.002 s long"):
        probe(path)
    soundfile.write(os.fsencode(path), np.zeros(9_600), 48_000)
    assert read(path).num_samples == 9_600


def test_streamed_flac_without_a_length_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "stream.flac"
    noise = np.random.default_rng(3).uniform(-0.5, 0.5, 50_001).astype(np.float32)
    soundfile.write(path, noise, 48_000)
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # STREAMINFO's total number of samples: 36 bits, 0 for unknown
    content[22:26] = bytes(4)
    path.write_bytes(content)
    assert probe(path).num_samples == 50_001
    np.testing.assert_allclose(read(path).samples[0], noise, atol=2**-15)
