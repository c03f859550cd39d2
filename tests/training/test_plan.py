from __future__ import annotations

import pytest

from distill.errors import BadSetting
from distill.training.plan import Every, Plan


def test_all_faults_of_a_plan_are_told_at_once() -> None:
    with pytest.raises(BadSetting) as caught:
        Plan(
            max_steps=0,
            budget_seconds=-1.0,
            batch_size=4,
            min_batch_size=8,
            checkpoint_seconds=61.0,
            validate=Every(steps=0),
            preview=Every(seconds=float("nan")),
            patience=0,
            seed=-1,
        )
    assert str(caught.value) == (
        "training cannot follow this plan: max_steps is 0, and must be at least 1; budget_seconds is -1.0, and "
        "must be above 0; batch_size is 4 and min_batch_size 8, and both must be at least 1, the second no larger "
        "than the first; checkpoint_seconds is 61.0, and must be above 0 and at most 60; validate is every 0 "
        "steps, and must be at least 1; preview is every nan seconds, and must be above 0; patience is 0, and "
        "must be at least 1, or left out; seed is -1, and must be 0 or more. Change what is named."
    )


def test_a_rhythm_without_steps_and_seconds_is_never_due() -> None:
    assert not Every().due(steps=10**9, seconds=1e9)
