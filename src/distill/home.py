"""The user folder: one function, one environment variable.

Everything Distill keeps for its user (models, takes, presets, settings, decoded sounds) lies below
:func:`home`; ``DISTILL_HOME`` moves it.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["home"]


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
        return Path(override).expanduser()
    configured = os.environ.get("DISTILL_HOME")
    return Path(configured).expanduser() if configured else Path.home() / ".distill"
