"""The files of one kind in a folder of the library: what a person keeps there by name, one file each."""

from __future__ import annotations

from pathlib import Path

from distill.errors import BadInput
from distill.replacing import why_not

__all__ = ["files_in"]


def files_in(folder: Path, suffix: str, *, what: str) -> list[Path]:
    """List the files with a suffix; hidden ones, which writers leave behind, are none. Empty if there is no such folder.

    Parameters
    ----------
    what : str
        What they are, for the sentence.

    Raises
    ------
    BadInput
        If the folder cannot be read.
    """
    try:
        return [
            path
            for path in folder.iterdir()
            if path.suffix == suffix and not path.name.startswith(".") and path.is_file()
        ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadInput(
            f"the {what} folder {str(folder)!r} cannot be read: {why_not(error)}; "
            "give yourself access to it, or move the user folder with DISTILL_HOME."
        ) from None
