from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.signals import noise, pluck
from tests.training.line_fit import messages, numbers
from tests.training.synthetic import TRAINING

from distill.audio.clip import Samples
from distill.codec.health import Remedy, examine
from distill.codec.model import Codec
from distill.config import CodecConfig, CodecTraining
from distill.progress import Progress
from distill.training import codec_task
from distill.training.codec_run import new_codec
from distill.training.codec_task import CodecTask
from distill.training.loop import Every, Plan, run
from distill.training.tree import flatten, unflatten

CROP = TRAINING.crop_steps * 1024


class FewSounds:
    """Two sounds, cut at random; a pure function of the step that remembers what was asked."""

    def __init__(self) -> None:
        self.sounds = np.concatenate([pluck(4 * CROP, hz=220.0), noise(4 * CROP, rms=0.05)])
        self.asked: list[tuple[int, bool]] = []
        self.poisoned: set[int] = set()

    def __call__(self, step: int, batch_size: int, *, everything: bool) -> Samples:
        self.asked.append((step, everything))
        draw = np.random.default_rng(step)
        starts = draw.integers(3 * CROP, size=batch_size)
        crops = np.stack([self.sounds[row % 2, start : start + CROP] for row, start in enumerate(starts)])
        if step in self.poisoned:
            self.poisoned.remove(step)
            crops[0, 100] = np.nan
        return crops


def task_of(
    config: CodecConfig, settings: CodecTraining = TRAINING, batches: FewSounds | None = None, seed: int = 0
) -> CodecTask:
    batches = batches or FewSounds()
    return CodecTask(
        new_codec(config, seed=seed),
        batches,
        own=batches.sounds[:, :CROP],
        held_out=batches.sounds[:1, CROP : 2 * CROP],
        settings=settings,
        seed=seed,
    )


def walk(task: CodecTask, stop: int = 20, *, first: int = 0, of: int = 20) -> list[Mapping[str, float]]:
    """Take steps of a training of so many: of 20, 4 are free, 10 learn codes, 6 the phase."""
    return [task.train_step(step, 2, step / of) for step in range(first, stop)]


def rate_of(task: CodecTask) -> float:
    return float(task.optimiser.state_dict()["0"]["param_groups"][0]["lr"])


def state_of(task: CodecTask) -> list[Any]:
    return numbers(task.state())


def test_the_stages_follow_each_other_at_their_shares(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    stages = [(task.train_step(step, 2, step / 40), task.stage)[1] for step in range(40)]
    assert [(stage, len(list(run))) for stage, run in itertools.groupby(stages)] == [
        ("free", 8),
        ("codes", 20),
        ("phase", 12),
    ]


def test_each_stage_names_what_it_measures(tiny_config: CodecConfig) -> None:
    losses = walk(task_of(tiny_config))
    assert set(losses[0]) == set(losses[9]) == {"loss", "magnitude", "commitment"}
    assert set(losses[-1]) == {"loss", "sound", "magnitude"}
    assert losses[0]["commitment"] == 0 < losses[9]["commitment"]


def test_the_loss_falls(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"learning_rate": 3e-3}))
    before = task.validate(0).figures["own"]
    losses = walk(task, 120, of=120)
    assert losses[80]["magnitude"] < 0.6 * losses[0]["magnitude"]
    sound = [one["sound"] for one in losses if "sound" in one]
    assert np.mean(sound[-6:]) < np.mean(sound[:6])
    assert task.stage == "phase"
    assert before > losses[80]["magnitude"]


def test_without_a_phase_share_the_codes_are_the_last_stage(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"phase_share": 0.0}))
    walk(task)
    assert task.stage == "codes"
    assert task.validate(20).may_stop


def test_the_phase_stage_leaves_encoder_and_codebooks_as_they_are(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    walk(task, 16)
    assert task.stage == "phase"
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
    assert task.stage == "phase"
    assert all(torch.equal(averaged[name], live) for name, live in task.codec.state_dict().items())


def test_held_out_sounds_are_trained_on_only_from_the_join_on(tiny_config: CodecConfig) -> None:
    batches = FewSounds()
    walk(task_of(tiny_config, batches=batches))
    trained = dict(batches.asked)  # the last call of a step is the step's own
    assert [trained[step] for step in range(20)] == [False] * 10 + [True] * 10


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
@pytest.mark.parametrize("steps", [1, 8, 18])  # one in each stage
def test_a_state_put_back_into_a_new_task_goes_on_bit_by_bit(
    tiny_config: CodecConfig, steps: int, optimiser: str
) -> None:
    settings = TRAINING.model_copy(update={"optimiser": optimiser})
    task = task_of(tiny_config, settings)
    walk(task, steps)
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
    task.codec.load_state_dict(averaged)
    task.averages = {}
    assert task.validate(12).score == pytest.approx(score, rel=1e-6)


def test_a_validation_that_fails_leaves_the_weights_in_training(
    tiny_config: CodecConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = task_of(tiny_config)
    walk(task, 12)
    before = state_of(task)

    def fails(*given: object) -> None:
        raise torch.OutOfMemoryError("out of memory")

    with monkeypatch.context() as patch:
        patch.setattr(task, "_distances", fails)
        with pytest.raises(torch.OutOfMemoryError):
            task.validate(12)
    assert state_of(task) == before
    assert task.codec.training


def test_every_stage_scores_better_than_the_one_before(tiny_config: CodecConfig) -> None:
    task, scores = task_of(tiny_config), []
    for step in (0, 4, 14):
        for one in range(step, step + 2):
            task.train_step(one, 2, one / 20)
        scores.append((task.stage, task.validate(step).score, task.validate(step).may_stop))
    assert [stage for stage, _, _ in scores] == ["free", "codes", "phase"]
    assert scores[0][1] > scores[1][1] + 50 > scores[2][1] + 100
    assert [may_stop for _, _, may_stop in scores] == [False, False, True]


def test_health_is_measured_once_there_are_codes(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    task.train_step(0, 2, 0.0)
    assert task.validate(0).health == ()
    task.train_step(1, 2, 0.3)
    health = task.validate(1).health
    assert [level.level for level in health] == [1, 2, 3]
    assert all(level.utilisation > 0 for level in health)


def test_a_codes_stage_that_gets_no_better_makes_way_for_the_phase(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config, TRAINING.model_copy(update={"patience": 2}))
    task.train_step(0, 2, 0.3)
    validation = task.validate(0)
    healthy = examine(np.ones((3, 16), dtype=np.int64))
    for _ in range(3):  # the first is the best so far
        assert task.on_validation(0, type(validation)(validation.score, health=healthy)) is None
    task.train_step(1, 2, 0.35)
    assert task.stage == "phase"
    assert task.stage_start == 0.35


def test_averages_follow_the_weights(tiny_config: CodecConfig) -> None:
    task = task_of(tiny_config)
    task.train_step(0, 2, 0.0)
    assert all(torch.equal(task.weights()[name], live) for name, live in task.codec.state_dict().items())
    before = task.weights()["encoder.enter.weight"]
    task.train_step(1, 2, 0.01)
    live = task.codec.state_dict()["encoder.enter.weight"]
    torch.testing.assert_close(task.weights()["encoder.enter.weight"], 0.9 * before + 0.1 * live)


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


def test_the_rate_rises_then_falls_in_each_of_two_arcs(tiny_config: CodecConfig) -> None:
    task, rates = task_of(tiny_config), []
    for step in range(100):
        task._change_stage(step, step / 100)
        task._set_rate(step / 100)
        rates.append(rate_of(task))
    first, second = rates[:70], rates[70:]
    for arc, top in ((first, TRAINING.learning_rate), (second, TRAINING.phase_learning_rate)):
        peak = arc.index(max(arc))
        assert peak < 0.1 * len(arc)
        assert max(arc) == pytest.approx(top, rel=0.05)
        assert arc[peak:] == sorted(arc[peak:], reverse=True)
        assert arc[-1] < 0.1 * top


SMALLER = Remedy(16, 2, "the codebooks were shrunk.")


@pytest.fixture
def wide(tiny_config: CodecConfig) -> CodecConfig:
    return tiny_config.model_copy(update={"codebook_size": 32})


@pytest.fixture
def ill_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first codebooks examined get a remedy, whatever their health."""
    sizes: list[int] = []

    def remedy(health: object, codebook_size: int) -> Remedy | None:
        sizes.append(codebook_size)
        return SMALLER if codebook_size == 32 else None

    monkeypatch.setattr(codec_task, "remedy", remedy)
    return sizes


def test_a_remedy_builds_smaller_codebooks_and_training_goes_on(
    wide: CodecConfig, ill_once: list[int]
) -> None:
    task = task_of(wide)
    walk(task, 9)
    encoder = task.codec.encoder.leave.weight.detach().clone()
    assert task.on_validation(9, task.validate(9)) == SMALLER.sentence
    assert (task.codec.codebook_size, task.codec.num_levels, task.stage) == (16, 2, "codes")
    assert torch.equal(task.codec.encoder.leave.weight, encoder)  # only the quantizer is new
    assert task.validate(9).health[0].utilisation > 0.3  # and it is filled
    entries = task.codec.quantizer.state_dict()["levels.0.entries"].clone()
    projection = task.codec.quantizer.state_dict()["levels.1.project_in.weight"].clone()
    losses = walk(task, first=9)
    assert all(math.isfinite(one["loss"]) for one in losses)
    after = task.codec.quantizer.state_dict()
    assert not torch.equal(after["levels.0.entries"], entries)
    assert not torch.equal(after["levels.1.project_in.weight"], projection)  # the optimiser knows it


def test_states_from_before_and_after_a_remedy_can_both_be_put_back(
    wide: CodecConfig, ill_once: list[int]
) -> None:
    task = task_of(wide)
    walk(task, 7)
    before = unflatten(flatten(dict(task.state())))
    task.on_validation(7, task.validate(7))
    task.train_step(7, 2, 0.4)
    after = unflatten(flatten(dict(task.state())))
    for kept, size in ((before, 32), (after, 16), (before, 32)):
        assert isinstance(kept, dict)
        fresh = task_of(wide)
        fresh.load_state(kept)
        assert fresh.codec.codebook_size == size
        task.load_state(kept)
        assert state_of(task) == state_of(fresh)
        assert task.train_step(8, 2, 0.45) == fresh.train_step(8, 2, 0.45)


def test_the_loop_carries_a_remedy_out_and_ends_with_the_smaller_codec(
    wide: CodecConfig, ill_once: list[int], tmp_path: Path
) -> None:
    task, events = task_of(wide), list[Progress]()
    plan = Plan(max_steps=20, batch_size=2, validate=Every(steps=5))
    outcome = run(task, plan=plan, folder=tmp_path, report=events.append)
    assert SMALLER.sentence in messages(events)
    assert (outcome.stopped, outcome.step) == ("finished", 20)
    assert task.codec.config.codebook_size == 16
    tensors = task.codec.state_dict()
    again = Codec.from_tensors(task.codec.config, tensors)
    assert again.fingerprint() == task.codec.fingerprint()


def test_a_crop_that_is_no_number_is_taken_back(tiny_config: CodecConfig, tmp_path: Path) -> None:
    batches, events = FewSounds(), list[Progress]()
    batches.poisoned = {35}  # learning codes; the codebooks were filled from steps 12 to 31
    task = task_of(tiny_config, batches=batches)
    plan = Plan(max_steps=60, batch_size=2, validate=Every(steps=20))
    outcome = run(task, plan=plan, folder=tmp_path, report=events.append)
    assert (outcome.stopped, outcome.rollbacks, task.rate_factor) == ("finished", 1, 0.5)
    assert (
        "At step 35 the loss stopped being a number; training went back to step 0 and learns half as fast from here."
        in messages(events)
    )
    assert all(torch.isfinite(tensor).all() for tensor in task.codec.state_dict().values())


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
    figures = task.validate(0).figures
    assert figures["own"] == figures["held_out"]
    assert task.preview(0, Path()) == ()
