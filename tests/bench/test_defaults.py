from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, cast, get_args

import pytest
import torch
from bench.sounds import find_sounds, split_by_file
from bench.variants import BASELINE, VARIANTS, Variant
from tests.api.tiny_training import NETWORK
from tests.signals import mixture

from bench import defaults, defaults_tables, pace, records, sizes, trials
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.collection.store_index import Store
from distill.config import Augmentation, CodecConfig, CodecTraining
from distill.training import codec_run, codec_task
from distill.training.codec_task import CodecTask
from distill.training.fitting import Fit, fit
from distill.training.stages import Stage, Stages


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Seven sounds of a second, and trainings of a tiny codec."""

    def tiny(**asked: Any) -> Fit:
        proposal = fit(**asked, codebook_size=16, num_levels=3)
        quick = CodecTraining(batch_size=2, crop_steps=8)
        return Fit(proposal.codec.model_copy(update=NETWORK), quick, proposal.sentence)

    monkeypatch.setattr(trials, "fit", tiny)
    monkeypatch.setattr(pace, "ROUNDS", 1)
    monkeypatch.setattr(pace, "STEPS", 1)
    monkeypatch.setattr(codec_run, "VALIDATIONS", 3)
    # How many steps there are is a matter of time, and after some of them such codebooks would be made smaller.
    monkeypatch.setattr(codec_task, "remedy", lambda *given: None)
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    for number in range(7):
        write_wav(sounds / f"{number}.wav", Clip(mixture(48_000, seed=number)))
    return sounds


def test_every_change_names_a_setting_that_there_is() -> None:
    for variant in VARIANTS:
        assert set(variant.codec) <= set(CodecConfig.model_fields), variant.name
        assert set(variant.training) <= set(CodecTraining.model_fields), variant.name
        assert set(variant.augmentation) <= set(Augmentation.model_fields), variant.name


def test_no_two_changes_are_the_same() -> None:
    settings = [
        str({name: value for name, value in one.settings().items() if name != "variant"}) for one in VARIANTS
    ]
    assert len(set(settings)) == len(settings) == len({variant.name for variant in VARIANTS})


@pytest.mark.slow
@pytest.mark.parametrize(
    "variant",
    [VARIANTS[0], *(variant for variant in VARIANTS if variant.settings()["part"])],
    ids=lambda variant: variant.name,
)
def test_every_part_trains_and_is_judged(variant: Variant, folder: Path, tmp_path: Path) -> None:
    split = split_by_file(find_sounds(folder), seed=0)
    figures = trials.trial(split, variant, minutes=0.015, scratch=tmp_path)
    assert 0 < figures["own"] < 20
    assert figures["steps"] > 2
    assert 1 <= figures["own_visqol"] <= 5
    assert ("searched" in figures) is (variant.group == "chance")


def test_what_was_run_is_not_run_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(defaults, "VARIANTS", VARIANTS[:2])
    asked = [str(folder), "--minutes", "0.02", "--out", str(tmp_path / "runs")]
    assert defaults.main(asked) == 0
    assert defaults.main(asked) == 0
    lines = records.read(tmp_path / "runs" / "defaults.jsonl")
    assert [line["key"]["variant"] for line in lines] == [BASELINE, "seed 1"]
    assert "| chance | as it is |" in capsys.readouterr().out
    monkeypatch.setattr(defaults, "VARIANTS", VARIANTS[:3])
    assert defaults.main([*asked, "--list"]) == 0
    assert capsys.readouterr().out == f"sounds: {VARIANTS[2].group}: {VARIANTS[2].name}\n"


def test_of_changes_named_none_else_is_run_and_an_unknown_one_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [str(folder), "--minutes", "0.02", "--out", str(tmp_path / "runs"), "--only"]
    assert defaults.main([*asked, "decay 0.9"]) == 0
    assert [line["key"]["variant"] for line in records.read(tmp_path / "runs" / "defaults.jsonl")] == [
        "decay 0.9"
    ]
    with pytest.raises(SystemExit):
        defaults.main([*asked, "decay 0.7"])
    assert "there is no change called 'decay 0.7'" in capsys.readouterr().err


def line(group: str, variant: str, own: float, *, commit: str = "a", minutes: float = 3.0) -> dict[str, Any]:
    key = {"collection": "rain", "variant": variant, "commit": commit, "minutes": minutes}
    return {"group": group, "key": key, "own": own, "unseen": 2.0, "steps": 1000}


def test_a_change_counts_where_it_is_beyond_what_chance_moves() -> None:
    table = defaults_tables.defaults(
        [
            line("chance", "as it is", 1.0),
            line("chance", "seed 1", 1.04),
            line("chance", "seed 2", 1.02),
            line("losses", "near", 1.11),
            line("losses", "far", 1.2),
        ]
    )
    assert "| losses | near | 1.11 | 2.00 | 1,000 | +8.8 | +0.0 |" in table
    assert "| losses | far | 1.20 worse | 2.00 | 1,000 | +17.6 | +0.0 |" in table


def test_opinions_stand_in_a_column_of_their_own_where_they_were_asked() -> None:
    before = line("chance", "as it is", 1.0)
    asked = {**line("losses", "far", 1.2), "own_visqol": 4.321, "unseen_visqol": 3.0}
    silent = {**line("losses", "still", 1.2), "own_visqol": None, "unseen_visqol": None}
    assert "ViSQOL" not in defaults_tables.defaults([before])
    table = defaults_tables.defaults([before, asked, silent])
    assert "| change | rain, own | never seen | ViSQOL | steps |" in table
    assert "| losses | far | 1.20 | 2.00 | 4.32 / 3.00 | 1,000 |" in table
    assert "| losses | still | 1.20 | 2.00 |  | 1,000 |" in table


def test_of_one_seed_nobody_knows_what_chance_moves() -> None:
    table = defaults_tables.defaults([line("chance", "as it is", 1.0), line("losses", "far", 1.2)])
    assert "better" not in table
    assert "worse" not in table


def test_a_collection_on_which_the_draft_was_not_run_says_nothing_of_a_change() -> None:
    usual, far = line("chance", "as it is", 1.0), line("losses", "far", 1.2)
    elsewhere = [
        {**run, "key": {**run["key"], "collection": "bells"}} for run in (far, line("losses", "new", 0.5))
    ]
    table = defaults_tables.defaults([usual, far, *elsewhere])
    assert "| losses | far | 1.20 | 2.00 | 1,000 | 1.20 | 2.00 | 1,000 | +20.0 | +0.0 |" in table
    assert "| losses | new |  |  |  | 0.50 | 2.00 | 1,000 |  |  |" in table


def test_changes_around_another_draft_have_a_table_of_their_own() -> None:
    first = [line("chance", "as it is", 1.0), line("losses", "far", 1.2)]
    later = [line("chance", "as it is", 0.8, commit="b")]
    table = defaults_tables.defaults(first + later)
    newer, older = table.split("Around the draft of commit ")[1:]
    assert newer.startswith("b, 3 minutes each:")
    assert "| as it is | 0.80 |" in newer
    assert "| as it is | 1.00 |" in older
    assert "far" not in newer


def test_longer_trainings_have_a_table_of_their_own() -> None:
    runs = [line("chance", "as it is", 1.0), line("chance", "as it is", 0.8, minutes=9.0)]
    longer, shorter = defaults_tables.defaults(runs).split("Around the draft of commit ")[1:]
    assert longer.startswith("a, 9 minutes each:")
    assert "| as it is | 0.80 |" in longer
    assert "| as it is | 1.00 |" in shorter


def test_what_quantization_costs_is_told_of_the_newest_draft_measured_both_ways() -> None:
    before = [line("chance", "as it is", 3.0), line("quantization", "continuous latent", 1.0)]
    usual = [line("chance", seed, own, commit="b") for seed, own in (("as it is", 1.0), ("seed 1", 1.2))]
    without = line("quantization", "continuous latent", 1.0, commit="b")
    table = defaults_tables.quantization([*before, *usual, without])
    assert "| rain | b | 1.10 | 1.00 | +10 | 2.00 | 2.00 | +0 |  |  |" in table
    assert "3.00" not in table


def test_what_quantization_costs_of_sounds_that_are_searched_for_stands_beside_it() -> None:
    usual = [{**line("chance", "as it is", 1.0), "searched": 1.9}, line("chance", "seed 1", 1.0)]
    table = defaults_tables.quantization([*usual, line("quantization", "continuous latent", 1.0)])
    assert "| 2.00 | 2.00 | +0 | 1.90 | -5 |" in table


def test_below_what_quantization_costs_stand_the_runs_compared_and_no_others() -> None:
    compared = [line("quantization", "continuous latent", 1.0), line("chance", "as it is", 1.1)]
    others = [line("losses", "far", 1.2), line("chance", "as it is", 0.9, commit="b")]
    assert defaults_tables.pairs([*others, *compared]) == compared


def sized(seed: int, own: float, *, files: int = 5, factor: float = 1.0, **given: Any) -> dict[str, Any]:
    key = {"collection": "bells", "files": files, "factor": factor, "levels": 8, "seed": seed}
    used = {"utilisation": [0.9, 0.7], "perplexity": [16.0, 16.0]}
    sizes = {"codebook_size": 32, "num_levels": 8, "own_each": [own] * files}
    return {"key": key, "own": own, "unseen": 2.0, **sizes, **used, **given}


def test_sizes_are_tried_around_the_rule_and_with_fewer_files(folder: Path, tmp_path: Path) -> None:
    asked = [str(folder), "--files", "4", "50", "--minutes", "0.02", "--out", str(tmp_path / "runs")]
    assert sizes.main(asked) == 0
    lines = records.read(tmp_path / "runs" / "sizes.jsonl")
    assert {line["key"]["files"] for line in lines} == {4}  # there are no fifty
    assert [(line["key"]["factor"], line["num_levels"], line["codebook_size"]) for line in lines] == [
        (factor, levels, size) for levels in (8, 4) for factor, size in ((1.0, 16), (2.0, 32), (0.5, 16))
    ]


def test_sizes_are_compared_for_the_first_seed_and_what_other_seeds_give_follows() -> None:
    table = sizes.sizes([sized(0, 0.5), sized(2, 0.9), sized(1, 0.7)])
    assert "| bells | 5 | 8 x 32 (rule) | 0.50 (0.70, 0.90) | 2.00 (2.00, 2.00) | 80 / 70 | 50 |" in table


def test_a_draw_for_which_the_rule_proposes_more_is_still_the_rules() -> None:
    twice = sized(0, 0.4, factor=2.0, codebook_size=64)
    table = sizes.sizes([sized(0, 0.5), sized(1, 0.7, codebook_size=64), twice])
    assert "| bells | 5 | 8 x 32, 64 (rule) | 0.50 (0.70) | 2.00 (2.00) | 80 / 70 | 50 |" in table
    assert "| bells | 5 | 8 x 64 | 0.40 | 2.00 | 80 / 70 | 25 |" in table


def test_files_are_counted_that_were_trained_on() -> None:
    table = sizes.sizes([sized(0, 0.5, files=50, own_each=[0.5] * 40)])
    assert "| bells | 40 | 8 x 32 (rule) |" in table


def test_the_clock_of_a_trial_is_moved_by_steps_alone_each_by_what_its_stage_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(CodecTask, "train_step", lambda task, step, size, position: {})
    task = CodecTask.__new__(CodecTask)
    task.stages = Stages(CodecTraining())
    clock = pace.StepClock({"codes": 2.0, "phase": 5.0})
    with clock.moved_by_steps():
        for stage in get_args(Stage):
            task.stages.now = stage
            task.train_step(0, 1, 0.0)
    assert clock() == 2 + 2 + 5
    task.train_step(0, 1, 0.0)
    assert clock() == 9


def test_a_change_of_the_network_costs_what_its_steps_take_in_multiples_of_the_usual(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = fit(num_sounds=7, seconds=7.0)
    wide = Fit(usual.codec.model_copy(update={"width": 512}), usual.training, "")
    monkeypatch.setattr(pace, "ROUNDS", 2)
    # seconds of the usual and the changed, twice: the best turn of each counts
    turns = iter([2.0, 3.0, 1.0, 4.0])
    timed: list[Fit] = []

    def timing(store: Any, one: Fit, device: Any) -> dict[str, float]:
        timed.append(one)
        return dict.fromkeys(pace.DRAFT, next(turns))

    monkeypatch.setattr(pace, "_timed", timing)
    ask = partial(pace.relative_costs, cast(Store, None), usual, part=nullcontext, device=torch.device("cpu"))
    assert ask(wide) == {"codes": 3.0, "phase": 3.0}
    assert timed == [usual, wide, usual, wide]


def test_without_slopes_a_step_is_cheaper_and_is_timed_and_another_weight_costs_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual = fit(num_sounds=7, seconds=7.0)
    asked: list[float] = []

    def timing(store: Any, one: Fit, device: Any) -> dict[str, float]:
        asked.append(one.training.slopes)
        return dict.fromkeys(pace.DRAFT, 2.0 if one.training.slopes else 1.0)

    monkeypatch.setattr(pace, "_timed", timing)
    monkeypatch.setattr(pace, "ROUNDS", 1)
    for slopes, cost in ((0.0, 0.5), (1.0, 1.0)):
        changed = Fit(usual.codec, usual.training.model_copy(update={"slopes": slopes}), "")
        costs = pace.relative_costs(
            cast(Store, None), usual, changed, part=nullcontext, device=torch.device("cpu")
        )
        assert costs == dict.fromkeys(pace.DRAFT, cost)
    assert asked == [usual.training.slopes, 0.0]


def test_another_seed_or_rate_costs_what_is_usual_without_timing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pace, "_timed")
    usual = fit(num_sounds=7, seconds=7.0)
    faster = Fit(usual.codec, usual.training.model_copy(update={"learning_rate": 2e-3}), "")
    for changed in (usual, faster):
        costs = pace.relative_costs(
            cast(Store, None), usual, changed, part=nullcontext, device=torch.device("cpu")
        )
        assert costs == {"codes": 1.0, "phase": 1.0}
