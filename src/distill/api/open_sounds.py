"""One open sound of the editor: its codes, gestures done and taken back, levels, tempo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from distill.api.changes import Change, packed
from distill.codes.editing import Edit
from distill.codes.grid import Codes
from distill.codes.json_values import dumps
from distill.codes.level_names import level_name
from distill.codes.operation import Known
from distill.codes.region import check_levels
from distill.codes.session import Session
from distill.codes.spelling import spelled
from distill.codes.tempo import Tempo
from distill.errors import BadSetting
from distill.library.kept_sound import Gesture, KeptSound

__all__ = ["OpenSound"]

MOST_LABEL = 200
SHOWN_DONE, SHOWN_UNDONE = 60, 20  # labels that are told; undo itself has no limit


class OpenSound:
    """A sound in a slot of the project.

    Parameters
    ----------
    codes : Codes
        Edited before or not.
    title : str
    entries : Entries, or function that gives them, optional
        The model's.
    """

    def __init__(self, codes: Codes, *, title: str, revision: int, entries: Known = None) -> None:
        self.title = title
        self.revision = revision
        self.session = Session(codes, entries=entries)
        self.locked: tuple[int, ...] = ()
        self.muted: tuple[int, ...] = ()
        self.soloed: tuple[int, ...] = ()
        self.tempo: Tempo | None = None
        self.snap: float | None = None
        done = self.session.done
        self._gestures = [Gesture(spelled(edit, step_rate=codes.step_rate)[:MOST_LABEL], 1) for edit in done]
        self._position = len(self._gestures)
        self._records = [_record(edit) for edit in done]

    @classmethod
    def resumed(cls, kept: KeptSound, *, entries: Known = None) -> OpenSound:
        """Open a sound as it was left.

        Raises
        ------
        BadCodes, BadSetting
            If what was kept does not belong together.
        """
        sound = cls(kept.original, title=kept.title, revision=kept.revision, entries=entries)
        in_force = sum(gesture.count for gesture in kept.gestures[: kept.position])
        sound.session = Session.resumed(kept.original, kept.edits, in_force, kept.now, entries=entries)
        sound._gestures, sound._position = list(kept.gestures), kept.position
        sound._records = [_record(edit) for edit in kept.edits]
        sound.locked, sound.muted, sound.soloed = kept.locked, kept.muted, kept.soloed
        sound.tempo = None if kept.bpm is None else Tempo(kept.bpm, kept.beats_per_bar)
        sound.snap = kept.snap
        return sound

    def kept(self) -> KeptSound:
        """Return what has to be kept to open it again."""
        tempo = self.tempo
        return KeptSound(
            self.title,
            self.session.original,
            self.session.sound,
            (*self.session.done, *self.session.taken_back),
            self._position,
            tuple(self._gestures),
            self.locked,
            self.muted,
            self.soloed,
            None if tempo is None else tempo.bpm,
            4 if tempo is None else tempo.beats_per_bar,
            self.snap,
            self.revision,
            tuple(self._records),
        )

    @property
    def sound(self) -> Codes:
        """The codes as they stand, without their list of edits."""
        return self.session.sound

    @property
    def done(self) -> tuple[str, ...]:
        """What was done, oldest first."""
        return tuple(gesture.label for gesture in self._gestures[: self._position])

    @property
    def undone(self) -> tuple[str, ...]:
        """What :meth:`redo` would do again, the next first."""
        return tuple(gesture.label for gesture in self._gestures[self._position :])

    @property
    def audible(self) -> frozenset[int]:
        """The levels that are heard: those soloed, or all, without those muted."""
        wanted = self.soloed or range(1, self.sound.num_levels + 1)
        return frozenset(wanted) - frozenset(self.muted)

    def do(self, edits: Sequence[Edit], label: str) -> None:
        """Make edits as one gesture; locked levels stay as they are.

        Raises
        ------
        BadSetting, BadCodes
            If one cannot be made; then nothing has changed.
        """
        if not edits:
            raise BadSetting("no edit was given; select something, and choose what to do with it.")
        levels = self.sound.num_levels
        edits = [Edit(one.operation, one.region.without(self.locked, levels), one.seed) for one in edits]
        self.session.do(edits[0], *edits[1:])
        before = sum(gesture.count for gesture in self._gestures[: self._position])
        del self._gestures[self._position :], self._records[before:]
        told = " ".join(label.split()) or spelled(edits[0], step_rate=self.sound.step_rate)
        self._gestures.append(Gesture(told[:MOST_LABEL], len(edits)))
        self._records += [_record(edit) for edit in edits]
        self._position += 1

    def undo(self, count: int = 1) -> None:
        """Take back the last gestures.

        Raises
        ------
        BadSetting
            If there are not so many.
        """
        self._check(count, self._position, "undone")
        self.session.undo(sum(one.count for one in self._gestures[self._position - count : self._position]))
        self._position -= count

    def redo(self, count: int = 1) -> None:
        """Do gestures again that were taken back.

        Raises
        ------
        BadSetting
            If there are not so many.
        """
        self._check(count, len(self._gestures) - self._position, "done again")
        self.session.redo(sum(one.count for one in self._gestures[self._position : self._position + count]))
        self._position += count

    def set_levels(self, *, locked: Collection[int], muted: Collection[int], soloed: Collection[int]) -> None:
        """Lock, mute and solo levels.

        Raises
        ------
        BadSetting
            If there is no such level.
        """
        check_levels({*locked, *muted, *soloed}, self.sound.num_levels)
        self.locked, self.muted, self.soloed = (tuple(sorted(set(one))) for one in (locked, muted, soloed))

    def history_json(self) -> dict[str, Any]:
        """What was done, as JSON values: the newest labels, and how many there are."""
        return {
            "done": list(self.done[-SHOWN_DONE:]),
            "undone": list(self.undone[:SHOWN_UNDONE]),
            "done_count": self._position,
            "undone_count": len(self._gestures) - self._position,
        }

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values, the codes as 16-bit numbers in base 64."""
        now, original = self.sound, self.session.original
        tempo = None
        if self.tempo is not None:
            tempo = {"bpm": self.tempo.bpm, "beats_per_bar": self.tempo.beats_per_bar}
        return {
            "title": self.title,
            "model": now.model,
            "fingerprint": now.fingerprint,
            "fps": now.step_rate,
            "codebook_size": now.codebook_size,
            "channels": now.num_channels,
            "levels": now.num_levels,
            "steps": now.num_steps,
            "seconds": now.seconds,
            "codes": packed(now.grid),
            "original": packed(original.grid),
            "original_steps": original.num_steps,
            "rev": self.revision,
            "locked": list(self.locked),
            "muted": list(self.muted),
            "soloed": list(self.soloed),
            "tempo": tempo,
            "snap": self.snap,
            "level_names": [level_name(level, now.num_levels) for level in range(1, now.num_levels + 1)],
        } | self.history_json()

    def changed_since(self, before: Codes) -> Change:
        """Find the stretch that differs from what the sound was."""
        return Change.between(before.grid, self.sound.grid, revision=self.revision)

    @staticmethod
    def _check(count: int, there: int, what: str) -> None:
        if not 1 <= count <= there:
            raise BadSetting(
                f"{count} gestures were to be {what}, and there are {there}; choose 1 to {there}."
                if there
                else f"there is nothing that could be {what}."
            )


def _record(edit: Edit) -> bytes:
    return dumps(edit.to_json())
