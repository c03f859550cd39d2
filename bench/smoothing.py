"""Which smoothing and which contexts the counting prior should have, on codes made by formula.

    python -m bench.smoothing [--seeds 2]

Bits a code, told of sounds that were not counted. The first three columns have the same nested contexts (an n-gram that
backs off one feature at a time), so they differ in the smoothing alone; the last two have the smoothing of the second.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bench.made_codes import NOISE, Codes, made_codes
from distill.prior.backoff import fit
from distill.prior.contexts import Context, Feature, Table, longest_lag
from distill.prior.growing import grown_table
from distill.prior.interface import bits_per_code
from distill.prior.stretches import Stretches

__all__ = ["kneser_ney", "main", "nested_table"]

COLUMNS = ("Kneser-Ney", "Witten-Bell", "strength found", "default contexts", "grown contexts")
LEVELS, SIZE, STEPS = 4, 48, 240


def nested_table(num_levels: int) -> Table:
    """The plain n-gram: the own last code first, then the codes above from the nearest, one feature at a time."""
    own = [Feature(1, 0), Feature(2, 0), Feature(1, 1), Feature(3, 0), Feature(4, 0)]
    deeper = (
        [Feature(1, level), *(Feature(0, above) for above in range(level - 1, -1, -1))]
        for level in range(1, num_levels)
    )
    orders = [own, *(order[:5] for order in deeper)]
    return tuple(tuple(tuple(order[:length]) for length in range(len(order) + 1)) for order in orders)


def kneser_ney(counted: Sequence[Codes], told: Sequence[Codes], table: Table) -> float:
    """Bits a code of the interpolated n-gram of Kneser and Ney (Chen and Goodman 1999), contexts nested.

    One discount an order, ``n1 / (n1 + 2 n2)``; below the longest context a code counts once for each longer context it
    was seen in.
    """
    before = longest_lag(table)
    known, new = (Stretches.of(grids, before=before, codebook_size=SIZE) for grids in (counted, told))
    num_new = sum(grid.shape[1] for grid in told)  # without the joints
    bits = []
    for level, contexts in enumerate(table):
        probability = np.full(num_new, 1 / SIZE)
        for index, context in enumerate(contexts):
            longer = contexts[index + 1] if index + 1 < len(contexts) else None
            probability = _interpolated(known, new, level, context, longer, probability)
        bits.append(-np.log2(probability).mean())
    return float(np.mean(bits))


def _interpolated(
    known: Stretches,
    new: Stretches,
    level: int,
    context: Context,
    longer: Context | None,
    vaguer: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    pairs = known.keys(context) * SIZE + known.codes(level)
    if longer is not None:  # one of each: the pair within a longer context
        pairs = np.unique(np.stack([known.keys(longer), pairs]), axis=1)[1]
    seen, counts = np.unique(pairs, return_counts=True)
    once, twice = (counts == 1).sum(), (counts == 2).sum()
    discount = float(np.clip(once / max(once + 2 * twice, 1), 0.1, 0.95))
    keys, of = np.unique(seen // SIZE, return_inverse=True)
    total, different = np.bincount(of, counts), np.bincount(of)
    wanted = new.keys(context)[: len(vaguer)]
    pair = wanted * SIZE + new.codes(level)[: len(vaguer)]
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    found = np.minimum(np.searchsorted(seen, pair), len(seen) - 1)
    count = np.where(seen[found] == pair, counts[found], 0)
    told = (np.maximum(count - discount, 0) + discount * different[place] * vaguer) / total[place]
    chosen: npt.NDArray[np.float64] = np.where(keys[place] == wanted, told, vaguer)
    return chosen


def measured(counted: Sequence[Codes], told: Sequence[Codes]) -> tuple[float, ...]:
    """Bits a code of each column."""
    nested = nested_table(LEVELS)
    priors = (
        fit(counted, codebook_size=SIZE, table=nested, strength=1.0),
        fit(counted, codebook_size=SIZE, table=nested),
        fit(counted, codebook_size=SIZE),
        fit(counted, codebook_size=SIZE, table=grown_table(counted, codebook_size=SIZE)),
    )
    bits = [
        bits_per_code(np.concatenate([prior.log_prob(grid) for grid in told], axis=1)) for prior in priors
    ]
    return kneser_ney(counted, told, nested), *bits


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table as Markdown; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.smoothing", description="Smoothing of counts.")
    parser.add_argument("--seeds", type=int, default=2)
    seeds = range(parser.parse_args(arguments).seeds)
    print(f"| noise, sounds counted | {' | '.join(COLUMNS)} |\n|{' --- |' * (len(COLUMNS) + 1)}")
    for name, sounds in (*((name, 15) for name in NOISE), ("middling", 60)):
        counted = sounds * 4 // 5
        rows = []
        for seed in seeds:
            codes = made_codes(
                sounds=sounds, steps=STEPS, num_levels=LEVELS, codebook_size=SIZE, noise=NOISE[name],
                learnt_from=counted, seed=seed,
            )  # fmt: skip
            rows.append(measured(codes[:counted], codes[counted:]))
        cells = (", ".join(f"{bits:.2f}" for bits in column) for column in zip(*rows, strict=True))
        print(f"| {name}, {counted} | {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
