r"""The browser: one local page for the whole work, a shell over :mod:`distill.api`.

::

    page (Gradio: tabs, forms, uploads)      static/ (ES modules: whatever is drawn or heard)
                    \                          /
                     routes (JSON, under /distill)
                                |
                     studio (what all pages of one Distill share)
                                |
                               api

Forms are Gradio's; grids, waveforms, maps and lists with sound are *panels* (:mod:`distill.ui.panels`): small modules without
a build step, which talk to the routes. Routes hold no logic that a script could want.
"""

from __future__ import annotations

from distill.ui.server import Running, serve, started

__all__ = ["Running", "serve", "started"]
