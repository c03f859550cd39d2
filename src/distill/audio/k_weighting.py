"""How loud each bin of a spectrum is to ears, as loudness meters have it."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

__all__ = ["k_weights"]


@lru_cache(maxsize=4)
@torch.inference_mode(False)
def k_weights(n_fft: int) -> Tensor:
    """Power response of the K-weighting filters at each bin, [n_fft // 2 + 1] (ITU-R BS.1770-4, tables 1 and 2).

    Examples
    --------
    >>> round(10 * math.log10(k_weights(4800)[100]), 2)  # 1 kHz
    0.7
    """
    z = torch.polar(torch.ones(n_fft // 2 + 1), -torch.linspace(0, math.pi, n_fft // 2 + 1)).to(
        torch.complex128
    )
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    return (shelf * high_pass).abs().square().float()
