"""New sound made for the page: one run at a time, each of its takes shown as soon as it is there."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from distill import api
from distill.errors import BadInput, DistillError
from distill.prior.closeness import closeness
from distill.prior.novelty import RealSounds
from distill.progress import Cancel, Report
from distill.ui.jobs import Job
from distill.ui.studio import Studio

__all__ = ["Making"]

MOST_RUNS = 20
KIND = "generate"


@dataclass
class _Run:
    """What one press of the button makes."""

    count: int
    real: RealSounds | None
    made: list[api.Generated] = field(default_factory=list)


class Making:
    """Runs of new sound.

    Parameters
    ----------
    studio : Studio
    """

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._runs: OrderedDict[int, _Run] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, asked: Mapping[str, Any]) -> Job:
        """Begin; what is made goes to ``made/`` of the user folder, and to the history.

        Parameters
        ----------
        asked : mapping
            As :func:`distill.api.generate` takes it, ``count`` among it.

        Raises
        ------
        BadInput
            If one is under way, or the model in use can make none.
        """
        studio = self._studio
        model = studio.opened()
        run = _Run(asked["count"], model.prior.real)

        def work(report: Report, cancel: Cancel) -> dict[str, Any]:
            folder = studio.home / "made" / model.name
            api.generate(
                model=model, output=folder, home=studio.home, report=report, cancel=cancel,
                each=run.made.append, **asked,
            )  # fmt: skip
            return {"made": len(run.made)}

        with self._lock:
            if studio.jobs.running(KIND):
                raise BadInput("new sound is being made already; wait for it, or stop it first.")
            job = studio.jobs.start(KIND, work)
            self._runs[job.number] = run
            while len(self._runs) > MOST_RUNS:
                self._runs.popitem(last=False)
        return job

    def running(self) -> int | None:
        """Return the number of the run under way, if there is one."""
        return next((job.number for job in self._studio.jobs.running(KIND)), None)

    def how_goes(self, number: int) -> dict[str, Any]:
        """Return how a run goes, and what it has made so far."""
        told = self._studio.jobs.get(number).to_json()  # first: whoever sees its end sees all it made
        run = self._runs.get(number)
        if run is None:
            raise BadInput(f"work number {number} makes no new sound.")
        return told | {"count": run.count, "made": [self._card(one, run.real) for one in list(run.made)]}

    def made(self) -> list[dict[str, Any]]:
        """Return all that was made since Distill was started and is still a take, the newest first."""
        found = [self._card(one, run.real) for run in self._runs.values() for one in list(run.made)]
        return [card for card in reversed(found) if card["kept"]]

    def _card(self, one: api.Generated, real: RealSounds | None) -> dict[str, Any]:
        starred, kept, sound = False, one.take is None, one.path
        if one.take is not None:
            try:
                take = api.take(one.take, home=self._studio.home)
                starred, kept, sound = take.require_record().starred, True, take.sound or sound
            except DistillError:
                pass  # deleted, or damaged: the history tells
        return {
            "take": one.take,
            "kept": kept,
            "starred": starred,
            "title": one.path.stem,
            "path": str(one.path),
            "sound": self._studio.media.put(sound),
            "seconds": one.seconds,
            "seed": one.seed,
            "complete": one.complete,
            "sentences": list(one.sentences),
            "novelty": one.novelty.to_json(),
            "real": None if real is None else real.to_json(),
            "closeness": asdict(closeness(one.novelty, real)),
        }
