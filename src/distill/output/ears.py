"""What arrives at two ears: a delay and a minimum-phase response each, the form in which all heads meet.

A head-related impulse response is nearly a pure delay followed by a minimum-phase filter (Kulkarni, Isabelle and Colburn,
"Sensitivity of human subjects to head-related transfer-function phase spectra", JASA 105, 1999). Taken apart like that, two
directions can be mixed without the comb that mixing two delayed copies makes: delays are averaged as numbers, filters as the
logarithms of their spectra. The logarithm of a minimum-phase spectrum is linear in the logarithm of its magnitude, so the mixture
of two is minimum phase again, and so is a head's filter followed by that of the air.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE

__all__ = ["BINS", "FREQUENCIES", "TAPS", "Ears", "Head", "front_level", "minimum_phase", "responses"]

TAPS = 512  # samples of a response: 10.7 ms, more than any head rings without a room around it
_FFT = 2 * TAPS
BINS = TAPS + 1
_FADED = 64  # samples at a response's end that fade out
_FAINTEST = 1e-4  # of a response's loudest bin; deeper notches cannot be heard and would ring for long

Floats = npt.NDArray[np.float64]
Spectra = npt.NDArray[np.complexfloating[Any, Any]]

FREQUENCIES: Floats = np.linspace(0, SAMPLE_RATE / 2, BINS)  # Hz


@dataclass(frozen=True, eq=False)
class Ears:
    """What arrives from some directions, N of them; the left ear is first.

    Attributes
    ----------
    delays : float64 array [N, 2]
        Seconds, 0 or more, against a moment that is the same for all directions of a head.
    logs : complex array [N, 2, BINS]
        Natural logarithms of minimum-phase spectra at :data:`FREQUENCIES`.
    """

    delays: Floats
    logs: Spectra


class Head(Protocol):
    """Anything that knows what arrives at its ears."""

    def toward(self, azimuths: Floats, elevations: Floats, distances: Floats) -> Ears:
        """Tell what arrives from N directions.

        Parameters
        ----------
        azimuths : float64 array [N]
            Degrees; 0 is in front, 90 on the right, -90 on the left.
        elevations : float64 array [N]
            Degrees in -90..90; 90 is above.
        distances : float64 array [N]
            Metres. That the sound gets fainter is not the head's affair.
        """
        ...


def minimum_phase(magnitudes: Floats) -> Spectra:
    """Give magnitudes the phase of the minimum-phase filter that has them, through the folded cepstrum.

    Parameters
    ----------
    magnitudes : float64 array [.., BINS]
        0 or more; below -80 dB of the loudest they are raised to it.

    Returns
    -------
    complex array [.., BINS]
        Natural logarithms of spectra (Oppenheim and Schafer, Discrete-Time Signal Processing, chapter 12).
    """
    floor = np.maximum(magnitudes.max(axis=-1, keepdims=True) * _FAINTEST, 1e-12)
    cepstrum = np.fft.irfft(np.log(np.maximum(magnitudes, floor)), _FFT)
    cepstrum[..., 1:TAPS] *= 2
    cepstrum[..., TAPS + 1 :] = 0
    logs: Spectra = np.fft.rfft(cepstrum)
    return logs


def responses(logs: Spectra) -> Floats:
    """Turn logarithms of spectra [.., BINS] into impulse responses [.., TAPS], their ends faded."""
    impulses: Floats = np.fft.irfft(np.exp(logs), _FFT)[..., :TAPS]
    fade = 0.5 + 0.5 * np.cos(np.pi * (np.arange(_FADED) + 1) / (_FADED + 1))
    impulses[..., -_FADED:] *= fade
    return impulses


def front_level(head: Head) -> float:
    """How much louder a sound in front is at the ears than without the head, as a factor.

    Both ears' power between 100 Hz and 10 kHz, every octave counting as much. Sets of measurements come at any level; divided
    by this, all heads leave a sound in front as loud as it was.
    """
    zero = np.zeros(1)
    magnitudes = np.exp(head.toward(zero, zero, np.ones(1)).logs[0].real)
    heard = (FREQUENCIES >= 100) & (FREQUENCIES <= 10_000)
    weights = 1 / FREQUENCIES[heard]
    power = np.square(magnitudes[:, heard]).mean(axis=0)
    return float(np.sqrt((weights * power).sum() / weights.sum()))
