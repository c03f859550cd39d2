"""The verbs of editing: from files to files, all or nothing, with everything to undo and to repeat."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.api.refusals import sentence
from tests.signals import mixture

from distill import api, render
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.writing import write_wav
from distill.codec.model import expected_tensors
from distill.codes import storage
from distill.codes.editing import MOST_SEED, Edit, edits_of
from distill.codes.grid import Codes
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadCodes, BadInput, BadSetting, ForeignCodes, NameTaken, UnknownModel
from distill.library.model_file import load, save

STEP = 1024


@pytest.fixture
def rain(home: Path, tmp_path: Path) -> Path:
    return encoded(tmp_path, "rain", seed=3, channels=2)


@pytest.fixture
def voice(home: Path, tmp_path: Path) -> Path:
    return encoded(tmp_path, "voice", seed=4, channels=1, num_steps=30)


def encoded(folder: Path, name: str, *, seed: int, channels: int, num_steps: int = 40) -> Path:
    write_wav(folder / f"{name}.wav", Clip(mixture(num_steps * STEP - 100, seed=seed, channels=channels)))
    (path,) = api.encode(folder / f"{name}.wav", model="tiny", output=folder / f"{name}.codes", device="cpu")
    return path


def test_an_edit_is_made_written_and_told(rain: Path, tmp_path: Path) -> None:
    (made,) = api.edit(rain, ["reverse from=10st to=20st levels=1"], output=tmp_path / "b.codes")
    before, after = storage.load(rain), storage.load(tmp_path / "b.codes")
    assert np.array_equal(after.grid[:, 0, 10:20], before.grid[:, 0, 10:20][:, ::-1])
    assert np.array_equal(after.grid[:, 1:], before.grid[:, 1:])
    assert made.path == tmp_path / "b.codes"
    assert made.edits == ("reverse from=0.213s to=0.427s levels=1",)
    assert made.changed == pytest.approx(np.mean(before.grid != after.grid))
    assert made.seconds == before.seconds


def test_edits_given_as_records_and_as_text_are_the_same(rain: Path, tmp_path: Path) -> None:
    api.edit(rain, ["reverse from=10st to=20st levels=1"], output=tmp_path / "text.codes")
    record = Edit(make("reverse", {}), Region(start=10, stop=20, levels=(1,)))
    api.edit(rain, [record], output=tmp_path / "record.codes")
    assert storage.load(tmp_path / "text.codes") == storage.load(tmp_path / "record.codes")


def test_everything_can_be_undone_from_the_file_alone(rain: Path, tmp_path: Path) -> None:
    api.edit(rain, ["reverse", "set code=3 levels=1", "thin hold=3"], output=tmp_path / "b.codes")
    assert len(api.history(tmp_path / "b.codes").edits) == 3
    api.edit(tmp_path / "b.codes", undo=1, output=tmp_path / "c.codes")
    assert [text.split()[0] for text in api.history(tmp_path / "c.codes").edits] == ["reverse", "set"]
    api.edit(tmp_path / "c.codes", undo=2, output=tmp_path / "d.codes")
    assert storage.load(tmp_path / "d.codes") == storage.load(rain)
    assert sentence(BadSetting, api.edit, tmp_path / "d.codes", undo=1, output=tmp_path / "e.codes") == (
        "there is nothing to undo: this sound has not been edited."
    )


def test_a_sound_is_written_for_a_wav(rain: Path, tmp_path: Path) -> None:
    (made,) = api.edit(rain, ["reverse"], output=tmp_path / "b.wav", device="cpu")
    api.edit(rain, ["reverse"], output=tmp_path / "b.codes")
    api.decode(tmp_path / "b.codes", output=tmp_path / "c.wav", device="cpu")
    assert made.path.read_bytes() == (tmp_path / "c.wav").read_bytes()
    assert read(made.path).samples.shape == (2, 40 * STEP - 100)


def test_one_list_of_edits_goes_over_many_sounds(rain: Path, voice: Path, tmp_path: Path) -> None:
    made = api.edit([rain, voice], ["reverse to=20st", "randomise seed=4"], output=tmp_path / "out")
    assert [one.path for one in made] == [tmp_path / "out/rain.codes", tmp_path / "out/voice.codes"]
    api.edit(voice, output=tmp_path / "again.codes", replay=tmp_path / "out" / "rain.codes")
    assert storage.load(tmp_path / "again.codes") == storage.load(tmp_path / "out" / "voice.codes")


def test_nothing_is_written_when_one_of_several_cannot_be_edited(
    rain: Path, voice: Path, tmp_path: Path
) -> None:
    said = sentence(
        BadSetting, api.edit, [rain, voice], ["reverse from=35st"], output=tmp_path / "out"
    )  # voice has 30 steps
    assert said == "'voice.codes': from=35st lies outside this sound of 0.64 s; choose a time within it."
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_when_one_of_several_cannot_be_saved(
    rain: Path, voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = storage.to_bytes

    def refusing(codes: Codes) -> bytes:
        if codes.source == "voice.wav":
            raise BadCodes("it does not fit.")
        return real(codes)

    monkeypatch.setattr(storage, "to_bytes", refusing)
    out = tmp_path / "out"
    assert sentence(BadCodes, api.edit, [rain, voice], ["reverse"], output=out) == (
        "'voice.codes': it does not fit."
    )
    assert sentence(BadCodes, api.swap, rain, voice, output=out, other_output=out) == "it does not fit."
    assert not out.exists()


def test_nothing_is_written_of_a_sound_whose_list_is_damaged(rain: Path, tmp_path: Path) -> None:
    codes = storage.load(rain)
    record = Edit(make("reverse", {})).to_json()
    storage.save(codes.with_grid(codes.grid, edits=[record]), tmp_path / "torn.codes")
    for output in (tmp_path / "b.codes", tmp_path / "b.wav"):
        for verb in (partial(api.edit, do=["reverse"]), partial(api.regenerate, stop="20st", candidates=1)):
            said = sentence(BadCodes, verb, tmp_path / "torn.codes", output=output, device="cpu")
            assert said.startswith("the list of edits does not begin with the codes as they were")
            assert not output.exists()


@pytest.mark.parametrize("given", ["text", "record", "template", "replay"])
def test_locked_levels_stay(rain: Path, tmp_path: Path, given: str) -> None:
    api.edit(rain, ["reverse", "randomise"], output=tmp_path / "list.codes")
    api.save_template("list", tmp_path / "list.codes")
    ways: dict[str, dict[str, Any]] = {
        "text": {"do": ["reverse", "randomise"]},
        "record": {"do": [Edit(make("reverse", {})), Edit(make("randomise", {}))]},
        "template": {"template": "list"},
        "replay": {"replay": tmp_path / "list.codes"},
    }
    api.edit(rain, output=tmp_path / "b.codes", locked=[1, 3], **ways[given])
    before, after = storage.load(rain), storage.load(tmp_path / "b.codes")
    assert np.array_equal(before.grid[:, [0, 2]], after.grid[:, [0, 2]])
    assert not np.array_equal(before.grid[:, 1], after.grid[:, 1])
    assert sentence(BadSetting, api.edit, rain, output=tmp_path / "c.codes", locked=[9], **ways[given]) == (
        "there is no level 9; this sound has 1 to 3, so choose among these."
    )


def test_what_changes_the_length_cannot_be_made_with_a_locked_level(rain: Path, tmp_path: Path) -> None:
    api.edit(rain, ["delete to=10st"], output=tmp_path / "list.codes")
    said = sentence(
        BadSetting, api.edit, rain, replay=tmp_path / "list.codes", output=tmp_path / "b.codes", locked=[1]
    )
    assert said.startswith("delete moves what comes after it, on all levels and channels alike")
    assert not (tmp_path / "b.codes").exists()


def test_seeds_count_up_and_begin_again_behind_the_last(rain: Path, tmp_path: Path) -> None:
    api.edit(rain, ["shuffle", "shuffle"], output=tmp_path / "b.codes", seed=MOST_SEED)
    assert [edit.seed for edit in edits_of(storage.load(tmp_path / "b.codes"))] == [MOST_SEED, 0]


def test_times_can_be_beats_and_snap_to_them(rain: Path, tmp_path: Path) -> None:
    api.edit(rain, ["reverse from=1b to=2b"], output=tmp_path / "b.codes", tempo=200)
    api.edit(rain, ["reverse from=0.28 to=0.61"], output=tmp_path / "c.codes", tempo=200, snap="1b")
    assert storage.load(tmp_path / "b.codes") == storage.load(tmp_path / "c.codes")
    assert storage.load(tmp_path / "b.codes").edits[1]["region"] == {"start": 14, "stop": 28}


def test_swapping_twice_is_nothing(rain: Path, voice: Path, tmp_path: Path) -> None:
    a, b, c, d = (tmp_path / f"{name}.codes" for name in "abcd")
    made = api.swap(rain, voice, output=a, other_output=b, levels="1", start="0.1", stop="0.5")
    assert [one.path for one in made] == [a, b]
    assert not np.array_equal(storage.load(a).grid, storage.load(rain).grid)
    api.swap(a, b, output=c, other_output=d, levels="1", start="0.1", stop="0.5")
    assert np.array_equal(storage.load(c).grid, storage.load(rain).grid)
    assert np.array_equal(storage.load(d).grid, storage.load(voice).grid)


def test_both_sounds_of_a_swap_go_into_a_folder_by_their_own_names(
    rain: Path, voice: Path, tmp_path: Path
) -> None:
    made = api.swap(rain, voice, output=tmp_path / "out", other_output=tmp_path / "out")
    assert [one.path for one in made] == [tmp_path / "out/rain.codes", tmp_path / "out/voice.codes"]
    made = api.swap(rain, rain, output=tmp_path / "1", other_output=tmp_path / "2")
    assert [one.path for one in made] == [tmp_path / "1/rain.codes", tmp_path / "2/rain.codes"]
    for output in (tmp_path / "new", tmp_path / "new" / "a.codes"):
        assert sentence(BadSetting, api.swap, rain, rain, output=output, other_output=output) == (
            f"several results would be written to {'rain.codes' if output.suffix == '' else 'a.codes'!r}; "
            "swap files of the same name into different folders."
        )
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("amount", [0.0, 1.0])
def test_a_blend_has_a_sound_at_either_end(rain: Path, voice: Path, tmp_path: Path, amount: float) -> None:
    made = api.blend(voice, rain, amount=amount, output=tmp_path / "b.codes", device="cpu")
    expected = storage.load(voice).grid if amount == 0 else storage.load(rain).grid[:1, :, :30]
    assert np.array_equal(storage.load(made.path).grid, expected)


@pytest.mark.parametrize("name", ["a\u3000b", "a\u202fb", "a\xa0b", "a\u200db", 'it\'s "b"', "a\udcffb"])
def test_a_blend_opens_a_file_of_any_name(rain: Path, voice: Path, tmp_path: Path, name: str) -> None:
    other = tmp_path / f"{name}.codes"
    try:
        voice.rename(other)
    except (OSError, UnicodeError):
        pytest.skip("this system has no such names")
    storage.save(replace(storage.load(other), source=""), other)  # so that the record names the file
    for way in (rain, other), (other, rain):
        made = api.blend(*way, output=tmp_path / "b.codes", levels="1, 3", method="alternate")
        assert "levels=1,3" in made.edits[0]
        assert storage.load(made.path).edits


def test_edits_are_kept_by_name_and_used_again(rain: Path, voice: Path, home: Path, tmp_path: Path) -> None:
    edits = ["reverse to=10st", "thin hold=4"]
    (kept,) = api.edit(rain, edits, output=tmp_path / "b.codes", keep_as="stutter")
    assert kept.sentences == (
        f"Kept the edits as the template 'stutter' in {home / 'templates' / 'stutter.json'}",
    )
    assert [one.name for one in api.templates()] == ["stutter"]
    (made,) = api.edit(voice, template="stutter", output=tmp_path / "c.codes")
    assert [text.split()[0] for text in made.edits] == ["reverse", "thin"]
    assert "stutter" in sentence(NameTaken, api.save_template, "stutter", tmp_path / "b.codes")
    api.delete_template("stutter")
    assert api.templates() == []
    assert "stutter" in sentence(BadInput, api.edit, voice, template="stutter", output=tmp_path / "d.codes")


def test_edits_that_cannot_be_kept_by_name_are_refused_before_anything_is_written(
    rain: Path, home: Path, tmp_path: Path
) -> None:
    api.edit(rain, ["reverse"], output=tmp_path / "b.codes", keep_as="stutter")
    edit = partial(api.edit, tmp_path / "b.codes")
    output = tmp_path / "c.codes"
    assert "stutter" in sentence(NameTaken, edit, ["reverse"], output=output, keep_as="Stutter")
    assert "a/b" in sentence(BadSetting, edit, ["reverse"], output=output, keep_as="a/b")
    assert "there is no edit to keep" in sentence(BadSetting, edit, undo=1, output=output, keep_as="none")
    said = sentence(BadSetting, edit, ["reverse"], output=tmp_path / "c.WAV", keep_as="heard")
    assert "written as the sound 'c.WAV'; write it as FILE.codes or into a folder." in said
    assert [path.name for path in tmp_path.glob("c.*")] == []
    assert [one.name for one in api.templates()] == ["stutter"]
    (tmp_path / "takes.wav").mkdir()  # a folder, whatever its name
    edit(["reverse"], output=tmp_path / "takes.wav", keep_as="heard")
    assert [one.name for one in api.templates()] == ["heard", "stutter"]


def test_an_edit_by_ear_opens_the_model_and_others_do_not(rain: Path, home: Path, tmp_path: Path) -> None:
    (home / "models" / "tiny.distill").unlink()
    api.edit(rain, ["reverse"], output=tmp_path / "b.codes")
    said = sentence(UnknownModel, api.edit, rain, ["randomise by=near"], output=tmp_path / "c.codes")
    assert "'tiny'" in said
    assert not (tmp_path / "c.codes").exists()


def test_a_model_is_opened_once_for_all_sounds_and_their_writing(
    rain: Path, voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []

    def counted(*given: object, **asked: object) -> object:
        opened.append(given)
        return api.open_model(*given, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr("distill.api.sounds.open_model", counted)
    api.edit([rain, voice], ["randomise by=near", "randomise by=near"], output=tmp_path / "out", device="cpu")
    assert len(opened) == 1
    api.edit(rain, ["randomise by=near"], output=tmp_path / "b.wav", device="cpu")
    assert len(opened) == 2


def test_codes_of_a_renamed_model_and_of_its_successor_are_edited_and_exported_together(
    rain: Path, home: Path, tmp_path: Path
) -> None:
    api.rename_model("tiny", "old")
    file = load(home / "models" / "old.distill", expected=expected_tensors)
    name = next(
        name
        for name, tensor in file.tensors.items()
        if name.startswith("codec.") and tensor.is_floating_point()
    )
    anew = replace(file, name="tiny", tensors={**file.tensors, name: file.tensors[name] * 1.01})
    save(home / "models" / "tiny.distill", anew)
    voice = encoded(tmp_path, "voice", seed=4, channels=1)
    codes = [storage.load(path) for path in (rain, voice)]
    assert codes[0].model == codes[1].model == "tiny"
    assert codes[0].fingerprint != codes[1].fingerprint
    made = api.edit([rain, voice], ["randomise by=near"], output=tmp_path / "out", device="cpu")
    assert [one.path.name for one in made] == ["rain.codes", "voice.codes"]
    files = api.export([rain, voice], output=tmp_path / "out", device="cpu")
    assert [one.path.name for one in files] == ["rain.wav", "voice.wav"]


def test_codes_of_another_model_are_refused(rain: Path, tmp_path: Path) -> None:
    codes = storage.load(rain)
    storage.save(Codes(codes.grid, codebook_size=codes.codebook_size, fingerprint="0" * 64, model="other",
                       num_samples=codes.num_samples), tmp_path / "foreign.codes")  # fmt: skip
    api.regenerate(rain, output=tmp_path / "new.codes", stop="20st", candidates=1, device="cpu")
    for call in (
        lambda: api.swap(rain, tmp_path / "foreign.codes", output=tmp_path / "b.codes"),
        lambda: api.edit(rain, ["paste with=foreign.codes"], output=tmp_path / "b.codes"),
        lambda: api.blend(rain, tmp_path / "foreign.codes", output=tmp_path / "b.codes", device="cpu"),
        lambda: api.edit(
            tmp_path / "foreign.codes", replay=tmp_path / "new.codes", output=tmp_path / "b.codes"
        ),
    ):
        sentence(ForeignCodes, call)
    assert not (tmp_path / "b.codes").exists()


def test_what_cannot_be_done_is_one_sentence(rain: Path, voice: Path, tmp_path: Path) -> None:
    out = tmp_path / "b.codes"
    assert sentence(BadSetting, api.edit, rain, output=out) == (
        "no edit was given; say what to do (--do 'reverse from=1 to=2'), or what to undo, or which template to use."
    )
    assert sentence(BadSetting, api.edit, [rain, voice], ["reverse"], output=tmp_path / "b.wav") == (
        "2 files were given and one sound to write, 'b.wav'; give a folder for several."
    )
    assert sentence(BadSetting, api.edit, rain, ["reverse"], output=out, snap="1b") == (
        "snapping needs a tempo; give one (--tempo 120)."
    )
    for seed in (-1, MOST_SEED + 1):
        assert sentence(BadSetting, api.edit, rain, ["shuffle"], output=out, seed=seed) == (
            f"seed {seed} was given; choose a whole number from 0 to {MOST_SEED}."
        )
    assert sentence(BadCodes, api.edit, tmp_path / "none.codes", ["reverse"], output=out).endswith(
        "choose a .codes file."
    )
    for verb in (partial(api.edit, rain, ["reverse"]), partial(api.regenerate, rain)):
        assert sentence(BadSetting, verb, output=tmp_path / "out.flac") == (
            "the codes were to be written to 'out.flac'; give a file name that ends in .codes or .wav, or a folder."
        )
    assert sentence(BadCodes, api.edit, rain, [f"paste with={'x' * 300}"], output=out).endswith(
        "cannot be read: file name too long; choose a .codes file."
    )
    assert not out.exists()
    assert not (tmp_path / "out.flac").exists()


def test_the_edited_sound_differs_only_around_the_edit(rain: Path, tmp_path: Path, home: Path) -> None:
    api.edit(rain, ["set code=5 from=20st to=22st"], output=tmp_path / "b.codes")
    codec = api.open_model("tiny", device="cpu").codec
    before, after = (
        render.decode(codec, storage.load(path)).samples for path in (rain, tmp_path / "b.codes")
    )
    differs = np.flatnonzero(np.abs(before - after).max(axis=0) > 1e-4) // STEP
    assert len(differs)
    assert differs.min() >= 20 - codec.decoder_reach
    assert differs.max() < 22 + codec.decoder_reach
