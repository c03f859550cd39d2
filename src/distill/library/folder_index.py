"""What many files say about themselves, read once each: a list of a folder that is never out of step with it.

The folder is the truth and this is its memory. A file is read again when its size, its time or its place on the disk
(inode: a file that is written whole is always a new one) has changed, so a thousand models are listed in a tenth of the
time their headers take, and an index that is lost, damaged or old costs that time once and nothing else.

A file that says it is ``"damaged"`` is read again every time: the system may have refused it for a moment (too many open
files, no access), and what it says then must not be remembered when it can be read again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distill.codes.json_values import frozen, thawed
from distill.errors import LibraryBusy, NoSpace
from distill.library.file_key import file_key
from distill.library.index_file import IndexFile
from distill.library.locking import writing

__all__ = ["FolderIndex", "Looked"]

Describe = Callable[[Path], Mapping[str, Any]]
_WAIT_SECONDS = 0.5  # for another process that is writing the same index: it writes what this one would


@dataclass(frozen=True)
class Looked:
    """What the files say.

    Attributes
    ----------
    about : mapping of path to mapping
        In the order the paths were given; files that went away in between are left out.
    sentences : tuple of str
        What happened to the index, if anything did.
    num_read : int
        Files that had to be read; the rest was known.
    """

    about: Mapping[Path, Mapping[str, Any]]
    sentences: tuple[str, ...]
    num_read: int


class FolderIndex:
    """The index of one folder.

    Parameters
    ----------
    home : Path
        The user folder; indexes lie in ``index/`` below it.
    kind : str
        ``"models"``, ``"takes"``: the index's name.
    describe : function
        Reads one file and tells about it in JSON values; must tell of a damaged file, too (``"damaged"``: why), and not
        raise.
    version : int
        Of what ``describe`` tells; an index of another version is made anew.
    name_of : function
        What a file is called in the index: its own name, or that of the folder it alone lies in.
    """

    def __init__(
        self,
        home: Path,
        kind: str,
        describe: Describe,
        *,
        version: int,
        name_of: Callable[[Path], str] = lambda path: path.name,
    ) -> None:
        self.file = IndexFile(home / "index" / f"{kind}.json", kind=kind)
        self._describe, self._version, self._name_of = describe, version, name_of

    def look(self, paths: Sequence[Path]) -> Looked:
        """Tell about files, reading only those that are new or have changed; the index is written if any has."""
        read = self.file.read()
        sentences = list(read.sentences)
        known = self._known(read.content)
        about: dict[Path, Mapping[str, Any]] = {}
        entries: dict[str, Any] = {}
        num_read = 0
        for path in paths:
            key = file_key(path)
            if key is None:
                continue
            entry = known.get(self._name_of(path))
            if entry is None or entry["key"] != key or entry["about"].get("damaged"):
                entry = {"key": key, "about": thawed(frozen(self._describe(path)))}
                num_read += 1
            if not entry["about"].get("damaged"):
                entries[self._name_of(path)] = entry
            about[path] = entry["about"]
        # One that could not be read may be whole, so nothing takes its place.
        if not read.refused and (sentences or entries != known):
            refusal = self._keep(entries)
            if refusal:
                sentences.append(refusal)
        return Looked(about, tuple(sentences), num_read)

    def _known(self, content: Any) -> dict[str, Any]:
        """The entries of an index, as far as it is one of this version."""
        if not isinstance(content, dict) or content.get("version") != self._version:
            return {}
        entries = content.get("entries")
        if not isinstance(entries, dict):
            return {}
        return {
            name: entry
            for name, entry in entries.items()
            if isinstance(entry, dict) and set(entry) == {"key", "about"} and isinstance(entry["about"], dict)
        }

    def _keep(self, entries: dict[str, Any]) -> str | None:
        if not entries and not os.path.lexists(self.file.path):
            return None  # an empty library makes no folder
        try:
            with writing(self.file.path.parent, seconds=_WAIT_SECONDS):
                return self.file.try_to_write({"version": self._version, "entries": entries})
        except LibraryBusy:
            return None  # the other one keeps it
        except NoSpace as error:
            return f"{self.file.called} could not be kept for the next time: {error}"
