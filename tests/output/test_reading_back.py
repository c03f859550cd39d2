"""Readers we did not write find every tag, loop point and tempo: libsndfile and mutagen."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import mutagen
import pytest
import soundfile
from tests.signals import mixture

from distill.audio.clip import Clip
from distill.output.export import write
from distill.output.formats import FORMATS, checked_encoding
from distill.output.tags import LARGEST_RECIPE, LoopPoints, Tags

TAGS = Tags(
    title="Glöckchen · 鐘 🔔 · ñandú",
    date=datetime(2026, 11, 5, 12, 3, 59),
    model="bells",
    seed=7,
    recipe='{"model":"bells","seed":7,"name":"鐘"}',
    software="Distill 1.1",
    comment="für Elise",
    tempo=128.0,
    loops=(LoopPoints(4_800, 43_200),),
)
ABOUT = "für Elise. Made with Distill 1.1, model bells, seed 7."
INSTRUMENT, LOOP_INFO, BROADCAST = 0x10D0, 0x10E0, 0x10F0  # libsndfile's sf_command numbers


def exported(folder: Path, name: str, *, rate: int = 48_000, tags: Tags = TAGS) -> Path:
    clip = Clip(mixture(48_000, channels=2))
    return write(clip, folder / f"a.{name}", checked_encoding(FORMATS[name], rate=rate), tags=tags).path


def asked(path: Path, command: int, size: int) -> bytes:
    """What libsndfile fills a structure of its own with."""
    with soundfile.SoundFile(path) as file:
        room = soundfile._ffi.new("char[]", size)
        assert soundfile._snd.sf_command(file._file, command, room, size) == 1
        return bytes(soundfile._ffi.buffer(room))


@pytest.mark.parametrize("name", FORMATS)
def test_libsndfile_reads_the_texts(tmp_path: Path, name: str) -> None:
    with soundfile.SoundFile(exported(tmp_path, name)) as file:
        found = file.copy_metadata()
    assert found["title"] == TAGS.title
    assert found["comment"] == ABOUT
    assert found["date"].startswith("2026-11-05")


@pytest.mark.parametrize("name", ["wav", "mp3"])
def test_mutagen_reads_id3(tmp_path: Path, name: str) -> None:
    tags = mutagen.File(exported(tmp_path, name)).tags
    assert tags.version == (2, 4, 0)
    assert {key: str(tags[key]) for key in tags} == {
        "TIT2": TAGS.title,
        "TDRC": "2026-11-05 12:03:59",
        "TSSE": "Distill 1.1",
        "TBPM": "128",
        "COMM::eng": ABOUT,
        "TXXX:DISTILL_MODEL": "bells",
        "TXXX:DISTILL_SEED": "7",
        "TXXX:DISTILL_RECIPE": TAGS.recipe,
    }


@pytest.mark.parametrize("name", ["flac", "ogg"])
def test_mutagen_reads_vorbis_comments(tmp_path: Path, name: str) -> None:
    assert dict(mutagen.File(exported(tmp_path, name)).tags) == {
        "title": [TAGS.title],
        "date": ["2026-11-05"],
        "comment": [ABOUT],
        "encoder": ["Distill 1.1"],
        "bpm": ["128"],
        "distill_model": ["bells"],
        "distill_seed": ["7"],
        "distill_recipe": [TAGS.recipe],
        "loopstart": ["4800"],
        "looplength": ["38400"],
    }


@pytest.mark.parametrize("rate", [48_000, 96_000])
def test_libsndfile_finds_the_loop_points(tmp_path: Path, rate: int) -> None:
    # SF_INSTRUMENT: gain, four bytes of keys, then how many loops and for each mode, start, end, count
    content = asked(exported(tmp_path, "wav", rate=rate), INSTRUMENT, 16 * 17)
    count, mode, start, end, _ = struct.unpack_from("<5i", content, 12)
    assert (count, start, end) == (1, 4_800 * rate // 48_000, 43_200 * rate // 48_000)
    assert mode == 801  # SF_LOOP_FORWARD


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
@pytest.mark.parametrize(("start", "mode"), [(0, 801), (4_800, 800)])  # SF_LOOP_FORWARD, SF_LOOP_NONE
def test_libsndfile_finds_the_tempo(tmp_path: Path, rate: int, start: int, mode: int) -> None:
    tags = replace(TAGS, tempo=120.0, loops=(LoopPoints(start, 48_000),))
    # SF_LOOP_INFO: time signature, mode, beats, tempo, root key
    found = struct.unpack_from(
        "<2hiifi", asked(exported(tmp_path, "wav", rate=rate, tags=tags), LOOP_INFO, 44)
    )
    assert found[:-1] == (4, 4, mode, 2, 120.0)


def test_libsndfile_finds_the_broadcast_extension(tmp_path: Path) -> None:
    content = asked(exported(tmp_path, "wav"), BROADCAST, 602 + 4 + 256)
    text = content[:256].rstrip(b"\0").decode("ascii")
    assert text == "Glockchen ? ? ? ? nandu. fur Elise. Made with Distill 1.1, model bells, seed 7."
    assert content[320:338] == b"2026-11-0512:03:59"


def test_the_broadcast_extension_holds_what_was_measured(tmp_path: Path) -> None:
    clip = Clip(mixture(48_000, channels=2))
    file = write(clip, tmp_path / "a.wav", checked_encoding(FORMATS["wav"]), tags=TAGS)
    content = file.path.read_bytes()
    start = content.index(b"bext") + 8
    (lufs,) = struct.unpack_from("<h", content, start + 412)
    (dbtp,) = struct.unpack_from("<h", content, start + 416)
    assert lufs == round(file.lufs * 100)
    assert dbtp == round(file.true_peak_dbtp * 100)


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_without_anything_to_say_is_a_file(tmp_path: Path, name: str) -> None:
    path = exported(tmp_path, name, tags=Tags(software=""))
    assert soundfile.info(path).frames == 48_000


@pytest.mark.parametrize("name", FORMATS)
def test_a_recipe_that_is_too_long_is_left_out_and_that_is_said(tmp_path: Path, name: str) -> None:
    tags = Tags(recipe="x" * (LARGEST_RECIPE + 1))
    file = write(Clip(mixture(4_800)), tmp_path / f"a.{name}", checked_encoding(FORMATS[name]), tags=tags)
    assert file.sentences == (
        "Its recipe is too long for a tag and was left out of the file: keep the .json beside the sound.",
    )
    assert file.path.stat().st_size < LARGEST_RECIPE
