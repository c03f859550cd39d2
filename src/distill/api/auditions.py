"""Entries heard and seen: the sound of one, a sheet of all, pictures of their use and of how they lie (rows C8 and C9).

:mod:`distill.api.codebook` tells the same in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from distill.api.codebook import open_measured
from distill.api.encoding import codes_of
from distill.api.library import Model
from distill.api.naming import check_entry
from distill.api.places import is_folder
from distill.api.sounds import Written
from distill.atlas import sounds_of
from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.audio.limiter import PeakLimiter
from distill.audio.writing import WavWriter, write_wav
from distill.codec.health import usage
from distill.codes.grid import Codes
from distill.codes.level_names import level_name
from distill.codes.words import groups
from distill.errors import BadSetting
from distill.progress import Cancel, Report, silent

__all__ = ["Sheet", "contact_sheet", "entry_map", "entry_samples", "entry_sound", "entry_usage", "heatmap"]

Counts: TypeAlias = npt.NDArray[np.int64]

HELD_STEPS = 24  # of one entry's sound: half a second
GAP_SECONDS, FADE_SECONDS = 0.15, 0.01


@dataclass(frozen=True)
class Sheet:
    """A contact sheet that was written.

    Attributes
    ----------
    path : Path
    seconds : float
    starts : tuple of (seconds, code)
        When each entry begins.
    """

    path: Path
    seconds: float
    starts: tuple[tuple[float, int], ...]


def entry_samples(
    model: str | Path | Model, level: int, code: int, *, device: str = "auto", home: Path | str | None = None
) -> Samples:
    """Return the sound of one entry, held for half a second: samples [1, T] at 48 kHz, peaks under -1 dBTP.

    A deeper entry is heard on what the levels before it are on average.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting
        As :func:`codebook`; also if there is no such entry.
    """
    opened, entries = open_measured(model, home, device=device)
    check_entry(opened.codec.config, level, code)
    sound = sounds_of(opened.codec, entries, level, [code], steps=HELD_STEPS)[0]
    limiter = PeakLimiter(1)
    held: Samples = np.concatenate([limiter.process(_faded(sound)[None]), limiter.flush()], axis=1)
    return held


def entry_sound(
    model: str | Path | Model,
    level: int,
    code: int,
    *,
    output: Path | str,
    device: str = "auto",
    home: Path | str | None = None,
) -> Written:
    """Write what :func:`entry_samples` returns to a 48 kHz / 24 bit WAV.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace
        As :func:`entry_samples`; also if the file cannot be written.
    """
    target = _file(output, ".wav", "the sound is written as WAV")
    sound = entry_samples(model, level, code, device=device, home=home)
    write_wav(target, Clip(sound))
    return Written(target, sound.shape[1] / SAMPLE_RATE)


def contact_sheet(
    model: str | Path | Model,
    level: int,
    *,
    output: Path | str,
    device: str = "auto",
    home: Path | str | None = None,
) -> Sheet:
    """Write the sounds of all entries of a level, one after another in the order of their use, to a WAV.

    Entries that nothing uses are left out.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace
        As :func:`entry_sound`.
    """
    target = _file(output, ".wav", "the sheet is written as WAV")
    opened, entries = open_measured(model, home, device=device)
    check_entry(opened.codec.config, level)
    use = entries.usage[level - 1]
    codes = [int(code) for code in np.argsort(-use, kind="stable") if use[code]]
    gap = np.zeros(round(GAP_SECONDS * SAMPLE_RATE), np.float32)
    parts: list[Samples] = []
    for sound in sounds_of(opened.codec, entries, level, codes, steps=HELD_STEPS):
        parts += [_faded(sound), gap]
    length = HELD_STEPS * opened.codec.step_length + len(gap)
    seconds = _write(target, parts)
    return Sheet(
        target, seconds, tuple((index * length / SAMPLE_RATE, code) for index, code in enumerate(codes))
    )


def entry_usage(
    model: str | Path | Model,
    *,
    sound: Path | str | Codes | None = None,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Counts:
    """Count how often each entry of each level is used, [K, N].

    Parameters
    ----------
    sound : path or Codes, optional
        A sound, or codes of the model: their use instead of the whole collection's.

    Raises
    ------
    UnknownModel, BadModelFile, BadSound, BadCodes
        One sentence each.
    """
    opened, entries = open_measured(model, home, device=device)
    if sound is None:
        return entries.usage
    codes = codes_of(opened, sound, report, cancel)
    return usage(codes.grid, codes.codebook_size)


def heatmap(
    model: str | Path | Model,
    *,
    output: Path | str,
    sound: Path | str | None = None,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Path:
    """Draw what :func:`entry_usage` counts, to a PNG file.

    Raises
    ------
    UnknownModel, BadModelFile, BadSound, BadCodes, BadSetting, NoSpace
        One sentence each.
    """
    from distill.pictures import usage_heatmap

    target = _file(output, ".png", "the heat map is drawn as PNG")
    opened, _ = open_measured(model, home, device=device)
    counts = entry_usage(opened, sound=sound, report=report, cancel=cancel)
    of = "its collection" if sound is None else Path(sound).name
    return usage_heatmap(counts, target, title=f"Use of the entries of {opened.name}: {of}")


def entry_map(
    model: str | Path | Model,
    level: int = 1,
    *,
    output: Path | str,
    device: str = "auto",
    home: Path | str | None = None,
) -> Path:
    """Draw the entries of a level as a map, to a PNG file: near ones sound alike.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace
        As :func:`entry_sound`.
    """
    from distill import pictures

    target = _file(output, ".png", "the map is drawn as PNG")
    opened, entries = open_measured(model, home, device=device)
    check_entry(opened.codec.config, level)
    named = level_name(level, opened.codec.num_levels)
    return pictures.entry_map(
        entries.positions[level - 1],
        entries.usage[level - 1],
        entries.of("brightness")[level - 1],
        target,
        title=f"Entries of {opened.name}, level {level} ({named})",
        groups=[(group.words, group.codes) for group in groups(entries, level)],
        names={code: note.name for (of, code), note in entries.notes.items() if of == level and note.name},
    )


def _faded(sound: Samples) -> Samples:
    """Begin and end without a click."""
    ramp = np.linspace(0, 1, round(FADE_SECONDS * SAMPLE_RATE), dtype=np.float32)
    faded = sound.copy()
    faded[: len(ramp)] *= ramp
    faded[-len(ramp) :] *= ramp[::-1]
    return faded


def _write(target: Path, parts: Sequence[Samples]) -> float:
    """Write parts one behind the other, peaks limited; return the length in seconds."""
    limiter = PeakLimiter(1)
    with WavWriter(target, SAMPLE_RATE, 1) as file:
        for part in parts:
            file.write(limiter.process(part[None]))
        file.write(limiter.flush())
    return sum(len(part) for part in parts) / SAMPLE_RATE


def _file(output: Path | str, suffix: str, how: str) -> Path:
    target = Path(output)
    if target.suffix.lower() != suffix or is_folder(target):
        raise BadSetting(f"{target.name!r} was given, and {how}; give a file name that ends in {suffix}.")
    return target
