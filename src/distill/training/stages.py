"""The stages of a codec's training on one clock: which one it is in, how its rate falls, when the next one comes.

1. *Free*: encoder and decoder learn the magnitude without quantization (a codebook filled from an untrained
   encoder would be filled with noise).
2. *Codes*: the codebooks are filled and everything learns the magnitude through them, with quantizer
   dropout, so that every prefix of the levels decodes to something.
3. *Phase*: encoder and codes stay as they are; decoder and head learn the sound itself.

The first two share one fall of the learning rate, the third has its own. Nothing here knows a network:
:mod:`distill.training.codec_task` does what a stage asks for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from distill.config import CodecTraining
from distill.training.schedule import LateFall

__all__ = ["Stage", "Stages"]

Stage = Literal["free", "codes", "phase"]

NOT_YET = 100.0  # between the scores of two stages: any later one is better, whatever its distances
WENT_BACK = 0.01  # of a training: less than this is how much a clock's estimate of the position moves


class Stages:
    """Where a codec's training stands among its stages.

    Attributes
    ----------
    now : "free", "codes" or "phase"
    position : float in 0..1
        Share of the training that was over at the last step.
    fall : LateFall
        Of the stage's learning rate.
    best_score, stale
        The best score of the stage, and how many validations since then were no better.
    """

    def __init__(self, settings: CodecTraining) -> None:
        self.settings = settings
        self.position = 0.0
        self.enter("free", 0.0)

    def enter(self, stage: Stage, position: float) -> None:
        """Begin a stage here: its score is counted anew, and a fall that had begun early is as it was meant to be."""
        self.now: Stage = stage
        # Free and codes share one fall; the phase stage has its own.
        self.fall = (
            LateFall(position, 1.0) if stage == "phase" else LateFall(0.0, 1 - self.settings.phase_share)
        )
        self.best_score, self.stale = math.inf, 0

    def due(self, position: float) -> Stage | None:
        """Tell which stage has to be entered at this position, if any; to be asked again once it was.

        Where the score gets no better while the rate is held, the rate falls from here on; where it gets no better
        while the rate falls, the stage is over. A training that stopped before the phase would have none.
        """
        if self.now == "free":
            return "codes" if position >= self.settings.unquantized_share else None
        if self.now == "phase" and position < self.fall.start - WENT_BACK:
            # A finished training that goes on with a larger plan stands earlier in it than it did.
            return "codes"
        if position < self.position - WENT_BACK:
            # The same within a stage: what was counted belongs to the smaller plan, and so does a fall that began early.
            self.enter(self.now, self.fall.start)
        if self.fall.falling(position) and not self.fall.falling(self.position):
            self.stale = 0  # no better while the rate was held says nothing of its fall
        stalled = self.stale >= self.settings.patience
        if stalled and not self.fall.falling(position):
            # What a held rate no longer makes better, its fall does.
            self.fall.fall_from(position)
            self.stale, stalled = 0, False
        over = position >= self.fall.stop or stalled
        return "phase" if self.now == "codes" and over and self.settings.phase_share > 0 else None

    def rate(self, position: float) -> float:
        """Learning rate at this position."""
        top = self.settings.phase_learning_rate if self.now == "phase" else self.settings.learning_rate
        return top * self.fall.share(position)

    def score(self, distance: float) -> float:
        """Score of a mean distance: the better the later the stage, since an early one has no codes or no phase."""
        return distance + {"free": 2 * NOT_YET, "codes": NOT_YET, "phase": 0.0}[self.now]

    def follow(self, score: float) -> None:
        """Count how long the stage's score has not got better."""
        if score < self.best_score:
            self.best_score, self.stale = score, 0
        else:
            self.stale += 1

    @property
    def may_stop(self) -> bool:
        """Whether what is kept now is a whole codec, and its rate falls: one whose rate is still held gets better as it falls."""
        last = "phase" if self.settings.phase_share > 0 else "codes"
        return self.now == last and self.fall.falling(self.position)

    def state(self) -> dict[str, Any]:
        """What a checkpoint keeps of this."""
        return {
            "stage": self.now,
            "position": self.position,
            "fall_start": self.fall.start,
            "fall_stop": self.fall.stop,
            "best_of_stage": self.best_score,
            "stale": self.stale,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go back to a state that :meth:`state` gave."""
        self.enter(state["stage"], state["fall_start"])
        self.position, self.fall.stop = state["position"], state["fall_stop"]
        self.best_score, self.stale = state["best_of_stage"], state["stale"]
