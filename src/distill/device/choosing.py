"""Find the devices, choose one that works, and say why."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from distill.config import Precision
from distill.device.kinds import KINDS, SPOKEN, Kind
from distill.device.rates import measure_rates
from distill.device.smoke import smoke_test
from distill.errors import DeviceUnavailable

if TYPE_CHECKING:
    import torch

__all__ = ["Device", "available", "choose"]

_WORTHWHILE = 1.4  # how much faster bfloat16 must multiply before training gives up precision for it


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
    sentence = f"Working on {SPOKEN[kind]} ({name}), {why}"
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
