"""Editing the two open sounds: gestures made, taken back, exchanged, regenerated; levels, tempo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from distill.api.changes import Change
from distill.api.open_sounds import OpenSound
from distill.api.project_slots import SLOTS, Slots
from distill.api.regenerating import Rewriting, rewritten
from distill.codes.bringing import brought
from distill.codes.editing import Edit, edits_of
from distill.codes.grid import Codes
from distill.codes.material import Material, copied
from distill.codes.operation import operation
from distill.codes.region import Region
from distill.codes.spelling import parse
from distill.codes.swapping import swapped
from distill.codes.tempo import Tempo
from distill.errors import BadSetting, LibraryBusy, NoSpace, Superseded
from distill.library.templates import Templates
from distill.progress import Cancel, Report, silent

__all__ = ["EditedSlots"]


class EditedSlots(Slots):
    """Open sounds that can be edited."""

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
            for slot in SLOTS:
                self._check_revision(slot, (revisions or {}).get(slot))
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

    def set_levels(
        self, slot: str, *, locked: Collection[int], muted: Collection[int], soloed: Collection[int]
    ) -> None:
        """Lock, mute and solo levels of an open sound.

        Raises
        ------
        BadInput, BadSetting, NoSpace, LibraryBusy, Superseded
            If there is no such level; it cannot be kept; or another process has changed the sound.
        """
        with self._lock:
            sound = self.sound(slot)
            sound.set_levels(locked=locked, muted=muted, soloed=soloed)
            self._keep(slot, sound)

    def set_tempo(self, slot: str, tempo: Tempo | None, snap: float | None = None) -> None:
        """Give an open sound a tempo, and lines that selections move to.

        Parameters
        ----------
        snap : float, optional
            Beats between two lines.

        Raises
        ------
        BadSetting, NoSpace, LibraryBusy, Superseded
            If there cannot be such lines; they cannot be kept; or another process has changed the sound.
        """
        if snap is not None and not 0 < snap <= 1024:
            raise BadSetting(
                f"lines {snap:g} beats apart were asked for; choose more than 0 and at most 1024."
            )
        with self._lock:
            sound = self.sound(slot)
            sound.tempo, sound.snap = tempo, snap if tempo is not None else None
            self._keep(slot, sound)

    def _check_revision(self, slot: str, revision: int | None) -> None:
        self._or_anew(slot, lambda: self._files.require_own(slot))
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
                self._keep(slot, sound)
            except (LibraryBusy, NoSpace) as error:  # what was done is heard all the same
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
