from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import editing_tables, machine, quality_tables, records, report, tables
from distill.config import Augmentation
from distill.errors import BadInput

MACHINE = {"cpu": "Example CPU", "cores": 2, "memory_gib": 7.8, "torch": "2.13.0+cpu", "accelerator": None}


def context(commit: str = "c0ffee1", date: str = "2026-11-02 10:00") -> dict[str, Any]:
    return {"command": "python -m bench.quality x", "date": date, "commit": commit, "machine": MACHINE}


def figures(mel: float, visqol: float | None = 4.0) -> dict[str, Any]:
    return {
        "mel": mel + 0.1, "mel_mid": mel, "stft": 2 * mel, "visqol": visqol, "nsim": visqol and visqol / 5, "visqol_scored": 5, "visqol_repeated": 1,
    }  # fmt: skip


def quality_line(*, commit: str = "c0ffee1", mel: float = 1.2, seed: int = 0) -> dict[str, Any]:
    part = {
        "sounds": 5,
        "model": figures(mel),
        "mel_ceiling": figures(0.8, 4.5),
        "linear_ceiling": figures(0.4, None),
        "ladder": [2.0, 1.5],
    }
    return {
        "key": {"collection": "tonal-50", "tier": "draft", "minutes": 10.0, "seed": seed, "commit": commit},
        **context(commit),
        "own": part,
        "unseen": part,
        "codebook_size": 256,
        "utilisation": [1.0, 0.5],
        "perplexity": [128.0, 64.0],
        "training": {"seconds": 590.0, "statistics": {"steps": 7000, "best_step": 6900}},
    }


def test_the_quality_table_shows_each_figure_beside_its_ceilings() -> None:
    line = quality_line()
    line["unseen"] = {**line["unseen"], "model": figures(2.5, None), "searched": figures(2.25, 3.5)}
    table = quality_tables.quality([line]).splitlines()
    assert table[0] == (
        "| collection | processor | steps | mel, own | mel, unseen | mel, searched | mel ceiling | linear ceiling "
        "| ViSQOL | ViSQOL, searched | NSIM, own | STFT, own | mel left/right |"
    )
    assert table[2] == (
        "| tonal-50 | Example CPU | 7,000 | 1.20 | 2.50 | - / 2.25 | 0.80 / 0.80 | 0.40 / 0.40 "
        "| 4.00 / - | - / 3.50 | 0.80 | 2.40 | 1.30 / 2.60 |"
    )


def test_collections_stand_in_one_order_and_runs_of_one_are_told_apart() -> None:
    def of(collection: str, seed: int) -> dict[str, Any]:
        line = quality_line(seed=seed)
        return {**line, "key": {**line["key"], "collection": collection}}

    lines = [of("zoo", 0), of("mixed-200", 0), of("tonal-50", 1), of("ambient-20", 0), of("tonal-50", 0)]
    for table in (quality_tables.quality, quality_tables.codebooks):
        firsts = [row.split(" | ")[0].removeprefix("| ") for row in table(lines).splitlines()[2:]]
        assert [first.split(" ")[0] for first in firsts] == [
            "ambient-20", "tonal-50", "tonal-50", "mixed-200", "zoo",
        ]  # fmt: skip
        assert firsts[1:3] == ["tonal-50 (draft, 10 min, seed 1)", "tonal-50 (draft, 10 min, seed 0)"]


def augment_line(collection: str, shares: dict[str, float]) -> dict[str, Any]:
    return {
        "key": {"collection": collection},
        **context(),
        "amounts": Augmentation.model_validate({}).model_dump(),
        "variations": [
            {"name": name, "codes": 9, "changed": share, "changed_by_level": [share / 2, 1.0]}
            for name, share in shares.items()
        ],
    }


def test_the_augmentation_table_says_where_too_little_changes_and_why_polarity_changes_nothing() -> None:
    shares = {"gain": 0.19, "polarity": 0.0, "shift": 0.4, "noise": 0.8, "all, as in training": 0.5}
    lines = [augment_line("tonal-50", shares), augment_line("ambient-20", {**shares, "gain": 0.3})]
    assert tables.augment(lines).splitlines() == [
        "| variation | ambient-20: all / level 1 % | tonal-50: all / level 1 % | note |",
        "| --- | ---: | ---: | --- |",
        "| gain, up to 6 dB up or down | 30 / 15 | 19 / 10 | below the 20 % aimed at |",
        "| polarity | 0 / 0 | 0 / 0 | nothing to change: the encoder hears magnitudes |",
        "| shift, half a step | 40 / 20 | 40 / 20 | against both neighbours |",
        "| noise, -50 dB against the peak | 80 / 40 | 80 / 40 |  |",
        "| all, as in training | 50 / 25 | 50 / 25 |  |",
    ]


def test_the_document_has_a_place_for_every_table() -> None:
    document = (machine.ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    report.fill(document, Path("no runs"))
    assert [name for name in report.TABLES if f"<!-- table:{name} -->\n" not in document] == []


def test_the_codebook_table_shows_shares_of_the_size() -> None:
    row = quality_tables.codebooks([quality_line()]).splitlines()[2]
    assert (
        row == "| tonal-50 (draft, 10 min, seed 0) | Example CPU | 256 | 100 50 | 50 25 | 2.00 1.50 | 9.8 |"
    )


def test_of_the_same_settings_the_newest_commit_counts() -> None:
    lines = [quality_line(commit="old", mel=9.0), quality_line(seed=1), quality_line(commit="new", mel=1.0)]
    kept = tables.newest(lines)
    assert [line["commit"] for line in kept] == ["new", "c0ffee1"]
    assert "9.00" not in quality_tables.quality(lines)


def test_a_slower_processor_does_not_take_the_place_of_a_faster_one() -> None:
    def on(cpu: str, mel: float) -> dict[str, Any]:
        return {**quality_line(mel=mel), "machine": {**MACHINE, "cpu": cpu}}

    lines = [on("AMD EPYC", 1.3), on("Intel(R) Xeon(R) Processor", 1.4), on("AMD EPYC", 1.1)]
    rows = quality_tables.quality(lines).splitlines()[2:]
    assert [row.split(" | ")[:4] for row in rows] == [
        ["| tonal-50", "AMD EPYC", "7,000", "1.10"],
        ["| tonal-50", "Intel Xeon", "7,000", "1.40"],
    ]
    assert quality_tables.compared(lines) == []


def test_speed_is_compared_between_equal_numbers_of_channels() -> None:
    def codec(name: str, channels: int, both: float) -> dict[str, Any]:
        rates = {"encode_x": 2 * both, "decode_x": 2 * both, "both_x": both}
        return {"name": name, "channels": channels, "parameters": 5_000_000, **rates}

    codecs = [
        codec("Distill", 1, 120.0),
        codec("Distill", 2, 60.0),
        codec("EnCodec", 2, 3.0),
        codec("DAC", 1, 0.5),
    ]
    rows = tables.speed([{"key": {}, "codecs": codecs}]).splitlines()
    assert rows[2] == "| Distill | 1 | 5.0 M | 240 | 240 | 120 | - |"
    assert rows[4] == "| EnCodec | 2 | 5.0 M | 6.0 | 6.0 | 3.0 | 20 x |"
    assert rows[5].endswith("| 240 x |")


def test_editing_beside_a_training_has_a_column_of_its_own_and_the_newest_run_of_each_counts() -> None:
    def line(beside: str | None, heard: float) -> dict[str, Any]:
        key = {"minutes": 5.0, "model": "drums"} | ({} if beside is None else {"beside": beside})
        times = {"median": heard, "p95": 2 * heard}
        figures = {"ready_seconds": 2.0, "heard_ms": times, "redraw_ms": times, "payload_bytes": 200}
        return {"key": key, "gestures": 3000, "heap_growth": -0.01, "server_growth": 0.05, **figures}

    rows = editing_tables.editing([line(None, 90.0), line("", 80.0), line("bells", 95.0)]).splitlines()
    assert rows[0] == "| what | no training from the page | beside a training on bells | at most |"
    assert rows[3] == "| gesture's end to new sound, 10 s clip, median ms | 80 | 95 | 400 |"
    assert rows[-1] == "| server's memory, then, % | +5.0 | +5.0 | +10 |"


def test_longer_trainings_are_compared_in_a_table_of_their_own_and_leave_the_usual_ones_alone() -> None:
    def of(tier: str, minutes: float, mel: float, collection: str = "tonal-50") -> dict[str, Any]:
        line = quality_line(mel=mel)
        key = {**line["key"], "tier": tier, "minutes": minutes, "collection": collection}
        return {**line, "key": key}

    lines = [
        of("standard", 60.0, 0.7),
        of("draft", 10.0, 1.2),
        of("draft", 60.0, 0.6),
        of("draft", 10.0, 0.9, "zoo"),
    ]
    assert quality_tables.usual(lines) == [lines[1], lines[3]]
    assert len(quality_tables.quality(lines).splitlines()) == 4
    assert quality_tables.compared(lines) == [lines[1], lines[2], lines[0]]
    rows = quality_tables.budgets(lines).splitlines()
    assert rows[2].startswith("| tonal-50 | Example CPU | draft | 10 | 7,000 | 6,900 | 1.20 / 1.20 | 0.80 | ")
    assert [row.split(" | ")[2:4] for row in rows[3:]] == [["draft", "60"], ["standard", "60"]]
    assert rows[2].endswith(" | 2.00 / 2.00 |")


def test_memory_and_steps_have_their_tables() -> None:
    memory = tables.memory(
        [{"key": {}, "jobs": [{"job": "encoding 1 h", "peak_gib": 1.234, "seconds": 31.4}]}]
    )
    assert memory.splitlines()[2] == "| encoding 1 h | 1.23 | 31 |"
    steps = tables.steps(
        [
            {
                "key": {"stage": "codes"}, "steps": 100, "step_seconds": 0.21, "step_flops": 1.05e10, "gflops": 50.0,
                "matmul_rates": [{"dtype": "float32", "gflops": 100.0}], "share_of_matmul": 0.5, "share_of_own_matmul": 0.5, "precision": "float32", "share_waiting": 0.012,
                "operators": [{"name": "aten::mm", "share": 0.61, "calls": 40.0}],
            }
        ]
    )  # fmt: skip
    assert "| mean step | 210 ms |" in steps
    assert steps.count("| share of the float32 matmul rate | 50 % |") == 1
    assert "| waiting for data | 1.2 % |" in steps
    assert "| aten::mm | 61.0 | 40.0 |" in steps


def test_only_what_stands_between_markers_is_replaced(tmp_path: Path) -> None:
    records.append(tmp_path / "quality.jsonl", quality_line())
    document = (
        "# Figures\n\nWords before.\n\n<!-- table:quality -->\nold 9.99\n<!-- /table -->\n\n"
        "Words between.\n\n<!-- table:speed -->\n<!-- /table -->\nWords after.\n"
        "<!-- table:memory -->\n| an earlier run |\n<!-- /table -->\n"
    )
    filled = report.fill(document, tmp_path)
    for words in ("# Figures\n\nWords before.\n", "\nWords between.\n", "\nWords after.\n"):
        assert words in filled
    assert "old 9.99" not in filled
    assert "| tonal-50 | Example CPU | 7,000 | 1.20 | 1.20 |" in filled
    assert (
        "- `python -m bench.quality x` on Example CPU, 2 cores, 7.8 GiB, torch 2.13.0+cpu; "
        "2026-11-02 10:00 UTC, commit c0ffee1\n" in filled
    )
    assert "<!-- table:speed -->\nNot measured yet.\n<!-- /table -->" in filled
    assert (
        "<!-- table:memory -->\n| an earlier run |\n<!-- /table -->" in filled
    )  # nothing is there to make it anew
    assert report.fill(filled, tmp_path) == filled


def test_runs_of_one_command_share_a_line_of_sources() -> None:
    lines = [quality_line(), {**quality_line(seed=1, commit="beef"), "date": "2026-11-03 09:00"}]
    assert report.sources(lines).endswith("; 2026-11-02 10:00 to 2026-11-03 09:00 UTC, commit beef, c0ffee1")


def test_runs_that_picked_one_row_each_share_a_line_of_sources() -> None:
    picked = [
        {**quality_line(), "command": f"python -m bench.defaults x --only {name}"} for name in ("a b", "c")
    ]
    assert report.sources(picked).startswith("- `python -m bench.defaults x --only …` on Example CPU")
    assert len(report.sources(picked).splitlines()) == 1


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            "<!-- table:beauty -->\n<!-- /table -->",
            "no table is called beauty; the tables are quality, codebooks, budgets, augment, speed, memory, steps, edits, editing, perceptual, swaps, blends, priors, gains, prior-speeds, copying, kinship, making, rewrites, steering, defaults, behind, quantization, sizes, inversion, phases, searching, so rename the marker.",
        ),
        (
            "no markers",
            "0 tables are opened and 0 closed; "
            "put each between <!-- table:NAME --> and <!-- /table --> on lines of their own.",
        ),
        (
            "<!-- table:quality -->\nwords\n<!-- table:speed -->\n<!-- /table -->",
            "2 tables are opened and 1 closed; "
            "put each between <!-- table:NAME --> and <!-- /table --> on lines of their own.",
        ),
    ],
)
def test_markers_that_cannot_be_followed_are_refused(document: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        report.fill(document, tmp_path)
    assert str(refusal.value) == sentence


def test_the_command_fills_the_document_in_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records.append(tmp_path / "quality.jsonl", quality_line())
    document = tmp_path / "benchmarks.md"
    arguments = ["--runs", str(tmp_path), "--document", str(document)]
    assert report.main(arguments) == 2
    said = capsys.readouterr().err
    assert said == f"{document} is not there; write it with the markers where tables belong.\n"
    document.write_text("<!-- table:codebooks -->\n<!-- /table -->\n")
    assert report.main(arguments) == 0
    assert "| 100 50 | 50 25 |" in document.read_text()


def test_a_model_that_an_earlier_commit_trained_is_said_to_be_of_that() -> None:
    line = quality_line(commit="0lder") | {"commit": "newer"}
    assert report.sources([line]).endswith("commit newer (trained by 0lder)")
