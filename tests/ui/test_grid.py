"""The code grid in a real browser: every gesture by pointer and by key, compared with what Python makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.ui.grid_harness import Desk, slot

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Box = tuple[int, int, list[int]]

# WCAG 2.2 A and AA, as axe-core names them.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
_MS_OF_REDRAW = 5.0  # as the issue asks of 8 x 3,000


@pytest.fixture(scope="module")
def watched(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One page for all tests here: they lay their sounds on it anew."""
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
    watched.page.mouse.move(0, 0)
    return watched.lay()


def _selected(desk: Desk, name: str = "A") -> list[Box]:
    parts = desk.of("sound.selection?.parts ?? []", name)
    return [(part["start"], part["stop"], part["levels"]) for part in parts]


def test_dragging_selects_and_the_line_below_says_what(desk: Desk) -> None:
    desk.drag(desk.cell(3, 40), desk.cell(2, 20))
    assert _selected(desk) == [(20, 41, [2, 3])]
    expect(desk.status()).to_have_text("Selected: Timbre to Detail 3, 0.43 s to 0.87 s, 21 steps, 42 codes")
    desk.page.mouse.click(*desk.cell(1, 5))
    assert _selected(desk) == []
    expect(desk.status()).to_contain_text("Structure, step 5 (0.11 s), code ")


def test_shift_and_click_selects_from_the_cursor_on(desk: Desk) -> None:
    desk.page.mouse.click(*desk.cell(1, 10))
    desk.page.keyboard.down("Shift")
    desk.page.mouse.click(*desk.cell(4, 14))
    desk.page.keyboard.up("Shift")
    assert _selected(desk) == [(10, 15, [1, 2, 3, 4])]


def test_edges_of_a_selection_can_be_dragged_and_go_to_beats(desk: Desk) -> None:
    desk.drag(desk.cell(2, 20), desk.cell(3, 39))
    x, y = desk.cell(2, 39.5)
    desk.drag((x - 1, y), desk.cell(2, 60))
    assert _selected(desk) == [(20, 60, [2, 3])] or _selected(desk) == [(20, 61, [2, 3])]
    desk.of("sound.setTempo({ bpm: 120, beatsPerBar: 4 }, 1)")
    x, y = desk.cell(2, desk.of("sound.selection.stop") - 0.5)
    desk.drag((x - 1, y), desk.cell(2, 75))
    assert _selected(desk) == [(20, 70, [2, 3])]


def test_a_lasso_selects_what_it_encloses(desk: Desk) -> None:
    desk.keys("g")
    left, right = desk.cell(1, 10), desk.cell(1, 30)
    desk.drag((left[0], left[1] - 12), (right[0], right[1] - 12), desk.cell(3, 10), (left[0], left[1] - 12))
    parts = _selected(desk)
    assert len(parts) > 1
    assert {level for _, _, levels in parts for level in levels} >= {1, 2}
    desk.keys("Escape")
    assert _selected(desk) == []
    assert desk.page.evaluate("desk.settings.tool") == "select"


def test_a_brush_stroke_is_one_edit_of_the_brush_s_level(desk: Desk) -> None:
    desk.of("sound.setBrush({ level: 2, code: 7 })")
    desk.keys("b")
    desk.drag(desk.cell(2, 10), desk.cell(2, 25), desk.cell(4, 30))
    assert desk.edits() == [
        [
            {
                "operation": "set",
                "region": {"start": 10, "stop": 31, "levels": [2]},
                "arguments": {"code": 7},
                "seed": 0,
            }
        ]
    ]
    assert (desk.codes()[0, 1, 10:31] == 7).all()
    np.testing.assert_array_equal(desk.codes(), desk.replayed())
    desk.drag(desk.cell(3, 10), desk.cell(3, 25))
    assert len(desk.edits()) == 1
    expect(desk.status()).to_contain_text("The brush is an entry of Timbre")


def test_codes_on_the_canvas_have_the_colour_of_their_entry(desk: Desk) -> None:
    desk.of("grid.view.zoom(20, 0)")
    desk.of("(sound.moveCursor(1, 0), sound.setBrush({ level: 2, code: 63 }))")
    desk.keys("2", "p")
    assert desk.codes()[0, 1, 0] == 63
    red, green, blue = desk.of("""(() => {
      grid.redraw();
      const { x, y } = grid.cellXY(2, 0), box = grid.base.getBoundingClientRect();
      return [...grid.base.getContext('2d').getImageData(x - box.left - 16, y - box.top - 8, 1, 1).data].slice(0, 3);
    })()""")
    assert min(red, green, blue) > 180  # the brightest entry


def test_carrying_a_selection_onto_the_other_grid_copies_it_there(desk: Desk) -> None:
    desk.drag(desk.cell(2, 20), desk.cell(3, 29))
    desk.drag(desk.cell(2, 25), desk.cell(2, 40), desk.cell(1, 65, "B"))
    assert desk.edits("A") == []
    expected = np.array(desk.slots["B"]["codes"]).reshape(1, 4, 120)
    expected[:, 1:3, 60:70] = desk.codes("A")[:, 1:3, 20:30]
    np.testing.assert_array_equal(desk.codes("B"), expected)
    np.testing.assert_array_equal(desk.codes("B"), desk.replayed("B"))
    assert _selected(desk, "B") == [(60, 70, [2, 3])]
    desk.drag(desk.cell(2, 65, "B"), desk.cell(2, 85, "B"))
    np.testing.assert_array_equal(desk.codes("B")[:, 1:3, 80:90], desk.codes("A")[:, 1:3, 20:30])


def test_escape_gives_up_a_gesture(desk: Desk) -> None:
    desk.drag(desk.cell(2, 20), desk.cell(3, 29))
    desk.page.mouse.move(*desk.cell(2, 25))
    desk.page.mouse.down()
    desk.page.mouse.move(*desk.cell(2, 65), steps=3)
    desk.page.keyboard.press("Escape")
    desk.page.mouse.up()
    assert desk.edits() == []


def test_everything_is_selected_and_edited_by_keyboard(desk: Desk) -> None:
    desk.keys("ArrowRight", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown")
    assert _selected(desk) == [(1, 4, [2, 3])]
    desk.keys(
        "r",
        "]",
        "Shift+}",
        "Control+d",
        "Shift+R",
        "Control+c",
        "Delete",
        "End",
        "2",
        "Control+v",
        "Control+x",
    )
    np.testing.assert_array_equal(desk.codes(), desk.replayed())
    assert len(desk.edits()) == 8
    desk.keys("Control+a")
    assert _selected(desk) == [(0, 120, [1, 2, 3, 4])]
    desk.keys("Escape")
    assert _selected(desk) == []


def test_copy_in_one_sound_and_paste_in_the_other_by_keyboard(desk: Desk) -> None:
    desk.keys("3", "Shift+ArrowRight", "Control+c")
    desk.keys("ArrowRight", "Control+v", name="B")
    np.testing.assert_array_equal(desk.codes("B")[0, 2, 1:3], desk.codes("A")[0, 2, :2])
    np.testing.assert_array_equal(desk.codes("B"), desk.replayed("B"))
    desk.keys("1", "k", "4", "ArrowRight", "Control+Shift+V", name="B")
    (edit,) = desk.edits("B")[1:]
    assert edit[0]["region"] == {"start": 2, "stop": 4, "levels": [2, 3, 4]}


def test_nudging_goes_to_the_neighbour_in_sound_and_stops_at_the_end(desk: Desk) -> None:
    before = int(desk.codes()[0, 0, 0])
    desk.keys("]")  # the order of the entries is 63, 62, .. 0
    assert desk.codes()[0, 0, 0] == max(0, before - 1)
    for _ in range(7):
        desk.keys("Shift+}")
    assert desk.codes()[0, 0, 0] == 0
    expect(desk.status()).to_contain_text("code 0: sound 0")
    np.testing.assert_array_equal(desk.codes(), desk.replayed())


def test_a_locked_level_is_changed_by_nothing(desk: Desk) -> None:
    before = desk.codes()
    desk.keys("3", "k")
    assert desk.asked("setLevels")[-1] == ["A", {"locked": [3], "muted": [], "soloed": []}]
    desk.of("sound.setBrush({ level: 3, code: 1 })")
    desk.keys("p", "r", "]", "Delete", "Control+c", "Control+v")
    desk.keys("b")
    desk.drag(desk.cell(3, 10), desk.cell(3, 20))
    assert desk.edits() == []
    expect(desk.status()).to_have_text("Detail 3 is locked; K unlocks the level of the cursor.")
    desk.keys("v", "Control+a", "r")
    after = desk.codes()
    np.testing.assert_array_equal(after[:, 2], before[:, 2])
    np.testing.assert_array_equal(after[:, [0, 1, 3]], before[:, [0, 1, 3], ::-1])


def test_picking_makes_the_code_under_the_cursor_the_brush(desk: Desk) -> None:
    desk.keys("p")
    expect(desk.status()).to_contain_text("There is no brush yet")
    desk.keys("4", "i")
    code = int(desk.codes()[0, 3, 0])
    assert desk.of("sound.brush") == {"level": 4, "code": code}
    desk.keys("Shift+End", "Enter")
    assert (desk.codes()[0, 3] == code).all()


def test_level_heads_are_one_tab_stop_with_arrows_inside(desk: Desk) -> None:
    region = desk.page.get_by_role("region", name="Code grid A")
    expect(region.locator(".d-grid-heads button[tabindex='0']")).to_have_count(1)
    region.get_by_role("button", name="1 Structure: select the whole level").focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        desk.page.keyboard.press(key)
    expect(region.get_by_role("button", name="Mute Timbre")).to_have_attribute("aria-pressed", "true")
    assert desk.of("[...sound.muted]") == [2]
    desk.page.keyboard.press("Tab")
    expect(desk.surface()).to_be_focused()
    desk.page.keyboard.press("Tab")
    expect(desk.surface()).not_to_be_focused()
    region.get_by_role("button", name="3 Detail: select the whole level").click()
    assert _selected(desk) == [(0, 120, [3])]


def test_play_loop_seek_hear_undo_and_redo_are_asked_for(desk: Desk) -> None:
    desk.keys("Space", "Shift+Space", "h", "Control+z", "Control+Shift+Z", "Control+y")
    assert desk.asked("toggle") == [["A", {"loop": False}], ["A", {"loop": True}]]
    assert desk.asked("hearCell") == [["A", 1, int(desk.codes()[0, 0, 0])]]
    assert desk.asked("undo") == [["A"]]
    assert desk.asked("redo") == [["A"], ["A"]]
    x, y = desk.cell(1, 60)
    desk.page.mouse.click(x, y - 60)
    ((name, seconds),) = desk.asked("seek")
    assert name == "A"
    assert seconds == pytest.approx(60.5 / 46.875, abs=0.02)
    desk.drag((x, y - 60), (desk.cell(1, 80)[0], y - 60))
    assert _selected(desk) == [(60, 81, [1, 2, 3, 4])]


def test_zoom_scroll_and_the_overview_show_every_part(desk: Desk) -> None:
    desk.lay(slot("A", (1, 4, 3000)))
    x, y = desk.cell(2, 100)
    desk.page.mouse.move(x, y)
    desk.page.keyboard.down("Control")
    for _ in range(8):
        desk.page.mouse.wheel(0, -100)
    desk.page.keyboard.up("Control")
    assert desk.of("grid.view.scale") > 20
    assert abs(desk.cell(2, 100)[0] - x) < 40
    desk.keys("End")
    assert desk.of("grid.view.xOf(3000) <= grid.view.width + 1")
    box = desk.page.locator(".d-grid-overview").bounding_box()
    assert box is not None
    desk.drag((box["x"] + box["width"] - 2, box["y"] + 15), (box["x"] + box["width"] / 2, box["y"] + 15))
    assert desk.of("Math.abs(grid.view.first - 1500)") < 60
    desk.keys("0")
    assert desk.of("grid.view.whole")


def test_the_playhead_turns_the_page_unless_one_has_scrolled_away(desk: Desk) -> None:
    desk.lay(slot("A", (1, 4, 3000)))
    desk.of("grid.view.zoom(6, 0)")
    desk.of("grid.setPlayhead(0)")
    desk.of("grid.setPlayhead(2000 / sound.fps)")
    assert 0 <= desk.of("grid.view.xOf(2000)") < desk.of("grid.view.width") / 4
    desk.of("grid.view.scrollTo(100)")
    desk.of("grid.setPlayhead(2001 / sound.fps)")
    assert desk.of("grid.view.first") == 100
    desk.of("grid.setPlayhead(null)")


def test_a_stereo_sound_is_edited_in_mid_or_side(desk: Desk) -> None:
    desk.lay(slot("A", (2, 3, 60)))
    before = desk.codes()
    desk.page.get_by_label("Mid or side").select_option("side")
    desk.keys("Control+a", "r")
    np.testing.assert_array_equal(desk.codes()[0], before[0])
    np.testing.assert_array_equal(desk.codes()[1], before[1, :, ::-1])
    np.testing.assert_array_equal(desk.codes(), desk.replayed())


def test_codes_of_another_model_are_refused_with_a_sentence(desk: Desk) -> None:
    desk.lay(slot("A"), slot("B", model="other", fingerprint="ffff0000"))
    desk.keys("Control+c")
    desk.keys("Control+v", name="B")
    expect(desk.status("B")).to_contain_text("These codes are of the model tiny, and this sound is of other")
    assert desk.edits("B") == []


def test_names_are_only_ever_text(desk: Desk) -> None:
    title = "<img src=x onerror=alert(1)>"
    desk.lay(slot("A", title=title, level_names=[title] * 4))
    expect(desk.surface()).to_have_attribute(
        "aria-label",
        f"Codes of {title}: arrows move, Shift and arrows select, question mark lists all shortcuts",
    )
    expect(desk.page.locator("img")).to_have_count(0)


def test_a_hidden_grid_draws_itself_when_it_is_shown(desk: Desk) -> None:
    desk.page.evaluate("document.getElementById('root').style.display = 'none'")
    desk.of("sound.selectAll()")
    desk.page.evaluate("document.getElementById('root').style.display = ''")
    desk.drag(desk.cell(1, 5), desk.cell(1, 8))
    assert _selected(desk) == [
        (3, 120, [1, 2, 3, 4])
    ]  # what was selected meanwhile was carried, by three steps
    desk.page.set_viewport_size({"width": 900, "height": 1000})
    desk.page.wait_for_function("desk.open.A.grid.view.width < 750")
    desk.page.set_viewport_size({"width": 1280, "height": 1000})


def test_eight_levels_of_three_thousand_steps_are_drawn_in_five_milliseconds(desk: Desk) -> None:
    desk.lay(slot("A", (1, 8, 3000)))
    for zoom in (0, 6, 30):
        desk.of(f"grid.view.zoom({zoom})")
        times = desk.of("Array.from({ length: 15 }, () => { grid.redraw(); return grid.timings.at(-1); })")
        assert min(times) <= _MS_OF_REDRAW, times


@pytest.mark.parametrize("dark", [False, True])
def test_the_grids_break_no_rule_of_axe(dark: bool, desk: Desk) -> None:
    desk.page.evaluate(
        "(dark) => { document.body.classList.toggle('dark', dark); desk.talk.say('light'); }", dark
    )
    desk.lay(slot("A", (2, 4, 120), muted=[2], locked=[3]), slot("B"))
    desk.keys("Control+a")
    found = Axe().run(desk.page, "main", RULES)
    desk.page.evaluate("() => { document.body.classList.remove('dark'); desk.talk.say('light'); }")
    assert not found.response["violations"], found.generate_report()
