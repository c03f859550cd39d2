"""The model in use: the one a person chose last, kept in the library's settings."""

from __future__ import annotations

from pathlib import Path

from distill.library.catalog import Catalog
from distill.library.settings import load_settings, save_settings

__all__ = ["choose_model", "current_model"]


def current_model(*, home: Path | str | None = None) -> str | None:
    """Return the name of the model in use: the one chosen last; if it is gone, the newest; None if there is none."""
    entries = [entry for entry in Catalog(home).list() if not entry.damaged]
    chosen, _ = load_settings(home)
    names = [entry.name for entry in entries]
    if chosen.model in names:
        return chosen.model
    return max(entries, key=lambda entry: entry.created or "").name if entries else None


def choose_model(name: str, *, home: Path | str | None = None) -> None:
    """Take a model into use.

    Raises
    ------
    UnknownModel
        If there is none of that name.
    """
    save_settings(home, model=Catalog(home).find(name).stem)
