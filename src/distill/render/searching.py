"""Nearer codes than the encoder's: those of which the decoder makes the nearest sound that a search can find.

An encoder answers at once, and for a sound unlike all that it was trained on it answers worse than its codebooks could. Here its
latents are moved for some rounds to where what their codes *decode to* is nearer to the sound: analysis by synthesis, as speech
coders choose their codes (Atal and Remde, 1982), but by gradient descent through the frozen decoder and, straight through, the
quantizer. Nothing of the codec changes, so what comes out are codes like all others.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from distill.audio.distances import MEL_SCALES
from distill.audio.spectrum import stft
from distill.codec.losses import decoded_losses
from distill.codec.model import Codec
from distill.codec.panning import pan, pan_loss
from distill.errors import BadSetting
from distill.render.adam import Adam

__all__ = ["MOST_ROUNDS", "USUAL_ROUNDS", "Search", "checked_rounds"]

MOST_ROUNDS = 1000
USUAL_ROUNDS = 10  # about a third of the sound's length, for most of what a search brings (`bench.searching`)
RATE = 0.1  # of the latents' spread, in the first round; it falls to nothing
BETAS = (0.6, 0.9)
# Samples that all resolutions need; what is shorter is heard with silence after it.
SHORTEST = max(window for window, _ in MEL_SCALES)
COMMITMENT = 0.25  # as in training: latents that lie far from their entries say little about what is heard


def checked_rounds(rounds: int) -> int:
    """Return how many rounds were asked for.

    Raises
    ------
    BadSetting
        Unless they are 0 to :data:`MOST_ROUNDS`.
    """
    if not 0 <= (given := operator.index(rounds)) <= MOST_ROUNDS:
        raise BadSetting(
            f"a search of {given} rounds was asked for, and 0 to {MOST_ROUNDS} are possible; {USUAL_ROUNDS} are usual."
        )
    return given


class Search:
    """A search in one codec, of so many rounds for each stretch of sound.

    Parameters
    ----------
    rounds : int in 1..1000
        Each takes about a fortieth of a mono stretch's length on two cores (``bench.searching``).
    """

    @torch.inference_mode(False)
    def __init__(self, codec: Codec, rounds: int) -> None:
        # A copy without gradients of its own: the codec is shared with whoever decodes at the same time.
        self._codec = copy.deepcopy(codec).requires_grad_(False)
        self._rounds = rounds

    @torch.inference_mode(False)
    def codes(
        self,
        audio: Tensor,
        *,
        decided: npt.NDArray[np.int16] | None = None,
        first_step: int = 0,
        stereo: bool = False,
        after_round: Callable[[float], None] = lambda share: None,
    ) -> Tensor:
        """Find the codes of a stretch of sound; never codes that decode farther from it than the encoder's.

        Parameters
        ----------
        audio : Tensor [C, T]
            At the codec's level; ``T`` a multiple of the step length.
        decided : integer array [C, K, n], optional
            Codes of the first ``n < S`` steps, which stay: the stretch continues a sound.
        first_step : int
            Where in the whole sound the stretch stands.
        stereo : bool
            The rows are mid and side.
        after_round : function
            Told which share of the rounds is done; what it raises ends the search.

        Returns
        -------
        int64 Tensor [C, K, S]
        """
        quantizer, length = self._codec.quantizer, self._codec.step_length
        num_steps = audio.shape[1] // length
        audio = audio.clone()  # its caller may be in inference mode, whose tensors have no gradients
        audio = F.pad(audio, (0, -(-max(0, SHORTEST - audio.shape[1]) // length) * length))
        if decided is None:
            decided = np.zeros((len(audio), self._codec.num_levels, 0), dtype=np.int16)
        kept = torch.from_numpy(decided.astype(np.int64)).to(audio.device)
        with torch.no_grad():
            start = self._codec.latents(audio, stereo=stereo)
            before = quantizer.decode(kept.transpose(1, 2))
        free = start[:, before.shape[1] :]
        hear = _Ear(self._codec, audio, before, first_step=first_step, stereo=stereo)
        found = self._descended(free, hear, after_round)
        with torch.no_grad():
            codes = [quantizer(latents).codes for latents in (free, found)]
            off = [float(hear(quantizer.decode(one))) for one in codes]
        nearer = codes[1] if off[1] < off[0] else codes[0]
        return torch.cat([kept, nearer.transpose(1, 2)], 2)[:, :, :num_steps]

    @torch.enable_grad()
    def _descended(self, free: Tensor, hear: _Ear, after_round: Callable[[float], None]) -> Tensor:
        latents = free.clone().requires_grad_(True)
        rate = RATE * float(free.std())
        optimiser = Adam(latents, betas=BETAS)
        for done in range(self._rounds):
            quantized = self._codec.quantizer(latents)
            # Half of the resolutions in turn, as in training: a round costs little more than half.
            distance = hear(quantized.latents, turn=done, turns=2)
            (gradient,) = torch.autograd.grad(distance + COMMITMENT * quantized.commitment.sum(), latents)
            optimiser.step(gradient, rate=rate * (1 - done / self._rounds))
            after_round((done + 1) / self._rounds)
        return latents.detach()


class _Ear:
    """How far what a stretch's latents decode to is from its sound: what training makes small, row by row."""

    def __init__(self, codec: Codec, audio: Tensor, before: Tensor, *, first_step: int, stereo: bool) -> None:
        self._codec, self._audio, self._before, self._first_step = codec, audio, before, first_step
        self._spectrum = stft(audio, n_fft=codec.config.n_fft, hop_length=codec.config.hop_length)
        placed = stereo and codec.config.num_pan_bands > 0
        self._place = pan(audio[::2], audio[1::2], codec.config) if placed else None

    def __call__(self, latents: Tensor, *, turn: int = 0, turns: int = 1) -> Tensor:
        hidden = self._codec.decoder(torch.cat([self._before, latents], 1))
        log_magnitude = self._codec.head.log_magnitude(hidden)
        decoded = self._codec.sound(hidden, log_magnitude=log_magnitude, first_step=self._first_step)
        losses = decoded_losses(
            decoded, log_magnitude, self._audio, spectrum=self._spectrum, turn=turn, turns=turns
        )
        if self._place is not None:
            losses["place"] = pan_loss(self._codec.head.pan(hidden[1::2]), *self._place)
        return torch.stack(list(losses.values())).sum()
