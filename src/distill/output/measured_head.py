"""A measured head between its measurements: responses taken apart into delay and filter, mixed on the sphere.

The measured directions are the corners of triangles that cover the sphere (their convex hull). A direction in between
is a mixture of its triangle's three corners, with the weights that make the corners' vectors add up to it, as in vector base
amplitude panning (Pulkki, 1997): at a corner the measurement itself, and nowhere a jump. Delays are mixed as
numbers and filters as logarithms (:mod:`distill.output.ears`), so no comb arises between neighbours. Each delay is where a response
correlates best with its own minimum-phase twin (Nam, Abel and Smith, "A method for estimating interaural time difference for
binaural synthesis", AES 125th Convention, 2008).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from distill.audio.clip import SAMPLE_RATE
from distill.output.ears import BINS, FREQUENCIES, TAPS, Ears, Floats, Spectra, minimum_phase
from distill.output.head import unit_vectors

__all__ = ["MeasuredHead"]

_FINER = 8  # points a sample at which delays are looked for
_MOST_DELAY = 0.002  # seconds between the earliest and the latest arrival at any head
_TOLD_BY = 3000.0  # Hz, up to about which a response tells its delay: higher up ears hear levels, and peaks change places
_NO_HEAD = 200.0  # Hz, below which a head is no obstacle
_AT_ONCE = 16  # directions taken apart at once
_NEAR = np.cos(np.radians(45))
_NEARNESS = 8.0
_QUERIES = 64  # directions looked up at once


@dataclass(frozen=True, eq=False)
class MeasuredHead:
    """Measured directions M, and the F triangles between them.

    Attributes
    ----------
    ears : Ears
        What was measured, in M directions.
    triangles : int array [F, 3]
    weights : float64 array [F, 3, 3]
        Turn a direction's vector into its weights at a triangle's corners.
    """

    ears: Ears
    triangles: np.ndarray[tuple[int, ...], np.dtype[np.intp]]
    weights: Floats

    @classmethod
    def of(cls, azimuths: Floats, elevations: Floats, responses: Floats) -> MeasuredHead:
        """Build a head from responses [M, 2, T] at 48 kHz.

        Distances are left aside: they were one for all when the head was measured. The first receiver counts as the left ear
        unless sounds from the left are louder in the second, which happens in the files of some sets.

        Raises
        ------
        ValueError
            Saying in a few words why no head can be built of them.
        """
        _, first = np.unique(unit_vectors(azimuths, elevations).round(4), axis=0, return_index=True)
        vectors, responses = unit_vectors(azimuths, elevations)[np.sort(first)], responses[np.sort(first)]
        energies = np.square(responses).sum(axis=2)
        if not (energies > 1e-9 * energies.max()).all():
            raise ValueError("some of its responses are silent")
        levels = np.log(energies[:, 1] / energies[:, 0])  # how much louder the second receiver is
        if float(levels @ vectors[:, 1]) < 0:
            responses = responses[:, ::-1]
        parts = [
            _taken_apart(part) for part in np.split(responses, range(_AT_ONCE, len(responses), _AT_ONCE))
        ]
        delays = np.concatenate([part[0] for part in parts])
        if np.ptp(delays) > _MOST_DELAY:
            raise ValueError(
                f"sound arrives up to {np.ptp(delays) * 1000:.1f} ms later in some directions than in others"
            )
        logs = np.concatenate([part[1].astype(np.complex64) for part in parts])
        missing, shares = _missing(vectors)
        vectors = np.concatenate([vectors, missing])
        logs = np.concatenate([logs, np.einsum("km,mef->kef", shares.astype(np.float32), logs)])
        delays = np.concatenate([delays, shares @ delays]) - delays.min()
        triangles = _triangles(vectors)
        weights = np.asarray(np.linalg.inv(np.swapaxes(vectors[triangles], 1, 2)), np.float64)
        return cls(Ears(delays, logs), triangles, weights)

    def toward(self, azimuths: Floats, elevations: Floats, distances: Floats) -> Ears:
        """Tell what arrives from N directions; see :class:`distill.output.ears.Head`. The distance changes nothing."""
        del distances
        corners, shares = self._mixture(unit_vectors(azimuths, elevations))
        delays = np.einsum("nc,nce->ne", shares, self.ears.delays[corners])
        logs: Spectra = np.zeros((len(corners), 2, BINS), np.complex128)
        for corner in range(3):
            logs += shares[:, corner, None, None] * self.ears.logs[corners[:, corner]]
        return Ears(delays, logs)

    def _mixture(self, vectors: Floats) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.intp]], Floats]:
        """Which measurements [N, 3] make up directions [N, 3], and how much of each."""
        chosen, shares = [], []
        for some in np.split(vectors, range(_QUERIES, len(vectors), _QUERIES)):
            found = np.einsum("fij,nj->nfi", self.weights, some)
            best = found.min(axis=2).argmax(axis=1)  # inside of a triangle no weight is below 0
            chosen.append(self.triangles[best])
            kept = np.maximum(
                found[np.arange(len(some)), best], 0.0
            )  # of what no triangle covers, the nearest edge
            shares.append(kept / kept.sum(axis=1, keepdims=True))
        return np.concatenate(chosen), np.concatenate(shares)


def _missing(vectors: Floats) -> tuple[Floats, Floats]:
    """Which of front, back, left, right, above and below no direction [M, 3] lies within 45 degrees of.

    Returns
    -------
    directions : float64 array [K, 3]
        Often none, of many heads the one below.
    shares : float64 array [K, M]
        How much of each measurement stands in for what was not measured: of all, by their nearness to it.
    """
    ways = np.concatenate([np.eye(3), -np.eye(3)])
    ways = ways[(ways @ vectors.T).max(axis=1) < _NEAR]
    near = np.exp(_NEARNESS * (ways @ vectors.T))
    return ways, near / near.sum(axis=1, keepdims=True)


def _triangles(vectors: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    """Triangles [F, 3] of the hull of directions [M, 3] that face away from the middle."""
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(vectors)
    except (QhullError, ValueError):
        raise ValueError("its directions do not lie all around the head") from None
    corners = vectors[hull.simplices]
    wide = np.abs(np.linalg.det(corners)) > 1e-6  # a triangle in a plane through the middle covers nothing
    if not wide.any():
        raise ValueError("its directions do not lie all around the head")
    faces: np.ndarray[tuple[int, ...], np.dtype[np.intp]] = hull.simplices[wide].astype(np.intp)
    return faces


def _taken_apart(responses: Floats) -> tuple[Floats, Spectra]:
    """Delays [m, 2] in seconds and logarithms of spectra [m, 2, BINS] of responses [m, 2, T]."""
    length = 1 << int(np.ceil(np.log2(responses.shape[-1] + 4 * TAPS)))
    spectra = np.fft.rfft(responses, length)
    stride = length // (2 * TAPS)
    magnitudes = np.abs(spectra)
    logs = minimum_phase(_with_bass(_thinned(magnitudes, stride)))
    twins = np.fft.rfft(np.fft.irfft(np.exp(logs), 2 * TAPS)[..., :TAPS], length)
    hertz = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    fine = np.fft.irfft(spectra * np.conj(twins) / (1 + (hertz / _TOLD_BY) ** 4), _FINER * length)
    latest = _FINER * responses.shape[-1]
    best = fine[..., :latest].argmax(axis=-1)
    return best / (_FINER * SAMPLE_RATE), logs


def _with_bass(magnitudes: Floats) -> Floats:
    """Let magnitudes [.., BINS] go on below 200 Hz as they are there: what falls off is the loudspeaker it was measured with."""
    first = int(np.ceil(_NO_HEAD / FREQUENCIES[1]))
    magnitudes[..., :first] = magnitudes[..., first, None]
    return magnitudes


def _thinned(magnitudes: Floats, stride: int) -> Floats:
    """Power averaged over ``stride`` neighbours, as magnitudes [.., BINS]."""
    if stride == 1:
        return magnitudes
    power = np.square(magnitudes)
    # Bins to both sides of each that is kept; the spectrum goes on mirrored beyond its ends.
    reach = stride // 2
    mirrored = np.concatenate([power[..., reach:0:-1], power, power[..., -2 : -reach - 2 : -1]], axis=-1)
    sums = np.cumsum(np.concatenate([np.zeros((*power.shape[:-1], 1)), mirrored], axis=-1), axis=-1)
    width = 2 * reach + 1
    averaged: Floats = np.sqrt((sums[..., width:] - sums[..., :-width]) / width)[..., ::stride]
    return averaged
