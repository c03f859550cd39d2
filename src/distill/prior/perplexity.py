"""How well a prior knows sounds it was not taught, in one figure and in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Perplexity"]

_MEMORISED, _TIGHT, _LOOSE, _UNTAUGHT = 1.5, 2.0, 20.0, 50.0


@dataclass(frozen=True)
class Perplexity:
    """Among how many codes a prior chooses, in effect, at each code of sounds it was not taught.

    Attributes
    ----------
    value : float >= 1
        2 to the power of the held-out bits per code.

    Examples
    --------
    >>> Perplexity(2**4.05).verdict, Perplexity(1.2).warns
    ('healthy', True)
    """

    value: float

    @property
    def verdict(self) -> Literal["memorised", "tight", "healthy", "loose", "untaught"]:
        """What it means; the first and the last are warnings."""
        if self.value < _MEMORISED:
            return "memorised"
        if self.value < _TIGHT:
            return "tight"
        if self.value <= _LOOSE:
            return "healthy"
        return "loose" if self.value <= _UNTAUGHT else "untaught"

    @property
    def warns(self) -> bool:
        """Whether a person should be warned."""
        return self.verdict in ("memorised", "untaught")

    @property
    def sentence(self) -> str:
        """Say it to a musician."""
        return {
            "memorised": f"Perplexity {self.value:.1f} is below 1.5: it foresees nearly every code, so expect the collection back "
            "note for note; add sounds that differ, or keep the novelty guard on.",
            "tight": f"Perplexity {self.value:.1f}: it foresees most codes, so new sounds will stay very close to the collection.",
            "healthy": f"Perplexity {self.value:.1f}: it knows the collection and still has choices.",
            "loose": f"Perplexity {self.value:.0f}: it knows the collection only roughly, so new sounds will wander.",
            "untaught": f"Perplexity {self.value:.0f} is above 50: it has hardly learnt what follows what, so expect the colours of the "
            "collection in near-random order; train longer, or add sounds that are alike.",
        }[self.verdict]
