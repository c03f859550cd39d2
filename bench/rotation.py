"""The rotation trick (Fifty et al., 2024) in the place of the straight-through gradient, at every level."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from torch import Tensor, nn
from torch.nn import functional as F

from distill.codec import quantizer
from distill.codec.quantizer import Level

__all__ = ["rotated", "turned"]


class _Turning(Level):
    """Between its projections the entry takes the gradient that a rotation of the vector onto it would have."""

    def __init__(self, latent_dim: int, codebook_size: int, codebook_dim: int) -> None:
        super().__init__(latent_dim, codebook_size, codebook_dim)
        self._vectors: Tensor | None = None
        self.project_in.register_forward_hook(self._remember)
        self.project_out.register_forward_pre_hook(self._turn)

    def _remember(self, projection: nn.Module, given: tuple[Tensor], vectors: Tensor) -> None:
        self._vectors = vectors

    def _turn(self, projection: nn.Module, given: tuple[Tensor]) -> tuple[Tensor] | None:
        vectors, self._vectors = self._vectors, None
        if vectors is None or not vectors.requires_grad:
            return None
        return (turned(vectors, given[0].detach()),)


def turned(given: Tensor, found: Tensor) -> Tensor:
    """``found`` in value; its gradient is that of the rotation and scaling that turn ``given`` into it (section 4.2 there)."""
    length, target = given.norm(dim=-1, keepdim=True), found.norm(dim=-1, keepdim=True)
    e, q = (given / length.clamp_min(1e-6)).detach(), found / target.clamp_min(1e-6)
    between = F.normalize(e + q, dim=-1).detach()
    scale = (target / length.clamp_min(1e-6)).detach()
    reflected = given - 2 * (given * between).sum(-1, keepdim=True) * between
    output: Tensor = scale * (reflected + 2 * (given * e).sum(-1, keepdim=True) * q)
    return output


@contextmanager
def rotated() -> Iterator[None]:
    """The gradient of every level's choice is turned, not copied."""
    with patch.object(quantizer, "Level", _Turning):
        yield
