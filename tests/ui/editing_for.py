"""Edit in a page for some time, as a person would who never tires, and tell what it cost."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["Figures", "edit_for", "resident_bytes"]

ROOT = Path(__file__).parents[2]

# Gestures one after another: a stroke, a region turned round, a paste by nudging, undo and redo; the grid ends as it began.
_ROUND = """async ({ seconds, pause }) => {
  const { Selection } = await import('/distill/static/dna/grid/selection.js');
  const { project, transport } = __desk, ends = performance.now() + 1000 * seconds;
  const sound = project.sound('A'), { fps, numLevels } = sound;
  const times = [], levels = Array.from({ length: numLevels }, (_, n) => n + 1);
  let gestures = 0, payload = 0;
  const sent = window.fetch;
  window.fetch = (path, options) => { if (String(path).includes('/project/edit')) payload = Math.max(payload, options.body.length); return sent(path, options); };
  const heard = (before) => new Promise((resume) => { const look = () => (transport.timings.length > before ? resume() : setTimeout(look, 2)); look(); });
  while (performance.now() < ends) {
    const start = Math.floor(Math.random() * Math.max(1, sound.numSteps - 24)), region = { start, stop: start + 23, levels };
    sound.select(Selection.box(region.start, region.stop, levels));
    for (const [operation, given] of [['reverse', {}], ['set', { code: gestures % sound.codebookSize }], ['rotate', { by: 5 }]]) {
      const before = transport.timings.length, began = performance.now();
      await project.edit('A', [{ operation, region, arguments: given }], operation);
      await heard(before);
      times.push(performance.now() - began);
      gestures += 1;
      await new Promise((resume) => setTimeout(resume, 1000 * pause));
    }
    await project.undo('A', 3);
    await project.redo('A', 1);
    await project.undo('A', 1);
    gestures += 3;
    transport.timings.length = 0;
  }
  window.fetch = sent;
  return { gestures, payload, times };
}"""


@dataclass(frozen=True)
class Figures:
    """What editing cost.

    Attributes
    ----------
    gestures : int
    milliseconds : list of float
        From the end of each gesture to its sound.
    heap_growth : float
        Of what the page holds from the first quarter's end to the last, as a share.
    payload_bytes : int
        The largest that one edit sent.
    """

    gestures: int
    milliseconds: list[float]
    heap_growth: float
    payload_bytes: int


def edit_for(page: Page, *, seconds: float, pause: float = 0.0) -> Figures:
    """Edit sound A of the editor that is open in a page, with a pause of so many seconds after each edit was heard."""
    session = page.context.new_cdp_session(page)
    began = time.monotonic()
    quarter = {"seconds": seconds / 4, "pause": pause}
    rounds: list[dict[str, Any]] = [page.evaluate(_ROUND, quarter)]
    first = _held(session)
    while time.monotonic() - began < seconds:
        rounds.append(page.evaluate(_ROUND, quarter))
    last = _held(session)
    session.detach()
    times = [taken for one in rounds for taken in one["times"]]
    return Figures(
        sum(one["gestures"] for one in rounds), times, last / first - 1, max(one["payload"] for one in rounds)
    )


def resident_bytes() -> int:
    """Memory of this process, where the system tells."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


def _held(session: Any) -> int:
    """Bytes of all that a page holds: scripts, elements and what hangs on them."""
    chunks: list[str] = []

    def take(event: Any) -> None:
        chunks.append(event["chunk"])

    session.on("HeapProfiler.addHeapSnapshotChunk", take)
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    session.remove_listener("HeapProfiler.addHeapSnapshotChunk", take)  # or it would hold all of them
    reader = [sys.executable, "-m", "tests.ui.held_bytes"]
    told = subprocess.run(reader, input="".join(chunks), text=True, check=True, capture_output=True, cwd=ROOT)
    return int(told.stdout)
