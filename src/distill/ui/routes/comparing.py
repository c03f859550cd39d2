"""Two takes equally loud, blind if asked for: before the vote nothing that is answered here tells X from Y.

Both files are called alike but for their letter, were written in the order of the letters, and the one loudness that is told
is that of both.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from distill import api
from distill.progress import Cancel, Report
from distill.ui.scratch import Scratch
from distill.ui.studio import Studio

__all__ = ["router"]


class Pair(BaseModel):
    """Two takes."""

    a: int
    b: int
    blind: bool = False


class Ballot(BaseModel):
    """A vote on a blind comparison."""

    choice: Literal["X", "Y", "neither"]
    note: str = Field("", max_length=20_000)


def router(studio: Studio) -> APIRouter:
    """Make the routes, below those of takes."""
    routes = APIRouter()
    scratch = Scratch()

    @routes.post("/compare")
    def compare(pair: Pair) -> dict[str, Any]:
        for number in (pair.a, pair.b):
            api.take(number, home=studio.home).require_record()

        def work(report: Report, cancel: Cancel) -> dict[str, Any]:
            made = api.compare(
                pair.a,
                pair.b,
                output=scratch.folder(),
                blind=pair.blind,
                device=studio.device,
                home=studio.home,
                report=report,
                cancel=cancel,
            )
            return {
                "number": made.number,
                "takes": made.takes,
                "sounds": [studio.media.put(path) for path in made.paths],
                "loudness": round(sum(made.loudness) / 2, 1),
                "unit": made.unit,
                "difference": made.difference,
            }

        return studio.jobs.start("compare", work).to_json()

    @routes.get("/votes")
    def votes() -> dict[str, Any]:
        found, wins, sentences = api.votes(home=studio.home)
        return {
            "comparisons": [one.told() | {"winner": one.winner} for one in reversed(found)],
            "wins": [{"take": take, "won": won, "of": of} for take, (won, of) in sorted(wins.items())],
            "sentences": sentences,
        }

    @routes.post("/votes/{number}")
    def vote(number: int, ballot: Ballot) -> dict[str, Any]:
        one = api.vote(number, ballot.choice, note=ballot.note, home=studio.home)
        return one.told() | {"winner": one.winner}

    return routes
