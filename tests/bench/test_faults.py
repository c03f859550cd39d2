"""A few rounds of every fault, for real; ``make faults`` runs them all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    if not hasattr(os, "fork"):
        pytest.skip("children are forked, which this system cannot do")
    run = subprocess.run(
        [sys.executable, "-m", "bench.faults", "--rounds", "5", "--mutations", "60", "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout, run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)["rows"]
    return found


def test_nothing_is_lost_and_nothing_temporary_is_left(rows: list[dict[str, Any]]) -> None:
    assert [row for row in rows if row["lost"] or row["stale"]] == []


def test_every_fault_meets_a_write(rows: list[dict[str, Any]]) -> None:
    met = {
        fault: sum(row["hit"] for row in rows if row["fault"] == fault)
        for fault in {row["fault"] for row in rows}
    }
    assert set(met) == {"kill -9", "disk full", "read-only folder", "4 writers at once", "bytes changed"}
    assert all(met.values()), met


def test_every_kind_of_write_is_killed_and_every_format_damaged(rows: list[dict[str, Any]]) -> None:
    killed = {row["what"] for row in rows if row["fault"] == "kill -9"}
    assert killed == {
        "index", "model: tags", "model: to the bin and back", "preset", "take", "take: note and star", "settings",
        "blind vote", "export: WAV", "export: FLAC", "codes", "recipe",
    }  # fmt: skip
    damaged = {row["what"]: row for row in rows if row["fault"] == "bytes changed"}
    assert set(damaged) == {"index", "settings", "preset", "take", "blind vote", ".codes", ".distill"}
    assert all(row["rounds"] == 60 for row in damaged.values())
    # What carries a digest is never taken for whole.
    assert all(damaged[name]["hit"] >= 55 for name in ("index", "settings", ".codes", ".distill"))
