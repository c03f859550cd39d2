"""The codes of a recipe, drawn from a model's prior under its guard and its steering."""

from __future__ import annotations

from collections.abc import Mapping

from distill.api.knobs import sampling_of
from distill.api.library import Model
from distill.api.recipes import Recipe
from distill.audio.clip import SAMPLE_RATE
from distill.codes.limits import Grid
from distill.errors import BadSetting
from distill.prior.guard import NoveltyGuard, limit_in_steps
from distill.prior.kept import KeptPrior
from distill.prior.sampling import Bias, sample
from distill.prior.steered import Curve, Steering
from distill.progress import Cancel, Report

__all__ = ["drawn", "guard_of"]


def drawn(
    model: Model, kept: KeptPrior, recipe: Recipe, past: Grid, report: Report, cancel: Cancel | None
) -> tuple[Grid, bool]:
    """Draw the codes [K, S] of a recipe, and tell whether they are all there."""
    settings = sampling_of(
        codebook_size=model.codec.codebook_size, patience=kept.patience, seed=recipe.seed, **recipe.knobs()
    )
    prior, settings = kept.drawn_with(settings, past=past)
    result = sample(
        prior,
        steps=-(-round(recipe.seconds * SAMPLE_RATE) // model.codec.step_length),
        settings=settings,
        past=past,
        bias=_bias(model, recipe.steering),
        guard=guard_of(kept, recipe.guard_seconds, past, step_rate=model.codec.step_rate),
        report=report,
        cancel=cancel,
    )
    if not result.grid.shape[1]:
        raise BadSetting("stopped before the first step was made; nothing was written.")
    return result.grid, result.complete


def guard_of(kept: KeptPrior, seconds: float | None, past: Grid, *, step_rate: float) -> NoveltyGuard | None:
    """Return the novelty guard of a sound that goes on from a past [K, S]; None if it is off."""
    if seconds is None:
        return None
    return NoveltyGuard(kept.places, limit=limit_in_steps(seconds, step_rate=step_rate)).after(past)


def _bias(model: Model, curves: Mapping[str, Curve]) -> Bias | None:
    if not curves:
        return None
    return Steering(curves, entries=model.measured("steering"), step_rate=model.codec.step_rate)
