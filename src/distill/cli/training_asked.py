"""What ``distill train`` is asked in words of its own, read: names of tiers, priors and variations, and parts of sounds."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from distill.errors import BadSetting

if TYPE_CHECKING:
    from distill.config import Augmentation

__all__ = ["PriorName", "TierName", "Variation", "augmentation", "parse_trims"]


class TierName(enum.StrEnum):
    """How much time a training may take."""

    DRAFT = "draft"
    STANDARD = "standard"


class PriorName(enum.StrEnum):
    """What makes new sound."""

    AUTO = "auto"
    NONE = "none"
    ORACLE = "oracle"
    NGRAM = "ngram"
    LSTM = "lstm"
    TRANSFORMER = "transformer"
    MIXTURE = "mixture"


class Variation(enum.StrEnum):
    """A way in which sounds are varied during training."""

    GAIN = "gain"
    POLARITY = "polarity"
    SHIFT = "shift"
    EQ = "eq"
    PITCH = "pitch"
    TIME = "time"
    NOISE = "noise"
    ALL = "all"


def parse_trims(texts: Sequence[str]) -> dict[str, tuple[float, float]] | None:
    """Read ``FILE=START-END`` with seconds; the file's name may hold anything, even more of these signs.

    Raises
    ------
    BadSetting
        If one is written otherwise.

    Examples
    --------
    >>> parse_trims(["birds=2.wav=1.5-12"])
    {'birds=2.wav': (1.5, 12.0)}
    """
    parts: dict[str, tuple[float, float]] = {}
    for text in texts:
        found = re.fullmatch(r"(.+)=(\d*\.?\d+|\d+\.)-(\d*\.?\d+|\d+\.)", text, flags=re.DOTALL)
        if found is None:
            raise BadSetting(
                f"{text!r} was given to --trim, and says no part of a sound; write FILE=START-END with seconds, "
                "such as 'birds.wav=1.5-12'."
            )
        parts[found[1]] = (float(found[2]), float(found[3]))
    return parts or None


def augmentation(left_out: Sequence[Variation]) -> Augmentation | None:
    """Return settings with these variations switched off; None for the defaults."""
    if not left_out:
        return None
    from distill.config import Augmentation

    names = (
        [each for each in Variation if each is not Variation.ALL] if Variation.ALL in left_out else left_out
    )
    return Augmentation.model_validate({f"{name.value}_share": 0.0 for name in names})
