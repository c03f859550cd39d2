"""A map shows entries where they lie, the used ones as large as their use, names and all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from matplotlib.image import imread

from distill.pictures import entry_map

PLACES = np.random.default_rng(0).random((32, 2))
EVEN = np.full(32, 10)


def drawn(path: Path) -> npt.NDArray[np.float64]:
    return np.asarray(imread(path), dtype=np.float64)[..., :3]


def coloured(picture: npt.NDArray[np.float64]) -> int:
    """Pixels of the map itself that are neither grey nor white."""
    inside = picture[:, : int(0.85 * picture.shape[1])]
    return int((np.ptp(inside, axis=2) > 0.1).sum())


def test_more_used_entries_are_larger_and_unused_ones_are_hollow(tmp_path: Path) -> None:
    bright = np.linspace(-1, 1, 32)
    one = np.where(np.arange(32) == 3, 1000, 1)
    pictures = [
        drawn(entry_map(PLACES, usage, bright, tmp_path / "map.png", title="Map"))
        for usage in (EVEN, one, np.zeros(32))
    ]
    assert coloured(pictures[0]) > coloured(pictures[1]) > coloured(pictures[2]) == 0


def test_groups_and_names_are_written_as_they_are(tmp_path: Path) -> None:
    def picture(**words: object) -> bytes:
        path = entry_map(PLACES, EVEN, np.zeros(32), tmp_path / "map.png", title="$x$ \u4e00", **words)  # type: ignore[arg-type]
        return path.read_bytes()

    bare = picture()
    assert picture() == bare  # same data, same bytes
    assert picture(groups=[("dark steady tone", (4, 5))]) != bare
    assert picture(groups=[("nothing", ())]) == bare
    assert picture(names={7: "glassy $hit$"}) != bare
