from __future__ import annotations

from pathlib import Path

import pytest
from tests.api.conftest import Train

from distill import api
from distill.api.training_lock import training_alone
from distill.errors import BadSetting, Cancelled, LibraryBusy
from distill.progress import Cancel, Progress


def test_trainings_are_listed_until_they_are_forgotten_and_the_model_stays(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert api.trainings(home=home) == ()
    quick_train([sounds])
    cancel = Cancel()

    def stop(event: Progress) -> None:
        if event.task == "train" and event.done == 1:
            cancel.request()

    with pytest.raises(Cancelled):
        quick_train([sounds], name="Half", report=stop, cancel=cancel)
    (home / "training" / "broken").mkdir()
    (home / "training" / "broken" / "request.json").write_text("{")
    listed = api.trainings(home=home)
    assert [(known.name, known.finished) for known in listed] == [("Half", False), ("mine", True)]
    api.forget_training("mine", home=home)
    api.forget_training("half", home=home)
    assert api.trainings(home=home) == ()
    assert [entry.name for entry in api.models(home=home)] == ["mine"]
    with pytest.raises(BadSetting, match="no training named 'mine'"):
        api.forget_training("mine", home=home)


def test_a_proposal_tells_sizes_and_minutes_and_refuses_what_cannot_be() -> None:
    proposed, minutes = api.proposal(num_sounds=50, seconds=60.0, tier="standard", num_levels=4)
    assert (proposed.codec.codebook_size, proposed.codec.num_levels, minutes) == (256, 4, 57.0)
    with pytest.raises(BadSetting):
        api.proposal(num_sounds=50, seconds=60.0, codebook_size=7)


def test_a_preview_has_each_sound_before_and_after(library: tuple[Path, api.Trained]) -> None:
    folder = library[0] / "training" / "tiny" / "previews"
    parts = api.preview_parts(folder / "step-000008.wav")
    assert len(parts) == 3
    for part in parts:
        for path in (part.original, part.decoded, part.original_picture, part.decoded_picture):
            assert path.stat().st_size > 1_000
    assert api.preview_parts(folder / "step-000001.wav") == ()


def test_the_built_in_sounds_are_written_where_one_likes(tmp_path: Path) -> None:
    written = api.demo_collection(tmp_path / "demo")
    assert len(written) == 12
    found = api.scan([tmp_path / "demo"])
    assert (len(found.sounds), found.left_out) == (12, ())


def test_a_scan_may_find_nothing_when_the_reasons_are_what_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("to be mixed")
    found = api.scan([tmp_path], may_be_empty=True)
    assert (found.sounds, len(found.left_out)) == ((), 1)


def test_a_training_that_another_process_is_at_is_not_removed_or_renamed_under_it(
    quick_train: Train, sounds: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    quick_train([sounds])
    with training_alone(home / "training" / "mine", "mine"):
        with pytest.raises(LibraryBusy, match="another Distill is training 'mine'"):
            api.forget_training("mine", home=home)
        assert api.rename_model("mine", "ours", home=home).sentences == (
            "Its training stays under the name 'mine', because it is being trained.",
        )
    assert [known.name for known in api.trainings(home=home)] == ["mine"]
