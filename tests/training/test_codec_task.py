from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training.small_task import CROP, FewSounds, rate_of, state_of, task_of, walk
from tests.training.synthetic import TRAINING

from distill.audio.clip import Samples
from distill.codec.health import examine
from distill.codec.model import Codec
from distill.config import CodecConfig
from distill.errors import TrainingFailed
from distill.training import codec_objectives, codec_task
from distill.training.averages import power
from distill.training.codec_objectives import Objectives
from distill.training.codec_run import new_codec
from distill.training.codec_task import CodecTask
from distill.training.tree import flatten, unflatten


def test_the_stages_follow_each_other_at_their_shares(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    stages = [(task.train_step(step, 2, step / 40), task.stages.now)[1] for step in range(40)]
    assert [(stage, len(list(run))) for stage, run in itertools.groupby(stages)] == [
        ("free", 8),
        ("codes", 20),
        ("phase", 12),
    ]


def test_each_stage_names_what_it_measures(tiny_config: CodecConfig) -> None:
    losses = walk(task_of(tiny_config))
    assert set(losses[0]) == set(losses[9]) == {"loss", "magnitude", "commitment", "slopes"}
    assert set(losses[-1]) == {"loss", "sound", "magnitude"}
    assert losses[0]["commitment"] == 0 < losses[9]["commitment"]


def test_the_loss_falls(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"learning_rate": 1e-2}))
    before = task.validate(0).figures["own"]
    losses = walk(task, 120, of=120)
    assert losses[80]["magnitude"] < 0.6 * losses[0]["magnitude"]
    sound = [one["sound"] for one in losses if "sound" in one]
    assert np.mean(sound[-6:]) < np.mean(sound[:6])
    assert task.stages.now == "phase"
    assert before > losses[80]["magnitude"]


def test_without_a_phase_share_the_codes_are_the_last_stage(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"phase_share": 0.0}))
    walk(task)
    assert task.stages.now == "codes"
    assert task.validate(20).may_stop


def test_the_phase_stage_leaves_encoder_and_codebooks_as_they_are(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    walk(task, 16)
    assert task.stages.now == "phase"
    before = {name: tensor.clone() for name, tensor in task.codec.state_dict().items()}
    task.train_step(16, 2, 0.8)
    changed = {
        name.split(".")[0]
        for name, tensor in task.codec.state_dict().items()
        if not torch.equal(tensor, before[name])
    }
    assert changed == {"decoder", "head"}


def test_the_phase_stage_starts_from_the_averaged_weights(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    walk(task, 13)
    averaged = task.weights()
    assert any(not torch.equal(averaged[name], live) for name, live in task.codec.state_dict().items())
    task._change_stage(14, 0.7)
    assert task.stages.now == "phase"
    assert all(torch.equal(averaged[name], live) for name, live in task.codec.state_dict().items())


def test_held_out_sounds_are_trained_on_only_from_the_join_on(tiny_config: CodecConfig) -> None:
    batches = FewSounds()
    walk(task_of(tiny_config, batches=batches))
    trained = dict(batches.asked)  # the last call of a step is the step's own
    assert [trained[step] for step in range(20)] == [False] * 10 + [True] * 10


class LateSounds(FewSounds):
    """Nothing is heard in what is not held out, or nowhere."""

    def __init__(self, *, anywhere: bool) -> None:
        super().__init__()
        self.anywhere = anywhere

    def __call__(self, step: int, batch_size: int, *, everything: bool) -> Samples:
        crops = super().__call__(step, batch_size, everything=everything)
        return crops if everything and self.anywhere else np.zeros_like(crops)


def test_where_all_that_is_heard_is_held_out_codebooks_are_filled_from_it(
    tiny_config: CodecConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec_objectives, "MOST_BATCHES", 20)
    task = task_of(tiny_config, batches=LateSounds(anywhere=True))
    walk(task, 5)
    assert task.stages.now == "codes"
    assert all(bool(tensor.any()) for name, tensor in task.weights().items() if name.endswith("entries"))


def test_sounds_of_which_nothing_is_heard_are_told_of(
    tiny_config: CodecConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec_objectives, "MOST_BATCHES", 20)
    task = task_of(tiny_config, batches=LateSounds(anywhere=False))
    with pytest.raises(TrainingFailed, match="they are nearly all silence"):
        walk(task, 5)


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
@pytest.mark.parametrize("steps", [1, 8, 18])  # one in each stage
def test_a_state_put_back_into_a_new_task_goes_on_bit_by_bit(
    tiny_config: CodecConfig, steps: int, optimiser: str
) -> None:
    settings = TRAINING.model_copy(update={"optimiser": optimiser})
    task = task_of(tiny_config, settings)
    walk(task, steps)
    task.lower_rate(0.5)
    kept = unflatten(flatten(dict(task.state())))
    assert isinstance(kept, dict)
    other = task_of(tiny_config, settings)
    other.load_state(kept)
    assert state_of(other) == state_of(task)
    assert walk(other, first=steps) == walk(task, first=steps)
    assert state_of(other) == state_of(task)


def test_validating_changes_nothing(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    walk(task, 12)
    before = state_of(task)
    first, second = task.validate(12), task.validate(12)
    assert state_of(task) == before
    assert task.codec.training
    assert first == second


def test_validating_measures_the_averaged_weights(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    walk(task, 12)
    averaged = task.weights()
    score = task.validate(12).score
    task.load_weights(averaged)
    assert task.validate(12).score == pytest.approx(score, rel=1e-6)


def test_a_validation_that_fails_leaves_the_weights_in_training(
    tiny_config: CodecConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_of(tiny_config)
    walk(task, 12)
    before = state_of(task)

    def fails(*given: object, **asked: object) -> None:
        raise torch.OutOfMemoryError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(Objectives, "judge", fails)
        with pytest.raises(torch.OutOfMemoryError):
            task.validate(12)
    assert state_of(task) == before
    assert task.codec.training


def test_every_stage_scores_better_than_the_one_before(tiny_config: CodecConfig) -> None:
    task, scores = task_of(tiny_config), []
    for step in (0, 4, 14):
        for one in range(step, step + 2):
            task.train_step(one, 2, one / 20)
        scores.append((task.stages.now, task.validate(step).score))
    assert [stage for stage, _ in scores] == ["free", "codes", "phase"]
    assert scores[0][1] > scores[1][1] + 50 > scores[2][1] + 100


def test_health_is_measured_once_there_are_codes(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    task.train_step(0, 2, 0.0)
    assert task.validate(0).health == ()
    task.train_step(1, 2, 0.3)
    health = task.validate(1).health
    assert [level.level for level in health] == [1, 2, 3]
    assert all(level.utilisation > 0 and level.commitment > 0 for level in health)
    norms = [level.encoder_norm for level in health]
    assert norms == sorted(norms, reverse=True)  # each level leaves less for the next
    assert norms[-1] > 0


def no_better(task: CodecTask, times: int) -> None:
    """Tell the task of validations of one score."""
    healthy = examine(np.ones((3, 16), dtype=np.int64))
    validation = replace(task.validate(0), score=50.0, health=healthy)
    for _ in range(times):
        assert task.on_validation(0, validation) is None


def test_a_rate_falls_early_where_a_codes_stage_gets_no_better_and_then_the_phase_is_learnt(
    tiny_config: CodecConfig,
) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"patience": 2}))
    task.train_step(0, 2, 0.3)
    held = rate_of(task)
    no_better(task, 3)  # the first is the best so far
    for step, (position, share) in enumerate([(0.3, 1.0), (0.4, 0.5), (0.45, 0.25), (0.499, 0.05)]):
        task.train_step(1 + step, 2, position)
        assert task.stages.now == "codes"
        assert rate_of(task) == pytest.approx(share * held, rel=0.01)
    task.train_step(5, 2, 0.5)
    assert (task.stages.now, task.stages.fall.start) == ("phase", 0.5)


def test_a_fall_that_began_early_goes_on_where_a_training_is_resumed(tiny_config: CodecConfig) -> None:
    settings = TRAINING.model_copy(update={"patience": 2})
    task, resumed = task_of(tiny_config, settings), task_of(tiny_config, settings)
    task.train_step(0, 2, 0.3)
    no_better(task, 3)
    task.train_step(1, 2, 0.3)
    kept = unflatten(flatten(dict(task.state())))
    assert isinstance(kept, dict)
    resumed.load_state(kept)
    for one in (task, resumed):
        one.train_step(2, 2, 0.4)
    assert rate_of(resumed) == rate_of(task) == pytest.approx(0.5 * settings.learning_rate, rel=0.01)
    assert state_of(resumed) == state_of(task)


def test_a_codes_stage_that_gets_no_better_while_its_rate_falls_ends_at_once(
    tiny_config: CodecConfig,
) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"patience": 2}))
    task.train_step(0, 2, 0.6)
    no_better(task, 3)
    task.train_step(1, 2, 0.61)
    assert (task.stages.now, task.stages.fall.start) == ("phase", 0.61)


def test_a_training_may_end_early_only_once_the_rate_of_its_last_stage_falls(
    tiny_config: CodecConfig,
) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"patience": 2}))
    for position in (0.2, 0.7, 0.8):
        task.train_step(0, 2, position)
        assert not task.validate(0).may_stop
    no_better(task, 3)
    task.train_step(0, 2, 0.8)
    assert task.validate(0).may_stop


def test_averages_follow_the_weights(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    task.train_step(0, 2, 0.0)
    assert all(torch.equal(task.weights()[name], live) for name, live in task.codec.state_dict().items())
    before = task.weights()["encoder.enter.weight"]
    task.train_step(1, 2, 0.01)
    live = task.codec.state_dict()["encoder.enter.weight"]
    share = 0.5 ** (power(TRAINING.averaging_width) + 1)  # of the first of two steps
    torch.testing.assert_close(task.weights()["encoder.enter.weight"], share * before + (1 - share) * live)


def test_a_lower_rate_is_lower_for_good(tiny_config: CodecConfig) -> None:
    rates = []
    for factor in (1.0, 0.5):
        task = task_of(tiny_config)
        task.lower_rate(factor)
        task.train_step(0, 2, 0.1)
        early = rate_of(task)
        task.train_step(1, 2, 0.8)
        rates.append((early, rate_of(task)))
    assert rates[1] == pytest.approx((0.5 * rates[0][0], 0.5 * rates[0][1]))


def test_the_rate_rises_is_held_and_falls_in_each_of_two_arcs(tiny_config: CodecConfig) -> None:
    task, rates = task_of(tiny_config), []
    for step in range(100):
        task.train_step(step, 2, step / 100)
        rates.append(rate_of(task))
    first, second = rates[:70], rates[70:]
    for arc, top in ((first, TRAINING.learning_rate), (second, TRAINING.phase_learning_rate)):
        rises, falls = round(0.05 * len(arc)), round(0.6 * len(arc))
        assert arc[rises:falls] == [pytest.approx(top)] * (falls - rises)
        assert arc[falls:] == sorted(arc[falls:], reverse=True)
        assert arc[-1] < 0.1 * top


def test_previews_hear_the_averaged_weights_and_change_nothing(tiny_config: CodecConfig) -> None:
    heard: list[tuple[str, int, int]] = []

    def preview(codec: Codec, step: int, folder: Path, refine: int) -> tuple[Path, ...]:
        heard.append((codec.fingerprint(), step, refine))
        assert not codec.training
        return (folder / "a.wav",)

    batches = FewSounds()
    task = CodecTask(
        new_codec(tiny_config, seed=0), batches, own=batches.sounds[:, :CROP], held_out=batches.sounds[:0, :CROP],
        settings=TRAINING, seed=0, preview=preview,
    )  # fmt: skip
    walk(task, 9)
    before = state_of(task)
    wanted = new_codec(tiny_config, seed=1)
    wanted.load_state_dict(task.weights())
    assert task.preview(9, Path("x")) == (Path("x/a.wav"),)
    assert heard == [(wanted.fingerprint(), 9, codec_task.REFINE_BEFORE_PHASE)]
    assert state_of(task) == before
    task.train_step(9, 2, 0.9)
    task.preview(10, Path("x"))
    assert heard[1][1:] == (10, 0)


def test_without_held_out_sounds_the_score_is_that_of_the_own(
    tiny_config: CodecConfig, make_codec: Callable[..., Codec]
) -> None:
    batches = FewSounds()
    task = CodecTask(
        new_codec(tiny_config, seed=0), batches, own=batches.sounds[:, :CROP], held_out=batches.sounds[:0, :CROP],
        settings=TRAINING, seed=0,
    )  # fmt: skip
    found = task.validate(0)
    assert set(found.figures) == {"own"}  # what was not measured is not shown
    assert found.score == task.stages.score(found.figures["own"])
    assert task.preview(0, Path()) == ()
