r"""Convolve a sound with impulse responses by Fourier transforms: one response, or one that changes all the time.

A response that changes is one for every :data:`HOP` samples. The sound is cut into frames that overlap by half under a
triangle, which adds up to exactly 1; each goes through the response of its middle, and all are added. So between two
responses lies their straight mixture, and where they are all the same, the result is plain convolution::

    weight  1 |    .     .     .
              |  / \ / \ / \      frames of 512 samples, every 256
            0 |/    X    X    X  \_

Straight, because what moves evenly then changes evenly: of a 1 kHz tone on a half circle of 2 s the hop rate stands at
-119 dB; under a squared sine, which creeps at both ends of every frame, at -70.
"""

from __future__ import annotations

import numpy as np

from distill.output.ears import Floats

__all__ = ["HOP", "convolved", "convolved_changing"]

HOP = 256  # samples
_BLOCK = 16_384  # samples convolved at once


def convolved(samples: Floats, response: Floats) -> Floats:
    """Convolve, by overlap and add.

    Parameters
    ----------
    samples : float64 array [T]
    response : float64 array [K]

    Returns
    -------
    float64 array [T + K - 1]

    Examples
    --------
    >>> convolved(np.array([1.0, 2.0]), np.array([1.0, 0.5])).round(6).tolist()
    [1.0, 2.5, 1.0]
    """
    size = 1 << int(np.ceil(np.log2(_BLOCK + len(response))))
    block = size - len(response) + 1
    spectrum = np.fft.rfft(response, size)
    result = np.zeros(len(samples) + len(response) - 1)
    for start in range(0, len(samples), block):
        part = np.fft.irfft(np.fft.rfft(samples[start : start + block], size) * spectrum, size)
        stop = min(start + size, len(result))
        result[start:stop] += part[: stop - start]
    return result


def convolved_changing(samples: Floats, responses: Floats) -> Floats:
    """Convolve with a response that changes.

    Parameters
    ----------
    samples : float64 array [N * HOP]
        What comes before the first of these samples is silence.
    responses : float64 array [N + 1, K]
        That of sample ``n * HOP`` is ``responses[n]``.

    Returns
    -------
    float64 array [N * HOP + K - 1]
    """
    count, taps = len(responses), responses.shape[1]
    assert len(samples) == (count - 1) * HOP, (samples.shape, responses.shape)
    size = 1 << int(np.ceil(np.log2(2 * HOP + taps)))
    weight = 1 - np.abs(np.arange(2 * HOP) / HOP - 1)
    padded = np.pad(samples, HOP)  # the first frame's middle is the first sample
    frames = np.lib.stride_tricks.sliding_window_view(padded, 2 * HOP)[::HOP] * weight
    parts = np.fft.irfft(np.fft.rfft(frames, size) * np.fft.rfft(responses, size), size)
    result = np.zeros(count * HOP + size)
    for index, part in enumerate(parts):
        result[index * HOP : index * HOP + size] += part
    return result[HOP : count * HOP + taps - 1]
