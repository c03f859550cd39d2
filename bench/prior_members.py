"""One kind of prior in :mod:`bench.priors`: how it is made from a draw of sounds, and what is measured of it."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import machine
from bench.prior_codes import keep, lengths
from bench.subject import Grid
from distill.prior import backoff
from distill.prior.cache import CachePrior
from distill.prior.cache_strengths import best_strengths
from distill.prior.interface import Floats, Prior
from distill.prior.mixture import Mixture, best_weights, mixed
from distill.training.codec_run import Budget
from distill.training.prior_feed import HeldOut, Parts, Versions, hold_out
from distill.training.prior_run import network_for, train_network
from distill.training.prior_task import held_out_log_probs

__all__ = ["KINDS", "Place", "Settings", "measured"]

CACHE = "cache"  # in front of what comes before it
# name -> its members
KINDS: dict[str, tuple[str, ...]] = {
    "unigram": ("unigram",),
    "ngram": ("ngram",),
    "lstm": ("lstm",),
    "transformer": ("transformer",),
    "transformer + ngram": ("transformer", "ngram"),
    "ngram + cache": ("ngram", CACHE),
    "lstm + cache": ("lstm", CACHE),
    "transformer + cache": ("transformer", CACHE),
    "lstm + ngram + cache": ("lstm", "ngram", CACHE),
    "transformer + ngram + cache": ("transformer", "ngram", CACHE),
}


@dataclass(frozen=True)
class Settings:
    """How the members of every run are made."""

    minutes: float = 3.0  # for one network
    versions: int = 0  # varied versions of each sound, for the networks
    sampled_steps: int = 200  # to time sampling with


@dataclass(frozen=True)
class Place:
    """One draw of one collection: what its members share."""

    key: dict[str, Any]
    sounds: list[Versions]
    tested: list[Grid]
    codebook_size: int
    folder: Path  # for what is kept

    @property
    def parts(self) -> Parts:
        """What a network learns from, and what it is held back."""
        return hold_out(self.sounds, seed=self.key["seed"])

    @property
    def as_they_are(self) -> list[Grid]:
        """The sounds without their varied versions."""
        return [versions[0] for versions in self.sounds]


def measured(kind: str, place: Place, settings: Settings) -> dict[str, Any]:
    """Make one kind of prior, judge it on the sounds it has not seen, and time it."""
    started = time.perf_counter()
    members, notes, before = {}, {}, 0.0
    for name in KINDS[kind]:
        if name != CACHE:
            there = (place.folder / f"{name}.json").exists()
            members[name], notes[name] = _member(name, place, settings)
            # A network that an earlier kind has trained took its time then.
            before += notes[name].get("seconds", 0.0) if there else 0.0
    prior, *others = members.values()
    judged = place.parts.held_out or tuple(HeldOut(grid, 0) for grid in place.as_they_are)
    said = np.stack(
        [
            held_out_log_probs(_counted(name, place, place.parts.own) if name in _COUNTED else member, judged)
            for name, member in members.items()
        ]
    )
    weights = best_weights(said)
    if others:
        prior = Mixture([prior, *others], weights)
    if CACHE in KINDS[kind]:
        strengths = best_strengths(mixed(said, weights), [(one.grid, one.first) for one in judged])
        prior = CachePrior(prior, strengths)
    tested = _bits(prior, place.tested)
    return {
        "sounds": len(place.sounds),
        "steps": lengths(place.sounds),
        "tested": len(place.tested),
        "bits": float(np.mean(tested)),
        "bits_by_level": tested.tolist(),
        "own_bits": float(np.mean(_bits(prior, place.as_they_are[: len(place.tested)]))),
        "weights": weights.tolist(),
        "parameters": sum(int(np.size(array)) for array in prior.tensors().values()),
        "steps_a_second": _sampled(prior, steps=settings.sampled_steps),
        "seconds": before + time.perf_counter() - started,
        "members": notes,
    }


_COUNTED = ("unigram", "ngram")


def _counted(name: str, place: Place, grids: Sequence[Grid]) -> Prior:
    size = place.codebook_size
    if name == "ngram":
        return backoff.fit(grids, codebook_size=size)
    return backoff.fit(grids, codebook_size=size, table=(((),),) * len(grids[0]))


def _member(name: str, place: Place, settings: Settings) -> tuple[Prior, dict[str, Any]]:
    """A prior of one kind, and what there is to tell of its training; a network is trained only once."""
    if name in _COUNTED:
        return _counted(name, place, place.as_they_are), {}
    import torch

    from distill.prior.network_prior import NetworkPrior

    path, note = place.folder / f"{name}.npz", place.folder / f"{name}.json"
    if not note.exists():
        fit = network_for(
            "lstm" if name == "lstm" else "transformer", place.sounds, codebook_size=place.codebook_size
        )
        budget = Budget(max_steps=fit.max_steps, seconds=60 * settings.minutes)
        trained = train_network(
            place.parts, fit, folder=place.folder / name, seed=place.key["seed"], device=torch.device("cpu"),
            budget=budget, resume=(place.folder / name).exists(),
        )  # fmt: skip
        keep(path, trained.prior.tensors())
        told = {
            "settings": trained.prior.settings(),
            "training": fit.training.model_dump(),
            **asdict(trained.outcome),
        }
        draft = note.with_suffix(".part")
        draft.write_text(json.dumps(told), encoding="utf-8")
        draft.replace(note)
    told = json.loads(note.read_text(encoding="utf-8"))
    with np.load(path, allow_pickle=False) as kept:
        return NetworkPrior.from_tensors(told["settings"], dict(kept)), told


def _bits(prior: Prior, grids: Sequence[Grid]) -> Floats:
    """Bits a code at each level, over all grids."""
    said = np.concatenate([prior.log_prob(grid) for grid in grids], axis=1)
    by_level: Floats = -said.mean(axis=1) / math.log(2)
    return by_level


def _sampled(prior: Prior, *, steps: int) -> float:
    """Steps a second of plain sampling on one core, after a first few."""
    rng = np.random.default_rng(0)
    state = prior.begin(np.zeros((prior.num_levels, 0), np.int64))
    with machine.one_thread():
        started = 0.0
        for step in range(5 + steps):
            if step == 5:
                started = time.perf_counter()
            column: list[int] = []
            for _ in range(prior.num_levels):
                shares = prior.distribution(state, column)
                drawn_at = int(np.searchsorted(np.cumsum(shares), rng.random() * shares.sum(), side="right"))
                column.append(min(drawn_at, prior.codebook_size - 1))
            state = prior.advance(state, column)
        return steps / (time.perf_counter() - started)
