"""Tests of ``distill codebook``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from distill.api.auditions import Sheet
from distill.api.codebook import Codebook, EntryLine
from distill.api.sounds import Written
from distill.codes.entries import Note
from distill.codes.words import Group

from .conftest import FakeApi, Run

FIGURES = {"brightness": 1.5, "loudness": -20.25}
BOOK = Codebook(
    model="bells",
    level=1,
    level_name="Structure",
    sentence="Level 1 (Structure): all 16 entries are in use; none dominates.",
    lines=(
        EntryLine(1, 7, 0.255, "bright noisy attack", Note("glassy [hit]"), FIGURES, (0.5, 0.5)),
        EntryLine(1, 2, 0.1, "dark steady tone", Note(), FIGURES, (0.5, 0.5)),
        EntryLine(1, 0, 0.0, "silence", Note(), FIGURES, (0.5, 0.5)),
    ),
    groups=(Group("dark tone", (2, 0)),),
)


def table_of(stdout: str) -> list[str]:
    return [" ".join(row.split()) for row in stdout.splitlines()]


def test_the_table_tells_use_sound_and_name_below_the_dead_and_the_dominant(run: Run, api: FakeApi) -> None:
    api.answers["codebook"] = BOOK
    result = run("codebook", "bells", "--home", "h", "--seed", "3", "--device", "cpu")
    assert result.exit_code == 0
    assert table_of(result.stdout) == [
        "Level 1 (Structure): all 16 entries are in use; none dominates.",
        "entry use sounds like your name",
        "7 25.5 % bright noisy attack glassy [hit]",
        "2 10.0 % dark steady tone",
        "0 never silence",
    ]
    assert api.calls == {
        "codebook": (("bells",), {"level": 1, "sort": "usage", "device": "cpu", "home": Path("h")})
    }


def test_long_tables_are_cut_and_say_so(run: Run, api: FakeApi) -> None:
    api.answers["codebook"] = BOOK
    result = run("codebook", "bells", "--rows", "1", "--level", "2", "--sort", "brightness")
    assert table_of(result.stdout)[2:] == [
        "7 25.5 % bright noisy attack glassy [hit]",
        "and 2 more: --rows 0 shows all.",
    ]
    assert api.calls["codebook"][1]["sort"] == "brightness"
    assert len(table_of(run("codebook", "bells", "--rows", "0").stdout)) == 5


def test_notes_have_a_column_where_there_are_any(run: Run, api: FakeApi) -> None:
    noted = EntryLine(2, 5, 0.5, "adds air", Note("", "first\nsecond"), FIGURES, (0.5, 0.5))
    api.answers["codebook"] = Codebook("bells", 2, "Timbre", "Sentence.", (noted,), ())
    assert table_of(run("codebook", "bells", "-l", "2").stdout) == [
        "Sentence.",
        "entry use what it does your name your note",
        "5 50.0 % adds air first second",
    ]


def test_json_is_one_document_with_the_figures_behind_the_words(run: Run, api: FakeApi) -> None:
    api.answers["codebook"] = BOOK
    document = json.loads(run("codebook", "bells", "--json").stdout)
    assert document["sentence"] == BOOK.sentence
    assert document["entries"][0] == {
        "code": 7, "share": 0.255, "words": "bright noisy attack", "name": "glassy [hit]", "note": "",
        "brightness": 1.5, "loudness": -20.25,
    }  # fmt: skip
    assert document["groups"] == [{"words": "dark tone", "codes": [2, 0]}]
    assert (document["model"], document["level"], document["level_name"]) == ("bells", 1, "Structure")


def test_similar_entries_are_all_shown(run: Run, api: FakeApi) -> None:
    api.answers["similar"] = BOOK
    result = run("codebook", "bells", "--similar", "7", "--rows", "1")
    assert len(table_of(result.stdout)) == 5
    assert api.calls["similar"] == (("bells", 1, 7), {"device": "auto", "home": None})


def test_the_sound_of_an_entry_is_written(run: Run, api: FakeApi) -> None:
    api.answers["entry_sound"] = Written(Path("e [17].wav"), 0.512)
    result = run("codebook", "bells", "--level", "2", "--entry", "17", "-o", "e [17].wav")
    assert result.stdout == "Wrote e [17].wav (0.51 s)\n"
    assert api.calls["entry_sound"] == (
        ("bells", 2, 17),
        {"output": Path("e [17].wav"), "device": "auto", "home": None},
    )


def test_sheet_and_heat_map_say_where_they_are(run: Run, api: FakeApi) -> None:
    api.answers["contact_sheet"] = Sheet(Path("s.wav"), 1.31, ((0.0, 7), (0.66, 2)))
    api.answers["heatmap"] = Path("h.png")
    asked = ("codebook", "bells", "--sheet", "s.wav", "--heatmap", "h.png", "--sound", "rain.wav")
    assert run(*asked).stdout == "Wrote s.wav (1.31 s, 2 entries, the most used first)\nWrote h.png\n"
    assert api.calls["heatmap"][1]["sound"] == Path("rain.wav")
    assert json.loads(run(*asked, "--json").stdout) == {
        "sheet": {
            "path": "s.wav",
            "seconds": 1.31,
            "starts": [{"seconds": 0.0, "code": 7}, {"seconds": 0.66, "code": 2}],
        },
        "heatmap": "h.png",
    }


def test_names_and_notes_are_given_and_taken_away(run: Run, api: FakeApi) -> None:
    api.answers["name_entry"] = lambda *given, home, **said: Note(**said)
    result = run("codebook", "bells", "--level", "2", "--name", "17", "glassy hit", "--note", "17", "")
    assert result.stdout == (
        "The name of entry 17 of level 2 is now: glassy hit\nEntry 17 of level 2 has no note any more.\n"
    )
    assert api.calls["name_entry"] == (("bells", 2, 17), {"text": "", "home": None})
    document = json.loads(run("codebook", "bells", "--name", "3", "air", "--json").stdout)
    assert document == {"named": [{"level": 1, "code": 3, "name": "air"}]}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--entry", "17"], "the sound of entry 17 needs a file; say which with -o FILE.wav."),
        (["-o", "a.wav"], "-o is for the sound of one entry; say which with --entry NUMBER."),
        (
            ["--sound", "a.wav"],
            "--sound is for the heat map of one sound; say where to draw it with --heatmap FILE.png.",
        ),
    ],
)
def test_half_a_wish_is_refused_before_anything_is_done(
    run: Run, api: FakeApi, options: list[str], sentence: str
) -> None:
    result = run("codebook", "bells", "--name", "1", "a", *options)
    assert (result.exit_code, result.stderr) == (2, f"{sentence}\n")
    assert api.calls == {}


def test_a_map_is_drawn_of_the_level_that_was_asked_for(run: Run, api: FakeApi) -> None:
    api.answers["entry_map"] = Path("map.png")
    result = run("codebook", "bells", "--level", "2", "--map", "map.png")
    assert result.stdout == "Wrote map.png\n"
    assert api.calls["entry_map"][0] == ("bells", 2)
    assert json.loads(run("codebook", "bells", "--map", "map.png", "--json").stdout) == {"map": "map.png"}
