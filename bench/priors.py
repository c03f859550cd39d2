"""How well each kind of prior predicts sounds it has not seen, and how fast it makes new ones.

    python -m bench.priors MODEL COLLECTION... [--together] [--sizes 5 20 50 200] [--minutes 3] [--versions 0]

From each collection (``--together``: from all of them as one) sounds are drawn to test with, and 5, 20, 50 and 200
others to learn from, with three seeds at 5 and 50. Every kind learns from the same sounds: networks hold some of
them back to know when to stop, and mixtures to find their weights; counts are then made from all of them, as a model
that is kept would have them. ``--versions`` adds varied versions of each sound for the networks.

Resumable line by line: one line a (collection, size, seed, kind, ...) in ``priors.jsonl``; a network that was trained is
kept in ``priors`` below ``--out``, and a mixture of it trains nothing. MODEL is a name in the library of ``--home`` or
a ``.distill`` file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import machine, prior_tables, records
from bench.prior_codes import Encoder, codes, drawn, keep, lengths
from bench.sounds import find_sounds
from bench.subject import Distill, Grid
from distill.errors import BadCollection, DistillError
from distill.prior import backoff
from distill.prior.interface import Floats, Prior
from distill.prior.mixture import Mixture, best_weights
from distill.training.codec_run import Budget
from distill.training.prior_feed import HeldOut, Parts, Versions, hold_out
from distill.training.prior_run import network_for, train_network
from distill.training.prior_task import held_out_log_probs

__all__ = ["KINDS", "SEEDS", "Settings", "main", "run"]

# name -> its members
KINDS: dict[str, tuple[str, ...]] = {
    "unigram": ("unigram",),
    "ngram": ("ngram",),
    "lstm": ("lstm",),
    "transformer": ("transformer",),
    "lstm + ngram": ("lstm", "ngram"),
    "transformer + ngram": ("transformer", "ngram"),
    "all": ("lstm", "transformer", "ngram"),
}
SEEDS = {5: 3, 50: 3}  # sounds -> seeds; one everywhere else
STEP_RATE = 46.875  # steps a second of every codec of ours
_LINES = "priors.jsonl"


@dataclass(frozen=True)
class Settings:
    """How the members of every run are made."""

    minutes: float = 3.0  # for one network
    versions: int = 0  # varied versions of each sound, for the networks
    sampled_steps: int = 200  # to time sampling with


@dataclass(frozen=True)
class _Place:
    """One draw of one collection: what its members share."""

    key: dict[str, Any]
    sounds: list[Versions]
    tested: list[Grid]
    codebook_size: int
    folder: Path  # for what is kept

    @property
    def parts(self) -> Parts:
        return hold_out(self.sounds, seed=self.key["seed"])

    @property
    def as_they_are(self) -> list[Grid]:
        return [versions[0] for versions in self.sounds]


def run(
    name: str,
    files: Sequence[Path],
    *,
    model: str,
    codec: Any,
    encoder: Encoder,
    size: int,
    seed: int,
    settings: Settings,
    out: Path,
    kinds: Sequence[str] = tuple(KINDS),
    command: Sequence[str] | None = None,
) -> list[records.Record]:
    """Measure kinds of prior on one draw of a collection, and append their lines; return those that were new.

    Raises
    ------
    BadCollection
        If it has fewer sounds than ``size``.
    """
    draw = drawn(len(files), size=size, seed=seed)
    if draw is None:
        raise BadCollection(
            f"{len(files)} sounds were found, too few to learn from {size}; give a larger collection."
        )
    context = machine.context(command)
    key: dict[str, Any] = {"collection": name, "model": model, "size": size, "seed": seed}
    key |= {"minutes": settings.minutes, "versions": settings.versions, "commit": context["commit"]}
    known = records.read(out / _LINES)
    missing = [kind for kind in kinds if records.find(known, key | {"kind": kind}) is None]
    if not missing:
        return []

    def of(places: Sequence[int], number: int) -> list[list[Grid]]:
        return [codes(files[at], codec, encoder=encoder, number=number, seed=0, out=out) for at in places]

    identity = {**key, "fingerprint": encoder.fingerprint(codec)}
    digest = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]
    place = _Place(
        key,
        [*of(draw.learnt, settings.versions)],
        [versions[0] for versions in of(draw.tested, 0)],
        encoder.codebook_size(codec),
        out / "priors" / digest,
    )
    lines = []
    for kind in missing:
        line = {"bench": "priors", **context, "key": key | {"kind": kind}, **_measured(kind, place, settings)}
        records.append(out / _LINES, line)
        lines.append(line)
    return lines


def _measured(kind: str, place: _Place, settings: Settings) -> dict[str, Any]:
    started = time.perf_counter()
    members, notes = [], {}
    for name in KINDS[kind]:
        prior, notes[name] = _member(name, place, settings)
        members.append(prior)
    prior = members[0]
    weights = None
    if len(members) > 1:
        judged = place.parts.held_out or tuple(HeldOut(grid, 0) for grid in place.as_they_are)
        said = [
            held_out_log_probs(_counted(name, place, place.parts.own) if name in _COUNTED else member, judged)
            for name, member in zip(KINDS[kind], members, strict=True)
        ]
        weights = best_weights(np.stack(said))
        prior = Mixture(members, weights)
    tested = _bits(prior, place.tested)
    return {
        "sounds": len(place.sounds),
        "steps": lengths(place.sounds),
        "tested": len(place.tested),
        "bits": float(np.mean(tested)),
        "bits_by_level": tested.tolist(),
        "own_bits": float(np.mean(_bits(prior, place.as_they_are[: len(place.tested)]))),
        "weights": None if weights is None else weights.tolist(),
        "parameters": sum(int(np.size(array)) for array in prior.tensors().values()),
        "steps_a_second": _sampled(prior, steps=settings.sampled_steps),
        "seconds": time.perf_counter() - started,
        "members": notes,
    }


_COUNTED = ("unigram", "ngram")


def _counted(name: str, place: _Place, grids: Sequence[Grid]) -> Prior:
    size = place.codebook_size
    if name == "ngram":
        return backoff.fit(grids, codebook_size=size)
    return backoff.fit(grids, codebook_size=size, table=(((),),) * len(grids[0]))


def _member(name: str, place: _Place, settings: Settings) -> tuple[Prior, dict[str, Any]]:
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
    import torch

    rng = np.random.default_rng(0)
    state = prior.begin(np.zeros((prior.num_levels, 0), np.int64))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
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
    finally:
        torch.set_num_threads(threads)


def main(arguments: Sequence[str] | None = None, *, encoder: Encoder | None = None) -> int:
    """Measure every collection and size given, print the table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.priors", description="How well priors predict.")
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION")
    parser.add_argument("--together", action="store_true", help="all collections as one")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5, 20, 50, 200], help="sounds to learn from")
    parser.add_argument("--kinds", nargs="+", choices=tuple(KINDS), default=list(KINDS))
    parser.add_argument("--seeds", type=int, help="at every size; three at 5 and 50 unless given, else one")
    parser.add_argument("--minutes", type=float, default=3.0, help="budget of one network")
    parser.add_argument("--versions", type=int, default=0, help="varied versions of each sound for networks")
    parser.add_argument("--home", type=Path, help="whose library; OUT/models unless given")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    asked = encoder or Distill()
    settings = Settings(minutes=given.minutes, versions=given.versions)
    model = Path(given.model).name.removesuffix(".distill")
    failed = 0
    try:
        codec = asked.open(given.model, home=given.home or given.out / "models")
        found = {folder.resolve().name: find_sounds(folder) for folder in given.collections}
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    if given.together:
        found = {" + ".join(found): sorted(file for files in found.values() for file in files)}
    for name, files in found.items():
        for size in given.sizes:
            for seed in range(given.seeds or SEEDS.get(size, 1)):
                try:
                    lines = run(
                        name, files, model=model, codec=codec, encoder=asked, size=size, seed=seed,
                        settings=settings, out=given.out, kinds=given.kinds,
                    )  # fmt: skip
                except DistillError as error:
                    print(f"{name}, {size} sounds, seed {seed}: {error}", file=sys.stderr)
                    failed = 2
                    continue
                said = ", ".join(f"{line['key']['kind']} {line['bits']:.2f}" for line in lines)
                print(f"{name}, {size} sounds, seed {seed}: {said or 'was already run'}", flush=True)
    print(prior_tables.priors(records.read(given.out / _LINES)))
    return failed


if __name__ == "__main__":
    sys.exit(main())
