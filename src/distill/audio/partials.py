"""What a spectrum is made of: noise, partials of one harmonic series, and others.

Sources are those of ``noisy`` and ``tense`` in :mod:`distill.audio.descriptors`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

import torch
from torch import Tensor

from distill.audio.clip import SAMPLE_RATE

__all__ = ["AUDIBLE_HZ", "noisiness", "unexplained"]

AUDIBLE_HZ = (30.0, 20_000.0)
_PITCHED_HZ = 8000.0  # above, no pitch is heard
# The geometric mean of the power of noise in a bin is exp(-Euler's constant) of its mean.
_FLATNESS_OF_NOISE = math.exp(-0.5772)
_PARTIALS, _SERIES = 12, 8  # peaks looked at; of each, which harmonic it may be
_LEAST_PEAK = 10 ** (-30 / 20)  # against the highest; the window's own side lobes lie below -46 dB
_CENTS = 25.0  # how well a partial fits a series


@lru_cache(maxsize=4)
@torch.inference_mode(False)
def _thirds(bins: int) -> Tensor:
    """Which bins are in which band, [bands, bins]: third octaves, at least 8 bins each."""
    edges = [round(AUDIBLE_HZ[0] * 2 * (bins - 1) / SAMPLE_RATE)]
    last = round(AUDIBLE_HZ[1] * 2 * (bins - 1) / SAMPLE_RATE)
    while edges[-1] < last:
        edges.append(min(last, max(edges[-1] + 8, round(edges[-1] * 2 ** (1 / 3)))))
    rows = torch.zeros(len(edges) - 1, bins)
    for row, (first, stop) in zip(rows, pairwise(edges), strict=True):
        row[first:stop] = 1
    return rows


def noisiness(power: Tensor) -> Tensor:
    """Flatness of the spectrum within bands of a third octave, weighted by their power, 0..1: 1 is noise.

    Parameters
    ----------
    power : float Tensor [..., bins]
    """
    bands = _thirds(power.shape[-1]).to(power.device)
    count = bands.sum(-1)
    # Against the whole, so that a floor under empty bins does not depend on the level.
    relative = power / power.sum(-1, keepdim=True).clamp_min(1e-20) + 1e-12
    summed = relative @ bands.T
    flatness = ((relative.log() @ bands.T) / count).exp() / (summed / count)
    share = summed / summed.sum(-1, keepdim=True)
    return ((flatness * share).sum(-1) / _FLATNESS_OF_NOISE).clamp(0, 1)


def unexplained(power: Tensor) -> Tensor:
    """Share of the partials' magnitude that lies outside the harmonic series which holds the most, 0..1.

    Parameters
    ----------
    power : float Tensor [..., bins]
        Of a window whose side lobes are too low to be taken for partials.
    """
    hz_per_bin = SAMPLE_RATE / 2 / (power.shape[-1] - 1)
    log = power.clamp_min(1e-30).log()
    left, here, right = log[..., :-2], log[..., 1:-1], log[..., 2:]
    peak = (here > left) & (here >= right)
    low = round(AUDIBLE_HZ[0] / hz_per_bin)
    peak[..., :low] = False
    peak[..., round(_PITCHED_HZ / hz_per_bin) :] = False
    magnitude = torch.where(peak, power[..., 1:-1].sqrt(), 0)
    heights, where = magnitude.topk(_PARTIALS, -1)
    highest = heights[..., :1].clamp_min(1e-20)
    heights = torch.where(heights > _LEAST_PEAK * highest, heights, 0)
    a, b, c = (part.gather(-1, where) for part in (left, here, right))
    curve = (a - 2 * b + c).clamp_max(-1e-6)
    place = where + 1 + (0.5 * (a - c) / curve).clamp(-0.5, 0.5)  # a parabola through the logarithms
    hz = place * hz_per_bin
    orders = torch.arange(1, _SERIES + 1, device=power.device)
    fundamentals = (hz[..., None] / orders).flatten(-2)  # [B, S, P * orders]
    order = (hz[..., None, :] / fundamentals[..., None]).round().clamp_min(1)  # [B, S, candidates, P]
    off = 1200 * (hz[..., None, :] / (order * fundamentals[..., None])).log2()
    # High orders lie close together and would fit anything, so they prove less.
    fits = torch.exp(-0.5 * (off / _CENTS).square()) / (1 + (order / 16).square())
    heard = (fundamentals >= AUDIBLE_HZ[0])[..., None]
    held = (torch.where(heard, fits, 0) * heights[..., None, :]).sum(-1).amax(-1)
    rest: Tensor = 1 - held / heights.sum(-1).clamp_min(1e-20)
    return rest.clamp(0, 1)
