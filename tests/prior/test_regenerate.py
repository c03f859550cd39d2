from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.prior.copying_cases import places
from tests.prior.tiny_prior import TinyPrior

from distill.codes.limits import Grid
from distill.errors import BadCodes, BadSetting, Cancelled
from distill.prior.copied import RunFinder
from distill.prior.guard import NoveltyGuard
from distill.prior.interface import Floats, Prior, stepwise_log_prob
from distill.prior.regenerate import rewrite
from distill.prior.sampling import sample
from distill.prior.seams import seam_bits
from distill.progress import Cancel, Progress, silent

N = 8


def walks(seed: int, steps: int = 200, *, levels: int = 2) -> Grid:
    """Sounds with a grammar: level 1 goes up or down by one, every level below follows the one above."""
    draws = np.random.default_rng(seed)
    first = np.cumsum(draws.choice([-1, 1], steps)) % N
    return np.stack([(first + level * (first // 4 + 1)) % N for level in range(levels)])


COLLECTION = [walks(seed) for seed in range(4)]
PRIOR: Prior = TinyPrior.fit(COLLECTION, N)


def test_the_tiny_prior_is_a_prior() -> None:
    np.testing.assert_allclose(PRIOR.log_prob(walks(9, 30)), stepwise_log_prob(PRIOR, walks(9, 30)))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_nothing_changes_outside_the_selection(data: st.DataObject) -> None:
    levels = data.draw(st.integers(1, 3))
    sound = walks(data.draw(st.integers(0, 99)), data.draw(st.integers(1, 30)), levels=levels)
    start = data.draw(st.integers(0, sound.shape[1] - 1))
    stop = data.draw(st.integers(start + 1, sound.shape[1]))
    chosen = data.draw(st.none() | st.sets(st.integers(0, levels - 1), min_size=1))
    prior = TinyPrior.fit([walks(0, levels=levels)], N)
    rewritten = rewrite(
        prior, sound, start=start, stop=stop, levels=None if chosen is None else sorted(chosen), candidates=2,
        rng=np.random.default_rng(0), guard=NoveltyGuard(places(sound, size=N), limit=5),
    )  # fmt: skip
    kept = np.ones(sound.shape, bool)
    kept[sorted(chosen) if chosen is not None else slice(None), start:stop] = False
    assert (rewritten.grid[kept] == sound[kept]).all()
    assert rewritten.grid.shape == sound.shape
    assert rewritten.grid.min() >= 0
    assert rewritten.grid.max() < N


def test_both_edges_fit_better_than_a_random_paste() -> None:
    chosen, pasted = [], []
    for seed in range(10):
        rewritten = rewrite(
            PRIOR, walks(50 + seed), start=60, stop=75, rng=np.random.default_rng(seed), material=COLLECTION
        )
        assert rewritten.seam_bits is not None
        assert rewritten.paste_bits is not None
        assert rewritten.seam_bits == pytest.approx(seam_bits(PRIOR, rewritten.grid, [(60, 1), (75, 8)]))
        chosen.append(rewritten.seam_bits)
        pasted.append(rewritten.paste_bits)
    assert max(chosen) < min(pasted)


def test_the_right_edge_fits_better_with_more_candidates() -> None:
    costs = {1: 0.0, 12: 0.0}
    for candidates in costs:
        for seed in range(20):
            rng = np.random.default_rng(seed)
            made = rewrite(PRIOR, walks(50 + seed), start=60, stop=65, rng=rng, candidates=candidates)
            costs[candidates] += (seam_bits(PRIOR, made.grid, [(65, 1)]) or 0.0) / 20
    assert costs[12] < costs[1] - 0.5


def test_levels_that_stay_condition_those_that_are_rewritten() -> None:
    sound = walks(77)
    rewritten = rewrite(
        PRIOR, sound, start=40, stop=80, levels=(0,), rng=np.random.default_rng(0), candidates=40
    )
    log_probs = PRIOR.log_prob(rewritten.grid)[1, 40:80].sum()
    shuffled = sound.copy()
    shuffled[0, 40:80] = sample(PRIOR, steps=40, past=sound[:, :40]).grid[0]
    assert log_probs > PRIOR.log_prob(shuffled)[1, 40:80].sum()


def test_a_part_at_the_beginning_or_the_end_has_one_edge_and_all_of_a_sound_none() -> None:
    sound = walks(5, 40)
    for start, stop, edges in ((0, 10, [(10, 8)]), (30, 40, [(30, 1)])):
        rewritten = rewrite(PRIOR, sound, start=start, stop=stop, rng=np.random.default_rng(0))
        assert rewritten.seam_bits == pytest.approx(seam_bits(PRIOR, rewritten.grid, edges))
    whole = rewrite(PRIOR, sound, start=0, stop=40, rng=np.random.default_rng(0), material=COLLECTION)
    assert whole.seam_bits is None
    assert whole.paste_bits is None


def test_where_nothing_is_kept_behind_it_one_try_is_enough() -> None:
    sound, events = walks(5, 40), list[Progress]()
    made = [
        rewrite(
            PRIOR,
            sound,
            start=30,
            stop=40,
            rng=np.random.default_rng(0),
            candidates=candidates,
            report=report,
        )
        for candidates, report in ((16, events.append), (1, silent))
    ]
    assert (made[0].grid == made[1].grid).all()
    assert [(event.done, event.total) for event in events] == [(1, 1)]
    events.clear()
    rewrite(
        PRIOR,
        sound,
        start=30,
        stop=40,
        levels=[0],
        rng=np.random.default_rng(0),
        candidates=16,
        report=events.append,
    )
    assert len(events) > 16  # the level that stays judges them


def test_the_same_seed_rewrites_the_same() -> None:
    made = [
        rewrite(PRIOR, walks(3), start=20, stop=50, rng=np.random.default_rng(4), material=COLLECTION)
        for _ in range(2)
    ]
    assert (made[0].grid == made[1].grid).all()
    assert made[0].seam_bits == made[1].seam_bits
    assert made[0].paste_bits == made[1].paste_bits


def test_what_is_rewritten_under_guard_holds_no_long_copy() -> None:
    known = places(*COLLECTION, size=N)
    sound = COLLECTION[1]
    rewritten = rewrite(
        PRIOR,
        sound,
        start=40,
        stop=120,
        rng=np.random.default_rng(0),
        guard=NoveltyGuard(known, limit=10),
        candidates=3,
    )
    found = RunFinder(known).longest(rewritten.grid[:, 40:120])
    assert found is not None
    assert found.steps < 10


def test_probabilities_can_be_shaped_before_each_code() -> None:
    seen = []

    def likeliest(probabilities: Floats, level: int, step: int) -> Floats:
        seen.append((level, step))
        only: Floats = np.zeros_like(probabilities)
        only[probabilities.argmax()] = 1
        return only

    sound = walks(8, 12)
    made = rewrite(PRIOR, sound, start=3, stop=5, rng=np.random.default_rng(0), shape=likeliest, candidates=1)
    assert seen[:4] == [(0, 3), (1, 3), (0, 4), (1, 4)]
    assert made.grid[0, 3] == PRIOR.distribution(PRIOR.begin(sound[:, :3]), []).argmax()


def test_every_try_is_told_and_a_stop_leaves_at_once() -> None:
    events: list[Progress] = []
    sound, rng = walks(2, 60), np.random.default_rng(0)
    rewrite(PRIOR, sound, start=20, stop=40, rng=rng, candidates=3, report=events.append)
    assert [event.done for event in events] == list(range(1, len(events) + 1))
    assert events[-1].done == events[-1].total
    stopped = Cancel()
    stopped.request()
    with pytest.raises(Cancelled):
        rewrite(PRIOR, sound, start=20, stop=40, rng=rng, candidates=3, cancel=stopped)


@pytest.mark.parametrize(
    ("start", "stop", "levels", "sentence"),
    [
        (5, 5, None, "steps 5 to 5 of a sound of 40 steps were selected; select at least one that it has."),
        (-1, 5, None, "steps -1 to 5 of a sound of 40 steps were selected; select at least one that it has."),
        (5, 41, None, "steps 5 to 41 of a sound of 40 steps were selected; select at least one that it has."),
        (5, 9, (), "levels [] were selected; select at least one of 1 to 2."),
        (5, 9, (2,), "levels [3] were selected; select at least one of 1 to 2."),
    ],
)
def test_a_selection_without_cells_is_refused(
    start: int, stop: int, levels: tuple[int, ...] | None, sentence: str
) -> None:
    with pytest.raises(BadSetting) as caught:
        rewrite(PRIOR, walks(0, 40), start=start, stop=stop, levels=levels, rng=np.random.default_rng(0))
    assert str(caught.value) == sentence


def test_codes_of_another_model_are_refused() -> None:
    with pytest.raises(BadCodes):
        rewrite(PRIOR, walks(0, 40, levels=3), start=3, stop=9, rng=np.random.default_rng(0))
