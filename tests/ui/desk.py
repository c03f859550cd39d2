"""The DNA editor as a person has it before them, and what stands behind it."""

from __future__ import annotations

import re
from base64 import b64decode
from typing import TYPE_CHECKING, Any

import numpy as np
from playwright.sync_api import expect

from distill.api import Project

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from distill.ui import Running

__all__ = ["Desk", "fresh"]


class Desk:
    """The page with A (a pluck) and B (a stereo sound) open, and the project behind it."""

    def __init__(self, page: Page, running: Running) -> None:
        self.page = page
        self.running = running

    @property
    def project(self) -> Project:
        return self.running.studio.project

    def shown(self, slot: str = "A") -> np.ndarray:
        """The codes as the page has them."""
        script = """async (slot) => { const { sound } = __desk.project.slots[slot]; await __desk.project.slots[slot].last;
            const bytes = new Uint8Array(sound.codes.buffer, sound.codes.byteOffset, sound.codes.byteLength);
            return [sound.shape, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))]; }"""
        shape, packed = self.page.evaluate(script, slot)
        return np.frombuffer(b64decode(packed), "<u2").reshape(shape).astype(np.int16)

    def select(self, start: int, stop: int, levels: list[int], slot: str = "A") -> None:
        self.page.evaluate(
            """async ([slot, start, stop, levels]) => { const { Selection } = await import('/distill/static/dna/grid/selection.js');
            __desk.project.sound(slot).select(Selection.box(start, stop, levels)); }""",
            [slot, start, stop, levels],
        )

    def edited(self, count: int, slot: str = "A") -> None:
        """Wait until so many gestures are in force, on both sides."""
        self.page.wait_for_function(
            "([slot, count]) => __desk.project.history(slot).done_count === count && !__desk.project.slots[slot].waiting",
            arg=[slot, count],
        )
        assert len(self.project.sound(slot).done) == count

    def grid(self, slot: str = "A") -> Any:
        return self.page.get_by_role("application", name=re.compile("Codes of")).nth(0 if slot == "A" else 1)


def fresh(desk: Desk) -> Desk:
    """Show what the project holds, with the panel of operations open."""
    desk.page.evaluate("__desk.project.load()")
    desk.page.get_by_role("tab", name="Edit", exact=True).click()
    expect(desk.page.get_by_label("Operation", exact=True)).to_be_visible()
    expect(desk.page.locator(".d-grid")).to_have_count(2)
    desk.page.get_by_role("button", name="Work on sound A").click()
    desk.page.evaluate("document.getElementById('d-toasts')?.replaceChildren()")
    return desk
