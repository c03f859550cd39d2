"""How fast a device multiplies, in each precision that it has."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from distill.device.kinds import Kind

if TYPE_CHECKING:
    import torch

__all__ = ["measure_rates"]

_TURNS, _TURN_SECONDS = 12, 0.004


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
