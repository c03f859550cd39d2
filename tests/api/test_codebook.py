from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.api.conftest import Train
from tests.api.refusals import sentence
from tests.library.model_parts import parts_of

from distill import api
from distill.api import Model, Trained
from distill.api.codebook import ORDERS, _sentence
from distill.atlas import sounds_of
from distill.audio.files import read
from distill.codec.model import expected_tensors
from distill.codes import storage
from distill.codes.entries import DESCRIPTORS, Entries, Note
from distill.errors import BadModelFile, BadSetting, ForeignCodes, UnknownModel
from distill.library.catalog import Catalog
from distill.library.model_file import load, save

Library = tuple[Path, Trained]


@pytest.fixture(scope="session")
def tiny(library: Library) -> Model:
    return api.open_model("tiny", home=library[0], device="cpu")


@pytest.fixture
def own(tmp_path: Path, library: Library) -> Path:
    """A copy of the tiny model that a test may change."""
    path = tmp_path / "home" / "models" / "tiny.distill"
    path.parent.mkdir(parents=True)
    shutil.copy(library[1].path, path)
    return path


@pytest.fixture
def entries(tiny: Model) -> Entries:
    assert tiny.entries is not None
    return tiny.entries


def test_training_measures_the_entries_and_says_how_well_their_slopes_hold(
    library: Library, tiny: Model, entries: Entries
) -> None:
    assert entries.fingerprint == tiny.fingerprint
    assert entries.usage.shape == (3, 16)
    fits = library[1].statistics["entry_fits"]
    assert isinstance(fits, dict)
    assert tuple(fits) == DESCRIPTORS
    assert fits == {name: pytest.approx(fit, abs=1e-3) for name, fit in entries.fits_by_name.items()}
    shares = [(row > 0).mean() for row in entries.usage]
    assert library[1].statistics["utilisation"] == pytest.approx(shares, abs=1e-4)


@pytest.mark.parametrize("sort", ORDERS)
def test_entries_are_listed_in_the_order_asked_for(tiny: Model, entries: Entries, sort: str) -> None:
    lines = api.codebook(tiny, level=2, sort=sort).lines
    assert sorted(line.code for line in lines) == list(range(16))
    if sort == "code":
        values = [-float(line.code) for line in lines]
    else:
        values = [line.share if sort == "usage" else line.figures[sort] for line in lines]
    assert values == sorted(values, reverse=True)
    assert sum(line.share for line in lines) == pytest.approx(1)


def test_the_sentence_tells_the_dead_and_the_dominant() -> None:
    said = [f"sound {code}" for code in range(40)]
    shares = np.full(40, 0.0)
    shares[5], shares[7:] = 0.34, 0.02
    assert _sentence(1, "Structure", shares, said) == (
        "Level 1 (Structure): 6 of 40 entries are dead, used by nothing in the collection (0, 1, 2, 3, 4, 6); "
        "1 dominates, with 10 times an even share or more (entry 5, sound 5, with 34 %)."
    )
    assert _sentence(2, "Timbre", np.full(40, 1 / 40), said) == (
        "Level 2 (Timbre): all 40 entries are in use; none dominates."
    )
    shares[8:30] = 0
    assert "(0, 1, 2, 3, 4, 6, 8, 9 and 20 more)" in _sentence(1, "Structure", shares, said)


def test_similar_entries_come_nearest_first(tiny: Model, entries: Entries) -> None:
    found = api.similar(tiny, 1, 4, count=5)
    codes = [line.code for line in found.lines]
    assert codes[0] == 4
    assert len(codes) == 6
    distances = entries.lookup.distances[0, 4, codes]
    assert distances.tolist() == sorted(distances.tolist())


def test_the_sound_of_an_entry_lies_in_its_file(tiny: Model, entries: Entries, tmp_path: Path) -> None:
    written = api.entry_sound(tiny, 3, 9, output=tmp_path / "e.wav")
    assert written.seconds == 24 * 1024 / 48_000
    sound = read(written.path).samples[0]
    wanted = sounds_of(tiny.codec, entries, 3, [9])[0]
    np.testing.assert_allclose(sound[600:-600], wanted[600:-600], atol=1e-4)
    assert sound[0] == sound[-1] == 0


def test_a_contact_sheet_has_every_entry_in_use_where_it_says(
    tiny: Model, entries: Entries, tmp_path: Path
) -> None:
    sheet = api.contact_sheet(tiny, 1, output=tmp_path / "s.wav")
    sound = read(sheet.path).samples[0]
    use = entries.usage[0]
    codes = [code for _, code in sheet.starts]
    assert set(codes) == set(np.flatnonzero(use))
    assert [use[code] for code in codes] == sorted((use[code] for code in codes), reverse=True)
    assert len(sound) / 48_000 == sheet.seconds == pytest.approx(len(codes) * (0.512 + 0.15))
    for (seconds, _), wanted in zip(sheet.starts, sounds_of(tiny.codec, entries, 1, codes), strict=True):
        first = round(seconds * 48_000)
        part = sound[first : first + len(wanted)]
        np.testing.assert_allclose(part[600:-600], wanted[600:-600], atol=1e-4)
        assert (sound[first + len(wanted) : first + len(wanted) + 7000] == 0).all()


def test_heat_maps_of_the_collection_and_of_one_sound_differ(
    tiny: Model, library: Library, sounds: Path, tmp_path: Path
) -> None:
    whole = api.heatmap(tiny, output=tmp_path / "whole.png")
    one = api.heatmap(tiny, output=tmp_path / "one.png", sound=sounds / "pluck.wav")
    (codes,) = api.encode(sounds / "pluck.wav", model=tiny.path, output=tmp_path / "pluck.wav.codes")
    again = api.heatmap(tiny, output=tmp_path / "again.png", sound=codes)
    assert whole.read_bytes()[:4] == one.read_bytes()[:4] == b"\x89PNG"
    assert whole.read_bytes() != one.read_bytes()
    assert again.stat().st_size == pytest.approx(one.stat().st_size, rel=0.1)


def test_codes_of_another_model_have_no_heat_map_here(
    tiny: Model, sounds: Path, tmp_path: Path, own: Path
) -> None:
    (file,) = api.encode(sounds / "pluck.wav", model=own, output=tmp_path / "a.codes")
    storage.save(replace(storage.load(file), fingerprint="ab" * 32), file)
    with pytest.raises(ForeignCodes):
        api.heatmap(tiny, output=tmp_path / "h.png", sound=file)


def test_names_and_notes_stay_with_the_model(own: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    before = api.open_model("tiny", home=home, device="cpu")
    assert api.name_entry("tiny", 2, 7, name=" glassy hit ", home=home) == Note("glassy hit")
    assert api.name_entry("tiny", 2, 7, text="from\nthe bell", home=home) == Note(
        "glassy hit", "from\nthe bell"
    )
    api.name_entry("tiny", 1, 0, name="rain", home=home)
    after = api.open_model("tiny", home=home, device="cpu")
    assert after.entries is not None
    assert after.entries.notes == {(2, 7): Note("glassy hit", "from\nthe bell"), (1, 0): Note("rain")}
    assert after.fingerprint == before.fingerprint
    (line,) = [line for line in api.codebook(after, level=2).lines if line.code == 7]
    assert line.note.name == "glassy hit"
    api.name_entry("tiny", 1, 0, name="", home=home)
    again = api.open_model("tiny", home=home, device="cpu")
    assert again.entries is not None
    assert set(again.entries.notes) == {(2, 7)}
    assert [path.name for path in own.parent.iterdir() if path.name != ".lock"] == ["tiny.distill"]


def test_what_cannot_be_a_name_changes_nothing(own: Path, tmp_path: Path) -> None:
    before = own.read_bytes()
    for level, code, name, said in (
        (1, 0, "x" * 65, "the name has 65 characters; give at most 64 that can be shown in one line."),
        (4, 0, "x", "level 4 was asked for, and there are levels 1 to 3; choose one of these."),
        (1, 16, "x", "entry 16 was asked for, and there are entries 0 to 15; choose one of these."),
    ):
        assert sentence(BadSetting, api.name_entry, own, level, code, name=name) == said
    with pytest.raises(UnknownModel):
        api.name_entry("bells", 1, 0, name="x", home=tmp_path / "home")
    assert own.read_bytes() == before


def test_what_is_not_there_is_refused(tiny: Model, tmp_path: Path) -> None:
    assert sentence(BadSetting, api.codebook, tiny, level=0) == (
        "level 0 was asked for, and there are levels 1 to 3; choose one of these."
    )
    assert sentence(BadSetting, api.codebook, tiny, sort="colour") == (
        "entries cannot be sorted by 'colour'; choose among usage, code, brightness, warmth, loudness, bandwidth, "
        "noisiness, roughness, tension, onset."
    )
    assert sentence(BadSetting, api.similar, tiny, 1, -1) == (
        "entry -1 was asked for, and there are entries 0 to 15; choose one of these."
    )
    assert sentence(BadSetting, api.entry_sound, tiny, 1, 0, output=tmp_path / "a.mp3") == (
        "'a.mp3' was given, and the sound is written as WAV; give a file name that ends in .wav."
    )
    assert sentence(BadSetting, api.contact_sheet, tiny, 1, output=tmp_path / "a") == (
        "'a' was given, and the sheet is written as WAV; give a file name that ends in .wav."
    )
    assert sentence(BadSetting, api.heatmap, tiny, output=tmp_path / "a.jpg") == (
        "'a.jpg' was given, and the heat map is drawn as PNG; give a file name that ends in .png."
    )
    assert not list(tmp_path.iterdir())


def test_a_model_that_was_never_measured_says_what_to_do(own: Path, tmp_path: Path) -> None:
    file = load(own, expected=expected_tensors)
    codec = {f"codec.{name}": tensor for name, tensor in file.codec_tensors.items()}
    save(own, replace(file, tensors=codec, prior={}))
    assert api.open_model(own, device="cpu").entries is None
    assert not any(name.startswith("entries.") for name in parts_of(own)[0])
    assert sentence(BadModelFile, api.codebook, own) == (
        "the model 'tiny' was made before entries were listened to, so nothing is known of them; "
        "train it --longer for a minute, or train it anew."
    )


def test_names_go_along_when_a_model_is_trained_again(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    quick_train([sounds], seed=3)
    for code in range(16):
        api.name_entry("mine", 1, code, name=f"sound {code}", home=home)
    again = quick_train([sounds], seed=3, replace=True)  # the same again: every entry is the old one
    assert "16 of your 16 named entries were recognised and keep their names." in again.sentences
    other = quick_train([sounds], seed=4, replace=True, codebook_size=32)
    opened = api.open_model("mine", home=home, device="cpu")
    assert opened.entries is not None
    told = " ".join(other.sentences)
    assert len(opened.entries.notes) < 16
    assert "Nothing in the new model sounds like these entries, so their names were dropped: " in told
    for name in {f"sound {code}" for code in range(16)} - {
        note.name for note in opened.entries.notes.values()
    }:
        assert f"{name} (entry " in told
    assert [entry.name for entry in Catalog(home).list()] == ["mine"]


def test_the_map_of_each_level_is_another_picture(tiny: Model, tmp_path: Path) -> None:
    first, second, again = (
        api.entry_map(tiny, level, output=tmp_path / f"{name}.png").read_bytes()
        for level, name in ((1, "first"), (2, "second"), (1, "again"))
    )
    assert first == again
    assert first != second
    assert sentence(BadSetting, api.entry_map, tiny, 9, output=tmp_path / "a.png") == (
        "level 9 was asked for, and there are levels 1 to 3; choose one of these."
    )
    assert sentence(BadSetting, api.entry_map, tiny, output=tmp_path / "a.jpg") == (
        "'a.jpg' was given, and the map is drawn as PNG; give a file name that ends in .png."
    )


def test_an_entry_is_heard_without_a_file_as_it_is_with_one(tiny: Model, tmp_path: Path) -> None:
    samples = api.entry_samples(tiny, 2, 3)
    written = api.entry_sound(tiny, 2, 3, output=tmp_path / "entry.wav")
    kept = read(written.path).samples
    assert kept.shape == samples.shape
    np.testing.assert_allclose(kept, samples, atol=2**-23)


def test_the_use_of_one_sound_is_counted(tiny: Model, entries: Entries, sounds: Path) -> None:
    assert (api.entry_usage(tiny) == entries.usage).all()
    counts = api.entry_usage(tiny, sound=sounds / "pluck.wav")
    assert counts.shape == entries.usage.shape
    assert counts.sum(1).tolist() == [-(-96_000 // 1024)] * len(counts)
