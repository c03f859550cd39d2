"""How the page looks: one type scale, one accent, light and dark; the colours are the style sheet's (``static/look.css``)."""

from __future__ import annotations

from typing import Any

import gradio as gr

__all__ = ["HEAD", "theme"]

_SHEETS = (
    "look",
    "train/train",
    "dna/dna",
    "codebook/codebook",
    "generate/generate",
    "history/history",
    "library/library",
    "export/export",
)
HEAD = "\n".join(
    [
        '<meta name="color-scheme" content="light dark">',
        '<link rel="icon" href="/distill/static/icon.svg" type="image/svg+xml">',
        *(f'<link rel="stylesheet" href="/distill/static/{sheet}.css">' for sheet in _SHEETS),
    ]
)

_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

# Gradio's names on the left, the style sheet's on the right: they hold for light and dark alike.
_COLOURS = {
    "body_background_fill": "bg",
    "body_text_color": "ink",
    "body_text_color_subdued": "soft",
    "background_fill_primary": "panel",
    "background_fill_secondary": "bg",
    "border_color_primary": "line",
    "border_color_accent": "accent",
    "color_accent_soft": "tint",
    "link_text_color": "accent",
    "link_text_color_hover": "accent",
    "link_text_color_active": "accent",
    "link_text_color_visited": "accent",
    "block_background_fill": "panel",
    "block_border_color": "line",
    "block_label_background_fill": "panel",
    "block_label_text_color": "soft",
    "block_title_text_color": "ink",
    "block_info_text_color": "soft",
    "panel_background_fill": "panel",
    "panel_border_color": "line",
    "input_background_fill": "field",
    "input_background_fill_focus": "field",
    "input_border_color": "edge",
    "input_border_color_focus": "accent",
    "input_placeholder_color": "soft",
    "checkbox_background_color": "field",
    "checkbox_background_color_selected": "accent",
    "checkbox_border_color": "edge",
    "checkbox_border_color_selected": "accent",
    "checkbox_label_background_fill": "field",
    "checkbox_label_background_fill_hover": "tint",
    "checkbox_label_background_fill_selected": "tint",
    "checkbox_label_border_color": "edge",
    "checkbox_label_text_color": "ink",
    "checkbox_label_text_color_selected": "ink",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "accent-strong",
    "button_primary_border_color": "accent",
    "button_primary_text_color": "on-accent",
    "button_primary_text_color_hover": "on-accent",
    "button_secondary_background_fill": "panel",
    "button_secondary_background_fill_hover": "tint",
    "button_secondary_border_color": "edge",
    "button_secondary_border_color_hover": "accent",
    "button_secondary_text_color": "ink",
    "button_secondary_text_color_hover": "ink",
    "slider_color": "accent",
    "table_border_color": "line",
    "table_even_background_fill": "panel",
    "table_odd_background_fill": "bg",
    "table_row_focus": "tint",
}
_SHAPES = {
    "block_border_width": "0px",
    "block_shadow": "none",
    "block_radius": "10px",
    "block_padding": "0px",
    "block_title_text_size": "13px",
    "block_title_text_weight": "550",
    "block_label_text_size": "13px",
    "block_info_text_size": "12px",
    "body_text_size": "14px",
    "input_border_width": "1px",
    "input_radius": "6px",
    "input_text_size": "14px",
    "button_border_width": "1px",
    "button_large_radius": "6px",
    "button_medium_radius": "6px",
    "button_small_radius": "6px",
    "button_large_text_size": "14px",
    "button_large_text_weight": "550",
    "button_large_padding": "8px 16px",
    "button_small_text_size": "13px",
    "checkbox_border_radius": "4px",
    "layout_gap": "16px",
    "section_header_text_size": "15px",
}


def theme() -> gr.themes.Base:
    """Return Gradio's plainest theme in our colours, with the fonts of the machine: nothing is fetched."""
    # All of Gradio's own steps, too, so that whatever is not named above keeps to the scale.
    base = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.stone,
        text_size=gr.themes.sizes.text_sm,
        spacing_size=gr.themes.sizes.spacing_md,
        radius_size=gr.themes.sizes.radius_md,
        font=_SANS,
        font_mono=_MONO,
    )
    values: dict[str, Any] = {}
    for name, colour in _COLOURS.items():
        values[name] = values[f"{name}_dark"] = f"var(--d-{colour})"
    known = set(vars(base))
    return base.set(**{name: value for name, value in (values | _SHAPES).items() if name in known})
