"""The DNA editor in a real browser: what a person does there is what Python makes of it."""

from __future__ import annotations

import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.signals import mixture
from tests.ui.conftest import watched
from tests.ui.editing_for import edit_for

from distill import api, render
from distill.api import Project
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.codes.editing import Edit, apply
from distill.codes.forms import forms
from distill.codes.region import Region
from distill.render.searching import Search
from distill.ui import Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route
    from torch import Tensor

OPERATIONS = [form.name for form in forms()]
_REFUSALS = re.compile(r"status of 4(00|09|22)|ERR_INTERNET_DISCONNECTED")


class Desk:
    """The page with A (a pluck) and B (a stereo sound) open, and the project behind it."""

    def __init__(self, page: Page, running: Running) -> None:
        self.page = page
        self.running = running

    @property
    def project(self) -> Project:
        return self.running.studio.project

    def shown(self, slot: str = "A") -> np.ndarray:
        """The codes as the page has them."""
        script = """async (slot) => { const { sound } = __desk.project.slots[slot]; await __desk.project.slots[slot].last;
            const bytes = new Uint8Array(sound.codes.buffer, sound.codes.byteOffset, sound.codes.byteLength);
            return [sound.shape, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))]; }"""
        shape, packed = self.page.evaluate(script, slot)
        return np.frombuffer(b64decode(packed), "<u2").reshape(shape).astype(np.int16)

    def select(self, start: int, stop: int, levels: list[int], slot: str = "A") -> None:
        self.page.evaluate(
            """async ([slot, start, stop, levels]) => { const { Selection } = await import('/distill/static/dna/grid/selection.js');
            __desk.project.sound(slot).select(Selection.box(start, stop, levels)); }""",
            [slot, start, stop, levels],
        )

    def edited(self, count: int, slot: str = "A") -> None:
        """Wait until so many gestures are in force, on both sides."""
        self.page.wait_for_function(
            "([slot, count]) => __desk.project.history(slot).done_count === count && !__desk.project.slots[slot].waiting",
            arg=[slot, count],
        )
        assert len(self.project.sound(slot).done) == count

    def grid(self, slot: str = "A") -> Any:
        return self.page.get_by_role("application", name=re.compile("Codes of")).nth(0 if slot == "A" else 1)


@pytest.fixture(scope="module")
def tab(running: Running, browser: Browser) -> Iterator[Page]:
    """One page for all tests here: they open their sounds on it anew."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page = watched(context.new_page(), running.url, faults, refusals=_REFUSALS)
    page.goto(f"{running.url}#dna")
    page.wait_for_selector("#dna .d-panel > *")
    yield page
    context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def desk(tab: Page, running: Running, sounds: Path) -> Desk:
    running.studio.project.open_file("A", sounds / "pluck.wav", model="tiny")
    running.studio.project.open_file("B", sounds / "wide.wav", model="tiny")
    return _fresh(Desk(tab, running))


def _fresh(desk: Desk) -> Desk:
    desk.page.evaluate("__desk.project.load()")
    desk.page.get_by_role("tab", name="Edit", exact=True).click()
    expect(desk.page.get_by_label("Operation", exact=True)).to_be_visible()
    expect(desk.page.locator(".d-grid")).to_have_count(2)
    desk.page.get_by_role("button", name="Work on sound A").click()
    desk.page.evaluate("document.getElementById('d-toasts')?.replaceChildren()")
    return desk


def test_the_first_view_says_what_to_do_and_a_dropped_file_opens(
    tab: Page, running: Running, sounds: Path
) -> None:
    for slot in ("A", "B"):
        running.studio.project.close(slot)
    tab.evaluate("__desk.project.load()")
    expect(tab.get_by_role("heading", name="Open a sound to see and edit its codes")).to_be_visible()
    tab.locator("#dna input[type=file]").set_input_files(sounds / "pluck.wav")
    expect(tab.get_by_text("pluck", exact=True)).to_be_visible()
    assert running.studio.project.sound("A").title == "pluck"
    tab.get_by_role("button", name="Open a sound as B").click()
    dialog = tab.get_by_role("dialog", name="Open a sound as B")
    dialog.locator("input[type=file]").set_input_files(sounds / "wide.wav")
    expect(dialog).to_have_count(0)
    expect(tab.locator(".d-grid")).to_have_count(2)


def _foreign(folder: Path) -> Path:
    """Write a sound that is none of the collection's."""
    write_wav(folder / "foreign.wav", Clip(mixture(40_000, seed=9)))
    return folder / "foreign.wav"


def open_first(tab: Page, running: Running, file: Path, *, search: bool = True) -> None:
    """Give the opening view, with nothing else open, a sound; codes are searched for unless a person takes the mark away."""
    for slot in "AB":
        running.studio.project.close(slot)
    tab.evaluate("__desk.project.load()")
    mark = tab.get_by_label("Search for nearer codes")
    expect(mark).to_be_checked()
    mark.set_checked(search)
    tab.locator("#dna input[type=file]").set_input_files(file)


@pytest.mark.parametrize("search", [True, False])
def test_a_sound_opens_with_nearer_codes_unless_it_shall_open_at_once(
    tab: Page, running: Running, tmp_path: Path, search: bool
) -> None:
    project, foreign = running.studio.project, _foreign(tmp_path)
    rounds = render.USUAL_ROUNDS if search else 0
    expected = project.open_file("A", foreign, model="tiny", search=rounds).session.codes
    open_first(tab, running, foreign, search=search)
    expect(tab.get_by_text("foreign", exact=True)).to_be_visible()
    assert np.array_equal(project.sound("A").session.codes.grid, expected.grid)


def test_a_bar_shows_how_far_a_search_is_and_the_line_read_aloud_stays_the_same(
    tab: Page, running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    descended = Search._descended

    def slowly(search: Search, free: Tensor, hear: Any, after_round: Callable[[float], None]) -> Tensor:
        def after(share: float) -> None:
            time.sleep(0.1)
            after_round(share)

        return descended(search, free, hear, after)

    monkeypatch.setattr(Search, "_descended", slowly)
    open_first(tab, running, _foreign(tmp_path))
    bar, said = (
        tab.get_by_role("progressbar", name="Progress of the search"),
        tab.locator("#dna [role=status]"),
    )
    expect(bar).to_have_attribute("aria-valuenow", re.compile("[1-9][0-9]?"))
    expect(said.first).to_have_text("Searching for nearer codes…")
    expect(tab.get_by_text("foreign", exact=True)).to_be_visible()
    expect(bar).to_be_hidden()


def test_a_wrong_file_is_one_sentence_and_everything_stays(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "<img src=x>.wav").write_bytes(b"RIFF and nothing")
    before = desk.project.codes("A")
    desk.page.get_by_role("button", name="Open another sound as A").click()
    dialog = desk.page.get_by_role("dialog", name="Open a sound as A")
    dialog.locator("input[type=file]").set_input_files(tmp_path / "<img src=x>.wav")
    # A character that some system's files cannot be called by is kept as another.
    expect(dialog.get_by_role("status")).to_contain_text("_img src=x_.wav is not a sound that can be read")
    assert dialog.locator("img").count() == 0
    dialog.get_by_role("button", name="Close").click()
    assert desk.project.codes("A") == before


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
