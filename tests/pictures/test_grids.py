"""Code grids and heat maps show rows for levels, columns for steps, and what is never used."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.image import imread

from distill.codes.level_names import level_name
from distill.pictures import code_grid, usage_heatmap


@dataclass(frozen=True)
class Grid:
    grid: npt.NDArray[Any]


def _pixels(path: Path) -> npt.NDArray[np.float64]:
    return np.asarray(imread(path), dtype=np.float64)[..., :3]


def _colours(path: Path) -> int:
    return len(np.unique(_pixels(path).reshape(-1, 3), axis=0))


def test_eight_levels_are_named_structure_timbre_and_detail() -> None:
    assert [level_name(level, 8) for level in range(1, 9)] == ["Structure"] + ["Timbre"] * 3 + ["Detail"] * 4
    assert [level_name(level, 2) for level in (1, 2)] == ["Structure", "Detail"]


@given(num_levels=st.integers(2, 8))
def test_names_of_levels_never_go_back(num_levels: int) -> None:
    order = ["Structure", "Timbre", "Detail"]
    places = [order.index(level_name(level, num_levels)) for level in range(1, num_levels + 1)]
    assert places == sorted(places)
    assert places[0] == 0
    assert places.count(0) == 1
    assert places[-1] == 2


@pytest.mark.parametrize("channels", [1, 2])
def test_codes_are_coloured_by_code(tmp_path: Path, channels: int) -> None:
    codes = Grid(np.random.default_rng(0).integers(0, 128, (channels, 4, 60)))
    one = Grid(np.full((channels, 4, 60), 5))
    many = code_grid(codes, tmp_path / "many.png", title="harp", step_rate=46.875, codebook_size=128)
    same = code_grid(one, tmp_path / "same.png", title="harp", step_rate=46.875, codebook_size=128)
    inside = np.s_[40:80, 150:750]
    assert len(np.unique(_pixels(many)[inside].reshape(-1, 3), axis=0)) > 20
    assert len(np.unique(_pixels(same)[inside].reshape(-1, 3), axis=0)) == 1


def test_two_channels_make_a_taller_picture_than_one(tmp_path: Path) -> None:
    grid = np.zeros((2, 4, 30), dtype=np.int64)
    one = code_grid(Grid(grid[:1]), tmp_path / "mono.png", title="a", step_rate=46.875)
    two = code_grid(Grid(grid), tmp_path / "stereo.png", title="a", step_rate=46.875)
    assert _pixels(two).shape[0] > 1.5 * _pixels(one).shape[0]


def test_level_1_is_the_top_row(tmp_path: Path) -> None:
    grid = np.zeros((1, 4, 30), dtype=np.int64)
    grid[0, 0] = 127
    pixels = _pixels(
        code_grid(Grid(grid), tmp_path / "g.png", title="a", step_rate=46.875, codebook_size=128)
    )
    column = pixels[:, 400]
    yellow = np.flatnonzero((column[:, 0] > 0.9) & (column[:, 2] < 0.3))
    violet = np.flatnonzero((column[:, 0] < 0.3) & (column[:, 1] < 0.1) & (column[:, 2] > 0.25))
    assert yellow.size
    assert violet.size
    assert yellow.max() < violet.min()


def test_a_grid_of_one_step_is_drawn(tmp_path: Path) -> None:
    one = Grid(np.arange(4).reshape(1, 4, 1))
    assert _colours(code_grid(one, tmp_path / "one.png", title="one", step_rate=46.875)) > 10


def test_entries_never_used_are_white(tmp_path: Path) -> None:
    usage = np.ones((4, 64))
    full = _pixels(usage_heatmap(usage, tmp_path / "full.png"))
    usage[:, 16:48] = 0
    half = _pixels(usage_heatmap(usage, tmp_path / "half.png"))
    middle = np.s_[full.shape[0] // 3 : full.shape[0] // 2, 380:420]
    assert full[middle].max() < 0.9
    assert half[middle].min() == 1


def test_a_level_never_used_at_all_is_drawn_white_without_a_warning(tmp_path: Path) -> None:
    usage = np.ones((2, 32), dtype=np.int64)
    usage[1] = 0
    assert _colours(usage_heatmap(usage, tmp_path / "dead.png")) > 10


def test_same_data_gives_the_same_bytes(tmp_path: Path) -> None:
    codes = Grid(np.random.default_rng(0).integers(0, 64, (1, 4, 50)))
    grids = [
        code_grid(codes, tmp_path / f"g{n}.png", title="a", step_rate=46.875).read_bytes() for n in (1, 2)
    ]
    maps = [usage_heatmap(np.eye(4, 64), tmp_path / f"u{n}.png").read_bytes() for n in (1, 2)]
    assert grids[0] == grids[1]
    assert maps[0] == maps[1]


def test_importing_pictures_loads_neither_torch_nor_matplotlib() -> None:
    script = "import sys, distill.pictures; print([m for m in ('torch', 'matplotlib') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
