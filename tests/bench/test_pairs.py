from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bench.pairs import Pair, draw_pairs
from matplotlib.image import imread

from distill.audio.clip import Samples


def tone(hz: float, seconds: float, *, channels: int = 1) -> Samples:
    wave = 0.5 * np.sin(2 * np.pi * hz * np.arange(int(48_000 * seconds)) / 48_000)
    return np.tile(wave, (channels, 1)).astype(np.float32)


def test_a_picture_is_small_as_wide_as_its_pairs_and_the_same_every_time(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).standard_normal((2, 9 * 48_000)).astype(np.float32)
    pairs = [
        Pair("noise", "output", noise, 0.5 * noise),
        Pair("a tone whose name is too long for its panel", "output", tone(440, 0.2), tone(450, 0.2)),
    ]
    first = draw_pairs(pairs, tmp_path / "first.png").read_bytes()
    assert first == draw_pairs(pairs, tmp_path / "again.png").read_bytes()
    assert len(first) < 400_000
    wide, narrow = imread(tmp_path / "first.png"), imread(draw_pairs(pairs[:1], tmp_path / "one.png"))
    assert wide.shape[0] == narrow.shape[0]
    assert wide.shape[1] - narrow.shape[1] == 280


def bright_rows(hz: float, folder: Path) -> tuple[int, int]:
    """Height, in pixels from above, of a tone's line in the upper and in the lower panel."""
    silence = 0 * tone(hz, 1.0)
    with_tone, without = (
        imread(draw_pairs([Pair("a", "b", sound, sound)], folder / "a.png"))[..., :3].sum(axis=2)
        for sound in (tone(hz, 1.0), silence)
    )
    column = with_tone.shape[1] // 3  # inside the panels, left of the bar of colours
    rows = np.flatnonzero(with_tone[:, column] - without[:, column] > 1.5)
    middle = with_tone.shape[0] // 2
    above, below = rows[rows < middle], rows[rows >= middle]
    assert all(0 < len(line) < 30 for line in (above, below))  # a line in each panel, not a wash
    return int(above.mean()), int(below.mean())


def test_a_tone_is_a_line_in_both_panels_and_a_higher_tone_a_higher_line(tmp_path: Path) -> None:
    low, high = bright_rows(500, tmp_path), bright_rows(5000, tmp_path)
    assert all(raised < lowered - 40 for raised, lowered in zip(high, low, strict=True))


@pytest.mark.parametrize("channels", [1, 2])
def test_silence_is_drawn_without_complaint(channels: int, tmp_path: Path) -> None:
    silence = np.zeros((channels, 4800), np.float32)
    assert draw_pairs([Pair("silence", "output", silence, silence)], tmp_path / "a.png").stat().st_size
