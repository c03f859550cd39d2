from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bench.prior_codes import codes, drawn
from bench.prior_members import KINDS, Settings
from bench.priors import run
from bench.subject import Distill, Grid
from tests.prior.bigram import Bigram, walks
from tests.signals import pluck

from bench import machine, prior_members, prior_tables, priors, records
from distill.audio.clip import Samples
from distill.codec.model import Codec
from distill.config import NetworkConfig, NetworkTraining
from distill.prior import backoff
from distill.prior.interface import Prior
from distill.training.prior_fitting import NetworkFit

SIZE = 6


class Fake:
    """A codec whose codes are a walk named by the sound's first sample."""

    def __init__(self) -> None:
        self.encoded: list[int] = []

    def open(self, name: str, *, home: Path) -> Any:
        return name

    def fingerprint(self, codec: Any) -> str:
        return "ab" * 32

    def codebook_size(self, codec: Any) -> int:
        return SIZE

    def versions(self, codec: Any, samples: Samples, *, number: int, seed: Sequence[int]) -> list[Grid]:
        which = round(float(samples[0]) * 100)
        self.encoded.append(which)
        return walks(1 + number, 24, seed=which)


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(machine, "commit", lambda: "c0ffee1")
    folder = tmp_path / "ten"
    folder.mkdir()
    for number in range(10):
        soundfile.write(folder / f"{number}.wav", np.full(100, number / 100), 48_000, subtype="FLOAT")
    return sorted(folder.iterdir())


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks of a few numbers, and counts of pairs."""

    def fit(kind: Any, sounds: Any, *, codebook_size: int) -> NetworkFit:
        config = NetworkConfig(
            kind=kind, num_levels=2, codebook_size=codebook_size, width=8, depth=1, heads=1, window=4
        )
        return NetworkFit(config, NetworkTraining(batch_size=2, crop_steps=8), 3)

    def counted(grids: Sequence[Grid], *, codebook_size: int, table: Any = None) -> Prior:
        bigram = Bigram.count(grids, codebook_size)
        if table is not None:
            bigram.shares[:] = bigram.shares.mean(axis=1, keepdims=True)
        return bigram

    monkeypatch.setattr(prior_members, "network_for", fit)
    monkeypatch.setattr(backoff, "fit", counted)


def measured(files: list[Path], out: Path, encoder: Fake, **given: Any) -> list[records.Record]:
    asked: dict[str, Any] = {"size": 5, "seed": 0, "settings": Settings(sampled_steps=5), **given}
    return run("ten", files, model="bells", codec="bells", encoder=encoder, out=out, **asked)


@pytest.mark.usefixtures("tiny")
def test_every_kind_is_judged_on_the_same_sounds_which_none_has_seen(
    collection: list[Path], tmp_path: Path
) -> None:
    out, encoder = tmp_path / "runs", Fake()
    lines = measured(collection, out, encoder)
    assert [line["key"]["kind"] for line in lines] == list(KINDS)
    assert records.read(out / "priors.jsonl") == lines
    draw = drawn(10, size=5, seed=0)
    assert draw is not None
    assert sorted(encoder.encoded) == sorted(draw.learnt + draw.tested)
    learnt, tested = (
        [walks(1, 24, seed=which)[0] for which in places] for places in (draw.learnt, draw.tested)
    )
    by_kind = {line["key"]["kind"]: line for line in lines}
    counted = Bigram.count(learnt, SIZE)
    expected = -np.mean([counted.log_prob(grid) for grid in tested]) / math.log(2)
    assert by_kind["ngram"]["bits"] == pytest.approx(expected)
    assert by_kind["ngram"]["bits"] < by_kind["unigram"]["bits"]
    for kind, line in by_kind.items():
        assert line["bits"] == pytest.approx(np.mean(line["bits_by_level"]))
        assert (line["sounds"], line["tested"], line["steps"]) == (5, 2, 120)
        assert line["steps_a_second"] > 0
        assert {*line["members"]} == {*KINDS[kind]} - {"cache"}
        assert np.sum(line["weights"], axis=0) == pytest.approx([1.0, 1.0])
    assert by_kind["ngram + cache"]["bits"] != by_kind["ngram"]["bits"]
    table = prior_tables.priors(lines).splitlines()
    assert table[2].startswith("| ten (bells, 3 min) | 5 | 120 | 1 | ")
    assert len(prior_tables.speeds(lines).splitlines()) == 2 + len(KINDS)
    assert " / " in prior_tables.gains(lines).splitlines()[2]


@pytest.mark.usefixtures("tiny")
def test_a_finished_line_is_not_measured_again_and_a_trained_network_not_trained_again(
    collection: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, encoder = tmp_path / "runs", Fake()
    first = measured(collection, out, encoder, kinds=["lstm"])
    monkeypatch.setattr(prior_members, "train_network", None)
    assert measured(collection, out, encoder, kinds=["lstm"]) == []
    mixed = measured(collection, out, encoder, kinds=["lstm", "lstm + cache"])
    assert [line["key"]["kind"] for line in mixed] == ["lstm + cache"]
    assert mixed[0]["members"]["lstm"] == first[0]["members"]["lstm"]
    assert (
        mixed[0]["seconds"] > first[0]["members"]["lstm"]["seconds"] > 0
    )  # it is not there before its network
    assert len(encoder.encoded) == 7  # each sound once


def test_a_sound_is_encoded_once_for_each_way_of_asking(collection: list[Path], tmp_path: Path) -> None:
    encoder = Fake()
    for _ in range(2):
        made = codes(collection[3], "x", encoder=encoder, number=2, seed=0, out=tmp_path)
        assert len(made) == 3
        assert np.array_equal(made[0], walks(1, 24, seed=3)[0])
    assert encoder.encoded == [3]
    assert len(codes(collection[3], "x", encoder=encoder, number=0, seed=0, out=tmp_path)) == 1


def test_larger_draws_hold_the_smaller_ones_and_test_with_the_same_sounds() -> None:
    draws = [drawn(100, size=size, seed=1) for size in (5, 20, 50)]
    for smaller, larger in itertools.pairwise(draws):
        assert smaller is not None
        assert larger is not None
        assert smaller.tested == larger.tested
        assert set(smaller.learnt) < set(larger.learnt)
        assert not set(larger.learnt) & set(larger.tested)


@pytest.mark.usefixtures("tiny")
def test_the_command_measures_what_it_can_and_tells_what_it_cannot(
    collection: list[Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prior_members, "_sampled", lambda prior, *, steps: 470.0)
    folder, out = str(collection[0].parent), str(tmp_path / "runs")
    asked = ["bells", folder, "--sizes", "5", "20", "--kinds", "unigram", "ngram", "--out", out]
    assert priors.main(asked, encoder=Fake()) == 2
    said = capsys.readouterr()
    assert said.err == (
        "ten, 20 sounds, seed 0: 10 sounds were found, too few to learn from 20; give a larger collection.\n"
    )
    lines = said.out.splitlines()
    assert [line.split(": ")[0] for line in lines[:3]] == [f"ten, 5 sounds, seed {seed}" for seed in range(3)]
    assert lines[-1].startswith("| ten (bells, 3 min) | 5 | 120 | 3 | ")
    assert " to " in lines[-1]
    assert priors.main([*asked[:3], "5", *asked[5:]], encoder=Fake()) == 0
    assert "already run" in capsys.readouterr().out


def test_versions_of_a_sound_are_as_long_as_it_is_and_differ(tiny_codec: Codec) -> None:
    sound = pluck(9 * 1024 + 5, hz=220.0)[0]
    subject = Distill()
    made = subject.versions(tiny_codec, sound, number=2, seed=[0, 1])
    assert [grid.shape for grid in made] == [(3, 10)] * 3
    assert not np.array_equal(made[0], made[1])
    assert not np.array_equal(made[1], made[2])
    again = subject.versions(tiny_codec, sound, number=2, seed=[0, 1])
    assert all(np.array_equal(*pair) for pair in zip(made, again, strict=True))
    assert np.array_equal(subject.versions(tiny_codec, sound, number=0, seed=[0, 1])[0], made[0])


def test_no_results_make_no_table() -> None:
    for table in (prior_tables.priors, prior_tables.speeds, prior_tables.gains):
        assert table([]) == ""


def test_how_far_a_word_moves_is_told_without_powers_of_ten() -> None:
    words = [
        {"word": "density", "right": 1.0, "moved": 100.4},
        {"word": "tension", "right": 0.5, "moved": -0.0384},
    ]
    line = {"key": {"collection": "rain", "commit": "a"}, "words": words}
    assert "| rain | 100 (+100.4) | 50 (-0.038) |" in prior_tables.steering([line])
