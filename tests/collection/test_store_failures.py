import json
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from filelock import FileLock

from distill.audio.clip import Samples
from distill.audio.files import read
from distill.audio.stereo import to_mid_side
from distill.collection.scan import scan
from distill.collection.store import Store, build_store
from distill.errors import BadCollection, BadSetting, Cancelled, LibraryBusy, NoSpace
from distill.progress import Cancel, Progress


def noise(*shape: int, peak: float = 0.5, seed: int = 0) -> Samples:
    return np.random.default_rng(seed).uniform(-peak, peak, shape).astype(np.float32)


@pytest.fixture
def sounds(tmp_path: Path) -> Path:
    """A folder with a mono, a stereo and a resampled sound."""
    folder = tmp_path / "sounds"
    folder.mkdir()
    soundfile.write(folder / "a.wav", noise(30_000), 48_000, subtype="FLOAT")
    soundfile.write(folder / "b.flac", noise(20_000, 2, seed=1), 48_000)
    soundfile.write(folder / "c.wav", noise(10_000, seed=2), 22_050)
    return folder


def built(sounds: Path, folder: Path, **options: object) -> Store:
    return build_store(scan([sounds], **options), folder)  # type: ignore[arg-type]


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock")


def test_unusable_sounds_are_left_out_and_leave_no_samples(sounds: Path, tmp_path: Path) -> None:
    with_nan = noise(96_000, 2)
    with_nan[90_000] = np.nan
    soundfile.write(sounds / "a2.wav", with_nan, 48_000, subtype="FLOAT")
    soundfile.write(sounds / "a3.flac", noise(96_000, 2), 48_000)
    content = (sounds / "a3.flac").read_bytes()
    (sounds / "a3.flac").write_bytes(content[: len(content) // 2])
    soundfile.write(sounds / "a4.wav", noise(48_000, peak=1e-4), 48_000, subtype="FLOAT")
    soundfile.write(sounds / "a5.wav", np.zeros((48_000, 2)), 48_000)
    store = built(sounds, tmp_path / "cache")
    assert store.names == ("a.wav", "b.flac", "c.wav")
    np.testing.assert_array_equal(store[1], to_mid_side(read(sounds / "b.flac").samples))
    quiet = "is silent (nothing in it is louder than -70 dBFS): record it again, or make it louder."
    assert {entry.path.name: entry.reason for entry in store.left_out} == {
        "a2.wav": "a2.wav holds samples that are not numbers (NaN or infinity) at 1.88 s: export it again.",
        "a3.flac": "a3.flac is damaged soon after 0.7 s: export it again, or trim it to the part before.",
        "a4.wav": f"a4.wav {quiet}",
        "a5.wav": f"a5.wav {quiet}",
    }
    data = next((tmp_path / "cache").glob("samples-*.f32"))
    assert data.stat().st_size == 4 * (30_000 + 2 * 20_000 + 21_769)


def test_a_collection_with_nothing_in_it_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    soundfile.write(sounds / "a.wav", np.zeros(9_600), 48_000)
    with pytest.raises(BadCollection) as caught:
        built(sounds, tmp_path / "cache")
    assert str(caught.value) == (
        "the only sound cannot be used (a.wav is silent (nothing in it is louder than -70 dBFS): "
        "record it again, or make it louder): choose others, or export them again."
    )
    assert leftovers(tmp_path / "cache") == []
    soundfile.write(sounds / "b.wav", np.zeros(9_600), 48_000)
    with pytest.raises(BadCollection, match=r"^none of the 2 sounds can be used \(a\.wav is silent"):
        built(sounds, tmp_path / "cache")


def test_a_file_gone_since_the_scan_is_left_out(sounds: Path, tmp_path: Path) -> None:
    found = scan([sounds])
    (sounds / "a.wav").unlink()
    store = build_store(found, tmp_path / "cache")
    assert store.names == ("b.flac", "c.wav")
    assert [entry.reason for entry in store.left_out] == [
        "there is no file a.wav in that place: check its name and folder."
    ]


def test_a_file_cut_short_since_the_scan_does_not_stop_the_others(sounds: Path, tmp_path: Path) -> None:
    found = scan([sounds], trim={"a.wav": (0.3, 0.6)})
    soundfile.write(sounds / "a.wav", noise(9_600), 48_000)
    store = build_store(found, tmp_path / "cache")
    assert store.names == ("b.flac", "c.wav")
    assert [entry.reason for entry in store.left_out] == [
        "a.wav has no part from 0.3 s to 0.6 s; it lasts 0.20 s: choose a start and a later end within that."
    ]


def test_a_cancelled_build_leaves_the_old_store(sounds: Path, tmp_path: Path) -> None:
    first = built(sounds, tmp_path / "cache")
    before = leftovers(tmp_path / "cache")
    cancel = Cancel()

    def stop(event: Progress) -> None:
        assert (event.task, event.unit) == ("read", "seconds")
        cancel.request()

    with pytest.raises(Cancelled):
        build_store(scan([sounds], leave_out=["c.wav"]), tmp_path / "cache", report=stop, cancel=cancel)
    assert leftovers(tmp_path / "cache") == before
    assert built(sounds, tmp_path / "cache").sounds == first.sounds


# Dies without any clean-up, as when the power fails.
KILLED = """
import os, sys
from distill.collection import store
from distill.collection.scan import scan

sounds, cache, moment = sys.argv[1:]
die = lambda *_, **__: os._exit(9)
if moment == "index":
    store.index_bytes = die
store.build_store(scan([sounds]), cache, report=die if moment == "first sound" else lambda _: None)
"""


@pytest.mark.parametrize("moment", ["first sound", "index"])
def test_a_killed_build_leaves_nothing_that_looks_whole(sounds: Path, tmp_path: Path, moment: str) -> None:
    cache = tmp_path / "cache"
    done = subprocess.run([sys.executable, "-c", KILLED, str(sounds), str(cache), moment], check=False)
    assert done.returncode == 9
    assert leftovers(cache) != []
    assert "index.json" not in leftovers(cache)
    store = built(sounds, cache)
    assert store.names == ("a.wav", "b.flac", "c.wav")
    assert len(leftovers(cache)) == 2  # what the killed build left is gone


@pytest.mark.parametrize(
    "damage",
    ["not json", "[]", "{}", '{"version": 1}', "cut", "short data", "no data", "moved", "[" * 100_000],
)
def test_a_damaged_store_is_built_again(sounds: Path, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    first = built(sounds, cache)
    expected = [np.array(sound) for sound in first]
    index, data = cache / "index.json", next(cache.glob("samples-*"))
    if damage == "cut":
        index.write_bytes(index.read_bytes()[:200])
    elif damage == "short data":
        data.write_bytes(data.read_bytes()[:-4])
    elif damage == "no data":
        data.unlink()
    elif damage == "moved":
        content = json.loads(index.read_text())
        content["sounds"][1]["offset"] -= 1
        index.write_text(json.dumps(content))
    else:
        index.write_text(damage)
    again = built(sounds, cache)
    assert again.fingerprint == first.fingerprint
    for sound, wanted in zip(again, expected, strict=True):
        np.testing.assert_array_equal(sound, wanted)


def test_a_second_process_is_told_to_wait(sounds: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    with FileLock(cache / ".lock"), pytest.raises(LibraryBusy) as caught:
        built(sounds, cache)
    assert str(caught.value) == (
        f"another Distill is reading sounds into {str(cache)!r}: wait until it has finished, or stop it."
    )


def test_too_little_room_is_told_before_the_work(
    sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(sounds / "long.wav", "wb") as file:
        header = struct.pack(
            "<4sI4s4sIHHIIHH", b"RIFF", 36 + 2**27, b"WAVE", b"fmt ", 16, 1, 1, 2_000, 4_000, 2, 16
        )
        file.write(header + struct.pack("<4sI", b"data", 2**27))
        file.truncate(44 + 2**27)  # a hole: 9.3 hours without using the disk
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=10**9))
    with pytest.raises(NoSpace) as caught:
        built(sounds, tmp_path / "cache")
    assert str(caught.value) == (
        f"9.3 hours of sound need 6.4 GB in {str(tmp_path / 'cache')!r}, where 1.0 GB are free: "
        "make room, use fewer sounds, or move the user folder with DISTILL_HOME."
    )
    assert leftovers(tmp_path / "cache") == []


def test_a_folder_that_cannot_be_made_is_told(sounds: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(NoSpace) as caught:
        built(sounds, tmp_path / "cache")
    assert str(caught.value) == (
        f"sounds cannot be kept in {str(tmp_path / 'cache')!r}: file exists; "
        "choose another user folder with --home or DISTILL_HOME."
    )


def test_the_error_for_an_impossible_part_is_the_scans(sounds: Path, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"^b\.flac was to be trimmed to 0 s to 9 s"):
        built(sounds, tmp_path / "cache", trim={"b.flac": (0, 9)})
