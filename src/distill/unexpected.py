"""What nobody expected: its traceback goes to a file, and a sentence says where that is."""

from __future__ import annotations

import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from distill.home import home as user_folder

__all__ = ["told"]


def told(error: Exception, home: Path | str | None = None) -> str:
    """Write the traceback to a file that its owner may send along; return the sentence that says so."""
    text = "".join(traceback.format_exception(error))
    reason = (str(error).splitlines() or [""])[0][:200]
    named = f"{type(error).__name__}: {reason}" if reason else type(error).__name__
    name = f"{datetime.now():%Y-%m-%d-%H%M%S-%f}.txt"
    for folder in (user_folder(home) / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return (
            f"something unexpected happened ({named}), and that is a fault of Distill; "
            f"details are in {folder / name}: send that file along when you report it."
        )
    return f"something unexpected happened ({named}), and the details could not be written anywhere."
