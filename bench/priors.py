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
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import machine, prior_tables, records
from bench.prior_codes import Encoder, codes, drawn
from bench.prior_members import KINDS, Place, Settings, measured
from bench.sounds import find_sounds
from bench.subject import Distill, Grid
from distill.errors import BadCollection, DistillError

__all__ = ["SEEDS", "main", "run"]

SEEDS = {5: 3, 50: 3}  # sounds -> seeds; one everywhere else
_LINES = "priors.jsonl"


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
    place = Place(
        key,
        [*of(draw.learnt, settings.versions)],
        [versions[0] for versions in of(draw.tested, 0)],
        encoder.codebook_size(codec),
        out / "priors" / digest,
    )
    lines = []
    for kind in missing:
        line = {"bench": "priors", **context, "key": key | {"kind": kind}, **measured(kind, place, settings)}
        records.append(out / _LINES, line)
        lines.append(line)
    return lines


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
