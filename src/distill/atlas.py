"""Measure a model's entries: decode each, listen with :mod:`distill.audio.descriptors`, and place it on a map.

An entry of level 1 is decoded alone, held for nine steps, and measured in the middle. A deeper entry is little by itself;
what it does shows in the company it keeps: at places drawn from the collection, where the levels before it play on and it
begins in the middle. Every entry of a level is tried at the same places, and what counts is how it differs there from the
others, weighted by use. It is measured alone too.

The result, :class:`distill.codes.entries.Entries`, is kept in the model file; nothing below here needs a network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from distill.audio.descriptors import describe
from distill.codec.health import usage
from distill.codec.model import Codec
from distill.codec.quantizer import Level
from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.limits import Grid
from distill.codes.lookup import Lookup
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["lookup_of", "measure"]

Floats = npt.NDArray[np.float32]

PLACES = 4  # of the collection at which each entry is tried
SPAN, BEGINS, HEARD = (
    9,
    4,
    6,
)  # steps decoded for one entry; where it begins, and where it is measured in a place
MIDDLE = SPAN // 2  # and alone
BATCH = 128  # sounds decoded at once: about 100 MB
LISTENED_STEPS = 4096  # of the collection, for the slopes
STRETCH = 64  # steps decoded in one piece for them
EDGE = 4  # steps at both ends of a piece that its cutting can be heard in
PENALTIES = (1e-4, 1e-3, 1e-2, 1e-1)  # of the regression, against the mean variance of a latent
_LOUDNESS, _ONSET = DESCRIPTORS.index("loudness"), DESCRIPTORS.index("onset")


def lookup_of(codec: Codec) -> Lookup:
    """Copy a codec's codebooks and projections out of it."""
    levels = [level for level in codec.quantizer.levels if isinstance(level, Level)]

    def copied(tensors: list[Tensor]) -> Floats:
        stacked: Floats = torch.stack([tensor.detach() for tensor in tensors]).cpu().float().numpy()
        return stacked

    return Lookup(
        tables=copied([level.entries for level in levels]),
        project_in=copied([level.project_in.weight for level in levels]),
        project_out=copied([level.project_out.weight for level in levels]),
    )


def measure(
    codec: Codec,
    grids: Sequence[Grid],
    *,
    seed: int = 0,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Entries:
    """Measure every entry of a codec.

    Parameters
    ----------
    grids : sequence of int arrays [C, K, S], not empty
        The codes of its collection.
    seed : int
        Of the places in the collection.

    Raises
    ------
    Cancelled
        If asked for between two levels.
    """
    rng = np.random.default_rng(seed)
    lookup = lookup_of(codec)
    counts = np.sum([usage(grid, codec.codebook_size) for grid in grids], axis=0)
    alone = np.empty((codec.num_levels, codec.codebook_size, len(DESCRIPTORS)), np.float32)
    descriptors = np.empty_like(alone)
    steps = codec.num_levels + 1
    slopes, fits = _slopes(codec, grids, lookup, rng)
    report(Progress("describe", 1, steps, "levels"))
    places = _places(codec, grids, rng)
    for level in range(codec.num_levels):
        if cancel is not None:
            cancel.check()
        alone[level] = _alone(codec, lookup, level)
        in_places = _in_places(codec, places, level)  # [P, N, F]
        if level == 0:
            descriptors[level] = alone[level]
            alone[level, :, _ONSET] = descriptors[level, :, _ONSET] = in_places[..., _ONSET].mean(0)
        else:
            share = counts[level] / max(counts[level].sum(), 1)
            common = np.einsum("pnf,n->pf", in_places, share)
            descriptors[level] = (in_places - common[:, None]).mean(0)
        report(Progress("describe", level + 2, steps, "levels"))
    return Entries(
        fingerprint=codec.fingerprint(),
        lookup=lookup,
        usage=counts.astype(np.int64),
        descriptors=descriptors,
        slopes=slopes,
        positions=np.stack([_map_of(*rows) for rows in zip(lookup.vectors, descriptors, strict=True)]),
        alone=alone,
        fits=fits,
    )


def _alone(codec: Codec, lookup: Lookup, level: int) -> Floats:
    """Descriptors of each entry of a level held by itself, [N, F]."""
    latents = torch.from_numpy(lookup.vectors[level])[:, None].expand(-1, SPAN, -1)
    return _heard(codec, latents, [MIDDLE])[:, 0]


def _in_places(codec: Codec, places: Tensor, level: int) -> Floats:
    """Descriptors of each entry of a level where it begins in the middle of each place [P, K, S], [P, N, F]."""
    size = codec.codebook_size
    grids = places[:, None, : level + 1].repeat(1, size, 1, 1)  # [P, N, levels, S]
    grids[:, :, level, BEGINS:] = torch.arange(size)[:, None]
    latents = codec.quantizer.decode(
        grids.flatten(0, 1).transpose(1, 2).to(codec.device), up_to_level=level + 1
    )
    measured = _heard(codec, latents, [BEGINS, HEARD])
    found = measured[:, 1]
    found[:, _ONSET] = measured[:, 0, _ONSET]
    return found.reshape(len(places), size, -1)


@torch.inference_mode(False)
@torch.no_grad()
def _heard(codec: Codec, latents: Tensor, steps: Sequence[int]) -> Floats:
    """Decode latents [n, S, D] and describe some of their steps, [n, steps, F]."""
    parts = []
    for first in range(0, len(latents), BATCH):
        part = latents[first : first + BATCH].to(codec.device)
        sound = codec.sound(codec.decoder(part)).cpu()
        parts.append(describe(sound, step_length=codec.step_length, steps=steps))
    found: Floats = torch.cat(parts).numpy()
    return found


def _places(codec: Codec, grids: Sequence[Grid], rng: np.random.Generator) -> Tensor:
    """Draw places [P, K, SPAN] from the mids of a collection that are neither its quietest nor its loudest."""
    candidates = torch.from_numpy(_drawn(grids, SPAN, 8 * PLACES, rng)).to(codec.device)
    latents = codec.quantizer.decode(candidates.transpose(1, 2))
    loudness = _heard(codec, latents, [HEARD])[:, 0, _LOUDNESS]
    order = np.argsort(loudness, kind="stable")
    third = len(order) // 3
    typical = order[third : len(order) - third] if len(order) >= 3 * PLACES else order[-PLACES:]
    return candidates[np.sort(rng.permutation(typical)[:PLACES])].cpu()


def _drawn(grids: Sequence[Grid], span: int, count: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw stretches of the mids, every step as likely to begin one, [count, K, span]; short sounds repeat."""
    lengths = np.array([grid.shape[2] for grid in grids])
    ends = lengths.cumsum()
    drawn = []
    for start in np.sort(rng.integers(0, ends[-1], count)):
        index = int(np.searchsorted(ends, start, side="right"))
        within = int(start - (ends[index] - lengths[index]))
        within = max(0, min(within, int(lengths[index]) - span))
        drawn.append(grids[index][0][:, (within + np.arange(span)) % lengths[index]])
    return np.stack(drawn).astype(np.int64)


def _slopes(
    codec: Codec, grids: Sequence[Grid], lookup: Lookup, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Fit how each descriptor of a step rises with its latents; [F, D], and the R squared [F] of steps left out.

    A ridge regression: directions in which the collection varies little are held back, so that following a slope does not
    leave what the model knows. The penalty is the one that does best on every fourth stretch, which is left out.
    """
    num_steps = sum(grid.shape[2] for grid in grids)
    count = max(4, min(LISTENED_STEPS, num_steps) // (STRETCH - 2 * EDGE))
    stretches = _drawn(grids, STRETCH, count, rng)
    kept = range(EDGE, STRETCH - EDGE)
    heard = np.concatenate(
        [
            _heard(codec, torch.from_numpy(lookup.sum(part)), kept)
            for part in np.array_split(stretches, -(-count // 16))
        ]
    )  # [count, steps, F]
    latents = lookup.sum(stretches)[:, EDGE : STRETCH - EDGE].astype(np.float64)
    left_out = np.arange(count) % 4 == 3
    best: tuple[float, Floats] | None = None
    for penalty in PENALTIES:
        slopes, at = _ridge(latents[~left_out], heard[~left_out], penalty)
        wanted = heard[left_out].reshape(-1, heard.shape[2])
        given = (latents[left_out].reshape(-1, latents.shape[2]) - at[0]) @ slopes.T + at[1]
        fit = 1 - np.square(given - wanted).sum(0) / np.maximum(
            np.square(wanted - wanted.mean(0)).sum(0), 1e-9
        )
        fit = np.clip(fit, 0, 1)
        if best is None or fit.mean() > best[0]:
            best, chosen = (float(fit.mean()), fit.astype(np.float32)), penalty
    assert best is not None
    slopes, _ = _ridge(latents, heard, chosen)
    return slopes.astype(np.float32), best[1]


def _ridge(
    latents: npt.NDArray[np.float64], heard: Floats, penalty: float
) -> tuple[npt.NDArray[np.float64], tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]]:
    """Slopes [F, D], and the means of both sides."""
    x, y = latents.reshape(-1, latents.shape[-1]), heard.reshape(-1, heard.shape[-1]).astype(np.float64)
    at = x.mean(0), y.mean(0)
    x, y = x - at[0], y - at[1]
    gram = x.T @ x
    gram += np.eye(len(gram)) * (penalty * np.trace(gram) / len(gram) + 1e-9)
    return np.linalg.solve(gram, x.T @ y).T, at


def _map_of(vectors: Floats, descriptors: Floats) -> Floats:
    """Place the entries of a level [N, D] on a map, so that those which sound alike lie near each other, [N, 2].

    Principal components of what is measured and what the decoder is given, each in units of its own spread; the first
    axis runs towards the brighter, the second towards the louder. Ranks rather than distances fill the map evenly.
    """
    spread = descriptors.std(0)
    seen = (descriptors - descriptors.mean(0)) / np.where(spread > 1e-6, spread, 1)
    centred = vectors - vectors.mean(0)
    scale = np.sqrt(np.square(centred).sum(1).mean())
    joined = np.concatenate([seen, centred / max(float(scale), 1e-9)], axis=1)
    joined = joined - joined.mean(0)
    _, _, axes = np.linalg.svd(joined, full_matrices=False)
    placed = joined @ axes[:2].T
    for axis, towards in enumerate((DESCRIPTORS.index("brightness"), _LOUDNESS)):
        if float(placed[:, axis] @ seen[:, towards]) < 0:
            placed[:, axis] *= -1
    ranks = placed.argsort(0, kind="stable").argsort(0)
    even = ranks / max(len(ranks) - 1, 1)
    extent = np.ptp(placed, axis=0)
    linear = (placed - placed.min(0)) / np.where(extent > 0, extent, 1)
    positions: Floats = (0.5 * (even + linear)).astype(np.float32)
    return positions
