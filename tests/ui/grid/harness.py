"""Two grids on a page of their own, with nothing behind them: what they ask for is written down, and made as the editor would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.level_names import level_name

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["FINGERPRINT", "Desk", "slot"]

FINGERPRINT = "1a2b3c4d" * 8
SIZE = 64
_PAGE = """<!doctype html><html lang="en"><title>Grids</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/distill/static/look.css">
<link rel="stylesheet" href="/distill/static/dna/dna.css"><body><main class="d-panel" id="root"></main></body></html>"""
_MOUNT = """async (slots) => {
  const of = '/distill/static/dna/grid/';
  const [{ Sound }, { createGrid }, { createTools }, { applyLocally }, { settings }, { Selection }] = await Promise.all(
    ['sound', 'grid', 'tools', 'local', 'settings', 'selection'].map((name) => import(`${of}${name}.js`)));
  const talk = await import('/distill/static/base/talk.js');
  for (const { grid } of Object.values(window.desk?.open ?? {})) grid.destroy();
  Object.assign(settings, { tool: 'select', colour: 'brightness', clip: null });
  const root = document.getElementById('root'), asked = [], open = {};
  const note = (what) => (...given) => { asked.push([what, ...given]); };
  const actions = {
    edit(slot, edits, label) { asked.push(['edit', slot, edits, label]); for (const edit of edits) applyLocally(open[slot].sound, edit); },
    ...Object.fromEntries(['undo', 'redo', 'toggle', 'seek', 'hearCell', 'setLevels'].map((what) => [what, note(what)])),
  };
  const size = slots[0].codebook_size, even = Array.from({ length: size }, (_, code) => code / size);
  const entries = slots[0].level_names.map(() => ({ names: even.map((_, code) => `sound ${code}`), brightness: even, usage: even, order: [...even.keys()].reverse() }));
  root.replaceChildren(createTools());
  for (const slot of slots) {
    const sound = new Sound(slot), grid = createGrid(sound, actions, { entries });
    open[slot.slot] = { sound, grid };
    root.append(grid.element);
  }
  window.desk = { asked, open, settings, Selection, talk };
  while (Object.values(open).some(({ grid }) => !grid.view.width)) await new Promise(requestAnimationFrame);
}"""


def slot(name: str = "A", shape: tuple[int, int, int] = (1, 4, 120), **changes: Any) -> dict[str, Any]:
    """A slot's JSON with random codes."""
    channels, levels, steps = shape
    grid = np.random.default_rng(ord(name)).integers(0, SIZE, shape)
    return {
        "slot": name,
        "title": f"sound {name}",
        "model": "tiny",
        "fingerprint": FINGERPRINT,
        "fps": 46.875,
        "codebook_size": SIZE,
        "levels": levels,
        "steps": steps,
        "channels": channels,
        "codes": grid.ravel().tolist(),
        "level_names": [level_name(level, levels) for level in range(1, levels + 1)],
    } | changes


class Desk:
    """What a person in front of the two grids does and sees."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @classmethod
    def on(cls, page: Page, url: str) -> Desk:
        """Load the page."""
        page.route("**/grids", lambda route: route.fulfill(body=_PAGE, content_type="text/html"))
        page.goto(f"{url}grids")
        return cls(page)

    def lay(self, *slots: dict[str, Any]) -> Desk:
        """Open sounds; A and B if none are given."""
        self.slots = {one["slot"]: one for one in slots or (slot("A"), slot("B"))}
        self.page.evaluate(_MOUNT, list(self.slots.values()))
        return self

    def surface(self, name: str = "A") -> Locator:
        """The canvas that takes keys and pointer."""
        return self.page.get_by_role("region", name=f"Code grid {name}").get_by_role("application")

    def status(self, name: str = "A") -> Locator:
        """The line that is read aloud."""
        return self.page.get_by_role("region", name=f"Code grid {name}").get_by_role("status")

    def cell(self, level: int, step: float, name: str = "A") -> tuple[float, float]:
        """Middle of a cell."""
        place = self.page.evaluate(
            "([name, level, step]) => desk.open[name].grid.cellXY(level, step)", [name, level, step]
        )
        return place["x"], place["y"]

    def drag(self, start: tuple[float, float], *path: tuple[float, float]) -> None:
        """Press, go along a path, let go."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        for place in path:
            self.page.mouse.move(*place, steps=3)
        self.page.mouse.up()

    def keys(self, *keys: str, name: str = "A") -> None:
        """Press keys in a grid."""
        self.surface(name).focus()
        for key in keys:
            self.page.keyboard.press(key)

    def of(self, expression: str, name: str = "A") -> Any:
        """Evaluate something of an open sound: ``sound``, ``grid`` and ``desk`` are there."""
        return self.page.evaluate(
            f"(name) => {{ const {{ sound, grid }} = desk.open[name]; return {expression}; }}", name
        )

    def selected(self, name: str = "A") -> list[tuple[int, int, list[int]]]:
        """Parts of the selection: start, stop, levels."""
        parts = self.of("sound.selection?.parts ?? []", name)
        return [(part["start"], part["stop"], part["levels"]) for part in parts]

    def asked(self, what: str) -> list[list[Any]]:
        """What the grids asked the editor for."""
        return [one[1:] for one in self.page.evaluate("desk.asked") if one[0] == what]

    def edits(self, name: str = "A") -> list[list[dict[str, Any]]]:
        """The edits of a slot: a list of records each."""
        return [one[1] for one in self.asked("edit") if one[0] == name]

    def codes(self, name: str = "A") -> np.ndarray:
        """Codes as the page shows them."""
        given = self.slots[name]
        return np.array(self.of("[...sound.codes]", name)).reshape(given["channels"], given["levels"], -1)

    def replayed(self, name: str = "A") -> np.ndarray:
        """Codes as Python makes them of all that was asked for, through JSON as on the wire."""
        given = self.slots[name]
        grid = np.array(given["codes"]).reshape(given["channels"], given["levels"], given["steps"])
        codes = Codes(
            grid,
            codebook_size=given["codebook_size"],
            fingerprint=given["fingerprint"],
            model=given["model"],
            num_samples=given["steps"] * 1024,
        )
        records = json.loads(json.dumps([record for edit in self.edits(name) for record in edit]))
        return np.asarray(apply(codes, [Edit.from_json(record) for record in records]).grid)
