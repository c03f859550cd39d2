"""Edits: change codes by operations on regions, take edits back, make them on many sounds.

Operations are written as on the command line (``"mirror from=1.0 to=2.0 levels=1-2"``,
:mod:`distill.codes.spelling`) or given as :class:`~distill.codes.editing.Edit`. The sound is the one the edits end with;
its file keeps what it was before and the list of edits, so everything can be undone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from distill.api.asked_edits import AskedEdits
from distill.api.edited import Edited, edited, spelled_edits
from distill.api.library import Model
from distill.api.sounds import model_of, write_sound
from distill.api.taking import as_take
from distill.api.targets import codes_targets, is_wav, wav_target
from distill.codes import storage
from distill.codes.editing import Edit, edits_of
from distill.codes.entries import Entries
from distill.codes.grid import Codes
from distill.codes.listing import ListedOperation, listing
from distill.codes.tempo import Tempo, beats_of
from distill.errors import BadCodes, BadSetting
from distill.library.templates import Templates
from distill.progress import Cancel, Report, silent

__all__ = ["History", "edit", "history", "operations"]


@dataclass(frozen=True)
class History:
    """The edits that a ``.codes`` file knows of.

    Attributes
    ----------
    source, model : str
    edits : tuple of str
        Oldest first.
    """

    source: str
    model: str
    edits: tuple[str, ...]


def operations() -> tuple[ListedOperation, ...]:
    """Every operation: its arguments, an example, and what to listen for."""
    return listing()


def edit(
    codes: Sequence[Path | str] | Path | str,
    do: Sequence[str | Edit] = (),
    *,
    output: Path | str,
    template: str | None = None,
    replay: Path | str | None = None,
    undo: int = 0,
    tempo: float | None = None,
    beats_per_bar: int = 4,
    snap: str | None = None,
    locked: Collection[int] = (),
    seed: int = 0,
    model: str | Path | None = None,
    keep_as: str | None = None,
    keep_take: bool = True,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> list[Edited]:
    """Edit ``.codes`` files: first undo, then a template or another file's edits, then ``do``, in this order.

    Parameters
    ----------
    codes : one path or several
        The same edits are made to all (row C13).
    do : sequence of str or Edit
    output : path
        A ``.codes`` file, or a ``.wav`` to hear it at once, for one; a folder for any number.
    template : str, optional
        Name of a list of edits that was kept (:func:`save_template`).
    replay : path, optional
        A ``.codes`` file whose edits are to be made here.
    undo : int >= 0
        How many of the last edits to take back first.
    tempo : float, optional
        Beats a minute, for times in beats and bars.
    snap : str, optional
        Distance of the lines that the times in ``do`` move to: ``"1/4b"``, ``"1bar"``; needs a tempo.
    locked : collection of int
        Levels, from 1, that no edit may change: none in ``do``, of the template, or of the file to replay.
    seed : int in 0..2**63-1
        Of the first operation in ``do``, unless it has one of its own; the next ones count up.
    keep_as : str, optional
        Name of a template, in which the edits that the first of the files then has are kept.
    keep_take : bool
        Whether a sound becomes a take of the history (:mod:`distill.api.takes`); codes alone never do.

    Raises
    ------
    BadSetting, BadCodes, ForeignCodes, UnknownModel, NameTaken
        One sentence each; then no file is written or changed.
    NoSpace
        Where several files are written, those before it are there.
    """
    given = [Path(one) for one in ([codes] if isinstance(codes, (str, Path)) else codes)]
    heard = is_wav(output)
    if heard and len(given) > 1:
        raise BadSetting(
            f"{len(given)} files were given and one sound to write, {Path(output).name!r}; give a folder for several."
        )
    if heard and keep_as is not None:
        raise BadSetting(
            f"the edits of codes can be kept as a template, and the result was to be written as the sound {Path(output).name!r}; "
            "write it as FILE.codes or into a folder."
        )
    targets = (
        [wav_target(output)]
        if heard
        else codes_targets(given, Path(output), verb="edit", endings=".codes or .wav")
    )
    if not (do or template or replay or undo):
        raise BadSetting(
            "no edit was given; say what to do (--do 'reverse from=1 to=2'), or what to undo, or which template to use."
        )
    beats = None if tempo is None else Tempo(tempo, beats_per_bar)
    if snap is not None and beats is None:
        raise BadSetting("snapping needs a tempo; give one (--tempo 120).")
    grid = None if snap is None or beats is None else beats_of(snap, beats)
    kept: list[Edit] = []
    templates = Templates(home)
    if template is not None:
        kept += templates.load(template)
    if replay is not None:
        kept += edits_of(storage.load(replay))
    asked = AskedEdits(undo, kept, do, beats, grid, locked, seed)
    models = _Models(model, home, device)
    results, files, made = [], [], []
    for path, target in zip(given, targets, strict=True):
        if cancel is not None:
            cancel.check()
        before = storage.load(path)
        try:
            after = asked.made(before, path, partial(models.entries_of, before, path.name))
            results.append(edited(after, target))
            files.append(b"" if heard else storage.to_bytes(after))
            made.append(edits_of(after))
        except (BadSetting, BadCodes) as error:
            if len(given) == 1:
                raise
            raise type(error)(f"{path.name!r}: {error}") from None
    if keep_as is not None:
        templates.check(keep_as, made[0])
    # Written only when every one of them could be made.
    if heard:
        opened = models.of(after, given[0].name)
        written = write_sound(opened, after, targets[0], None, 0, report, cancel)
        if keep_take:
            written = as_take("edit", written, opened, after, home)
        return [replace(results[0], sentences=written.sentences, take=written.take)]
    for data, target in zip(files, targets, strict=True):
        storage.write(data, target)
    if keep_as is not None:
        path = templates.save(keep_as, made[0])
        told = (*results[0].sentences, f"Kept the edits as the template {keep_as!r} in {path}")
        results[0] = replace(results[0], sentences=told)
    return results


def history(codes: Path | str) -> History:
    """Tell which edits a ``.codes`` file has behind it.

    Raises
    ------
    BadCodes, BadSetting
        If the file, or an edit in it, cannot be read.
    """
    loaded = storage.load(codes)
    return History(loaded.source, loaded.model, spelled_edits(loaded))


class _Models:
    """The models of some codes, each opened once, and only if an edit asks how its entries sound.

    They are told apart by what made the codes: a model and its retrained successor may have had one name.
    """

    def __init__(self, model: str | Path | None, home: Path | str | None, device: str) -> None:
        self._given = model is not None
        self._open = partial(model_of, model=model, home=home, device=device)
        self._opened: dict[str, Model] = {}

    def of(self, codes: Codes, shown: str) -> Model:
        """Return the model of some codes; refusals are those of :func:`distill.api.sounds.model_of`."""
        maker = "" if self._given else codes.fingerprint
        known = self._opened.get(maker)
        if known is None:
            known = self._opened[maker] = self._open(codes, shown)
        codes.require_model(known.fingerprint, known.name)
        return known

    def entries_of(self, codes: Codes, shown: str) -> Entries:
        """Return what its entries stand for.

        Raises
        ------
        BadSetting
            If nobody has measured them.
        """
        return self.of(codes, shown).measured("this edit")
