"""Space and loops by figures: what the ears get, what the mono sum keeps, what a joint does.

    python -m bench.space [--hrtf ../shared/hrtf] [--audio ../shared/audio] [--sounds 3]

Of heads: by how much the ear away from the sound hears it later and fainter (pink noise between 100 Hz and 10 kHz), for
the head by formula and for every SOFA file of a folder; then how well directions that were left out are found between
their neighbours. Of width: what the mono sum loses. Of movement: what stands at the hop rate beside a tone that moves. Of loops: how much
the sound bends at the joint of two rounds (its second difference) against the most it bends elsewhere.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bench import machine
from bench.sounds import find_sounds, read
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.errors import DistillError
from distill.output.binaural import binaural
from distill.output.convolution import HOP
from distill.output.ears import FREQUENCIES, Floats, Head
from distill.output.head import SphericalHead
from distill.output.loop_settings import LoopSettings
from distill.output.loops import Loop, make_loop
from distill.output.measured_head import MeasuredHead
from distill.output.moving import Place
from distill.output.sofa import read_head, read_measurements
from distill.output.stereo_field import place_in_stereo

__all__ = ["bend", "differences", "left_out", "main", "mono_loss_db"]

AZIMUTHS = (0, 15, 30, 45, 60, 75, 90, 120, 150)
WIDTHS = (0.25, 0.5, 1.0, 2.0)
WISHES = ("auto", "bpm=120")
EVERY = 25  # measured directions of which one is left out


def differences(head: Head, azimuths: Sequence[float] = AZIMUTHS) -> tuple[Floats, Floats]:
    """Microseconds by which the left ear hears sounds from the right later, and dB by which fainter, [N] each."""
    around = np.array(azimuths, np.float64)
    ears = head.toward(around, np.zeros(len(around)), np.ones(len(around)))
    heard = (FREQUENCIES >= 100) & (FREQUENCIES <= 10_000)
    power = (np.exp(2 * ears.logs.real[..., heard]) / FREQUENCIES[heard]).sum(axis=-1)
    levels: Floats = 10 * np.log10(power[:, 1] / power[:, 0])
    return 1e6 * (ears.delays[:, 0] - ears.delays[:, 1]), levels


def left_out(path: Path) -> tuple[Floats, Floats]:
    """How far directions left out of a head are off: microseconds of the delay between ears [N], dB of the spectra [N, 2]."""
    measured = read_measurements(path)
    gone = np.arange(5, len(measured.azimuths), EVERY)
    kept = np.setdiff1d(np.arange(len(measured.azimuths)), gone)
    fewer = MeasuredHead.of(measured.azimuths[kept], measured.elevations[kept], measured.responses[kept])
    asked = measured.azimuths[gone], measured.elevations[gone], np.ones(len(gone))
    found, true = fewer.toward(*asked), read_head(path).toward(*asked)
    late = 1e6 * np.abs(np.diff(found.delays) - np.diff(true.delays))[:, 0]
    heard = (FREQUENCIES > 200) & (FREQUENCIES < 12_000)
    spectra = 20 / np.log(10) * np.sqrt(np.square((found.logs - true.logs).real[..., heard]).mean(axis=-1))
    return late, spectra


def mono_loss_db(clip: Clip, width: float) -> float:
    """Largest deviation of the mono sum from the sound, in dB against its peak."""
    left, right = place_in_stereo(clip, width=width).samples.astype(np.float64)
    off = np.abs((left + right) / 2 - clip.samples[0]).max() / np.abs(clip.samples).max()
    return float(20 * np.log10(max(off, 1e-15)))


def hop_rate_db(head: Head, hertz: float) -> float:
    """What stands one hop rate beside a tone that flies past in two seconds, in dB against it."""
    time = np.arange(2 * SAMPLE_RATE)
    tone = (0.5 * np.sin(2 * np.pi * hertz / SAMPLE_RATE * time)).astype(np.float32)[None]
    moved = binaural(Clip(tone), places=[Place(-90), Place(90, seconds=2)], head=head).samples[:, 4800:91_200]
    spectrum = np.abs(np.fft.rfft(moved * np.blackman(moved.shape[1])))
    beside = np.abs(np.abs(np.fft.rfftfreq(moved.shape[1], 1 / SAMPLE_RATE) - hertz) - SAMPLE_RATE / HOP) < 20
    return float(20 * np.log10(spectrum[:, beside].max() / spectrum.max()))


def bend(loop: Loop) -> tuple[float, float]:
    """Largest second difference at the joint of two rounds, and anywhere else."""
    once = loop.clip.samples[:, loop.start : loop.end].astype(np.float64)
    bends = np.abs(np.diff(np.concatenate([once, once, once], axis=1), 2))
    length = once.shape[1]
    return float(bends[:, 2 * length - 3 : 2 * length + 2].max()), float(
        bends[:, length + 5 : 2 * length - 5].max()
    )


def _heads(folder: Path) -> None:
    files = sorted(folder.glob("*.sofa"))
    heads: dict[str, Head] = {"by formula": SphericalHead()} | {file.stem: read_head(file) for file in files}
    told = {name: differences(head) for name, head in heads.items()}
    print("| azimuth | " + " | ".join(heads) + " |\n|" + " --- |" * (1 + len(heads)))
    for index, azimuth in enumerate(AZIMUTHS):
        cells = (f"{late[index]:.0f} us, {levels[index]:.1f} dB" for late, levels in told.values())
        print(f"| {azimuth} | " + " | ".join(cells) + " |")
    print("\n| head | left out: delay, median / 95 % / most | spectrum, median / 95 % |\n| --- | --- | --- |")
    for file in files:
        late, spectra = left_out(file)
        parts = f"{np.median(late):.1f} / {np.quantile(late, 0.95):.1f} / {late.max():.1f} us"
        print(f"| {file.stem} | {parts} | {np.median(spectra):.2f} / {np.quantile(spectra, 0.95):.2f} dB |")
    print("\n| head | hop rate beside a moving 1 kHz tone | 8 kHz |\n| --- | --- | --- |")
    for name, head in heads.items():
        print(f"| {name} | {hop_rate_db(head, 1000):.0f} dB | {hop_rate_db(head, 8000):.0f} dB |")


def _sounds(folder: Path, each: int) -> None:
    collections = sorted(found for found in folder.glob("*-*") if found.is_dir())
    files = [(found.name, file) for found in collections for file in find_sounds(found)[:each]]
    if not files:
        return
    print("\n| width | mono sum, worst of all sounds |\n| --- | --- |")
    clips = [Clip(read(file)) for _, file in files]
    mids = [Clip(clip.samples.mean(axis=0, keepdims=True, dtype=np.float32)) for clip in clips]
    for width in WIDTHS:
        print(f"| {width:g} | {max(mono_loss_db(mid, width) for mid in mids):.0f} dB |")
    print(
        "\n| sound | wish | starts at | lasts | fade | likeness | bend at the joint | most elsewhere |\n|"
        + " --- |" * 8
    )
    for (collection, file), clip in zip(files, clips, strict=True):
        for wish in WISHES:
            try:
                loop = make_loop(clip, LoopSettings.read(wish))
            except DistillError as error:
                print(f"| {collection}/{file.stem} | {wish} | {error} | | | | | |")
                continue
            joint, elsewhere = bend(loop)
            print(
                f"| {collection}/{file.stem} | {wish} | {loop.found_at / SAMPLE_RATE:.2f} s | {loop.seconds:.3f} s "
                f"| {1000 * loop.fade / SAMPLE_RATE:.0f} ms | {loop.likeness:.2f} | {joint:.5f} | {elsewhere:.5f} |"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hrtf", type=Path, default=machine.ROOT.parent / "shared" / "hrtf")
    parser.add_argument("--audio", type=Path, default=machine.ROOT.parent / "shared" / "audio")
    parser.add_argument("--sounds", type=int, default=3, help="sounds of each collection")
    given = parser.parse_args(arguments)
    try:
        _heads(given.hrtf)
        _sounds(given.audio, given.sounds)
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
