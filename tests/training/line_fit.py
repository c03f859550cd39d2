"""The smallest thing the loop can train: a noisy line, with dropout, Adam and its own generator.

Every way a step can be random or stateful occurs here, so that a resume which forgets one is found out. Run as
a program it trains in a process of its own, which tests then kill or interrupt::

    python line_fit.py FOLDER MAX_STEPS SECONDS_A_STEP CHECKPOINT_SECONDS
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from distill.errors import Cancelled, TrainingFailed
from distill.progress import Cancel, Progress
from distill.training.interrupt import first_interrupt_saves
from distill.training.loop import Every, Plan, run
from distill.training.task import Validation


class Clock:
    """A clock that only moves when told, so that no test depends on the machine's speed."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class LineFit:
    """Fit ``y = 2x + 1``; `accident` may replace a step's losses or raise, `clock` moves by `step_seconds`."""

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        step_seconds: float = 1.0,
        scores: Callable[[int], float] | None = None,
        accident: Callable[[LineFit, int], Mapping[str, float] | None] | None = None,
    ) -> None:
        draw = torch.Generator().manual_seed(5)
        self.net = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.2), nn.Linear(8, 1))
        with torch.no_grad():
            for parameter in self.net.parameters():
                parameter.copy_(0.3 * torch.randn(parameter.shape, generator=draw))
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=0.01)
        self.average = torch.zeros(())
        self.draw = torch.Generator().manual_seed(6)
        self.numpy_draw = np.random.default_rng(7)
        self.clock, self.step_seconds, self.scores, self.accident = clock, step_seconds, scores, accident
        self.steps: list[tuple[int, int, float]] = []
        self.validated: list[int] = []
        self.remedy: Callable[[LineFit, int], str | None] = lambda task, step: None

    def train_step(self, step: int, batch_size: int, position: float) -> Mapping[str, float]:
        self.steps.append((step, batch_size, position))
        if self.clock is not None:
            self.clock.now += self.step_seconds
        if self.accident is not None:
            happened = self.accident(self, step)
            if happened is not None:
                return happened
        sampler = torch.Generator().manual_seed(step)
        x = torch.randn(batch_size, 3, generator=sampler) + 0.1 * torch.randn(1, generator=self.draw)
        y = 2 * x[:, :1] + 1 + 0.01 * random.random() + 0.01 * float(self.numpy_draw.normal())
        y += 0.01 * float(np.random.random())
        self.optimiser.zero_grad()
        loss = (self.net(x) - y).square().mean() * (1 - 0.5 * position)
        loss.backward()
        self.optimiser.step()
        self.average.lerp_(loss.detach(), 0.1)
        return {"loss": float(loss.detach()), "average": float(self.average)}

    def validate(self, step: int) -> Validation:
        self.validated.append(step)
        torch.randn(3), random.random(), np.random.random()  # looking draws, and must not disturb
        if self.scores is not None:
            return Validation(score=self.scores(step))
        x = torch.linspace(-1, 1, 30).reshape(10, 3)
        self.net.eval()
        with torch.no_grad():
            score = float((self.net(x) - 2 * x[:, :1] - 1).square().mean())
        self.net.train()
        return Validation(score=score, figures={"held_out": score})

    def preview(self, step: int, folder: Path) -> tuple[Path, ...]:
        torch.randn(3)
        path = folder / f"{step}.txt"
        path.write_text("heard", encoding="utf-8")
        return (path,)

    def on_validation(self, step: int, validation: Validation) -> str | None:
        return self.remedy(self, step)

    def weights(self) -> dict[str, torch.Tensor]:
        return self.net.state_dict()

    def load_weights(self, weights: Mapping[str, torch.Tensor]) -> None:
        self.net.load_state_dict(dict(weights))

    def lower_rate(self, factor: float) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] *= factor

    @property
    def rate(self) -> float:
        return float(self.optimiser.param_groups[0]["lr"])

    def state(self) -> dict[str, Any]:
        return {
            "net": self.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average,
            "draw": self.draw.get_state(),
            "numpy_draw": self.numpy_draw.bit_generator.state,
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        self.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average = state["average"]
        self.draw.set_state(state["draw"])
        self.numpy_draw.bit_generator.state = state["numpy_draw"]


def numbers(tree: object) -> list[Any]:
    """All leaves of a task's state, in order, so that two states can be compared bit by bit."""
    if isinstance(tree, torch.Tensor):
        return [str(tree.dtype), list(tree.shape), tree.tolist()]
    if isinstance(tree, Mapping):
        return [leaf for key in tree for leaf in [key, *numbers(tree[key])]]
    if isinstance(tree, list | tuple):
        return [leaf for one in tree for leaf in numbers(one)]
    return [tree]


def messages(events: list[Progress]) -> list[str]:
    """Return what was said in sentences."""
    return [event.message for event in events if event.message]


def _main(folder: str, max_steps: str, step_seconds: str, checkpoint_seconds: str) -> int:
    def slowly(task: LineFit, step: int) -> None:
        time.sleep(float(step_seconds))

    def tell(event: Progress) -> None:
        print(f"{event.done:.0f} {event.message}", flush=True)

    plan = Plan(
        max_steps=int(max_steps),
        checkpoint_seconds=float(checkpoint_seconds),
        validate=Every(steps=10),
        seed=3,
    )
    cancel = Cancel()
    try:
        with first_interrupt_saves(cancel, tell):
            outcome = run(
                LineFit(accident=slowly), plan=plan, folder=Path(folder), report=tell, cancel=cancel
            )
    except (Cancelled, TrainingFailed) as error:
        print(error)
        return 2
    return 130 if outcome.stopped == "cancelled" else 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
