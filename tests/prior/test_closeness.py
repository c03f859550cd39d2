from __future__ import annotations

import pytest

from distill.prior.closeness import WORDS, closeness
from distill.prior.novelty import RealSounds


def figures(overlap: float | None, seconds: float) -> RealSounds:
    return RealSounds(None if overlap is None else (overlap,), overlap, seconds)


@pytest.mark.parametrize(
    ("overlap", "seconds", "word"),
    [
        (0.0, 0.0, "new"),
        (0.04, 0.2, "new"),
        (0.1, 0.0, "mostly new"),
        (0.0, 0.6, "familiar"),
        (0.3, 0.3, "familiar"),
        (0.6, 0.0, "close to a copy"),
        (0.0, 9.0, "close to a copy"),
        (None, 0.3, "mostly new"),
    ],
)
def test_the_worse_of_the_two_figures_decides_the_word(
    overlap: float | None, seconds: float, word: str
) -> None:
    assert closeness(figures(overlap, seconds)).word == word


def test_more_copying_never_stands_nearer_to_new() -> None:
    places = [closeness(figures(share, 0.0)).place for share in (0, 0.01, 0.05, 0.2, 0.5, 0.9, 1.0)]
    assert places == sorted(places)
    assert places[0] == 0.0
    assert places[-1] == 1.0


def test_the_sentence_says_how_real_sounds_compare() -> None:
    real = figures(0.2, 0.0)
    assert ", more than real sounds" in closeness(figures(0.3, 0.0), real).sentence
    assert "share as much" in closeness(figures(0.1, 0.0), real).sentence
    assert "real" not in closeness(figures(0.0, 0.1), figures(0.0, 0.0)).sentence
    assert closeness(figures(0.1, 0.0), real).real_place == 0.5
    assert "real" not in closeness(figures(0.1, 0.0)).sentence
    assert closeness(figures(1.0, 9.0)).word == WORDS[-1]
