from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.prior.collections_by_hand import random_sounds, rows

from distill.codes.json_values import JSON, dumps, loads, thawed
from distill.errors import BadCodes, BadCollection, BadModelFile, Cancelled
from distill.prior.backoff import BackoffPrior, Stretches, fit
from distill.prior.contexts import default_table
from distill.prior.interface import bits_per_code, stepwise_log_prob
from distill.progress import Cancel, Progress

Tensors = dict[str, npt.NDArray[Any]]


def test_a_bigram_is_what_is_worked_out_by_hand() -> None:
    prior = fit([rows("0010")], codebook_size=2, table=default_table(1, order=1), strength=1)
    # with the joint from the last 0 to the first: 0 four times, 1 once, two codes: (4 + 2 * 1/2) / (5 + 2) and (1 + 1) / 7
    zero = 5 / 7
    # after 0: 0 twice (once at the joint), 1 once, two codes: (2 + 2 * 5/7) / (3 + 2)
    after_zero = (2 + 2 * zero) / 5
    # after 1, and at the beginning: 0 once, one code: (1 + 5/7) / 2
    after_one = first = (1 + zero) / 2
    told = prior.log_prob(rows("0101"))
    assert np.exp(told)[0] == pytest.approx([first, 1 - after_zero, after_one, 1 - after_zero])


def test_a_code_below_is_told_by_the_one_above() -> None:
    prior = fit([rows("01", "10")], codebook_size=2, table=(((),), ((), ((0, 0),))), strength=1)  # type: ignore[arg-type]
    # level 2, with the joint: 0 once, 1 twice: (2 + 2 * 1/2) / (3 + 2) for the 1; below 0 there was a 1 twice: (2 + 3/5) / 3
    assert prior.distribution(prior.begin(rows("", "")), [0]) == pytest.approx([0.4 / 3, 2.6 / 3])


def test_a_context_never_seen_says_nothing() -> None:
    prior = fit([rows("00110")], codebook_size=3, table=default_table(1, order=1), strength=1)
    unigram = fit([rows("00110")], codebook_size=3, table=default_table(1, order=0), strength=1)
    after_two = prior.distribution(prior.begin(rows("2")), [])
    assert after_two.tolist() == unigram.distribution(unigram.begin(rows("2")), []).tolist()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(0, 4), st.sampled_from([None, 0.1, 1.0, 100.0]))
def test_probabilities_are_above_zero_and_add_up(
    seed: int, levels: int, order: int, strength: float | None
) -> None:
    grids = random_sounds(seed, levels=levels, steps=12)
    prior = fit(grids, codebook_size=6, table=default_table(levels, order=order), strength=strength)
    rng = np.random.default_rng(seed)
    state = prior.begin(rng.integers(0, 6, (levels, rng.integers(0, 6))))
    below: list[int] = []
    for _ in range(levels):
        told = prior.distribution(state, below)
        assert told.shape == (6,)
        assert told.min() > 0
        assert told.sum() == pytest.approx(1, abs=1e-12)
        below.append(int(rng.integers(0, 6)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.data())
def test_log_prob_is_that_of_stepping(seed: int, data: st.DataObject) -> None:
    prior = fit(random_sounds(seed, steps=15), codebook_size=5)
    grid = data.draw(arrays(np.int16, (3, data.draw(st.integers(1, 9))), elements=st.integers(0, 4)))
    assert prior.log_prob(grid) == pytest.approx(stepwise_log_prob(prior, grid), abs=1e-12)


def test_log_prob_of_a_later_part_goes_on_from_the_earlier() -> None:
    grids = random_sounds(3)
    prior = fit(grids, codebook_size=5)
    state, whole = prior.begin(grids[0][:, :20]), prior.log_prob(grids[0])
    told = [
        math.log(prior.distribution(state, grids[0][:level, 20].tolist())[grids[0][level, 20]])
        for level in range(3)
    ]
    assert told == pytest.approx(whole[:, 20].tolist())


def test_a_state_stays_usable_after_advancing() -> None:
    grids = random_sounds(5)
    prior = fit(grids, codebook_size=5)
    state = prior.begin(grids[0][:, :7])
    before = prior.distribution(state, []).tolist()
    prior.advance(state, [4, 4, 4])
    assert prior.distribution(state, []).tolist() == before


def test_what_is_told_may_be_written_to() -> None:
    prior = fit(random_sounds(5), codebook_size=5)
    first = prior.distribution(prior.begin(np.zeros((3, 0), int)), [])
    kept = first.tolist()
    first[:] = 0
    assert prior.distribution(prior.begin(np.zeros((3, 0), int)), []).tolist() == kept


def test_it_tells_held_out_sounds_better_than_a_plain_rule() -> None:
    grids = random_sounds(11, sounds=12, steps=60)
    found, plain = (fit(grids[:9], codebook_size=5, strength=strength) for strength in (None, 1.0))
    unigram = fit(grids[:9], codebook_size=5, table=default_table(3, order=0))
    bits = [bits_per_code(np.concatenate([prior.log_prob(grid) for grid in grids[9:]], axis=1)) for prior in (found, plain, unigram)]  # fmt: skip
    assert bits[0] < bits[1] < bits[2]


def test_lines_that_tell_nothing_are_left_out() -> None:
    grids = [np.random.default_rng(seed).integers(0, 4, (2, 80)) for seed in range(6)]
    assert fit(grids, codebook_size=4).table == (((),), ((),))


def test_few_sounds_are_cut_into_parts_and_joined() -> None:
    laid = Stretches.of([rows("0123456789")], before=2, codebook_size=10)
    assert laid.sounds.tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 0]
    assert [row.tolist() for row in laid.rows] == [[[10, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]], [[8, 9, 0]]]
    assert laid.codes(0).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0]


def test_many_sounds_are_left_whole_and_joined() -> None:
    laid = Stretches.of([rows("12"), rows("3")] * 3, before=1, codebook_size=5)
    assert laid.sounds.tolist() == [0, 0, 1, 2, 2, 3, 4, 4, 5, 1, 2, 3, 4, 5, 0]
    assert [row.tolist() for row in laid.rows[6:8]] == [[[2, 3]], [[3, 1]]]


def test_after_the_end_of_a_sound_one_begins_again() -> None:
    sounds = [rows("1" + "0" * 9), rows("2" + "0" * 9)] * 4
    prior = fit(sounds, codebook_size=6)
    told = prior.distribution(prior.begin(sounds[0]), [])
    assert told[[1, 2]].min() > 5 * told[[3, 4, 5]].max()


def test_one_step_is_enough_to_count() -> None:
    prior = fit([rows("1", "0")], codebook_size=3)
    assert prior.distribution(prior.begin(rows("", "")), []).argmax() == 1


def test_a_cancelled_count_leaves_nothing_and_progress_is_told() -> None:
    cancel, told = Cancel(), list[Progress]()

    def stop(event: Progress) -> None:
        told.append(event)
        cancel.request()

    with pytest.raises(Cancelled):
        fit(random_sounds(0), codebook_size=5, report=stop, cancel=cancel)
    assert [(event.done, event.total, event.unit) for event in told] == [(1, 3, "levels")]


def kept(prior: BackoffPrior) -> tuple[JSON, Tensors]:
    """What a file would hold, changeable."""
    return thawed(loads(dumps(prior.settings()))), {
        name: array.copy() for name, array in prior.tensors().items()
    }


def test_a_prior_is_the_same_after_keeping_it() -> None:
    grids = random_sounds(7)
    prior = fit(grids, codebook_size=5)
    settings, tensors = kept(prior)
    again = BackoffPrior.from_tensors(settings, tensors)
    assert again.table == prior.table
    assert again.strengths == prior.strengths
    assert (again.log_prob(grids[1]) == prior.log_prob(grids[1])).all()
    assert again.num_levels == 3
    assert again.codebook_size == 5


Spoil = Callable[[dict[str, Any], Tensors], object]
SPOILT: dict[str, tuple[Spoil, str]] = {
    "another kind": (lambda s, t: s.update(kind="oracle"), "its settings are not those of counts"),
    "more settings": (lambda s, t: s.update(more=1), "its settings are not those of counts"),
    "size is text": (lambda s, t: s.update(codebook_size="5"), "its settings are not those of counts"),
    "no table": (lambda s, t: s.update(table=[]), "its table is none"),
    "a feature of three": (lambda s, t: s["table"][0].append([[1, 0, 0]]), "its table is none"),
    "a feature from below": (lambda s, t: s["table"][0].append([[0, 2]]), "its table is none"),
    "a far feature": (lambda s, t: s["table"][0].append([[10**9, 0]]), "its table is none"),
    "one line more": (lambda s, t: s["table"][0].append([]), "its lines are not those of its table"),
    "an array less": (lambda s, t: t.pop("codes"), "its arrays are not those of counts"),
    "another type": (lambda s, t: t.update(keys=t["keys"].astype(np.int32)), "its arrays are not those of counts"),
    "no strength": (lambda s, t: t["strengths"].fill(np.nan), "its lines are not those of its table"),
    "a shorter array": (lambda s, t: t.update(codes=t["codes"][1:]), "its counts do not fit together"),
    "a code too large": (lambda s, t: t["codes"].fill(5), "its counts do not fit together"),
    "a count of nothing": (lambda s, t: t["counts"].fill(0), "its counts do not fit together"),
    "falling keys": (lambda s, t: t.update(keys=t["keys"][::-1].copy()), "its counts are not in order"),
    "a code twice": (lambda s, t: t["codes"].fill(0), "its counts are not in order"),
}  # fmt: skip


@pytest.mark.parametrize("fault", SPOILT)
def test_a_damaged_prior_is_refused(fault: str) -> None:
    spoil, message = SPOILT[fault]
    settings, tensors = kept(fit(random_sounds(7), codebook_size=5))
    assert isinstance(settings, dict)
    spoil(settings, tensors)
    with pytest.raises(BadModelFile) as refusal:
        BackoffPrior.from_tensors(settings, tensors)
    assert str(refusal.value) == f"the prior in this model file is damaged: {message}; train the prior again."


@pytest.mark.parametrize(
    ("grids", "error", "message"),
    [
        ([], BadCollection, "there are no codes to learn from; encode at least one sound first."),
        ([rows("01"), rows("01", "01")], BadCollection, "these grids have 1 and 2 levels; give grids of one model, which all have as many."),
        ([rows("")], BadCodes, "one of the grids has no steps; leave it out, a sound has at least one step."),
        ([rows("03")], BadCodes, "code 3 at level 1, step 1 is outside 0 to 2; use codes of the model that the prior belongs to."),
        ([np.zeros((1, 2))], BadCodes, "a prior takes whole numbers of shape [levels, steps], this is float64 of shape (1, 2); give one channel of a sound's codes."),
    ],
)  # fmt: skip
def test_what_cannot_be_counted_is_refused(
    grids: list[npt.NDArray[np.int16]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as refusal:
        fit(grids, codebook_size=3)
    assert str(refusal.value) == message


def test_a_past_of_other_levels_is_refused() -> None:
    prior = fit(random_sounds(0), codebook_size=5)
    with pytest.raises(BadCodes) as refusal:
        prior.begin(rows("01"))
    assert str(refusal.value) == (
        "the sound to go on from has 1 levels and this prior 3; use codes of the model that the prior belongs to."
    )
