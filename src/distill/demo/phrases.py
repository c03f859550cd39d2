"""The twelve pieces of the built-in collection: which notes and strokes, when, and in what room.

:mod:`distill.demo.instruments` and :mod:`distill.demo.textures` play one note; a piece is a phrase of
them. :mod:`distill.demo.collection` brings the pieces to their level and writes them. They are chosen
to differ: struck, plucked, blown, rubbed; pitched and noisy; dry and in a room; mono and stereo. All
pitched ones keep to D dorian, so whatever the codes of two of them are mixed to still fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE
from distill.demo import instruments, textures

__all__ = ["PIECES", "Piece"]

Array = npt.NDArray[np.float64]
_LEAD_SECONDS = 0.01  # silence before the first stroke


def _hz(note: int) -> float:
    """Frequency of a MIDI note number, A4 = 69 = 440 Hz."""
    return float(440 * 2 ** ((note - 69) / 12))


def _mix(seconds: float, events: Iterable[tuple[float, float, float, Array]]) -> Array:
    """Lay out strokes in time and across the stereo field.

    Parameters
    ----------
    events : iterable of (seconds, gain, pan, samples [T])
        Pan from -1 (left) to 1 (right), with constant power.

    Returns
    -------
    float64 array [2, T]
    """
    field = np.zeros((2, round(seconds * SAMPLE_RATE)))
    for moment, gain, pan, stroke in events:
        start = round((moment + _LEAD_SECONDS) * SAMPLE_RATE)
        kept = stroke * instruments.fade_in(stroke.size / SAMPLE_RATE, 0.02)[::-1]  # no click where it is cut
        kept = kept[: field.shape[1] - start]
        angle = (pan + 1) * np.pi / 4
        field[:, start : start + kept.size] += gain * np.outer((np.cos(angle), np.sin(angle)), kept)
    return field


def _in_room(dry: Array, rng: np.random.Generator, *, decay_seconds: float, wet: float) -> Array:
    """Add a room: convolution with noise that decays, the high part sooner (Moorer, 1979), [C, T]."""
    num_samples = round(decay_seconds * SAMPLE_RATE)
    time = np.arange(num_samples) / SAMPLE_RATE
    noise = rng.standard_normal((len(dry), num_samples))
    dark = np.fft.irfft(
        np.fft.rfft(noise) / (1 + (np.fft.rfftfreq(num_samples, 1 / SAMPLE_RATE) / 1500) ** 2), num_samples
    )
    response = dark * np.exp(-6.9078 * time / decay_seconds) + 0.25 * noise * np.exp(-6.9078 * time / 0.15)
    response *= np.minimum(time / 0.012, 1)  # the direct sound stays in front
    size = 1 << (dry.shape[1] + num_samples).bit_length()
    echo = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(response, size), size)[:, : dry.shape[1]]
    return np.asarray(dry + wet * echo * (dry.std() / max(float(echo.std()), 1e-12)))


def _harp(rng: np.random.Generator) -> Array:
    seconds, phrase = 4.2, (50, 57, 62, 64, 69, 65, 72, 74, 69, 64, 62)
    moments = np.cumsum([0, 0.24, 0.22, 0.22, 0.23, 0.21, 0.25, 0.26, 0.28, 0.32, 0.4])
    events = []
    for place, (note, moment) in enumerate(zip(phrase, moments, strict=True)):
        pitch = _hz(note)
        pair = [
            instruments.plucked_string(
                pitch * cents, seconds=3.0, rng=rng, decay_seconds=3.2 * (220 / pitch) ** 0.4
            )
            for cents in (0.9996, 1.0004)
        ]
        gain = (0.9 + 0.1 * rng.random()) / np.abs(pair[0]).max()
        events.append(
            (float(moment), gain, -0.7 + 1.4 * (place % 5) / 4, instruments.wooden_body(pair[0] + pair[1]))
        )
    return _in_room(_mix(seconds, events), rng, decay_seconds=1.6, wet=0.22)


def _damped(stroke: Array, seconds: float) -> Array:
    """Stop a string with the hand after ``seconds``."""
    return stroke[: round(seconds * SAMPLE_RATE)] * instruments.fade_in(seconds, 0.03)[::-1]


def _bass_string(rng: np.random.Generator) -> Array:
    events = []
    for moment, note, gain, length in (
        (0, 38, 1.0, 0.7),
        (0.75, 45, 0.7, 0.3),
        (1.12, 36, 0.9, 0.34),
        (1.5, 38, 1, 1.45),
    ):
        string = instruments.plucked_string(
            _hz(note), seconds=1.5, rng=rng, decay_seconds=4, bright_decay_seconds=0.4, position=0.13
        )
        events.append((moment, gain / np.abs(string).max(), 0.0, _damped(string, length)))
    return _mix(3.0, events)[:1]


def _bell(rng: np.random.Generator) -> Array:
    return _in_room(
        _mix(4.5, [(0.0, 1.0, 0.0, instruments.bell(_hz(74), seconds=4.4))])[:1],
        rng,
        decay_seconds=1.2,
        wet=0.1,
    )


def _marimba(rng: np.random.Generator) -> Array:
    beat = 0.21
    phrase = ((0, 62), (1, 69), (2, 65), (3, 72), (5, 67), (6, 64), (7, 69), (8, 60), (10, 62), (10, 74))
    events = [
        (
            beat * place + rng.uniform(0, 0.008),
            0.8 + 0.2 * rng.random(),
            0.0,
            instruments.marimba_bar(_hz(note), seconds=1.5, rng=rng),
        )
        for place, note in phrase
    ]
    return _in_room(_mix(3.4, events)[:1], rng, decay_seconds=0.9, wet=0.12)


def _beat(rng: np.random.Generator) -> Array:
    sixteenth = 60 / 112 / 4
    kicks, snares, ghosts = (0, 6, 10, 16, 22, 25), (4, 12, 20, 28), (15, 23, 31)
    events = [(sixteenth * at, 1.0, 0.0, instruments.kick(seconds=0.5, rng=rng)) for at in kicks]
    events += [(sixteenth * at, 0.8, 0.0, instruments.snare(seconds=0.4, rng=rng)) for at in snares]
    events += [(sixteenth * at, 0.16, 0.0, instruments.snare(seconds=0.25, rng=rng)) for at in ghosts]
    closed = instruments.open_hat(seconds=0.12, decay_seconds=0.09)
    opened = instruments.open_hat(seconds=0.3, decay_seconds=0.4)
    for at in range(0, 32, 2):
        strength = (0.55 if at % 4 else 0.35) * rng.uniform(0.85, 1.0)
        events.append((sixteenth * at, strength, 0.0, opened if at in (14, 30) else closed))
    return _mix(4.3, events)[:1]


def _toms(rng: np.random.Generator) -> Array:
    strokes = ((0, 52), (0.13, 52), (0.26, 49), (0.52, 47), (0.65, 47), (0.78, 45), (1.04, 43), (1.3, 40))
    events = [
        (moment, rng.uniform(0.75, 1.0), 0.0, instruments.tom(_hz(note), seconds=1.05, rng=rng))
        for moment, note in strokes
    ]
    return _mix(2.4, events)[:1]


def _shaker(rng: np.random.Generator) -> Array:
    sixteenth = 60 / 112 / 4
    events = [
        (
            sixteenth * at,
            (1.0 if at % 4 == 2 else 0.45) * rng.uniform(0.8, 1.0),
            0.0,
            instruments.shaker_stroke(seconds=sixteenth, rng=rng),
        )
        for at in range(14)
    ]
    return _mix(2.0, events)[:1]


def _wind(rng: np.random.Generator) -> Array:
    return textures.wind(seconds=4.0, rng=rng)[None]


def _surf(rng: np.random.Generator) -> Array:
    return textures.surf(seconds=4.8, rng=rng)


def _drone(rng: np.random.Generator) -> Array:
    return textures.drone(_hz(38), seconds=4.6, rng=rng)


def _pad(rng: np.random.Generator) -> Array:
    return textures.breath_pad(tuple(map(_hz, (50, 57, 65, 72, 76))), seconds=4.2, rng=rng)


def _glass(rng: np.random.Generator) -> Array:
    events = [
        (moment, 1.0, 0.0, textures.bowed_glass(_hz(note), seconds=length, rng=rng))
        for moment, note, length in ((0.0, 81, 2.6), (1.1, 76, 2.6))
    ]
    return _in_room(_mix(3.8, events)[:1], rng, decay_seconds=1.4, wet=0.15)


@dataclass(frozen=True)
class Piece:
    """One sound of the collection.

    Attributes
    ----------
    play : function of a random generator to float64 array [C, T]
        At 48 kHz, in no particular level.
    description : str
        What it is, in a few words.
    begin_seconds, end_seconds : float
        Fades: short for what begins with a stroke, longer for what has none.
    """

    play: Callable[[np.random.Generator], Array]
    description: str
    begin_seconds: float = 0.008
    end_seconds: float = 0.15


PIECES: dict[str, Piece] = {
    "harp": Piece(_harp, "Plucked strings across the stereo field", end_seconds=0.9),
    "bass-string": Piece(_bass_string, "A low string, plucked near its end and damped by hand"),
    "bell": Piece(_bell, "A struck bell with beating partials", end_seconds=0.8),
    "marimba": Piece(_marimba, "A phrase on tuned wooden bars", end_seconds=0.3),
    "beat": Piece(_beat, "Kick, snare and hi-hat, two bars at 112 beats a minute"),
    "toms": Piece(_toms, "A fill that runs down the toms"),
    "shaker": Piece(_shaker, "Beads in a gourd, in sixteenths"),
    "wind": Piece(_wind, "Gusts with a whistle", 0.4, 0.5),
    "surf": Piece(_surf, "One wave breaks and runs back, in stereo", 0.3, 0.6),
    "drone": Piece(_drone, "A low D whose partials beat, in stereo", 0.5, 0.8),
    "pad": Piece(_pad, "A breathy chord, in stereo", 0.1, 0.2),
    "glass": Piece(_glass, "Two wine glasses, rubbed along the rim", 0.05, 0.3),
}
