"""Draw sounds above what became of them: a column a sound, input on top, output below.

:func:`distill.pictures.compare_spectrograms` stacks any sounds on one scale of time and level; here each
pair has its own, so that a drum and a drone fit into one small picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from bench.sounds import mid_side
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.spectrum import mel_filterbank, stft
from distill.pictures.drawing import blank_figure, put_title
from distill.replacing import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Pair", "draw_pairs", "mel_db"]

N_FFT, HOP_LENGTH, NUM_MELS = 2048, 256, 128
RANGE_DB = 80.0
LONGEST_TITLE = 26  # letters that a panel has room for
LONGEST_SECONDS = 4.0  # drawn of a sound; longer ones would show nothing at this size
DPI = 100
TICKS_HZ = (200, 1000, 5000, 20_000)


@dataclass(frozen=True, eq=False)
class Pair:
    """A sound [C, T] at 48 kHz, what became of it [C, T], and what stands above each."""

    title: str
    result_title: str
    sound: Samples
    result: Samples


def draw_pairs(pairs: Sequence[Pair], path: Path, *, words: tuple[str, str] = ("input", "output")) -> Path:
    """Draw the mel spectra of the mono sums, 80 dB down from the loudest point of each input.

    Parameters
    ----------
    pairs : sequence of Pair, not empty
    words : pair of str
        What the rows are called.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    assert pairs, "nothing to draw"
    figure = blank_figure(0.8 + 2.8 * len(pairs), 5.0)
    figure.set_dpi(DPI)
    panels = figure.subplots(2, len(pairs), sharex="col", sharey=True, squeeze=False)
    for (above, below), pair in zip(panels.T, pairs, strict=True):
        powers = [_mel_power(sound) for sound in (pair.sound, pair.result)]
        peak = float(powers[0].max())
        for panel, power in zip((above, below), powers, strict=True):
            picture = panel.imshow(
                mel_db(power, peak),
                origin="lower",
                aspect="auto",
                cmap="magma",
                vmin=-RANGE_DB,
                vmax=0,
                extent=(0, power.shape[1] * HOP_LENGTH / SAMPLE_RATE, -0.5, NUM_MELS - 0.5),
                interpolation="antialiased",
            )
        put_title(above, _short(pair.title))
        put_title(below, _short(pair.result_title))
        below.set_xlabel("seconds")
    for panel, word in zip(panels[:, 0], words, strict=True):
        _label_hz(panel)
        panel.set_ylabel(f"{word}, Hz")
    bar = figure.colorbar(picture, ax=list(panels.ravel()), pad=0.01, aspect=30)
    bar.set_label(f"dB below the {words[0]}'s loudest point")
    return _save_small(figure, path)


def _save_small(figure: Figure, path: Path) -> Path:
    """Write a picture in 256 colours: a third of the bytes, and the colour map has no more."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    # Maximum coverage keeps the rare bright end of the colour map, which a median cut would merge.
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3]).quantize(
        256, method=Image.Quantize.MAXCOVERAGE
    )
    with replacing(path) as file:
        drawn.save(file, format="png", optimize=True)
    return path


def mel_db(power: npt.NDArray[np.float32], peak: float) -> npt.NDArray[np.float32]:
    """Level against the peak, in -80..0 dB; where there is no peak nothing is heard.

    Examples
    --------
    >>> mel_db(np.array([1.0, 0.1, 0.0, 2.0], np.float32), 1.0).round()
    array([  0., -10., -80.,   0.], dtype=float32)
    """
    floor = 10 ** (-RANGE_DB / 10)
    share = np.clip(power / peak, floor, 1) if peak > 0 else np.full_like(power, floor)
    level: npt.NDArray[np.float32] = (10 * np.log10(share)).astype(np.float32)
    return level


def _mel_power(samples: Samples) -> npt.NDArray[np.float32]:
    """Mel power [M, F] of the mono sum's beginning."""
    mono = torch.from_numpy(mid_side(samples)[0, : int(LONGEST_SECONDS * SAMPLE_RATE)])
    padded = torch.nn.functional.pad(mono, (0, -len(mono) % HOP_LENGTH))
    power = stft(padded, n_fft=N_FFT, hop_length=HOP_LENGTH).abs().square()
    mels: npt.NDArray[np.float32] = (mel_filterbank(NUM_MELS, N_FFT) @ power).numpy()
    return mels


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


@lru_cache(maxsize=1)
def _centres_hz() -> npt.NDArray[np.float64]:
    """Frequency of each band: the centre of mass of its filter."""
    bank = mel_filterbank(NUM_MELS, N_FFT).double().numpy()
    centres: npt.NDArray[np.float64] = (
        bank @ np.linspace(0, SAMPLE_RATE / 2, bank.shape[1]) / bank.sum(axis=1)
    )
    return centres


def _label_hz(panel: Axes) -> None:
    places = np.interp(TICKS_HZ, _centres_hz(), np.arange(NUM_MELS))
    panel.set_yticks(places, [str(hz) if hz < 1000 else f"{hz // 1000}k" for hz in TICKS_HZ])
