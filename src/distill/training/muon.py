"""Muon by sketches: momenta are made orthogonal where they have any size, which takes a sixteenth of the products.

Muon (Jordan et al., 2024, https://kellerjordan.github.io/posts/muon/) follows a momentum whose singular values were all
brought near one by Newton-Schulz rounds ``X <- (a I + b S + c S^2) X`` with ``S = X X^T``. Of the momenta of a codec a dozen
singular values out of 256 are larger than a fiftieth of the norm: the rounds bend those, and all others they multiply by ``a``,
each time. So a sketch finds the rows that matter (the range finder of Halko, Martinsson and Tropp, 2011, algorithm 4.1), the
rounds go over the small square of what lies within, and what lies without is multiplied. That is the same direction
(cosine 0.99 on momenta of trainings), at a quarter of the cost, and in float32: it needs no fast bfloat16. (He, Deng and Lu,
2025, arXiv:2509.11983, leave out what lies without.)
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["SketchedMuon", "orthogonal"]

# Of the Newton-Schulz polynomial: a, b and c of Jordan et al., chosen for its slope at zero.
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
ROUNDS = 3  # what was a fiftieth of the norm or more lies within 0.68 and 1.21 after them; five brought no less distance
RANK = 32  # directions of a sketch; with 16 what it misses grows to four times what it may, with 48 it is the same
SMALLEST_NORM = 1e-7
JITTER = 1e-6  # of the sketch's squared norm; keeps rows that are hardly there from being divided by nothing


def orthogonal(matrices: Tensor, *, rank: int) -> Tensor:
    """Bring all singular values that matter near one, in place: ``X = U S V^T`` to about ``U V^T``.

    Parameters
    ----------
    matrices : float32 Tensor [N, R, C]
    rank : int > 0
        Rows that a sketch is made of; with the smaller of ``R`` and ``C`` or more nothing is left out.

    Returns
    -------
    Tensor [N, R, C]
        ``p(X / |X|)`` with :data:`ROUNDS` of the polynomial of Jordan et al., and its slope at zero for what the sketch does not
        see. Zeros stay zeros.
    """
    tall = matrices.shape[1] >= matrices.shape[2]
    test = _test_vectors(max(matrices.shape[1:]), min(rank, *matrices.shape[1:]), matrices.device)
    norms = torch.linalg.vector_norm(matrices, dim=(1, 2), keepdim=True)
    matrices.mul_(1 / norms.clamp_min(SMALLEST_NORM))
    seen = test.mT @ matrices if tall else (matrices @ test).mT  # [N, rank, shorter side]
    basis = _orthonormal_rows(seen)
    within = matrices @ basis.mT if tall else basis @ matrices
    factors = _rounds(within.mT @ within if tall else within @ within.mT)
    slope = COEFFICIENTS[0] ** ROUNDS
    factors.diagonal(dim1=1, dim2=2).sub_(slope)  # as the whole is multiplied by it, too
    left, right = (within, factors @ basis) if tall else (basis.mT @ factors, within)
    return matrices.baddbmm_(left, right, beta=slope)


def _rounds(gram: Tensor) -> Tensor:
    """Product of the factors that the rounds multiply a matrix by, from its square [N, K, K]; all of them commute."""
    a, b, c = COEFFICIENTS
    factors = None
    for left in reversed(range(ROUNDS)):
        factor = torch.baddbmm(gram, gram, gram, beta=b, alpha=c)
        factor.diagonal(dim1=1, dim2=2).add_(a)
        factors = factor if factors is None else factors @ factor
        if left:
            gram = factor @ gram @ factor
    assert factors is not None
    return factors


def _orthonormal_rows(rows: Tensor) -> Tensor:
    """Rows [N, K, C] that span what the given ones span: by Cholesky's factor of their square, twice for what rounding leaves."""
    identity = torch.eye(rows.shape[1], device=rows.device)
    for _ in range(2):
        square = rows @ rows.mT
        diagonal = square.diagonal(dim1=1, dim2=2)
        diagonal.add_(JITTER * diagonal.sum(1, keepdim=True) + SMALLEST_NORM**2)
        lower, _ = torch.linalg.cholesky_ex(square)
        rows = torch.linalg.solve_triangular(lower, identity.expand_as(square), upper=False) @ rows
    return rows


@lru_cache(maxsize=16)
def _test_vectors(length: int, number: int, device: torch.device) -> Tensor:
    """The same vectors at every step [length, number]: a training that is resumed draws nothing."""
    return torch.randn(length, number, generator=torch.Generator().manual_seed(0)).to(device)


class SketchedMuon(torch.optim.Optimizer):
    """``torch.optim.Muon`` with Nesterov momentum and updates as large as AdamW's ("match_rms_adamw").

    Matrices of one shape are followed together.

    Parameters
    ----------
    matrices : iterable of Parameter
        Of two dimensions.
    weight_decay : float >= 0
    momentum : float in 0..1
    """

    def __init__(
        self, matrices: Iterable[nn.Parameter], *, weight_decay: float, momentum: float = 0.95
    ) -> None:
        super().__init__(matrices, {"lr": 0.0, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Follow the gradients, which are there already."""
        for group in self.param_groups:
            alike: dict[tuple[int, ...], list[nn.Parameter]] = {}
            for parameter in group["params"]:
                if parameter.grad is not None:
                    alike.setdefault(tuple(parameter.shape), []).append(parameter)
            for matrices in alike.values():
                self._follow(matrices, group)

    def _follow(self, parameters: list[nn.Parameter], group: dict[str, Any]) -> None:
        momentum, rate = group["momentum"], group["lr"]
        ahead = parameters[0].new_empty(len(parameters), *parameters[0].shape)
        for row, parameter in zip(ahead, parameters, strict=True):
            state = self.state[parameter]
            if not state:
                state["momentum_buffer"] = torch.zeros_like(parameter)
            average, gradient = state["momentum_buffer"], parameter.grad
            assert gradient is not None
            torch.lerp(gradient, average.lerp_(gradient, 1 - momentum), momentum, out=row)
        directions = orthogonal(ahead, rank=RANK)
        size = rate * 0.2 * math.sqrt(max(ahead.shape[1:]))  # AdamW's updates have an RMS of 0.2 or so
        for parameter, direction in zip(parameters, directions, strict=True):
            parameter.mul_(1 - rate * group["weight_decay"]).add_(direction, alpha=-size)
