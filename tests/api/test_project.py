from __future__ import annotations

import errno
import json
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from distill import api, render
from distill.api import Project
from distill.api import project_slots as module
from distill.api.encoding import encoded
from distill.api.project import _file_name
from distill.codes import storage
from distill.codes.editing import Edit, apply
from distill.codes.operation import make
from distill.codes.region import Region
from distill.codes.spelling import parse
from distill.codes.tempo import Tempo
from distill.errors import (
    BadCodes,
    BadInput,
    BadSetting,
    BadSound,
    Cancelled,
    ForeignCodes,
    NoSpace,
    Superseded,
    UnknownModel,
)
from distill.library import project_files
from distill.progress import Cancel

REVERSE = Edit(make("reverse", {}))


@pytest.fixture
def project(home: Path, sounds: Path) -> Project:
    """A project with the pluck as A and the stereo sound as B."""
    made = Project(home, device="cpu")
    made.open_file("A", sounds / "pluck.wav", model="tiny")
    made.open_file("B", sounds / "wide.wav", model="tiny")
    return made


def again(home: Path) -> Project:
    """The project as another process finds it."""
    return Project(home, device="cpu")


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


def test_everything_is_there_again_after_a_restart_with_what_was_taken_back(
    project: Project, home: Path
) -> None:
    before = project.sound("A").sound
    project.do("A", ["reverse", "set code=3 levels=2"], label="One")
    project.do("A", ["brighter from=0.5 to=1.0"], label="Two")
    project.do("A", ["delete from=1.0 to=1.2"], label="Three")
    whole = project.codes("A")
    project.undo("A", 2)
    project.set_levels("A", locked=[1], muted=[2], soloed=[3])
    project.set_tempo("A", Tempo(90.0, 3), 0.25)
    found = again(home)
    assert found.sentences == ()
    assert found.sound("A").to_json() == project.sound("A").to_json()
    assert found.codes("B") == project.codes("B")
    found.redo("A", 2)
    assert found.codes("A") == whole
    found.undo("A", 3)
    assert found.sound("A").sound == before


def test_a_title_that_cannot_be_shown_is_cleaned_and_open_again_after_a_restart(
    project: Project, home: Path, sounds: Path
) -> None:
    project.open_file(
        "A", sounds / "pluck.wav", model="tiny", title="b\udce4chle"
    )  # of a file from a Latin-1 system
    project.do("A", ["reverse"], label="by \udce4")
    assert project.sound("A").title == "b\ufffdchle"
    found = again(home)
    assert found.sentences == ()
    assert found.sound("A").title == "b\ufffdchle"
    assert found.codes("A") == project.codes("A")


def test_a_closed_sound_stays_closed(project: Project, home: Path) -> None:
    project.close("A")
    assert again(home).open_slots() == ("B",)
    with pytest.raises(BadInput, match="no sound in A any more"):
        project.undo("A")


def test_a_killed_writer_leaves_the_sound_as_it_was_before(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = project.codes("A")

    def killed(*args: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            project.do("A", ["reverse"])
    assert again(home).codes("A") == kept


def test_an_edit_that_cannot_be_written_is_made_and_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise NoSpace("the disk is full.")

    monkeypatch.setattr(project_files.ProjectFiles, "save", full)
    change = project.do("A", ["reverse"])
    assert change.sentences == ("The edit is made, but not kept on the disk: the disk is full.",)
    assert len(project.sound("A").done) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: b"",
        lambda text: b"[]",
        lambda text: text.replace(b'"distill_project":1', b'"distill_project":2'),
        lambda text: text.replace(b'"position":1', b'"position":9'),
        lambda text: text.replace(b'"reverse"', b'"rm -rf"'),
        lambda text: text.replace(b'"gestures":[["', b'"gestures":[["x",5],["'),
        lambda text: text.replace(b'"codebook_size":16', b'"codebook_size":2'),
        lambda text: text.replace(b'"revision":', b'"more":1,"revision":'),
        lambda text: text.replace(b'"packed":"', b'"packed":"AAAA'),
    ],
)  # fmt: skip
def test_a_damaged_file_is_one_sentence_and_an_empty_slot(project: Project, home: Path, damage: Any) -> None:
    project.do("A", ["reverse"])
    path = home / "projects" / "current" / "A.json"
    path.write_bytes(damage(path.read_bytes()))
    found = again(home)
    assert found.open_slots() == ("B",)
    (sentence,) = found.sentences
    assert sentence.startswith("sound A could not be opened as it was left (")
    assert not path.exists()
    assert path.with_suffix(".damaged").exists()
    assert again(home).sentences == ()


def test_a_file_that_cannot_be_read_is_left_and_gives_way_unharmed(
    project: Project, home: Path, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "projects" / "current" / "A.json"
    before, whole = path.read_bytes(), Path.read_bytes

    def refused(self: Path) -> bytes:
        if self == path:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return whole(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refused)
        found = again(home)
    assert found.sentences == (
        f"sound A could not be opened as it was left (too many open files); its file {str(path)!r} was left as it is, "
        "so let Distill read it and start Distill again, or open the sound again.",
    )
    found.close("A")
    assert path.read_bytes() == before
    found.open_file("A", sounds / "wide.wav", model="tiny")
    assert path.with_suffix(".unread").read_bytes() == before
    assert again(home).codes("A") == found.codes("A")


def test_a_damaged_file_that_cannot_be_moved_is_said_to_be_where_it_is(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home / "projects" / "current" / "A.json"
    path.write_bytes(b"[]")

    def held(*_: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", held)
        found = again(home)
        with pytest.raises(
            NoSpace, match=r"^what was left in A could not be moved to .*permission denied; move "
        ):
            found.open_slot("A", "B")
    (sentence,) = found.sentences
    assert f"its file is kept as {str(path)!r}, so" in sentence
    assert path.read_bytes() == b"[]"
    found.open_slot("A", "B")
    assert path.with_suffix(".damaged").read_bytes() == b"[]"


def test_a_change_on_an_older_revision_is_refused(project: Project) -> None:
    seen = project.sound("A").revision
    project.do("A", [REVERSE], revision=seen)
    before = project.sound("A").sound
    for late in (
        lambda: project.do("A", [REVERSE], revision=seen),
        lambda: project.undo("A", revision=seen),
        lambda: project.redo("A", revision=seen),
        lambda: project.swap(Region(), revisions={"A": seen}),
    ):
        with pytest.raises(Superseded, match="sound A was changed elsewhere"):
            late()
    assert project.sound("A").sound == before


def test_of_two_windows_that_edit_at_once_each_edit_is_made_once_or_refused(project: Project) -> None:
    made: list[bool] = []

    def window(code: int) -> None:
        for step in range(20):
            try:
                edit = Edit(make("set", {"code": code}), Region(start=step, stop=step + 1))
                project.do("A", [edit], revision=project.sound("A").revision)
                made.append(True)
            except Superseded:
                made.append(False)

    windows = [threading.Thread(target=window, args=(code,)) for code in (1, 2)]
    for one in windows:
        one.start()
    for one in windows:
        one.join()
    assert len(made) == 40
    assert len(project.sound("A").done) == sum(made)
    assert project.codes("A") == apply(project.sound("A").session.original, project.sound("A").session.done)


@pytest.mark.parametrize("meanwhile", ["edited", "closed", "another opened"])
def test_a_sound_that_changed_while_another_was_encoded_in_its_place_stays(
    project: Project, sounds: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    def slowly(*given: Any, **options: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(module, "encoded", encoded)
            if meanwhile == "edited":
                project.do("A", [REVERSE])
            elif meanwhile == "closed":
                project.close("A")
            else:
                project.open_file("A", sounds / "swell.wav", model="tiny")
        return encoded(*given, **options)

    monkeypatch.setattr(module, "encoded", slowly)
    with pytest.raises(Superseded, match="sound A was changed while 'wide' was being opened"):
        project.open_file("A", sounds / "wide.wav", model="tiny")
    if meanwhile == "closed":
        assert project.open_slots() == ("B",)
    else:
        assert project.sound("A").title == {"edited": "pluck", "another opened": "swell"}[meanwhile]
        assert len(project.sound("A").done) == (meanwhile == "edited")


def test_a_sound_whose_opening_was_stopped_at_the_last_moment_is_not_opened(
    project: Project, sounds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*given: Any, **options: Any) -> Any:
        codes = encoded(*given, **options)
        cancel.request()
        return codes

    cancel = Cancel()
    monkeypatch.setattr(module, "encoded", stopped)
    with pytest.raises(Cancelled):
        project.open_file("A", sounds / "wide.wav", model="tiny", cancel=cancel)
    assert project.sound("A").title == "pluck"


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


@pytest.mark.parametrize(
    "edits",
    [
        ["reverse from=0.8 to=1.0"],
        ["set code=3 levels=2 from=0.2 to=0.3", "set code=5 levels=1 from=1.5 to=1.6"],
        ["delete from=1.0 to=1.2"],
        ["duplicate from=0.2 to=0.4"],
        ["trim from=0.5 to=1.5"],
    ],
)
@pytest.mark.parametrize("slot", ["A", "B"])
def test_the_stretch_that_is_new_completes_the_old_sound(
    project: Project, slot: str, edits: list[str]
) -> None:
    before = project.hear(slot)
    assert before.samples.shape[1] == before.total
    for edit in edits:
        project.do(slot, [edit])
    heard = project.hear(slot, have=before.number)
    patched = np.zeros((before.samples.shape[0], heard.total), np.float32)
    shared = min(before.total, heard.total)
    patched[:, :shared] = before.samples[:, :shared]
    patched[:, heard.first : heard.first + heard.samples.shape[1]] = heard.samples
    codes = project.sound(slot).sound
    whole = render.decode(project.model_of(codes).codec, codes).samples
    np.testing.assert_allclose(patched, whole, atol=1e-5)
    if len(edits) == 1 and "reverse" in edits[0]:
        assert heard.samples.shape[1] < heard.total
    assert project.hear(slot, have=heard.number).samples.shape[1] == 0


def test_who_holds_an_older_sound_is_given_all_that_is_new_since(project: Project) -> None:
    first = project.hear("A")
    project.do("A", ["set code=1 from=0.2 to=0.25"])
    project.hear("A")
    project.do("A", ["set code=2 from=1.5 to=1.55"])
    last = project.hear("A", have=first.number)
    assert last.first < 0.25 * 48_000
    assert last.first + last.samples.shape[1] > 1.5 * 48_000
    assert project.hear("A", have=last.number + 1000).samples.shape[1] == last.total


@pytest.mark.parametrize("slot", ["A", "B"])
def test_muted_and_soloed_levels_are_heard_as_the_levels_that_are_left(project: Project, slot: str) -> None:
    codes = project.sound(slot).sound
    codec = project.model_of(codes).codec
    everything = project.hear(slot)
    project.set_levels(slot, locked=[], muted=[2], soloed=[])
    np.testing.assert_array_equal(
        project.hear(slot).samples, render.decode(codec, codes, levels=[1, 3]).samples
    )
    project.set_levels(slot, locked=[], muted=[1], soloed=[1, 3])
    np.testing.assert_array_equal(project.hear(slot).samples, render.decode(codec, codes, levels=[3]).samples)
    project.set_levels(slot, locked=[], muted=[1, 2, 3], soloed=[])
    assert not project.hear(slot).samples.any()
    project.set_levels(slot, locked=[], muted=[], soloed=[])
    np.testing.assert_array_equal(project.hear(slot).samples, everything.samples)


def test_the_original_is_heard_beside_the_edit(project: Project) -> None:
    before = project.hear("A").samples
    project.do("A", ["reverse"])
    assert not np.array_equal(project.hear("A").samples, before)
    np.testing.assert_array_equal(project.hear("A", original=True).samples, before)


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


@pytest.mark.parametrize(
    ("title", "name"),
    [("ระฆัง เล็ก", "ระฆัง เล็ก"), ("a/b: <c>", "a b c"), ("???", "sound"), ("été_2-3", "été_2-3")],
)
def test_a_title_is_a_files_name_as_far_as_any_system_takes_it(title: str, name: str) -> None:
    assert _file_name(title) == name


def test_a_take_keeps_what_was_edited_and_can_be_opened_again(project: Project, home: Path) -> None:
    project.do("A", ["reverse"])
    project.set_levels("A", locked=[], muted=[1], soloed=[])
    kept = project.keep("A")
    assert "Muted levels are heard in it, too." in kept.sentences
    take = api.take(kept.take or 0, home=home)
    assert take.require_record().verb == "edit"
    assert take.sound is not None
    assert storage.load(take.codes) == project.codes("A")
    opened = project.open_take("B", take.number)
    assert opened.done == project.sound("A").done
    project.undo("B")
    assert project.sound("B").sound == project.sound("A").session.original


def test_what_is_kept_lies_in_the_history_alone(project: Project, home: Path) -> None:
    kept = project.keep("A")
    take = api.take(kept.take or 0, home=home)
    assert kept.path == take.sound
    assert kept.path.is_file()
    assert take.require_record().path == ""
    assert "Written to" not in dict(api.take_details(take.number, home=home))


def test_what_cannot_be_kept_is_not_said_to_be_written(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise NoSpace("the disk is full.")

    monkeypatch.setattr("distill.library.takes.Takes.add", full)
    with pytest.raises(NoSpace, match=r"^'pluck' was not kept as a take: the disk is full\.$"):
        project.keep("A")


def test_a_sound_of_more_edits_than_a_file_takes_is_kept_without_them(
    project: Project, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.do("A", ["reverse", "set code=3 levels=2"])
    monkeypatch.setattr(storage, "_LARGEST_HEADERS", {1: 400})
    kept = project.keep("A")
    assert kept.sentences[0].startswith("The list of edits does not fit into a file")
    found = storage.load(api.take(kept.take or 0, home=home).codes)
    assert found.edits == ()
    assert project.codes("A").edits
    assert np.array_equal(found.grid, project.codes("A").grid)


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


def test_more_edits_than_states_are_held_are_kept_and_all_undone(project: Project, home: Path) -> None:
    original = project.sound("A").sound
    for number in range(100):
        project.do(
            "A", [Edit(make("set", {"code": number % 16}), Region(start=number % 90, stop=number % 90 + 1))]
        )
    assert len(json.loads((home / "projects" / "current" / "A.json").read_bytes())["edits"]) == 100
    project.undo("A", 100)
    assert project.sound("A").sound == original


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
