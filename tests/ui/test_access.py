from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.ui.conftest import Open

TABS = ("train", "dna", "codebook", "generate", "history", "library")

# WCAG 2.2 A and AA, as axe-core names them.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_tab_is_clean_by_axe(open_page: Open, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    found = []
    for tab in TABS:
        page.locator(f"#tab-{tab}-button").click()
        page.wait_for_selector(f"#{tab} .d-panel > *")
        found += [f"{tab}: {fault}" for fault in _faults(page)]
    assert not found, "\n".join(found)


def test_the_page_is_walked_through_by_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    page.locator("#tab-train-button").focus()
    for tab in TABS[1:]:
        for _ in range(30):  # whatever else the bar holds
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == f"tab-{tab}-button":
                break
        page.keyboard.press("Enter")
        page.wait_for_selector(f"#{tab} .d-panel > *")
        expect(page.locator(f"#tab-{tab}-button")).to_have_attribute("aria-selected", "true")
        page.locator(f"#tab-{tab}-button").focus()


def _faults(page: Page) -> list[str]:
    results = Axe().run(page, options=RULES).response
    return [
        f"{fault['id']}: {node['html'][:160]}: {node.get('failureSummary', '')[:200]}"
        for fault in results["violations"]
        for node in fault["nodes"]
    ]
