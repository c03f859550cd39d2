"""What can be expected of new sound before any is made, in sentences and figures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distill.api.drawing import expected
from distill.api.library import Model, open_model
from distill.prior.kept import RECOMBINATION
from distill.prior.novelty import RealSounds

__all__ = ["Prospect", "prospect"]


@dataclass(frozen=True)
class Prospect:
    """What a model can be expected to make.

    Attributes
    ----------
    collection_seconds : float
        Length of all it was trained on.
    recombines : bool
        Whether it lays parts of the collection together, because that was too small to learn from.
    perplexity : float
        Among how many codes it chooses, in effect, on sounds it was not taught.
    real : RealSounds or None
        What sounds it was not taught share with its collection.
    sentences : tuple of str
        What its owner should know of a sound of the length asked for; often nothing.
    """

    collection_seconds: float
    recombines: bool
    perplexity: float
    real: RealSounds | None
    sentences: tuple[str, ...]


def prospect(model: str | Path | Model, *, seconds: float = 8.0, home: Path | str | None = None) -> Prospect:
    """Tell what to expect of a sound before it is made.

    Parameters
    ----------
    seconds : float
        How long it shall be.

    Raises
    ------
    BadSetting
        If the model has no prior.
    UnknownModel, BadModelFile
        If there is no such model, or it is damaged.
    """
    opened = model if isinstance(model, Model) else open_model(model, home=home)
    kept = opened.prior
    recombines = kept.choice == RECOMBINATION
    sentences = list(expected(opened, seconds))
    if recombines:
        sentences.append("The collection is small, so new sound is put together from its own stretches.")
    elif kept.perplexity.warns:
        sentences.append(kept.perplexity.sentence)
    return Prospect(
        sum(grid.shape[1] for grid in kept.grids) / opened.codec.step_rate,
        recombines,
        kept.perplexity.value,
        kept.real,
        tuple(sentences),
    )
