"""Panels: parts of the page that draw themselves.

A panel is an empty element of Gradio's page into which a module of ``static/`` is mounted::

    // static/codebook/map.js
    export function mount(element, { props, trigger }) { … }

Its template never changes, so Gradio never draws it again and what the module made stays. Modules get text as data and put it
on the page as text (``textContent``), never as HTML: a file name is anything a stranger could think of.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

__all__ = ["panel"]

# ``element``, ``props``, ``trigger`` and ``watch`` are what Gradio gives to this text.
_MOUNT = """
import(props.module)
  .then((module) => module.mount(element.querySelector('.d-panel'), { props, trigger, watch }))
  .catch((error) => { console.error(error); element.textContent = 'This part of the page could not be loaded; load the page again.'; });
"""


def panel(module: str, *, elem_id: str, **props: Any) -> gr.HTML:
    """Add a panel.

    Parameters
    ----------
    module : str
        Path of the module below ``static/``.
    elem_id : str
        The element's id on the page.
    **props
        JSON values that the module gets as ``props``.
    """
    return gr.HTML(
        html_template='<div class="d-panel"></div>',
        js_on_load=_MOUNT,
        apply_default_css=False,
        elem_id=elem_id,
        padding=False,
        module=f"/distill/static/{module}",
        **props,
    )
