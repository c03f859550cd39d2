"""The codes of a recipe: drawn from a model's prior under its guard and its steering, or put together from its collection."""

from __future__ import annotations

from collections.abc import Mapping

from distill.api.arranging import arranged
from distill.api.knobs import sampling_of
from distill.api.library import Model
from distill.api.recipes import Recipe
from distill.audio.clip import SAMPLE_RATE
from distill.codes.limits import Grid
from distill.errors import BadSetting
from distill.prior.guard import NoveltyGuard, limit_in_steps
from distill.prior.kept import RECOMBINATION, KeptPrior
from distill.prior.sampling import Bias, sample
from distill.prior.steered import Curve, Steering
from distill.progress import Cancel, Report

__all__ = ["expected", "guard_of", "made"]

LONG_SECONDS = 30.0  # beyond, a person is told what to expect


def made(
    model: Model, recipe: Recipe, past: Grid, report: Report, cancel: Cancel | None
) -> tuple[Grid, bool, tuple[str, ...]]:
    """Make the codes [K, S] of a recipe; tell whether they are all there, and what to expect of them."""
    steps = -(-round(recipe.seconds * SAMPLE_RATE) // model.codec.step_length)
    if recipe.arrange is not None:
        grid, about = arranged(
            model, recipe.arrange, part_seconds=recipe.part_seconds, steps=steps, seed=recipe.seed
        )
        return grid, True, about
    kept = model.prior
    settings = sampling_of(
        codebook_size=model.codec.codebook_size, patience=kept.patience, seed=recipe.seed, **recipe.knobs()
    )
    prior, settings = kept.drawn_with(settings, past=past)
    result = sample(
        prior,
        steps=steps,
        settings=settings,
        past=past,
        bias=_bias(model, recipe.steering),
        guard=guard_of(kept, recipe.guard_seconds, past, step_rate=model.codec.step_rate),
        report=report,
        cancel=cancel,
    )
    if not result.grid.shape[1]:
        raise BadSetting("stopped before the first step was made; nothing was written.")
    return result.grid, result.complete, expected(model, recipe.seconds)


def expected(model: Model, seconds: float) -> tuple[str, ...]:
    """Say what to expect of a long sound (row D4); nothing of a short one."""
    kept, rate = model.prior, model.codec.step_rate
    collection = sum(grid.shape[1] for grid in kept.grids) / rate
    if seconds <= min(LONG_SECONDS, collection):
        return ()
    beyond = f"the collection's own {collection:.0f} s" if seconds > collection else f"{LONG_SECONDS:g} s"
    comes = (
        "it comes by the same places of the collection again"
        if kept.choice == RECOMBINATION
        else "it moves on to other material every ten seconds or so"
    )
    return (f"{seconds:g} s is beyond {beyond}, so expect no form over the whole: {comes}.",)


def guard_of(kept: KeptPrior, seconds: float | None, past: Grid, *, step_rate: float) -> NoveltyGuard | None:
    """Return the novelty guard of a sound that goes on from a past [K, S]; None if it is off."""
    if seconds is None:
        return None
    return NoveltyGuard(kept.places, limit=limit_in_steps(seconds, step_rate=step_rate)).after(past)


def _bias(model: Model, curves: Mapping[str, Curve]) -> Bias | None:
    if not curves:
        return None
    return Steering(curves, entries=model.measured("steering"), step_rate=model.codec.step_rate)
