"""The DNA editor in a real browser: what a person does there is what Python makes of it."""

from __future__ import annotations

import re
from base64 import b64decode
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.ui.desk import Desk
from tests.ui.editing_for import edit_for

from distill import api, render
from distill.codes import storage
from distill.codes.editing import apply
from distill.codes.forms import forms
from distill.codes.region import Region

if TYPE_CHECKING:
    from playwright.sync_api import Page


OPERATIONS = [form.name for form in forms()]


def test_every_operation_of_the_panel_makes_what_python_makes(desk: Desk) -> None:
    page, made = desk.page, 0
    choice = page.get_by_label("Operation", exact=True)
    for name in OPERATIONS:
        before = desk.project.sound("A").sound
        desk.select(20, 60, [1, 2, 3])
        if page.locator(".dna-words").get_by_role("button", name=name.capitalize(), exact=True).count():
            page.locator(".dna-words").get_by_role("button", name=name.capitalize(), exact=True).click()
        else:
            choice.select_option(name)
            _fill(page, name)
            page.get_by_role("button", name=f"Apply {name}").click()
        made += 1
        desk.edited(made)
        session = desk.project.sound("A").session
        edit = session.done[-1]
        assert edit.operation.name == name
        expected = apply(before, [edit], entries=desk.project.model_of(before).entries)
        assert np.array_equal(desk.shown(), expected.grid), name
        assert np.array_equal(desk.project.sound("A").sound.grid, expected.grid), name
        page.evaluate("__desk.project.undo('A')")
        made -= 1
        desk.edited(made)
        assert np.array_equal(desk.shown(), before.grid), name


def _fill(page: Page, name: str) -> None:
    """Give what an example made for real models does not fit."""
    values = {"set": {"Code": "5"}, "motif": {"Steps": "6"}, "sequence": {"Steps": "8"}}
    for label, value in values.get(name, {}).items():
        page.locator(".dna-fields").get_by_label(label, exact=True).fill(value)


def test_an_operation_takes_codes_from_the_other_sound(desk: Desk) -> None:
    a, b = desk.project.sound("A").sound, desk.project.sound("B").sound
    desk.select(10, 30, [1])
    desk.page.get_by_label("Operation", exact=True).select_option("swap")
    desk.page.get_by_role("button", name="Apply swap").click()
    desk.edited(1)
    assert np.array_equal(desk.shown()[0, 0, 10:30], b.grid[0, 0, 10:30])
    assert np.array_equal(desk.shown()[0, 1], a.grid[0, 1])


def test_without_a_selection_the_panel_works_on_the_whole_sound_but_never_on_locked_levels(
    desk: Desk,
) -> None:
    before = desk.project.sound("A").sound.grid
    desk.page.get_by_role("button", name=re.compile("Lock.*Structure|Structure.*[Ll]ock")).first.click()
    expect(desk.page.locator(".dna-place")).to_have_text("Works on A: the whole sound")
    desk.page.get_by_label("Operation", exact=True).select_option("reverse")
    desk.page.get_by_role("button", name="Apply reverse").click()
    desk.edited(1)
    after = desk.shown()
    assert np.array_equal(after[0, 0], before[0, 0])
    assert np.array_equal(after[0, 1:], before[0, 1:, ::-1])
    assert desk.project.sound("A").locked == (1,)


def test_a_selection_dragged_to_the_other_grid_is_pasted_there(desk: Desk) -> None:
    a, b = desk.project.sound("A").sound.grid, desk.project.sound("B").sound.grid
    page = desk.page
    desk.select(10, 20, [1, 2])
    page.set_viewport_size({"width": 1280, "height": 1200})
    start, stop = (page.evaluate(f"__grids.{slot}.cellXY(1, 15)") for slot in ("A", "B"))
    page.mouse.move(start["x"], start["y"])
    page.mouse.down()
    page.mouse.move(stop["x"], stop["y"], steps=5)
    page.mouse.up()
    desk.edited(1, "B")
    assert np.array_equal(desk.shown("B")[0, :2, 10:20], a[0, :2, 10:20])
    assert np.array_equal(desk.shown("B")[1], b[1])
    assert len(desk.project.sound("A").done) == 0
    page.set_viewport_size({"width": 1280, "height": 800})


def test_with_the_keyboard_alone_codes_are_selected_edited_heard_and_undone(desk: Desk) -> None:
    page, before = desk.page, desk.project.sound("A").sound
    desk.grid().focus()
    for key in ("Home", "2", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown", "r"):
        page.keyboard.press(key)
    desk.edited(1)
    edit = desk.project.sound("A").session.done[-1]
    assert edit.region == Region(start=1, stop=4, levels=(2, 3))
    assert np.array_equal(desk.shown(), apply(before, [edit]).grid)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.keyboard.press("Control+z")
    desk.edited(0)
    page.get_by_label("Operation", exact=True).focus()
    page.keyboard.type("mir")  # selects go by letters
    page.keyboard.press("Tab")
    while "Apply" not in (page.evaluate("document.activeElement.getAttribute('aria-label')") or ""):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    desk.edited(1)


def test_the_new_sound_is_what_python_decodes_and_the_original_stays_beside_it(desk: Desk) -> None:
    desk.select(30, 34, [1, 2, 3])
    desk.page.locator(".dna-words").get_by_role("button", name="Louder").click()
    desk.edited(1)
    codes = desk.project.sound("A").sound
    codec = desk.project.model_of(codes).codec
    np.testing.assert_allclose(_samples(desk), render.decode(codec, codes).samples, atol=1e-5)
    original = desk.page.get_by_role("button", name="Original")
    original.click()
    expect(original).to_have_attribute("aria-pressed", "true")
    first = render.decode(codec, desk.project.sound("A").session.original).samples
    np.testing.assert_allclose(_samples(desk), first, atol=1e-5)
    original.click()
    expect(original).to_have_attribute("aria-pressed", "false")
    desk.page.get_by_role("button", name=re.compile("Mute.*Timbre|Timbre.*[Mm]ute")).first.click()
    desk.page.wait_for_function("__desk.project.sound('A').muted.size === 1")
    desk.page.wait_for_function(
        "fetch('/distill/project').then((a) => a.json()).then(({ slots }) => slots.A.muted.length === 1)"
    )
    np.testing.assert_allclose(_samples(desk), render.decode(codec, codes, levels=[1, 3]).samples, atol=1e-5)


def _samples(desk: Desk) -> np.ndarray:
    script = """async () => { const buffer = await __desk.transport.samples('A');
        return Array.from({ length: buffer.numberOfChannels }, (_, n) => { const bytes = new Uint8Array(buffer.getChannelData(n).slice().buffer);
            let text = ''; for (let n = 0; n < bytes.length; n += 32768) text += String.fromCharCode(...bytes.subarray(n, n + 32768)); return btoa(text); }); }"""
    return np.stack([np.frombuffer(b64decode(one), "<f4") for one in desk.page.evaluate(script)])


def test_a_sound_is_kept_exported_and_saved_from_its_head(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    desk.select(10, 30, [1, 2, 3])
    page.get_by_role("button", name="Apply").click()
    desk.edited(1)
    group = page.get_by_role("group", name="What to do with sound A")
    group.get_by_role("button", name="Keep").click()
    expect(page.locator(".d-toast")).to_contain_text("Kept as take")
    take = api.take("last", home=desk.running.studio.home)
    assert storage.load(take.codes) == desk.project.codes("A")
    with page.expect_download() as download:
        group.get_by_role("button", name="Codes").click()
    download.value.save_as(tmp_path / "mine.codes")
    assert storage.load(tmp_path / "mine.codes") == desk.project.codes("A")
    heard = page.evaluate(
        """async () => { const { hear } = await import('/distill/static/base/talk.js'); window.__asked = null; hear('export', (asked) => { window.__asked = asked; }); }"""
    )
    assert heard is None
    group.get_by_role("button", name="Export").click()
    page.wait_for_function("window.__asked")
    assert page.evaluate("window.__asked.source") == {"slot": "A"}
    dialog = page.get_by_role("dialog", name="Export “pluck”")
    expect(dialog).to_be_visible()  # it asks for its choices first; Escape before that would close nothing
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_brush_is_chosen_on_the_map_and_painted(desk: Desk) -> None:
    page = desk.page
    page.get_by_role("tab", name="Brush").click()
    page.get_by_role("application", name=re.compile("Map of the entries")).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    brush = page.evaluate("__desk.project.sound('A').brush")
    assert brush["code"] == int(api.palette(desk.project.model_of(desk.project.sound("A").sound))[0].order[2])
    desk.select(10, 14, [1, 2])
    page.get_by_role("button", name="Paint the selection").click()
    desk.edited(1)
    assert (desk.shown()[0, 0, 10:14] == brush["code"]).all()


def test_a_brush_of_another_model_is_refused_in_words(desk: Desk) -> None:
    offer = "(brush) => import('/distill/static/base/talk.js').then((talk) => talk.say('brush', brush))"
    own = desk.project.sound("A").session.original.fingerprint
    desk.page.evaluate(offer, {"level": 2, "code": 7, "model": "tiny", "fingerprint": own})
    assert desk.page.evaluate("__desk.project.sound('A').brush") == {"level": 2, "code": 7}
    desk.page.evaluate(offer, {"level": 1, "code": 3, "model": "bells", "fingerprint": "ab" * 32})
    expect(desk.page.locator(".d-toast.d-problem")).to_contain_text(
        "This entry is of the model bells, and sound A is of tiny"
    )
    assert desk.page.evaluate("__desk.project.sound('A').brush") == {"level": 2, "code": 7}


def test_a_selection_is_made_anew_by_the_model(desk: Desk) -> None:
    before = desk.project.sound("A").sound.grid
    desk.select(20, 30, [1, 2, 3])
    desk.page.get_by_role("button", name="Regenerate").click()
    desk.edited(1)
    after = desk.shown()
    assert np.array_equal(np.delete(after, np.s_[20:30], axis=2), np.delete(before, np.s_[20:30], axis=2))
    assert np.array_equal(after, desk.project.sound("A").sound.grid)


def test_a_tempo_draws_beats_and_is_kept(desk: Desk) -> None:
    desk.page.locator("#dna").get_by_label("Tempo").fill("120")
    desk.page.locator("#dna").get_by_label("Tempo").blur()
    expect(desk.page.locator("#dna").get_by_label("Snap")).to_be_enabled()
    desk.page.locator("#dna").get_by_label("Snap").select_option("1")
    desk.page.wait_for_function("__desk.project.sound('A').snap === 1")
    tempo = desk.project.sound("A").tempo
    assert tempo is not None
    assert (tempo.bpm, desk.project.sound("A").snap) == (120, 1)
    desk.page.locator("#dna").get_by_label("Tempo").fill("9999")
    desk.page.locator("#dna").get_by_label("Tempo").blur()
    expect(desk.page.locator(".d-toast.d-problem")).to_contain_text("choose one from 20 to 400")
    desk.page.locator(".d-toast button").first.click()


def test_nothing_in_the_editor_breaks_the_rules_of_access(desk: Desk) -> None:
    for name in ("Edit", "Brush", "Edits"):
        desk.page.get_by_role("tab", name=name, exact=True).click()
        found = Axe().run(
            desk.page, context="#dna", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        )
        assert not found.response["violations"], found.generate_report()


@pytest.mark.slow
def test_editing_for_five_minutes_makes_the_page_hold_no_more_and_more(desk: Desk) -> None:
    # At a pace that leaves something of the two cores to the tests beside it; bench.editing goes on without a pause.
    figures = edit_for(desk.page, seconds=300, pause=0.15)
    assert figures.gestures > 200
    assert figures.heap_growth < 0.1
    assert figures.payload_bytes < 80_000
