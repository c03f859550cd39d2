"""From a collection's codes to the prior that its model keeps: fitted, judged, and set beside real sounds.

What real sounds share with the rest of their collection is measured here, once, on what is held out of the prior's
training: whenever something is generated, its own figures are shown beside these.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch

from distill.codes.limits import Grid
from distill.prior.kept import RECOMBINATION, KeptPrior
from distill.prior.novelty import NoveltyMeter, RealSounds
from distill.prior.places import Places
from distill.prior.repetition import patience_for
from distill.progress import Cancel, Progress, Report, silent
from distill.replacing import replacing
from distill.training.codec_run import Budget
from distill.training.interrupt import Pause
from distill.training.prior_feed import Versions, evenly, hold_out
from distill.training.prior_fitting import NETWORKED, Choice, choose
from distill.training.prior_run import FittedPrior, fit_prior

__all__ = ["MadePrior", "make_prior"]

CODEC = "codec.txt"  # beside a network's checkpoints: the fingerprint of the codec whose codes it learns
MOST_MEASURED = 6000  # steps of real sounds, two minutes: what they share is known well enough by then


@dataclass(frozen=True)
class MadePrior:
    """A prior as it is kept, and how it came about.

    Attributes
    ----------
    sentences : tuple of str
        Why this kind was chosen, and how well it knows what was held out.
    """

    kept: KeptPrior
    fitted: FittedPrior
    sentences: tuple[str, ...]


def make_prior(
    sounds: Sequence[Versions],
    names: Sequence[str],
    *,
    codec: str,
    codebook_size: int,
    step_rate: float,
    silent_codes: Sequence[int],
    folder: Path,
    seed: int,
    device: torch.device,
    asked: Choice | Literal["auto"] = "auto",
    budget: Budget | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
    pause: Pause | None = None,
) -> MadePrior:
    """Fit a prior and measure what there is to tell of it.

    Parameters
    ----------
    sounds : sequence of sequences of int arrays [K, S]
        Of each sound all versions, the sound as it is first.
    names : sequence of str
        What the sounds are called.
    codec : str
        Fingerprint of the one that made the codes.
    silent_codes : sequence of int
        Codes of level 1 that stand for silence.
    folder : Path
        For a network's checkpoints; one that is there is gone on from, if it learnt the codes of this codec.
    budget : Budget, optional
        Of a network's training.

    Raises
    ------
    BadSetting, BadCollection, Cancelled, TrainingFailed, NoSpace
        As :func:`distill.training.prior_run.fit_prior`.
    """
    networked = choose(len(sounds), asked=asked).choice in NETWORKED
    fitted = fit_prior(
        sounds, codebook_size=codebook_size, folder=folder, seed=seed, device=device, asked=asked, budget=budget,
        resume=networked and _goes_on(folder, codec), report=report, cancel=cancel, pause=pause,
    )  # fmt: skip
    grids: tuple[Grid, ...] = tuple(versions[0] for versions in sounds)
    kept = KeptPrior(
        prior=fitted.prior,
        choice=fitted.choice,
        names=tuple(names),
        grids=grids,
        silent=tuple(silent_codes),
        patience=patience_for(grids),
        held_out_bits=fitted.held_out_bits,
        real=_real(sounds, codebook_size, step_rate, silent_codes, seed),
    )
    # What recombines draws from the sounds themselves, whatever is foreseen.
    sentences = (
        (fitted.sentence,) if kept.choice == RECOMBINATION else (fitted.sentence, kept.perplexity.sentence)
    )
    report(Progress("prior", message=" ".join(sentences)))
    return MadePrior(kept, fitted, sentences)


def _goes_on(folder: Path, codec: str) -> bool:
    """Tell whether what is in the folder learnt the codes of this codec; if not, it is removed and the codec noted."""
    note = folder / CODEC
    if note.is_file() and note.read_bytes() == codec.encode():
        return True
    shutil.rmtree(folder, ignore_errors=True)
    with replacing(note) as file:
        file.write(codec.encode())
    return False


def _real(
    sounds: Sequence[Versions], codebook_size: int, step_rate: float, silent_codes: Sequence[int], seed: int
) -> RealSounds | None:
    """Measure what is held out as if it had been generated from all else; None where nothing is."""
    parts = hold_out(sounds, seed=seed)
    if not parts.held_out or not parts.own:
        return None
    places = Places(parts.own, [""] * len(parts.own), codebook_size=codebook_size, silent=list(silent_codes))
    meter = NoveltyMeter(places, step_rate=step_rate)
    some = evenly(parts.held_out, most_steps=MOST_MEASURED)
    return meter.measure([one.grid[:, one.first :] for one in some]).as_real
