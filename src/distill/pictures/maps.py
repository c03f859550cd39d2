"""The entries of a level as a map: near ones sound alike, large ones are used most, light ones are bright."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from distill.pictures.drawing import blank_figure, put_title, put_words, save

__all__ = ["entry_map"]

_LARGEST, _SMALLEST = 260.0, 9.0  # square points
_NUMBERED = 16  # entries: the most used


def entry_map(
    positions: npt.ArrayLike,
    usage: npt.ArrayLike,
    brightness: npt.ArrayLike,
    path: Path,
    *,
    title: str,
    groups: Sequence[tuple[str, Sequence[int]]] = (),
    names: Mapping[int, str] | None = None,
) -> Path:
    """Draw a level's entries where they lie on its map.

    Parameters
    ----------
    positions : array [N, 2] in 0..1
    usage : array [N] >= 0
        The area of a dot grows with it; entries never used are hollow.
    brightness : array [N]
        Octaves above 1 kHz, or how much an entry adds.
    groups : sequence of (words, codes)
        Written where each group lies, as far as its most used entry tells.
    names : mapping of code to str, optional
        The owner's names.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    places, counts, bright = (np.asarray(given, np.float64) for given in (positions, usage, brightness))
    figure = blank_figure(9.0, 7.2)
    panel = figure.subplots()
    used = counts > 0
    area = _SMALLEST + (_LARGEST - _SMALLEST) * counts / max(counts.max(), 1)
    x, y = places.T
    panel.scatter(x[~used], y[~used], s=_SMALLEST, facecolors="none", edgecolors="#9aa0a6", linewidths=0.8)
    low, high = np.percentile(bright[used], (5, 95)) if used.any() else (0.0, 1.0)
    dots = panel.scatter(
        x[used], y[used], s=area[used], c=bright[used], cmap="cividis", vmin=low, vmax=max(high, low + 1e-6),
        edgecolors="#ffffff", linewidths=0.5,
    )  # fmt: skip
    for code in np.argsort(-counts, kind="stable")[:_NUMBERED].tolist():
        if counts[code]:
            put_words(panel, places[code], str(code), offset=(0, 9), size=7, colour="#5f6368")
    for words, codes in groups:
        if codes:
            put_words(panel, places[codes[0]], words, offset=(0, -13), size=9, colour="#16191d")
    for code, name in (names or {}).items():
        put_words(panel, places[code], name, offset=(8, 3), size=9, colour="#7a3e00", left=True)
    put_title(panel, title)
    panel.set(xlim=(-0.06, 1.06), ylim=(-0.06, 1.06), xticks=[], yticks=[])
    panel.set_xlabel("entries that lie near each other sound alike; hollow: never used")
    figure.colorbar(dots, ax=panel, pad=0.015, aspect=28).set_label("brightness")
    return save(figure, path)
