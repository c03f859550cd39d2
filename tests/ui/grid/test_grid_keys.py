"""The code grid by keyboard alone, compared with what Python makes of the records."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect
from tests.ui.grid.harness import Desk, slot


def test_everything_is_selected_and_edited_by_keyboard(desk: Desk) -> None:
    desk.keys("ArrowRight", "ArrowDown", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown")
    assert desk.selected() == [(1, 4, [2, 3])]
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
    assert desk.selected() == [(0, 120, [1, 2, 3, 4])]
    desk.keys("Escape")
    assert desk.selected() == []


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
    desk.keys(",", ",", ".", ";", ":")  # where brackets are hard to reach
    assert desk.codes()[0, 0, 0] == 1
    desk.keys(".")
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
    assert desk.selected() == [(0, 120, [3])]


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
    assert desk.selected() == [(60, 81, [1, 2, 3, 4])]


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
