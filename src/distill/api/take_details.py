"""All that is known of a take in words a musician reads: who made it, from what, with which settings, and where it lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from distill.api.editing import history
from distill.api.recipes import Recipe
from distill.errors import DistillError
from distill.library.take_files import Take, TakeRecord
from distill.library.takes import Takes

__all__ = ["VERBS", "take_details"]

VERBS: Mapping[str, str] = {
    "generate": "New sound",
    "regenerate": "Part made anew",
    "resynth": "Sound through the model",
    "decode": "Codes made to sound",
    "edit": "Edited",
}
_KNOBS = (
    ("creativity", "Creativity"),
    ("focus", "Focus"),
    ("diversity", "Diversity"),
    ("experimental", "Experimental"),
)
_MOST_EDITS = 40


def take_details(number: int | str, *, home: Path | str | None = None) -> tuple[tuple[str, str], ...]:
    """Tell all that is known of a take: pairs of a label and a sentence.

    Raises
    ------
    BadInput
        If there is no such take, or it is damaged.
    """
    kept = Takes(home).find(number)
    return tuple((label, text) for label, text in _told(kept, kept.require_record()) if text)


def _told(kept: Take, record: TakeRecord) -> Iterator[tuple[str, str]]:
    yield "Made as", VERBS[record.verb] + ("" if record.complete else ", stopped before its end")
    yield "When", _when(record.created)
    yield "Model", record.model
    yield "Length", f"{record.seconds:.2f} s"
    if record.loudness is not None:
        yield "Loudness", f"{record.loudness:.1f} {record.loudness_unit}"
    yield "From", record.source if record.verb != "generate" else ""
    yield from _of_recipe(kept)
    if record.up_to_level is not None:
        yield "Levels", "the first only" if record.up_to_level == 1 else f"the first {record.up_to_level}"
    if record.refine:
        yield "Phase refined", f"{record.refine} rounds"
    yield from _edits(kept)
    if record.seed is not None:
        yield "Seed", str(record.seed)
    yield "Written to", record.path
    yield "Kept in", str(kept.folder)
    yield "Made on", ", ".join(filter(None, (record.device, f"Distill {record.distill_version}")))


def _of_recipe(kept: Take) -> Iterator[tuple[str, str]]:
    """The settings that made new sound; those that were left as usual are not told."""
    if kept.recipe is None:
        return
    try:
        recipe = Recipe.load(kept.recipe)
    except DistillError as error:
        yield "Recipe", str(error)
        return
    if recipe.beginning is not None:
        yield "Goes on from", recipe.beginning.source or "another sound"
    for name, label in _KNOBS:
        value = getattr(recipe, name)
        yield label, "" if value is None else f"{value:g}"
    for technical, setting in sorted(recipe.sampling.items()):
        yield str(technical).replace("_", " ").capitalize(), _plain(setting)
    for word, curve in sorted(recipe.steering.items()):
        yield (
            f"{word.capitalize()} steered",
            ", ".join(f"{amount:+g} at {seconds:g} s" for seconds, amount in curve),
        )
    if recipe.arrange is not None:
        yield "Put together", f"{recipe.arrange}, of parts of {recipe.part_seconds:g} s or more"
    guard = recipe.guard_seconds
    yield "Copied at most", "any length" if guard is None else f"{guard:g} s at a stretch"


def _edits(kept: Take) -> Iterator[tuple[str, str]]:
    try:
        edits = history(kept.codes).edits
    except DistillError as error:
        yield "Edits", str(error)
        return
    told = list(edits[-_MOST_EDITS:])
    if len(edits) > len(told):
        told.insert(0, f"{len(edits) - len(told)} before")
    yield "Edits", "; ".join(told)


def _when(created: str) -> str:
    try:
        return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return created  # as its file says it


def _plain(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(part) for part in value)
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)
