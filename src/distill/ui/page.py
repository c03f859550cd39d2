"""The page: a bar with the model in use, and six tabs, each built by a module of its own."""

from __future__ import annotations

import gradio as gr

from distill.ui.panels import panel
from distill.ui.studio import Studio
from distill.ui.tabs import codebook, dna, generate, history, library, train

__all__ = ["build"]

# The id is what follows # in the address, and what panels say to show a tab.
_TABS = (
    ("train", "Sounds & Train", train),
    ("dna", "DNA editor", dna),
    ("codebook", "Codebook", codebook),
    ("generate", "Generate", generate),
    ("history", "History", history),
    ("library", "Library", library),
)


def build(studio: Studio) -> gr.Blocks:
    """Lay out the page of a studio."""
    with gr.Blocks(
        title="Distill", analytics_enabled=False, fill_width=True, delete_cache=(3600, 86400)
    ) as blocks:
        panel("bar/bar.js", elem_id="bar")
        with gr.Tabs(elem_id="tabs"):
            for key, name, tab in _TABS:
                with gr.Tab(name, id=key, elem_id=f"tab-{key}"):
                    tab.build(studio)
        panel("export/dialog.js", elem_id="export")
    page: gr.Blocks = blocks
    return page
