"""The codebook of a model: every entry by use and by sound, as a table, as audio, as a picture (rows C8 to C10)."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.api.library import Model, open_model
from distill.api.naming import check_entry
from distill.api.sounds import Written, encode
from distill.atlas import sounds_of
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.limiter import PeakLimiter
from distill.audio.writing import WavWriter
from distill.codec.health import usage
from distill.codes import storage
from distill.codes.entries import DESCRIPTORS, Entries, Note
from distill.codes.level_names import level_name
from distill.codes.words import Group, groups, words
from distill.errors import BadModelFile, BadSetting
from distill.progress import Cancel, Report, silent

__all__ = [
    "ORDERS",
    "Codebook",
    "EntryLine",
    "Sheet",
    "codebook",
    "contact_sheet",
    "entry_sound",
    "heatmap",
    "similar",
]

ORDERS = ("usage", "code", *DESCRIPTORS)
DOMINANT = 10  # times an even share of the use
HELD_STEPS = 24  # of one entry's sound: half a second
GAP_SECONDS, FADE_SECONDS = 0.15, 0.01
MOST_NAMED = 8  # entries in a sentence


@dataclass(frozen=True)
class EntryLine:
    """One entry, as a table shows it.

    Attributes
    ----------
    level, code : int
        From 1 and from 0.
    share : float in 0..1
        Of its level's use in the collection.
    words : str
        What it sounds like; of a deeper level, what it does to a sound.
    note : Note
        The owner's.
    figures : mapping of str to float
        The descriptors behind the words.
    """

    level: int
    code: int
    share: float
    words: str
    note: Note
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Codebook:
    """A level's entries in some order.

    Attributes
    ----------
    model : str
    level : int
    level_name : str
        Structure, Timbre or Detail.
    sentence : str
        Which entries are dead and which dominate.
    lines : tuple of EntryLine
    groups : tuple of Group
        Entries that sound alike.
    """

    model: str
    level: int
    level_name: str
    sentence: str
    lines: tuple[EntryLine, ...]
    groups: tuple[Group, ...]


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


def codebook(
    model: str | Path | Model, *, level: int = 1, sort: str = "usage", home: Path | str | None = None
) -> Codebook:
    """List the entries of a level.

    Parameters
    ----------
    sort : str
        ``"usage"``, ``"code"``, or a descriptor by name: the most first.

    Raises
    ------
    UnknownModel, BadModelFile
        If there is no such model, or its entries were never measured.
    BadSetting
        If there is no such level or order.
    """
    if sort not in ORDERS:
        raise BadSetting(f"entries cannot be sorted by {sort[:40]!r}; choose among {', '.join(ORDERS)}.")
    opened, entries = _opened(model, home)
    check_entry(opened.codec.config, level)
    if sort == "code":
        order = list(range(entries.lookup.codebook_size))
    else:
        column = entries.usage[level - 1] if sort == "usage" else entries.of(sort)[level - 1]
        order = np.argsort(-column, kind="stable").tolist()
    return _codebook(opened, entries, level, order)


def similar(
    model: str | Path | Model, level: int, code: int, *, count: int = 8, home: Path | str | None = None
) -> Codebook:
    """List the entries of a level that are nearest to one, itself first.

    Raises
    ------
    UnknownModel, BadModelFile, BadSetting
        As :func:`codebook`; also if there is no such entry.
    """
    opened, entries = _opened(model, home)
    check_entry(opened.codec.config, level, code)
    return _codebook(opened, entries, level, [code, *entries.similar(level, code, count)])


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
    opened, entries = _opened(model, home)
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
    opened, entries = _opened(model, home)
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
    opened, entries = _opened(model, home)
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


def _opened(model: str | Path | Model, home: Path | str | None) -> tuple[Model, Entries]:
    opened = model if isinstance(model, Model) else open_model(model, home=home)
    if opened.entries is None:
        raise BadModelFile(
            f"the model {opened.name!r} was made before entries were listened to, so nothing is known of them; "
            "train it --longer for a minute, or train it anew."
        )
    return opened, opened.entries


def _codebook(model: Model, entries: Entries, level: int, order: Sequence[int]) -> Codebook:
    said = words(entries, level)
    use = entries.usage[level - 1]
    shares = use / max(int(use.sum()), 1)
    figures = entries.descriptors[level - 1]
    lines = tuple(
        EntryLine(
            level,
            code,
            float(shares[code]),
            said[code],
            entries.notes.get((level, code), Note()),
            dict(zip(DESCRIPTORS, figures[code].tolist(), strict=True)),
        )
        for code in order
    )
    name = level_name(level, entries.lookup.num_levels)
    return Codebook(
        model.name, level, name, _sentence(level, name, shares, said), lines, tuple(groups(entries, level))
    )


def _sentence(level: int, name: str, shares: np.ndarray, said: Sequence[str]) -> str:
    """Tell the dead and the dominant entries of a level."""
    size = len(shares)
    dead = np.flatnonzero(shares == 0).tolist()
    dominant = [
        code for code in np.argsort(-shares, kind="stable").tolist() if shares[code] * size >= DOMINANT
    ]
    unused = (
        f"{len(dead)} of {size} entries {'is' if len(dead) == 1 else 'are'} dead, used by nothing in the collection ({_listed([str(code) for code in dead])})"
        if dead
        else f"all {size} entries are in use"
    )
    shown = [f"entry {code}, {said[code]}, with {100 * shares[code]:.0f} %" for code in dominant]
    ruling = (
        f"{len(dominant)} dominate{'s' if len(dominant) == 1 else ''}, with {DOMINANT} times an even share or more "
        f"({_listed(shown, '; ')})"
        if dominant
        else "none dominates"
    )
    return f"Level {level} ({name}): {unused}; {ruling}."


def _listed(given: Sequence[str], joint: str = ", ") -> str:
    more = len(given) - MOST_NAMED
    return joint.join(given[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


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
