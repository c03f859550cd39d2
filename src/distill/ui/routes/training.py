"""Training: what it would be, starting it, how it goes, going on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from distill import api
from distill.codes.level_names import level_name
from distill.config import Tier
from distill.errors import BadCollection, DistillError
from distill.progress import Cancel, Report
from distill.training.prior_fitting import Choice
from distill.ui.routes import training_sounds
from distill.ui.studio import Studio

__all__ = ["router"]

ESTIMATE = "estimate"  # the kind of job
OPENED = 2  # sounds of the collection that the editor is offered at the end: its A and its B

Name = Annotated[str, Field(min_length=1, max_length=200)]
Variation = Literal["gain", "polarity", "shift", "eq", "pitch", "time", "noise"]


class Sizes(BaseModel):
    """What a training shall be like, besides its sounds."""

    tier: Tier = "draft"
    minutes: float | None = Field(None, gt=0, le=10_080, allow_inf_nan=False)
    codebook_size: int | None = Field(None, ge=16, le=1024)
    num_levels: int | None = Field(None, ge=2, le=8)
    prior: Choice | Literal["auto", "none"] = "auto"


class Wish(Sizes):
    """A training that is to start."""

    name: Name
    seed: int = Field(0, ge=0, lt=2**31)
    steps: int | None = Field(None, ge=1, le=100_000_000)
    without: list[Variation] = Field(default_factory=list, max_length=7)
    replace: bool = False


class Again(BaseModel):
    """A training that is to go on."""

    name: Name
    minutes: float | None = Field(None, gt=0, le=10_080, allow_inf_nan=False)


class Named(BaseModel):
    """A training by its name."""

    name: Name


def router(studio: Studio) -> APIRouter:
    """Make the routes."""
    routes = APIRouter(prefix="/training")
    routes.include_router(training_sounds.router(studio))
    training, gathering = studio.training, studio.gathering

    def view() -> dict[str, Any]:
        return {
            "run": run_json(studio),
            "models": [entry.name for entry in api.models(home=studio.home)],
            "trainings": [
                {"name": known.name, "finished": known.finished, "tier": known.tier, "changed": known.changed}
                for known in api.trainings(home=studio.home)
            ],
        }

    @routes.get("")
    def state() -> dict[str, Any]:
        return view()

    @routes.get("/opens")
    def opens() -> list[dict[str, str]]:
        return _opens(studio)

    @routes.post("/proposal")
    def proposal(sizes: Sizes) -> dict[str, Any]:
        gathered = gathering.to_json()
        proposed, minutes = api.proposal(
            num_sounds=gathered["used"],
            seconds=gathered["seconds"],
            tier=sizes.tier,
            codebook_size=sizes.codebook_size,
            num_levels=sizes.num_levels,
        )
        return {
            "codebook_size": proposed.codec.codebook_size,
            "num_levels": proposed.codec.num_levels,
            "minutes": minutes,
            "sentence": proposed.sentence,
        }

    @routes.post("/estimate")
    def estimate(sizes: Sizes) -> dict[str, Any]:
        asked = gathered()
        before = studio.jobs.running(ESTIMATE)
        for job in before:
            job.stop()

        def work(report: Report, cancel: Cancel) -> Mapping[str, Any]:
            for job in before:  # side by side they would take each other's time, and time is what is measured
                job.wait()
            found = api.estimate(
                **asked,
                **sizes.model_dump(),
                device=studio.device,
                home=studio.home,
                report=report,
                cancel=cancel,
            )
            return {"seconds": found.seconds, "sentence": found.sentence}

        return studio.jobs.start(ESTIMATE, work).to_json()

    @routes.post("/start")
    def start(wish: Wish) -> dict[str, Any]:
        asked = wish.model_dump(exclude={"without"}, exclude_none=True)
        if wish.without:
            asked["augmentation"] = {f"{variation}_share": 0.0 for variation in wish.without}
        free_the_machine()
        training.start(**gathered(), **asked, device=studio.device)
        return view()

    @routes.post("/longer")
    def longer(again: Again) -> dict[str, Any]:
        free_the_machine()
        training.start(**again.model_dump(exclude_none=True), longer=True, device=studio.device)
        return view()

    @routes.post("/resume")
    def resume(named: Named) -> dict[str, Any]:
        free_the_machine()
        training.start(name=named.name, resume=True, device=studio.device)
        return view()

    @routes.post("/forget")
    def forget(named: Named) -> dict[str, Any]:
        api.forget_training(named.name, home=studio.home)
        return view()

    @routes.post("/do/{what}")
    def do(what: Literal["go-on", "pause", "unpause", "stop", "kill", "clear"]) -> dict[str, Any]:
        {
            "go-on": training.go_on,
            "pause": training.pause,
            "unpause": training.unpause,
            "stop": training.stop,
            "kill": training.kill,
            "clear": training.clear,
        }[what]()
        return view()

    def gathered() -> dict[str, Any]:
        if not gathering.to_json()["used"]:
            raise BadCollection(
                "no sound is chosen; drop some, or tick those in the list that shall be used."
            )
        return gathering.asked()

    def free_the_machine() -> None:
        for job in studio.jobs.running(ESTIMATE):
            job.stop()
            job.wait(5)

    return routes


def run_json(studio: Studio) -> dict[str, Any]:
    """Return how the training goes, as the page shows it."""
    training = studio.training
    state, story = training.state(), training.story()
    health = [
        {
            **{key: level[key] for key in ("level", "utilisation", "dead", "perplexity", "verdict")},
            "name": level_name(level["level"], len(story.health)),
        }
        for level in story.health
    ]
    end = story.end or {}
    return {
        "taken": state == "done" and _take_into_use(studio, str(end.get("name"))),
        "state": state,
        "name": story.name,
        "part": story.part,
        "progress": story.progress,
        "seconds": (story.ended or time.time()) - story.began if story.began else 0.0,
        "curve": story.curve,
        "health": health,
        "previews": _previews(studio, list(story.previews)),
        "messages": list(story.messages),
        "error": training.error(),
        "result": {key: end.get(key) for key in ("name", "early", "sentences", "card", "figures", "left_out")}
        if state == "done"
        else None,
    }


def _previews(studio: Studio, previews: list[tuple[float, list[str]]]) -> dict[str, Any]:
    """The steps there are previews of, and the sounds of the last one."""
    parts: list[dict[str, str]] = []
    if previews:
        for sound in previews[-1][1]:
            parts += [
                {
                    "original": studio.media.put(part.original),
                    "decoded": studio.media.put(part.decoded),
                    "original_picture": studio.media.put(part.original_picture),
                    "decoded_picture": studio.media.put(part.decoded_picture),
                }
                for part in (api.preview_parts(sound) if sound.endswith(".wav") else ())
            ]
    return {"step": previews[-1][0] if previews else None, "parts": parts}


def _opens(studio: Studio) -> list[dict[str, str]]:
    """Sounds it was trained on, for the editor."""
    paths = []
    with suppress(DistillError):
        found = api.scan(studio.training.asked().get("sounds", ()), may_be_empty=True)
        paths = [sound.path for sound in found.sounds][:OPENED]
    return [{"title": path.name, "media": studio.media.put(path)} for path in paths]


def _take_into_use(studio: Studio, name: str) -> bool:
    """Make a model that has just been finished the current one, once; tell whether that was now."""
    mark = studio.training.record.folder / "taken"
    if mark.exists():
        return False
    with suppress(DistillError, OSError):
        studio.choose(name)
        mark.touch()
        return True
    return False
