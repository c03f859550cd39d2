"""Codes and codebooks as pictures: which code where, which entry how often."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from distill.codes.level_names import level_name
from distill.pictures.drawing import blank_figure, put_title, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["code_grid", "usage_heatmap"]


class _HasGrid(Protocol):
    @property
    def grid(self) -> npt.NDArray[Any]:
        """Codes [C, K, S]."""


def code_grid(
    codes: _HasGrid, path: Path, *, title: str, step_rate: float, codebook_size: int | None = None
) -> Path:
    """Draw the codes of a sound: a row for each level, a column for each step, coloured by code.

    Parameters
    ----------
    codes : anything with ``grid``, int array [C, K, S]
        Two channels are drawn as mid and side.
    step_rate : float > 0
        Steps in one second.
    codebook_size : int, optional
        The colours run over ``0 .. codebook_size - 1``, or to the highest code in the grid.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    grid = np.asarray(codes.grid)
    num_channels, num_levels, num_steps = grid.shape
    assert num_steps, "an empty grid is refused before it is drawn"
    highest = max(1, codebook_size - 1 if codebook_size is not None else int(grid.max(initial=0)))
    figure = blank_figure(9.0, 1.1 + num_channels * (0.4 + 0.24 * num_levels))
    panels = figure.subplots(num_channels, 1, sharex=True, squeeze=False)[:, 0]
    for panel, rows, channel in zip(panels, grid, ("mid", "side"), strict=False):
        picture = panel.imshow(
            rows,
            aspect="auto",
            cmap="viridis",
            vmin=0,
            vmax=highest,
            extent=(0, num_steps / step_rate, num_levels + 0.5, 0.5),
            interpolation="nearest",
        )
        put_title(panel, title if num_channels == 1 else f"{title} ({channel})")
        _label_levels(panel, num_levels)
    panels[-1].set_xlabel(f"seconds ({step_rate:.1f} steps in each)")
    figure.colorbar(picture, ax=list(panels), pad=0.015, aspect=14).set_label("code")
    return save(figure, path)


def usage_heatmap(usage: npt.ArrayLike, path: Path, *, title: str = "How often each entry is used") -> Path:
    """Draw the use of every entry of every level; entries never used stand out in white.

    Parameters
    ----------
    usage : array [K, N] >= 0
        Counts or shares; each level is compared with an even use of its N entries, on a logarithmic
        scale from a tenth of it to ten times.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    from matplotlib import colormaps
    from matplotlib.colors import LogNorm

    counts = np.asarray(usage, dtype=np.float64)
    num_levels, codebook_size = counts.shape
    totals = counts.sum(axis=1, keepdims=True)
    against_even = counts * codebook_size / np.where(totals > 0, totals, 1)
    figure = blank_figure(9.0, 1.3 + 0.32 * num_levels)
    panel = figure.subplots()
    picture = panel.imshow(
        np.ma.masked_equal(against_even, 0),
        aspect="auto",
        cmap=colormaps["cividis"].with_extremes(bad="#ffffff"),
        norm=LogNorm(0.1, 10),
        extent=(-0.5, codebook_size - 0.5, num_levels + 0.5, 0.5),
        interpolation="nearest",
    )
    put_title(panel, title)
    panel.set_xlabel("entry (white: never used)")
    _label_levels(panel, num_levels)
    shares = panel.secondary_yaxis("right")
    shares.set_yticks(
        range(1, num_levels + 1), [f"{100 * share:.0f} % used" for share in (counts > 0).mean(axis=1)]
    )
    shares.tick_params(length=0)
    bar = figure.colorbar(picture, ax=panel, pad=0.015, aspect=14, ticks=[0.1, 1, 10])
    bar.ax.minorticks_off()
    bar.ax.set_yticklabels(["rare", "even", "dominant"])
    return save(figure, path)


def _label_levels(panel: Axes, num_levels: int) -> None:
    levels = range(1, num_levels + 1)
    panel.set_yticks(levels, [f"{level_name(level, num_levels)} {level}" for level in levels])
    panel.tick_params(axis="y", length=0)
