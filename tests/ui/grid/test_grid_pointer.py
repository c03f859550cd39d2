"""The code grid by pointer, compared with what Python makes of the records."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import expect
from tests.ui.grid.harness import Desk


def test_dragging_selects_and_the_line_below_says_what(desk: Desk) -> None:
    desk.drag(desk.cell(3, 40), desk.cell(2, 20))
    assert desk.selected() == [(20, 41, [2, 3])]
    expect(desk.status()).to_have_text("Selected: Timbre to Detail 3, 0.43 s to 0.87 s, 21 steps, 42 codes")
    desk.page.mouse.click(*desk.cell(1, 5))
    assert desk.selected() == []
    expect(desk.status()).to_contain_text("Structure, step 5 (0.11 s), code ")


def test_shift_and_click_selects_from_the_cursor_on(desk: Desk) -> None:
    desk.page.mouse.click(*desk.cell(1, 10))
    desk.page.keyboard.down("Shift")
    desk.page.mouse.click(*desk.cell(4, 14))
    desk.page.keyboard.up("Shift")
    assert desk.selected() == [(10, 15, [1, 2, 3, 4])]


def test_edges_of_a_selection_can_be_dragged_and_go_to_beats(desk: Desk) -> None:
    desk.drag(desk.cell(2, 20), desk.cell(3, 39))
    x, y = desk.cell(2, 39.5)
    desk.drag((x - 1, y), desk.cell(2, 59.6))
    assert desk.selected() == [(20, 60, [2, 3])]
    desk.of("sound.setTempo({ bpm: 120, beatsPerBar: 4 }, 1)")
    x, y = desk.cell(2, desk.of("sound.selection.stop") - 0.5)
    desk.drag((x - 1, y), desk.cell(2, 75))
    assert desk.selected() == [(20, 70, [2, 3])]


def test_a_lasso_selects_what_it_encloses(desk: Desk) -> None:
    desk.keys("g")
    left, right = desk.cell(1, 10), desk.cell(1, 30)
    desk.drag((left[0], left[1] - 12), (right[0], right[1] - 12), desk.cell(3, 10), (left[0], left[1] - 12))
    parts = desk.selected()
    assert len(parts) > 1
    assert {level for _, _, levels in parts for level in levels} >= {1, 2}
    desk.keys("Escape")
    assert desk.selected() == []
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


def test_carrying_a_selection_onto_the_other_grid_copies_it_there(desk: Desk) -> None:
    desk.drag(desk.cell(2, 20), desk.cell(3, 29))
    desk.drag(desk.cell(2, 25), desk.cell(2, 40), desk.cell(1, 65, "B"))
    assert desk.edits("A") == []
    expected = np.array(desk.slots["B"]["codes"]).reshape(1, 4, 120)
    expected[:, 1:3, 60:70] = desk.codes("A")[:, 1:3, 20:30]
    np.testing.assert_array_equal(desk.codes("B"), expected)
    np.testing.assert_array_equal(desk.codes("B"), desk.replayed("B"))
    assert desk.selected("B") == [(60, 70, [2, 3])]
    desk.drag(desk.cell(2, 65, "B"), desk.cell(2, 85, "B"))
    np.testing.assert_array_equal(desk.codes("B")[:, 1:3, 80:90], desk.codes("A")[:, 1:3, 20:30])


def test_what_is_carried_goes_to_beats_where_a_tempo_is_set(desk: Desk) -> None:
    desk.of("sound.setTempo({ bpm: 120, beatsPerBar: 4 }, 1)", "B")
    desk.drag(desk.cell(2, 20), desk.cell(2, 22))
    desk.drag(desk.cell(2, 21), desk.cell(2, 40), desk.cell(2, 50, "B"))
    assert desk.selected("B") == [(47, 50, [2])]


def test_escape_gives_up_a_gesture(desk: Desk) -> None:
    desk.drag(desk.cell(2, 20), desk.cell(3, 29))
    desk.page.mouse.move(*desk.cell(2, 25))
    desk.page.mouse.down()
    desk.page.mouse.move(*desk.cell(2, 65), steps=3)
    desk.page.keyboard.press("Escape")
    desk.page.mouse.up()
    assert desk.edits() == []
