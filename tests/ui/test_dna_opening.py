"""Sounds that are opened in the DNA editor, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.signals import mixture
from tests.ui.desk import Desk

from distill import render
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.render.searching import Search
from distill.ui import Running

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from torch import Tensor


def test_the_first_view_says_what_to_do_and_a_dropped_file_opens(
    tab: Page, running: Running, sounds: Path
) -> None:
    for slot in ("A", "B"):
        running.studio.project.close(slot)
    tab.evaluate("__desk.project.load()")
    expect(tab.get_by_role("heading", name="Open a sound to see and edit its codes")).to_be_visible()
    tab.locator("#dna input[type=file]").set_input_files(sounds / "pluck.wav")
    expect(tab.get_by_text("pluck", exact=True)).to_be_visible()
    assert running.studio.project.sound("A").title == "pluck"
    tab.get_by_role("button", name="Open a sound as B").click()
    dialog = tab.get_by_role("dialog", name="Open a sound as B")
    dialog.locator("input[type=file]").set_input_files(sounds / "wide.wav")
    expect(dialog).to_have_count(0)
    expect(tab.locator(".d-grid")).to_have_count(2)


def _foreign(folder: Path) -> Path:
    """Write a sound that is none of the collection's."""
    write_wav(folder / "foreign.wav", Clip(mixture(40_000, seed=9)))
    return folder / "foreign.wav"


def open_first(tab: Page, running: Running, file: Path, *, search: bool = True) -> None:
    """Give the opening view, with nothing else open, a sound; codes are searched for unless a person takes the mark away."""
    for slot in "AB":
        running.studio.project.close(slot)
    tab.evaluate("__desk.project.load()")
    mark = tab.get_by_label("Search for nearer codes")
    expect(mark).to_be_checked()
    mark.set_checked(search)
    tab.locator("#dna input[type=file]").set_input_files(file)


@pytest.mark.parametrize("search", [True, False])
def test_a_sound_opens_with_nearer_codes_unless_it_shall_open_at_once(
    tab: Page, running: Running, tmp_path: Path, search: bool
) -> None:
    project, foreign = running.studio.project, _foreign(tmp_path)
    rounds = render.USUAL_ROUNDS if search else 0
    expected = project.open_file("A", foreign, model="tiny", search=rounds).session.codes
    open_first(tab, running, foreign, search=search)
    expect(tab.get_by_text("foreign", exact=True)).to_be_visible()
    assert np.array_equal(project.sound("A").session.codes.grid, expected.grid)


def test_a_bar_shows_how_far_a_search_is_and_the_line_read_aloud_stays_the_same(
    tab: Page, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    descended = Search._descended

    def slowly(search: Search, free: Tensor, hear: Any, after_round: Callable[[float], None]) -> Tensor:
        def after(share: float) -> None:
            time.sleep(0.1)
            after_round(share)

        return descended(search, free, hear, after)

    monkeypatch.setattr(Search, "_descended", slowly)
    open_first(tab, running, _foreign(tmp_path))
    bar, said = (
        tab.get_by_role("progressbar", name="Progress of the search"),
        tab.locator("#dna [role=status]"),
    )
    expect(bar).to_have_attribute("aria-valuenow", re.compile("[1-9][0-9]?"))
    expect(said.first).to_have_text("Searching for nearer codes…")
    expect(tab.get_by_text("foreign", exact=True)).to_be_visible()
    expect(bar).to_be_hidden()


def test_a_wrong_file_is_one_sentence_and_everything_stays(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "<img src=x>.wav").write_bytes(b"RIFF and nothing")
    before = desk.project.codes("A")
    desk.page.get_by_role("button", name="Open another sound as A").click()
    dialog = desk.page.get_by_role("dialog", name="Open a sound as A")
    dialog.locator("input[type=file]").set_input_files(tmp_path / "<img src=x>.wav")
    # A character that some system's files cannot be called by is kept as another.
    expect(dialog.get_by_role("status")).to_contain_text("_img src=x_.wav is not a sound that can be read")
    assert dialog.locator("img").count() == 0
    dialog.get_by_role("button", name="Close").click()
    assert desk.project.codes("A") == before
