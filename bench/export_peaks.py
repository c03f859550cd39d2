"""How high the true peaks of exported files are, and what resampling adds above the hearing range.

    python -m bench.export_peaks [--count 500] [--seed 0]

Random loud clips (noise, squares, drums, clipped and synthetic mixtures, up to 26 dB over full scale) are exported in
every format, rate and depth in turn, read back by libsndfile, and measured twice: as BS.1770 reads them, and exactly, by the
discrete Fourier transform at eight points a sample, which is no meter of ours. What resampling adds is measured on noise that
ends at 19 kHz.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.tables import markdown
from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.audio.true_peak import true_peak_dbtp
from distill.output.export import write
from distill.output.formats import FORMATS, RATES, Encoding, checked_encoding

__all__ = ["added_above_db", "exact_peak_dbtp", "loud_clip", "main", "measure_peaks"]

HIGHEST_DBTP = -0.9  # what no file may exceed
_Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Peaks:
    """Highest true peaks of the files of one format and rate, in dBTP.

    Attributes
    ----------
    encoding : str
    count : int
    standard, exact : float
        By the meter of BS.1770, and by the Fourier transform.
    """

    encoding: str
    count: int
    standard: float
    exact: float


def loud_clip(seed: int) -> Clip:
    """Make a random loud sound of half a second to one and a half, of one or two channels."""
    draw = np.random.default_rng(seed)
    num_samples = int(draw.integers(24_000, 72_000))
    seconds = np.arange(num_samples) / SAMPLE_RATE
    rows = [_row(draw, seconds) for _ in range(int(draw.integers(1, 3)))]
    samples = np.stack(rows)
    gain = 10 ** (draw.uniform(-3, 26) / 20)
    samples = gain * samples / np.abs(samples).max()
    if draw.random() < 0.3:
        samples = np.clip(samples, -1, 1)
    return Clip(samples.astype(np.float32))


def _row(draw: np.random.Generator, seconds: _Array) -> _Array:
    kind = draw.integers(5)
    hz = float(np.exp(draw.uniform(np.log(30), np.log(16_000))))
    phase = draw.uniform(0, 2 * np.pi)
    if kind == 0:  # noise that ends anywhere up to 20 kHz
        spectrum = np.fft.rfft(draw.standard_normal(len(seconds)))
        spectrum[np.fft.rfftfreq(len(seconds), 1 / SAMPLE_RATE) > draw.uniform(500, 20_000)] = 0
        return np.fft.irfft(spectrum, len(seconds))
    if kind == 1:  # white noise, up to half the rate
        return draw.standard_normal(len(seconds))
    if kind == 2:
        return np.sign(np.sin(2 * np.pi * hz * seconds + phase))
    if kind == 3:  # drums: decaying noise and tones
        since = seconds % draw.uniform(0.1, 0.5)
        body = draw.standard_normal(len(seconds)) + 2 * np.sin(2 * np.pi * hz * since)
        return np.asarray(body * np.exp(-since * draw.uniform(5, 60)))
    partials = np.arange(1, 12)[:, None]
    chord = np.sin(2 * np.pi * hz / 8 * partials * seconds + draw.uniform(0, 6, (11, 1))) / partials
    return np.asarray(chord.sum(axis=0))


def exact_peak_dbtp(samples: Samples) -> float:
    """Highest of eight points a sample, by the Fourier transform, of a sound [C, T] with silence around it."""
    highest = 0.0
    for row in samples:
        framed = np.pad(row.astype(np.float64), 2_048)
        fine = np.fft.irfft(np.fft.rfft(framed), 8 * len(framed)) * 8
        highest = max(highest, float(np.abs(fine).max()))
    return float(20 * np.log10(highest))


def _read(path: Path) -> Samples:
    import soundfile

    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T)


def measure_peaks(count: int, *, seed: int, folder: Path) -> list[Peaks]:
    """Export clips in every format, rate and depth in turn; one record for each format and rate."""
    every = [
        checked_encoding(one, rate=rate, depth=depth)
        for one in FORMATS.values()
        for rate, depth in product(one.rates, one.depths or (None,))
    ]
    found: dict[str, list[tuple[float, float]]] = {}
    for number in range(count):
        encoding = every[number % len(every)]
        file = write(loud_clip(seed + number), folder / f"clip{encoding.format.suffix}", encoding)
        samples = _read(file.path)
        named = f"{encoding.format.title}, {encoding.rate / 1000:g} kHz"
        found.setdefault(named, []).append((true_peak_dbtp(samples), exact_peak_dbtp(samples)))
    return [
        Peaks(named, len(pairs), max(pair[0] for pair in pairs), max(pair[1] for pair in pairs))
        for named, pairs in found.items()
    ]


def added_above_db(rate: int, *, folder: Path, seed: int = 0) -> float:
    """Energy above 20 kHz of a sound that ends at 19 kHz, after its export at a rate, in dB against all of it."""
    length = 2 * SAMPLE_RATE
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(length))
    spectrum[np.fft.rfftfreq(length, 1 / SAMPLE_RATE) > 19_000] = 0
    band = np.fft.irfft(spectrum, length) * np.hanning(length)
    clip = Clip((0.5 * band / np.abs(band).max()).astype(np.float32)[None])
    row = _read(write(clip, folder / "band.wav", Encoding(FORMATS["wav"], rate, 32)).path)[0].astype(
        np.float64
    )
    power = np.abs(np.fft.rfft(row * np.hanning(len(row)))) ** 2
    above = np.fft.rfftfreq(len(row), 1 / rate) > 20_000
    return float(10 * np.log10(power[above].sum() / power.sum()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables; the exit code is 1 if a peak is too high."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.export_peaks", description="Peaks of exported files."
    )
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        peaks = measure_peaks(given.count, seed=given.seed, folder=Path(name))
        added = {rate: added_above_db(rate, folder=Path(name)) for rate in RATES}
    rows = [(one.encoding, str(one.count), f"{one.standard:.3f}", f"{one.exact:.3f}") for one in peaks]
    print(markdown(["format", "clips", "highest, BS.1770", "highest, exact"], rows, words=[0]))
    print()
    print(markdown(["rate", "above 20 kHz, dB"], [(str(rate), f"{db:.0f}") for rate, db in added.items()]))
    highest = max(one.standard for one in peaks)
    print(
        f"\nHighest of {given.count}: {highest:.3f} dBTP (BS.1770), {max(one.exact for one in peaks):.3f} (exact)."
    )
    return int(highest > HIGHEST_DBTP)


if __name__ == "__main__":
    sys.exit(main())
