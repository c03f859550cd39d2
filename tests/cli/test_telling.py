from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.cli.telling import document, line, table


def test_a_document_is_plain_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    document(
        {"path": tmp_path, "many": (1, {"deep": (2.5, None, True)}), "lost": [float("nan"), float("inf")]}
    )
    assert json.loads(capsys.readouterr().out) == {
        "path": str(tmp_path),
        "many": [1, {"deep": [2.5, None, True]}],
        "lost": [None, None],
    }


@given(name=st.text(st.characters(), max_size=20))
def test_any_file_name_can_be_printed_as_json(name: str) -> None:
    import contextlib
    import io

    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with contextlib.redirect_stdout(stream):
        document({"name": name})
    stream.seek(0)
    assert json.loads(stream.read()) == {"name": name}


def test_a_sentence_is_neither_wrapped_nor_taken_for_markup(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "[red]" + "x " * 200 + "[/red]"
    line(sentence)
    assert capsys.readouterr().out == f"{sentence}\n"


def test_a_piped_table_is_not_cut_off(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    table(("name", "size"), [("n" * 60, "[b]12[/b] MB"), ("m" * 60, "1 MB")])
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 3
    assert rows[1].split() == ["n" * 60, "[b]12[/b]", "MB"]
