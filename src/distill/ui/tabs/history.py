"""History."""

from __future__ import annotations

from distill.ui.panels import panel
from distill.ui.studio import Studio

__all__ = ["build"]


def build(studio: Studio) -> None:
    """Lay out the tab."""
    panel("history/tab.js", elem_id="history")
