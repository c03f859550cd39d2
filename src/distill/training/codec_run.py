"""A codec's training from a store of sounds to the finished codec: puts task, feed and loop together."""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from distill.allocator import keep_large_blocks
from distill.codec.model import Codec
from distill.collection.store_index import Store
from distill.config import Augmentation, CodecConfig
from distill.progress import Cancel, Report, silent
from distill.training.codec_task import ENOUGH_TO_JUDGE, CodecTask, Preview
from distill.training.feed import Feed
from distill.training.fitting import Fit
from distill.training.interrupt import Pause
from distill.training.loop import Every, Outcome, Plan, run
from distill.training.loudest import loudest_bin

__all__ = [
    "Budget",
    "TrainedCodec",
    "measure_stage_seconds",
    "measure_step_seconds",
    "new_codec",
    "train_codec",
]

VALIDATIONS = 20  # in one training, at least
PREVIEW_SECONDS = 60.0
WARM_UP_STEPS = 2  # before steps are timed
CEILING_MARGIN = math.log(4.0)  # 12 dB over the loudest bin of the collection: gain is varied by 6


@dataclass(frozen=True)
class Budget:
    """How long to train.

    Attributes
    ----------
    max_steps : int
        Training ends here.
    seconds : float, optional
        And here, if this comes first; schedules then follow the time. Without it the same seed gives the
        same codec on the same machine.
    """

    max_steps: int
    seconds: float | None = None


@dataclass(frozen=True)
class TrainedCodec:
    """A codec and how its training went; ``outcome.stopped`` says whether it is finished.

    Attributes
    ----------
    waited_share : float in 0..1
        Share of the time in which training waited for its data.
    """

    codec: Codec
    outcome: Outcome
    waited_share: float


def new_codec(config: CodecConfig, *, seed: int) -> Codec:
    """Build a codec whose first weights follow from the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Codec(config)


def train_codec(
    store: Store,
    fit: Fit,
    *,
    budget: Budget,
    folder: Path,
    seed: int,
    device: torch.device,
    augmentation: Augmentation | None = None,
    resume: bool = False,
    preview: Preview | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
    pause: Pause | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> TrainedCodec:
    """Train a codec on every sound of a store.

    Parameters
    ----------
    folder : Path
        For checkpoints and previews.
    resume : bool
        Go on from the checkpoint there, also from one that is finished, with a larger budget.
    clock : callable
        Seconds, from any origin, in which the budget is counted.

    Raises
    ------
    TrainingFailed, DeviceUnavailable, NoSpace
        As :func:`distill.training.loop.run`.
    """
    started = time.monotonic()
    with keep_large_blocks(), _feed(store, fit, augmentation, seed) as feed:
        task = _task(fit, feed, seed=seed, device=device, preview=preview)
        loudest = loudest_bin(
            store, store.rms_db, n_fft=fit.codec.n_fft, hop_length=fit.codec.hop_length, cancel=cancel
        )
        task.codec.head.ceiling.fill_(math.log(max(loudest, 1.0)) + CEILING_MARGIN)
        validate = Every.at_least(VALIDATIONS, max_steps=budget.max_steps, seconds=budget.seconds)
        if budget.seconds is not None:
            preview_every = Every(seconds=PREVIEW_SECONDS)
        else:
            preview_every = Every(steps=4 * max(1, budget.max_steps // VALIDATIONS))
        plan = Plan(
            max_steps=budget.max_steps,
            budget_seconds=budget.seconds,
            batch_size=fit.training.batch_size,
            validate=validate,
            preview=preview_every,
            # The task lets the rate fall and ends its codes stage first when nothing gets better, and starts another count.
            patience=fit.training.patience + 2,
            seed=seed,
        )
        outcome = run(
            task, plan=plan, folder=folder, resume=resume, report=report, cancel=cancel, pause=pause, clock=clock
        )  # fmt: skip
        waited = feed.waited_seconds / max(time.monotonic() - started, 1e-9)
    return TrainedCodec(task.codec.eval(), outcome, waited)


def measure_step_seconds(
    store: Store, fit: Fit, *, device: torch.device, seed: int = 0, steps: int = 6
) -> float:
    """Seconds of one step here, averaged over the stages as a training mixes them (row A9).

    A training with time for ``n`` steps spends ``phase_share`` of its *time*, not of its steps, on the phase.
    """
    seconds = measure_stage_seconds(store, fit, device=device, seed=seed, steps=steps)
    share = fit.training.phase_share
    return 1 / ((1 - share) / seconds["codes"] + share / seconds["phase"])


def measure_stage_seconds(
    store: Store,
    fit: Fit,
    *,
    device: torch.device,
    seed: int = 0,
    steps: int = 6,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """Seconds of one step here in each of the stages ``"codes"`` and ``"phase"``, by `clock`."""
    seconds = {}
    with keep_large_blocks(), _feed(store, fit, None, seed) as feed:
        task = _task(fit, feed, seed=seed, device=device, preview=None)
        numbers = itertools.count()
        for stage, position in (("codes", fit.training.unquantized_share), ("phase", 1.0)):
            for _ in range(WARM_UP_STEPS):  # the first fills the codebooks or builds an optimiser
                task.train_step(next(numbers), fit.training.batch_size, position)
            started = clock()
            for _ in range(steps):
                task.train_step(next(numbers), fit.training.batch_size, position)
            seconds[stage] = (clock() - started) / steps
    return seconds


def _feed(store: Store, fit: Fit, augmentation: Augmentation | None, seed: int) -> Feed:
    return Feed(
        store,
        rms_db=store.rms_db,
        settings=fit.training,
        step_length=fit.codec.step_length,
        augmentation=augmentation if augmentation is not None else Augmentation(),
        seed=seed,
        judged_codes=ENOUGH_TO_JUDGE * fit.codec.codebook_size,
    )


def _task(fit: Fit, feed: Feed, *, seed: int, device: torch.device, preview: Preview | None) -> CodecTask:
    return CodecTask(
        new_codec(fit.codec, seed=seed).to(device),
        feed,
        own=feed.own,
        held_out=feed.held_out,
        counted=feed.counted,
        settings=fit.training,
        seed=seed,
        preview=preview,
    )
