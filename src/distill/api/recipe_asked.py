"""What is asked of a new sound: a recipe to make again, or settings that become one; what cannot be is refused here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from distill.api.arranging import check_arrangement
from distill.api.presets import with_preset
from distill.api.recipes import Recipe
from distill.errors import BadSetting
from distill.prior.steered import check_curves

__all__ = ["LEAST_SECONDS", "MOST_SECONDS", "recipe_asked"]

LEAST_SECONDS, USUAL_SECONDS, MOST_SECONDS = 0.1, 8.0, 1800.0
# What a recipe says, as it is called here, and the value that stands for "not given".
_UNSAID = {"guard_seconds": 1.0, "part_seconds": 0.5, "seed": 0}


def recipe_asked(
    recipe: Path | str | None, *, preset: str | None, home: Path | str | None, **settings: Any
) -> Recipe:
    """Return the recipe to follow.

    Parameters
    ----------
    recipe : path, optional
        One to make again, instead of all settings.
    preset : str, optional
        Fills in what is not set.
    settings
        As :func:`distill.api.generating.generate` takes them.

    Raises
    ------
    BadSetting, BadInput
        If a value is impossible, a recipe comes with settings or a preset, or a collage with knobs of what it does not draw.
    """
    check_curves(settings["steering"] or {})
    if recipe is not None:
        followed = _alone(recipe, preset, settings)
    else:
        fixed = {name: settings.pop(name) for name in ("guard_seconds", "seed", "arrange", "part_seconds")}
        wanted = with_preset(preset, home=home, **settings)
        wanted["seconds"] = USUAL_SECONDS if wanted["seconds"] is None else wanted["seconds"]
        followed = Recipe.of(**wanted, **fixed)
    if not LEAST_SECONDS <= followed.seconds <= MOST_SECONDS:
        raise BadSetting(
            f"a sound of {followed.seconds:g} s was asked for; choose {LEAST_SECONDS:g} to {MOST_SECONDS:g} s."
        )
    if followed.arrange is not None:
        _check_collage(followed, followed.arrange)
    return followed


def _alone(recipe: Path | str, preset: str | None, settings: dict[str, Any]) -> Recipe:
    """Read a recipe, which says all there is to say."""
    if preset is not None:
        raise BadSetting(
            "a recipe and a preset were given; a recipe says all there is to say, so leave one out."
        )
    said = [
        name
        for name, value in settings.items()
        if value != _UNSAID.get(name) and (name not in ("sampling", "steering") or value)
    ]
    if said:
        raise BadSetting(
            f"a recipe was given, and with it {', '.join(said)}; a recipe says all there is to say, so leave out one or the "
            "other."
        )
    return Recipe.load(recipe)


def _check_collage(followed: Recipe, arrange: str) -> None:
    check_arrangement(arrange, followed.part_seconds)
    drawing = {"steering": followed.steering or None} | followed.knobs()
    set_too = [name for name, value in drawing.items() if value is not None]
    if set_too:
        raise BadSetting(
            f"a collage draws nothing, so {', '.join(set_too)} cannot change it; leave that out, or the arrangement."
        )
