"""What is drawn on stderr while work goes on: bars, the training table, and every sentence that is said.

On a terminal one picture is redrawn in place; elsewhere (a file, a pipe, a CI log) there are plain lines, few
enough to read. What a command says once is in :mod:`distill.cli.telling`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from distill.cli.telling import error_console
from distill.codes.level_names import level_name
from distill.progress import LevelHealth, Progress

__all__ = ["Display", "health_rows", "spoken_time"]

TASKS = {
    "scan": "Looking through the sounds",
    "read": "Reading the sounds",
    "train": "Training",
    "encode": "Encoding",
    "decode": "Decoding",
    "measure": "Measuring the model",
    "describe": "Listening to its entries",
}
COLOURS = {"green": "green", "yellow": "yellow", "red": "bold red"}
MARKS = {"green": "●", "yellow": "▲", "red": "■"}  # shapes, for whoever cannot tell the colours apart
PLAIN_SECONDS = 10.0  # between two plain lines that tell nothing but where the work stands
BAR_WIDTH = 32
REDRAWS_PER_SECOND = 4.0


class Display:
    """A listener for :data:`distill.progress.Report` that draws; use it in a ``with`` block.

    Parameters
    ----------
    console : Console, optional
        Where to draw; stderr by default.
    clock : callable
        Seconds, from any origin.

    Examples
    --------
    ::

        with Display() as display:
            api.encode([...], report=display)
    """

    def __init__(
        self, console: Console | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._console = console if console is not None else error_console
        self._clock = clock
        self._lock = threading.RLock()  # events may come from another thread than the one that redraws
        self._latest: dict[str, Progress] = {}
        self._health: tuple[LevelHealth, ...] = ()
        self._figures: dict[str, float] = {}
        self._spoken: dict[str, float] = {}  # when a task's position was last said, and how
        self._said: dict[str, str] = {}
        self._live: Live | None = None

    def __enter__(self) -> Display:
        if self._console.is_terminal:
            self._live = Live(
                get_renderable=self.picture,
                console=self._console,
                refresh_per_second=REDRAWS_PER_SECOND,
                redirect_stdout=False,  # stdout is for results
                redirect_stderr=False,
            )
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, event: Progress) -> None:
        """Take an event: remember it for the picture, or say it in a line."""
        with self._lock:
            if event.total:
                self._latest[event.task] = event
            self._figures.update(event.figures)
            news = bool(event.health) and event.health != self._health
            self._health = event.health or self._health
            lines = [event.message] if event.message else []
            lines += [f"Preview: {path}" for path in event.previews]
            if self._live is None:
                lines += self._plain_lines(event, with_health=news)
        # Not under the lock: printing waits for the redrawing thread, which may wait for the lock.
        for text in lines:
            self._console.print(Text(text), soft_wrap=True)

    def _plain_lines(self, event: Progress, *, with_health: bool) -> list[str]:
        """How far a task is, every ten seconds and at its end."""
        lines = []
        now, over = self._clock(), event.total > 0 and event.done >= event.total
        due = now - self._spoken.get(event.task, float("-inf")) >= PLAIN_SECONDS
        if event.total and (due or over):
            text = " ".join(part for part in (f"{_title(event.task)}:", *_position(event)) if part)
            if self._said.get(event.task) != text:
                self._spoken[event.task], self._said[event.task] = now, text
                lines.append(text)
        if with_health:
            levels = (
                f"{level.level} {level.verdict} {100 * level.utilisation:.0f} %" for level in event.health
            )
            lines.append(f"Health and entries used, by level: {', '.join(levels)}")
        return lines

    def picture(self) -> RenderableType:
        """What is on the screen now."""
        with self._lock:
            parts: list[RenderableType] = []
            bars = Table.grid(padding=(0, 2))
            for task, event in self._latest.items():
                if event.total:
                    bar = ProgressBar(total=event.total, completed=event.done, width=BAR_WIDTH)
                    bars.add_row(_title(task), bar, *(Text(part) for part in _position(event)))
            parts.append(bars)
            if "train" in self._latest and self._figures:
                figures = "  ".join(f"{name} {value:.4g}" for name, value in self._figures.items())
                parts.append(Text(figures, style="dim"))
            if self._health:
                grid = Table(box=None, padding=(0, 2), header_style="bold", show_edge=False)
                for column in ("level", "", "entries used", "health"):
                    grid.add_column(column)
                for row in health_rows(self._health):
                    grid.add_row(*row)
                parts.append(grid)
            return Group(*parts)


def _title(task: str) -> str:
    return TASKS.get(task, task[:1].upper() + task[1:])


def _position(event: Progress) -> tuple[str, str]:
    """Where a task stands, and how long it will take."""
    position = f"{event.done:,.0f} of {event.total:,.0f} {event.unit}".rstrip()
    left = "" if event.seconds_left is None or event.done >= event.total else event.seconds_left
    return position, "" if left == "" else f"about {spoken_time(float(left))} left"


def spoken_time(seconds: float) -> str:
    """Say a length of time as a person would.

    Examples
    --------
    >>> spoken_time(12.3), spoken_time(250), spoken_time(5000)
    ('12 s', '4 min 10 s', '1 h 23 min')
    """
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def health_rows(health: Sequence[LevelHealth]) -> list[tuple[str, str, str, Text]]:
    """One row a level: its number, its name, how many entries are used, and the verdict in words."""
    last = len(health)
    return [
        (
            str(level.level),
            level_name(level.level, last),
            f"{100 * level.utilisation:.0f} %",
            Text(
                f"{MARKS.get(level.verdict, '')} {level.verdict}: {level.sentence}",
                style=COLOURS.get(level.verdict, ""),
            ),
        )
        for level in health
    ]
