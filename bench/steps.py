"""How well a training step uses the machine: share of its matmul rate, share of waiting, where the time goes.

    python -m bench.steps COLLECTION [--stage codes|phase] [--steps 100] [--threads 2]

Operations are counted by torch itself (``FlopCounterMode``: matrix products and convolutions of one step,
forward and backward, those of the optimiser left out); divided by the mean time of a whole step they give a rate, which is held against the
rate of a plain float32 matrix product of the shape that costs the step most. FFTs, gathers and everything
elementwise count as no operations and take time all the same: the share is of the whole step.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from bench import machine, records, tables
from bench.sounds import find_sounds
from bench.subject import Distill, TrainingStep
from distill.allocator import keep_large_blocks

__all__ = ["ProductShapes", "main", "matmul_rate", "measure", "operators"]

Shape = tuple[int, int, int]  # M, K, N of an [M, K] x [K, N] product


class ProductShapes(TorchDispatchMode):  # type: ignore[no-untyped-call, unused-ignore]
    """Collect the matrix products of whatever runs inside, by shape and by operations.

    A dense convolution counts as the product it is computed as: ``M`` output positions, ``K`` inputs under the
    kernel, ``N`` output channels. Grouped ones are left out: depthwise kernels are no matrix products.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call, unused-ignore]
        self.operations: Counter[Shape] = Counter()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        packet = getattr(func, "overloadpacket", None)
        aten = torch.ops.aten
        if packet in (aten.mm, aten.addmm, aten.bmm, aten.baddbmm):
            a, b = args[-2:] if packet in (aten.mm, aten.bmm) else args[1:3]
            batch = a.shape[0] if a.ndim == 3 else 1
            self._add((a.shape[-2], a.shape[-1], b.shape[-1]), times=batch)
        elif packet is aten.convolution and args[8] == 1:
            weight = args[1]
            positions = result.numel() // result.shape[1]
            self._add((positions, weight[0].numel(), weight.shape[0]), times=1)
        return result

    def _add(self, shape: tuple[int, ...], *, times: int) -> None:
        m, k, n = shape
        self.operations[(m, k, n)] += 2 * m * k * n * times

    @property
    def costliest(self) -> Shape:
        """The shape that most operations go into."""
        return self.operations.most_common(1)[0][0]


def matmul_rate(shape: Shape, dtype: torch.dtype, *, seconds: float = 1.0) -> float:
    """Measure plain matrix products of this shape, in GFLOP/s."""
    m, k, n = shape
    draw = torch.Generator().manual_seed(0)
    a, b = (torch.randn(size, generator=draw).to(dtype) for size in ((m, k), (k, n)))
    for _ in range(3):
        a @ b
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        a @ b
        done += 1
    return 2 * m * k * n * done / (time.perf_counter() - started) / 1e9


def measure(
    training: TrainingStep, *, steps: int, warm_up: int = 5, probe_seconds: float = 1.0
) -> dict[str, Any]:
    """Time `steps` whole steps; count one; compare with the machine's matmul rate before and after them."""
    for _ in range(warm_up):
        training.step()
    with FlopCounterMode(display=False) as counter, ProductShapes() as products:
        training.without_optimiser()
    shape = products.costliest
    dtypes = (torch.float32, torch.bfloat16)
    before = [matmul_rate(shape, dtype, seconds=probe_seconds) for dtype in dtypes]
    waited, started = training.waited_seconds(), time.perf_counter()
    for _ in range(steps):
        training.step()
    elapsed = time.perf_counter() - started
    waited = training.waited_seconds() - waited
    after = [matmul_rate(shape, dtype, seconds=probe_seconds) for dtype in dtypes]
    rates = {
        str(dtype).removeprefix("torch."): fmean(pair)
        for dtype, *pair in zip(dtypes, before, after, strict=True)
    }
    gflops = counter.get_total_flops() * steps / elapsed / 1e9
    return {
        "steps": steps,
        "step_seconds": elapsed / steps,
        "step_flops": counter.get_total_flops(),
        "gflops": gflops,
        "shape": shape,
        "precision": training.precision,
        "matmul_rates": [{"dtype": name, "gflops": rate} for name, rate in rates.items()],
        "share_of_matmul": gflops / rates["float32"],
        "share_of_own_matmul": gflops / rates[training.precision],
        "share_waiting": waited / elapsed,
    }


def operators(step: Callable[[], None], *, steps: int, rows: int = 15) -> list[dict[str, Any]]:
    """Profile some steps; the operators with the most time of their own, as shares of all of it."""
    from torch.profiler import ProfilerActivity, profile

    with profile(activities=[ProfilerActivity.CPU]) as profiled:
        for _ in range(steps):
            step()
    averages = sorted(profiled.key_averages(), key=lambda row: -row.self_cpu_time_total)
    total = sum(row.self_cpu_time_total for row in averages)
    return [
        {"name": row.key, "share": row.self_cpu_time_total / total, "calls": round(row.count / steps, 1)}
        for row in averages[:rows]
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the draft codec's training step on one collection, print the tables, append the line."""
    parser = argparse.ArgumentParser(prog="python -m bench.steps", description="What a training step costs.")
    parser.add_argument("collection", type=Path)
    parser.add_argument("--stage", choices=("codes", "phase"), default="codes")
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory(prefix="distill-steps-") as folder, keep_large_blocks():
        training = Distill().training_step(
            find_sounds(given.collection),
            stage=given.stage,
            folder=Path(folder),
            seed=given.seed,
            precision=given.precision,
        )
        figures = measure(training, steps=given.steps)
        figures["operators"] = operators(training.step, steps=10)
        training.close()
    line = {"bench": "steps", **machine.context(), **figures}
    line["key"] = {
        "collection": given.collection.resolve().name,
        "stage": given.stage,
        "threads": given.threads,
        "precision": training.precision,
        "commit": line["commit"],
    }
    records.append(given.out / "steps.jsonl", line)
    print(tables.steps([line]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
