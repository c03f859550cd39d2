import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio.clip import Samples
from distill.audio.files import read
from distill.audio.stereo import to_mid_side
from distill.collection import store as store_module
from distill.collection.scan import scan
from distill.collection.store import Store, build_store
from distill.progress import Progress


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


def test_the_store_holds_mid_and_side_of_what_read_gives(sounds: Path, tmp_path: Path) -> None:
    store = built(sounds, tmp_path / "cache")
    assert (len(store), store.names, store.left_out) == (3, ("a.wav", "b.flac", "c.wav"), ())
    assert store.paths == tuple(sounds / name for name in store.names)
    np.testing.assert_array_equal(store[0], read(sounds / "a.wav").samples)
    np.testing.assert_array_equal(store[1], to_mid_side(read(sounds / "b.flac").samples))
    np.testing.assert_array_equal(store[2], read(sounds / "c.wav").samples)
    assert store.lengths == (30_000, 20_000, 21_769)
    assert store.seconds == sum(store.lengths) / 48_000
    assert [sound.shape for sound in store] == [(1, 30_000), (2, 20_000), (1, 21_769)]


def test_long_sounds_are_put_together_from_blocks(
    sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = built(sounds, tmp_path / "whole")
    monkeypatch.setattr(store_module, "_BLOCK_SECONDS", 2 * 1024 / 48_000)
    pieces = built(sounds, tmp_path / "pieces")
    for one, other in zip(whole, pieces, strict=True):
        np.testing.assert_array_equal(one, other)
    assert pieces.rms_db == pytest.approx(whole.rms_db, abs=1e-9)
    assert pieces.fingerprint == whole.fingerprint


def test_samples_cannot_be_changed(sounds: Path, tmp_path: Path) -> None:
    store = built(sounds, tmp_path / "cache")
    with pytest.raises(ValueError, match="read-only"):
        store[0][0, 0] = 1.0


def test_unchanged_sounds_are_not_decoded_again(
    sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    soundfile.write(sounds / "silent.wav", np.zeros(9_600), 48_000)
    first = built(sounds, tmp_path / "cache")

    def forbidden(*_: object, **__: object) -> Iterator[Samples]:
        raise AssertionError("decoded again")

    monkeypatch.setattr(store_module, "blocks", forbidden)
    second = built(sounds, tmp_path / "cache")
    assert (second.sounds, second.fingerprint) == (first.sounds, first.fingerprint)
    assert second.left_out == first.left_out
    assert len(second.left_out) == 1
    np.testing.assert_array_equal(second[1], first[1])


def test_a_changed_file_is_decoded_again_and_the_old_store_goes(sounds: Path, tmp_path: Path) -> None:
    first = built(sounds, tmp_path / "cache")
    old = np.array(first[0])
    os.utime(sounds / "a.wav", ns=(1, 1))
    soundfile.write(sounds / "a.wav", noise(30_000, seed=9), 48_000, subtype="FLOAT")
    second = built(sounds, tmp_path / "cache")
    np.testing.assert_array_equal(second[0], read(sounds / "a.wav").samples)
    np.testing.assert_array_equal(first[0], old)  # who has it open keeps it
    assert second.fingerprint != first.fingerprint
    assert len(leftovers(tmp_path / "cache")) == 2


def test_another_part_makes_another_store(sounds: Path, tmp_path: Path) -> None:
    built(sounds, tmp_path / "cache")
    store = built(sounds, tmp_path / "cache", trim={"a.wav": (0.125, 0.375)})
    np.testing.assert_array_equal(store[0], read(sounds / "a.wav").samples[:, 6_000:18_000])


def test_the_fingerprint_is_of_the_sounds_not_of_names_and_order(sounds: Path, tmp_path: Path) -> None:
    first = built(sounds, tmp_path / "one")
    moved = tmp_path / "elsewhere"
    shutil.copytree(sounds, moved)
    (moved / "a.wav").rename(moved / "z.wav")
    assert built(moved, tmp_path / "two").fingerprint == first.fingerprint
    assert len(first.fingerprint) == 64
    assert built(moved, tmp_path / "three", leave_out=["z.wav"]).fingerprint != first.fingerprint


def test_a_side_below_90_db_makes_a_mono_sound(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    mid = noise(9_600)
    for name, side in [("both.wav", 0.0), ("hardly.wav", 3.0e-5), ("wide.wav", 3.5e-5)]:
        stereo = np.stack([mid + np.float32(side), mid - np.float32(side)], axis=1)
        soundfile.write(sounds / name, stereo, 48_000, subtype="DOUBLE")
    store = built(sounds, tmp_path / "cache")
    assert [len(sound) for sound in store] == [1, 1, 2]
    np.testing.assert_allclose(store[2][1], 3.5e-5, rtol=0.01)


def test_level_is_measured_where_there_is_sound(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    samples = np.zeros(48 * 1024 + 100, np.float32)
    samples[8 * 1024 : 20 * 1024] = 0.1  # -20 dBFS
    samples[30 * 1024 : 40 * 1024] = 1e-4  # -80 dBFS counts as silence
    samples[48 * 1024 :] = 0.1  # a last step of 100 samples counts as such
    soundfile.write(sounds / "a.wav", samples, 48_000, subtype="FLOAT")
    store = built(sounds, tmp_path / "cache")
    assert store.rms_db == pytest.approx([-20], abs=1e-4)
    assert store.lengths == (len(samples),)  # silence before and after is kept


@settings(max_examples=25, deadline=None)
@given(length=st.integers(1, 5_000), blocks=st.integers(1, 4), seed=st.integers(0, 99))
def test_level_agrees_with_a_slow_reference(
    tmp_path_factory: pytest.TempPathFactory, length: int, blocks: int, seed: int
) -> None:
    samples = noise(length, seed=seed)
    samples[seed * 20 :] *= 1e-4
    power, count = 0.0, 0
    for start in range(0, length, 1024):
        step = samples[start : start + 1024].astype(float)
        if np.mean(step**2) > 1e-7:
            power += float(np.sum(step**2))
            count += len(step)
    expected = 10 * np.log10(power / count) if count else None
    row = store_module._Row()
    with open(tmp_path_factory.mktemp("row") / "row", "wb") as file:
        for start in range(0, length, blocks * 1024):
            row.append(samples[start : start + blocks * 1024], file)
    assert row.rms_db == (None if expected is None else pytest.approx(expected, abs=1e-6))
    assert row.length == length


def test_a_sound_that_is_all_side_is_used_by_its_side(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    soundfile.write(sounds / "a.wav", np.tile([0.1, -0.1], (9_600, 1)), 48_000, subtype="FLOAT")
    store = built(sounds, tmp_path / "cache")
    assert store[0].shape == (2, 9_600)
    assert store.rms_db == pytest.approx([-20], abs=1e-4)


def test_a_sound_that_is_more_side_than_mid_has_the_level_of_its_side(tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    soundfile.write(sounds / "a.wav", np.tile([0.12, -0.08], (9_600, 1)), 48_000, subtype="FLOAT")
    assert built(sounds, tmp_path / "cache").rms_db == pytest.approx([-20], abs=1e-4)


def test_progress_ends_at_the_length_of_the_collection(sounds: Path, tmp_path: Path) -> None:
    events: list[Progress] = []
    found = scan([sounds])
    build_store(found, tmp_path / "cache", report=events.append)
    done = [event.done for event in events]
    assert done == sorted(done)
    assert done[-1] == pytest.approx(found.seconds)
    assert {event.total for event in events} == {found.seconds}


def test_a_name_that_is_no_text_can_be_stored_and_printed(sounds: Path, tmp_path: Path) -> None:
    strange = Path(os.fsdecode(os.fsencode(sounds) + b"/caf\xe9.wav"))
    try:
        (sounds / "a.wav").rename(strange)
    except OSError:
        pytest.skip("this system only has names that are text")
    for _ in ("built", "opened"):
        store = built(sounds, tmp_path / "cache")
        assert store.names == ("b.flac", "c.wav", "caf\ufffd.wav")
        assert store.paths[2] == strange


def test_names_tell_files_of_one_name_apart(tmp_path: Path) -> None:
    for name in ["x/1/a.wav", "y/1/a.wav", "y/2/a.wav", "b.wav"]:
        path = tmp_path / "sounds" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, noise(9_600), 48_000)
    store = built(tmp_path / "sounds", tmp_path / "cache")
    assert store.names == ("b.wav", "x/1/a.wav", "y/1/a.wav", "2/a.wav")
