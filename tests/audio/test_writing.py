import errno
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio import writing
from distill.audio.clip import Clip, Samples
from distill.audio.files import read
from distill.audio.writing import WavWriter, write_wav
from distill.errors import BadSetting, BadSound, NoSpace
from distill.replacing import replacing


def noise(num_channels: int, num_samples: int, peak: float = 0.9) -> Samples:
    return np.random.default_rng(0).uniform(-peak, peak, (num_channels, num_samples)).astype(np.float32)


@pytest.mark.parametrize("num_channels", [1, 2, 3])
@pytest.mark.parametrize(
    ("depth", "subtype", "step"), [(16, "PCM_16", 2.0**-15), (24, "PCM_24", 2.0**-23), (32, "FLOAT", 0.0)]
)
def test_what_is_written_is_read_back_rounded_to_the_nearest(
    tmp_path: Path, depth: int, subtype: str, step: float, num_channels: int
) -> None:
    path = tmp_path / "a.wav"
    samples = noise(num_channels, 4_801)
    write_wav(path, Clip(samples, 44_100), depth=depth)
    info = soundfile.info(path)
    assert (info.samplerate, info.channels, info.frames) == (44_100, num_channels, 4_801)
    assert (info.format, info.subtype) == ("WAV", subtype)
    back, _ = soundfile.read(path, dtype="float64", always_2d=True)
    assert np.abs(back.T - samples).max() <= step / 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.wav"]


@given(st.floats(-2, 2, width=32), st.sampled_from([16, 24]))
def test_quantising_agrees_with_a_slow_reference(value: float, depth: int) -> None:
    full = 2 ** (depth - 1)
    expected = max(-full, min(full - 1, round(value * full)))  # Python rounds halves to even, as rint does
    content = writing._quantised(np.array([[value]], np.float32), depth)
    assert int.from_bytes(content, "little", signed=True) == expected


def test_full_scale_clips_and_does_not_wrap(tmp_path: Path) -> None:
    path = tmp_path / "loud.wav"
    write_wav(path, Clip(np.array([[1.0, -1.0, 1e30, -1e30] * 2_400], np.float32)))
    low, high = -1.0, 1 - 2**-23
    np.testing.assert_array_equal(read(path).samples[0, :4], np.array([high, low, high, low], np.float32))


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 300), max_size=6), depth=st.sampled_from([16, 24, 32]))
def test_pieces_make_the_same_file_as_the_whole(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], depth: int
) -> None:
    folder = tmp_path_factory.mktemp("pieces")
    samples = noise(1, 301)
    write_wav(folder / "whole.wav", Clip(samples), depth=depth)
    with WavWriter(folder / "pieces.wav", 48_000, 1, depth) as wav:
        for piece in np.split(samples, sorted(cuts), axis=1):
            wav.write(piece)
    assert (folder / "pieces.wav").read_bytes() == (folder / "whole.wav").read_bytes()


def test_long_sounds_are_written_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = noise(2, 1_000)
    write_wav(tmp_path / "a.wav", Clip(samples))
    monkeypatch.setattr(writing, "_BLOCK", 64)
    write_wav(tmp_path / "b.wav", Clip(samples))
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_beyond_four_gigabytes_the_file_is_rf64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "long.wav"
    samples = noise(2, 5_000)
    monkeypatch.setattr(writing, "_RIFF_LIMIT", 10_000)
    write_wav(path, Clip(samples), depth=32)
    info = soundfile.info(path)
    assert (info.format, info.frames, info.channels) == ("RF64", 5_000, 2)
    np.testing.assert_array_equal(read(path).samples, samples)


@pytest.mark.parametrize("limit", [2**32 - 1, 3_000])
@pytest.mark.parametrize("num_samples", [9_600, 9_601])
def test_chunks_stand_before_and_behind_the_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, num_samples: int, limit: int
) -> None:
    monkeypatch.setattr(writing, "_RIFF_LIMIT", limit)
    samples = noise(1, num_samples)
    path = tmp_path / "a.wav"
    with WavWriter(path, 48_000, 1, front=b"abcd\2\0\0\0??", back=b"efgh\2\0\0\0!!") as wav:
        wav.write(samples)
        wav.front = b"abcd\2\0\0\0ok"
    content = path.read_bytes()
    size = int.from_bytes(content[4:8] if limit > 3_000 else content[20:28], "little")
    assert size == len(content) - 8
    assert content.index(b"abcd\2\0\0\0ok") < content.index(b"data")
    assert content.endswith(b"efgh\2\0\0\0!!")
    np.testing.assert_allclose(read(path).samples, samples, atol=2**-24, rtol=0)


def test_an_interrupted_file_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with WavWriter(path, 48_000, 1) as wav:
            wav.write(noise(1, 100_000))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_samples_that_are_not_numbers_are_not_written(tmp_path: Path) -> None:
    samples = noise(1, 100)
    samples[0, 50] = np.nan
    with pytest.raises(BadSound) as caught:
        write_wav(tmp_path / "a.wav", Clip(samples))
    assert str(caught.value) == (
        "the sound for 'a.wav' holds samples that are not numbers (NaN or infinity), which no file can: "
        "nothing was written; make the sound again."
    )
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_depth_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSetting) as caught:
        write_wav(tmp_path / "a.wav", Clip(noise(1, 10)), depth=20)
    assert str(caught.value) == (
        "a depth of 20 bits was asked for; a WAV file here has 16, 24 or 32: choose one."
    )


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(NoSpace) as caught:
        write_wav(tmp_path / "a.wav", Clip(noise(1, 10)))
    assert str(caught.value) == (
        f"could not write 'a.wav' in {str(tmp_path)!r}: the disk is full; "
        "nothing was changed there, so make room or choose another folder and try again."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(NoSpace, match=r"^could not write 'a\.wav' in .*: "):
        write_wav(tmp_path / "folder" / "a.wav", Clip(noise(1, 10)))


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(NoSpace, match=r"^could not write 'a\.wav' in .*: "):
        write_wav(tmp_path / "a.wav", Clip(noise(1, 10)))
    assert [p.name for p in tmp_path.iterdir()] == ["a.wav"]


def test_replacing_makes_missing_folders(tmp_path: Path) -> None:
    def put(file: BinaryIO) -> None:
        file.write(b"whole")

    with replacing(tmp_path / "b" / "c" / "d.bin") as file:
        put(file)
    assert (tmp_path / "b" / "c" / "d.bin").read_bytes() == b"whole"
