"""Spectrograms: the mel power of a sound in dB, alone, small, or beside others on the same scales.

The filters are those of :mod:`distill.audio.spectrum`; the transform is done in blocks in numpy, in
bounded memory, because a picture of an hour has no more columns than one of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Clip
from distill.pictures.drawing import METADATA, blank_figure, put_title, save
from distill.replacing import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["compare_spectrograms", "mel_levels", "spectrogram", "thumbnail"]

_RANGE_DB = 80.0
_N_FFT, _HOP, _MELS = 2048, 512, 128
_MAX_COLUMNS = 1500  # about the pixels of the widest picture
_TICKS_HZ = (100, 500, 1000, 2000, 5000, 10_000, 20_000)


def spectrogram(clip: Clip, path: Path, *, title: str) -> Path:
    """Draw the mel spectrogram of a sound, in dB below its loudest point, to a PNG file.

    Parameters
    ----------
    clip : Clip
        The channels' mean power is shown.
    title : str
        Shown as it is; nothing in it is taken for mathematics.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    return compare_spectrograms([(title, clip)], path)


def compare_spectrograms(sounds: Sequence[tuple[str, Clip]], path: Path) -> Path:
    """Draw spectrograms one below the other on the same scales of time, frequency and level.

    Parameters
    ----------
    sounds : sequence of (title, Clip), not empty
        0 dB is the loudest point of them all, so a quieter sound looks quieter.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    assert sounds, "nothing to compare"
    assert all(clip.num_samples for _, clip in sounds), "an empty sound is refused before it is drawn"
    powers = [_mel_power(clip) for _, clip in sounds]
    peak = max(float(power.max()) for power in powers) or 1.0
    longest = max(clip.seconds for _, clip in sounds)
    figure = blank_figure(9.0, 0.5 + 2.7 * len(sounds))
    panels = figure.subplots(len(sounds), 1, sharex=True, squeeze=False)[:, 0]
    for panel, power, (title, clip) in zip(panels, powers, sounds, strict=True):
        picture = panel.imshow(
            _decibels(power, peak),
            origin="lower",
            aspect="auto",
            cmap="magma",
            vmin=-_RANGE_DB,
            vmax=0,
            extent=(0, clip.seconds, -0.5, _MELS - 0.5),
            interpolation="nearest",
        )
        panel.set_facecolor("#e9e8e4")  # after the end of a shorter sound
        panel.set_xlim(0, longest)
        put_title(panel, title)
        _label_hz(panel, sounds[0][1].sample_rate)
    panels[-1].set_xlabel("seconds")
    bar = figure.colorbar(picture, ax=list(panels), pad=0.015, aspect=9 + 9 * len(sounds))
    bar.set_label("dB below the loudest point")
    return save(figure, path)


def thumbnail(clip: Clip, path: Path) -> Path:
    """Draw the spectrogram alone, without axes or words, for a small place.

    Raises
    ------
    NoSpace
        If the file cannot be written.
    """
    power = _mel_power(clip)
    # rows doubled and columns repeated to a few hundred, so that no viewer blurs a short sound
    repeats = max(1, -(-400 // power.shape[1]))
    level_db = np.repeat(np.repeat(_decibels(power, float(power.max()) or 1.0), repeats, axis=1), 2, axis=0)

    from matplotlib.image import imsave

    with replacing(path) as file:
        imsave(
            file,
            level_db,
            format="png",
            origin="lower",
            cmap="magma",
            vmin=-_RANGE_DB,
            vmax=0,
            metadata=METADATA,
        )
    return path


def mel_levels(clip: Clip, *, columns: int = 800) -> npt.NDArray[np.uint8]:
    """Return the mel spectrogram of a sound for whoever draws it: 0 is 80 dB below the loudest point, 255 that point.

    Returns
    -------
    uint8 array [64, at most ``columns``]
        The lowest band first.
    """
    power = _mel_power(clip)
    pooled = -(-power.shape[1] // columns)
    power = np.maximum.reduceat(power, np.arange(0, power.shape[1], pooled), axis=1)
    power = np.maximum(power[::2], power[1::2])
    return np.round((_decibels(power, float(power.max()) or 1.0) / _RANGE_DB + 1) * 255).astype(np.uint8)


def _decibels(power: npt.NDArray[np.float64], peak: float) -> npt.NDArray[np.float64]:
    """Level below the peak, in -80..0 dB."""
    return np.asarray(10 * np.log10(np.maximum(power / peak, 10 ** (-_RANGE_DB / 10))))


def _mel_power(clip: Clip) -> npt.NDArray[np.float64]:
    """Mel power [M, columns], the loudest frame of each column, in bounded memory for any length."""
    from distill.audio.spectrum import mel_filterbank

    filters = mel_filterbank(_MELS, _N_FFT, sample_rate=clip.sample_rate).numpy().astype(np.float64)
    num_frames = max(1, -(-clip.num_samples // _HOP))
    pooled = -(-num_frames // _MAX_COLUMNS)  # frames in one column
    window = np.hanning(_N_FFT + 1)[:-1]
    margin = (
        _N_FFT - _HOP
    ) // 2  # frame m is centred on sample (m + 1/2) * hop, as in distill.audio.spectrum
    columns = []
    block = max(1, 256 // pooled) * pooled
    for first in range(0, num_frames, block):
        count = min(block, num_frames - first)
        start, stop = first * _HOP - margin, (first + count - 1) * _HOP - margin + _N_FFT
        part = clip.samples[:, max(start, 0) : max(stop, 0)].astype(np.float64)
        part = np.pad(part, ((0, 0), (max(-start, 0), max(stop - max(start, 0) - part.shape[1], 0))))
        frames = np.lib.stride_tricks.sliding_window_view(part, _N_FFT, axis=1)[:, ::_HOP]
        power = (np.abs(np.fft.rfft(frames * window)) ** 2).mean(axis=0)  # [frames, bins]
        starts = np.arange(0, len(power), pooled)
        columns.append(np.maximum.reduceat(power @ filters.T, starts, axis=0))
    return np.concatenate(columns).T


def _label_hz(panel: Axes, sample_rate: int) -> None:
    """Put round frequencies beside the rows of a mel spectrogram."""
    edges_mel = np.linspace(0, _mel(sample_rate / 2), _MELS + 2)
    marked = [hz for hz in _TICKS_HZ if hz < sample_rate / 2]
    panel.set_yticks(
        np.interp([_mel(hz) for hz in marked], edges_mel[1:-1], np.arange(_MELS)),
        [str(hz) if hz < 1000 else f"{hz // 1000}k" for hz in marked],
    )
    panel.set_ylabel("Hz")


def _mel(hz: float) -> float:
    """Slaney's mel scale, that of the filters: linear below 1 kHz, logarithmic above."""
    return 3 * hz / 200 if hz < 1000 else 15 + 27 * float(np.log(hz / 1000) / np.log(6.4))
