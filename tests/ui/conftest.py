"""A served page with a tiny model, and a real browser in front of it.

Every page is watched: an error on its console, a request that fails, or one to another host fails the test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from bench.chromium import FLAGS, chromium
from tests.api.conftest import home, library, sounds
from tests.ui.desk import Desk, fresh

from distill.errors import BadInput, BadSetting

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from distill.api import Trained
    from distill.ui import Running

__all__ = ["Open", "home", "library", "sounds", "watched"]

Open = Callable[..., "Page"]

# Milliseconds: other tests keep the machine busy, and a training is among what is waited for.
PATIENCE = 180_000

# The browser notes what a route refuses in a sentence; the page tells it.
_REFUSAL = re.compile("responded with a status of 400 ")
# In the editor also an older revision, a setting that is none, and a network that was taken away.
_CONFLICTS = re.compile(r"status of 4(00|09|22)|ERR_INTERNET_DISCONNECTED")


@pytest.fixture
def served(home: Path) -> Iterator[Running]:
    """The page, served from a user folder with the model ``tiny``, on a free port."""
    from distill.ui import started

    with started(home=home, port=0, device="cpu") as (running, _):
        yield running
        with suppress(BadSetting):  # none is under way
            running.studio.training.kill()  # it outlives the page, and would outlive the test


@pytest.fixture(scope="module")
def running(library: tuple[Path, Trained], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The same for all tests of a file: quicker, where they leave nothing behind that another would see."""
    from distill.ui import started

    home = tmp_path_factory.mktemp("home")
    (home / "models").mkdir()
    (home / "models" / "tiny.distill").write_bytes((library[0] / "models" / "tiny.distill").read_bytes())
    with started(home=home, port=0, device="cpu") as (running, _):
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; where it is missing, tests with it are skipped, but never in CI."""
    try:
        executable = chromium()
    except BadInput:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium, and CI has to look at the page in one; see .ci/run")
        pytest.skip("there is no Chromium on this machine; install it to run the tests of the page")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, served: Running) -> Iterator[Open]:
    """Open the page at a tab: ``open_page("dna")``; keywords as Playwright's ``new_context``."""
    faults: list[str] = []
    contexts = []

    def go(tab: str = "", **options: object) -> Page:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))  # type: ignore[arg-type]
        contexts.append(context)
        page = watched(context.new_page(), served.url, faults, refusals=_REFUSAL)
        page.goto(f"{served.url}#{tab}")
        page.wait_for_selector(".d-brand")
        if tab:
            page.wait_for_selector(f"#{tab} .d-panel > *")
        return page

    yield go
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def page(open_page: Open) -> Page:
    """The page at its first tab."""
    return open_page()


def watched(page: Page, url: str, faults: list[str], *, refusals: re.Pattern[str]) -> Page:
    """Collect what goes wrong on a page served from `url`, but for what a route refused on purpose."""
    page.on(
        "console",
        lambda said: (
            faults.append(f"console: {said.text}")
            if said.type == "error" and not refusals.search(said.text)
            else None
        ),
    )
    page.on("pageerror", lambda error: faults.append(f"error: {error}"))
    page.on(
        "request",
        lambda asked: faults.append(f"other host: {asked.url}") if _foreign(asked.url, url) else None,
    )
    page.set_default_timeout(PATIENCE)
    return page


def _foreign(asked: str, url: str) -> bool:
    parts = urlsplit(asked)
    return parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(url).netloc


@pytest.fixture(scope="module")
def tab(running: Running, browser: Browser) -> Iterator[Page]:
    """One page of the editor for all tests of a file: they open their sounds on it anew."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = watched(context.new_page(), running.url, faults, refusals=_CONFLICTS)
    page.goto(f"{running.url}#dna")
    page.wait_for_selector("#dna .d-panel > *")
    yield page
    context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def desk(tab: Page, running: Running, sounds: Path) -> Desk:
    running.studio.project.open_file("A", sounds / "pluck.wav", model="tiny")
    running.studio.project.open_file("B", sounds / "wide.wav", model="tiny")
    return fresh(Desk(tab, running))
