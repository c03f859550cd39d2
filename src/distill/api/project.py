"""The editor's project: two open sounds, A and B, edited side by side, heard, kept on the disk after every change.

::

    from distill import api

    project = api.Project()
    project.open_file("A", "rain.wav")
    project.do("A", ["reverse from=1.0 to=2.0", "brighter from=2.0"])
    project.undo("A")
    project.keep("A")          # a take of the history

It is the browser's, and any script's: whatever a page does to a sound, one line of Python does as well. Any number of threads
may use it; a change may name the revision it was made on, and is refused if there is a newer one (two windows at once).
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from distill.api.hearing import Heard, Hearing
from distill.api.library import Model, maker, open_model
from distill.api.open_sounds import Change, OpenSound
from distill.api.outlines import Outline, outline_of
from distill.api.regenerating import Rewriting, rewritten
from distill.api.sounds import Written, encoded, write_sound
from distill.api.taking import as_take
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.files import probe
from distill.codes import storage
from distill.codes.bringing import brought
from distill.codes.editing import Edit, edits_of
from distill.codes.grid import Codes
from distill.codes.material import Material, copied
from distill.codes.operation import operation
from distill.codes.region import Region
from distill.codes.spelling import parse
from distill.codes.swapping import swapped
from distill.codes.tempo import Tempo
from distill.errors import BadInput, BadSetting, BadSound, DistillError, NoSpace, Superseded, UnknownModel
from distill.library.project_files import ProjectFiles
from distill.library.takes import Takes
from distill.library.templates import Templates
from distill.progress import Cancel, Report, silent

__all__ = ["MOST_SECONDS", "SLOTS", "Project", "Strip"]

SLOTS = ("A", "B")
MOST_SECONDS = (
    180.0  # of an open sound: its samples are held in memory, and it is encoded while a person waits
)


@dataclass(frozen=True)
class Strip:
    """What is drawn above a grid.

    Attributes
    ----------
    outline : Outline
    spectrogram : uint8 array [bands, columns]
        The lowest band first; 255 is the loudest point.
    """

    outline: Outline
    spectrogram: np.ndarray


@dataclass
class _Slot:
    sound: OpenSound
    hearing: Hearing = field(default_factory=Hearing)
    original: Hearing = field(default_factory=Hearing)


class Project:
    """Two open sounds.

    Parameters
    ----------
    home : path, optional
        The user folder. What was open there is open again, with everything that can be undone and redone.
    opener : function, optional
        Gives the model of a name, opened; for whoever keeps models open.
    device : str
        As :func:`distill.api.open_model`, for models that this opens itself.

    Attributes
    ----------
    sentences : tuple of str
        What could not be opened as it was left.
    """

    def __init__(
        self,
        home: Path | str | None = None,
        *,
        opener: Callable[[str], Model] | None = None,
        device: str = "auto",
    ) -> None:
        self.home = home
        self._opener = opener or partial(open_model, home=home, device=device)
        self._files = ProjectFiles(home)
        self._lock = threading.RLock()
        self._slots: dict[str, _Slot] = {}
        self._models: dict[str, Model] = {}
        self._revision = 0
        sentences = []
        for name in SLOTS:
            try:
                self._resume(name)
            except DistillError as error:
                sentences.append(str(error))
        self.sentences = tuple(sentences)

    # Opening

    def open_file(
        self,
        slot: str,
        path: Path | str,
        *,
        model: str | None = None,
        title: str = "",
        report: Report = silent,
        cancel: Cancel | None = None,
    ) -> OpenSound:
        """Open a ``.codes`` file, or encode a sound.

        Parameters
        ----------
        model : str, optional
            What a sound is encoded with; codes know theirs.

        Raises
        ------
        BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, NoSpace
            One sentence each; then the slot is as it was.
        """
        path = Path(path)
        if path.suffix.lower() == ".codes":
            return self.open_codes(slot, storage.load(path), title=title or path.stem)
        seconds = probe(path).seconds
        if seconds > MOST_SECONDS:
            raise _too_long(title or path.name, seconds)
        if not model:
            raise UnknownModel(
                "there is no model yet; train one in Sounds & Train, or try the built-in collection there."
            )
        codes = encoded(self._opener(model), path, report, cancel)
        return self.open_codes(slot, codes, title=title or path.stem)

    def open_codes(self, slot: str, codes: Codes, *, title: str) -> OpenSound:
        """Open codes; edits that they have behind them can be undone.

        Raises
        ------
        BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, NoSpace
            If they are too long, or their model is not there.
        """
        _check_slot(slot)
        if codes.seconds > MOST_SECONDS:
            raise _too_long(title, codes.seconds)
        self.model_of(codes)
        with self._lock:
            self._revision += 1
            sound = OpenSound(
                codes, title=title[:300], revision=self._revision, entries=partial(self._entries_of, codes)
            )
            self._files.save(slot, sound.kept())
            self._slots[slot] = _Slot(sound)
            return sound

    def open_take(self, slot: str, number: int | str) -> OpenSound:
        """Open a take of the history.

        Raises
        ------
        BadInput and as :meth:`open_codes`
            If there is none of that number, or it is damaged.
        """
        take = Takes(self.home).find(number)
        return self.open_codes(slot, storage.load(take.codes), title=take.require_record().title)

    def open_slot(self, slot: str, other: str) -> OpenSound:
        """Open the sound of the other slot here, too, with its edits.

        Raises
        ------
        BadInput
            If that is empty.
        """
        sound = self.sound(other)
        return self.open_codes(slot, sound.session.codes, title=sound.title)

    def close(self, slot: str) -> None:
        """Close a sound; what is not kept elsewhere is gone."""
        _check_slot(slot)
        with self._lock:
            self._slots.pop(slot, None)
            self._files.forget(slot)

    def sound(self, slot: str) -> OpenSound:
        """Return an open sound.

        Raises
        ------
        BadInput
            If there is none in the slot.
        """
        return self._slot(slot).sound

    def open_slots(self) -> tuple[str, ...]:
        """Return the slots in which there is a sound."""
        return tuple(name for name in SLOTS if name in self._slots)

    def model_of(self, codes: Codes) -> Model:
        """Return the model that made some codes, opened once.

        Raises
        ------
        UnknownModel, ForeignCodes, BadModelFile
            If it is not there.
        """
        known = self._models.get(codes.fingerprint)
        if known is None:
            name = maker(codes.model, codes.fingerprint, home=self.home)
            if not name:
                raise UnknownModel("this sound does not name its model; encode the sound again.")
            known = self._opener(Path(name).stem if isinstance(name, Path) else name)
            codes.require_model(known.fingerprint, known.name)
            used = {slot.sound.session.original.fingerprint for slot in self._slots.values()}
            self._models = {key: model for key, model in self._models.items() if key in used}
            self._models[codes.fingerprint] = known
        return known

    # Editing

    def do(
        self, slot: str, do: Sequence[str | Edit], *, label: str = "", revision: int | None = None
    ) -> Change:
        """Make edits as one gesture: all or none; locked levels stay as they are.

        Parameters
        ----------
        do : sequence of str or Edit
            As for :func:`distill.api.edit`; ``with=A`` or ``with=B`` names an open sound.
        label : str
            What the history of edits calls it.
        revision : int, optional
            What the sound looked like to whoever asks; it is not checked if left out.

        Raises
        ------
        BadSetting, BadCodes, NoSpace
            If one cannot be made; then nothing has changed.
        Superseded
            If the sound has changed since.
        """
        codes = self.sound(slot).sound
        load = self._codes_named
        edits = [one if isinstance(one, Edit) else parse(one, codes=codes, load=load) for one in do]
        return self._change(slot, lambda sound: sound.do(edits, label), revision)

    def do_records(
        self, slot: str, records: Sequence[Mapping[str, Any]], *, label: str = "", revision: int | None = None
    ) -> Change:
        """Make edits that are written as records; one with ``"with": "B"`` takes its codes from that open sound.

        Raises
        ------
        BadSetting, BadCodes, ForeignCodes, NoSpace, Superseded
            As :meth:`do`.
        """
        edits = [self._edit_of(slot, dict(record)) for record in records]
        return self.do(slot, edits, label=label, revision=revision)

    def undo(self, slot: str, count: int = 1, *, revision: int | None = None) -> Change:
        """Take back the last gestures.

        Raises
        ------
        BadSetting, Superseded, NoSpace
            If there are not so many, or the sound has changed.
        """
        return self._change(slot, lambda sound: sound.undo(count), revision)

    def redo(self, slot: str, count: int = 1, *, revision: int | None = None) -> Change:
        """Do gestures again that were taken back.

        Raises
        ------
        BadSetting, Superseded, NoSpace
            If there are not so many, or the sound has changed.
        """
        return self._change(slot, lambda sound: sound.redo(count), revision)

    def swap(self, region: Region, *, revisions: Mapping[str, int] | None = None) -> dict[str, Change]:
        """Exchange what lies in a region of both open sounds; levels locked in either stay.

        Raises
        ------
        BadInput, BadSetting, ForeignCodes, NoSpace, Superseded
            One sentence each; then neither has changed.
        """
        with self._lock:
            a, b = self.sound("A"), self.sound("B")
            for slot, revision in (revisions or {}).items():
                self._check_revision(slot, revision)
            both = swapped(a.sound, b.sound, region, locked=(*a.locked, *b.locked))
            edits = {"A": edits_of(both.a)[-1], "B": edits_of(both.b)[-1]}
            return {slot: self.do(slot, [edit], label="Swap A and B") for slot, edit in edits.items()}

    def copied(self, slot: str, region: Region) -> Material:
        """Copy what lies in a region's stretch of time.

        Raises
        ------
        BadSetting, BadCodes
            If it has no cells there.
        """
        return copied(self.sound(slot).sound, region)

    def apply_template(self, slot: str, name: str, *, revision: int | None = None) -> Change:
        """Make the edits of a template, as one gesture.

        Raises
        ------
        BadInput, BadSetting, BadCodes, NoSpace, Superseded
            One sentence each; then nothing has changed.
        """
        return self.do(slot, Templates(self.home).load(name), label=f"Template {name}", revision=revision)

    def save_template(self, slot: str, name: str, *, replace: bool = False) -> Path:
        """Keep the edits of an open sound under a name, to be made on other sounds.

        Raises
        ------
        BadSetting, NameTaken, NoSpace
            One sentence each.
        """
        return Templates(self.home).save(name, self.sound(slot).session.done, replace=replace)

    def regenerate(
        self,
        slot: str,
        region: Region,
        *,
        creativity: float | None = None,
        seed: int = 0,
        report: Report = silent,
        cancel: Cancel | None = None,
    ) -> tuple[Change, Rewriting]:
        """Let the model's prior rewrite a selection so that its edges fit; locked levels stay.

        Raises
        ------
        BadSetting, NoSpace, Cancelled, Superseded
            If the model has no prior, the selection is too long, or the sound changed meanwhile.
        """
        with self._lock:
            sound, revision = self.sound(slot), self.sound(slot).revision
            codes = sound.sound
            region = region.without(sound.locked, codes.num_levels)
        made = rewritten(
            self.model_of(codes),
            codes,
            region,
            creativity=creativity,
            seed=seed,
            report=report,
            cancel=cancel,
        )
        return self.do(slot, [made.edit], label="Regenerate", revision=revision), made

    # Levels and time

    def set_levels(
        self, slot: str, *, locked: Collection[int], muted: Collection[int], soloed: Collection[int]
    ) -> None:
        """Lock, mute and solo levels of an open sound.

        Raises
        ------
        BadInput, BadSetting, NoSpace
            If there is no such level.
        """
        with self._lock:
            sound = self.sound(slot)
            sound.set_levels(locked=locked, muted=muted, soloed=soloed)
            self._files.save(slot, sound.kept())

    def set_tempo(self, slot: str, tempo: Tempo | None, snap: float | None = None) -> None:
        """Give an open sound a tempo, and lines that selections move to.

        Parameters
        ----------
        snap : float, optional
            Beats between two lines.

        Raises
        ------
        BadSetting, NoSpace
            If there cannot be such lines.
        """
        if snap is not None and not 0 < snap <= 1024:
            raise BadSetting(
                f"lines {snap:g} beats apart were asked for; choose more than 0 and at most 1024."
            )
        with self._lock:
            sound = self.sound(slot)
            sound.tempo, sound.snap = tempo, snap if tempo is not None else None
            self._files.save(slot, sound.kept())

    # Hearing and keeping

    def hear(self, slot: str, *, have: int = 0, original: bool = False) -> Heard:
        """Return the sound of the levels that are heard, or what of it is new.

        Parameters
        ----------
        have : int
            Number of the sound that is known already (:class:`distill.api.hearing.Heard`).
        original : bool
            The sound before its first edit.

        Raises
        ------
        BadInput, UnknownModel, ForeignCodes
            If the slot is empty, or its model is gone.
        """
        with self._lock:
            there = self._slot(slot)
            sound = there.sound
            codes = sound.session.original if original else sound.sound
            hearing, audible = there.original if original else there.hearing, sound.audible
        return hearing.sound(self.model_of(codes).codec, codes, audible, have=have)

    def strip(self, slot: str, *, points: int = 2000) -> Strip:
        """Return the waveform and spectrogram of what is heard.

        Raises
        ------
        BadInput, UnknownModel, ForeignCodes
            As :meth:`hear`.
        """
        from distill.pictures import mel_levels

        clip = Clip(self.hear(slot).samples, SAMPLE_RATE)
        return Strip(outline_of(clip.samples, points=points), mel_levels(clip))

    def codes(self, slot: str) -> Codes:
        """Return the codes of an open sound with their list of edits.

        Raises
        ------
        BadInput
            If the slot is empty.
        """
        with self._lock:
            return self.sound(slot).session.codes

    def keep(self, slot: str, *, report: Report = silent, cancel: Cancel | None = None) -> Written:
        """Keep an open sound as a take of the history, with all of its levels.

        Raises
        ------
        BadInput, UnknownModel, ForeignCodes, NoSpace
            If it could not be made; why it could not be kept is said in its sentences.
        """
        codes, sound = self.codes(slot), self.sound(slot)
        model = self.model_of(codes)
        with tempfile.TemporaryDirectory(prefix="distill-") as folder:
            target = Path(folder) / f"{_file_name(sound.title)}.wav"
            written = write_sound(model, codes, target, None, 0, report, cancel)
            kept = as_take("edit", written, model, codes, self.home)
        if len(sound.audible) < codes.num_levels:
            return Written(
                kept.path, kept.seconds, (*kept.sentences, "Muted levels are heard in it, too."), kept.take
            )
        return kept

    # Inside

    def _slot(self, slot: str) -> _Slot:
        _check_slot(slot)
        there = self._slots.get(slot)
        if there is None:
            raise BadInput(f"there is no sound in {slot} any more; open one first.")
        return there

    def _check_revision(self, slot: str, revision: int | None) -> None:
        if revision is not None and revision != self.sound(slot).revision:
            raise Superseded(
                f"sound {slot} was changed elsewhere meanwhile, in another window perhaps; it is shown as it is now, so "
                "make the edit again."
            )

    def _change(self, slot: str, act: Callable[[OpenSound], None], revision: int | None) -> Change:
        with self._lock:
            sound = self.sound(slot)
            self._check_revision(slot, revision)
            before = sound.sound
            act(sound)
            self._revision += 1
            sound.revision = self._revision
            change = sound.changed_since(before)
            try:
                self._files.save(slot, sound.kept())
            except NoSpace as error:  # what was done is heard all the same
                return replace(change, sentences=(f"The edit is made, but not kept on the disk: {error}",))
            return change

    def _edit_of(self, slot: str, record: dict[str, Any]) -> Edit:
        source = record.pop("with", None)
        if source is not None and isinstance(record.get("operation"), str):
            kind = operation(record["operation"])
            name = kind.carries()
            if name is None or not isinstance(record.get("arguments"), dict):
                raise BadSetting(f"{kind.name} takes no codes of another sound; leave it out.")
            region = Region.from_json(record.get("region") or {})
            material = brought(kind, self._codes_named(str(source)), self.sound(slot).sound, region)
            record["arguments"] = record["arguments"] | {name: material.to_json()}
        return Edit.from_json(record)

    def _codes_named(self, name: str) -> Codes:
        if name not in SLOTS:
            raise BadSetting(f"{name[:40]!r} is no open sound; name A or B.")
        return self.sound(name).sound

    def _entries_of(self, codes: Codes) -> Any:
        return self.model_of(codes).measured("this edit")

    def _resume(self, name: str) -> None:
        kept = self._files.load(name)
        if kept is None:
            return
        sound = OpenSound.resumed(kept, entries=partial(self._entries_of, kept.original))
        self._slots[name] = _Slot(sound)
        self._revision = max(self._revision, sound.revision)


def _check_slot(slot: str) -> None:
    if slot not in SLOTS:
        raise BadSetting(f"there is no place {slot[:40]!r} for a sound; choose A or B.")


def _too_long(title: str, seconds: float) -> BadSound:
    return BadSound(
        f"{title!r} is {seconds / 60:.1f} min long, and the editor opens up to {MOST_SECONDS / 60:g} min; cut a part out "
        "of it first."
    )


def _file_name(title: str) -> str:
    """Make a title the name of a file on any system."""
    return re.sub(r"[^\w -]+", " ", title).strip()[:80] or "sound"
