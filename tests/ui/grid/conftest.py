"""One page for all tests of the grid: they lay their sounds on it anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.ui.grid.harness import Desk

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="package")
def watched(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A page whose errors fail the tests."""
    from distill.ui import started

    faults: list[str] = []
    with started(home=tmp_path_factory.mktemp("home"), port=0, device="cpu") as (running, _):
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.set_default_timeout(10_000)
        yield Desk.on(page, running.url)
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def desk(watched: Desk) -> Desk:
    """Two sounds, A and B, freshly open."""
    watched.page.mouse.move(0, 0)
    return watched.lay()
