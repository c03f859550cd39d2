from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from tests.training.line_fit import messages

from distill.codes.limits import Grid
from distill.progress import Progress
from distill.training import prior_section
from distill.training.codec_run import Budget
from distill.training.prior_fitting import Choice
from distill.training.prior_section import make_prior

GRIDS: list[Grid] = [
    np.random.default_rng(seed).integers(0, 8, (2, 40)).astype(np.int16) for seed in range(3)
]


def said(folder: Path, *, codec: str, asked: Choice = "lstm") -> list[str]:
    """What is told while a prior is made in a folder."""
    events: list[Progress] = []
    make_prior(
        [[grid] for grid in GRIDS], "abc", codec=codec, codebook_size=8, step_rate=46.875, silent_codes=(),
        folder=folder, seed=0, device=torch.device("cpu"), asked=asked, budget=Budget(max_steps=2), report=events.append,
    )  # fmt: skip
    return messages(events)


def test_a_network_goes_on_only_with_the_codes_of_its_codec(tmp_path: Path) -> None:
    folder, going_on = tmp_path / "prior", "Training goes on from step 2."
    assert not [one for one in said(folder, codec="a") if "goes on" in one or "no training to resume" in one]
    assert going_on in said(folder, codec="a")
    assert going_on not in said(folder, codec="b")
    assert going_on in said(folder, codec="b")
    (folder / prior_section.CODEC).unlink()  # as trainings of before it was noted have it
    assert going_on not in said(folder, codec="b")


def test_what_only_counts_leaves_nothing_in_the_folder(tmp_path: Path) -> None:
    said(tmp_path / "prior", codec="a", asked="ngram")
    assert not (tmp_path / "prior").exists()
