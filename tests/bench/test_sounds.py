from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from bench.sounds import find_sounds, mid_side, read, split_by_file
from hypothesis import given
from hypothesis import strategies as st

from distill.errors import BadCollection


@given(count=st.integers(7, 300), seed=st.integers(0, 1000))
def test_a_split_covers_every_file_once_and_holds_out_a_fifth(count: int, seed: int) -> None:
    files = [Path(f"{number:03}.wav") for number in range(count)]
    split = split_by_file(files, seed=seed)
    assert sorted(split.own + split.unseen) == files
    assert len(split.unseen) == max(2, count // 5)
    assert split == split_by_file(files[::-1], seed=seed)


def test_another_seed_holds_out_other_files() -> None:
    files = [Path(f"{number:03}.wav") for number in range(50)]
    assert len({split_by_file(files, seed=seed).unseen for seed in range(5)}) == 5


def test_six_sounds_are_too_few_and_the_sentence_says_so() -> None:
    with pytest.raises(BadCollection) as refusal:
        split_by_file([Path(f"{number}.wav") for number in range(6)], seed=0)
    assert str(refusal.value) == (
        "6 sounds were found; at least 7 are needed to train on some and keep others unseen, "
        "so give a larger collection."
    )


def test_something_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCollection) as refusal:
        find_sounds(tmp_path / "none")
    assert str(refusal.value) == f"{tmp_path / 'none'} is not a folder; give folders that hold sounds."


def test_only_sounds_are_found(tmp_path: Path) -> None:
    for name in ("b.flac", "a.WAV", "LICENSES.md", "c.mp3"):
        (tmp_path / name).touch()
    assert [file.name for file in find_sounds(tmp_path)] == ["a.WAV", "b.flac", "c.mp3"]


def test_a_file_is_read_at_48_khz_with_its_channels(tmp_path: Path) -> None:
    times = np.arange(44_100) / 44_100
    tones = np.stack([np.sin(2 * np.pi * 440 * times), np.sin(2 * np.pi * 660 * times)], axis=1) * 0.5
    soundfile.write(tmp_path / "tones.wav", tones, 44_100, subtype="FLOAT")
    samples = read(tmp_path / "tones.wav")
    wanted = 0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000) / 48_000)
    assert samples.shape == (2, 48_000)
    assert samples.dtype == np.float32
    np.testing.assert_allclose(samples[0, 500:-500], wanted[500:-500], atol=1e-4)


def test_left_and_right_come_back_from_mid_and_side() -> None:
    stereo = np.random.default_rng(0).standard_normal((2, 100)).astype(np.float32)
    mid, side = mid_side(stereo)
    np.testing.assert_allclose(np.stack([mid + side, mid - side]), stereo, atol=1e-6)
