from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio import mpeg_frames
from distill.audio.files import probe, read
from distill.audio.mpeg_frames import Headed, told_right

DELAY = 529  # samples, of a decoder of layer III


def encoded(folder: Path, *, rate: int = 44_100, channels: int = 1, mode: str = "VARIABLE") -> bytes:
    """Two seconds, first loud and then hardly anything."""
    path = folder / "encoded.mp3"
    sound = np.random.default_rng(0).uniform(-0.3, 0.3, (2 * rate, channels))
    sound[rate // 2 :] *= 0.003
    soundfile.write(path, sound, rate, compression_level=0.5, bitrate_mode=mode)
    return path.read_bytes()


def frames_of(content: bytes) -> list[bytes]:
    """One by one, as long as each says; the first tells how many there are."""
    frames, at = [], 0
    while at < len(content):
        frame = mpeg_frames._frame(content[at : at + 4])
        assert frame is not None, at
        frames.append(content[at : at + frame.length])
        at += frame.length
    return frames


def id3(length: int, *, footer: bool = False) -> bytes:
    """A tag with a picture that looks like frames of sound."""
    size = bytes(length >> 7 * place & 0x7F for place in (3, 2, 1, 0))
    head = b"\4\0" + (b"\x10" if footer else b"\0") + size
    picture = (b"\xff\xfb\x90\x00" * (length // 4 + 1))[:length]
    return b"ID3" + head + picture + (b"3DI" + head if footer else b"")


APE = b"APETAGEX" + (2000).to_bytes(4, "little") + (132).to_bytes(4, "little") + bytes(16) + b"?" * 132
ID3V1 = b"TAG" + b"?" * 125


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])
def test_frames_are_as_long_as_they_say_at_every_rate(tmp_path: Path, rate: int, channels: int) -> None:
    content = encoded(tmp_path, rate=rate, channels=channels)
    told, *frames = frames_of(content)
    at = told.index(b"Xing")
    assert int.from_bytes(told[at + 8 : at + 12], "big") == len(frames)
    (tmp_path / "bare.mp3").write_bytes(b"".join(frames))
    info = probe(tmp_path / "bare.mp3")
    assert (info.sample_rate, info.num_channels) == (rate, channels)
    assert info.num_samples == len(frames) * (1152 if rate >= 32_000 else 576) - DELAY


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b""),
        (id3(500_000), b""),
        (id3(300, footer=True), b""),
        (id3(10) + id3(200), b""),
        (id3(300) + bytes(2_000), b""),
        (b"", ID3V1),
        (b"", APE + ID3V1),
        (b"", b"\xff" * 700),
    ],
)
def test_tags_around_a_sound_are_no_part_of_it(tmp_path: Path, before: bytes, after: bytes) -> None:
    frames = frames_of(encoded(tmp_path))[1:]
    path = tmp_path / "tagged.mp3"
    path.write_bytes(before + b"".join(frames) + after)
    assert probe(path).num_samples == len(frames) * 1152 - DELAY
    (tmp_path / "bare.mp3").write_bytes(b"".join(frames))
    np.testing.assert_array_equal(read(path).samples, read(tmp_path / "bare.mp3").samples)


def test_a_sound_that_is_cut_off_within_a_frame_is_as_long_as_its_whole_frames(tmp_path: Path) -> None:
    frames = frames_of(encoded(tmp_path))[1:]
    path = tmp_path / "cut.mp3"
    path.write_bytes(b"".join(frames[:40])[:-1])
    assert probe(path).num_samples == 39 * 1152 - DELAY
    assert read(path).num_samples == round((39 * 1152 - DELAY) * 48_000 / 44_100)


def test_all_of_several_files_put_one_behind_another_is_read(tmp_path: Path) -> None:
    content, path = encoded(tmp_path), tmp_path / "joined.mp3"
    path.write_bytes(content + id3(2_000) + content)
    frames = len(frames_of(content))
    assert probe(path).num_samples == (2 * frames - 1) * 1152 - DELAY
    joined, once = read(path).samples[0], read(tmp_path / "encoded.mp3").samples[0]
    second = joined[len(joined) // 2 :]
    assert np.sqrt(np.mean(second[:20_000] ** 2)) == pytest.approx(
        np.sqrt(np.mean(once[:20_000] ** 2)), rel=0.1
    )


@pytest.mark.parametrize("mode", ["VARIABLE", "CONSTANT"])
def test_a_file_that_tells_its_length_is_read_as_it_is(tmp_path: Path, mode: str) -> None:
    content, path = encoded(tmp_path, mode=mode), tmp_path / "told.mp3"
    for tags in (b"", ID3V1, APE + ID3V1):
        path.write_bytes(content + tags)
        assert told_right(path, soundfile.info(path).frames) is None
        assert probe(path).num_samples == 2 * 44_100


def test_a_constant_bit_rate_is_guessed_well_enough(tmp_path: Path) -> None:
    frames = frames_of(encoded(tmp_path, mode="CONSTANT"))[1:]
    path = tmp_path / "bare.mp3"
    path.write_bytes(b"".join(frames))
    assert told_right(path, soundfile.info(path).frames) is None


def test_a_part_of_a_streamed_sound_is_the_part_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "bare.mp3"
    path.write_bytes(b"".join(frames_of(encoded(tmp_path, rate=48_000))[1:]))
    part = read(path, start_seconds=0.3, end_seconds=1.7).samples
    np.testing.assert_allclose(part, read(path).samples[:, 14_400:81_600], rtol=0, atol=1e-6)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other"
    for content in (
        b"",
        b"\xff",
        b"\xff\xfb",
        b"RIFF" + bytes(100),
        id3(50),
        b"ID3",
        b"TAG",
        b"\xff\xfb\x00\x00" * 99,
    ):
        path.write_bytes(content)
        assert told_right(path, 0) is None


@settings(max_examples=50)
@given(
    head=st.binary(max_size=20),
    content=st.binary(max_size=40),
    skipped=st.integers(0, 40),
    moves=st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=6),
)
def test_what_is_put_before_a_file_is_read_with_it_as_one(
    tmp_path_factory: pytest.TempPathFactory,
    head: bytes,
    content: bytes,
    skipped: int,
    moves: list[tuple[int, int]],
) -> None:
    path = tmp_path_factory.mktemp("headed") / "a"
    path.write_bytes(content)
    skipped = min(skipped, len(content))
    wanted = io.BytesIO(head + content[skipped:])
    with Headed(head, open(path, "rb"), skipped) as headed:  # which closes it
        assert headed.seek(0, os.SEEK_END) == wanted.seek(0, os.SEEK_END)
        for at, count in moves:
            assert headed.seek(at) == wanted.seek(at)
            assert headed.read(count) == wanted.read(count)
            assert headed.tell() == wanted.tell()
