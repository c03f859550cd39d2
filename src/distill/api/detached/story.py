"""What the events of a detached training come to: where it stands, its curves, its health, what it said."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

__all__ = ["Story"]

MOST_MESSAGES, MOST_PREVIEWS, MOST_POINTS = 60, 40, 400

# The four parts of a training: the sounds are read, learnt, what was learnt is measured, and the prior is made. The prior
# is trained, too, so a task "train" after the measuring belongs to the last part.
_PART_OF = {"scan": 0, "read": 0, "train": 1, "measure": 2, "encode": 2, "describe": 2, "vary": 3, "prior": 3}


class Story:
    """Takes events, one after the other.

    Attributes
    ----------
    part : int
        Which of the four parts is under way, from 0.
    progress : dict or None
        The last event that said where the work stands.
    curve : list of (step, own, held_out, handicap)
        Distances of the codec's sounds from the originals; each stage of training measures something else, and
        has a handicap of its own. ``held_out`` is None where nothing is held out.
    end : dict or None
        How it ended.
    """

    def __init__(self) -> None:
        self.name = ""
        self.pid: int | None = None
        self.began: float | None = None
        self.ended: float | None = None
        self.part = 0
        self.progress: dict[str, Any] | None = None
        self.curve: list[tuple[float, float, float | None, float]] = []
        self.health: list[dict[str, Any]] = []
        self.previews: deque[tuple[float, list[str]]] = deque(maxlen=MOST_PREVIEWS)
        self.messages: deque[str] = deque(maxlen=MOST_MESSAGES)
        self.end: dict[str, Any] | None = None

    def take(self, event: Mapping[str, Any]) -> None:
        """Take the next event."""
        kind = event.get("event")
        if kind == "asked":  # anew, or to go on
            self.name, self.pid, self.began = str(event["name"]), None, float(event["at"])
            self.part, self.progress, self.end, self.ended = 0, None, None, None
        elif kind == "begin":
            self.pid = int(event["pid"])
        elif kind == "end":
            self.end, self.ended = dict(event), float(event["at"])
        elif kind == "progress":
            self._progress(event)

    def _progress(self, event: Mapping[str, Any]) -> None:
        self.part = max(self.part, _PART_OF.get(str(event["task"]), 0))
        if self.part == 2 and event["task"] == "train":
            self.part = 3
        if event["total"]:
            self.progress = {key: event[key] for key in ("task", "done", "total", "unit", "seconds_left")}
        if event["message"]:
            self.messages.append(str(event["message"]))
        if event["previews"]:
            self.previews.append((event["done"], list(event["previews"])))
        if event["health"]:
            self.health = list(event["health"])
        figures = event["figures"]
        own, held_out = figures.get("own"), figures.get("held_out")
        if self.part == 1 and own is not None:
            # A training that went back, or goes on from a checkpoint, measures some steps again.
            self.curve = [point for point in self.curve if point[0] < event["done"]]
            distance = own if held_out is None else 0.5 * (own + held_out)
            handicap = round(figures.get("score", 0.0) - distance, 3)
            self.curve.append((event["done"], own, held_out, handicap))
            if len(self.curve) > MOST_POINTS:
                self.curve = self.curve[::2]
