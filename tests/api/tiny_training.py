"""A training through the public verbs that takes a second: a tiny network, tiny batches.

Run as a program it trains in a process of its own, which a test then kills::

    python tiny_training.py HOME NAME STEPS SECONDS_A_STEP SOUND...
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from distill.api import preparing, training
from distill.codec.model import Codec
from distill.config import CodecTraining
from distill.device import choosing
from distill.progress import Progress
from distill.training import codec_run
from distill.training.codec_task import CodecTask, Preview
from distill.training.fitting import Fit, fit
from distill.training.loop import Plan

__all__ = ["SIZES", "shrink", "without_previews"]

SIZES: dict[str, Any] = {"codebook_size": 16, "num_levels": 3}  # what tests ask for
NETWORK = {
    "num_mels": 16, "num_attack_mels": 8, "width": 16, "encoder_depth": 1, "decoder_depth": 1, "latent_dim": 8,
    "codebook_dim": 4,
}  # fmt: skip


def shrink(patch: pytest.MonkeyPatch) -> None:
    """Make every training fit a tiny network to its sounds, and measure nothing beforehand."""

    def tiny(**asked: Any) -> Fit:
        proposal = fit(**asked)
        quick = CodecTraining(batch_size=2, crop_steps=8, precision=proposal.training.precision)
        return Fit(proposal.codec.model_copy(update=NETWORK), quick, proposal.sentence)

    def no_rates(kind: str) -> dict[str, float]:
        return {}

    def quick_step(*given: object, **asked: object) -> float:
        return 0.01

    patch.setattr(preparing, "fit", tiny)
    patch.setattr(preparing, "measure_step_seconds", quick_step)
    patch.setattr(choosing, "measure_rates", no_rates)
    patch.setattr(codec_run, "VALIDATIONS", 6)


def without_previews(patch: pytest.MonkeyPatch) -> None:
    """Draw no pictures."""

    def previewer(store: object) -> Preview:
        def preview(codec: Codec, step: int, folder: Path, refine: int) -> tuple[Path, ...]:
            return ()

        return preview

    patch.setattr(training, "previewer", previewer)


def _main(home: str, name: str, steps: str, step_seconds: str, *sounds: str) -> None:
    take = CodecTask.train_step

    def slowly(task: CodecTask, step: int, batch_size: int, position: float) -> Mapping[str, float]:
        time.sleep(float(step_seconds))
        return take(task, step, batch_size, position)

    def saving_often(**given: Any) -> Plan:
        return Plan(checkpoint_seconds=0.1, **given)

    def tell(event: Progress) -> None:
        print(f"{event.task} {event.done:.0f} {event.message}", flush=True)

    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        without_previews(patch)
        patch.setattr(CodecTask, "train_step", slowly)
        patch.setattr(codec_run, "Plan", saving_often)
        training.train(sounds, name=name, steps=int(steps), home=home, device="cpu", report=tell, **SIZES)


if __name__ == "__main__":
    _main(*sys.argv[1:])
