"""Where the editor's two sounds are opened, found and closed; what they are when Distill starts again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from distill.api.encoding import encoded
from distill.api.hearing import Hearing
from distill.api.library import Model, maker, open_model
from distill.api.open_sounds import OpenSound
from distill.audio.files import probe
from distill.codes import storage
from distill.codes.entries import Entries
from distill.codes.grid import Codes
from distill.codes.limits import shown_text
from distill.errors import BadInput, BadSetting, BadSound, DistillError, Superseded, UnknownModel
from distill.library.project_files import ProjectFiles
from distill.library.takes import Takes
from distill.progress import Cancel, Report, silent

__all__ = ["MOST_SECONDS", "SLOTS", "Slot", "Slots"]

SLOTS = ("A", "B")
MOST_SECONDS = (
    180.0  # of an open sound: its samples are held in memory, and it is encoded while a person waits
)


@dataclass
class Slot:
    """An open sound, and how it sounds now and sounded before its first edit."""

    sound: OpenSound
    hearing: Hearing = field(default_factory=Hearing)
    original: Hearing = field(default_factory=Hearing)


class Slots:
    """Two places for open sounds, kept on the disk; parameters as :class:`distill.api.project.Project`."""

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
        self._slots: dict[str, Slot] = {}
        self._models: dict[str, Model] = {}
        self._revision = 0
        sentences = []
        for name in SLOTS:
            try:
                self._resume(name)
            except DistillError as error:
                sentences.append(str(error))
        self.sentences = tuple(sentences)

    def open_file(
        self,
        slot: str,
        path: Path | str,
        *,
        model: str | None = None,
        title: str = "",
        search: int | None = None,
        report: Report = silent,
        cancel: Cancel | None = None,
    ) -> OpenSound:
        """Open a ``.codes`` file, or encode a sound.

        Parameters
        ----------
        model : str, optional
            What a sound is encoded with; codes know theirs.
        search : int in 0..1000, optional
            Rounds of a search for codes that come nearer to a sound; as :func:`distill.api.encode`.

        Raises
        ------
        BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, NoSpace
            One sentence each; then the slot is as it was.
        Superseded
            If what is in the slot has changed while the sound was encoded; it stays with all that can be undone.
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
        seen = self._revision_in(slot)
        codes = encoded(self._opener(model), path, report, cancel, search=search)
        if cancel is not None:
            cancel.check()  # whoever has stopped it at the last moment does not want it either
        return self.open_codes(slot, codes, title=title or path.stem, revision=seen)

    def open_codes(self, slot: str, codes: Codes, *, title: str, revision: int | None = None) -> OpenSound:
        """Open codes; edits that they have behind them can be undone.

        Parameters
        ----------
        revision : int, optional
            Of the sound that they take the place of, 0 for none; it is not checked if left out.

        Raises
        ------
        BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, NoSpace
            If they are too long, or their model is not there.
        Superseded
            If another sound is there, or that one has changed.
        """
        _check_slot(slot)
        if codes.seconds > MOST_SECONDS:
            raise _too_long(title, codes.seconds)
        self.model_of(codes)
        with self._lock:
            if revision is not None and revision != self._revision_in(slot):
                raise Superseded(
                    f"sound {slot} was changed while {shown_text(title[:80])!r} was being opened in its place, so it stays as it "
                    "is; open that one again if it shall take its place."
                )
            self._revision += 1
            sound = OpenSound(
                codes,
                title=shown_text(title[:300]),
                revision=self._revision,
                entries=partial(self._entries_of, codes),
            )
            self._keep(slot, sound)
            self._slots[slot] = Slot(sound)
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
        """Close a sound; what is not kept elsewhere is gone.

        Raises
        ------
        Superseded
            If another process has changed it since; it is that process's sound then.
        """
        _check_slot(slot)
        with self._lock:
            self._or_anew(slot, lambda: self._files.forget(slot))
            self._slots.pop(slot, None)

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

    def _slot(self, slot: str) -> Slot:
        _check_slot(slot)
        there = self._slots.get(slot)
        if there is None:
            raise BadInput(f"there is no sound in {slot} any more; open one first.")
        return there

    def _revision_in(self, slot: str) -> int:
        there = self._slots.get(slot)
        return there.sound.revision if there is not None else 0

    def _entries_of(self, codes: Codes) -> Entries:
        return self.model_of(codes).measured("this edit")

    def _keep(self, slot: str, sound: OpenSound) -> None:
        """Keep a sound on the disk, unless another process has kept one in its place."""
        self._or_anew(slot, lambda: self._files.save(slot, sound.kept()))

    def _or_anew(self, slot: str, act: Callable[[], None]) -> None:
        """Do what is refused where another process has changed a sound; it is opened as that process has left it then."""
        try:
            act()
        except Superseded:
            self._slots.pop(slot, None)
            with suppress(DistillError):  # damaged meanwhile: the slot is empty
                self._resume(slot)
                self._revision += 1  # newer than whatever anybody here has seen of it
                self._slots[slot].sound.revision = self._revision
            raise

    def _resume(self, name: str) -> None:
        kept = self._files.load(name)
        if kept is None:
            return
        sound = OpenSound.resumed(kept, entries=partial(self._entries_of, kept.original))
        self._slots[name] = Slot(sound)
        self._revision = max(self._revision, sound.revision)


def _check_slot(slot: str) -> None:
    if slot not in SLOTS:
        raise BadSetting(f"there is no place {slot[:40]!r} for a sound; choose A or B.")


def _too_long(title: str, seconds: float) -> BadSound:
    return BadSound(
        f"{title!r} is {seconds / 60:.1f} min long, and the editor opens up to {MOST_SECONDS / 60:g} min; cut a part out "
        "of it first."
    )
