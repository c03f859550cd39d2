"""Measure a model's entries: decode each, listen with :mod:`distill.audio.descriptors`, and place it on a map.

An entry of level 1 is decoded alone, held for nine steps, and measured in the middle; only whether it is an attack shows
where the collection uses it. A deeper entry is little by itself;
what it does shows in the company it keeps: at places drawn from the collection, where the levels before it play on and it
begins in the middle. Every entry of a level is tried at the same places, and what counts is how it differs there from the
others, weighted by use. It is measured alone too.

The result, :class:`distill.codes.entries.Entries`, is kept in the model file; nothing below here needs a network.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from distill.atlas.hearing import Floats, heard, lookup_of
from distill.atlas.listening import listen, stretches
from distill.atlas.maps import map_of
from distill.atlas.slopes import fit_slopes
from distill.codec.health import usage
from distill.codec.model import Codec
from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.limits import Grid
from distill.codes.lookup import Lookup
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["measure"]


PLACES = 4  # of the collection at which each entry is tried
SPAN = 9  # steps decoded for one entry
BEGINS, HEARD = 4, 6  # where it begins in a place, and where it is measured
MIDDLE = SPAN // 2  # and alone
_LOUDNESS, _ONSET = DESCRIPTORS.index("loudness"), DESCRIPTORS.index("onset")


@torch.inference_mode(False)
@torch.no_grad()
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
    listened = listen(codec, grids, lookup, rng)
    slopes, fits = fit_slopes(listened)
    report(Progress("describe", 1, steps, "levels"))
    places = _places(codec, grids, rng)
    for level in range(codec.num_levels):
        if cancel is not None:
            cancel.check()
        alone[level] = _alone(codec, lookup, level)
        if level == 0:
            alone[level, :, _ONSET] = listened.mean_of(_ONSET, level, codec.codebook_size)
            descriptors[level] = alone[level]
        else:
            in_places = _in_places(codec, places, level)  # [P, N, F]
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
        positions=np.stack([map_of(*rows) for rows in zip(lookup.vectors, descriptors, strict=True)]),
        alone=alone,
        fits=fits,
    )


def _alone(codec: Codec, lookup: Lookup, level: int) -> Floats:
    """Descriptors of each entry of a level held by itself, [N, F]."""
    latents = torch.from_numpy(lookup.vectors[level])[:, None].expand(-1, SPAN, -1)
    return heard(codec, latents, [MIDDLE])[:, 0]


def _in_places(codec: Codec, places: Tensor, level: int) -> Floats:
    """Descriptors of each entry of a level where it begins in the middle of each place [P, K, S], [P, N, F]."""
    size = codec.codebook_size
    grids = places[:, None, : level + 1].repeat(1, size, 1, 1)  # [P, N, levels, S]
    grids[:, :, level, BEGINS:] = torch.arange(size)[:, None]
    latents = codec.quantizer.decode(
        grids.flatten(0, 1).transpose(1, 2).to(codec.device), up_to_level=level + 1
    )
    measured = heard(codec, latents, [BEGINS, HEARD])
    found = measured[:, 1]
    found[:, _ONSET] = measured[:, 0, _ONSET]
    return found.reshape(len(places), size, -1)


def _places(codec: Codec, grids: Sequence[Grid], rng: np.random.Generator) -> Tensor:
    """Draw places [P, K, SPAN] from the mids of a collection that are neither its quietest nor its loudest."""
    candidates = torch.from_numpy(stretches(grids, SPAN, 8 * PLACES, rng)).to(codec.device)
    latents = codec.quantizer.decode(candidates.transpose(1, 2))
    loudness = heard(codec, latents, [HEARD])[:, 0, _LOUDNESS]
    order = np.argsort(loudness, kind="stable")
    third = len(order) // 3
    typical = order[third : len(order) - third] if len(order) >= 3 * PLACES else order[-PLACES:]
    return candidates[np.sort(rng.permutation(typical)[:PLACES])].cpu()
