"""Frozen, validated settings: what a codec is, how it is trained, how sounds are varied.

Every model file carries its :class:`CodecConfig` and rebuilds itself from it. The rules that fit a
configuration to a collection are in :mod:`distill.training.fitting`.

What the defaults of codec, training and augmentation were measured against is in ``docs/benchmarks.md``, *Defaults, one thing at a time*
(``bench/variants.py`` names each change) and *Sizes*; what was measured before there were those tables is in ``docs/decisions.md``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from distill.errors import BadSetting

__all__ = [
    "Augmentation",
    "CodecConfig",
    "CodecTraining",
    "NetworkConfig",
    "NetworkKind",
    "NetworkTraining",
    "Optimiser",
    "Precision",
    "Tier",
    "checked",
]

NetworkKind = Literal["lstm", "transformer"]
Tier = Literal["draft", "standard"]
Precision = Literal["float32", "bfloat16"]
Optimiser = Literal["adamw", "muon"]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


class CodecConfig(_Settings):
    """What a codec is: everything that its tensors' shapes and its sound depend on.

    One step covers ``hop_length * frames_per_step`` samples: 1024 at 48 kHz, so 46.875 steps a second.
    """

    sample_rate: Literal[48000] = 48000
    hop_length: int = Field(512, ge=128, le=1024, description="samples between two frames of the spectrum")
    frames_per_step: int = Field(2, ge=1, le=8, description="frames in one step")
    n_fft: int = Field(1024, ge=256, le=4096, description="samples in one frame's window")
    num_mels: int = Field(128, ge=16, le=512, description="mel bands of a frame, for pitch and timbre")
    num_attack_mels: int = Field(48, ge=8, le=128, description="mel bands of frames of one hop, for attacks")
    num_pan_bands: int = Field(0, ge=0, le=64, description="bands whose place in stereo is coded; 0: mono")
    width: int = Field(256, ge=16, le=2048, description="channels of encoder and decoder")
    expansion: int = Field(2, ge=1, le=8, description="inner channels of a block, in multiples of the width")
    encoder_depth: int = Field(4, ge=1, le=32, description="ConvNeXt blocks in the encoder")
    decoder_depth: int = Field(6, ge=1, le=32, description="ConvNeXt blocks in the decoder")
    kernel_size: int = Field(3, ge=1, le=31, description="steps a depthwise convolution sees; odd")
    latent_dim: int = Field(128, ge=4, le=1024, description="channels the quantizer stack adds up")
    num_levels: int = Field(8, ge=2, le=8, description="levels of the residual stack")
    codebook_size: int = Field(256, ge=16, le=1024, description="entries at every level")
    codebook_dim: int = Field(8, ge=2, le=64, description="dimensions of one level's lookup")

    @model_validator(mode="after")
    def _fits_together(self) -> CodecConfig:
        if self.kernel_size % 2 == 0:
            raise ValueError(f"kernel_size is {self.kernel_size}; it must be odd")
        if self.hop_length % 2:
            raise ValueError(f"hop_length is {self.hop_length}; it must be even")
        if self.n_fft < 2 * self.hop_length or self.n_fft % self.hop_length:
            raise ValueError(
                f"n_fft is {self.n_fft} with hop_length {self.hop_length}; "
                "it must be a multiple of the hop length, and at least twice as long"
            )
        return self

    @property
    def step_length(self) -> int:
        """Samples in one step."""
        return self.hop_length * self.frames_per_step

    @property
    def step_rate(self) -> float:
        """Steps in one second."""
        return self.sample_rate / self.step_length


class CodecTraining(_Settings):
    """How a codec is trained. Shares are of the whole training, so a schedule fits any budget."""

    batch_size: int = Field(12, ge=1, le=512, description="crops in one step of the optimiser")
    crop_steps: int = Field(16, ge=8, le=1024, description="length of a crop, in steps")
    learning_rate: float = Field(1e-3, gt=0, le=0.1)
    phase_learning_rate: float = Field(5e-4, gt=0, le=0.1)
    weight_decay: float = Field(0.01, ge=0, le=1)
    unquantized_share: float = Field(0.1, ge=0, lt=1, description="before the codebooks are filled")
    phase_share: float = Field(0.3, ge=0, lt=1, description="at the end, when the phase is learnt")
    join_share: float = Field(0.5, ge=0, le=1, description="from here on held-out sounds are trained on too")
    quantizer_dropout: float = Field(0.5, ge=0, le=1, description="crops that use only their first levels")
    commitment: float = Field(0.25, ge=0, le=10)
    slopes: float = Field(1.0, ge=0, le=10, description="weight of the phase's slopes beside the magnitude")
    decay: float = Field(0.98, ge=0.5, lt=1, description="of the averages that the entries follow")
    patience: int = Field(
        6,
        ge=1,
        description="validations without a better score that let a rate fall, and that end a stage whose rate falls",
    )
    averaging_width: float = Field(
        0.05, ge=0, le=0.25, description="width of the averaged weights, as a share of a stage"
    )
    precision: Precision = "float32"
    optimiser: Optimiser = "muon"

    @model_validator(mode="after")
    def _leaves_time_for_codes(self) -> CodecTraining:
        if self.unquantized_share + self.phase_share > 0.9:
            raise ValueError(
                f"unquantized_share {self.unquantized_share} and phase_share {self.phase_share} "
                "leave under a tenth of the training for the codebooks"
            )
        return self


class Augmentation(_Settings):
    """How training crops are varied: the share of crops each variation touches, and how far it goes.

    A share of 0 switches a variation off.
    """

    gain_share: float = Field(0.8, ge=0, le=1)
    gain_db: float = Field(6.0, ge=0, le=24, description="largest change of level, up or down")
    polarity_share: float = Field(0.5, ge=0, le=1)
    shift_share: float = Field(0.25, ge=0, le=1, description="crops start anywhere, not on a step")
    eq_share: float = Field(0.3, ge=0, le=1)
    eq_db: float = Field(6.0, ge=0, le=24, description="largest boost or cut of a band")
    pitch_share: float = Field(0.1, ge=0, le=1)
    pitch_semitones: float = Field(2.0, ge=0, le=12)
    time_share: float = Field(0.1, ge=0, le=1)
    time_ratio: float = Field(1.15, ge=1, le=2, description="largest stretch; the smallest is its inverse")
    noise_share: float = Field(0.1, ge=0, le=1)
    noise_db: float = Field(-50.0, ge=-96, le=-12, description="level of added noise against the crop's peak")


class NetworkConfig(_Settings):
    """What a network that predicts codes is: everything that its tensors' shapes and its predictions depend on."""

    kind: NetworkKind
    num_levels: int = Field(ge=1, le=8)
    codebook_size: int = Field(ge=2, le=1024)
    width: int = Field(128, ge=8, le=512, description="channels of a step's vector; a multiple of 8")
    depth: int = Field(2, ge=1, le=8, description="layers over time")
    heads: int = Field(4, ge=1, le=16, description="attention heads of a Transformer")
    window: int = Field(
        96, ge=2, le=4096, description="steps a Transformer's layer looks back, this one among them"
    )

    @model_validator(mode="after")
    def _divides(self) -> NetworkConfig:
        if self.width % 8 or self.width % (2 * self.heads):
            raise ValueError(
                f"width is {self.width} with {self.heads} heads; it must be a multiple of 8 and of twice the heads"
            )
        return self


class NetworkTraining(_Settings):
    """How a network that predicts codes is trained."""

    batch_size: int = Field(16, ge=1, le=512, description="crops in one step of the optimiser")
    crop_steps: int = Field(128, ge=2, le=4096, description="steps of a crop that are predicted")
    learning_rate: float = Field(2e-3, gt=0, le=0.1)
    weight_decay: float = Field(0.05, ge=0, le=1)
    dropout: float = Field(0.2, ge=0, lt=1)
    corruption: float = Field(
        0.15, ge=0, lt=1, description="share of the codes that it predicts from which are wrong or missing"
    )
    label_smoothing: float = Field(0.0, ge=0, lt=0.5)
    averaging: float = Field(0.98, ge=0, lt=1, description="decay of the averaged weights")
    patience: int = Field(5, ge=1, description="validations without a better score that end training")


def checked(kind: type[_Settings], /, **values: object) -> _Settings:
    """Build settings, turning every fault found into one sentence.

    Raises
    ------
    BadSetting
        Naming each value, what was given and what is allowed.
    """
    try:
        return kind(**values)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'settings'}: {fault['msg']}"
            + (f" (given: {fault['input']!r})" if fault["loc"] else "")
            for fault in error.errors()
        )
        raise BadSetting(
            f"these settings cannot be used: {faults}. Change or leave out what is named."
        ) from None
