"""Whether a device does what a codec is made of, forwards and backwards, and gives the CPU's results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from distill.device.kinds import SPOKEN, Kind

if TYPE_CHECKING:
    import torch
    from torch import Tensor

__all__ = ["smoke_test"]

_TOLERANCE = 1e-3  # between a device and the CPU, of results of about 1


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
        return f"{SPOKEN[kind].replace('the', 'The', 1)} failed its test ({reason})."
    wanted = _exercise("cpu", torch.float64 if kind == "cpu" else torch.float32)
    for name, value in found.items():
        if not bool(torch.isfinite(value).all()):
            return (
                f"{SPOKEN[kind].replace('the', 'The', 1)} failed its test ({name} gave what is not a number)."
            )
        off = float((value - wanted[name]).abs().max())
        if off > _TOLERANCE:
            return f"{SPOKEN[kind].replace('the', 'The', 1)} failed its test ({name} was off by {off:.1g})."
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
