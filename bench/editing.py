"""How the editor feels in a real browser: ready when, heard when, drawn how fast, sent how much, growing or not.

    python -m bench.editing [--minutes 5] [--model demo] [--beside FOLDER]

A sound of ten seconds is edited in Chromium as a person would who never tires (tests/ui/editing_for.py): a region of half a
second is turned round, held and rotated, undone and done again, all over the sound. Time counts from the end of a gesture to the
moment its sound could be played; the 60 ms that the page waits for the gesture to go on are in it. Memory is the page's heap after
collecting garbage, and the server's resident set. Nothing else should run beside it, but what ``--beside`` asks for: a training on
that folder of sounds, as the page starts one.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright
from tests.ui.editing_for import edit_for, resident_bytes

from bench import editing_tables, machine, records
from bench.chromium import FLAGS, chromium
from bench.formula import tones_and_noise
from distill.api import DetachedTraining
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.writing import write_wav
from distill.home import home as user_folder
from distill.ui import started

__all__ = ["main", "measure"]

SECONDS, STEPS, LEVELS = 10.0, 3000, 8
MOST_GROWTH = 0.1  # of memory, however long one edits
_LONG_MINUTES = 240.0  # longer than anything is measured beside it
_REDRAW = """async ([levels, steps]) => {
  const { createGrid } = await import('/distill/static/dna/grid/grid.js');
  const { Sound } = await import('/distill/static/dna/grid/sound.js');
  const codes = Uint16Array.from({ length: levels * steps }, () => Math.floor(Math.random() * 256));
  const sound = new Sound({ slot: 'C', title: 'long', model: '', fps: 46.875, codebook_size: 256, levels, steps, channels: 1, codes, original: codes });
  const grid = createGrid(sound, {});
  document.querySelector('.dna-place-A').append(grid.element);
  await new Promise((resume) => setTimeout(resume, 500));
  grid.view.fit();
  for (let n = 0; n < 30; n++) { grid.cells.forget(); grid.overview.forget(); grid.redraw(); } // as after an edit
  const times = grid.timings.slice(-30);
  grid.destroy();
  return times;
}"""


def measure(*, model: Path, minutes: float, beside: Path | None = None) -> dict[str, Any]:
    """Return the figures of one run, with a training on the sounds of ``beside`` under way."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        (home / "models").mkdir(parents=True)
        shutil.copy(model, home / "models" / model.name)
        sound = Path(folder) / "ten seconds.wav"
        write_wav(sound, Clip(tones_and_noise(SECONDS, sample_rate=SAMPLE_RATE, channels=1, seed=0).numpy()))
        with started(home=home, port=0) as (running, _), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.on("requestfailed", lambda asked: print(asked.url, asked.failure, file=sys.stderr))
            began = time.perf_counter()
            page.goto(f"{running.url}#dna")
            page.wait_for_selector("#dna .d-panel > *")
            ready = time.perf_counter() - began
            running.studio.project.open_file("A", sound, model=model.stem)
            page.reload()
            page.wait_for_function("window.__desk && __desk.transport.timings.length > 0", timeout=60_000)
            redraws = page.evaluate(_REDRAW, [LEVELS, STEPS])
            with _trained_on(beside, home):
                edit_for(page, seconds=15 * minutes)  # what is kept for going back is full by then
                before = resident_bytes()
                figures = edit_for(page, seconds=60 * minutes)
                after = resident_bytes()
            browser.close()
    return {
        "ready_seconds": ready,
        "heard_ms": {
            "median": statistics.median(figures.milliseconds),
            "p95": float(np.percentile(figures.milliseconds, 95)),
        },
        "redraw_ms": {"median": statistics.median(redraws), "p95": float(np.percentile(redraws, 95))},
        "payload_bytes": figures.payload_bytes,
        "gestures": figures.gestures,
        "heap_growth": figures.heap_growth,
        "server_growth": after / before - 1 if before else 0.0,
    }


@contextmanager
def _trained_on(sounds: Path | None, home: Path) -> Iterator[None]:
    """Have a training take its steps meanwhile, for as long as it is needed."""
    if sounds is None:
        yield
        return
    training = DetachedTraining(home)
    training.start([sounds], name="beside", minutes=_LONG_MINUTES, device="cpu")
    try:
        while not _steps(training):
            if training.state() not in ("starting", "running"):
                raise RuntimeError(f"the training beside it ended: {training.story().end}")
            time.sleep(0.5)
        began = _steps(training)
        yield
        print(f"{_steps(training) - began} steps were taken beside it.", file=sys.stderr)
    finally:
        while training.record.held():
            training.kill()
            time.sleep(0.1)


def _steps(training: DetachedTraining) -> int:
    progress = training.story().progress
    return int(progress["done"]) if progress is not None and progress["task"] == "train" else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, append the line; return the exit code: 1 if memory grows."""
    parser = argparse.ArgumentParser(prog="python -m bench.editing", description="How the editor feels.")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--model", default="demo", help="a model of the library, or a .distill file")
    parser.add_argument("--beside", type=Path, help="a folder of sounds to train on meanwhile")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    path = Path(given.model)
    if path.suffix != ".distill":
        path = user_folder() / "models" / f"{given.model}.distill"
    if not path.is_file():
        print(
            f"there is no model {str(path)!r} to edit with; make demo leaves one in the library.",
            file=sys.stderr,
        )
        return 2
    if given.beside is not None and not given.beside.is_dir():
        print(f"there is no folder {str(given.beside)!r} to train on.", file=sys.stderr)
        return 2
    figures = measure(model=path, minutes=given.minutes, beside=given.beside)
    line = {"bench": "editing", **machine.context(), **figures}
    line["key"] = {
        "minutes": given.minutes,
        "model": path.stem,
        "beside": given.beside.name if given.beside else "",
        "commit": line["commit"],
    }
    records.append(given.out / "editing.jsonl", line)
    print(editing_tables.editing([line]))
    grown = max(line["heap_growth"], line["server_growth"])
    if grown > MOST_GROWTH:
        print(
            f"memory grew by {100 * grown:.0f} %, and may grow by {100 * MOST_GROWTH:.0f} %.", file=sys.stderr
        )
    return int(grown > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
