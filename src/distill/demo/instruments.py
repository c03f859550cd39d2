"""Struck and plucked instruments by formula: strings, bars, bells, drums.

Each function plays one note or one stroke as float64 samples [T] at 48 kHz, in no particular level;
:mod:`distill.demo.collection` arranges them into phrases. Sounds that are sustained and have no
stroke live in :mod:`distill.demo.textures`.

Two methods carry them all. A plucked string is a delay line that feeds back on itself through a
filter; everything struck is a sum of decaying sines, its *modes*, whose frequency ratios are those
of the body that is struck.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE

__all__ = [
    "Mono",
    "bell",
    "fade_in",
    "kick",
    "marimba_bar",
    "modes",
    "open_hat",
    "plucked_string",
    "shaker_stroke",
    "snare",
    "tom",
    "wooden_body",
]

Mono = npt.NDArray[np.float64]

# A marimba bar is carved until its second mode is two octaves above the first (Fletcher and Rossing, The
# Physics of Musical Instruments, 1998, ch. 19).
_MARIMBA_RATIOS = (1.0, 3.98, 9.9, 16.1)
# A circular membrane: zeros of the Bessel functions J01, J11, J21, J02, J31, J12 (ibid., ch. 3).
_MEMBRANE_RATIOS = (1.0, 1.594, 2.136, 2.296, 2.653, 2.918)
# Risset, An Introductory Catalogue of Computer Synthesized Sounds, 1969, no. 430: ratio, offset in Hz,
# amplitude and relative decay of eleven partials; the pairs a Hz or two apart beat.
_RISSET_BELL = (
    (0.56, 0.0, 1.0, 1.0),
    (0.56, 1.0, 0.67, 0.9),
    (0.92, 0.0, 1.0, 0.65),
    (0.92, 1.7, 1.8, 0.55),
    (1.19, 0.0, 2.67, 0.325),
    (1.7, 0.0, 1.67, 0.35),
    (2.0, 0.0, 1.46, 0.25),
    (2.74, 0.0, 1.33, 0.2),
    (3.0, 0.0, 1.33, 0.15),
    (3.76, 0.0, 1.0, 0.1),
    (4.07, 0.0, 1.33, 0.075),
)
_CLAPPER = ((5.43, 0.0, 0.7, 0.05), (6.79, 0.0, 0.5, 0.035), (8.21, 0.0, 0.4, 0.025))
# The six square waves behind the cymbals of a well known drum machine of 1980, in Hz.
_METAL_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)


def _times(seconds: float) -> Mono:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def fade_in(seconds: float, ramp_seconds: float) -> Mono:
    """Rise from 0 to 1 over ``ramp_seconds`` along a raised cosine and stay there, [T]."""
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(_times(seconds) / ramp_seconds, 0, 1))


def modes(
    frequencies_hz: npt.ArrayLike, amplitudes: npt.ArrayLike, decays_seconds: npt.ArrayLike, *, seconds: float
) -> Mono:
    """Sum decaying sines: modal synthesis (Adrien, 1991).

    ``y(t) = sum_k a_k sin(2 pi f_k t) 10^(-3 t / d_k)``, where ``d_k`` is the time in which mode ``k``
    falls by 60 dB. Sines start at zero, so a stroke begins without a click; modes above 20 kHz are left out.
    """
    time = _times(seconds)
    sound = np.zeros_like(time)
    for frequency, amplitude, decay in np.broadcast(frequencies_hz, amplitudes, decays_seconds):
        if frequency < 20_000:
            sound += amplitude * np.sin(2 * np.pi * frequency * time) * np.exp(-6.9078 * time / decay)
    return sound


def plucked_string(
    pitch_hz: float,
    *,
    seconds: float,
    rng: np.random.Generator,
    decay_seconds: float = 4.0,
    bright_decay_seconds: float = 0.8,
    position: float = 0.23,
) -> Mono:
    """Pluck a string (Karplus and Strong, 1983, tuned as in Jaffe and Smith, 1983).

    A burst one period long runs round a delay line, ``y[n] = x[n] + g (h * y)[n - N]``, and loses its
    high partials on the way. The loop filter ``h`` is a symmetric three-point average, whose delay is
    one sample at every frequency, followed by a third-order Lagrange interpolator for the fraction of
    a sample, so the pitch is right to a fraction of a cent. The burst has the partials of an ideal
    string plucked at ``position``, ``sin(pi k position) / k``, at random phases: no two notes are
    alike, and none is by chance without its fundamental.

    Parameters
    ----------
    pitch_hz : float in 30..2000
    decay_seconds, bright_decay_seconds : float
        Time to fall by 60 dB, of the fundamental and at 4 kHz.
    position : float in 0..0.5
        Where the string is plucked, as a part of its length.

    Returns
    -------
    float64 array [T]
    """
    period = SAMPLE_RATE / pitch_hz
    assert period > 8, pitch_hz
    whole = int(period - 2)
    fraction = period - 1 - whole  # 1 <= fraction < 2, where the interpolator is flattest
    nodes = np.arange(4)
    lagrange = np.array(
        [np.prod([(fraction - m) / (k - m) for m in nodes if m != k]) for k in nodes], dtype=np.float64
    )
    turn = 10 ** (-3 / (pitch_hz * decay_seconds))
    bright_turn = 10 ** (-3 / (pitch_hz * bright_decay_seconds))
    drop = 1 - np.cos(2 * np.pi * 4000 / SAMPLE_RATE)
    side = float(np.clip((1 - bright_turn / turn) / (2 * drop), 0, 0.25))
    loop = turn * np.convolve([side, 1 - 2 * side, side], lagrange)  # 6 taps, at delays whole .. whole + 5

    length = round(period)
    partial = np.arange(1, length // 2 + 1)
    bins = np.zeros(length // 2 + 1, dtype=np.complex128)
    bins[1:] = np.abs(np.sin(np.pi * partial * position)) / partial
    bins[1:] *= np.exp(2j * np.pi * rng.random(partial.size))
    burst = np.fft.irfft(bins, n=length) * length

    num_samples = round(seconds * SAMPLE_RATE)
    before = whole + 5
    line = np.zeros(before + num_samples)
    line[before : before + length] = burst[:num_samples]
    for start in range(
        before, line.size, whole
    ):  # a block of `whole` samples depends on earlier blocks alone
        stop = min(start + whole, line.size)
        line[start:stop] += np.convolve(line[start - before : stop - whole], loop, mode="valid")
    return line[before:]


def wooden_body(string: Mono) -> Mono:
    """Add the air and plate resonances of a small wooden body (Fletcher and Rossing, 1998, ch. 9)."""
    response = modes((104, 212, 385, 540), (0.9, 1.0, 0.5, 0.4), (0.35, 0.25, 0.16, 0.1), seconds=0.4)
    size = 1 << (string.size + response.size).bit_length()
    ringing = np.fft.irfft(np.fft.rfft(string, size) * np.fft.rfft(response, size), size)[: string.size]
    return np.asarray(string + 0.5 * ringing * (np.abs(string).max() / max(np.abs(ringing).max(), 1e-12)))


def marimba_bar(pitch_hz: float, *, seconds: float, rng: np.random.Generator) -> Mono:
    """Strike a marimba bar with a soft mallet: modes at 1, 4 and 10 times the pitch, the upper ones short.

    The resonator below the bar prolongs the fundamental; the mallet is a few milliseconds of noise.
    """
    decay = 1.6 * (220 / pitch_hz) ** 0.5
    ratios = np.array(_MARIMBA_RATIOS)
    tone = modes(
        pitch_hz * ratios, (1.0, 0.32, 0.1, 0.04), decay * np.array([1, 0.22, 0.09, 0.05]), seconds=seconds
    )
    return tone + 0.12 * _thump(seconds, rng, cutoff_hz=1800, decay_seconds=0.03)


def bell(pitch_hz: float, *, seconds: float) -> Mono:
    """Strike Risset's bell (1969): eleven inharmonic partials, the low ones long, two pairs beating.

    Three short high partials are added for the clapper.
    """
    ratio, offset, amplitude, decay = np.array((*_RISSET_BELL, *_CLAPPER)).T
    return modes(pitch_hz * ratio + offset, amplitude, 1.5 * seconds * decay, seconds=seconds)


def tom(pitch_hz: float, *, seconds: float, rng: np.random.Generator) -> Mono:
    """Strike a tom: the modes of a membrane, which starts sharp because the stroke stretches it."""
    warped = _times(seconds)
    warped = warped + 0.012 * (1 - np.exp(-warped / 0.05))  # the phase of a pitch that falls by a fifth
    ratios = np.array(_MEMBRANE_RATIOS)
    levels = (1.0, 0.5, 0.28, 0.24, 0.16, 0.12)
    decays = 0.95 * ratios**-1.3
    tone = sum(
        level * np.sin(2 * np.pi * pitch_hz * ratio * warped) * np.exp(-6.9078 * warped / decay)
        for level, ratio, decay in zip(levels, ratios, decays, strict=True)
    )
    return np.asarray(tone) + 0.3 * _thump(seconds, rng, cutoff_hz=2500, decay_seconds=0.06)


def kick(*, seconds: float, rng: np.random.Generator) -> Mono:
    """Play a bass drum: a sine that falls from 190 to 49 Hz within a few hundredths of a second."""
    time = _times(seconds)
    cycles = 49 * time + 141 * 0.028 * (1 - np.exp(-time / 0.028))
    body = np.sin(2 * np.pi * cycles) * np.exp(-time / 0.14) * fade_in(seconds, 0.002)
    return np.tanh(1.6 * body) + 0.18 * _thump(seconds, rng, cutoff_hz=5000, decay_seconds=0.02)


def snare(*, seconds: float, rng: np.random.Generator) -> Mono:
    """Play a snare drum: a membrane of 185 Hz above, the rattle of the wires as bright noise below."""
    ratios = np.array(_MEMBRANE_RATIOS)
    skin = modes(185 * ratios, (1.0, 0.8, 0.4, 0.3, 0.2, 0.2), 0.22 / ratios, seconds=seconds)
    wires = _bright_noise(seconds, rng, low_hz=1400) * np.exp(-_times(seconds) / 0.06)
    return 0.55 * skin + wires * fade_in(seconds, 0.001)


def open_hat(*, seconds: float, decay_seconds: float) -> Mono:
    """Play a hi-hat: six square waves without common measure, heard above 6 kHz only.

    The squares are summed from their odd partials up to 20 kHz, so nothing folds back.
    """
    partials = np.concatenate([hz * np.arange(1, 20_000 / hz, 2) for hz in _METAL_HZ])
    strengths = np.concatenate([1 / np.arange(1, 20_000 / hz, 2) for hz in _METAL_HZ])
    strengths *= 1 / (1 + (6000 / partials) ** 6)
    heard = strengths > 1e-3
    return modes(partials[heard], strengths[heard], decay_seconds, seconds=seconds) * fade_in(seconds, 0.001)


def shaker_stroke(*, seconds: float, rng: np.random.Generator, beads: int = 600) -> Mono:
    """Shake a gourd: beads strike its wall at random moments (PhISEM, Cook 1997).

    Each hit is a short noisy ring near 5.6 kHz; hits crowd in the middle of the stroke.
    """
    hits = np.zeros(round(seconds * SAMPLE_RATE))
    moments = np.clip(rng.normal(0.45, 0.16, beads), 0.02, 0.95) * hits.size
    np.add.at(hits, moments.astype(int), rng.gamma(4.0, 0.25, beads) * rng.choice([-1.0, 1.0], beads))
    ring = modes((3900, 5600, 8300), (0.6, 1.0, 0.5), (0.005, 0.006, 0.004), seconds=0.01)
    return np.convolve(np.diff(hits, prepend=0.0), ring)[: hits.size]


def _bright_noise(seconds: float, rng: np.random.Generator, *, low_hz: float) -> Mono:
    """White noise above ``low_hz``, [T], of unit deviation before the filter."""
    num_samples = round(seconds * SAMPLE_RATE)
    frequency = np.fft.rfftfreq(num_samples, 1 / SAMPLE_RATE)
    spectrum = np.fft.rfft(rng.standard_normal(num_samples)) / (1 + (low_hz / np.maximum(frequency, 1)) ** 4)
    return np.fft.irfft(spectrum / (1 + (frequency / 13_000) ** 4), num_samples) * 0.5


def _thump(seconds: float, rng: np.random.Generator, *, cutoff_hz: float, decay_seconds: float) -> Mono:
    """Low noise of a mallet or a beater, [T], fallen by 60 dB after ``decay_seconds``."""
    num_samples = round(seconds * SAMPLE_RATE)
    frequency = np.fft.rfftfreq(num_samples, 1 / SAMPLE_RATE)
    spectrum = np.fft.rfft(rng.standard_normal(num_samples)) / (1 + (frequency / cutoff_hz) ** 4)
    noise = np.fft.irfft(spectrum, num_samples)
    noise *= np.exp(-6.9078 * _times(seconds) / decay_seconds) / noise.std()
    return noise * fade_in(seconds, 0.001)
