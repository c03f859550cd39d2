from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile
from bench.augment import TOGETHER, VARIATIONS, alone, changed, measure
from bench.subject import Distill, Grid
from hypothesis import given
from hypothesis import strategies as st

from bench import augment, records
from distill.audio.clip import Samples
from distill.codec.model import Codec
from distill.collection.augment import Variation
from distill.config import Augmentation, CodecConfig
from distill.errors import BadCollection

STEP = 64  # samples


def crops(*, seed: int = 0, num_steps: int = 40) -> Samples:
    """Two crops whose steps each hold one value, no two alike."""
    values = np.random.default_rng(seed).permutation(2 * num_steps).reshape(2, num_steps) + 1.0
    return np.repeat(values / (4 * num_steps), STEP, axis=1).astype(np.float32)


def shares(encode: Callable[[Samples], Grid], sounds: Samples) -> dict[str, float]:
    rows = measure(encode, sounds, step_length=STEP, reach=2, draws=2, seed=0)
    return {row["name"]: row["changed"] for row in rows}


def value_at(place: int) -> Callable[[Samples], Grid]:
    """A codec of one level whose code is one sample of each step."""

    def encode(sounds: Samples) -> Grid:
        grid: Grid = np.round(1e4 * sounds.reshape(len(sounds), 1, -1, STEP)[..., place]).astype(int)
        return grid

    return encode


@given(data=st.data())
def test_codes_have_changed_where_neither_step_beside_has_them(data: st.DataObject) -> None:
    num_levels, num_steps = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 6))
    eighths = data.draw(st.lists(st.integers(0, 8 * (num_steps - 1)), max_size=8))
    position = np.array(eighths, dtype=np.float64) / 8
    code = st.integers(0, 2)
    reference = [data.draw(st.lists(code, min_size=num_steps, max_size=num_steps)) for _ in range(num_levels)]
    varied = [
        data.draw(st.lists(code, min_size=len(position), max_size=len(position))) for _ in range(num_levels)
    ]
    slow = [
        [
            all(new != old for step, old in enumerate(before) if abs(step - place) < 1)
            for new, place in zip(after, position, strict=True)
        ]
        for before, after in zip(reference, varied, strict=True)
    ]
    found = changed(
        np.array(reference), np.array(varied, dtype=int).reshape(num_levels, len(position)), position
    )
    assert found.tolist() == slow


@pytest.mark.parametrize("name", VARIATIONS)
def test_a_variation_alone_is_on_every_crop_and_as_far_as_by_default(name: str) -> None:
    settings, usual = alone(name).model_dump(), Augmentation.model_validate({}).model_dump()
    switched = {f"{other}_share" for other in VARIATIONS}
    assert {key: value for key, value in settings.items() if key in switched and value} == {
        f"{name}_share": 1
    }
    assert {key: settings[key] for key in settings.keys() - switched} == {
        key: usual[key] for key in usual.keys() - switched
    }


def test_what_hears_the_level_hears_gain_and_no_polarity() -> None:
    def level(sounds: Samples) -> Grid:
        power = np.square(sounds).reshape(len(sounds), 1, -1, STEP).mean(axis=3)
        grid: Grid = np.round(1000 * np.log10(power)).astype(int)
        return grid

    found = shares(level, crops())
    assert list(found) == [*VARIATIONS, TOGETHER]
    assert found["gain"] > 0.95
    assert found["polarity"] == 0
    assert found[TOGETHER] > 0.2


def test_what_hears_nothing_is_changed_by_nothing() -> None:
    found = shares(lambda sounds: np.zeros((len(sounds), 1, sounds.shape[1] // STEP), int), crops())
    assert set(found.values()) == {0.0}


@pytest.mark.parametrize("place", [0, STEP - 1])
def test_a_shifted_step_is_compared_with_both_steps_it_lies_between(place: int) -> None:
    """Its first sample is of the one step, its last of the next."""
    assert shares(value_at(place), crops())["shift"] == 0


def test_a_stretched_step_is_compared_where_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    def plain(source: Samples, variation: Variation, *, length: int, bounded: bool) -> Samples:
        heard = (np.arange(length) + 0.5) / variation.time_ratio - 0.5
        resampled: Samples = np.interp(heard, np.arange(source.size), source, right=0).astype(np.float32)
        return resampled

    monkeypatch.setattr(augment, "vary", plain)
    rising = ((np.arange(40 * STEP) + 0.5) / STEP + 0.5) / 100  # a hundredth a step
    ramp = np.tile(rising, (2, 1)).astype(np.float32)

    def middle(sounds: Samples) -> Grid:
        grid: Grid = np.round(100 * sounds.reshape(len(sounds), 1, -1, STEP).mean(axis=3)).astype(int)
        return grid

    assert shares(middle, ramp)["time"] == 0
    stretched = plain(ramp[0], Variation(time_ratio=1.15), length=ramp.shape[1], bounded=False)
    assert np.mean(middle(stretched[None]) != middle(ramp[:1])) > 0.5  # it is no accident of the codec


def test_steps_without_sound_do_not_count() -> None:
    whole, half = crops(), crops()
    half[:, : half.shape[1] // 2] = 0
    counted = [
        measure(value_at(0), sounds, step_length=STEP, reach=2, draws=1, seed=0)[0]["codes"]
        for sounds in (whole, half)
    ]
    assert counted == [2 * (40 - 2 * 4), 2 * (40 - 20 - 4)]
    with pytest.raises(BadCollection) as refusal:
        shares(value_at(0), np.zeros_like(whole))
    assert str(refusal.value) == (
        "no step of these crops is louder than -70 dBFS; measure with a collection that sounds."
    )


def test_the_same_seed_measures_the_same() -> None:
    first, again, other = (
        measure(value_at(9), crops(), step_length=STEP, reach=2, draws=1, seed=seed) for seed in (3, 3, 4)
    )
    assert first == again
    assert first != other


def test_a_codec_of_magnitudes_does_not_hear_polarity(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for number in range(2):
        soundfile.write(tmp_path / f"{number}.wav", 0.01 * rng.standard_normal(48_000), 48_000)
    config = CodecConfig(
        width=16,
        encoder_depth=1,
        decoder_depth=1,
        latent_dim=8,
        num_levels=2,
        codebook_size=16,
        codebook_dim=4,
    )
    codec, subject = Codec(config).eval(), Distill()
    sounds = subject.crops(
        sorted(tmp_path.glob("*.wav")), crop_samples=16 * 1024, most=3, folder=tmp_path / "store"
    )
    assert sounds.shape == (3, 16 * 1024)
    assert 10 * np.log10(np.mean(np.square(sounds))) == pytest.approx(-20, abs=0.2)  # the codec's level
    grid = subject.encode_crops(codec, sounds)
    assert grid.shape == (3, 2, 16)
    assert np.array_equal(grid, subject.encode_crops(codec, -sounds))


class Fake:
    """A codec whose code is a step's first sample."""

    opened: tuple[str, Path] | None = None

    def open(self, name: str, *, home: Path) -> Any:
        self.opened = (name, home)
        return SimpleNamespace(step_length=STEP, encoder_reach=2)

    def crops(self, sounds: Sequence[Path], *, crop_samples: int, most: int, folder: Path) -> Samples:
        assert crop_samples == augment.CROP_STEPS * STEP
        return crops(num_steps=augment.CROP_STEPS)[:most]

    def encode_crops(self, codec: Any, crops: Samples) -> Grid:
        return value_at(0)(crops)


def test_the_command_appends_one_line_and_prints_its_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bells").mkdir()
    subject, out = Fake(), tmp_path / "runs"
    arguments = ["bells-2.5min", str(tmp_path / "bells"), "--out", str(out), "--draws", "1"]
    assert augment.main(arguments, subject=subject) == 0
    assert subject.opened == ("bells-2.5min", out / "models")
    (line,) = records.read(out / "augment.jsonl")
    assert (line["model"], line["key"]["collection"]) == ("bells-2.5min", "bells")
    assert [row["name"] for row in line["variations"]] == [*VARIATIONS, TOGETHER]
    assert (
        line["variations"][1]["changed"] > 0.9
    )  # this codec does hear polarity, and the table says what it measured
    assert "| polarity | 100 / 100 |" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        augment.main(["bells", str(tmp_path / "none"), "--out", str(tmp_path / "runs")], subject=Fake()) == 2
    )
    said = capsys.readouterr().err
    assert said == f"{tmp_path / 'none'} is not a folder; give folders that hold sounds.\n"
    assert not (tmp_path / "runs").exists()
