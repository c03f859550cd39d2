"""A prior from a collection's codes: counts at once, networks with the shared loop, and mixtures of both.

Networks and the weights of a mixture are judged on what is held out; once that is done, counts are made again
from everything, because every sound should be drawn from. Varied versions are for networks: counts are of the
sounds as they are, whose smoothing is found by leaving one sound out after another. Recombination (:data:`~distill.training.prior_fitting.AUTO`)
keeps the counts: its walk needs nothing but the collection itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import numpy as np
import torch

from distill.codes.limits import Grid
from distill.config import NetworkKind
from distill.errors import Cancelled
from distill.prior import backoff
from distill.prior.cache import CachePrior
from distill.prior.cache_strengths import best_strengths, through_cache
from distill.prior.interface import Prior, bits_per_code
from distill.prior.mixture import Mixture, best_weights, mixed
from distill.prior.network import Network
from distill.prior.network_prior import NetworkPrior
from distill.progress import Cancel, Report, silent
from distill.training.codec_run import Budget
from distill.training.interrupt import Pause
from distill.training.loop import Every, Outcome, Plan, run
from distill.training.prior_feed import HeldOut, Parts, Versions, evenly, hold_out
from distill.training.prior_fitting import IN_A_MIXTURE, Choice, NetworkFit, choose, fit_network
from distill.training.prior_task import MOST_JUDGED, PriorTask, held_out_log_probs

__all__ = ["Count", "FittedPrior", "TrainedNetwork", "fit_prior", "network_for", "train_network"]

VALIDATIONS = 15  # in one training, at least: each takes half a second, of a minute or so

Count = Callable[[Sequence[Grid]], Prior]  # makes a prior by counting


@dataclass(frozen=True)
class TrainedNetwork:
    """A network and how its training went; ``outcome.stopped`` says whether it is finished."""

    prior: NetworkPrior
    outcome: Outcome


@dataclass(frozen=True)
class FittedPrior:
    """A prior for a collection.

    Attributes
    ----------
    prior : Prior
    choice : str
        What kind it is.
    sentence : str
        Why.
    held_out_bits, own_bits : float
        Bits a code on held-out steps and on those learnt from, before any counts were made again from everything.
    members : mapping of str to float
        Bits a code on held-out steps of each part alone.
    outcome : Outcome or None
        Of the network's training.
    """

    prior: Prior
    choice: Choice
    sentence: str
    held_out_bits: float
    own_bits: float
    members: MappingProxyType[str, float] = field(default_factory=lambda: MappingProxyType({}))
    outcome: Outcome | None = None


def network_for(kind: NetworkKind, sounds: Sequence[Versions], *, codebook_size: int) -> NetworkFit:
    """Propose a network for these sounds by the rules."""
    lengths = [int(versions[0].shape[1]) for versions in sounds]
    return fit_network(
        kind,
        num_sounds=len(sounds),
        num_steps=sum(lengths),
        longest=max(lengths),
        num_levels=int(sounds[0][0].shape[0]),
        codebook_size=codebook_size,
    )


def train_network(
    parts: Parts,
    fit: NetworkFit,
    *,
    folder: Path,
    seed: int,
    device: torch.device,
    budget: Budget | None = None,
    resume: bool = False,
    report: Report = silent,
    cancel: Cancel | None = None,
    pause: Pause | None = None,
) -> TrainedNetwork:
    """Train a network until held-out codes are predicted no better.

    Parameters
    ----------
    parts : Parts
        What is learnt from and what is held out.
    folder : Path
        For checkpoints.
    budget : Budget, optional
        Never more steps than the fit's.
    resume : bool
        Go on from the checkpoint there.

    Raises
    ------
    TrainingFailed, DeviceUnavailable, NoSpace
        As :func:`distill.training.loop.run`.
    """
    seconds = None if budget is None else budget.seconds
    max_steps = fit.max_steps if budget is None else min(budget.max_steps, fit.max_steps)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = Network(fit.config, dropout=fit.training.dropout)
    task = PriorTask(network.to(device), parts, settings=fit.training, seed=seed)
    validate = Every.at_least(VALIDATIONS, max_steps=max_steps, seconds=seconds)
    plan = Plan(
        max_steps=max_steps,
        budget_seconds=seconds,
        batch_size=fit.training.batch_size,
        validate=validate,
        patience=fit.training.patience,
        seed=seed,
    )
    outcome = run(task, plan=plan, folder=folder, resume=resume, report=report, cancel=cancel, pause=pause)
    return TrainedNetwork(task.prior(), outcome)


def fit_prior(
    sounds: Sequence[Versions],
    *,
    codebook_size: int,
    folder: Path,
    seed: int,
    device: torch.device,
    count: Count | None = None,
    asked: Choice | Literal["auto"] = "auto",
    budget: Budget | None = None,
    resume: bool = False,
    report: Report = silent,
    cancel: Cancel | None = None,
    pause: Pause | None = None,
) -> FittedPrior:
    """Fit a prior to a collection's codes.

    Parameters
    ----------
    sounds : sequence of sequences of integers [K, S]
        Of each sound all versions, the sound as it is first.
    count : function, optional
        Makes a prior from grids by counting; :func:`distill.prior.backoff.fit` if left out.
    asked : str
        A kind of prior; ``"auto"`` chooses by the number of sounds.

    Raises
    ------
    BadCollection
        If there are no codes.
    BadSetting
        If there is no such kind of prior.
    Cancelled
        If asked to stop; a network's training is saved, and goes on with ``resume``.
    TrainingFailed, DeviceUnavailable, NoSpace
        As :func:`distill.training.loop.run`.
    """

    def counted(grids: Sequence[Grid]) -> Prior:
        if count is not None:
            return count(grids)
        return backoff.fit(grids, codebook_size=codebook_size, report=report, cancel=cancel)

    proposal = choose(len(sounds), asked=asked)
    parts = hold_out(sounds, seed=seed)
    (cancel or Cancel()).check()
    members: dict[str, Prior] = {}
    outcome: Outcome | None = None
    if proposal.choice != "ngram" and proposal.choice != "oracle":  # of NETWORKED, told so that mypy follows
        kind = IN_A_MIXTURE if proposal.choice == "mixture" else proposal.choice
        trained = train_network(
            parts, network_for(kind, sounds, codebook_size=codebook_size), folder=folder, seed=seed, device=device,
            budget=budget, resume=resume, report=report, cancel=cancel, pause=pause,
        )  # fmt: skip
        outcome = trained.outcome
        if outcome.stopped == "cancelled":
            raise Cancelled(f"training of the prior stopped at step {outcome.step}, and everything is saved.")
        members[kind] = trained.prior
    if proposal.choice not in ("lstm", "transformer"):
        members["ngram"] = counted(parts.own)
    own = evenly([HeldOut(grid, 0) for grid in parts.own], most_steps=MOST_JUDGED)
    judged = parts.held_out or own
    said = {name: held_out_log_probs(member, judged) for name, member in members.items()}
    together = np.stack(list(said.values()))  # [M, K, S]
    weights = best_weights(together)
    base = mixed(together, weights)
    stretches = [(one.grid, one.first) for one in judged]
    strengths = best_strengths(base, stretches, cancel=cancel)
    held_out_bits = bits_per_code(through_cache(base, stretches, strengths, cancel=cancel))
    before = CachePrior(_together(list(members.values()), weights), strengths)
    if "ngram" in members:
        members["ngram"] = counted([versions[0] for versions in sounds])
    return FittedPrior(
        prior=CachePrior(_together(list(members.values()), weights), strengths),
        choice=proposal.choice,
        sentence=proposal.sentence,
        held_out_bits=held_out_bits,
        own_bits=bits_per_code(held_out_log_probs(before, own)),
        members=MappingProxyType({name: bits_per_code(of_member) for name, of_member in said.items()}),
        outcome=outcome,
    )


def _together(members: Sequence[Prior], weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Prior:
    return members[0] if len(members) == 1 else Mixture(members, weights)
