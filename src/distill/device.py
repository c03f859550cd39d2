"""Where the numbers are crunched: find the devices, try them, choose one, and say why.

A device that is listed may still fail (a driver too old, an operation that is missing), so each is tried on
the operations a codec is made of, and compared with the CPU, before anything is entrusted to it. What else
the machine has (memory, disk, sound formats) is told by :mod:`distill.doctor`.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

from distill.config import Precision
from distill.errors import DeviceUnavailable

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["KINDS", "Device", "Kind", "available", "choose", "measure_rates", "smoke_test"]

Kind = Literal["cuda", "mps", "cpu"]
KINDS: tuple[Kind, ...] = get_args(Kind)  # in the order they are preferred

_TOLERANCE = 1e-3  # between a device and the CPU, of results of about 1
_TURNS, _TURN_SECONDS = 12, 0.004
_WORTHWHILE = 1.4  # how much faster bfloat16 must multiply before training gives up precision for it
_SPOKEN = {"cuda": "the NVIDIA GPU", "mps": "the Apple GPU", "cpu": "the CPU"}


@dataclass(frozen=True)
class Device:
    """A device that works, and how it is to be used.

    Attributes
    ----------
    kind : "cuda", "mps" or "cpu"
    name : str
        The processor's own name.
    precision : "float32" or "bfloat16"
        For training; bfloat16 only where it was measured to be worth it, never on MPS.
    sentence : str
        What was chosen, and why.
    rates : mapping of str to float
        Operations a second of a matrix product by precision; empty if not measured.
    """

    kind: Kind
    name: str
    precision: Precision
    sentence: str
    rates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def torch(self) -> torch.device:
        """The device as torch names it."""
        import torch

        return torch.device(self.kind)


def available() -> tuple[Kind, ...]:
    """Return the kinds of device torch lists here, the preferred first; the CPU is always one."""
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return tuple(kind for kind in KINDS if there[kind])


def choose(asked: str = "auto", *, measure: bool = True) -> Device:
    """Choose a device that works.

    Parameters
    ----------
    asked : "auto", "cuda", "mps" or "cpu"
        ``"auto"`` takes the first of these three that passes :func:`smoke_test`.
    measure : bool
        Whether to time matrix products (a tenth of a second), which decides the precision of training;
        without it the precision is float32.

    Raises
    ------
    DeviceUnavailable
        If the device asked for is not there or fails, or there is no such kind.
    """
    listed = available()
    wish = asked.strip().lower()
    if wish != "auto" and wish not in listed:
        raise DeviceUnavailable(
            f"the device {asked!r} is not there; this machine has {' and '.join(listed)}: choose one of these, or --device auto."
        )
    failures: list[str] = []
    for kind in listed if wish == "auto" else [kind for kind in listed if kind == wish]:
        failure = smoke_test(kind)
        if failure is None:
            return _ready(kind, failures, measure=measure, is_only_one=len(listed) == 1)
        failures.append(failure)
    others = [kind for kind in listed if kind != wish]
    advice = (
        f"choose {' or '.join(others)}, or --device auto"
        if wish != "auto" and others
        else "install torch again"
    )
    raise DeviceUnavailable(f"{' '.join(failures).rstrip('.')}: {advice}.")


def _ready(kind: Kind, failures: list[str], *, measure: bool, is_only_one: bool) -> Device:
    rates = measure_rates(kind) if measure else {}
    gain = rates.get("bfloat16", 0.0) / rates["float32"] if rates else 0.0
    precision: Precision = "bfloat16" if gain >= _WORTHWHILE and kind != "mps" else "float32"
    name = _name(kind)
    if failures:
        why = f"because of this: {' '.join(failures)}"
    elif kind != "cpu":
        why = "and it gives the CPU's results."
    else:
        why = "the only device here." if is_only_one else "as asked."
    sentence = f"Working on {_SPOKEN[kind]} ({name}), {why}"
    if precision == "bfloat16":
        sentence += f" Training multiplies in bfloat16, which is {gain:.1f} times as fast as float32 here."
    return Device(kind, name, precision, sentence, MappingProxyType(rates))


def _name(kind: Kind) -> str:
    if kind == "cuda":
        import torch

        return torch.cuda.get_device_name()
    cores = f"{os.cpu_count()} cores"
    try:
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return f"{line.partition(':')[2].strip()}, {cores}"
    except OSError:
        pass
    return f"{platform.processor() or platform.machine() or 'unknown'}, {cores}"


def smoke_test(kind: Kind) -> str | None:
    """Try a device on what a codec does, forwards and backwards.

    Returns
    -------
    str or None
        One sentence on what failed: an error, a result that is not a number, or one that is off by more than
        a thousandth against the CPU (the CPU itself: against double precision). None if all is well.
    """
    import torch

    # Whoever opens a model may have switched gradients off; what is tested is the device.
    with torch.inference_mode(False), torch.enable_grad():
        return _fault(kind)


def _fault(kind: Kind) -> str | None:
    import torch

    try:
        found = {
            name: value.to("cpu", torch.float64) for name, value in _exercise(kind, torch.float32).items()
        }
    except (RuntimeError, NotImplementedError, TypeError, AssertionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(". ")
        return f"{_SPOKEN[kind].replace('the', 'The', 1)} failed its test ({reason})."
    wanted = _exercise("cpu", torch.float64 if kind == "cpu" else torch.float32)
    for name, value in found.items():
        if not bool(torch.isfinite(value).all()):
            return f"{_SPOKEN[kind].replace('the', 'The', 1)} failed its test ({name} gave what is not a number)."
        off = float((value - wanted[name]).abs().max())
        if off > _TOLERANCE:
            return f"{_SPOKEN[kind].replace('the', 'The', 1)} failed its test ({name} was off by {off:.1g})."
    return None


def _exercise(kind: str, dtype: torch.dtype) -> dict[str, Tensor]:
    """One result of each operation; values of about 1, the same draws everywhere."""
    import torch
    from torch.nn import functional

    draw = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=draw).to(kind, dtype)

    product = normal(64, 96) @ normal(96, 32) / 10
    signal, kernel = normal(2, 16, 128), normal(16, 1, 7).requires_grad_()
    convolved = functional.conv1d(signal, kernel, padding=3, groups=16) / 3
    normed = functional.layer_norm(convolved.transpose(1, 2), (16,))
    window = torch.hann_window(64, dtype=dtype, device=kind)
    audio = normal(2, 1024)
    spectrum = torch.stft(audio, 64, 16, window=window, return_complex=True)
    returned = torch.istft(spectrum, 64, 16, window=window, length=1024)
    nearest = functional.embedding((normal(40, 8) @ normal(8, 16)).argmax(1), normal(16, 8))
    square = product[:, :16].T @ product[:, :16] / 64 + torch.eye(16).to(kind, dtype)
    lower, _ = torch.linalg.cholesky_ex(square)
    solved = torch.linalg.solve_triangular(lower, product[:16] / 10, upper=False)
    (gradient,) = torch.autograd.grad((normed**3).sum() / 50, kernel)
    return {
        "a matrix product": product,
        "a convolution": convolved.detach(),
        "a normalisation": normed.detach(),
        "a spectrum": spectrum.abs() / 10,
        "the inverse of a spectrum": returned,
        "a look-up": nearest,
        "a triangular system": solved,
        "a gradient": gradient,
    }


def measure_rates(kind: Kind) -> dict[str, float]:
    """Time matrix products of the shapes that training is made of.

    The precisions take turns, and the best turn of each counts: whatever else the machine does then
    disturbs both alike.

    Returns
    -------
    dict of str to float
        Operations a second for ``"float32"``, and for ``"bfloat16"`` where the device has it.
    """
    import torch

    types = {"float32": torch.float32}
    if kind == "cpu" or (kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)):
        types["bfloat16"] = torch.bfloat16
    products = {name: _Product(kind, dtype) for name, dtype in types.items()}
    rates = dict.fromkeys(products, 0.0)
    for _ in range(_TURNS):
        for name, product in products.items():
            rates[name] = max(rates[name], product.rate())
    return rates


class _Product:
    """One matrix product, repeated for a few milliseconds at a time."""

    def __init__(self, kind: Kind, dtype: torch.dtype) -> None:
        import torch

        # A step of training multiplies [batch * steps, width] by [width, expansion * width].
        rows, inner, columns = (576, 256, 768) if kind == "cpu" else (4608, 1024, 3072)
        self.operations = 2.0 * rows * inner * columns
        self.left = torch.ones((rows, inner), device=kind, dtype=dtype)
        self.right = torch.ones((inner, columns), device=kind, dtype=dtype)
        self._seconds(1)  # the first call sets things up
        self.count = min(max(int(_TURN_SECONDS / self._seconds(1)), 1), 100)

    def rate(self) -> float:
        return self.operations * self.count / self._seconds(self.count)

    def _seconds(self, count: int) -> float:
        started = time.perf_counter()
        for _ in range(count):
            result = self.left @ self.right
        result[0, 0].item()  # waits for the device
        return max(time.perf_counter() - started, 1e-9)
