"""The losses of a stereo collection: sides learn their place beside their mid, mids are asked nothing of the kind."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from distill.config import CodecConfig, CodecTraining
from distill.training.codec_objectives import Objectives
from distill.training.codec_run import new_codec

STEPS = 16


@pytest.fixture
def objectives(tiny_config: CodecConfig) -> Objectives:
    return Objectives(new_codec(tiny_config.model_copy(update={"num_pan_bands": 6}), seed=0), CodecTraining())


def crops(*sides: bool) -> Tensor:
    """Rows of noise, each a side that lies on the left or a mid: [B, 2, T]."""
    sound = 0.1 * torch.randn(len(sides), STEPS * 1024, generator=torch.Generator().manual_seed(0))
    mids = torch.stack(
        [2 * row if side else torch.zeros_like(row) for row, side in zip(sound, sides, strict=True)]
    )
    return torch.stack([sound, mids], dim=1)


@torch.no_grad()
def test_a_side_is_asked_for_its_place_and_a_mid_is_not(objectives: Objectives) -> None:
    with_side, _ = objectives.magnitude(crops(False, True), depths=None)
    without, _ = objectives.magnitude(crops(False, False), depths=None)
    alone, _ = objectives.magnitude(crops(False, False)[:, :1], depths=None)
    assert float(with_side["place"]) > 0
    assert float(without["place"]) == 0
    assert "place" not in alone
    assert float(without["magnitude"]) == pytest.approx(float(alone["magnitude"]), rel=1e-6)


@torch.no_grad()
def test_a_place_weighs_as_much_as_its_share_of_the_crops(objectives: Objectives) -> None:
    one, _ = objectives.magnitude(crops(True), depths=None)
    both, _ = objectives.magnitude(torch.cat([crops(True), crops(False)]), depths=None)
    assert float(both["place"]) == pytest.approx(float(one["place"]) / 2, rel=1e-4)


@pytest.mark.parametrize("stage", ["magnitude", "sound"])
def test_places_are_learnt_in_both_stages(objectives: Objectives, stage: str) -> None:
    head = objectives.codec.head.place
    optimiser = torch.optim.Adam(objectives.codec.parameters(), lr=3e-3)
    depths = torch.full((2,), objectives.codec.num_levels)
    history = []
    for _ in range(25):
        optimiser.zero_grad()
        if stage == "magnitude":
            losses, _ = objectives.magnitude(crops(True, False), depths=None)
        else:
            losses = objectives.sound(crops(True, False), depths=depths, turn=0)
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        assert head.weight.grad is not None
        optimiser.step()
        history.append(float(losses["place"].detach()))
    assert history[-1] < 0.6 * history[0]


def test_slopes_of_the_phase_are_learnt_while_the_magnitude_is(tiny_config: CodecConfig) -> None:
    objectives = Objectives(new_codec(tiny_config, seed=0), CodecTraining(slopes=1.0))
    time = torch.arange(STEPS * 1024) / 48_000
    tones = torch.stack([0.1 * torch.sin(2 * torch.pi * hz * time) for hz in (400.0, 950.0)])[:, None]
    optimiser = torch.optim.Adam(objectives.codec.parameters(), lr=3e-3)
    history = []
    for _ in range(40):
        optimiser.zero_grad()
        losses, _ = objectives.magnitude(tones, depths=None)
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        history.append(float(losses["slopes"].detach()))
    assert history[-1] < 0.7 * history[0]


def test_without_weight_nothing_is_asked_of_the_slopes(tiny_config: CodecConfig) -> None:
    objectives = Objectives(new_codec(tiny_config, seed=0), CodecTraining(slopes=0.0))
    losses, _ = objectives.magnitude(crops(False)[:, :1], depths=None)
    losses["loss"].backward()  # type: ignore[no-untyped-call]
    assert "slopes" not in losses
    assert objectives.codec.head.phase.weight.grad is None
