"""Entries heard and seen: the sound of one, a sheet of all, pictures of their use and of how they lie (rows C8 and C9).

:mod:`distill.api.codebook` tells the same in words.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.api.codebook import open_measured
from distill.api.library import Model
from distill.api.naming import check_entry
from distill.api.sounds import Written, encode
from distill.atlas import sounds_of
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.limiter import PeakLimiter
from distill.audio.writing import WavWriter
from distill.codec.health import usage
from distill.codes import storage
from distill.codes.level_names import level_name
from distill.codes.words import groups
from distill.errors import BadSetting
from distill.progress import Cancel, Report, silent

__all__ = ["Sheet", "contact_sheet", "entry_map", "entry_sound", "heatmap"]

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


def entry_sound(
    model: str | Path | Model, level: int, code: int, *, output: Path | str, home: Path | str | None = None
) -> Written:
    """Write the sound of one entry, held for half a second, to a 48 kHz / 24 bit WAV.

    A deeper entry is heard on what the levels before it are on average.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace
        As :func:`codebook`; also if there is no such entry, or the file cannot be written.
    """
    target = _file(output, ".wav", "the sound is written as WAV")
    opened, entries = open_measured(model, home)
    check_entry(opened.codec.config, level, code)
    sound = sounds_of(opened.codec, entries, level, [code], steps=HELD_STEPS)[0]
    return Written(target, _write(target, [_faded(sound)]))


def contact_sheet(
    model: str | Path | Model, level: int, *, output: Path | str, home: Path | str | None = None
) -> Sheet:
    """Write the sounds of all entries of a level, one after another in the order of their use, to a WAV.

    Entries that nothing uses are left out.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace
        As :func:`entry_sound`.
    """
    target = _file(output, ".wav", "the sheet is written as WAV")
    opened, entries = open_measured(model, home)
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


def heatmap(
    model: str | Path | Model,
    *,
    output: Path | str,
    sound: Path | str | None = None,
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Path:
    """Draw how often each entry of each level is used, to a PNG file.

    Parameters
    ----------
    sound : path, optional
        A sound or a ``.codes`` file: its use instead of the whole collection's.

    Raises
    ------
    UnknownModel, BadModelFile, BadSound, BadCodes, BadSetting, NoSpace
        One sentence each.
    """
    from distill.pictures import usage_heatmap

    target = _file(output, ".png", "the heat map is drawn as PNG")
    opened, entries = open_measured(model, home)
    if sound is None:
        return usage_heatmap(
            entries.usage, target, title=f"Use of the entries of {opened.name}: its collection"
        )
    given = Path(sound)
    with tempfile.TemporaryDirectory() as folder:
        file = given
        if given.suffix.lower() != ".codes":
            file = Path(folder) / "sound.codes"
            encode([given], model=opened.path, output=file, report=report, cancel=cancel)
        codes = storage.load(file)
    codes.require_model(opened.fingerprint, opened.name)
    counts = usage(codes.grid, codes.codebook_size)
    return usage_heatmap(counts, target, title=f"Use of the entries of {opened.name}: {given.name}")


def entry_map(
    model: str | Path | Model, level: int = 1, *, output: Path | str, home: Path | str | None = None
) -> Path:
    """Draw the entries of a level as a map, to a PNG file: near ones sound alike.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting, NoSpace
        As :func:`entry_sound`.
    """
    from distill import pictures

    target = _file(output, ".png", "the map is drawn as PNG")
    opened, entries = open_measured(model, home)
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
    if target.suffix.lower() != suffix or target.is_dir():
        raise BadSetting(f"{target.name!r} was given, and {how}; give a file name that ends in {suffix}.")
    return target
