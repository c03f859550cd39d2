from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, Route, expect
from tests.ui.conftest import Open

from distill.ui import Running

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


def test_the_tab_of_an_address_opens_however_late_the_tabs_come(page: Page) -> None:
    held: list[str] = []

    def late(route: Route) -> None:
        answer = route.fetch()
        if "tablist" in answer.text():  # the script of Gradio's tabs; the bar is there before it
            held.append(route.request.url)
            page.wait_for_selector(".d-brand")
            time.sleep(0.5)
        route.fulfill(response=answer)

    page.route(re.compile(r"/assets/Index-[^/]+\.js"), late)
    page.evaluate("history.replaceState(null, '', '#history')")
    page.reload(wait_until="commit")
    expect(page.get_by_role("tab", name="History")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#history .d-panel > *").first).to_be_visible()
    assert len(held) == 1


def test_modules_are_asked_for_again_after_an_upgrade(served: Running) -> None:
    address = f"{served.url}distill/static/bar/bar.js"
    first = httpx.get(address, timeout=60)
    again = httpx.get(address, headers={"If-None-Match": first.headers["etag"]}, timeout=60)
    assert (first.status_code, again.status_code) == (200, 304)  # asked for, and sent only if it has changed
    assert first.headers["cache-control"] == again.headers["cache-control"] == "no-cache"


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


def test_a_window_that_is_seen_again_shows_the_model_that_another_one_took(
    home: Path, served: Running, page: Page
) -> None:
    (home / "models" / "other.distill").write_bytes((home / "models" / "tiny.distill").read_bytes())
    served.studio.choose("tiny")
    page.reload()
    expect(page.get_by_label("Model")).to_have_value("tiny")
    page.evaluate(
        "import('/distill/static/base/talk.js').then((talk) => talk.hear('model', ({ name }) => { window.told = name; }))"
    )
    served.studio.choose("other")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_label("Model")).to_have_value("other")
    page.wait_for_function("window.told === 'other'")


def test_another_model_is_taken_into_use_everywhere(home: Path, page: Page) -> None:
    (home / "models" / "other.distill").write_bytes((home / "models" / "tiny.distill").read_bytes())
    page.reload()
    page.get_by_label("Model").select_option("other")
    page.reload()
    expect(page.get_by_label("Model")).to_have_value("other")
