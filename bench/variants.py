"""What is varied, one thing at a time, around the draft's settings: names, what changes, and what the question is.

A variant changes settings (:class:`distill.config.CodecConfig`, :class:`~distill.config.CodecTraining`,
:class:`~distill.config.Augmentation`), or swaps a part of the codec for one of :mod:`bench.other_parts` while it is trained and
judged. Nothing here runs; :mod:`bench.defaults` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from bench import machine, other_parts, other_training, regularisers, rotation

__all__ = ["BASELINE", "CONTINUOUS", "GROUPS", "PARTS", "VARIANTS", "Variant"]

PARTS = (  # what the figures of a trial depend on, besides its variant and the part that this one swaps
    *(f"src/distill/{part}" for part in ("audio", "codec", "collection", "config.py", "device", "training")),
    "src/distill/render/searching.py",
    *(f"bench/{part}.py" for part in ("judge", "pace", "sounds", "trials", "usage")),
)


@dataclass(frozen=True)
class Variant:
    """One change.

    Attributes
    ----------
    name, group : str
    codec, training, augmentation : mapping
        Settings that differ from the draft's.
    seed : int
        Other seeds of the same tell how far two runs lie apart by chance.
    part : function
        Gives a context in which a part of the codec is another one.
    refine : int
        Rounds of Griffin-Lim after the decoder's phase when it is judged.
    """

    name: str
    group: str
    codec: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    augmentation: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    part: Callable[[], AbstractContextManager[Any]] = nullcontext
    refine: int = 0

    def settings(self) -> dict[str, Any]:
        """What tells it from others, for the key of a run."""
        swapped: dict[str, str] = {"part": ""}
        if self.part is not nullcontext:
            # Some parts are made of others that are swapped.
            files = (f"{self.part.__module__.replace('.', '/')}.py", "bench/other_parts.py")
            swapped = {"part": self.part.__name__, "part_of": machine.commit(parts=files)}
        return {
            "variant": self.name,
            "codec": dict(self.codec),
            "training": dict(self.training),
            "augmentation": dict(self.augmentation),
            "seed": self.seed,
            "refine": self.refine,
            **swapped,
        }


BASELINE = "as it is"
CONTINUOUS = "continuous latent"


def _codec(group: str, name: str, **changed: Any) -> Variant:
    return Variant(name, group, codec=changed)


def _training(group: str, name: str, **changed: Any) -> Variant:
    return Variant(name, group, training=changed)


def _without(name: str, share: str) -> Variant:
    return Variant(f"no {name}", "augmentation", augmentation={share: 0.0})


VARIANTS: tuple[Variant, ...] = (
    Variant(BASELINE, "chance"),
    Variant("seed 1", "chance", seed=1),
    Variant("seed 2", "chance", seed=2),
    # What the encoder sees.
    *(_codec("features", f"{bands} mels", num_mels=bands) for bands in (64, 96)),
    Variant("linear bins", "features", codec={"num_mels": 513}, part=other_parts.linear_features),
    _codec("features", "24 attack bands", num_attack_mels=24),
    _codec("features", "window 2048, hop 1024", n_fft=2048, hop_length=1024, frames_per_step=1),
    _codec("features", "hop 256", hop_length=256, frames_per_step=4),
    _codec("features", "window 512, hop 256", n_fft=512, hop_length=256, frames_per_step=4),
    # Losses.
    Variant("bins alone", "losses", part=other_parts.bins_alone),
    Variant("bands alone", "losses", part=other_parts.bands_alone),
    Variant("no spectral convergence", "losses", part=other_parts.no_convergence),
    *(_training("losses", f"slopes {weight:g}", slopes=weight) for weight in (0.0, 2.0)),
    # The quantizer.
    Variant("entries by gradient", "quantizer", part=other_parts.by_gradient),
    Variant("cosine", "quantizer", part=other_parts.by_angle),
    Variant("rotation trick", "quantizer", part=rotation.rotated),
    Variant("a quarter unquantized", "quantizer", part=other_training.a_quarter_unquantized),
    _codec("quantizer", "16 dimensions", codebook_dim=16),
    *(_training("quantizer", f"dropout {share:g}", quantizer_dropout=share) for share in (0.0, 0.25)),
    _training("quantizer", "warm-up 0.02", unquantized_share=0.02),
    *(_training("quantizer", f"commitment {weight:g}", commitment=weight) for weight in (0.1, 1.0)),
    *(_training("quantizer", f"decay {decay:g}", decay=decay) for decay in (0.9, 0.99)),
    # How it is optimised.
    *(_training("optimisation", f"crops of {steps} steps", crop_steps=steps) for steps in (12, 24)),
    *(_training("optimisation", f"batch of {size}", batch_size=size) for size in (8, 24)),
    _training("optimisation", "rate 0.002", learning_rate=2e-3),
    *(_training("optimisation", f"rate of the phase {rate:g}", phase_learning_rate=rate) for rate in (2.5e-4, 1e-3)),
    _training("optimisation", "averaging over 0", averaging_width=0.0),
    _training("optimisation", "weight decay 0", weight_decay=0.0),
    Variant("rate falls later", "optimisation", part=other_parts.later_fall),
    _training("optimisation", "AdamW", optimiser="adamw"),
    Variant("Muon for the phase", "optimisation", part=other_training.muon_for_the_phase),
    Variant("Muon in two rounds", "optimisation", part=other_training.muon_in_two_rounds),
    _training("optimisation", "held-out sounds never join", join_share=1.0),
    # The network.
    _codec("network", "width 192, deeper", width=192, encoder_depth=6, decoder_depth=10),
    _codec("network", "width 384, flatter", width=384, encoder_depth=2, decoder_depth=3),
    _codec("network", "encoder of 2 blocks", encoder_depth=2),
    *(_codec("network", f"decoder of {blocks} blocks", decoder_depth=blocks) for blocks in (4, 8)),
    _codec("network", "kernels of 7", kernel_size=7),
    _codec("network", "expansion 1", expansion=1),
    _codec("network", "latents of 64", latent_dim=64),
    Variant("head of twice the width", "network", part=other_training.wide_head),
    Variant("Snake", "network", part=other_parts.snake),
    # Augmentation, each switched off, and all of them.
    _without("gain", "gain_share"),
    _without("polarity", "polarity_share"),
    _without("shift", "shift_share"),
    _without("equaliser", "eq_share"),
    _without("pitch", "pitch_share"),
    _without("time", "time_share"),
    _without("noise", "noise_share"),
    Variant("shift on half", "augmentation", augmentation={"shift_share": 0.5}),
    Variant("pitch to 5 semitones", "augmentation", augmentation={"pitch_semitones": 5.0}),
    Variant("pitch on a fifth, 5 semitones", "augmentation", augmentation={"pitch_share": 0.2, "pitch_semitones": 5.0}),
    Variant("pitch on half", "augmentation", augmentation=regularisers.PITCH_ON_HALF),
    # Inversion: when the phase is learnt, and what Griffin-Lim adds to it or does alone.
    *(_training("inversion", f"phase for {share:g}", phase_share=share) for share in (0.15, 0.45)),
    Variant("codes go on with the phase", "inversion", part=other_training.codes_go_on),
    Variant("8 rounds after the phase", "inversion", refine=8),
    # What might help sounds that were never seen.
    Variant("noise on latents", "never seen", part=regularisers.latent_noise),
    Variant("mixtures", "never seen", part=regularisers.mixtures),
    Variant("mixtures for the codes", "never seen", part=regularisers.mixtures_for_the_codes),
    Variant("pitch on half for the codes", "never seen", part=regularisers.pitch_for_the_codes),
    Variant("as they are for the phase", "never seen", part=regularisers.as_they_are_for_the_phase),
    Variant("pitch alone for the phase", "never seen", part=regularisers.pitch_alone_for_the_phase),
    Variant("dropout in blocks", "never seen", part=regularisers.blocks_dropped),
    Variant("equaliser on most, 12 dB", "never seen", augmentation={"eq_share": 0.8, "eq_db": 12.0}),
    Variant("time on half", "never seen", augmentation={"time_share": 0.5, "time_ratio": 1.4}),
    # What quantization costs (row B4): the same without it.
    Variant(CONTINUOUS, "quantization", part=other_parts.continuous),
)  # fmt: skip

GROUPS = tuple(dict.fromkeys(variant.group for variant in VARIANTS))
