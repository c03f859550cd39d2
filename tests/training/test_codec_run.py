from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.signals import noise
from tests.training.line_fit import messages
from tests.training.synthetic import TRAINING, fit_of, store_of, synthetic_sounds

from distill.audio.level import reference_gain_db
from distill.collection.fixed_crops import fixed_crops
from distill.collection.split import split
from distill.collection.store_index import Store
from distill.config import Augmentation, CodecConfig
from distill.progress import Cancel, Progress
from distill.training import appraisal
from distill.training.appraisal import appraise
from distill.training.codec_run import Budget, TrainedCodec, measure_step_seconds, train_codec
from distill.training.codec_task import CodecTask
from distill.training.feed import Feed
from distill.training.loudest import loudest_bin
from distill.training.task import Validation

CPU = torch.device("cpu")
AS_THEY_ARE = Augmentation(
    gain_share=0.0, polarity_share=0.0, shift_share=0.0, eq_share=0.0, pitch_share=0.0, time_share=0.0,
    noise_share=0.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(synthetic_sounds())


def trained_for(
    steps: int, store: Store, config: CodecConfig, folder: Path, *, resume: bool = False,
    cancel: Cancel | None = None, events: list[Progress] | None = None, seed: int = 3,
) -> TrainedCodec:  # fmt: skip
    return train_codec(
        store,
        fit_of(config),
        budget=Budget(max_steps=steps),
        folder=folder,
        seed=seed,
        device=CPU,
        resume=resume,
        cancel=cancel,
        report=(events if events is not None else []).append,
    )


def stop_before(step: int, patch: pytest.MonkeyPatch) -> Cancel:
    """Ask to stop while the step before this one is taken."""
    cancel, take = Cancel(), CodecTask.train_step

    def counted(task: CodecTask, at: int, batch_size: int, position: float) -> Mapping[str, float]:
        if at == step - 1:
            cancel.request()
        return take(task, at, batch_size, position)

    patch.setattr(CodecTask, "train_step", counted)
    return cancel


@pytest.fixture(scope="module")
def whole(store: Store, tiny_config: CodecConfig, tmp_path_factory: pytest.TempPathFactory) -> TrainedCodec:
    return trained_for(20, store, tiny_config, tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("stop", [2, 9, 17])  # in each of the three stages
def test_a_training_stopped_anywhere_ends_as_an_uninterrupted_one_bit_by_bit(
    store: Store, tiny_config: CodecConfig, tmp_path: Path, whole: TrainedCodec, stop: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        cancel = stop_before(stop, patch)
        part = trained_for(20, store, tiny_config, tmp_path, cancel=cancel)
    assert (part.outcome.stopped, part.outcome.step) == ("cancelled", stop)
    assert part.codec.fingerprint() != whole.codec.fingerprint()
    torch.manual_seed(99)  # another process, another state
    events: list[Progress] = []
    rest = trained_for(20, store, tiny_config, tmp_path, resume=True, events=events)
    assert f"Training goes on from step {stop}." in messages(events)
    assert rest.codec.fingerprint() == whole.codec.fingerprint()
    assert (rest.outcome.best_score, rest.outcome.best_step) == (
        whole.outcome.best_score,
        whole.outcome.best_step,
    )


def test_the_seed_decides(
    store: Store, tiny_config: CodecConfig, tmp_path: Path, whole: TrainedCodec
) -> None:
    again = trained_for(20, store, tiny_config, tmp_path / "a")
    other = trained_for(20, store, tiny_config, tmp_path / "b", seed=4)
    assert again.codec.fingerprint() == whole.codec.fingerprint() != other.codec.fingerprint()


def test_a_longer_training_learns_codes_again_and_ends_no_worse(
    store: Store, tiny_config: CodecConfig, tmp_path: Path
) -> None:
    first = trained_for(20, store, tiny_config, tmp_path)
    assert first.outcome.best_score is not None
    assert first.outcome.best_score < 50  # a score of the phase stage
    stages: list[str] = []
    take = CodecTask.train_step

    def noted(task: CodecTask, at: int, batch_size: int, position: float) -> Mapping[str, float]:
        losses = take(task, at, batch_size, position)
        stages.append(task.stages.now)
        return losses

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CodecTask, "train_step", noted)
        longer = trained_for(80, store, tiny_config, tmp_path, resume=True)
    # back at a quarter of the plan: codes until 0.7, then phase, and stopped in neither before its end
    assert stages == ["codes"] * 36 + ["phase"] * 24
    assert (longer.outcome.stopped, longer.outcome.step) == ("finished", 80)
    assert longer.outcome.best_score is not None
    assert longer.outcome.best_score <= first.outcome.best_score


def test_the_ceiling_lies_over_the_loudest_bin_of_the_collection(store: Store, whole: TrainedCodec) -> None:
    config = whole.codec.config
    loudest = loudest_bin(store, store.rms_db, n_fft=config.n_fft, hop_length=config.hop_length)
    assert float(whole.codec.head.ceiling) == pytest.approx(math.log(4 * loudest), abs=1e-5)


def test_a_training_whose_steps_end_before_its_time_is_looked_at_as_often(
    store: Store, tiny_config: CodecConfig, tmp_path: Path
) -> None:
    looks: list[int] = []

    def look(task: CodecTask, step: int) -> Validation:
        looks.append(step)
        return Validation(1.0, may_stop=False)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CodecTask, "validate", look)
        train_codec(
            store, fit_of(tiny_config), budget=Budget(max_steps=40, seconds=10_000), folder=tmp_path, seed=3,
            device=CPU,
        )  # fmt: skip
    assert looks == list(range(2, 41, 2))


def test_a_trained_codec_is_ready_to_use(whole: TrainedCodec) -> None:
    assert not whole.codec.training
    assert (whole.outcome.stopped, whole.outcome.step) == ("finished", 20)
    assert 0 <= whole.waited_share <= 1
    assert all(torch.isfinite(tensor).all() for tensor in whole.codec.state_dict().values())


def test_the_time_of_a_step_is_measured_without_changing_the_caller(
    store: Store, tiny_config: CodecConfig
) -> None:
    torch.manual_seed(1)
    following = torch.randn(2)
    torch.manual_seed(1)
    assert 0 < measure_step_seconds(store, fit_of(tiny_config), device=CPU, steps=2) < 10
    assert torch.equal(torch.randn(2), following)


def feed_of(
    sounds: Store, *, augmentation: Augmentation | None = None, seed: int = 0, judged_codes: int = 0
) -> Feed:
    return Feed(
        sounds,
        rms_db=sounds.rms_db,
        settings=TRAINING,
        step_length=1024,
        augmentation=augmentation or Augmentation(),
        seed=seed,
        judged_codes=judged_codes,
    )


def test_codes_are_counted_on_what_is_judged_on_further_crops_or_on_varied_ones(store: Store) -> None:
    much = store_of([noise(8 * 1024 * 40, seed=index) for index in range(4)])  # 144 crops to learn from
    with (
        feed_of(much) as before,
        feed_of(much, judged_codes=96 * 8) as enough,
        feed_of(much, judged_codes=1000) as more,
    ):
        assert enough.counted is enough.own
        assert (more.counted.shape, more.own.shape) == ((125, 8 * 1024), (96, 8 * 1024))
        assert len(np.unique(more.counted, axis=0)) == 125
        for feed in (enough, more):
            assert np.array_equal(feed.own, before.own)
    with feed_of(store, judged_codes=1001) as little:
        assert len(little.counted) == len(little.own) + 4 * 126
        assert np.array_equal(little.counted[: len(little.own)], little.own)
        assert len(np.unique(little.counted, axis=0)) > 100


def test_batches_are_a_pure_function_of_the_step(store: Store) -> None:
    asked = [(step, everything) for everything in (False, True) for step in range(6)]
    with feed_of(store) as feed:
        straight = {one: feed(one[0], 2, everything=one[1]) for one in asked}
        draw = np.random.default_rng(0)
        for index in draw.permutation(len(asked)):  # any order, back and forth
            one = asked[int(index)]
            assert np.array_equal(feed(one[0], 2, everything=one[1]), straight[one])
        assert np.array_equal(feed(3, 1, everything=True), straight[3, True][:1])  # a halved batch
    with feed_of(store, seed=1) as other:
        assert not np.array_equal(other(0, 2, everything=False), straight[0, False])


def test_held_out_sounds_are_in_no_batch_before_they_join() -> None:
    count = 8
    tones = store_of([_tone_of(index, 20_000) for index in range(count)])
    held = {part.sound for part in split(tones.lengths, seed=0).validation}
    assert len(held) == 1
    with feed_of(tones, augmentation=AS_THEY_ARE) as feed:
        before = {_which(crop) for step in range(40) for crop in feed(step, 2, everything=False)[:, 0]}
        after = {_which(crop) for step in range(60) for crop in feed(step, 2, everything=True)[:, 0]}
        assert before == set(range(count)) - held
        assert after == set(range(count))
        assert {_which(crop) for crop in feed.held_out} == held
        assert {_which(crop) for crop in feed.own} == set(range(count)) - held


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.9])
def test_a_held_out_end_of_which_nothing_is_heard_does_not_count(seconds: float) -> None:
    with feed_of(
        store_of([_tone_of(index, round(seconds * 48_000), fades=True) for index in range(5)])
    ) as feed:
        assert len(feed.own) > 0
        assert len(feed.held_out) == 0


@pytest.mark.parametrize("count", [3, 12])
def test_what_is_heard_of_a_held_out_part_is_judged_as_it_is(count: int) -> None:
    store = store_of([noise(200_000, seed=index, rms=0.05) for index in range(count)])
    wanted = fixed_crops(
        store, split(store.lengths, seed=0).validation, crop_samples=8 * 1024, most=96,
        gains=[10 ** (reference_gain_db(level) / 20) for level in store.rms_db],
    )  # fmt: skip
    with feed_of(store) as feed:
        assert np.array_equal(feed.held_out, wanted)


def _tone_of(
    index: int, num_samples: int, *, fades: bool = False
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A sound that is known by its pitch, a multiple of 1500 Hz; one that fades does so by 70 dB."""
    phase = 2 * np.pi * 1500 * (1 + index) * np.arange(num_samples) / 48_000
    level = np.exp(-8 * np.arange(num_samples) / num_samples) if fades else 1.0
    return (0.1 * level * np.sin(phase)).astype(np.float32)[None]


def _which(crop: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> int:
    spectrum = np.abs(np.fft.rfft(crop[:8192]))
    return round(float(spectrum.argmax()) * 48_000 / 8192 / 1500) - 1


def test_every_sound_comes_at_the_codecs_level() -> None:
    sounds = [noise(20_000, seed=index, rms=0.001 * 2**index) for index in range(8)]
    with feed_of(store_of(sounds), augmentation=AS_THEY_ARE) as feed:
        rms = np.sqrt(np.mean(np.concatenate([feed.own, feed.held_out]) ** 2, axis=1))
    np.testing.assert_allclose(20 * np.log10(rms), -20, atol=0.3)


def test_an_appraisal_encodes_a_long_sound_in_parts_and_finds_the_same(
    store: Store, whole: TrainedCodec, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = appraise(whole.codec, store, store.rms_db)
    monkeypatch.setattr(appraisal, "BLOCK", 5000)
    in_parts = appraise(whole.codec, store, store.rms_db)
    assert all(np.array_equal(*grids) for grids in zip(at_once.grids, in_parts.grids, strict=True))
    assert in_parts.own_mel_distance == at_once.own_mel_distance


def test_an_appraisal_counts_every_code_and_measures_sounds(store: Store, whole: TrainedCodec) -> None:
    events: list[Progress] = []
    found = appraise(whole.codec, store, store.rms_db, report=events.append)
    assert len(found.health) == 3
    assert found.sounds_measured == len(store) == len(events)
    assert 0 < found.own_mel_distance < 10
    assert [event.done for event in events] == list(range(1, len(store) + 1))
