"""The trainer of a detached training, with a tiny network: ``python tiny_trainer.py SECONDS_A_STEP STEPS FOLDER``.

With a number of steps a new training takes exactly so many, whatever time was asked for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import pytest
from tests.api.tiny_training import SIZES, shrink

from distill.api.detached.child import run
from distill.api.detached.record import Record
from distill.training import codec_run
from distill.training.codec_task import CodecTask
from distill.training.loop import Plan

__all__ = ["tiny_trainer"]


def tiny_trainer(step_seconds: float = 0.0, *, steps: int = 0) -> tuple[str, ...]:
    """Return the program, for :class:`distill.api.DetachedTraining`."""
    return (sys.executable, __file__, str(step_seconds), str(steps))


def _main(step_seconds: str, steps: str, folder: str) -> None:
    take, asked = CodecTask.train_step, Record.asked

    def briefly(record: Record) -> dict[str, Any]:
        wish = asked(record)
        if wish.get("resume") or not int(steps):
            return wish
        wish = {key: value for key, value in wish.items() if key != "minutes"} | {"steps": int(steps)}
        return wish if wish.get("longer") else wish | SIZES

    def slowly(task: CodecTask, step: int, batch_size: int, position: float) -> Mapping[str, float]:
        time.sleep(float(step_seconds))
        return take(task, step, batch_size, position)

    def saving_often(**given: Any) -> Plan:
        return Plan(checkpoint_seconds=0.2, **given)

    with pytest.MonkeyPatch.context() as patch:
        shrink(patch)
        patch.setattr(CodecTask, "train_step", slowly)
        patch.setattr(Record, "asked", briefly)
        patch.setattr(codec_run, "Plan", saving_often)
        sys.exit(run(Record(Path(folder))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
