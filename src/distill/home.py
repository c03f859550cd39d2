"""The user folder: one environment variable, and what ``~`` means.

Everything Distill keeps for its user (models, takes, presets, settings, decoded sounds) lies below
:func:`home`; ``DISTILL_HOME`` moves it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["expanded", "home"]


def expanded(path: Path | str) -> Path:
    """Put a person's home folder in the place of ``~``; ``~`` of nobody known is a name like any other.

    Examples
    --------
    >>> expanded("~mix.wav").name
    '~mix.wav'
    """
    with suppress(RuntimeError):
        return Path(path).expanduser()
    return Path(path)


def home(override: Path | str | None = None) -> Path:
    """Return the user folder; it is created by whoever first writes into it.

    Parameters
    ----------
    override : path, optional
        Given by ``--home``; wins over ``DISTILL_HOME``, which wins over the default.

    Returns
    -------
    Path
        ``~/.distill`` unless told otherwise.
    """
    if override is not None:
        return expanded(override)
    configured = os.environ.get("DISTILL_HOME")
    return expanded(configured) if configured else Path.home() / ".distill"
