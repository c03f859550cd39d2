"""The built-in sounds are clean, level, different from each other, and the same again for the same seed."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
import torch

from distill.audio.clip import Clip
from distill.audio.spectrum import mel_filterbank, stft
from distill.demo.collection import DESCRIPTIONS, sounds, write_collection
from distill.errors import NoSpace


@pytest.fixture(scope="module")
def collection() -> dict[str, Clip]:
    return sounds(seed=0)


def _mel_db(clip: Clip) -> npt.NDArray[np.float64]:
    """Mean mel power of the mid, in dB against its own maximum, [M]."""
    mid = torch.from_numpy(clip.samples.mean(axis=0)[: clip.num_samples // 512 * 512])
    power = stft(mid, n_fft=2048, hop_length=512).abs().square().mean(dim=-1)
    mel = (mel_filterbank(64, 2048) @ power).double().numpy()
    return np.asarray(10 * np.log10(np.maximum(mel / mel.max(), 1e-6)))


def test_there_are_twelve_sounds_of_45_seconds_and_four_in_stereo(collection: dict[str, Clip]) -> None:
    assert list(collection) == list(DESCRIPTIONS)
    assert len(collection) == 12
    assert 40 < sum(clip.seconds for clip in collection.values()) < 46
    assert [name for name, clip in collection.items() if clip.num_channels == 2] == [
        "harp",
        "surf",
        "drone",
        "pad",
    ]


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_sound_is_clean(collection: dict[str, Clip], name: str) -> None:
    clip = collection[name]
    samples = clip.samples
    assert clip.sample_rate == 48_000
    assert 1.5 <= clip.seconds <= 6
    assert np.isfinite(samples).all()
    assert -12 < 20 * np.log10(np.abs(samples).max()) < -0.5
    assert (np.abs(samples.mean(axis=1)) < 1e-3).all()
    assert np.abs(samples[:, :48]).max() < 1e-3  # the first and last millisecond
    assert np.abs(samples[:, -48:]).max() < 1e-3


@pytest.mark.parametrize("name", ["harp", "surf", "drone", "pad"])
def test_stereo_sound_has_a_real_side(collection: dict[str, Clip], name: str) -> None:
    left, right = collection[name].samples
    assert (left - right).std() > 0.2 * (left + right).std()


def test_every_two_sounds_have_different_spectra(collection: dict[str, Clip]) -> None:
    spectra = {name: _mel_db(clip) for name, clip in collection.items()}
    for one, other in combinations(spectra, 2):
        assert np.abs(spectra[one] - spectra[other]).mean() > 4, (one, other)


def test_same_seed_gives_the_same_samples_and_another_seed_others(collection: dict[str, Clip]) -> None:
    again, otherwise = sounds(seed=0), sounds(seed=1)
    for name, clip in collection.items():
        np.testing.assert_array_equal(clip.samples, again[name].samples)
        if name != "bell":  # nothing in a bell is drawn but its room
            assert np.abs(clip.samples - otherwise[name].samples).max() > 0.05, name


def test_files_hold_the_sounds_at_24_bits(collection: dict[str, Clip], tmp_path: Path) -> None:
    paths = write_collection(tmp_path / "made" / "here", seed=0)
    assert [path.name for path in paths] == [f"{name}.wav" for name in collection]
    assert sorted(path.name for path in (tmp_path / "made" / "here").iterdir()) == sorted(
        p.name for p in paths
    )
    for path, clip in zip(paths, collection.values(), strict=True):
        info = soundfile.info(path)
        assert (info.samplerate, info.channels, info.subtype) == (48_000, clip.num_channels, "PCM_24")
        samples, _ = soundfile.read(path, always_2d=True, dtype="float64")
        np.testing.assert_allclose(samples.T, clip.samples, rtol=0, atol=0.5 / 2**23 + 1e-12)


def test_a_folder_that_is_a_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(NoSpace) as caught:
        write_collection(taken)
    assert str(caught.value) == (
        f"could not write 'harp.wav' in {str(taken)!r}: file exists; "
        "nothing was changed there, so make room or choose another folder and try again."
    )
    assert taken.read_text() == "mine"
