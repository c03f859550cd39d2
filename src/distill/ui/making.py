"""New sound made for the page: one run at a time, each of its takes shown as soon as it is there."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from distill import api
from distill.errors import BadInput
from distill.library.take_files import Take
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
            job = studio.jobs.start(
                KIND, work, alone="new sound is being made already; wait for it, or stop it first."
            )
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
        return told | {"count": run.count, "made": self._cards([run])}

    def made(self) -> list[dict[str, Any]]:
        """Return all that was made since Distill was started and is still a take, the newest first."""
        return self._cards(list(self._runs.values()))[::-1]

    def _cards(self, runs: Sequence[_Run]) -> list[dict[str, Any]]:
        """What was made, without takes that were deleted since."""
        made = [(one, run.real) for run in runs for one in list(run.made)]
        takes = {take.number: take for take in api.takes(home=self._studio.home)} if made else {}
        return [
            self._card(one, real, takes.get(one.take or 0))
            for one, real in made
            if one.take is None or one.take in takes
        ]

    def _card(self, one: api.Generated, real: RealSounds | None, take: Take | None) -> dict[str, Any]:
        record = None if take is None else take.record
        sound = one.path if take is None or take.sound is None else take.sound
        return {
            "take": one.take,
            "starred": record is not None and record.starred,
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
