"""What the code grid shows: colours, zoom, playhead, names; how fast, and for everybody."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.ui.grid.harness import Desk, slot

# WCAG 2.2 A and AA, as axe-core names them.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
_MS_OF_REDRAW = 5.0  # as the issue asks of 8 x 3,000


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
    assert desk.selected() == [
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
