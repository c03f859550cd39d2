"""The editor's open sounds on the disk: one file each, replaced whole after every change, so that no work is ever lost.

::

    projects/current/A.json    the sound before its first edit and as it stands (packed), all edits with those taken back,
    projects/current/B.json    what was done in one gesture, locked, muted and soloed levels, tempo and snap

Two processes may have one user folder open: what one of them has changed, the other does not write over.

A damaged file is moved aside under ``.damaged`` and told in one sentence; the slot is empty then. One that the system does
not let be read may be whole: it stays, and is moved to ``.unread`` only when another sound takes its place.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from distill.codes.json_values import JSONError, loads
from distill.errors import BadCodes, BadInput, BadSetting, NoSpace, Superseded
from distill.home import home as user_folder
from distill.library.file_key import file_key
from distill.library.kept_sound import KeptSound, sound_of, written
from distill.library.locking import writing
from distill.replacing import replacing, why_not

__all__ = ["ProjectFiles"]

_LARGEST = 256 * 2**20  # bytes


class ProjectFiles:
    """The files of the project that is open, below one user folder.

    Parameters
    ----------
    home : path, optional
        The user folder (:func:`distill.home.home`).
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.folder = user_folder(home) / "projects" / "current"
        # Of slots whose file could not be opened: where it may go.
        self._in_the_way: dict[str, Path] = {}
        # As each file was when it was last read or written here: another is another process's work.
        self._known: dict[str, list[int] | None] = {}

    def save(self, slot: str, sound: KeptSound) -> None:
        """Keep an open sound.

        Raises
        ------
        NoSpace, LibraryBusy
            If it cannot be written, or is larger than :meth:`load` would read; what was kept before is still there.
        Superseded
            If another process has kept another one there since.
        """
        content = written(sound)
        if len(content) > _LARGEST:
            raise NoSpace(
                f"the edits of sound {slot} are more than its file can hold ({_LARGEST // 2**20} MiB); keep the sound in the "
                "history, and go on from that take."
            )
        with writing(self.folder):
            self.require_own(slot)
            self._make_way(slot)
            with replacing(self._path(slot)) as file:
                file.write(content)
            self._known[slot] = file_key(self._path(slot))

    def load(self, slot: str) -> KeptSound | None:
        """Return an open sound as it was kept; None if there is none.

        Raises
        ------
        BadInput
            If the file is damaged; it has been moved aside then. If it cannot be read; it is left as it is then.
        """
        path = self._path(slot)
        self._known[slot] = file_key(path)
        try:
            if path.stat().st_size > _LARGEST:
                raise JSONError("it is larger than any sound that can be opened")
            return sound_of(loads(path.read_bytes()))
        except FileNotFoundError:
            return None
        except ValidationError:
            why = "it is none of Distill's"
        except OSError as error:
            self._in_the_way[slot] = path.with_suffix(".unread")
            raise BadInput(
                f"sound {slot} could not be opened as it was left ({why_not(error)}); its file {str(path)!r} was left "
                "as it is, so let Distill read it and start Distill again, or open the sound again."
            ) from None
        except (JSONError, BadCodes, BadSetting) as error:
            why = str(error).rstrip(".")
        aside = path.with_suffix(".damaged")
        try:
            os.replace(path, aside)
        except OSError:
            self._in_the_way[slot], aside = aside, path
        raise BadInput(
            f"sound {slot} could not be opened as it was left ({why}); its file is kept as {str(aside)!r}, so open the "
            "sound again."
        )

    def forget(self, slot: str) -> None:
        """Close a slot.

        Raises
        ------
        Superseded
            If another process has kept another sound there since.
        """
        if slot in self._in_the_way:  # never opened, so it is not what is closed
            return
        with suppress(NoSpace), writing(self.folder):
            self.require_own(slot)
            self._path(slot).unlink(missing_ok=True)

    def require_own(self, slot: str) -> None:
        """Make sure that what is kept of a slot is what was last read or written here.

        Raises
        ------
        Superseded
            If another process has written it since. One that is gone has nothing to lose.
        """
        key = file_key(self._path(slot))
        if slot not in self._in_the_way and key is not None and key != self._known.get(slot):
            raise Superseded(
                f"sound {slot} was changed by another Distill on this user folder; it is taken as it is there now, so look "
                "at it (reload the page) and do that again."
            )

    def _make_way(self, slot: str) -> None:
        """Move a file that could not be opened out of the way of another."""
        aside = self._in_the_way.get(slot)
        if aside is None:
            return
        path = self._path(slot)
        try:
            os.replace(path, aside)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise NoSpace(
                f"what was left in {slot} could not be moved to {str(aside)!r}: {why_not(error)}; move {str(path)!r} "
                "away, then try again."
            ) from None
        del self._in_the_way[slot]

    def _path(self, slot: str) -> Path:
        return self.folder / f"{slot}.json"
