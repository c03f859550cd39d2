"""A figure to draw on, a title on it, and a file written whole: what every picture needs.

:mod:`distill.pictures.spectrograms` and :mod:`distill.pictures.grids` say what is drawn.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from distill.errors import NoSpace

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["blank_figure", "put_title", "save", "write_whole"]

_DPI = 110


def blank_figure(width: float, height: float) -> Figure:
    """Return an empty figure of so many inches that draws without any window system."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=_DPI, layout="constrained", facecolor="#ffffff")
    FigureCanvasAgg(figure)
    return figure


def put_title(panel: Axes, title: str) -> None:
    """Put a title above a panel, as it is: nothing in it is taken for mathematics."""
    panel.set_title(title, loc="left", fontsize=11, color="#16191d", parse_math=False)


def save(figure: Figure, path: Path) -> Path:
    """Write the whole picture or none."""

    def draw(file: BinaryIO) -> None:
        with warnings.catch_warnings():
            # a title in a script the font lacks is drawn with boxes, which is no reason to stop
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            figure.savefig(file, format="png", metadata={"Software": "Distill"})

    return write_whole(path, draw)


def write_whole(path: Path, draw: Callable[[BinaryIO], None]) -> Path:
    """Let ``draw`` write a file that takes the place of ``path`` when it is complete.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            draw(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError as error:
        raise NoSpace(
            f"the picture {path} could not be written ({error.strerror or error}); "
            "it needs a folder you may write to with 1 MB free, so free some space or name another folder."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path
