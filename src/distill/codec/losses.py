"""What training minimises: distances between spectra, and of how their phases change, never between samples.

Stage one compares magnitudes before inversion (cheap, and independent of phase); stage two compares the
sound itself at several resolutions. All logs are base 10 and clamped, as in the mel distance of the DAC
codec (Kumar et al., 2023), so that a loss of 0.1 is 2 dB.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from distill.audio.distances import MEL_SCALES
from distill.audio.magnitudes import frame_magnitudes, mel_bands
from distill.audio.spectrum import magnitude

__all__ = ["decoded_losses", "magnitude_loss", "mel_loss", "slope_loss", "sound_loss"]

LOG10_E = 1 / math.log(10)
MAGNITUDE_FLOOR = 1e-4
MEL_FLOOR = 1e-5
LOW_HZ = 1000.0  # from here on bins count less and less, as mel bands widen
SHORTEST_CONVERGENCE = 512  # samples; shorter windows see no partials


def magnitude_loss(log_magnitude: Tensor, spectrum: Tensor) -> Tensor:
    """L1 of the log magnitude, bin by bin and in mel bands.

    Bins alone spend the network on the noise floor above 10 kHz, where half of them lie; bands alone lose
    the partials.

    Parameters
    ----------
    log_magnitude : Tensor [B, bins, F]
        Natural log, as the head gives it.
    spectrum : complex Tensor [B, bins, F]
        Of the sound that it should be the magnitude of.
    """
    wanted = magnitude(spectrum).transpose(1, 2)
    log_given = log_magnitude.transpose(1, 2)  # as they lie in memory, [B, F, bins]
    floor = math.log(MAGNITUDE_FLOOR)
    bins = (log_given.clamp_min(floor) - wanted.clamp_min(MAGNITUDE_FLOOR).log()).abs().mean() * LOG10_E
    given = log_given.exp()
    bands = torch.zeros((), device=spectrum.device)
    for num_mels in (40, 160):
        bands = bands + _log_distance(mel_bands(given, num_mels), mel_bands(wanted, num_mels))
    return bins + bands


def slope_loss(pairs: Tensor, spectrum: Tensor, *, bin_hz: float) -> Tensor:
    """How far phases are off in their change from each frame to the next and from each bin to the next.

    A phase itself cannot be known to an encoder that hears magnitudes, but its slopes can: over time it is where in its bin a
    partial lies, over frequency where in its window an attack. (Instantaneous frequency and group delay, as in the losses of
    Ai and Ling, 2023; here one minus the cosine, which has no jump to wrap.) It is cheap, and its gradient does not go through
    an inversion.

    Parameters
    ----------
    pairs : Tensor [B, F, 2, bins]
        Real and imaginary part, of any length, of the angles given.
    spectrum : complex Tensor [B, F, bins]
        Those wanted, against the same clock. What is louder counts for more, by the root of its magnitude, and so does what is
        lower, where mel bands are narrow.
    bin_hz : float
        Distance of two bins.

    Returns
    -------
    Tensor []
        0 where all slopes are right, about 2 where they are chance.
    """
    sure = spectrum.abs().clamp_min(MAGNITUDE_FLOOR)
    real, imaginary = spectrum.real / sure, spectrum.imag / sure
    given = pairs * torch.rsqrt(pairs.square().sum(2, keepdim=True) + 1e-9)
    # The angle between both, as a pair: what is given times the conjugate of what is wanted.
    off_real = given[:, :, 0] * real + given[:, :, 1] * imaginary
    off_imaginary = given[:, :, 1] * real - given[:, :, 0] * imaginary
    hz = torch.arange(spectrum.shape[2], device=spectrum.device) * bin_hz
    weight = sure.sqrt() / (1 + hz / LOW_HZ)
    total = torch.zeros((), device=spectrum.device)
    for one, other in (
        ((slice(None), slice(1, None)), (slice(None), slice(None, -1))),  # over time
        ((..., slice(1, None)), (..., slice(None, -1))),  # over frequency
    ):
        cosine = off_real[one] * off_real[other] + off_imaginary[one] * off_imaginary[other]
        heard = (weight[one] * weight[other]).sqrt()
        total = total + (heard * (1 - cosine)).sum() / heard.sum()
    return total


def sound_loss(decoded: Tensor, audio: Tensor, *, turn: int = 0, turns: int = 1) -> Tensor:
    """Multi-resolution mel distance plus spectral convergence, [B, T] against [B, T].

    The first hears timbre at every scale of time; the second (Arık et al., 2018, eq. 3) weighs what is
    loud, which is what holds the phases of strong partials together.

    Parameters
    ----------
    turn, turns : int
        Compare at every ``turns``-th of :data:`MEL_SCALES` only, from the ``turn``-th on, counted round: two turns cost half
        as much each, and their mean is the loss at all of them.
    """
    mel, convergence = _distances(decoded, audio, MEL_SCALES[turn % turns :: turns])
    # By how many turns there are, not by how many scales are in this one: that would weigh those of a smaller turn more.
    return turns * (mel + 0.5 * convergence)


def decoded_losses(
    decoded: Tensor,
    log_magnitude: Tensor,
    audio: Tensor,
    *,
    spectrum: Tensor,
    turn: int = 0,
    turns: int = 1,
) -> dict[str, Tensor]:
    """What a sound is trained by, and searched for by: its own loss, and that of the magnitude it was inverted from.

    The second keeps the magnitude true where an inversion would hide that it is not. Their sum is what counts.

    Parameters
    ----------
    decoded, audio : Tensor [B, T]
    log_magnitude : Tensor [B, bins, F]
        That ``decoded`` was made from.
    spectrum : complex Tensor [B, bins, F]
        Of ``audio``.
    turn, turns : int
        As of :func:`sound_loss`.
    """
    return {
        "sound": sound_loss(decoded, audio, turn=turn, turns=turns),
        "magnitude": magnitude_loss(log_magnitude, spectrum),
    }


def mel_loss(decoded: Tensor, audio: Tensor) -> Tensor:
    """Multi-resolution mel distance with a gradient, [B, T] against [B, T].

    The same seven windows and bands as :func:`distill.audio.distances.mel_distance`, which measures whole sounds.
    """
    return _distances(decoded, audio, MEL_SCALES)[0]


def _distances(decoded: Tensor, audio: Tensor, scales: Sequence[tuple[int, int]]) -> tuple[Tensor, Tensor]:
    mel = torch.zeros((), device=audio.device)
    convergence = torch.zeros((), device=audio.device)
    for window, num_mels in scales:
        given, wanted = _magnitude(decoded, window), _magnitude(audio, window)
        mel = mel + _log_distance(mel_bands(given, num_mels), mel_bands(wanted, num_mels))
        if window >= SHORTEST_CONVERGENCE:
            error = torch.linalg.vector_norm(wanted - given, dim=(1, 2))
            # The constant keeps a silent crop from dividing by nothing.
            convergence = convergence + (error / (torch.linalg.vector_norm(wanted, dim=(1, 2)) + 1e-3)).mean()
    return mel, convergence


def _log_distance(given: Tensor, wanted: Tensor) -> Tensor:
    return (given.clamp_min(MEL_FLOOR).log10() - wanted.clamp_min(MEL_FLOOR).log10()).abs().mean()


def _magnitude(audio: Tensor, window: int) -> Tensor:
    padded = F.pad(audio[:, None], (window // 2, window // 2), mode="reflect")[:, 0]
    return frame_magnitudes(padded, n_fft=window, hop_length=window // 4)
