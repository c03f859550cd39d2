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
    *(
        f"src/distill/{part}"
        for part in ("audio", "codec", "collection", "config.py", "device.py", "training")
    ),
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
    *(_codec("features", f"{bands} mels", num_mels=bands) for bands in (64, 96, 160)),
    Variant("linear bins", "features", codec={"num_mels": 513}, part=other_parts.linear_features),
    *(_codec("features", f"{bands} attack bands", num_attack_mels=bands) for bands in (8, 24, 96)),
    _codec("features", "window 2048", n_fft=2048),
    _codec("features", "window 2048, hop 1024", n_fft=2048, hop_length=1024, frames_per_step=1),
    _codec("features", "hop 256", hop_length=256, frames_per_step=4),
    _codec("features", "window 512, hop 256", n_fft=512, hop_length=256, frames_per_step=4),
    # Losses.
    Variant("bins alone", "losses", part=other_parts.bins_alone),
    Variant("bands alone", "losses", part=other_parts.bands_alone),
    Variant("no spectral convergence", "losses", part=other_parts.no_convergence),
    Variant("sound alone with the phase", "losses", part=other_training.sound_alone),
    Variant("a third of the scales", "losses", part=other_parts.a_third_of_the_scales),
    Variant("a quarter of the scales", "losses", part=other_parts.a_quarter_of_the_scales),
    *(_training("losses", f"slopes {weight:g}", slopes=weight) for weight in (0.0, 0.5, 2.0)),
    # The quantizer.
    Variant("entries by gradient", "quantizer", part=other_parts.by_gradient),
    Variant("cosine", "quantizer", part=other_parts.by_angle),
    Variant("rotation trick", "quantizer", part=rotation.rotated),
    Variant("a quarter unquantized", "quantizer", part=other_training.a_quarter_unquantized),
    Variant("half unquantized", "quantizer", part=other_training.half_unquantized),
    _codec("quantizer", "4 dimensions", codebook_dim=4),
    _codec("quantizer", "16 dimensions", codebook_dim=16),
    _codec("quantizer", "64 dimensions", codebook_dim=64),
    *(_training("quantizer", f"dropout {share:g}", quantizer_dropout=share) for share in (0.0, 0.25, 0.75)),
    *(_training("quantizer", f"warm-up {share:g}", unquantized_share=share) for share in (0.02, 0.2, 0.3)),
    *(_training("quantizer", f"commitment {weight:g}", commitment=weight) for weight in (0.05, 0.1, 1.0)),
    *(_training("quantizer", f"decay {decay:g}", decay=decay) for decay in (0.8, 0.9, 0.95, 0.99)),
    # How it is optimised.
    *(_training("optimisation", f"crops of {steps} steps", crop_steps=steps) for steps in (8, 12, 24, 48)),
    *(_training("optimisation", f"batch of {size}", batch_size=size) for size in (6, 8, 18, 24)),
    *(_training("optimisation", f"{size} crops of {steps} steps", batch_size=size, crop_steps=steps) for size, steps in ((16, 12), (18, 12), (24, 12), (8, 24))),
    *(_training("optimisation", f"rate {rate:g}", learning_rate=rate) for rate in (5e-4, 2e-3)),
    *(_training("optimisation", f"rate of the phase {rate:g}", phase_learning_rate=rate) for rate in (2.5e-4, 1e-3)),
    *(_training("optimisation", f"averaging over {width:g}", averaging_width=width) for width in (0.0, 0.1, 0.2)),
    *(_training("optimisation", f"weight decay {decay:g}", weight_decay=decay) for decay in (0.0, 0.1)),
    Variant("rate falls in a line", "optimisation", part=other_parts.falling_rate),
    Variant("rate falls later", "optimisation", part=other_parts.later_fall),
    Variant("rate falls as a cosine", "optimisation", part=other_parts.cosine_fall),
    _training("optimisation", "AdamW", optimiser="adamw"),
    Variant("Muon for the phase", "optimisation", part=other_training.muon_for_the_phase),
    Variant("Muon in two rounds", "optimisation", part=other_training.muon_in_two_rounds),
    Variant("sketches of 16", "optimisation", part=other_training.sketches_of_16),
    Variant("sketches of 64", "optimisation", part=other_training.sketches_of_64),
    Variant("mean spectrum first", "optimisation", part=other_training.mean_spectrum_first),
    _training("optimisation", "held-out sounds never join", join_share=1.0),
    # The network.
    _codec("network", "width 192, deeper", width=192, encoder_depth=6, decoder_depth=10),
    _codec("network", "width 384, flatter", width=384, encoder_depth=2, decoder_depth=3),
    *(_codec("network", f"width {width}", width=width) for width in (192, 384)),
    _codec("network", "encoder of 2 blocks", encoder_depth=2),
    *(_codec("network", f"decoder of {blocks} blocks", decoder_depth=blocks) for blocks in (4, 8)),
    _codec("network", "kernels of 7", kernel_size=7),
    *(_codec("network", f"expansion {times}", expansion=times) for times in (1, 3)),
    _codec("network", "latents of 64", latent_dim=64),
    Variant("head of twice the width", "network", part=other_training.wide_head),
    Variant("Snake", "network", part=other_parts.snake),
    Variant("SiLU", "network", part=other_parts.silu),
    Variant("ReLU", "network", part=other_parts.relu),
    Variant("squared ReLU", "network", part=other_parts.squared_relu),
    # Augmentation, each switched off, and all of them.
    _without("gain", "gain_share"),
    _without("polarity", "polarity_share"),
    _without("shift", "shift_share"),
    _without("equaliser", "eq_share"),
    _without("pitch", "pitch_share"),
    _without("time", "time_share"),
    _without("noise", "noise_share"),
    Variant("shift on all", "augmentation", augmentation={"shift_share": 1.0}),
    Variant("shift on half", "augmentation", augmentation={"shift_share": 0.5}),
    Variant("pitch to 5 semitones", "augmentation", augmentation={"pitch_semitones": 5.0}),
    Variant("pitch on a fifth, 5 semitones", "augmentation", augmentation={"pitch_share": 0.2, "pitch_semitones": 5.0}),
    Variant("pitch on half", "augmentation", augmentation={"pitch_share": 0.5, "pitch_semitones": 5.0}),
    # Inversion: when the phase is learnt, and what Griffin-Lim adds to it or does alone.
    *(_training("inversion", f"phase for {share:g}", phase_share=share) for share in (0.15, 0.45)),
    Variant("codes go on with the phase", "inversion", part=other_training.codes_go_on),
    *(Variant(f"{rounds} rounds after the phase", "inversion", refine=rounds) for rounds in (8, 32)),
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
    _codec("never seen", "width 128", width=128),
    _codec("never seen", "latents of 32", latent_dim=32),
    # What quantization costs (row B4): the same without it.
    Variant(CONTINUOUS, "quantization", part=other_parts.continuous),
)  # fmt: skip

GROUPS = tuple(dict.fromkeys(variant.group for variant in VARIANTS))
