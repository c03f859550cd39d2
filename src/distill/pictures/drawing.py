"""A figure to draw on, a title on it, and a file written whole: what every picture needs.

:mod:`distill.pictures.spectrograms` and :mod:`distill.pictures.grids` say what is drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from distill.replacing import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["METADATA", "blank_figure", "put_title", "put_words", "save"]

_DPI = 110
_FONT = "DejaVu Sans"  # comes with matplotlib
METADATA = {"Software": "Distill"}  # in place of a version and a date: same data, same bytes


def blank_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches that draws without any window system."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained", facecolor="#ffffff")
    FigureCanvasAgg(figure)
    return figure


def put_title(panel: Axes, title: str) -> None:
    """Put a title above a panel, as it is: nothing in it is taken for mathematics.

    Characters that the font lacks become boxes here, because matplotlib would warn about each.
    """
    panel.set_title(
        _drawable(title), loc="left", fontsize=11, color="#16191d", fontfamily=_FONT, parse_math=False
    )


def put_words(
    panel: Axes,
    place: Sequence[float],
    words: str,
    *,
    offset: tuple[float, float],
    size: float,
    colour: str,
    left: bool = False,
) -> None:
    """Write words beside a place in a panel, ``offset`` points from it, with a light edge so that dots do not hide them."""
    from matplotlib.patheffects import withStroke

    panel.annotate(
        _drawable(words),
        (place[0], place[1]),
        xytext=offset,
        textcoords="offset points",
        ha="left" if left else "center",
        va="center",
        fontsize=size,
        color=colour,
        fontfamily=_FONT,
        parse_math=False,
        path_effects=[withStroke(linewidth=2.5, foreground="#ffffff")],
    )


def _drawable(text: str) -> str:
    from matplotlib.font_manager import findfont, get_font

    font = get_font(findfont(_FONT))
    return "".join(letter if font.get_char_index(ord(letter)) else "□" for letter in text)


def save(figure: Figure, path: Path) -> Path:
    """Write the whole picture or none.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    with replacing(path) as file:
        figure.savefig(file, format="png", metadata=METADATA)
    return path
