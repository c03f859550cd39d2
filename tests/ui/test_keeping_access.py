"""History, Library and the export dialog for everyone: by keyboard, and clean by axe-core."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.ui.conftest import Open
from tests.ui.made_takes import make_take
from tests.ui.test_access import RULES

from distill import api


def faults(page: Page) -> list[str]:
    told = Axe().run(page, options=RULES).response
    assert len(told["passes"]) > 10
    return [f"{fault['id']}: {node['html'][:200]}" for fault in told["violations"] for node in fault["nodes"]]


@pytest.fixture(autouse=True)
def two(home: Path, tmp_path: Path) -> None:
    make_take(tmp_path, "rain", seed=1)
    make_take(tmp_path, "surf", seed=2)
    (home / "models" / "half.distill").write_bytes(b"half")
    api.tag_model("tiny", add=["glass"])


@pytest.mark.parametrize("light", ["light", "dark"])
def test_axe_finds_nothing(open_page: Open, light: str) -> None:
    page = open_page("history", color_scheme=light)
    page.locator(".take[data-take='2']").get_by_role("button", name="More on").click()
    expect(page.locator(".take-known dd").first).to_be_visible()
    for box in page.locator(".take").get_by_role("checkbox").all():
        box.check()
    assert faults(page) == []
    page.get_by_role("button", name="Compare blind").click()
    expect(page.get_by_role("button", name="X is better")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Export “rain”").click()
    expect(page.locator(".export-wave .d-wave")).to_be_visible()
    page.get_by_label("Where").select_option("binaural")
    page.get_by_label("Length").select_option("bars")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("button", name="Details of tiny").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    assert faults(page) == []


def test_takes_are_compared_and_deleted_without_a_mouse(open_page: Open) -> None:
    page = open_page("history")
    first = page.locator(".take").first
    first.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    for _ in range(7):
        page.keyboard.press("Tab")  # wave, note, star, A, B, export, more
    expect(first.get_by_role("button", name="More on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(first.get_by_role("button", name="Go on from it")).to_be_visible()
    page.locator(".take").last.get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="Compare", exact=True).press("Enter")
    expect(page.get_by_role("button", name="A surf")).to_be_focused()
    page.keyboard.press("B")
    expect(page.get_by_role("button", name="B rain")).to_be_focused()
    page.keyboard.press("Escape")
    first.get_by_role("button", name="Delete").press("Enter")
    expect(page.locator(".take")).to_have_count(1)
    expect(page.locator(".take").first.get_by_role("checkbox")).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".take")).to_have_count(2)
    assert len(api.takes()) == 2
