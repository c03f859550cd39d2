"""The DNA editor beside other windows and behind a bad network: every edit is made once, and all show the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.ui.desk import Desk

from distill.codes.editing import Edit

if TYPE_CHECKING:
    from playwright.sync_api import Route


def test_edits_are_undone_and_done_again_after_a_reload(desk: Desk) -> None:
    page = desk.page
    desk.select(20, 40, [1, 2, 3])
    for name in ("reverse", "mirror"):
        page.get_by_label("Operation", exact=True).select_option(name)
        page.get_by_role("button", name=f"Apply {name}").click()
    desk.edited(2)
    states = desk.shown()
    page.reload()
    expect(page.locator(".d-grid")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    desk.edited(1)
    page.reload()
    expect(page.locator(".d-grid")).to_have_count(2)
    page.get_by_role("button", name="Redo").click()
    desk.edited(2)
    assert np.array_equal(desk.shown(), states)
    page.get_by_role("tab", name="Edits").click()
    page.get_by_role("button", name="As it was opened").click()
    desk.edited(0)
    assert np.array_equal(desk.shown(), desk.project.sound("A").session.original.grid)


def test_of_two_tabs_the_late_one_is_told_and_shows_what_is_there(desk: Desk) -> None:
    page = desk.page
    other = Edit.from_json(
        {"operation": "set", "region": {"start": 5, "stop": 9}, "arguments": {"code": 3}, "seed": 0}
    )
    desk.project.do("A", [other], label="From the other window")
    desk.select(20, 40, [1, 2, 3])
    page.get_by_label("Operation", exact=True).select_option("reverse")
    page.get_by_role("button", name="Apply reverse").click()
    expect(page.locator(".d-toast.d-problem")).to_contain_text("changed elsewhere meanwhile")
    page.locator(".d-toast button").first.click()
    desk.edited(1)
    assert np.array_equal(desk.shown(), desk.project.sound("A").sound.grid)
    page.get_by_role("button", name="Apply reverse").click()
    desk.edited(2)
    assert np.array_equal(desk.shown(), desk.project.sound("A").sound.grid)


@pytest.mark.parametrize("arrived", [False, True])
def test_an_edit_is_made_once_though_the_network_fails_under_it(desk: Desk, arrived: bool) -> None:
    page = desk.page
    asked = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        if arrived and route.request.method == "POST":
            route.fetch()
        route.abort("internetdisconnected")

    page.route("**/project/edit", fail, times=1)
    page.route(re.compile(r"/distill/project$"), fail, times=1)  # what only reads is asked again as well
    desk.select(20, 40, [1, 2, 3])
    page.get_by_label("Operation", exact=True).select_option("reverse")
    page.get_by_role("button", name="Apply reverse").click()
    desk.edited(1)
    assert np.array_equal(desk.shown(), desk.project.sound("A").sound.grid)
    assert len(asked) == 2
    told = page.locator(".d-toast.d-problem")
    if arrived:
        expect(told).to_contain_text("look whether it is as you want it")
    else:
        expect(told).to_have_count(0)


@pytest.mark.parametrize("path", ["strip", "sound"])
def test_a_slow_server_is_asked_one_thing_at_a_time_and_for_the_newest_in_the_end(
    desk: Desk, path: str
) -> None:
    page = desk.page
    held: list[Route] = []
    page.wait_for_load_state("networkidle")
    asked = re.compile(rf"/project/{path}/A")
    page.route(asked, lambda route: held.append(route))
    desk.select(20, 40, [1, 2, 3])
    page.get_by_label("Operation", exact=True).select_option("reverse")
    for count in range(1, 6):
        page.get_by_role("button", name="Apply reverse").click()
        desk.edited(count)
        page.wait_for_timeout(150)
    assert len(held) == 1
    held[0].continue_()
    for _ in range(400):
        if len(held) == 2:
            break
        page.wait_for_timeout(50)
    held[1].continue_()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    assert len(held) == 2
    page.unroute(asked)
