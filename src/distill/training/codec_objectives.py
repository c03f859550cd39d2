"""What each stage of a codec's training computes: losses to follow, distances to judge by.

:mod:`distill.training.codec_task` decides when; nothing here changes a weight or remembers a step.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from distill.audio.spectrum import stft
from distill.codec.losses import decoded_losses, magnitude_loss, mel_loss, slope_loss
from distill.codec.model import Codec
from distill.codec.panning import pan, pan_loss, with_a_mid
from distill.config import CodecTraining
from distill.training.task import LOSS

__all__ = ["Judged", "Objectives"]

JUDGED_AT_ONCE = 16  # crops
SILENT_POWER = 1e-8  # mean square of a step
MOST_BATCHES = 1000
TURNS = 2  # in which a sound is compared at all scales: half of them a step, for half the cost
SLOPES_BELOW_HZ = 6000.0  # from 3 kHz on a true phase brings hardly anything (`bench.phases`)


@dataclass(frozen=True)
class Judged:
    """How crops come back.

    Attributes
    ----------
    distance : float
        Mean over the crops.
    grid : int64 array [N, K, S]
        Their codes; of no crop where nothing was quantized.
    commitment, norms : float array [K]
        Means over the crops, as :class:`distill.codec.quantizer.Quantized` has them; zeros where nothing was quantized.
    """

    distance: float
    grid: npt.NDArray[np.int64]
    commitment: npt.NDArray[np.float64]
    norms: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Objectives:
    """The losses of one codec under one set of settings."""

    codec: Codec
    settings: CodecTraining

    def latents(self, crops: Tensor) -> Tensor:
        """Latents before quantization, float32 [B, S, D], in the training's arithmetic.

        Parameters
        ----------
        crops : Tensor [B, R, T]
            Row 0 is what is coded; row 1, if there is one, is the mid that it is the side of, or silence.
        """
        with self._precision():
            mid = crops[:, 1] if crops.shape[1] > 1 else None
            return self.codec.latents(crops[:, 0], mid=mid).float()

    @torch.no_grad()
    def audible_latents(self, batches: Iterable[npt.NDArray[np.float32]], *, wanted: int) -> Tensor:
        """At least ``wanted`` latents [n, D] of crops [B, R, T], without those of silence; fewer of a silent world."""
        kept: list[Tensor] = []
        length = self.codec.step_length
        for crops in itertools.islice(batches, MOST_BATCHES):
            audio = torch.from_numpy(crops).to(self.codec.device)
            power = audio[:, 0].unfold(1, length, length).square().mean(-1)  # [B, S]
            kept.append(self.latents(audio)[power > SILENT_POWER])
            if sum(map(len, kept)) >= wanted:
                break
        return torch.cat(kept)

    def magnitude(self, crops: Tensor, *, depths: Tensor | None) -> tuple[dict[str, Tensor], Tensor]:
        """Loss of the magnitude and of the phase's slopes before inversion; without ``depths`` nothing is quantized.

        Parameters
        ----------
        crops : Tensor [B, R, T]
        depths : int64 Tensor [B], optional
            Levels to use of each crop; the entries then follow the data.

        Returns
        -------
        losses by name, latents [B, S, D] without a gradient
        """
        codec = self.codec
        latents = self.latents(crops)
        with self._precision():
            seen, commitment = latents, torch.zeros((), device=crops.device)
            if depths is not None:
                quantized = codec.quantizer(latents, depths=depths, decay=self.settings.decay)
                seen, commitment = quantized.latents, quantized.commitment.sum()
            hidden = codec.decoder(seen)
            log_magnitude = codec.head.log_magnitude(hidden)
        spectrum = self._spectrum(crops[:, 0])
        distance = magnitude_loss(log_magnitude, spectrum)
        losses = {
            LOSS: distance + self.settings.commitment * commitment,
            "magnitude": distance,
            "commitment": commitment,
        }
        if self.settings.slopes:
            losses["slopes"] = self._slopes(hidden, spectrum)
            losses[LOSS] = losses[LOSS] + self.settings.slopes * losses["slopes"]
        self._add_place(losses, hidden, crops)
        return losses, latents.detach()

    def sound(self, crops: Tensor, *, depths: Tensor, turn: int) -> dict[str, Tensor]:
        """Loss of the sound itself, at half of the scales in turn; encoder and codes get no gradient."""
        codec = self.codec
        with torch.no_grad():
            quantized = codec.quantizer(self.latents(crops), depths=depths)
        with self._precision():
            hidden = codec.decoder(quantized.latents)
            log_magnitude = codec.head.log_magnitude(hidden)
            decoded = codec.sound(hidden, log_magnitude=log_magnitude)
        spectrum = self._spectrum(crops[:, 0])
        parts = decoded_losses(decoded, log_magnitude, crops[:, 0], spectrum=spectrum, turn=turn, turns=TURNS)
        losses = {LOSS: torch.stack(list(parts.values())).sum(), **parts}
        self._add_place(losses, hidden, crops)
        return losses

    def depths(self, batch_size: int, draw: torch.Generator) -> Tensor:
        """Draw how many levels each crop uses: all, or for a share of them any number from 1 on, int64 [B]."""
        num_levels = self.codec.num_levels
        some = torch.randint(1, num_levels + 1, (batch_size,), generator=draw)
        dropped = torch.rand(batch_size, generator=draw) < self.settings.quantizer_dropout
        return torch.where(dropped, some, torch.tensor(num_levels)).to(self.codec.device)

    @torch.no_grad()  # not inference mode: windows made here are kept, and training needs them
    def judge(self, crops: npt.NDArray[np.float32], *, quantized: bool, by_sound: bool) -> Judged:
        """Mean distance over crops [N, T], and what the quantizer makes of them if they are ``quantized``.

        Parameters
        ----------
        by_sound : bool
            Mel distance of the decoded sound; otherwise that of its magnitude, while there is no phase.
        """
        codec, total = self.codec, 0.0
        grids = [np.zeros((0, codec.num_levels, 0), dtype=np.int64)]
        commitment, power = np.zeros(codec.num_levels), np.zeros(codec.num_levels)
        for start in range(0, len(crops), JUDGED_AT_ONCE):
            audio = torch.from_numpy(crops[start : start + JUDGED_AT_ONCE]).to(codec.device)
            with self._precision():
                latents = codec.latents(audio).float()
                if quantized:
                    found = codec.quantizer(latents)
                    latents = found.latents
                    grids.append(found.codes.transpose(1, 2).cpu().numpy())
                    commitment += found.commitment.cpu().numpy() * len(audio)
                    power += found.norms.square().cpu().numpy() * len(audio)
                hidden = codec.decoder(latents)
                log_magnitude = codec.head.log_magnitude(hidden)
                decoded = codec.sound(hidden, log_magnitude=log_magnitude) if by_sound else audio
            if by_sound:
                distance = mel_loss(decoded, audio)
            else:
                distance = magnitude_loss(log_magnitude, self._spectrum(audio))
            total += float(distance) * len(audio)
        count = len(crops)
        grid = np.concatenate(grids[1:] or grids)
        return Judged(total / count, grid, commitment / count, np.sqrt(power / count))

    @torch.no_grad()
    def codes(self, crops: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """Codes [N, K, S] of crops [N, T], in the training's arithmetic."""
        grids = []
        for start in range(0, len(crops), JUDGED_AT_ONCE):
            audio = torch.from_numpy(crops[start : start + JUDGED_AT_ONCE]).to(self.codec.device)
            found = self.codec.quantizer(self.latents(audio[:, None]))
            grids.append(found.codes.transpose(1, 2).cpu().numpy())
        every: npt.NDArray[np.int64] = np.concatenate(grids)
        return every

    def _add_place(self, losses: dict[str, Tensor], hidden: Tensor, crops: Tensor) -> None:
        """Add the loss of where a side lies; of a mid nothing is asked.

        A batch without a side has a loss of zero: a step's losses are always the same ones, or a loss that went wild would be
        taken for another stage's.
        """
        if self.codec.config.num_pan_bands == 0 or crops.shape[1] == 1:
            return
        sides = with_a_mid(crops[:, 1])
        if len(sides) == 0:
            losses["place"] = torch.zeros((), device=crops.device)
            return
        with torch.no_grad():
            wanted, weight = pan(crops[sides, 1], crops[sides, 0], self.codec.config)
        with self._precision():
            given = self.codec.head.pan(hidden[sides])
        losses["place"] = pan_loss(given, wanted, weight) * (len(sides) / len(crops))
        losses[LOSS] = losses[LOSS] + losses["place"]

    def _slopes(self, hidden: Tensor, spectrum: Tensor) -> Tensor:
        config, head = self.codec.config, self.codec.head
        bin_hz = config.sample_rate / config.n_fft
        bins = min(head.bins, round(SLOPES_BELOW_HZ / bin_hz))
        with self._precision():
            pairs = head.pairs(hidden, bins)
        clock = head.oscillator(spectrum.shape[2])[:, :bins]
        return slope_loss(pairs, spectrum[:, :bins].transpose(1, 2) * clock.conj(), bin_hz=bin_hz)

    def _spectrum(self, audio: Tensor) -> Tensor:
        config = self.codec.config
        return stft(audio, n_fft=config.n_fft, hop_length=config.hop_length)

    def _precision(self) -> torch.autocast:
        half = self.settings.precision == "bfloat16"
        return torch.autocast(self.codec.device.type, torch.bfloat16, enabled=half)
