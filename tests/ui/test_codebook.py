"""Entries of a codebook in a browser: heard, found, named, and taken as a brush."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect
from tests.ui.conftest import Open

from distill import api
from distill.codec.model import expected_tensors
from distill.library.model_file import load, save
from distill.ui import Running

ROWS = ".c-body .c-row"


def heard(page: Page, act: str, *, on: str) -> Response:
    """Do something on an element, and return the sound that was fetched for it."""
    with page.expect_response("**/codebook/sound/**") as fetched:
        if act == "click":
            page.locator(on).click()
        else:
            page.locator(on).press(act)
    return fetched.value


def codes(page: Page) -> list[int]:
    return [int(text) for text in page.locator(f"{ROWS} > :first-child").all_text_contents()]


def test_entries_are_listed_found_and_sorted_as_the_api_tells(open_page: Open) -> None:
    page = open_page("codebook")
    expect(page.locator(ROWS)).to_have_count(16)
    book = api.codebook("tiny")
    assert codes(page) == [line.code for line in book.lines]
    expect(page.locator("#codebook")).to_contain_text(book.sentence)
    page.get_by_label("Sort by").select_option("brightness")
    assert codes(page) == [line.code for line in api.codebook("tiny", sort="brightness").lines]
    page.get_by_label("Find entries").fill("7")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(".c-tools [role=status]")).to_have_text("1 of 16 entries")
    page.get_by_label("Find entries").fill("")
    group = book.groups[-1]
    page.locator(".c-groups button").last.click()
    expect(page.locator(ROWS)).to_have_count(len(group.codes))
    page.get_by_role("button", name="3 Detail").click()
    expect(page.locator("#codebook")).to_contain_text(api.codebook("tiny", level=3).sentence)
    expect(page.locator(ROWS)).to_have_count(16)


def test_an_entry_is_heard_and_its_neighbours_are_those_of_the_api(open_page: Open) -> None:
    page = open_page("codebook")
    first, second = (line.code for line in api.codebook("tiny").lines[:2])
    sound = heard(page, "click", on=f"#c-entry-{first}")
    assert sound.url.endswith(f"/1/{first}")
    samples = np.frombuffer(sound.body(), "<f4")
    np.testing.assert_allclose(samples, api.entry_samples("tiny", 1, first)[0], atol=1e-6)
    near = [line.code for line in api.similar("tiny", 1, first).lines[1:]]
    expect(page.locator(".c-near")).to_have_count(len(near))
    assert [int(text.split()[0]) for text in page.locator(".c-near").all_text_contents()] == near
    with page.expect_response(f"**/codebook/sound/1/{near[0]}"):
        page.locator(".c-near").first.click()
    expect(page.get_by_role("heading", name=f"Entry {near[0]}")).to_be_visible()
    # By keyboard alone: down from the first entry, then the map.
    page.locator(f"#c-entry-{first}").click()
    page.locator(".c-table").press("ArrowDown")
    expect(page.get_by_role("heading", name=f"Entry {second}")).to_be_visible()
    expect(page.locator(".c-table")).to_have_attribute("aria-activedescendant", f"c-entry-{second}")
    field = page.get_by_role("application", name="Map of entries")
    seen = set()
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
        field.press(key)
        seen.add(page.locator(".c-under").text_content())
    assert len(seen) > 1


def test_a_name_is_text_survives_a_reload_and_is_in_the_model_file(open_page: Open, home: Path) -> None:
    page = open_page("codebook")
    code = api.codebook("tiny").lines[0].code
    name = "<img src=x onerror=alert(1)>"
    page.locator(f"#c-entry-{code}").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your name").press("Enter")
    expect(page.locator(".c-detail [role=status]")).to_have_text("The name is saved in the model.")
    page.get_by_label("Note", exact=True).fill("from the tower")
    page.get_by_label("Note", exact=True).press("Tab")
    expect(page.locator(".c-detail [role=status]")).to_have_text("The note is saved in the model.")
    kept = api.codebook("tiny", home=home).lines[0].note
    assert (kept.name, kept.text) == (name, "from the tower")
    page.get_by_label("Your name").fill("x" * 65)
    page.get_by_label("Your name").press("Enter")
    expect(page.locator(".d-toast.d-problem")).to_be_visible()
    page.reload()
    expect(page.locator(f"#c-entry-{code}")).to_contain_text(name)
    page.get_by_label("Find entries").fill("tower")
    expect(page.locator(ROWS)).to_have_count(1)
    assert page.locator("#codebook img").count() == 0


def test_an_entry_becomes_the_brush_of_the_editor(open_page: Open, served: Running, sounds: Path) -> None:
    served.studio.project.open_file("A", sounds / "pluck.wav", model="tiny")
    page = open_page("codebook")
    code = api.codebook("tiny", level=2).lines[0].code
    page.get_by_role("button", name="2 Timbre").click()
    expect(page.get_by_role("button", name="2 Timbre")).to_have_attribute("aria-pressed", "true")
    page.locator(f"#c-entry-{code}").click()
    page.get_by_role("button", name="Use as brush").click()
    expect(page.locator(".d-toast")).to_contain_text(f"entry {code}")
    page.get_by_role("button", name="To the editor").click()
    expect(page.get_by_role("tab", name="DNA editor")).to_have_attribute("aria-selected", "true")
    page.wait_for_function(
        "window.__desk?.project.sound('A')?.brush"
    )  # also where the editor came after the brush
    assert page.evaluate("__desk.project.sound('A').brush") == {"level": 2, "code": code}
    expect(page.locator(".d-toast.d-problem")).to_have_count(0)


def test_the_use_of_one_sound_is_shown_beside_the_collections(open_page: Open, sounds: Path) -> None:
    page = open_page("codebook")
    picture = page.get_by_role("application", name="Use of entries by level")
    words = page.locator(".c-wide [aria-live]")
    whole, pluck = api.entry_usage("tiny"), api.entry_usage("tiny", sound=sounds / "pluck.wav")
    most = int(np.argsort(-whole[0], kind="stable")[0])
    expect(words).to_contain_text(f"entry {most}: used {whole[0, most]} times")
    with page.expect_response("**/codebook/usage"):
        page.get_by_label("A sound file", exact=True).set_input_files(sounds / "pluck.wav")
    used = {0: "never", 1: "once"}.get(int(pluck[0, most]), f"{pluck[0, most]} times")
    expect(words).to_contain_text(f"entry {most}: used {used} here")
    picture.press("ArrowDown")
    expect(words).to_contain_text("Level 2 (Timbre)")
    picture.press("Enter")
    expect(page.get_by_role("button", name="2 Timbre")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".c-detail h3")).to_be_visible()


def test_with_an_entry_chosen_it_is_clean_by_axe(open_page: Open) -> None:
    page = open_page("codebook")
    expect(page.locator(ROWS)).to_have_count(16)
    page.locator(".c-table").press("Home")
    expect(page.locator(".c-detail h3")).to_be_visible()
    expect(page.locator(".c-near").first).to_be_visible()
    page.get_by_text("How it compares").press("Enter")
    found = Axe().run(page, context="#codebook").response["violations"]
    assert not [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


def test_a_model_that_was_never_measured_says_what_to_do(open_page: Open, home: Path) -> None:
    path = home / "models" / "tiny.distill"
    file = load(path, expected=expected_tensors)
    codec = {f"codec.{name}": tensor for name, tensor in file.codec_tensors.items()}
    save(path, replace(file, tensors=codec, prior={}))
    page = open_page("codebook")
    expect(page.locator("#codebook .d-empty")).to_contain_text("train it --longer")
