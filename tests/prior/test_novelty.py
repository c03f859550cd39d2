from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from tests.prior.copying_cases import places

from distill.codes.json_values import JSON
from distill.codes.limits import Grid
from distill.errors import BadCodes, BadCollection, BadModelFile, ForeignCodes
from distill.prior.novelty import NoveltyMeter, RealSounds
from distill.prior.perplexity import Perplexity
from distill.prior.places import Places

RATE = 46.875
FILES = np.random.default_rng(0).integers(0, 256, (2, 8, 200))


def meter(*grids: npt.ArrayLike) -> NoveltyMeter:
    return NoveltyMeter(places(*grids), step_rate=RATE)


def other(steps: int, *, seed: int = 1) -> Grid:
    return np.random.default_rng(seed).integers(0, 256, (8, steps))


def test_what_was_taken_is_said_in_seconds_and_with_its_place() -> None:
    sound = other(100)
    sound[:, 20:48] = FILES[1][:, 98:126]
    novelty = meter(*FILES).measure([other(30, seed=2), sound])
    assert novelty.longest is not None
    assert 28 <= novelty.longest.steps <= 35
    sentence = novelty.sentences()[0]
    assert sentence.startswith("Longest stretch taken from the collection: 0.7 s, from b.wav at ")
    at = float(sentence.removesuffix(" s.").rpartition(" ")[2])
    assert at == pytest.approx(98 / RATE, abs=0.25)
    assert novelty.copied_seconds == novelty.longest.steps / RATE
    assert novelty.nearest == "b.wav"
    assert novelty.overlap == pytest.approx(21 / (23 + 93))


def test_real_sounds_stand_beside() -> None:
    measure = meter(*FILES).measure
    real = measure([FILES[0][:, :100]])
    made = measure([other(100)])
    assert made.longest is None or made.longest.steps <= 2
    longest, overlap, nearest = made.sentences(real.as_real)
    assert longest.endswith("(real sounds it never heard: 2.1 s).")
    assert overlap == (
        "0% of its pieces of 0.17 s are in the collection as they are, 0% by level 1 alone "
        "(real sounds it never heard: 100% and 100%)."
    )
    assert nearest.startswith("Nearest file: ")
    assert real.sentences()[1] == (
        "100% of its pieces of 0.17 s are in the collection as they are, 100% by level 1 alone; this is rather a collage, "
        "so raise the creativity or let the guard forbid shorter stretches."
    )


def test_a_sound_that_has_nothing_of_the_collection_is_said_to_have_nothing() -> None:
    novelty = meter(np.zeros((8, 20), int)).measure([np.arange(1, 6) + np.zeros((8, 1), int)])
    assert novelty.sentences() == [
        "No stretch is taken from the collection.",
        "Too short to tell how many of its small pieces are in the collection.",
        "Nearest file: a.wav (0% alike).",
    ]
    assert novelty.to_json() == {
        "overlap": None,
        "overlap_by_level": None,
        "copied_seconds": 0.0,
        "copied_at_seconds": None,
        "copied_from": None,
        "copied_from_seconds": None,
        "nearest": "a.wav",
        "nearest_share": 0.0,
    }


def test_the_figures_have_names() -> None:
    novelty = meter(FILES[0]).measure([FILES[0][:, 50:97]], before=FILES[0][:, 49].tolist())
    assert novelty.to_json() == {
        "overlap": 1.0,
        "overlap_by_level": [1.0] * 8,
        "copied_seconds": 47 / RATE,
        "copied_at_seconds": 0.0,
        "copied_from": "a.wav",
        "copied_from_seconds": 50 / RATE,
        "nearest": "a.wav",
        "nearest_share": 1.0,
    }


@pytest.mark.parametrize(
    ("grids", "error", "sentence"),
    [
        ([], BadCodes, "there is nothing to compare with the collection; give a sound of at least one step."),
        (
            [np.zeros((8, 0), int)],
            BadCodes,
            "there is nothing to compare with the collection; give a sound of at least one step.",
        ),
        (
            [np.zeros((4, 9), int)],
            ForeignCodes,
            "these codes have 4 levels, the collection's have 8; use the model that made them, or encode the sound again.",
        ),
        (
            [np.full((8, 9), 256)],
            BadCodes,
            "a code of these is outside 0 to 255; use codes of this model, or encode the sound again.",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(
    grids: Sequence[Grid], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        meter(*FILES).measure(grids)
    assert str(caught.value) == sentence


def test_a_collection_of_nothing_is_refused() -> None:
    with pytest.raises(BadCollection):
        Places([], [], codebook_size=16)


@pytest.mark.parametrize(
    ("value", "verdict", "warns"),
    [
        (1.0, "memorised", True),
        (1.49, "memorised", True),
        (1.5, "tight", False),
        (2.0, "healthy", False),
        (20.0, "healthy", False),
        (21.0, "loose", False),
        (50.0, "loose", False),
        (50.1, "untaught", True),
        (float("inf"), "untaught", True),
        (float("nan"), "untaught", True),
    ],
)
def test_perplexity_is_judged(value: float, verdict: str, warns: bool) -> None:
    judged = Perplexity(value)
    assert (judged.verdict, judged.warns) == (verdict, warns)
    assert judged.sentence.startswith("Perplexity ")
    assert judged.sentence.endswith(".")


def test_a_minute_is_measured_against_half_an_hour_in_less_than_a_second() -> None:
    draws = np.random.default_rng(9)
    codes = draws.integers(0, 256, (8, 100_000)) * draws.integers(0, 256, (8, 100_000)) // 256
    known = NoveltyMeter(
        Places(np.split(codes, 200, axis=1), ["a.wav"] * 200, codebook_size=256), step_rate=RATE
    )
    sound = np.concatenate([codes[:, start : start + 7] for start in draws.integers(0, 99_000, 400)], axis=1)
    begin = time.process_time()
    known.measure([sound[:, :20]])  # prepares the index
    assert time.process_time() - begin < 3
    begin = time.process_time()
    novelty = known.measure([sound])
    assert time.process_time() - begin < 1
    assert novelty.overlap is not None
    assert novelty.overlap < 0.01


def test_figures_of_real_sounds_are_kept_as_json() -> None:
    real = meter(*FILES).measure([other(100)]).as_real
    assert RealSounds.from_json(real.to_json()) == real
    short = RealSounds(None, None, 0.0)
    assert RealSounds.from_json(short.to_json()) == short


@pytest.mark.parametrize(
    "values",
    [
        None,
        {"overlap": 0.1},
        {"overlap": 2.0, "overlap_by_level": [0.1], "copied_seconds": 1.0},
        {"overlap": 0.1, "overlap_by_level": "abc", "copied_seconds": 1.0},
        {"overlap": 0.1, "overlap_by_level": [True], "copied_seconds": 1.0},
        {"overlap": None, "overlap_by_level": None, "copied_seconds": -1.0},
    ],
)
def test_figures_that_are_none_are_refused(values: JSON) -> None:
    with pytest.raises(BadModelFile, match="what it says of real sounds are no figures"):
        RealSounds.from_json(values)
