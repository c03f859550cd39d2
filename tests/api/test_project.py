from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from distill import api
from distill.api import Project
from distill.api import project_slots as module
from distill.codes import storage
from distill.codes.editing import Edit, apply
from distill.codes.operation import make
from distill.codes.region import Region
from distill.codes.spelling import parse
from distill.errors import BadCodes, BadSetting, BadSound, ForeignCodes, UnknownModel

REVERSE = Edit(make("reverse", {}))


def test_what_is_edited_here_is_what_the_edit_verb_makes(
    project: Project, home: Path, sounds: Path, tmp_path: Path
) -> None:
    edits = ["reverse from=0.5 to=1.0 seed=5", "brighter from=1.0 to=1.5 seed=6"]
    for edit in edits:
        project.do("A", [edit])
    api.encode(sounds / "pluck.wav", model="tiny", output=tmp_path / "a.codes", device="cpu")
    api.edit(tmp_path / "a.codes", edits, output=tmp_path / "b.codes", device="cpu")
    assert project.codes("A") == storage.load(tmp_path / "b.codes")


def test_a_change_tells_the_stretch_that_differs_and_nothing_more(project: Project) -> None:
    before = project.sound("A").sound.grid
    change = project.do(
        "A",
        [Edit(make("set", {"code": int(before[0, 1, 20] + 1) % 16}), Region(start=20, stop=21, levels=(2,)))],
    )
    assert (change.start, change.stop, change.num_steps) == (20, 21, before.shape[2])
    gone = project.do("A", ["delete from=30st to=40st"])
    after = project.sound("A").sound.grid
    rebuilt = np.concatenate(
        [
            before[:, :, : gone.start],
            gone.codes,
            before[:, :, before.shape[2] - (after.shape[2] - gone.stop) :],
        ],
        axis=2,
    )
    rebuilt[0, 1, 20] = after[0, 1, 20]
    assert np.array_equal(rebuilt, after)
    assert gone.stop - gone.start <= 1


def test_a_gesture_of_several_edits_is_made_whole_and_taken_back_whole(project: Project) -> None:
    before = project.sound("A").sound
    with pytest.raises(BadSetting):
        project.do("A", [REVERSE, Edit(make("set", {"code": 99}))])
    assert project.sound("A").sound == before
    project.do("A", [REVERSE, Edit(make("set", {"code": 3}), Region(levels=(3,)))], label="Both at once")
    assert project.sound("A").done == ("Both at once",)
    project.undo("A")
    assert project.sound("A").sound == before
    assert project.sound("A").undone == ("Both at once",)


def test_locked_levels_stay_whatever_is_done(project: Project) -> None:
    project.set_levels("A", locked=[1, 3], muted=[], soloed=[])
    before = project.sound("A").sound.grid
    project.do("A", ["randomise seed=3"])
    after = project.sound("A").sound.grid
    assert np.array_equal(after[:, [0, 2]], before[:, [0, 2]])
    assert not np.array_equal(after[:, 1], before[:, 1])
    with pytest.raises(BadSetting, match="unlock those that are locked"):
        project.do("A", ["delete from=0.5 to=1.0"])
    with pytest.raises(BadSetting, match="there is no level 4"):
        project.set_levels("A", locked=[4], muted=[], soloed=[])


def test_swapping_both_is_one_gesture_of_each(project: Project) -> None:
    a, b = project.sound("A").sound.grid, project.sound("B").sound.grid
    project.swap(Region(start=10, stop=30, levels=(1,)))
    assert np.array_equal(project.sound("A").sound.grid[0, 0, 10:30], b[0, 0, 10:30])
    assert np.array_equal(project.sound("B").sound.grid[0, 0, 10:30], a[0, 0, 10:30])
    assert project.sound("A").done == project.sound("B").done == ("Swap A and B",)


def test_an_edit_takes_codes_from_the_other_open_sound(project: Project) -> None:
    record = {
        "operation": "blend",
        "region": {"start": 10, "stop": 40},
        "arguments": {"amount": 1.0},
        "seed": 0,
    }
    project.do_records("A", [record | {"with": "B"}])
    b = project.sound("B").sound
    made = parse(
        "blend with=B amount=1.0 from=10st to=40st",
        codes=project.sound("A").session.original,
        load=lambda _: b,
    )
    assert project.codes("A") == apply(
        project.sound("A").session.original, [made], entries=project.model_of(b).entries
    )
    project.undo("A")
    project.do("A", ["blend with=B amount=1.0 from=10st to=40st"])
    assert [edit.to_json() for edit in project.sound("A").session.done] == [made.to_json()]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({}, "not one of Distill's"),
        ({"operation": "reverse"}, "not one of Distill's"),
        ({"operation": 3, "region": {}, "arguments": {}, "seed": 0}, "is no text"),
        ({"operation": "reverse", "region": {}, "arguments": {}, "seed": -1}, "seed of an edit"),
        (
            {"operation": "reverse", "region": {"start": -1}, "arguments": {}, "seed": 0},
            "region cannot be used",
        ),
        (
            {"operation": "reverse", "region": {"start": 10**6}, "arguments": {}, "seed": 0},
            "lie outside this sound",
        ),
        ({"operation": "nothing", "region": {}, "arguments": {}, "seed": 0}, "no operation 'nothing'"),
        ({"operation": "set", "region": {}, "arguments": {"code": 16}, "seed": 0}, "code 16 was asked for"),
        ({"operation": "reverse", "region": {}, "arguments": {}, "seed": 0, "with": "B"}, "takes no codes"),
        ({"operation": "swap", "region": {}, "arguments": {}, "seed": 0, "with": "../x"}, "is no open sound"),
        ({"operation": "swap", "region": {}, "arguments": [], "seed": 0, "with": "B"}, "takes no codes"),
        ({"operation": "duplicate", "region": {}, "arguments": {"times": 10**7}, "seed": 0}, "steps"),
    ],
)
def test_a_strangers_record_is_refused_in_one_sentence(
    project: Project, record: dict[str, Any], said: str
) -> None:
    before = project.sound("A").sound
    with pytest.raises((BadSetting, BadCodes), match=said):
        project.do_records("A", [record])
    assert project.sound("A").sound == before


def test_a_sound_opens_in_both_slots_and_each_goes_its_own_way(project: Project) -> None:
    project.do("A", ["reverse"])
    project.open_slot("B", "A")
    project.do("B", ["mirror"])
    assert len(project.sound("A").done) == 1
    assert len(project.sound("B").done) == 2


def test_templates_are_kept_from_one_sound_and_made_on_the_other(project: Project) -> None:
    project.do("A", ["reverse from=0.5 to=1.0", "thin hold=4"])
    project.save_template("A", "Slow")
    project.apply_template("B", "Slow")
    assert project.sound("B").done == ("Template Slow",)
    assert project.sound("B").session.done == project.sound("A").session.done


def test_a_selection_is_regenerated_as_one_edit_that_can_be_undone(project: Project) -> None:
    before = project.sound("A").sound.grid
    project.set_levels("A", locked=[1], muted=[], soloed=[])
    change, made = project.regenerate("A", Region(start=20, stop=40), seed=4)
    after = project.sound("A").sound.grid
    assert np.array_equal(after[:, 0], before[:, 0])
    assert np.array_equal(after[:, :, :20], before[:, :, :20])
    assert 20 <= change.start < change.stop <= 40
    assert made.sentences
    project.undo("A")
    assert np.array_equal(project.sound("A").sound.grid, before)


@pytest.mark.parametrize("name", ["notes.txt", "nothing.wav", "empty.wav", "broken.codes"])
def test_what_is_no_sound_is_one_sentence_and_changes_nothing(
    project: Project, sounds: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "broken.codes").write_bytes(b"DSTLCODE and more")
    before = project.codes("A")
    path = sounds / name if name == "notes.txt" else tmp_path / name
    with pytest.raises((BadSound, BadCodes)):
        project.open_file("A", path, model="tiny")
    assert project.codes("A") == before


def test_too_long_sounds_are_refused_with_the_limit(
    project: Project, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_SECONDS", 1.2)
    with pytest.raises(BadSound, match=r"'pluck.wav' is 0\.0 min long, and the editor opens up to 0\.02 min"):
        project.open_file("A", sounds / "pluck.wav", model="tiny")
    with pytest.raises(BadSound):
        project.open_codes("A", project.codes("B"), title="B")


def test_codes_of_a_model_that_is_gone_are_one_sentence(project: Project, home: Path) -> None:
    foreign = project.codes("A").__class__(
        project.codes("A").grid,
        codebook_size=16,
        fingerprint="ab" * 32,
        model="gone",
        num_samples=project.codes("A").num_samples,
    )
    with pytest.raises((UnknownModel, ForeignCodes)):
        project.open_codes("B", foreign, title="x")
    assert project.sound("B").title == "wide"


def test_the_palette_holds_every_entry_once_in_its_order(home: Path) -> None:
    levels = api.palette(api.open_model("tiny", home=home, device="cpu"))
    assert [one.level_name for one in levels] == ["Structure", "Timbre", "Detail"]
    for one in levels:
        assert sorted(one.order.tolist()) == list(range(16))
        assert one.brightness[one.order[0]] == 0
        assert len(one.words) == 16
        assert one.usage.sum() == pytest.approx(1)
        assert all(code not in near for code, near in enumerate(one.nearest.tolist()))
        assert json.dumps(one.to_json())
