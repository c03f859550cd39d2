from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.codes.edit_cases import sound

from distill.codes.listing import listing
from distill.codes.operation import operations
from distill.codes.spelling import parse
from distill.codes.tempo import Tempo

from .conftest import FakeApi, Run

MADE = SimpleNamespace(
    path=Path("b.codes"), seconds=2.5, edits=("reverse from=1.000s",), changed=0.25, sentences=(), take=None
)


def test_edit_hands_over_what_was_asked(run: Run, api: FakeApi) -> None:
    api.answers["edit"] = [MADE]
    result = run(
        *("edit", "a.codes", "c.codes", "--do", "reverse from=1", "--do", "thin keep=2", "-o", "out"),
        *(
            "--tempo",
            "120",
            "--beats-per-bar",
            "3",
            "--snap",
            "1b",
            "--lock",
            "1",
            "--lock",
            "3",
            "--undo",
            "2",
        ),
        *(
            "--replay",
            "r.codes",
            "--template",
            "t",
            "--seed",
            "7",
            "--model",
            "m",
            "--device",
            "cpu",
            "--home",
            "h",
        ),
    )
    assert result.exit_code == 0, result.stderr
    args, options = api.calls["edit"]
    assert args == ([Path("a.codes"), Path("c.codes")], ["reverse from=1", "thin keep=2"])
    del options["report"], options["cancel"]
    assert options == {
        "output": Path("out"), "template": "t", "replay": Path("r.codes"), "undo": 2, "tempo": 120.0, "beats_per_bar": 3,
        "snap": "1b", "locked": [1, 3], "seed": 7, "model": "m", "keep_as": None, "keep_take": True, "device": "cpu",
        "home": Path("h"),
    }  # fmt: skip


def test_edit_says_where_its_file_is_and_what_changed(run: Run, api: FakeApi) -> None:
    api.answers["edit"] = [MADE]
    result = run("edit", "a.codes", "--do", "reverse", "-o", "b.codes")
    assert result.stdout == "Wrote b.codes (2.50 s; 1 edit in all, 25 % of the codes changed)\n"
    result = run("edit", "a.codes", "--do", "reverse", "-o", "b.codes", "--json")
    assert json.loads(result.stdout)["files"] == [
        {
            "path": "b.codes",
            "seconds": 2.5,
            "edits": ["reverse from=1.000s"],
            "changed": 0.25,
            "sentences": [],
            "take": None,
        }
    ]


def test_the_list_names_every_operation_with_its_example(run: Run, api: FakeApi) -> None:
    api.answers["operations"] = listing()
    shown = run("edit", "--list").stdout
    names = {one["name"] for one in json.loads(run("edit", "--list", "--json").stdout)["operations"]}
    assert names == {one.name for one in listing()}
    for one in listing():
        assert f"  {one.name}: {one.summary}" in shown
        assert f"--do '{one.example}'" in shown
        assert one.hear in shown


def test_what_help_gives_as_examples_can_be_written_so(run: Run) -> None:
    shown = " ".join(run("edit", "--help").stdout.replace("│", " ").split())
    examples = re.findall(r'--do "([^"]+)"', shown.partition("Options")[0])
    assert len(examples) == 3
    for text in examples:
        parse(text, codes=sound(1, 8, 400, size=256), tempo=Tempo(120))


def test_the_summary_of_edit_names_operations_there_are(run: Run) -> None:
    named = re.search(r"Edit codes: (.*?), make brighter: more than thirty", run("edit", "--help").stdout)
    assert named is not None
    assert set(named[1].split(", ")) < set(operations())
    assert len(operations()) > 30


def test_a_history_is_one_line_an_edit(run: Run, api: FakeApi) -> None:
    api.answers["history"] = SimpleNamespace(
        source="rain.wav", model="bells", edits=("reverse", "thin keep=2")
    )
    result = run("edit", "a.codes", "--history")
    assert result.stdout == "a.codes: rain.wav by bells\n   1  reverse\n   2  thin keep=2\n"


def test_edits_are_kept_by_name(run: Run, api: FakeApi) -> None:
    api.answers["edit"] = [MADE]
    run("edit", "a.codes", "--do", "reverse", "-o", "b.codes", "--save-template", "stutter")
    assert api.calls["edit"][1]["keep_as"] == "stutter"


def test_templates_are_listed(run: Run, api: FakeApi) -> None:
    api.answers["templates"] = []
    assert run("edit", "--templates").stdout.startswith("No edits are kept by name yet; keep some with: ")
    edit = SimpleNamespace(operation=SimpleNamespace(name="reverse"))
    api.answers["templates"] = [
        SimpleNamespace(name="stutter", edits=(edit, edit), path=Path("s.json"), damaged=None),
        SimpleNamespace(name="torn", edits=(), path=Path("t.json"), damaged="it is damaged."),
    ]
    shown = run("edit", "--templates").stdout.splitlines()
    assert [line.split() for line in shown] == [
        ["template", "edits", "operations"], ["stutter", "2", "reverse,", "reverse"], ["torn", "-", "it", "is", "damaged."]
    ]  # fmt: skip
    assert (
        json.loads(run("edit", "--templates", "--json").stdout)["templates"][1]["damaged"] == "it is damaged."
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name one or more .codes files, or see the operations with --list."),
        (
            ("a.codes", "--do", "reverse"),
            "say where to write the result: -o FILE.codes, -o FILE.wav, or -o FOLDER.",
        ),
    ],
)
def test_what_is_missing_is_said(run: Run, api: FakeApi, arguments: tuple[str, ...], said: str) -> None:
    result = run("edit", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr.lower() or said in result.stderr


def test_swap_and_blend_hand_over_what_was_asked(run: Run, api: FakeApi) -> None:
    api.answers |= {"swap": [MADE], "blend": MADE}
    result = run(
        *("swap", "a.codes", "b.codes", "--levels", "1-2", "--from", "0.5", "--to", "2.0", "-o", "c.codes"),
        *("--other-output", "d.codes", "--lock", "2"),
    )
    assert result.exit_code == 0, result.stderr
    args, options = api.calls["swap"]
    assert args == (Path("a.codes"), Path("b.codes"))
    assert options == {
        "output": Path("c.codes"), "other_output": Path("d.codes"), "levels": "1-2", "start": "0.5", "stop": "2.0",
        "tempo": None, "beats_per_bar": 4, "locked": [2],
    }  # fmt: skip
    result = run(
        "blend", "a.codes", "b.codes", "--amount", "0.3", "--method", "choose", "-o", "c.wav", "--seed", "2"
    )
    assert result.exit_code == 0, result.stderr
    args, options = api.calls["blend"]
    assert args == (Path("a.codes"), Path("b.codes"))
    assert (options["amount"], options["method"], options["output"], options["seed"]) == (
        0.3,
        "choose",
        Path("c.wav"),
        2,
    )
