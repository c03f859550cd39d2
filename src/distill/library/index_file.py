"""A small JSON file that the library can lean on: written whole, with a copy of the last good one beside it.

::

    NAME.json           {"distill_index": 1, "kind": "models", "sha256": "...", "content": ...}
    NAME.backup.json    the same, as it was before the last change (a first one has a copy of itself)
    NAME.damaged-1.json what was found damaged, kept for whoever wants to look at it

The digest tells a file that was cut short or overwritten from one that is whole, so what is read is what was written. A
damaged or missing file is replaced by its backup; where there is none either, whoever reads builds its content anew from
the files it tells about (:mod:`distill.library.folder_index`), or begins with what is usual (settings). A file that the
system does not let be read (no access, too many open files, another program holds it) may be whole: it stays as it is.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distill.codes.json_values import JSONError, dumps, loads
from distill.errors import NoSpace
from distill.replacing import replacing, why_not

__all__ = ["IndexFile", "Read"]

FORMAT = 1
_LARGEST = 64 * 2**20  # bytes
_MOST_DAMAGED = 20
_KEYS = {"distill_index", "kind", "sha256", "content"}


@dataclass(frozen=True)
class Read:
    """What was found.

    Attributes
    ----------
    content : JSON value or None
        None if neither the file nor its backup can be used.
    sentences : tuple of str
        What happened to the file, if anything did.
    refused : bool
        Whether the system did not let it be read; then it may hold something newer than the content.
    """

    content: Any
    sentences: tuple[str, ...] = ()
    refused: bool = False


class IndexFile:
    """One such file.

    Parameters
    ----------
    path : Path
        ``NAME.json``.
    kind : str
        What it holds, so that no file is taken for another.
    called : str, optional
        What sentences call it; "The list of KIND" if left out.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = IndexFile(Path(folder) / "models.json", kind="models")
    ...     before = file.read().content
    ...     file.write({"a": [1, 2]})
    ...     before, file.read().content
    (None, {'a': [1, 2]})
    """

    def __init__(self, path: Path, *, kind: str, called: str = "") -> None:
        self.path, self.kind = path, kind
        self.called = called or f"The list of {kind}"
        self.backup = path.with_name(f"{path.stem}.backup.json")

    def read(self) -> Read:
        """Read the file, or its backup if the file is missing or damaged; a damaged one is moved aside."""
        try:
            content, fault = self._good(self.path)
        except OSError as error:
            return self._refused(error)
        if fault is None:
            return Read(content)
        older, fault_of_backup = self._good_backup()
        if fault == "missing":
            if fault_of_backup is None:
                return Read(older, (f"{self.called} was missing; its backup was taken.",))
            return Read(None)  # a first start, or both were deleted: nothing to tell
        aside = self._aside()
        said = f"{self.called} was damaged ({fault})"
        kept = "" if aside is None else f"; the damaged one is kept as {str(aside)!r}"
        if fault_of_backup is None:
            return Read(older, (f"{said}; its backup was taken{kept}.",))
        return Read(None, (f"{said} and there was no good backup; it was made anew{kept}.",))

    def write(self, content: object) -> None:
        """Write the file whole, after the last good one was copied to the backup; call it with the folder's lock held.

        Raises
        ------
        NoSpace
            If it cannot be written; then the file or its backup is as it was.
        """
        text = dumps(content)
        about = {
            "distill_index": FORMAT,
            "kind": self.kind,
            "sha256": hashlib.sha256(text).hexdigest(),
            "content": content,
        }
        whole = dumps(about) + b"\n"
        try:
            before, fault = self._good(self.path)
        except OSError as error:
            before, fault = None, why_not(error)
        older = self.path.read_bytes() if fault is None and before is not None else None
        if older is None and self._good_backup()[1] is not None:
            older = whole  # a first file has no older one, and must not be the only one
        if older is not None:
            with replacing(self.backup) as file:
                file.write(older)
        with replacing(self.path) as file:
            file.write(whole)

    def was_damaged(self) -> bool:
        """Whether a damaged file was ever moved aside here."""
        return any(self.path.parent.glob(f"{self.path.stem}.damaged-*.json"))

    def _good(self, path: Path) -> tuple[Any, str | None]:
        """Return a file's content, or why it cannot be used; raises OSError if the system does not let it be read."""
        try:
            if path.stat().st_size > _LARGEST:
                return None, "it is larger than any such list"
            about = loads(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None, "missing"
        except JSONError as error:
            return None, str(error)
        if not isinstance(about, dict) or set(about) != _KEYS or about["kind"] != self.kind:
            return None, "it is none of Distill's"
        if about["distill_index"] != FORMAT:
            return None, f"it is of format {str(about['distill_index'])[:20]}"
        if about["sha256"] != hashlib.sha256(dumps(about["content"])).hexdigest():
            return None, "it does not match its digest"
        return about["content"], None

    def _good_backup(self) -> tuple[Any, str | None]:
        try:
            return self._good(self.backup)
        except OSError as error:
            return None, why_not(error)

    def _refused(self, error: OSError) -> Read:
        """What is known while the file cannot be read; nothing says that it is damaged."""
        older, fault = self._good_backup()
        known = "its backup was taken for now" if fault is None else "nothing of it is known for now"
        said = f"{self.called} could not be read: {why_not(error)}; it was left as it is, and {known}."
        return Read(older, (said,), refused=True)

    def _aside(self) -> Path | None:
        """Give a damaged file another name; None if the folder cannot be written."""
        names = (
            self.path.with_name(f"{self.path.stem}.damaged-{n}.json") for n in range(1, _MOST_DAMAGED + 1)
        )
        free = next((path for path in names if not os.path.lexists(path)), None)
        aside = free or self.path.with_name(f"{self.path.stem}.damaged-{_MOST_DAMAGED}.json")
        try:
            self.path.replace(aside)
        except OSError:
            return None
        return aside

    def try_to_write(self, content: object) -> str | None:
        """Write what can be made anew at any time; say why it could not be, if so."""
        try:
            self.write(content)
        except (NoSpace, OSError) as error:
            return f"{self.called} could not be kept for the next time: {error}"
        return None
