"""Two takes side by side, equally loud, so that the louder one is not taken for the better one; blind, if asked for.

Both are brought to the loudness of the quieter one, so nothing can clip. They are measured by BS.1770 (LUFS) where both last 0.4 s or more, and
by plain RMS otherwise. Where one is stereo and the other mono, the mono one is compared as it is heard: from both sides.
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.api.places import is_folder
from distill.api.replaying import model_of_take
from distill.api.sounds import write_sound
from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.audio.files import read
from distill.audio.loudness import Loudness, loudness_of, rms_of
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.errors import BadSetting
from distill.library.blind_votes import Comparison, Votes
from distill.library.take_files import Take
from distill.library.takes import Takes
from distill.progress import Cancel, Report, silent

__all__ = ["Compared", "compare", "vote", "votes"]

TOLERANCE = 0.1  # LU between the two files
_SHORTEST = round(0.4 * SAMPLE_RATE)  # samples; below it there is no loudness in the sense of BS.1770


@dataclass(frozen=True)
class Compared:
    """Two sounds to compare.

    Attributes
    ----------
    paths : two of Path
    takes : two of int, or None
        Which takes they are, in the same order; None while it is a secret.
    loudness : two of float
        As they are in the files.
    unit : str
        ``"LUFS"`` or ``"dBFS RMS"``.
    number : int or None
        Of the blind comparison, to vote on.
    difference : float
        By how much the first of the two takes, as they were asked for, was louder than the second before; LU or dB.
    """

    paths: tuple[Path, Path]
    takes: tuple[int, int] | None
    loudness: tuple[float, float]
    unit: str
    number: int | None = None
    difference: float = 0.0


def compare(
    a: int | str,
    b: int | str,
    *,
    output: Path | str,
    blind: bool = False,
    seed: int | None = None,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Compared:
    """Write two takes with the same loudness into a folder.

    Parameters
    ----------
    output : path
        A folder.
    blind : bool
        Call them X and Y in an order that is drawn and not told before :func:`vote`.
    seed : int, optional
        Of that drawing; left out: a new one each time.

    Raises
    ------
    BadInput
        If there is no such take.
    BadSetting
        If one is silent, or both are one.
    UnknownModel, NoSpace
        One sentence each.
    """
    folder = Path(output)
    if folder.suffix and not is_folder(folder):
        raise BadSetting(
            f"two sounds are written, and {folder.name!r} is the name of one file; give a folder."
        )
    shelf = Takes(home)
    first, second = shelf.find(a), shelf.find(b)
    if first.number == second.number:
        raise BadSetting(f"take {first.number} was given twice; give two takes to compare.")
    sounds = [_sound(one, device, home, report, cancel) for one in (first, second)]
    sounds, measured, difference = _matched(sounds, (first.number, second.number))
    found = {first.number: 0, second.number: 1}
    numbers, names, drawn = (first.number, second.number), ("A", "B"), None
    stems = [f"{name}-take-{number}" for name, number in zip(names, numbers, strict=True)]
    if blind:
        drawn = Votes(home).draw(
            first.number, second.number, seed=secrets.randbelow(2**53) if seed is None else seed
        )
        numbers = (drawn.x, drawn.y)
        stems = [f"blind-{drawn.number}-{name}" for name in ("X", "Y")]
    paths = []
    for number, stem in zip(numbers, stems, strict=True):
        path = folder / f"{stem}.wav"
        write_wav(path, Clip(sounds[found[number]]))
        paths.append(path)
    values = [measured[found[number]] for number in numbers]
    heard = [0.0 if one.value is None else round(one.value, 3) for one in values]
    return Compared(
        (paths[0], paths[1]),
        None if blind else numbers,
        (heard[0], heard[1]),
        measured[0].unit,
        None if drawn is None else drawn.number,
        round(difference, 3),
    )


def vote(number: int, choice: str, *, note: str = "", home: Path | str | None = None) -> Comparison:
    """Say which of a blind comparison is better: ``"X"``, ``"Y"`` or ``"neither"``; then it is told which was which.

    Raises
    ------
    BadInput, BadSetting, NoSpace, LibraryBusy
        One sentence each.
    """
    return Votes(home).vote(number, choice, note=note)


def votes(
    *, home: Path | str | None = None
) -> tuple[list[Comparison], dict[int, tuple[int, int]], tuple[str, ...]]:
    """Return all comparisons, how often each take won of how many votes, and a sentence for each damaged file."""
    shelf = Votes(home)
    found, sentences = shelf.list()
    return found, dict(shelf.wins()), sentences


def _sound(
    kept: Take, device: str, home: Path | str | None, report: Report, cancel: Cancel | None
) -> Samples:
    """The samples [C, T] of a take: as it was kept, or decoded where only codes were."""
    record = kept.require_record()
    if kept.sound is not None:
        return read(kept.sound).samples
    opened = model_of_take(kept, device=device, home=home)
    codes = storage.load(kept.codes)
    with tempfile.TemporaryDirectory(prefix="distill-") as folder:
        path = Path(folder) / f"take-{kept.number}.wav"
        write_sound(opened, codes, path, record.up_to_level, record.refine, report, cancel)
        return read(path).samples


def _matched(sounds: list[Samples], numbers: tuple[int, int]) -> tuple[list[Samples], list[Loudness], float]:
    """Bring two sounds [C, T] to the loudness of the quieter one; tell how they differed."""
    channels = max(len(one) for one in sounds)
    heard = [np.repeat(one, channels, axis=0) if len(one) < channels else one for one in sounds]
    short = any(one.shape[1] < _SHORTEST for one in heard)

    def measure(samples: Samples) -> Loudness:
        return rms_of(samples) if short else loudness_of([samples])

    measured = [measure(one) for one in heard]
    for number, one in zip(numbers, measured, strict=True):
        if one.value is None:
            raise BadSetting(
                f"take {number} is silent, so it cannot be made as loud as the other; choose another."
            )
    difference = float(measured[0].value or 0.0) - float(measured[1].value or 0.0)
    # Gating depends on the level at its absolute threshold, so what was changed is measured again.
    for _ in range(4):
        values = [float(one.value or 0.0) for one in measured]
        if abs(values[0] - values[1]) <= TOLERANCE / 10:
            break
        louder = int(values[1] > values[0])
        gain = np.float32(10 ** ((min(values) - max(values)) / 20))
        heard[louder] = heard[louder] * gain
        measured[louder] = measure(heard[louder])
    return heard, measured, difference
