r"""An all-pass filter that makes a copy of a sound alike in every band and nowhere in step with it.

Its phase turns with frequency at the pace at which the ear divides it: half a turn for every equivalent rectangular
bandwidth (Glasberg and Moore, "Derivation of auditory filter shapes from notched-noise data", Hear. Res. 47, 1990)::

    E(f) = 21.4 log10(1 + 0.00437 f)          copy(f) = exp(-i pi E(f)) sound(f)

Added to one side and taken from the other, the copy leans one band to the left and the next to the right. The delay of a
band is half of the inverse of its width: 20 ms at the lowest frequencies, 0.5 ms at 10 kHz, so attacks stay
attacks. Nothing is drawn by chance. The use of an added and subtracted copy is Lauridsen's (1954); Kendall, "The decorrelation
of audio signals and its impact on spatial imagery", Computer Music Journal 19, 1995, says what it does to hearing. Below 100 Hz the
copy fades: bass stays in the middle.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from distill.output.ears import Floats

__all__ = ["decorrelating"]

_SECONDS = 0.16  # of the transform, much more than the filter rings
_TURNS = 0.5  # a band
_DEEP, _LOW = 50.0, 150.0  # Hz: below the first there is no copy, above the second all of it


@lru_cache(maxsize=4)
def decorrelating(sample_rate: int) -> Floats:
    """Impulse response of the filter, float64 [K]; its magnitude is 1 from 150 Hz to the top within 0.1 dB."""
    size = 1 << int(np.ceil(np.log2(_SECONDS * sample_rate)))
    hertz = np.fft.rfftfreq(size, 1 / sample_rate)
    bands = 21.4 * np.log10(1 + 0.00437 * hertz)
    turns = _TURNS * bands
    turns *= np.floor(2 * turns[-1]) / (
        2 * turns[-1]
    )  # half turns are whole at the top, as real filters need
    rise = np.sin(np.pi / 2 * np.clip((hertz - _DEEP) / (_LOW - _DEEP), 0, 1)) ** 2
    response: Floats = np.fft.irfft(rise * np.exp(-2j * np.pi * turns), size)
    # What little comes before the beginning lies at the end of the transform: bring it to the front.
    early = size // 16
    return np.roll(response, early)
