from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.generations import _clicks, pair, repeated_steps

from bench import generation_tables
from distill.errors import BadInput


def test_the_longest_stretch_that_equals_the_one_before_it_is_found() -> None:
    grid = np.arange(40)[None].repeat(2, 0)
    assert repeated_steps(grid) == 0
    looped = np.concatenate([grid[:, :10], grid[:, 3:10], grid[:, 3:6], grid[:, 20:]], axis=1)
    assert repeated_steps(looped) == 10  # 3..9 again, and 3..5 once more
    held = np.concatenate([grid[:, :5], np.full((2, 9), 99), grid[:, 5:]], axis=1)
    assert repeated_steps(held) == 8
    one_level = looped.copy()
    one_level[1] = np.arange(looped.shape[1])
    assert repeated_steps(one_level) == 0


def test_a_click_at_a_seam_is_told_and_a_smooth_one_is_not() -> None:
    seconds = np.arange(96_000) / 48_000
    smooth = (0.5 * np.sin(2 * np.pi * 200 * seconds)).astype(np.float32)
    clicked = smooth.copy()
    clicked[48_000:] += 0.05
    quiet, loud = _clicks(smooth, [48_000]), _clicks(clicked, [48_000])
    assert quiet is not None
    assert loud is not None
    assert quiet < 1
    assert loud > 20
    assert _clicks(smooth, []) is None


def test_a_model_without_a_collection_is_refused() -> None:
    assert pair("mine=sounds/bells") == ("mine", Path("sounds/bells"))
    with pytest.raises(BadInput, match="'bells' names no collection; write MODEL=FOLDER"):
        pair("bells")


def line(collection: str, *, value: float) -> dict[str, Any]:
    interval = {"value": value, "low": value - 0.1, "high": value + 0.1}
    return {
        "key": {"collection": collection, "model": "m"},
        "choice": "mixture",
        "perplexity": 9.0,
        "novelty": {"overlap": 0.031, "overlap_by_level": [0.6, 0.2], "copied_seconds": 0.7},
        "real": {"overlap": 0.01, "overlap_by_level": [0.5, 0.1], "copied_seconds": 0.25},
        "distance": {"loops": interval, "rain": {"value": 2.0, "low": 1.5, "high": 2.5}},
        "apart": {"rain": 1.9},
        "farther": {"rain": {"value": 1.0, "low": 0.5, "high": 1.5}},
        "times_real_time": 14.2,
        "first_sound_seconds": 0.42,
        "long": {
            "seconds": 60.0,
            "seam_db": None,
            "repeated_seconds": 1.0,
            "repeated_by_collection_seconds": 2.0,
            "silent_share": 0.05,
        },
    }


def test_the_tables_tell_new_sounds_beside_real_ones() -> None:
    lines = [line("loops", value=0.25)]
    assert "| loops | mixture | 9.0 | 3 / 1 | 60 / 50 | 0.70 / 0.25 |" in generation_tables.copying(lines)
    kinship = generation_tables.kinship(lines)
    assert "| loops | **0.25 (0.15 to 0.35)** | 2.00 (1.50 to 2.50), real 1.90 | 1 of 1 |" in kinship
    assert "| loops | mixture | 14 | 0.42 | 60 | - | 1.00 / 2.00 | 5 |" in generation_tables.making(lines)
    assert (
        generation_tables.copying([]) == generation_tables.kinship([]) == generation_tables.making([]) == ""
    )


def test_real_sounds_that_were_never_measured_are_left_open() -> None:
    bare = line("loops", value=0.25) | {"real": None}
    assert "3 / - | 60 / - | 0.70 / -" in generation_tables.copying([bare])
