"""The system's Chromium, for figures and pictures of the page."""

from __future__ import annotations

import shutil

from distill.errors import BadInput

__all__ = ["FLAGS", "chromium"]

FLAGS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--mute-audio"]
# The shell first: the same engine without windows around it, which loads a page for half of the processor's time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """Return the path of its program.

    Raises
    ------
    BadInput
        If there is none.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise BadInput("there is no Chromium on this machine; install it to look at the page in it.")
    return found
