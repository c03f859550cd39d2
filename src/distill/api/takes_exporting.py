"""Takes of the history into files for the studio: some, those with a star, or all, with everything known of them in their tags."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from distill.api.exporting import Exported, export
from distill.errors import BadInput, BadSetting
from distill.library.take_files import Take, read_take
from distill.library.takes import Takes
from distill.progress import Progress, Report, silent

__all__ = ["export_takes"]


def export_takes(
    numbers: Sequence[int | str] | int | str = (),
    *,
    output: Path | str,
    starred: bool = False,
    every: bool = False,
    home: Path | str | None = None,
    report: Report = silent,
    **options: Any,
) -> list[Exported]:
    """Write takes as files that go into a session as they are.

    A file in a folder is called by the number and the title of its take. Title, note, date, model, seed and recipe go into
    its tags. The sound is the one that was kept; it is decoded anew only where codes alone were.

    Parameters
    ----------
    numbers : one or several
        Numbers of takes, or ``"last"``.
    output : path
        A folder; for one take also a file, whose ending is the format.
    starred, every : bool
        All with a star, or all there are, in place of numbers; damaged ones are reported and left out.
    options
        As :func:`distill.api.export` takes them: preset, format, rate, depth, loudness ..

    Returns
    -------
    list of Exported
        In the order of the numbers given, or of the takes.

    Raises
    ------
    BadInput
        If there is no such take, or it is damaged, or none has a star.
    BadSetting, BadSound, BadCodes, UnknownModel, NoSpace
        As :func:`distill.api.export`; all that can be known beforehand is refused before anything is written.
    """
    named = [numbers] if isinstance(numbers, (int, str)) else list(numbers)
    if bool(named) + starred + every != 1:
        raise BadSetting(
            "say which takes to export, in one way: their numbers, those with a star (--starred), or all (--all)."
        )
    shelf = Takes(home)
    if named:
        found = list({take.number: take for take in map(shelf.find, named)}.values())
    else:
        found = _whole(shelf, starred, report)
    return export(found, output=output, home=home, report=report, **options)


def _whole(shelf: Takes, starred: bool, report: Report) -> list[Take]:
    listed, sentences = shelf.list(starred=starred)
    takes = [read_take(take.folder) for take in listed]  # the list is fast, and takes its index's word for it
    for sentence in (*sentences, *(f"{take.damaged}" for take in takes if take.damaged)):
        report(Progress("library", message=sentence))
    whole = [take for take in takes if not take.damaged]
    if not whole and starred:
        raise BadInput("no take has a star; give one a star with distill takes star NUMBER, or name takes.")
    if not whole:
        raise BadInput("there is no take that could be exported; make a sound with distill generate first.")
    return whole
