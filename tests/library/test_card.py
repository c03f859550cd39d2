from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from distill.library.card import card, card_json
from distill.library.model_file import ModelFile, read_header, save
from distill.library.model_header import ModelHeader


def header_of(model: ModelFile, folder: Path, **changes: Any) -> ModelHeader:
    save(folder / "a.distill", replace(model, **changes))
    return read_header(folder / "a.distill")


def test_a_card_tells_everything_in_plain_words(tmp_path: Path, tiny_model: ModelFile) -> None:
    header = header_of(tiny_model, tmp_path)
    assert card(header).splitlines() == [
        "Model 'Bells'",
        "Collection: 2 sounds, 1 min 24 s in all.",
        f"Size: 2 levels of 16 entries, {header.num_parameters / 1e6:.1f} million parameters, "
        f"{header.size_bytes / 1e6:.1f} MB.",
        "Health, level 1 (Structure): green, healthy; it uses 75 % of its 16 entries, "
        "as if 10 were used evenly.",
        "Health, level 2 (Detail): red, nearly empty; train with a smaller codebook; it uses 25 % of its 16 entries, "
        "as if 3 were used evenly.",
        "Quality on its own sounds: close to the original (mel distance 1.05).",
        "New sound: this model makes none.",
        "Training: tier draft, 1,300 steps, 6 min 52 s on CPU, 2 cores.",
        "Made: 2026-11-20T10:00:00+00:00, with Distill 1.1.0.",
        f"Fingerprint: {header.fingerprint[:8]}.",
        "Licence: All sounds are my own.",
    ]


def test_a_card_of_a_model_that_tells_nothing_says_so(tmp_path: Path, tiny_model: ModelFile) -> None:
    header = header_of(tiny_model, tmp_path, statistics={}, collection={}, training={})
    lines = card(header).splitlines()
    assert lines[1] == "Collection: an unknown number of sounds, of unknown length."
    assert lines[3:8] == [
        "Health: not measured.",
        "Quality on its own sounds: not measured.",
        "New sound: this model makes none.",
        "Training: tier unknown, steps unknown, time unknown on an unknown device.",
        "Made: date unknown, with Distill of an unknown version.",
    ]
    assert lines[-1] == (
        "Licence: Trained on its owner's sounds: use and share it only as far as you may use those sounds."
    )
    assert card_json(header)["own_mel_distance"] is None


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (0.71, "green, healthy;"),
        (0.7, "yellow, usable; a smaller codebook would suit these sounds;"),
        (0.3, "yellow, usable; a smaller codebook would suit these sounds;"),
        (0.29, "red, nearly empty; train with a smaller codebook;"),
    ],
)
def test_a_level_is_judged_by_its_use(tmp_path: Path, tiny_model: ModelFile, used: float, words: str) -> None:
    header = header_of(tiny_model, tmp_path, statistics={"utilisation": [used, used]})
    assert card(header).splitlines()[3] == (
        f"Health, level 1 (Structure): {words} it uses {100 * used:.0f} % of its 16 entries."
    )


@pytest.mark.parametrize(
    "hostile",
    [
        None,
        True,
        "\x1b[31mred\n",
        [],
        {},
        -1,
        1e308,
        2**64 - 1,
        ["a"],
        [0.5],
        [None, 0.5],
        [1e308, -5],
        [[1], 2],
    ],
)
def test_a_card_of_anything_is_still_lines_of_text(
    tmp_path: Path, tiny_model: ModelFile, hostile: object
) -> None:
    keys = "utilisation perplexity own_mel_distance steps seconds device tier created prior"
    header = header_of(
        tiny_model,
        tmp_path,
        statistics=dict.fromkeys([*keys.split(), "distill_version"], hostile),
        collection=dict.fromkeys(["names", "seconds", "licence"], hostile),
    )
    lines = card(header).split("\n")
    assert len(lines) in (11, 10)
    assert all(line.isprintable() for line in lines)
    json.dumps(card_json(header), allow_nan=False)


def test_a_card_for_scripts_tells_the_same_figures(tmp_path: Path, tiny_model: ModelFile) -> None:
    header = header_of(tiny_model, tmp_path)
    told = card_json(header)
    assert json.loads(json.dumps(told)) == {
        "name": "Bells",
        "tags": [],
        "fingerprint": header.fingerprint,
        "num_sounds": 2,
        "collection_seconds": 83.5,
        "num_levels": 2,
        "codebook_size": 16,
        "num_parameters": header.num_parameters,
        "size_bytes": header.size_bytes,
        "utilisation": [0.75, 0.25],
        "perplexity": [9.5, 3.25],
        "health": ["green", "red"],
        "own_mel_distance": 1.05,
        "prior": None,
        "prior_perplexity": None,
        "real_overlap": None,
        "steps": 1300,
        "seconds": 412.0,
        "device": "CPU, 2 cores",
        "tier": "draft",
        "created": "2026-11-20T10:00:00+00:00",
        "distill_version": "1.1.0",
        "licence": "All sounds are my own.",
    }


def test_a_card_tells_what_makes_new_sound_and_what_real_sounds_share(
    tmp_path: Path, tiny_model: ModelFile
) -> None:
    about = {"choice": "mixture", "perplexity": 9.25, "real": {"overlap": 0.031}}
    header = header_of(tiny_model, tmp_path, statistics={"prior": about})
    assert (
        "New sound: a network mixed with counts of what follows what; it chooses among 9.2 codes in effect; "
        "real sounds it never heard share 3% of their small pieces with the others."
    ) in card(header).splitlines()
    told = card_json(header)
    assert (told["prior"], told["prior_perplexity"], told["real_overlap"]) == ("mixture", 9.25, 0.031)
