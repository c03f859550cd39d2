"""The history: every sound that was made is kept as a take, numbered upwards, until there is no more room for it.

Numbers, not dates, are the order, so a clock that goes backwards changes nothing. When takes need more room than the owner
gave them, the oldest without a star go to the bin, and what has lain longest in the bin goes for good when that is as full.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distill.codes.grid import Codes
from distill.errors import BadInput, DistillError
from distill.home import home as user_folder
from distill.library.bin import Bin, Binned
from distill.library.folder_index import FolderIndex
from distill.library.index_file import IndexFile
from distill.library.locking import sweep, writing
from distill.library.names import spelling
from distill.library.settings import room_for_takes
from distill.library.take_files import (
    RECORD,
    Take,
    TakeRecord,
    check_note,
    read_take,
    write_record,
    write_take,
)
from distill.library.take_room import make_room
from distill.replacing import sync_folder, why_not

__all__ = ["Takes"]

_VERSION = 1  # of what the index keeps of a take


class Takes:
    """The takes below one user folder.

    Parameters
    ----------
    home : path, optional
        The user folder (:func:`distill.home.home`).
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self._home = user_folder(home)
        self.folder = self._home / "takes"
        self.bin = Bin(self._home, "takes")
        self._numbers = IndexFile(
            self._home / "index" / "last-take.json", kind="numbers", called="The last take's number"
        )

    def add(
        self,
        record: TakeRecord,
        codes: Codes,
        *,
        sound: Path | None = None,
        recipe: Mapping[str, Any] | None = None,
    ) -> tuple[Take, tuple[str, ...]]:
        """Keep a sound, its codes and its recipe as a new take.

        Returns
        -------
        the take, and sentences on what had to make room for it

        Raises
        ------
        NoSpace, LibraryBusy, BadCodes
            If it cannot be kept; then there is no new take.
        """
        with self._writing():
            number = self._next_number()
            whole = self.folder / f"{number:06}"
            part = self.folder / f".{secrets.token_hex(8)}.part"
            part.mkdir()
            try:
                write_take(part, record, codes, sound=sound, recipe=recipe)
                sync_folder(part)
                os.rename(part, whole)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            sync_folder(self.folder)
            take = read_take(whole)
            return take, self._made_room(take)

    def _made_room(self, new: Take) -> tuple[str, ...]:
        """Make room for a take that is kept, whatever comes of that."""
        gib, sentences = room_for_takes(self._home)
        if gib is None:
            return sentences
        try:
            return (*sentences, *make_room(self.list()[0], new, self.bin, gib=gib))
        except DistillError as error:
            why = str(error)
        except OSError as error:
            why = f"{why_not(error)}."
        return (*sentences, f"Take {new.number} is kept, but no room could be made for it: {why}")

    def list(self, search: str = "", *, starred: bool = False) -> tuple[list[Take], tuple[str, ...]]:
        """Return takes, the newest last, and what happened to their index, if anything did.

        Parameters
        ----------
        search : str
            Only those that have all of these words in their title, note, model, source or path.
        starred : bool
            Only those with a star.

        Raises
        ------
        BadInput
            If the folder of takes cannot be read.
        """
        sweep(self.folder)
        folders = self._folders()
        index = FolderIndex(
            self._home, "takes", _described, version=_VERSION, name_of=lambda path: path.parent.name
        )
        looked = index.look([folder / RECORD for folder in folders])
        known = {path.parent: _take_of(path.parent, about) for path, about in looked.about.items()}
        # A folder without a record (someone deleted it) is told as damaged, not passed over.
        takes = [known.get(folder) or read_take(folder) for folder in folders]
        # One that another process moved to the bin since the folders were looked up is no take any more.
        takes = [take for take in takes if take.damaged is None or os.path.lexists(take.folder)]
        wanted = spelling(search).split()
        return [
            take
            for take in takes
            if all(word in _searched(take) for word in wanted)
            and (not starred or (take.record is not None and take.record.starred))
        ], looked.sentences

    def find(self, number: int | str) -> Take:
        """Return a take by its number, or the last one by ``"last"``.

        Raises
        ------
        BadInput
            If there is none.
        """
        folders = self._folders()
        said = str(number).strip()
        if said == "last" and folders:
            return read_take(folders[-1])
        for folder in folders:
            if said.isdecimal() and len(said) < 19 and int(folder.name) == int(said):
                return read_take(folder)
        if not folders:
            raise BadInput(
                f"there is no take {said[:40]!r}: none was kept yet; make a sound with distill generate first."
            )
        raise BadInput(
            f"there is no take {said[:40]!r}; there are {len(folders)}, from {int(folders[0].name)} to "
            f"{int(folders[-1].name)}: distill takes list shows them."
        )

    def change(self, number: int | str, **changed: object) -> Take:
        """Change what the owner says of a take: ``starred``, ``note``.

        Raises
        ------
        BadInput, BadSetting, NoSpace, LibraryBusy
            One sentence each; then it is as it was.
        """
        check_note(changed.get("note", ""))
        with self._writing():
            take = self.find(number)
            write_record(take.folder, take.require_record().model_copy(update=changed))
            return read_take(take.folder)

    def delete(self, *numbers: int | str) -> Sequence[Binned]:
        """Move takes to the bin, if all of them are there.

        Raises
        ------
        BadInput, NoSpace, LibraryBusy
            One sentence each; those that were not moved are still there.
        """
        with writing(self.folder):
            folders = dict.fromkeys(self.find(number).folder for number in numbers)
            return [self.bin.put(folder) for folder in folders]

    def restore(self, number: int | str) -> Take:
        """Bring a take back from the bin, under its number.

        Raises
        ------
        BadInput, NoSpace, LibraryBusy
            One sentence each; then it is still in the bin.
        """
        said = str(number).strip()
        one = self.bin.find(f"{int(said):06}" if said.isdecimal() and len(said) < 19 else said)
        with writing(self.folder):
            return read_take(self.bin.take_out(one, self.folder / one.path.name))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the takes, and remove what killed writers left in any of them."""
        with writing(self.folder):
            for folder in self._folders():
                sweep(folder, older_than=None)
            yield

    def _next_number(self) -> int:
        """One more than any take ever had: here, in the bin, or gone for good."""
        last = self._numbers.read().content
        known = [int(folder.name) for folder in self._folders()]
        known += [int(one.name) for one in self.bin.list() if one.name.isdecimal()]
        number = max([last if isinstance(last, int) else 0, *known]) + 1
        with writing(self._numbers.path.parent):
            self._numbers.write(number)
        return number

    def _folders(self) -> Sequence[Path]:
        try:
            with os.scandir(self.folder) as found:
                names = [item.name for item in found if item.name.isdecimal() and os.path.isdir(item.path)]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BadInput(
                f"the takes folder {str(self.folder)!r} cannot be read: {why_not(error)}; "
                "give yourself access to it, or move the user folder with DISTILL_HOME."
            ) from None
        return [self.folder / name for name in sorted(names, key=int)]


def _described(path: Path) -> dict[str, Any]:
    take = read_take(path.parent)
    record = None if take.record is None else take.record.model_dump(mode="json")
    return {"size_bytes": take.size_bytes, "record": record, "damaged": take.damaged}


def _take_of(folder: Path, about: Mapping[str, Any]) -> Take:
    record = about.get("record")
    known = TakeRecord.model_construct(**record) if isinstance(record, dict) else None
    return Take(int(folder.name), folder, int(about.get("size_bytes", 0)), known, about.get("damaged"))


def _searched(take: Take) -> str:
    one = take.record
    words = () if one is None else (one.title, one.note, one.model, one.source, one.path, one.verb)
    return spelling("\n".join((str(take.number), *words)))
