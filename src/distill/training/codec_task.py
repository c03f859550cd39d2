"""Training a codec, as the loop sees it: the stages of :mod:`distill.training.stages`, carried out on a network.

The phase stage starts from the averaged weights of the one before it. Held-out sounds are held out until ``join_share`` of the
training: long enough to tell how well sounds come back that were never seen. From then on they are trained on as well, because
its owner wants every sound of a collection to come back.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from distill.codec.care import VECTORS_PER_ENTRY, fill, revive
from distill.codec.health import examine, remedy, usage
from distill.codec.model import Codec
from distill.codec.quantizer import Level, ResidualQuantizer
from distill.config import CodecTraining
from distill.errors import TrainingFailed
from distill.progress import LevelHealth
from distill.training.averages import widening
from distill.training.codec_objectives import MOST_BATCHES, Objectives
from distill.training.feed import Batches
from distill.training.learner import Learner
from distill.training.optimiser import Optimisers, codec_optimisers
from distill.training.stages import Stages
from distill.training.task import LOSS, Validation

__all__ = ["ENOUGH_TO_JUDGE", "CodecTask", "Preview"]

# codec, step, folder, rounds of Griffin-Lim -> files written
Preview = Callable[[Codec, int, Path, int], tuple[Path, ...]]

REVIVE_EVERY = 10  # steps
REFINE_BEFORE_PHASE = 24  # rounds of Griffin-Lim in previews, while there is no phase yet
ENOUGH_TO_JUDGE = 4  # codes an entry: with fewer, many entries are not seen by chance


class CodecTask:
    """The :class:`distill.training.task.Task` that trains a :class:`Codec`.

    Parameters
    ----------
    codec : Codec
        On the device it is to be trained on.
    batches : Batches
        Training crops.
    own, held_out : float32 arrays [N, T]
        Fixed crops of sounds that are trained on, and of sounds that are not; of the latter there may be none.
    counted : float32 array [N, T], optional
        Crops by which it is told which entries are used; ``own`` if left out.
    seed : int
        Every draw of a step follows from the seed and the step.
    preview : function, optional
        Writes pictures and sounds; passed in, because pictures are made above this layer.
    """

    def __init__(
        self,
        codec: Codec,
        batches: Batches,
        *,
        own: npt.NDArray[np.float32],
        held_out: npt.NDArray[np.float32],
        settings: CodecTraining,
        seed: int,
        counted: npt.NDArray[np.float32] | None = None,
        preview: Preview | None = None,
    ) -> None:
        self.codec = codec.train()
        self.batches, self.own, self.held_out = batches, own, held_out
        self.counted = own if counted is None else counted
        self.settings, self.seed = settings, seed
        self.objectives = Objectives(self.codec, settings)
        self._preview = preview
        self.stages = Stages(settings)
        self.rate_factor = 1.0
        self.judged_codes = 0
        self.learner = self._new_learner()

    def train_step(self, step: int, batch_size: int, position: float) -> Mapping[str, float]:
        """Take one step of the stage that ``position`` (0..1) falls in."""
        self._change_stage(step, position)
        self.stages.position = position
        draw = self._generator(step)
        everything = position >= self.settings.join_share
        crops = self.batches(step, batch_size, everything=everything)
        rows = torch.from_numpy(crops).to(self.codec.device)
        depths = self.objectives.depths(len(rows), draw)
        stage = self.stages.now
        if stage == "phase":
            losses = self.objectives.sound(rows, depths=depths, turn=step)
        else:
            coded = depths if stage == "codes" else None
            losses, latents = self.objectives.magnitude(rows, depths=coded)
        self.learner.follow(losses[LOSS], rate=self.rate_factor * self.stages.rate(position))
        if stage == "codes" and step % REVIVE_EVERY == 0:
            revive(self.codec.quantizer, latents.flatten(0, 1), generator=draw)
        return {name: float(value.detach()) for name, value in losses.items()}

    def _change_stage(self, step: int, position: float) -> None:
        while (entered := self.stages.due(position)) is not None:
            left = self.stages.now
            if left == "free":
                self._fill_codebooks(step)
            elif left == "codes":
                self.codec.load_state_dict(self.weights())
            else:
                self.codec.requires_grad_(True)
            self.stages.enter(entered, position)
            # What the free stage gathered of momentum goes on with the codes.
            self.learner = self._new_learner(self.learner.optimiser if left == "free" else None)

    def _new_learner(self, optimiser: Optimisers | None = None) -> Learner:
        """For what the stage trains: nothing is averaged yet, nor gathered, if not by an optimiser that goes on."""
        self._choose_trained()
        if optimiser is None:
            optimiser = codec_optimisers(
                {name: p for name, p in self.codec.named_parameters() if p.requires_grad},
                weight_decay=self.settings.weight_decay,
                momentum=0.8 if self.stages.now == "phase" else 0.9,
                muon=self.settings.optimiser == "muon",
            )
        return Learner(self.codec, optimiser, decay=widening(self.settings.averaging_width))

    def _choose_trained(self) -> None:
        """Let gradients reach what the stage trains, and nothing else."""
        if self.stages.now == "phase":
            self.codec.requires_grad_(False)
            self.codec.decoder.requires_grad_(True)
            self.codec.head.requires_grad_(True)

    def _fill_codebooks(self, step: int) -> None:
        size = self.settings.batch_size
        wanted = VECTORS_PER_ENTRY * self.codec.codebook_size
        # Of a sound that begins with long silence all that is heard may be held out.
        for everything in (False, True):
            crops = (self.batches(later, size, everything=everything) for later in itertools.count(step))
            latents = self.objectives.audible_latents(crops, wanted=wanted)
            if len(latents):
                break
        else:
            raise TrainingFailed(
                f"{MOST_BATCHES * size} parts of these sounds were listened to, and nothing was heard in any: "
                "they are nearly all silence. Cut it off (--trim FILE=START-END), or add other sounds."
            )
        fill(self.codec.quantizer, latents, generator=self._generator(step))

    def _generator(self, step: int) -> torch.Generator:
        return torch.Generator().manual_seed((self.seed * 1_000_003 + step) % 2**63)

    def validate(self, step: int) -> Validation:
        """Distances on fixed crops, half from sounds that are trained on and half from those that are not.

        The score is the mean of both: what matters most is how the collection itself comes back, but
        weights that only remember it should not be kept. Where nothing is held out it is that of the first.
        """
        quantized, by_sound = self.stages.now != "free", self.stages.now == "phase"
        with self.learner.averaged():
            own = self.objectives.judge(self.own, quantized=quantized, by_sound=by_sound)
            figures = {"own": own.distance}
            if len(self.held_out):
                held_out = self.objectives.judge(self.held_out, quantized=quantized, by_sound=by_sound)
                figures["held_out"] = held_out.distance
            more = quantized and self.counted is not self.own
            grid = self.objectives.codes(self.counted) if more else own.grid
        health: tuple[LevelHealth, ...] = ()
        if quantized:
            counts = usage(grid, self.codec.codebook_size)
            health = examine(counts, commitment=own.commitment, norms=own.norms)
            self.judged_codes = grid[:, 0].size
        return Validation(
            score=self.stages.score(0.5 * (own.distance + figures.get("held_out", own.distance))),
            figures=figures,
            health=health,
            may_stop=self.stages.may_stop,
        )

    def on_validation(self, step: int, validation: Validation) -> str | None:
        """Carry out row A5: shrink codebooks that are not used, drop a level that is empty."""
        self.stages.follow(validation.score)
        enough = ENOUGH_TO_JUDGE * self.codec.codebook_size
        if self.stages.now != "codes" or not validation.health or self.judged_codes < enough:
            return None
        found = remedy(validation.health, self.codec.codebook_size)
        if found is None:
            return None
        self._rebuild(found.codebook_size, found.num_levels)
        self._fill_codebooks(step)
        return found.sentence

    def _rebuild(self, codebook_size: int, num_levels: int) -> None:
        """Give the codec a quantizer of another size, and the optimiser its parameters."""
        codec = self.codec
        sizes = {"codebook_size": codebook_size, "num_levels": num_levels}
        codec.config = codec.config.model_copy(update=sizes)
        codec.quantizer = ResidualQuantizer(
            latent_dim=codec.config.latent_dim, codebook_dim=codec.config.codebook_dim, **sizes
        ).to(codec.device)
        self.stages.enter(self.stages.now, self.stages.fall.start)
        self.learner = self._new_learner()

    def preview(self, step: int, folder: Path) -> tuple[Path, ...]:
        """Let the function that was passed in write what the averaged weights sound like now."""
        if self._preview is None:
            return ()
        heard = Codec(self.codec.config).to(self.codec.device)
        heard.load_state_dict(self.weights())
        refine = 0 if self.stages.now == "phase" else REFINE_BEFORE_PHASE
        return self._preview(heard.eval(), step, folder, refine)

    def weights(self) -> dict[str, Tensor]:
        """Averaged where there are averages, live elsewhere: what would be kept if training ended now."""
        return self.learner.weights()

    def load_weights(self, weights: Mapping[str, Tensor]) -> None:
        """Take kept weights back."""
        self.learner.load_weights(weights)

    def lower_rate(self, factor: float) -> None:
        """Multiply every learning rate by ``factor`` from now on."""
        self.rate_factor *= factor

    def state(self) -> dict[str, Any]:
        """Everything the next step depends on, besides the step itself."""
        return {
            "codebook_size": self.codec.codebook_size,
            "num_levels": self.codec.num_levels,
            "rate_factor": self.rate_factor,
            **self.stages.state(),
            "codec": dict(self.codec.state_dict()),
            "entry_averages": [
                {"hits": level.hits, "sums": level.sums}
                for level in self.codec.quantizer.levels
                if isinstance(level, Level)
            ],
            "learner": self.learner.state(),
        }

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go back to a state that :meth:`state` gave."""
        if (state["codebook_size"], state["num_levels"]) != (self.codec.codebook_size, self.codec.num_levels):
            self._rebuild(state["codebook_size"], state["num_levels"])
        self.codec.requires_grad_(True)
        self.rate_factor = state["rate_factor"]
        self.stages.load_state(state)
        self.learner = self._new_learner()
        self.codec.load_state_dict(state["codec"])
        for level, kept in zip(self.codec.quantizer.levels, state["entry_averages"], strict=True):
            assert isinstance(level, Level)
            level.hits.copy_(kept["hits"])
            level.sums.copy_(kept["sums"])
        self.learner.load_state(state["learner"], device=self.codec.device)
