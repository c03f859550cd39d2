from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from bench.made_codes import made_codes
from bench.smoothing import COLUMNS, kneser_ney, main, nested_table

from distill.prior.contexts import checked_table


def test_made_codes_are_repeatable_and_of_the_size_asked() -> None:
    one, same = (
        made_codes(sounds=3, steps=20, num_levels=2, codebook_size=8, noise=0.1, learnt_from=2, seed=5)
        for _ in range(2)
    )
    assert [grid.shape for grid in one] == [(2, 20)] * 3
    assert (np.stack(one) == np.stack(same)).all()
    assert 0 <= np.stack(one).min() <= np.stack(one).max() < 8


def test_a_nested_table_adds_one_feature_at_a_time() -> None:
    table = checked_table(nested_table(4), num_levels=4, codebook_size=48)
    for contexts in table:
        assert [len(context) for context in contexts] == list(range(len(contexts)))
        assert all(longer[:-1] == context for context, longer in pairwise(contexts))


def test_kneser_ney_is_what_is_worked_out_by_hand() -> None:
    counted, told = np.array([[0, 0, 1]]), np.array([[0]])
    table = nested_table(2)[:1]
    bigram = ((table[0][0], table[0][1]),)
    # With the joint from 1 to 0 every pair is there once, so the discount is 1, kept to 0.95. A code alone counts once for
    # each context, 0 three times and 1 once: the discount is 0.95 again. At the beginning there was only a 0.
    alone = (3 - 0.95 + 0.95 * 2 / 48) / 4
    assert kneser_ney([counted], [told], bigram) == pytest.approx(-np.log2(0.05 + 0.95 * alone))


def test_the_table_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.smoothing.STEPS", 30)
    assert main(["--seeds", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert {line.count("|") for line in lines} == {len(COLUMNS) + 2}
