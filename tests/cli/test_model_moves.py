"""Tests of ``distill models rename``, ``tag``, ``search``, ``delete``, ``restore``, ``import`` and ``export``."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from distill.errors import NameTaken

from .conftest import FakeApi, Run

MOVED = SimpleNamespace(name="glass", path=Path("glass.distill"), sentences=("Its training stays.",))


@pytest.mark.parametrize(
    ("command", "verb", "said"),
    [
        (("rename", "bells", "glass"), "rename_model", "glass lies in glass.distill"),
        (("restore", "glass"), "restore_model", "glass is back in glass.distill"),
        (("import", "glass.distill"), "import_model", "glass is in your library: glass.distill"),
        (("export", "glass", "-o", "out"), "export_model", "Copied glass to glass.distill"),
    ],
)
def test_every_move_says_where_the_model_is_now(
    run: Run, api: FakeApi, command: tuple[str, ...], verb: str, said: str
) -> None:
    api.answers[verb] = MOVED
    result = run("models", *command, "--home", "h")
    assert result.stdout.splitlines() == [said, "Its training stays."]
    assert api.calls[verb][1]["home"] == Path("h")
    told = json.loads(run("models", *command, "--json").stdout)
    assert told == {
        "models": [{"name": "glass", "path": "glass.distill", "sentences": ["Its training stays."]}]
    }


def test_deleting_says_how_to_bring_it_back(run: Run, api: FakeApi) -> None:
    api.answers["delete_models"] = [MOVED]
    lines = run("models", "delete", "glass", "rain").stdout.splitlines()
    assert lines[:2] == [
        "glass is in the bin: glass.distill",
        "distill models restore 'glass' brings it back",
    ]
    assert api.calls["delete_models"][0] == (["glass", "rain"],)
    api.answers["binned_models"] = [MOVED]
    assert json.loads(run("models", "list", "--bin", "--json").stdout) == {
        "bin": [{"name": "glass", "path": "glass.distill"}]
    }


def test_the_bin_is_emptied_only_on_a_clear_word(run: Run, api: FakeApi) -> None:
    api.answers["empty_bin"] = 26_000_000
    for kind in ("models", "takes", "presets"):
        refused = run(kind, "empty-bin")
        assert (refused.exit_code, "empty_bin" in api.calls) == (2, False)
        assert (
            refused.stderr == f"the {kind} in the bin would be gone for good; say --yes if you want that.\n"
        )
        assert run(kind, "empty-bin", "--yes").stdout == (
            f"The bin of {kind} is empty; that made room for 26.0 MB\n"
        )
        assert api.calls.pop("empty_bin")[0] == (kind,)


def test_tags_are_added_and_removed_together(run: Run, api: FakeApi) -> None:
    api.answers["tag_model"] = ("cold", "live")
    assert run("models", "tag", "bells", "--add", "cold", "--add", "live", "--remove", "draft").stdout == (
        "bells has the tags cold, live\n"
    )
    assert api.calls["tag_model"][1] == {"add": ["cold", "live"], "remove": ["draft"], "home": None}
    result = run("models", "tag", "bells")
    assert (result.exit_code, result.stderr) == (
        2,
        "no tag was given; say which with --add TAG or --remove TAG.\n",
    )


def test_a_search_that_finds_nothing_says_so(run: Run, api: FakeApi) -> None:
    api.answers["models"] = []
    assert run("models", "search", "glass", "cold").stdout == (
        "No model has 'glass' and 'cold' in its name, tags or card.\n"
    )
    assert api.calls["models"][1]["search"] == "glass cold"
    assert json.loads(run("models", "search", "glass", "--json").stdout) == {"models": []}


def test_a_refusal_is_one_sentence_and_exit_code_2(run: Run, api: FakeApi) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise NameTaken("there is already a model named 'glass'; choose another name.")

    api.answers["rename_model"] = refuse
    result = run("models", "rename", "bells", "glass", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "error": "there is already a model named 'glass'; choose another name."
    }
    result = run("models", "import", "a.distill", "b.distill", "--name", "c")
    assert result.stderr == "2 files were given and one name; import them one at a time to name them.\n"
