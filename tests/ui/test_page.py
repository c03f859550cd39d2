from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect
from tests.ui.conftest import Open

TABS = ["Sounds & Train", "DNA editor", "Codebook", "Generate", "History", "Library"]


def test_the_page_has_its_six_tabs_and_names_the_model_in_use(page: Page) -> None:
    expect(page.get_by_role("tab")).to_have_text(TABS)
    expect(page.get_by_label("Model")).to_have_value("tiny")


def test_the_address_remembers_the_tab(open_page: Open) -> None:
    page = open_page("history")
    expect(page.get_by_role("tab", name="History")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Codebook").click()
    page.reload()
    expect(page.get_by_role("tab", name="Codebook")).to_have_attribute("aria-selected", "true")


def test_a_question_mark_opens_the_help_and_escape_closes_it(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help and shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_light_and_dark_are_remembered(page: Page) -> None:
    before = page.evaluate("document.body.classList.contains('dark')")
    page.get_by_role("button", name="Light or dark").click()
    page.reload()
    page.wait_for_selector(".d-brand")
    assert page.evaluate("document.body.classList.contains('dark')") is not before


def test_another_model_is_taken_into_use_everywhere(home: Path, page: Page) -> None:
    (home / "models" / "other.distill").write_bytes((home / "models" / "tiny.distill").read_bytes())
    page.reload()
    page.get_by_label("Model").select_option("other")
    page.reload()
    expect(page.get_by_label("Model")).to_have_value("other")
