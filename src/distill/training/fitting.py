"""The rules that fit a codec to a collection: sizes by how much sound there is, budgets by tier.

Every number here is overridden by what its owner asks for; each says what it trades.
"""

from __future__ import annotations

from dataclasses import dataclass

from distill.config import CodecConfig, CodecTraining, Precision, Tier
from distill.errors import BadSetting

__all__ = ["TIERS", "Fit", "TierBudget", "fit"]


@dataclass(frozen=True)
class TierBudget:
    """What a tier may cost.

    Attributes
    ----------
    minutes : float
        At most, on two CPU cores, from the first file read to the model in the library.
    steps : int
        Training steps after which more brings little at this size; a fast machine ends here.
    """

    minutes: float
    steps: int


# One network for both: in 50 minutes one of half as much width again came no nearer (docs/benchmarks.md, *More time*).
TIERS: dict[Tier, TierBudget] = {
    "draft": TierBudget(minutes=9.5, steps=24_000),
    "standard": TierBudget(minutes=57.0, steps=120_000),
}

# An entry that is to be learnt well needs about this many steps of the collection to choose it.
STEPS_PER_ENTRY = 8
PAN_BANDS = 16  # about as fine as the ear places sounds
SMALLEST_CODEBOOK, LARGEST_CODEBOOK = 32, 256


@dataclass(frozen=True)
class Fit:
    """A configuration for one collection, and the sentence that explains it."""

    codec: CodecConfig
    training: CodecTraining
    sentence: str


def fit(
    *,
    num_sounds: int,
    seconds: float,
    stereo: bool = False,
    codebook_size: int | None = None,
    num_levels: int | None = None,
    precision: Precision = "float32",
) -> Fit:
    """Propose sizes for a collection of ``num_sounds`` sounds, any of them ``stereo``, that last ``seconds`` together.

    The codebook is the largest power of two with :data:`STEPS_PER_ENTRY` steps an entry: more entries than
    that are not learnt, they are memorised. Eight levels always: each further one halves what is left, and
    a sound can be decoded with fewer.

    Raises
    ------
    BadSetting
        If a size that was asked for is impossible.

    Examples
    --------
    >>> fit(num_sounds=50, seconds=60.0).codec.codebook_size
    256
    >>> fit(num_sounds=5, seconds=6.0).codec.codebook_size
    32
    """
    faults = []
    if codebook_size is not None and not 16 <= codebook_size <= 1024:
        faults.append(f"the codebook size is {codebook_size}, and can be 16 to 1024")
    if num_levels is not None and not 2 <= num_levels <= 8:
        faults.append(f"the number of levels is {num_levels}, and can be 2 to 8")
    if faults:
        raise BadSetting(
            f"this codec cannot be built: {'; '.join(faults)}. Choose within that, or leave it out."
        )
    config = CodecConfig(num_pan_bands=PAN_BANDS if stereo else 0)
    steps = seconds * config.step_rate
    size = SMALLEST_CODEBOOK
    while size < LARGEST_CODEBOOK and 2 * size * STEPS_PER_ENTRY <= steps:
        size *= 2
    chosen = codebook_size if codebook_size is not None else size
    levels = num_levels if num_levels is not None else config.num_levels
    sentence = (
        f"{num_sounds} sounds, {seconds:.0f} seconds: {levels} levels of {chosen} entries "
        f"({steps / chosen:.0f} steps of sound for each entry)."
    )
    if chosen > 2 * size:
        sentence += (
            " That is a large codebook for so little sound: entries will be rare, and edits less predictable."
        )
    return Fit(
        config.model_copy(update={"codebook_size": chosen, "num_levels": levels}),
        CodecTraining(precision=precision),
        sentence,
    )
