from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch
from tests.signals import noise
from tests.training.line_fit import messages
from tests.training.small_task import FewSounds, state_of, task_of, walk
from tests.training.synthetic import TRAINING, store_of

from distill.codec.health import Remedy
from distill.codec.model import Codec
from distill.codec.quantizer import Level
from distill.config import Augmentation, CodecConfig
from distill.progress import Progress
from distill.training import codec_task
from distill.training.codec_run import new_codec
from distill.training.codec_task import CodecTask
from distill.training.feed import Feed
from distill.training.loop import Every, Plan, run
from distill.training.tree import flatten, unflatten

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
    monkeypatch.setattr(codec_task, "ENOUGH_TO_JUDGE", 0)  # the crops of these tests are few
    return sizes


def test_too_few_codes_are_no_reason_to_shrink_a_codebook(
    wide: CodecConfig, ill_once: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec_task, "ENOUGH_TO_JUDGE", 1000)
    task = task_of(wide)
    walk(task, 9)
    assert task.on_validation(9, task.validate(9)) is None
    assert (task.codec.codebook_size, ill_once) == (32, [])


def test_a_remedy_builds_smaller_codebooks_and_training_goes_on(
    wide: CodecConfig, ill_once: list[int]
) -> None:
    task = task_of(wide)
    walk(task, 9)
    encoder = task.codec.encoder.leave.weight.detach().clone()
    assert task.on_validation(9, task.validate(9)) == SMALLER.sentence
    assert (task.codec.codebook_size, task.codec.num_levels, task.stages.now) == (16, 2, "codes")
    assert torch.equal(task.codec.encoder.leave.weight, encoder)  # only the quantizer is new
    assert task.validate(9).health[0].utilisation > 0.3  # and it is filled
    entries = task.codec.quantizer.state_dict()["levels.0.entries"].clone()
    projection = task.codec.quantizer.state_dict()["levels.1.project_in.weight"].clone()
    losses = walk(task, first=9)
    assert all(math.isfinite(one["loss"]) for one in losses)
    after = task.codec.quantizer.state_dict()
    assert not torch.equal(after["levels.0.entries"], entries)
    assert not torch.equal(after["levels.1.project_in.weight"], projection)  # the optimiser knows it


@pytest.mark.parametrize(("codebook_size", "seconds"), [(1024, 12.0), (256, 1.5)])
def test_the_largest_codebook_can_be_judged(
    tiny_config: CodecConfig, codebook_size: int, seconds: float
) -> None:
    """By further crops where there is much sound, by varied ones where there is little; the score stays what it is."""
    store = store_of([noise(round(seconds * 48_000), seed=index) for index in range(8)])
    config = tiny_config.model_copy(update={"codebook_size": codebook_size})
    enough = codec_task.ENOUGH_TO_JUDGE * codebook_size
    with Feed(
        store, rms_db=store.rms_db, settings=TRAINING, step_length=1024, augmentation=Augmentation(), seed=0,
        judged_codes=enough,
    ) as feed:  # fmt: skip
        tasks = [
            CodecTask(
                new_codec(config, seed=0), feed, own=feed.own, held_out=feed.held_out, counted=counted,
                settings=TRAINING, seed=0,
            )
            for counted in (feed.counted, None)
        ]  # fmt: skip
    scores = []
    for task in tasks:
        task.stages.enter("codes", 0.2)
        for level in task.codec.quantizer.levels:
            assert isinstance(level, Level)
            level.entries[8:] = 1e3  # out of reach
        found = task.validate(1)
        scores.append(found.score)
        if task.counted is feed.counted:
            assert task.judged_codes >= enough
            said = task.on_validation(1, found)
            assert said is not None
            assert f"shrunk from {codebook_size} to {codebook_size // 2}" in said
    assert scores[0] == scores[1]


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
