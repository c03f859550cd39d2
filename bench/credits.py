"""Who made a sound and what may be done with it, from the LICENSES.md of its folder.

Such a document has one table of files, known by its first column being called ``file``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distill.errors import BadCollection

__all__ = ["FREE", "Credit", "read_credits"]

FREE = frozenset(
    {"CC0 1.0", "Public domain", "Unlicense (public domain)"}
)  # nothing is asked of who shows them
_COLUMNS = {"file": "file", "author": "author / original", "licence": "licence", "repository": "repository"}
_COLUMNS["path"] = "path in repository"


@dataclass(frozen=True)
class Credit:
    """Author, licence and origin of one sound, as its folder states them."""

    file: str
    author: str
    licence: str
    repository: str
    path: str

    @property
    def is_free(self) -> bool:
        """Whether the sound is CC0 or in the public domain."""
        return self.licence in FREE


def read_credits(folder: Path) -> dict[str, Credit]:
    """Read the credits of a folder's sounds, by file name.

    Raises
    ------
    BadCollection
        If the folder has no such document, or the document no such table.
    """
    document = folder / "LICENSES.md"
    if not document.is_file():
        raise BadCollection(f"{document} is not there; only sounds whose licence is written down are shown.")
    header: list[str] = []
    found: dict[str, Credit] = {}
    for line in document.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            header = []
        elif cells[0] == "file":
            header = cells
        elif header and set(cells[0]) != {"-"}:
            row = dict(zip(header, cells, strict=False))
            credit = Credit(**{field: row.get(column, "") for field, column in _COLUMNS.items()})
            found[credit.file] = credit
    if not found:
        raise BadCollection(
            f"{document} has no table with the columns {', '.join(_COLUMNS.values())}; "
            "only sounds whose licence is written down are shown."
        )
    return found
