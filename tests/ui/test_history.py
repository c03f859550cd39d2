"""The history in a browser: takes heard, starred, noted, found, deleted, made again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.ui.conftest import Open
from tests.ui.made_takes import make_take

from distill import api


@pytest.fixture
def three(home: Path, tmp_path: Path) -> None:
    """Takes rain (1), bells (2) and surf (3)."""
    for seed, title in enumerate(("rain", "bells", "surf"), 1):
        make_take(tmp_path, title, seed=seed)


def take(page: Page, number: int) -> Locator:
    return page.locator(f"#history .take[data-take='{number}']")


def titles(page: Page) -> Locator:
    return page.locator("#history .take-name")


def test_an_empty_history_says_what_to_do(open_page: Open) -> None:
    page = open_page("history")
    expect(page.locator("#history .d-empty")).to_have_text(re.compile("make one in Generate"))


@pytest.mark.usefixtures("three")
def test_star_note_and_search_survive_a_reload(open_page: Open) -> None:
    page = open_page("history")
    expect(titles(page)).to_have_text(["surf", "bells", "rain"])
    take(page, 1).get_by_role("button", name="Star for").click()
    expect(take(page, 1).get_by_role("button", name="Star for")).to_have_attribute("aria-pressed", "true")
    note = take(page, 2).get_by_label("Note on")
    note.fill("for the intro")
    note.press("Enter")
    page.get_by_label("Search the history").fill("intro")
    expect(titles(page)).to_have_text(["bells"])
    page.reload()
    expect(page.get_by_label("Search the history")).to_have_value("intro")
    expect(titles(page)).to_have_text(["bells"])
    expect(take(page, 2).get_by_label("Note on")).to_have_value("for the intro")
    page.get_by_label("Search the history").fill("")
    page.get_by_role("button", name="Starred only").click()
    expect(titles(page)).to_have_text(["rain"])
    assert [one.number for one in api.takes(starred=True)] == [1]
    assert api.take(2).require_record().note == "for the intro"


@pytest.mark.usefixtures("three")
def test_a_note_that_cannot_be_kept_is_a_sentence(open_page: Open) -> None:
    page = open_page("history")
    note = take(page, 2).get_by_label("Note on")
    note.evaluate("(field) => { field.removeAttribute('maxlength'); field.value = 'x'.repeat(1001); }")
    note.dispatch_event("change")
    expect(page.get_by_role("status").filter(has_text="at most 1000 printable characters")).to_be_visible()
    assert api.take(2).require_record().note == ""


@pytest.mark.usefixtures("three")
def test_a_deleted_take_comes_back_by_undo_and_from_the_bin(open_page: Open) -> None:
    page = open_page("history")
    for number in (2, 3):
        take(page, number).get_by_role("button", name="More on").click()
        take(page, number).get_by_role("button", name="Delete").click()
        expect(take(page, number)).to_have_count(0)
    assert [one.number for one in api.takes()] == [1]
    page.get_by_role("button", name="Undo").last.click()
    expect(titles(page)).to_have_text(["surf", "rain"])
    page.get_by_role("button", name="Deleted").click()
    bin = page.get_by_role("dialog", name="Deleted takes")
    bin.get_by_role("button", name="Restore take 2").click()
    expect(bin).to_contain_text("The bin is empty.")
    page.keyboard.press("Escape")
    expect(titles(page)).to_have_text(["surf", "bells", "rain"])
    assert [one.number for one in api.takes()] == [1, 2, 3]


@pytest.mark.usefixtures("three")
def test_the_bin_is_emptied_after_a_question(open_page: Open, home: Path) -> None:
    api.delete_take(1)
    page = open_page("history")
    page.get_by_role("button", name="Deleted").click()
    bin = page.get_by_role("dialog", name="Deleted takes")
    bin.get_by_role("button", name="Empty the bin").click()
    bin.get_by_role("button", name="No", exact=True).click()
    assert [one.number for one in api.deleted_takes()] == [1]
    bin.get_by_role("button", name="Empty the bin").click()
    bin.get_by_role("button", name="Remove for good").click()
    expect(bin).to_contain_text("The bin is empty.")
    assert api.deleted_takes() == []


def test_a_take_is_made_again_and_compared_bit_for_bit(open_page: Open, home: Path, tmp_path: Path) -> None:
    (made,) = api.generate(model="tiny", output=tmp_path / "new.wav", seconds=0.5, seed=4, device="cpu")
    page = open_page("history")
    take(page, 1).get_by_role("button", name="More on").click()
    take(page, 1).get_by_role("button", name="Make it again").click()
    expect(take(page, 1).locator(".take-again")).to_contain_text("The same as then, bit for bit.")
    again = page.evaluate(
        """async () => {
            const { job } = await (await fetch('/distill/takes/1/replay', { method: 'POST' })).json();
            for (;;) {
                const { state, result } = await (await fetch(`/distill/jobs/${job}`)).json();
                if (state !== 'running') return [...new Uint8Array(await (await fetch(result.sound)).arrayBuffer())];
                await new Promise((resume) => setTimeout(resume, 20));
            }
        }"""
    )
    assert bytes(again) == made.path.read_bytes()


@pytest.mark.usefixtures("three")
def test_what_made_a_take_is_told_in_words_and_copied(open_page: Open) -> None:
    page = open_page("history", permissions=["clipboard-read", "clipboard-write"])
    take(page, 1).get_by_role("button", name="More on").click()
    known = take(page, 1).locator(".take-known")
    expect(known).to_contain_text("Creativity0.7")
    expect(known).to_contain_text("Seed1")
    take(page, 1).get_by_role("button", name="Copy these details").click()
    expect(page.get_by_text("The details are copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("rain (take 1)\nMade as: New sound\n")
    assert "\nCreativity: 0.7\n" in copied


def test_takes_are_told_to_the_editor_and_to_generate(open_page: Open, home: Path, tmp_path: Path) -> None:
    make_take(tmp_path, "rain")
    page = open_page("history")
    page.evaluate(
        """async () => {
            const { hear } = await import('/distill/static/base/talk.js');
            window.heard = [];
            for (const what of ['open', 'prefix']) hear(what, (detail) => window.heard.push([what, detail]));
        }"""
    )
    take(page, 1).get_by_role("button", name="as sound B of the editor").click()
    expect(page.get_by_role("tab", name="DNA editor")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="History").click()
    take(page, 1).get_by_role("button", name="More on").click()
    take(page, 1).get_by_role("button", name="Go on from it").click()
    expect(page.get_by_role("tab", name="Generate")).to_have_attribute("aria-selected", "true")
    page.wait_for_function("window.heard.length === 2")
    assert page.evaluate("window.heard") == [
        ["open", {"slot": "B", "source": {"take": 1}}],
        ["prefix", {"source": {"take": 1}, "title": "rain"}],
    ]


def test_more_takes_come_as_they_are_scrolled_to(open_page: Open, home: Path, tmp_path: Path) -> None:
    for number in range(50):
        make_take(tmp_path, f"drop {number + 1}", seconds=0.1)
    page = open_page("history")
    expect(titles(page)).to_have_count(40)
    page.get_by_role("button", name="Show 10 more of 10").scroll_into_view_if_needed()
    expect(titles(page)).to_have_count(50)
    expect(titles(page).last).to_have_text("drop 1")


def test_a_hostile_title_and_a_damaged_take_are_only_text(
    open_page: Open, home: Path, tmp_path: Path
) -> None:
    evil = "<img src=x onerror=alert(1)>"
    make_take(tmp_path, evil, note=evil)
    make_take(tmp_path, "gone")
    (home / "takes" / "000002" / "take.json").write_text("{")
    page = open_page("history")
    expect(titles(page)).to_have_text([evil])
    expect(take(page, 2)).to_contain_text("the record of take 2 cannot be read")
    take(page, 1).get_by_role("button", name="More on").click()
    expect(take(page, 1).locator(".take-known dd").first).to_be_visible()
    assert page.locator("img").count() == 0


def test_room_is_told_and_set(open_page: Open, home: Path, tmp_path: Path) -> None:
    make_take(tmp_path, "rain")
    page = open_page("history")
    page.get_by_role("button", name="5 GiB").click()
    page.get_by_label("Room for takes in GiB").fill("-1")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_text(re.compile("Takes_gib cannot be -1"))).to_be_visible()
    page.get_by_label("Room for takes in GiB").fill("2.5")
    page.get_by_label("Room for takes in GiB").press("Enter")
    expect(page.get_by_role("button", name="2.5 GiB")).to_be_focused()
    assert api.room_of_takes().limit_gib == 2.5
