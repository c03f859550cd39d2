"""From what was asked to what is trained: the sounds, the sizes, the budget, and how long it will take here.

Shared by training and by the mere question how long it would take (:mod:`distill.api.training`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distill import device as devices
from distill.api.requests import SOUNDS, Request
from distill.collection.scan import Scan, scan
from distill.collection.store import build_store
from distill.collection.store_index import Store
from distill.progress import Cancel, Progress, Report
from distill.training.codec_run import Budget, measure_step_seconds
from distill.training.fitting import TIERS, Fit, fit
from distill.training.prior_fitting import NETWORKED, choose

__all__ = ["Estimate", "budget_of", "expect", "find_sounds", "fit_to", "prior_budget_of", "read_sounds"]

# What is kept back from a budget for encoding and measuring the collection at the end, in seconds: a constant
# for drawing, hashing and writing, a share of the collection's length, and for each entry that is listened to
# (8 x 256 of them took 16 to 20 s on one core of two, with 2 for the slopes).
RESERVE_SECONDS, RESERVE_SHARE, RESERVE_ENTRY = 11.0, 0.015, 0.008
# Of actual training, however small the budget, and however much of it the sounds take before and after: in seconds, of the whole.
SHORTEST_SECONDS, SHORTEST_SHARE = 10.0, 0.4
OVERDUE = 1.05  # times a budget: what takes longer is said to
# Of a budget for the prior: sounds varied and encoded, counts made, a network trained; a network ends earlier by itself.
PRIOR_SHARE, PRIOR_MOST_SECONDS = 0.12, 180.0
COUNTING_SHARE = 0.02  # where nothing is to be trained


@dataclass(frozen=True)
class Estimate:
    """How long a training would take here; measured, not looked up."""

    seconds: float
    steps: int
    step_seconds: float
    sentence: str


def find_sounds(request: Request, report: Report, cancel: Cancel | None) -> Scan:
    """Look for the sounds of a request; nothing is written."""
    return scan(
        [Path(sound) for sound in request.sounds],
        leave_out=request.leave_out,
        trim=request.trim,
        report=report,
        cancel=cancel,
    )


def read_sounds(found: Scan, folder: Path, report: Report, cancel: Cancel | None) -> Store:
    """Decode sounds below a training's folder, and say which are left out."""
    store = build_store(found, folder / SOUNDS, report=report, cancel=cancel)
    for left in (*found.left_out, *store.left_out):
        report(Progress("scan", message=f"{left.path.name} is left out: {left.reason}"))
    return store


def fit_to(request: Request, store: Store) -> Fit:
    """Choose the sizes for these sounds."""
    return fit(
        num_sounds=len(store),
        seconds=store.seconds,
        stereo=store.stereo,
        codebook_size=request.codebook_size,
        num_levels=request.num_levels,
        precision=request.precision,
    )


def prior_budget_of(request: Request) -> Budget:
    """How long a prior's network may be trained."""
    if request.steps is not None:
        return Budget(max_steps=request.steps)
    return Budget(max_steps=10_000_000, seconds=_prior_seconds(request, PRIOR_SHARE))


def _prior_seconds(request: Request, share: float) -> float:
    return min(share * _whole_seconds(request), PRIOR_MOST_SECONDS)


def _whole_seconds(request: Request) -> float:
    return 60 * (request.minutes if request.minutes is not None else TIERS[request.tier].minutes)


def _least_seconds(request: Request) -> float:
    return max(SHORTEST_SECONDS, SHORTEST_SHARE * _whole_seconds(request))


def _reserve(request: Request, store: Store) -> float:
    codec = fit_to(request, store).codec
    entries = codec.num_levels * codec.codebook_size
    reserve = RESERVE_SECONDS + RESERVE_SHARE * store.seconds + RESERVE_ENTRY * entries
    if request.prior == "none":
        return reserve
    trains = choose(len(store), asked=request.prior).choice in NETWORKED
    return reserve + _prior_seconds(request, PRIOR_SHARE if trains else COUNTING_SHARE)


def budget_of(request: Request, store: Store, elapsed: float) -> Budget:
    """The loop's budget: what is left of the whole when the sounds are read and the end is provided for.

    Never less than two fifths of the whole: hours of sound would be encoded by a codec that has learnt nothing. One that goes
    on has the budget it was started with, however long its sounds took to read this time.
    """
    if request.steps is not None:
        return Budget(max_steps=request.steps)
    seconds = request.loop_seconds
    if seconds is None:
        left = _whole_seconds(request) - elapsed - _reserve(request, store)
        seconds = max(left, _least_seconds(request)) + request.used_seconds
    steps = TIERS[request.tier].steps
    most = steps if request.minutes is None else max(steps, 10_000_000)
    return Budget(max_steps=request.used_steps + most, seconds=seconds)


def expect(
    request: Request, store: Store, proposal: Fit, budget: Budget, chosen: devices.Device, elapsed: float
) -> Estimate:
    """Take a few steps, and tell from them how long all will take."""
    step = measure_step_seconds(store, proposal, device=chosen.torch, seed=request.seed)
    steps = budget.max_steps - request.used_steps
    training = steps * step
    if budget.seconds is not None and training > budget.seconds - request.used_seconds:
        training = budget.seconds - request.used_seconds
        steps = round(training / step)
    around = elapsed + _reserve(request, store)
    seconds = around + training
    sentence = (
        f"This will take about {_spoken(seconds)} in all here: about {steps} steps of {1000 * step:.0f} ms."
    )
    if budget.seconds is not None and seconds > OVERDUE * _whole_seconds(request):
        sentence += " " + _overdue(request, around)
    return Estimate(seconds, steps, step, sentence)


def _overdue(request: Request, around: float) -> str:
    """Say why a budget does not suffice, if these sounds take so many seconds before and after training."""
    asked = _spoken(_whole_seconds(request))
    by_tier = request.minutes is None
    advice = "choose the standard tier" if by_tier and request.tier == "draft" else "give it more minutes"
    return (
        f"That is longer than the {asked} {f'of a {request.tier}' if by_tier else 'asked for'}: before and after "
        f"training so much sound takes {_spoken(around)}, and training is given {_spoken(_least_seconds(request))} "
        f"at least; {advice}, or leave sounds out."
    )


def _spoken(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 100 else f"{seconds:.0f} seconds"
