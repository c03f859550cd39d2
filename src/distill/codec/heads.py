"""The decoder's last part: hidden [B, S, W] -> a complex spectrum. A part that can be exchanged.

The magnitude is learnt first, on the linear spectrum, and with it how the phase changes; where the phase lies is learnt
second, on the sound itself (docs/decisions.md has the figures). A head answers three questions: how loud is each bin,
at which angle, and, of a side, where in the stereo field. An adversarial head would answer the same three.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

from distill.audio.spectrum import power
from distill.config import CodecConfig

__all__ = ["SpectrumHead"]

# The network works in units of about one: log magnitudes of full-scale sound span -9 to 6.
LOG_SCALE = 2.0
LOG_FLOOR = math.log(1e-5)


class SpectrumHead(nn.Module):
    """Magnitude and phase of every bin and the place of every band, each from a linear map.

    ``ceiling`` bounds the log magnitude of every bin to the largest that any bin of the collection has, and a little
    more: whatever codes are decoded, no partial is much louder than the loudest of the training sounds.
    """

    ceiling: Tensor  # [] natural log

    def __init__(self, config: CodecConfig) -> None:
        super().__init__()
        self.n_fft, self.hop_length = config.n_fft, config.hop_length
        self.bins = config.n_fft // 2 + 1
        self.frames_per_step = config.frames_per_step
        outputs = self.frames_per_step * self.bins
        self.magnitude = nn.Linear(config.width, outputs)
        self.phase = nn.Linear(config.width, 2 * outputs)
        if config.num_pan_bands:
            self.place = nn.Linear(config.width, config.num_pan_bands)
        self.register_buffer("ceiling", torch.tensor(math.log(config.n_fft / 4)))
        with torch.no_grad():
            self.magnitude.weight.mul_(0.5)
            self.magnitude.bias.fill_(-1.0)

    def log_magnitude(self, hidden: Tensor) -> Tensor:
        """Natural log of the magnitude, [B, S, W] -> [B, bins, F], never above the ceiling."""
        raw: Tensor = self.magnitude(hidden).float()
        frames = raw.view(hidden.shape[0], -1, self.bins).transpose(1, 2) * LOG_SCALE
        return torch.minimum(frames, self.ceiling).clamp_min(LOG_FLOOR)

    def pan(self, hidden: Tensor) -> Tensor:
        """Where each band of a side lies, [B, S, W] -> [B, S, P] in -1..1 (:mod:`distill.codec.panning`)."""
        return torch.tanh(self.place(hidden).float())

    def unit_phase(self, hidden: Tensor, *, first_step: int = 0) -> Tensor:
        """Unit phasors, [B, S, W] -> complex [B, bins, F].

        The network sees no clock, so it gives angles against a bin-centre oscillator that runs from the start
        of the sound (frame ``m``, bin ``k``: ``2 pi k m hop / n_fft``). A steady tone then needs a constant
        answer, and ``first_step`` makes a part equal the part of the whole.
        """
        pairs, oscillator = self._against_the_clock(hidden, first_step)
        at_one = torch.zeros_like(pairs[:, :, 0])
        found: Tensor = _Turned.apply(at_one, pairs, oscillator)  # type: ignore[no-untyped-call]
        return found.transpose(1, 2)

    def spectrum(self, hidden: Tensor, log_magnitude: Tensor, *, first_step: int = 0) -> Tensor:
        """Magnitude and phase in one, [B, S, W] -> complex [B, bins, F]: ``log_magnitude.exp() * unit_phase(hidden)``.

        Parameters
        ----------
        log_magnitude : Tensor [B, bins, F]
            As :meth:`log_magnitude` gives it.
        """
        pairs, oscillator = self._against_the_clock(hidden, first_step)
        found: Tensor = _Turned.apply(log_magnitude.transpose(1, 2), pairs, oscillator)  # type: ignore[no-untyped-call]
        return found.transpose(1, 2)

    def pairs(self, hidden: Tensor, bins: int) -> Tensor:
        """Real and imaginary part, of any length, that tell the angles of the lowest bins against :meth:`oscillator`.

        [B, S, W] -> [B, F, 2, bins]; the other bins' are not computed.
        """
        weight = self.phase.weight.view(self.frames_per_step, 2, self.bins, -1)[:, :, :bins]
        bias = self.phase.bias.view(self.frames_per_step, 2, self.bins)[:, :, :bins]
        pairs = F.linear(hidden, weight.reshape(-1, hidden.shape[2]), bias.reshape(-1))
        return pairs.float().view(hidden.shape[0], -1, 2, bins)

    def oscillator(self, num_frames: int, *, first_step: int = 0) -> Tensor:
        """Unit phasors of the bin-centre oscillator, complex [F, bins]."""
        device = self.phase.weight.device
        frame = first_step * self.frames_per_step + torch.arange(num_frames, device=device)
        bin_ = torch.arange(self.bins, device=device)
        # Whole turns are taken off in integers: exact however long the sound is. What is left of a turn is one of
        # few angles (halves, where a hop is half of a window), so their phasors are looked up.
        angles = self.n_fft // self.hop_length
        turn = (frame[:, None] * bin_) % angles
        around = torch.arange(angles, device=device) * (2 * math.pi / angles)
        return torch.polar(torch.ones_like(around), around)[turn]

    def _against_the_clock(self, hidden: Tensor, first_step: int) -> tuple[Tensor, Tensor]:
        """Return what the network says of each angle, [B, F, 2, bins], and the oscillator's phasors, complex [F, bins]."""
        pairs = self.pairs(hidden, self.bins)
        return pairs, self.oscillator(pairs.shape[1], first_step=first_step)


class _Turned(torch.autograd.Function):
    """Log magnitude [B, F, bins] and pairs [B, F, 2, bins] of any length -> complex [B, F, bins], turned by an oscillator.

    What autograd does in some forty passes over complex numbers takes a dozen over real ones: a pair's gradient is what
    of the spectrum's lies along its angle, over its length.
    """

    @staticmethod
    def forward(ctx: Any, log_magnitude: Tensor, pairs: Tensor, oscillator: Tensor) -> Tensor:
        real, imaginary = pairs[:, :, 0], pairs[:, :, 1]
        shorter = torch.addcmul(real.square(), imaginary, imaginary).add_(1e-12).rsqrt_()
        scale = log_magnitude.exp().mul_(shorter)
        spectrum = torch.complex(real * scale, imaginary * scale).mul_(oscillator)
        ctx.save_for_backward(spectrum, shorter, oscillator, pairs)
        return spectrum

    @staticmethod
    @once_differentiable  # type: ignore[misc, no-untyped-call, unused-ignore]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        spectrum, shorter, _, pairs = ctx.saved_tensors
        along = power(gradient, spectrum)  # Re(conj(s) g): of the logarithm of the magnitude
        # Im(conj(s) g): of the angle; and an angle's own gradient is the pair turned by a quarter, over its length squared.
        around = torch.addcmul(gradient.imag * spectrum.real, gradient.real, spectrum.imag, value=-1)
        around.mul_(shorter).mul_(shorter)
        turned = torch.stack([-pairs[:, :, 1] * around, pairs[:, :, 0] * around], 2)
        return along, turned, None
