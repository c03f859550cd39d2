from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import records


def test_lines_come_back_in_order(tmp_path: Path) -> None:
    for number in range(3):
        records.append(tmp_path / "runs" / "x.jsonl", {"key": {"seed": number}})
    assert [line["key"]["seed"] for line in records.read(tmp_path / "runs" / "x.jsonl")] == [0, 1, 2]


def test_a_missing_file_holds_no_lines(tmp_path: Path) -> None:
    assert records.read(tmp_path / "none.jsonl") == []


@given(cut=st.integers(1, 28))
def test_a_torn_last_line_counts_as_not_run_and_harms_no_other(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("torn") / "x.jsonl"
    records.append(file, {"key": {"seed": 1}})
    records.append(file, {"key": {"seed": 22222222}})
    whole = file.read_bytes()
    second = len(whole.splitlines()[1])
    file.write_bytes(whole[: -min(cut, second) - 1])
    records.append(file, {"key": {"seed": 3}})
    assert [line["key"]["seed"] for line in records.read(file)] == [1, 3]


def test_the_newest_line_of_a_key_is_found() -> None:
    lines = [{"key": {"seed": 1}, "n": 1}, {"key": {"seed": 1}, "n": 2}, {"key": {"seed": 2}, "n": 3}]
    assert records.find(lines, {"seed": 1}) == lines[1]
    assert records.find(lines, {"seed": 9}) is None


def test_numbers_that_json_does_not_know_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        records.append(tmp_path / "x.jsonl", {"mel": float("nan")})
    assert records.read(tmp_path / "x.jsonl") == []
