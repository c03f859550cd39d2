import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from distill.collection.scan import LeftOut, scan
from distill.errors import BadCollection, BadSetting, Cancelled
from distill.progress import Cancel, Progress


def sound(path: Path, seconds: float = 0.5) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, np.full(round(8_000 * seconds), 0.1), 8_000)
    return path


def found(folder: Path, **options: object) -> list[str]:
    result = scan([folder], **options)  # type: ignore[arg-type]
    return [entry.path.relative_to(folder).as_posix() for entry in result.sounds]


def test_folders_are_walked_in_alphabetical_order(tmp_path: Path) -> None:
    for name in ["c.wav", "b/z.flac", "b/a.ogg", "a.aiff"]:
        sound(tmp_path / name)
    assert found(tmp_path) == ["a.aiff", "b/a.ogg", "b/z.flac", "c.wav"]


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    for name in ["a.wav", "._a.wav", ".trash/b.wav"]:
        sound(tmp_path / name)
    result = scan([tmp_path])
    assert [entry.path.name for entry in result.sounds] == ["a.wav"]
    assert result.left_out == ()


def test_a_sound_whose_name_says_nothing_is_used(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav").rename(tmp_path / "no suffix")
    assert found(tmp_path) == ["no suffix"]


def test_every_file_is_either_used_or_listed_with_its_reason(tmp_path: Path) -> None:
    sound(tmp_path / "good.wav")
    sound(tmp_path / "click.wav", 0.05)
    (tmp_path / "notes.txt").write_text("take 3")
    (tmp_path / "empty.wav").touch()
    result = scan([tmp_path])
    assert [entry.path.name for entry in result.sounds] == ["good.wav"]
    assert result.left_out == (
        LeftOut(
            tmp_path / "click.wav",
            "click.wav is 0.050 s long; a sound needs 0.1 s or more: leave it out, or join it to another.",
        ),
        LeftOut(tmp_path / "empty.wav", "empty.wav is empty (0 bytes): record or export it again."),
        LeftOut(
            tmp_path / "notes.txt",
            "notes.txt is not a sound that can be read: WAV, AIFF, FLAC, OGG and MP3 files can.",
        ),
    )


def test_a_file_met_twice_is_used_once(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav")
    (tmp_path / "link.wav").symlink_to(path)
    result = scan([tmp_path, path, tmp_path / ".." / tmp_path.name / "a.wav"])
    assert [entry.path for entry in result.sounds] == [path]
    assert result.left_out == (
        LeftOut(tmp_path / "link.wav", "link.wav is the same file as a.wav, which was met before."),
    )


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    sound(tmp_path / "deep" / "a.wav")
    (tmp_path / "deep" / "up").symlink_to(tmp_path)
    result = scan([tmp_path])
    assert [entry.path for entry in result.sounds] == [tmp_path / "deep" / "a.wav"]
    assert result.left_out == ()


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("a.wav", ["b[1].wav", "drafts/c.wav"]),
        ("b[1].wav", ["a.wav", "drafts/c.wav"]),
        ("[ab]*", ["drafts/c.wav"]),
        ("drafts/*", ["a.wav", "b[1].wav"]),
        ("?.wav", ["b[1].wav"]),
    ],
)
def test_sounds_are_left_out_by_name_or_pattern(tmp_path: Path, pattern: str, left: list[str]) -> None:
    for name in ["a.wav", "b[1].wav", "drafts/c.wav"]:
        sound(tmp_path / name)
    assert found(tmp_path, leave_out=[pattern]) == left


def test_a_sound_is_left_out_by_its_whole_path(tmp_path: Path) -> None:
    for name in ["x/a.wav", "y/a.wav"]:
        sound(tmp_path / name)
    assert found(tmp_path, leave_out=[str(tmp_path / "x" / "a.wav")]) == ["y/a.wav"]


def test_what_was_left_out_on_request_is_listed(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    path = sound(tmp_path / "b.wav")
    result = scan([tmp_path], leave_out=["b*"])
    assert result.left_out == (LeftOut(path, "b.wav was to be left out (b*)."),)


def test_a_trimmed_sound_has_its_part(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav", 2.0)
    sound(tmp_path / "b.wav", 2.0)
    result = scan([tmp_path], trim={"a.wav": (0.25, 2.009)})
    first, second = result.sounds
    assert (first.start_seconds, first.end_seconds, first.seconds) == (0.25, 2.0, 1.75)
    assert (second.start_seconds, second.end_seconds, second.seconds) == (0.0, None, 2.0)
    assert result.seconds == 3.75


@pytest.mark.parametrize("part", [(-1.0, 1.0), (1.0, 1.0), (0.0, 3.0), (1.0, 1.05), (float("nan"), 1.0)])
def test_an_impossible_part_is_refused(tmp_path: Path, part: tuple[float, float]) -> None:
    sound(tmp_path / "a.wav", 2.0)
    with pytest.raises(BadSetting) as caught:
        scan([tmp_path], trim={"a.wav": part})
    assert str(caught.value) == (
        f"a.wav was to be trimmed to {part[0]:g} s to {part[1]:g} s, but it lasts 2.00 s: "
        "choose a part of 0.1 s or more within that."
    )


def test_a_part_of_exactly_a_tenth_of_a_second_is_allowed(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav", 2.0)
    assert scan([tmp_path], trim={"a.wav": (0.2, 0.3)}).seconds == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("options", "wish"),
    [({"leave_out": ["a.wav", "typo.wav"]}, "leave out"), ({"trim": {"typo.wav": (0, 1)}}, "trim")],
)
def test_a_name_that_fits_no_file_is_told(tmp_path: Path, options: dict[str, object], wish: str) -> None:
    sound(tmp_path / "a.wav")
    sound(tmp_path / "b.wav")
    with pytest.raises(BadSetting) as caught:
        found(tmp_path, **options)
    assert str(caught.value) == (
        f"there is no sound named 'typo.wav' to {wish}: give the file's name, or a pattern such as '*.mp3'."
    )


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere"
    with pytest.raises(BadCollection) as caught:
        scan([missing])
    assert str(caught.value) == f"there is no file or folder {str(missing)!r}: check its name and place."


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadCollection) as caught:
        scan([tmp_path])
    assert str(caught.value) == (
        f"there is no file in {str(tmp_path)!r}: give a folder with WAV, AIFF, FLAC, OGG or MP3 files of 0.1 s or more."
    )


def test_a_folder_without_a_usable_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(BadCollection) as caught:
        scan([tmp_path])
    assert str(caught.value) == (
        f"the only file in {str(tmp_path)!r} cannot be used (a.txt is not a sound that can be read: "
        "WAV, AIFF, FLAC, OGG and MP3 files can): "
        "give a folder with WAV, AIFF, FLAC, OGG or MP3 files of 0.1 s or more."
    )
    (tmp_path / "b.txt").write_text("b")
    with pytest.raises(BadCollection, match=r"^none of the 2 files in .* can be used \(a\.txt is not"):
        scan([tmp_path])


def test_a_folder_that_may_not_be_entered_is_listed(tmp_path: Path) -> None:
    sound(tmp_path / "a.wav")
    closed = sound(tmp_path / "closed" / "b.wav").parent
    closed.chmod(0)
    try:
        if os.access(closed, os.R_OK):
            pytest.skip("this user may enter everything")
        assert scan([tmp_path]).left_out == (
            LeftOut(closed, "the folder closed cannot be looked into: permission denied."),
        )
    finally:
        closed.chmod(0o700)


def test_progress_counts_every_file_and_a_cancelled_scan_stops(tmp_path: Path) -> None:
    for name in ["a.wav", "b.wav", "c.wav"]:
        sound(tmp_path / name)
    seen: list[tuple[float, float]] = []
    cancel = Cancel()

    def listen(event: Progress) -> None:
        assert (event.task, event.unit) == ("scan", "files")
        seen.append((event.done, event.total))
        if len(seen) == 5:
            cancel.request()

    scan([tmp_path], report=listen)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(Cancelled):
        scan([tmp_path], report=listen, cancel=cancel)
    assert len(seen) == 5
