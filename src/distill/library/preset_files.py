"""A preset file: settings under a name, small, checked to the last value, and never anything that runs.

::

    {"distill_preset": 1, "kind": "generation", "about": "One sentence.", "settings": {"creativity": 1.1}}

What may be set is in :mod:`distill.library.preset_settings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distill.codes.json_values import JSONError, dumps, loads
from distill.errors import BadInput, BadSetting
from distill.library.preset_settings import KINDS, checked_settings
from distill.replacing import why_not

__all__ = ["FORMAT", "Preset", "preset_bytes", "read_preset"]

FORMAT = 1
MOST_ABOUT = 200  # characters
_LARGEST = 256 * 2**10  # bytes
_KEYS = {"distill_preset", "kind", "about", "settings"}


@dataclass(frozen=True)
class Preset:
    """One preset.

    Attributes
    ----------
    name : str
    kind : str
        ``"generation"``, ``"edit"``, ``"space"`` or ``"export"``; empty if its file is damaged.
    about : str
        What to expect of it.
    settings : mapping of JSON values
    path : Path or None
        None for one that comes with Distill.
    damaged : str or None
        One sentence on why it cannot be used.
    """

    name: str
    kind: str
    about: str
    settings: Mapping[str, Any]
    path: Path | None = None
    damaged: str | None = None

    @property
    def is_shipped(self) -> bool:
        """Whether it comes with Distill."""
        return self.path is None


def preset_bytes(kind: str, about: str, settings: Mapping[str, Any]) -> bytes:
    """Return the bytes of a preset file; the same settings give the same bytes.

    Raises
    ------
    BadSetting
        If the settings or the sentence cannot be kept.
    """
    if len(about) > MOST_ABOUT or not about.isprintable():
        raise BadSetting(
            f"what a preset is about takes at most {MOST_ABOUT} printable characters; shorten it."
        )
    kept = {
        "distill_preset": FORMAT,
        "kind": kind,
        "about": about,
        "settings": checked_settings(kind, settings),
    }
    data = dumps(kept) + b"\n"
    if len(data) > _LARGEST:
        raise BadSetting("these settings are larger than 256 KiB, which no preset is; keep fewer.")
    return data


def read_preset(path: Path) -> Preset:
    """Read a preset file, which may come from a stranger; a damaged one says so.

    Returns
    -------
    Preset
        With ``damaged`` set if it cannot be used.
    """
    shown = f"the preset {path.stem!r}"
    try:
        if path.stat().st_size > _LARGEST:
            raise JSONError("it is larger than any preset")
        about = loads(path.read_bytes())
    except (OSError, JSONError) as error:
        why = why_not(error) if isinstance(error, OSError) else str(error)
        return _damaged(path, f"{shown} cannot be read: {why}; delete it, or use another copy.")
    if not isinstance(about, dict) or set(about) != _KEYS or not isinstance(about["settings"], dict):
        return _damaged(path, f"{shown} is none of Distill's; delete it, or use another copy.")
    if about["distill_preset"] != FORMAT:
        version = str(about["distill_preset"])[:20]
        return _damaged(
            path,
            f"{shown} is of format {version}, and this Distill reads format {FORMAT}; update Distill to use it.",
        )
    kind, words = about["kind"], about["about"]
    if kind not in KINDS or not isinstance(words, str) or len(words) > MOST_ABOUT or not words.isprintable():
        return _damaged(path, f"{shown} is none of Distill's; delete it, or use another copy.")
    try:
        return Preset(path.stem, kind, words, checked_settings(kind, about["settings"]), path)
    except BadInput as error:
        return _damaged(path, f"{shown} cannot be used: {error}")


def _damaged(path: Path, sentence: str) -> Preset:
    return Preset(path.stem, "", "", {}, path, sentence)
