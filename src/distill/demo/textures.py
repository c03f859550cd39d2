"""Sustained sounds by formula: wind, surf, a drone, a pad, bowed glass.

Where :mod:`distill.demo.instruments` strikes, this module holds. Noises are shaped in short windows
of their spectrum, so a filter may move; pitched sounds are sums of partials that are not quite in
tune with one another. Everything is float64 at 48 kHz, [T] or, in stereo, [2, T].
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE
from distill.demo.instruments import Mono, fade_in

__all__ = ["bowed_glass", "breath_pad", "drone", "shaped_noise", "surf", "wind"]

Array = npt.NDArray[np.float64]

_WINDOW = 2048  # samples; 43 ms, short enough for a gust and long enough for a whistle
_HOP = _WINDOW // 2


def shaped_noise(gain: Callable[[Array, Array], Array], *, seconds: float, rng: np.random.Generator) -> Mono:
    """Filter white noise with a response that moves.

    The noise is cut into Hann windows that add up to one, each window's spectrum is multiplied by
    ``gain``, and the windows are added up again (Allen and Rabiner, 1977).

    Parameters
    ----------
    gain : function of (seconds [F, 1], Hz [1, bins]) to amplitude [F, bins]

    Returns
    -------
    float64 array [T]
    """
    num_samples = round(seconds * SAMPLE_RATE)
    num_frames = num_samples // _HOP + 2
    noise = rng.standard_normal((num_frames + 1) * _HOP)
    frames = np.lib.stride_tricks.sliding_window_view(noise, _WINDOW)[::_HOP]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)
    moments = np.arange(len(frames), dtype=np.float64)[:, None] * (_HOP / SAMPLE_RATE)
    frequencies = np.arange(_WINDOW // 2 + 1, dtype=np.float64)[None] * (SAMPLE_RATE / _WINDOW)
    shaped = np.fft.irfft(np.fft.rfft(frames * window) * gain(moments, frequencies), _WINDOW)
    sound = np.zeros(noise.size)
    sound[: len(frames) * _HOP] += shaped[:, :_HOP].ravel()
    sound[_HOP : (len(frames) + 1) * _HOP] += shaped[:, _HOP:].ravel()
    return sound[_HOP : _HOP + num_samples]


def _wander(rng: np.random.Generator, rates_hz: tuple[float, ...]) -> Callable[[Array], Array]:
    """Return a slow curve in -1..1 that never repeats soon: a few sines at random phases."""
    phases = rng.uniform(0, 2 * np.pi, len(rates_hz))

    def curve(moments: Array) -> Array:
        waves = [
            np.sin(2 * np.pi * rate * moments + phase) for rate, phase in zip(rates_hz, phases, strict=True)
        ]
        return np.asarray(sum(waves)) / len(waves)

    return curve


def _band(frequencies: Array, centre_hz: Array, width_octaves: float) -> Array:
    """Bell-shaped band on a logarithmic frequency axis, 1 at its centre."""
    distance = np.log2(np.maximum(frequencies, 1) / centre_hz) / width_octaves
    return np.exp(-0.5 * distance**2)


def wind(*, seconds: float, rng: np.random.Generator) -> Mono:
    """Blow: a broad band and a narrow whistle that follow the same gusts (after Farnell, 2010, ch. 41)."""
    gust = _wander(rng, (0.31, 0.53, 0.9))
    flutter = _wander(rng, (2.3, 3.7))

    def gain(moments: Array, frequencies: Array) -> Array:
        strength = 0.5 + 0.5 * gust(moments) + 0.05 * flutter(moments)
        body = _band(frequencies, 330 * 2 ** (1.5 * strength), 0.6)
        whistle = _band(frequencies, 760 * 2 ** (1.1 * strength), 0.06)
        hiss = 0.02 * _band(frequencies, np.full_like(moments, 5200.0), 0.9)
        return np.asarray((0.12 + strength**1.5) * (body + 2.2 * strength * whistle + hiss))

    return shaped_noise(gain, seconds=seconds, rng=rng)


def surf(*, seconds: float, rng: np.random.Generator) -> Array:
    """Let one wave come in, break and run back over the pebbles, [2, T].

    The brighter the louder: the upper edge of the noise follows the swell. Left and right share half
    their noise, and the wave breaks a little later on the right.
    """

    def wave(delay: float, pebbles: float) -> Callable[[Array, Array], Array]:
        def gain(moments: Array, frequencies: Array) -> Array:
            since = (moments - delay) / seconds
            rise = np.exp(-0.5 * ((since - 0.36) / np.where(since < 0.36, 0.14, 0.1)) ** 2)
            retreat = np.clip((since - 0.34) / 0.2, 0, 1) * np.exp(-np.maximum(since - 0.54, 0) / 0.17)
            edge = 250 + 6500 * rise**1.6
            rumble = rise * (0.25 + rise) / (1 + (frequencies / edge) ** 2)
            foam = 0.2 * retreat * _band(frequencies, 6000 - 2300 * np.clip(since, 0, 1), 0.8)
            floor = 0.03 / (1 + (frequencies / 400) ** 2)
            return np.asarray((rumble + pebbles * foam + floor) * (frequencies > 30))

        return gain

    shared = shaped_noise(wave(0.1, 1.0), seconds=seconds, rng=rng)
    left = shaped_noise(wave(0.0, 1.2), seconds=seconds, rng=rng)
    right = shaped_noise(wave(0.35, 1.0), seconds=seconds, rng=rng)
    return np.stack([shared + left, shared + right])


def drone(pitch_hz: float, *, seconds: float, rng: np.random.Generator) -> Array:
    """Hold a low note whose partials beat, [2, T].

    Every partial of the note and of its fifth is three sines a fraction of a Hz apart, at their own
    phases left and right, so each partial swells in its own time and place. A slow resonance climbs
    through the partials and falls again.
    """
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    climb = 5 + 4.5 * np.sin(
        2 * np.pi * time / (1.15 * seconds) - 1.2
    )  # number of the partial that stands out
    sound = np.zeros((2, time.size))
    for root, weight, count in ((pitch_hz, 1.0, 28), (1.5 * pitch_hz, 0.35, 16)):
        for number in range(1, count + 1):
            level = (
                weight
                * number**-1.1
                * np.exp(-number / 10)
                * (0.5 + 1.6 * np.exp(-0.5 * ((number - climb) / 1.6) ** 2))
            )
            for offset in rng.uniform(-0.45, 0.45, 3):
                turns = (root * number + offset) * time
                for channel in (0, 1):
                    sound[channel] += level * np.sin(2 * np.pi * (turns + rng.random()))
    return sound


def breath_pad(pitches_hz: tuple[float, ...], *, seconds: float, rng: np.random.Generator) -> Array:
    """Hold a breathy chord, [2, T]: PADsynth (Paul, 2005) and a whisper.

    Every partial is a narrow band of the spectrum instead of a line; one inverse transform of the
    whole at random phases, drawn for each channel, gives a chord of many voices. The whisper is noise
    with two of a voice's formants.
    """
    num_samples = round(seconds * SAMPLE_RATE)
    frequencies = np.fft.rfftfreq(num_samples, 1 / SAMPLE_RATE)
    strength = np.zeros_like(frequencies)
    for pitch in pitches_hz:
        for number in range(1, 15):
            width = 0.011 * pitch * number**0.8  # about 19 cents at the fundamental
            near = slice(
                *np.searchsorted(frequencies, (pitch * number - 5 * width, pitch * number + 5 * width))
            )
            profile = np.exp(-(((frequencies[near] - pitch * number) / width) ** 2)) / width
            strength[near] += number**-1.5 * (220 / pitch) ** 0.3 * profile
    phases = rng.uniform(0, 2 * np.pi, (2, frequencies.size))
    # half of the mid is common to both sides: wide, and still whole in mono
    phases[1] = phases[0] + rng.normal(0, 1.0, frequencies.size)
    chord = np.fft.irfft(strength * np.exp(1j * phases), num_samples)
    chord /= chord.std()

    def whisper(moments: Array, frequencies: Array) -> Array:
        opening = 1 + 0.2 * np.sin(2 * np.pi * moments / seconds)
        return np.asarray(
            _band(frequencies, 900 * opening, 0.25) + 0.5 * _band(frequencies, 2900 * opening, 0.2)
        )

    breath = np.stack([shaped_noise(whisper, seconds=seconds, rng=rng) for _ in range(2)])
    swell = fade_in(seconds, 0.35 * seconds) * fade_in(seconds, 0.45 * seconds)[::-1]
    return np.asarray((chord + 0.35 * breath / breath.std()) * swell)


def bowed_glass(pitch_hz: float, *, seconds: float, rng: np.random.Generator) -> Mono:
    """Rub the rim of a glass: nearly a sine that speaks slowly and trembles as the finger goes round.

    The finger sticks and slips, which locks weak partials to multiples of the pitch; the glass' own
    second mode lies at 2.32 times the pitch (French, 1983), and a thread of noise is the skin on the rim.
    """
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    vibrato = 0.0009 * pitch_hz * np.sin(2 * np.pi * 4.6 * time + rng.uniform(0, 6)) / (2 * np.pi * 4.6)
    turns = pitch_hz * time + vibrato
    tremble = 1 + 0.22 * np.sin(2 * np.pi * 4.6 * time + rng.uniform(0, 6)) * fade_in(seconds, 0.8)
    tone = sum(
        level * tremble**power * np.sin(2 * np.pi * ratio * turns + rng.uniform(0, 6))
        for ratio, level, power in ((1, 1, 1), (2, 0.11, 2), (3, 0.05, 3), (2.32, 0.03, 1), (4.25, 0.012, 1))
    )

    def skin(moments: Array, frequencies: Array) -> Array:
        return np.asarray(
            _band(frequencies, np.full_like(moments, 1.01 * pitch_hz), 0.12)
            + 0.25 * _band(frequencies, np.full_like(moments, 5000.0), 0.7)
        )

    rubbing = shaped_noise(skin, seconds=seconds, rng=rng)
    swell = fade_in(seconds, 0.3 * seconds) * fade_in(seconds, 0.4 * seconds)[::-1]
    return np.asarray((tone + 0.03 * rubbing / rubbing.std() * tremble) * swell)
