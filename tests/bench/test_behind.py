from __future__ import annotations

from typing import Any

import pytest

from bench import behind
from distill.config import Augmentation, CodecConfig, CodecTraining


def run(variant: str, own: float, unseen: float, *, commit: str = "a", **changed: Any) -> dict[str, Any]:
    settings: dict[str, Any] = {"codec": {}, "training": {}, "augmentation": {}, **changed}
    key = {"collection": "rain", "variant": variant, "commit": commit, "minutes": 3.0, **settings}
    group = "chance" if variant == "as it is" else "other"
    return {"group": group, "key": key, "own": own, "unseen": unseen, "steps": 1000}


def rows(lines: list[dict[str, Any]]) -> dict[str, str]:
    """Number -> its row."""
    return {row.split(" | ")[0].lstrip("| "): row for row in behind.behind(lines).splitlines()[2:]}


def test_every_number_a_codec_starts_with_has_a_row() -> None:
    fields = {name for kind in (CodecConfig, CodecTraining, Augmentation) for name in kind.model_fields}
    assert set(rows([])) == fields - set(behind.UNMEASURED)
    assert set(behind.ELSEWHERE) <= fields - set(behind.UNMEASURED)


def test_a_change_stands_beside_each_number_it_changes_with_how_far_sounds_moved() -> None:
    found = rows(
        [
            run("as it is", 1.0, 2.0),
            run("loud", 1.1, 1.9, augmentation={"gain_share": 1.0, "gain_db": 9.0}),
        ]
    )
    assert found["gain_share"] == "| gain_share | 0.8 | loud +10.0 / -5.0 (a) |"
    assert found["gain_db"].startswith("| gain_db | 6 | loud +10.0 / -5.0 (a); ")


def test_changes_are_held_against_their_own_draft_and_the_newest_stands_first() -> None:
    found = rows(
        [
            run("as it is", 1.0, 2.0),
            run("decay 0.9", 0.9, 2.0, training={"decay": 0.9}),
            run("as it is", 0.9, 2.0, commit="b"),
            run("decay 0.9", 0.9, 2.0, commit="b", training={"decay": 0.9}),
        ]
    )
    assert found["decay"].endswith("| decay 0.9 +0.0 / +0.0 (b); decay 0.9 -10.0 / +0.0 (a) |")


@pytest.mark.parametrize("lines", [[], [run("decay 0.9", 0.9, 2.0, training={"decay": 0.9})]])
def test_a_number_without_a_run_that_tells_anything_is_shown_as_one(lines: list[dict[str, Any]]) -> None:
    assert rows(lines)["decay"] == f"| decay | 0.98 | {behind.NO_RUN} |"
