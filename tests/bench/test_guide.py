from __future__ import annotations

from pathlib import Path

import pytest
from bench.machine import ROOT

from bench import guide
from distill.codes.listing import listing
from distill.errors import BadInput


def test_the_guide_says_what_the_operations_say() -> None:
    written = (ROOT / "docs" / "edits.md").read_text(encoding="utf-8")
    assert guide.fill(written) == written, "run: python -m bench.guide"


def test_every_operation_is_told_with_a_command_and_what_to_hear() -> None:
    told = guide.fill("# Guide\n<!-- operations -->\n<!-- /operations -->\nEnd.\n")
    for one in listing():
        assert f"### {one.name}\n" in told
        assert f"distill edit a.codes --do '{one.example}' -o b.wav" in told
        assert f"*Listen:* {one.hear}" in told
        assert all(f"`{own.name}`" in told for own in one.arguments)
    assert told.startswith("# Guide\n")
    assert told.endswith("<!-- /operations -->\nEnd.\n")


def test_a_document_without_a_place_for_them_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(BadInput):
        guide.fill("nothing")
    (tmp_path / "guide.md").write_text("nothing", encoding="utf-8")
    for name in ("guide.md", "none.md"):
        assert guide.main(["--document", str(tmp_path / name)]) == 2
    said = capsys.readouterr().err
    assert "there is no one place for the operations" in said
    assert "none.md is not there" in said
    assert (tmp_path / "guide.md").read_text(encoding="utf-8") == "nothing"
