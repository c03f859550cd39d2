"""One event type for everything that takes time, and the switch that stops it.

Long work takes ``report: Report`` and ``cancel: Cancel``; a shell (command line, browser) draws the
events. Work never prints.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from distill.errors import Cancelled

__all__ = ["Cancel", "LevelHealth", "Progress", "Report", "silent"]


@dataclass(frozen=True)
class LevelHealth:
    """How well one level uses its codebook (row A5).

    Attributes
    ----------
    level : int
        Counted from 1, as a musician does.
    utilisation : float in 0..1
        Share of the entries used at least once.
    perplexity : float in 1..codebook_size
        ``exp(entropy)`` of the usage: how many entries are effectively in use.
    entropy_bits : float
        Entropy of the usage, in bits a code.
    dead : int
        Entries never used.
    commitment : float
        Mean squared distance between the projected latents and their entries; 0 where codes alone were counted.
    encoder_norm : float
        Root mean square of the latents that reach this level; 0 where codes alone were counted.
    verdict : str
        ``"green"``, ``"yellow"`` or ``"red"``.
    sentence : str
        The verdict in plain words.
    """

    level: int
    utilisation: float
    perplexity: float
    entropy_bits: float
    dead: int
    commitment: float
    encoder_norm: float
    verdict: str
    sentence: str


@dataclass(frozen=True)
class Progress:
    """One thing that happened during long work.

    Attributes
    ----------
    task : str
        What is being done: ``"scan"``, ``"read"``, ``"train"``, ``"encode"`` ...
    done, total : float
        Position and goal, in ``unit``. ``total`` is 0 while it is not known.
    unit : str
        ``"files"``, ``"steps"``, ``"seconds"``.
    message : str
        A plain sentence, when there is something to say.
    seconds_left : float or None
        Estimate of the time left.
    figures : mapping of str to float
        Losses, rates, sizes by name.
    health : tuple of LevelHealth
        One record a level, when it was measured.
    previews : tuple of Path
        Files written for looking at or listening to.
    """

    task: str
    done: float = 0.0
    total: float = 0.0
    unit: str = ""
    message: str = ""
    seconds_left: float | None = None
    figures: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    health: tuple[LevelHealth, ...] = ()
    previews: tuple[Path, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "task": self.task,
            "done": self.done,
            "total": self.total,
            "unit": self.unit,
            "message": self.message,
            "seconds_left": self.seconds_left,
            "figures": dict(self.figures),
            "health": [asdict(level) for level in self.health],
            "previews": [str(path) for path in self.previews],
        }


Report = Callable[[Progress], None]


def silent(event: Progress) -> None:
    """Take an event and do nothing with it: the default listener."""


class Cancel:
    """A switch that one thread sets and the working thread looks at between its steps.

    Examples
    --------
    >>> cancel = Cancel()
    >>> cancel.check()
    >>> cancel.request()
    >>> cancel.requested
    True
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def request(self) -> None:
        """Ask the work to stop at the next safe point."""
        self._event.set()

    @property
    def requested(self) -> bool:
        """Whether someone has asked for a stop."""
        return self._event.is_set()

    def check(self) -> None:
        """Leave the work if someone has asked for it.

        Raises
        ------
        Cancelled
            If :meth:`request` was called.
        """
        if self.requested:
            raise Cancelled("stopped by request; nothing was left half-written.")
