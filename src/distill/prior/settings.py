"""How to draw from a prior: frozen, validated, and one slider that moves all of it together."""

from __future__ import annotations

from types import MappingProxyType
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from distill.codes.limits import MOST_LEVELS, MOST_SEED
from distill.errors import BadSetting

__all__ = ["HOTTEST", "Sampling", "check_top_k"]

HOTTEST = 2.0
_USUAL = 0.5  # where the slider gives what is given without it

# What the slider moves: at 0 (faithful), at the usual place, at 1 (experimental).
_SLIDER = MappingProxyType(
    {
        "temperature": (0.6, 0.9, 1.3),
        "top_p": (0.85, 0.95, 1.0),
        "coarse": (0.7, 0.85, 1.0),
        "repetition": (0.25, 0.5, 1.0),
        "continuity": (0.97, 0.9, 0.6),
        "coherence": (0.7, 0.5, 0.3),
    }
)
# What a person is told of a value that cannot be used.
_ALLOWED = MappingProxyType(
    {
        "temperature": "choose one above 0, up to 2 (0.9 is usual)",
        "coarse": "choose one above 0, up to 2 (0.85 is usual; 1 makes all levels as hot)",
        "level_temperatures": f"give one temperature a level, 1 to {MOST_LEVELS} of them, each above 0, up to 2",
        "top_k": "choose a whole number of codes from 1 up, or 0 to leave it off",
        "top_p": "choose one above 0, up to 1 (0.95 is usual; 1 leaves it off)",
        "repetition": "choose one from 0 (off) to 1 (0.5 is usual)",
        "patience": "choose a whole number of steps from 1 up (188, four seconds, is usual)",
        "continuity": "choose one from 0 to 1 (0.9 is usual)",
        "coherence": "choose one from 0 to 1 (0.5 is usual)",
        "seed": f"choose a whole number from 0 to {MOST_SEED}",
    }
)


class Sampling(BaseModel):
    """How codes are drawn from what a prior tells. :meth:`of` builds it from what a person gives.

    A level's logarithms are divided by its temperature; then only the ``top_k`` likeliest codes stay, then only the fewest
    that together reach ``top_p``. Cooler is more faithful, hotter more surprising; what the first levels draw decides
    what a sound is, so they are cooler than the rest.

    Examples
    --------
    >>> Sampling().temperatures(3)
    (0.765, 0.8325, 0.9)
    >>> Sampling.experimental(0.5) == Sampling()
    True
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)

    temperature: float = Field(0.9, gt=0, le=HOTTEST, description="of the last level; below 1 is calmer")
    coarse: float = Field(
        0.85, gt=0, le=2, description="temperature of the first level, in parts of the last one's"
    )
    level_temperatures: tuple[float, ...] | None = Field(
        None, min_length=1, max_length=MOST_LEVELS, description="of each level, in place of the two before"
    )
    top_k: int = Field(0, ge=0, description="draw only from so many likeliest codes; 0: from all")
    top_p: float = Field(
        0.95, gt=0, le=1, description="draw only from the likeliest codes that reach this share"
    )
    repetition: float = Field(0.5, ge=0, le=1, description="how much going round in a circle is discouraged")
    patience: int = Field(188, ge=1, description="steps that may go round in a circle before that")
    continuity: float | None = Field(
        None, ge=0, le=1, description="recombination: how likely to go straight on; none: as the prior has it"
    )
    coherence: float = Field(
        0.5,
        ge=0,
        le=1,
        description="how closely a sound keeps to the few it is drawn from; 0: to all as much",
    )
    seed: int = Field(0, ge=0, le=MOST_SEED, description="of all draws: same seed, same codes")

    @field_validator("level_temperatures", mode="before")
    @classmethod
    def _as_tuple(cls, given: object) -> object:
        return tuple(given) if isinstance(given, list) else given  # JSON has only lists

    @field_validator("level_temperatures")
    @classmethod
    def _in_range(cls, given: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if given is not None and not all(0 < value <= HOTTEST for value in given):
            raise ValueError("a temperature is out of range")
        return given

    @classmethod
    def of(cls, **values: object) -> Self:
        """Build settings from what a person gave.

        Raises
        ------
        BadSetting
            Naming every value that cannot be used and what can.
        """
        try:
            return cls(**values)  # type: ignore[arg-type]
        except ValidationError as error:
            raise BadSetting(_sentence(error)) from None

    @classmethod
    def experimental(cls, amount: float, **values: object) -> Self:
        """Place the slider: 0 stays close to the collection, 0.5 is usual, 1 goes furthest; ``values`` win over it.

        Raises
        ------
        BadSetting
            If the amount is not within 0..1, and as :meth:`of`.
        """
        if not isinstance(amount, (int, float)) or not 0 <= amount <= 1:
            raise BadSetting(f"experimental is {amount!r}; choose one from 0 (faithful) to 1 (0.5 is usual).")
        if amount == _USUAL:
            return cls.of(**values)
        moved = {name: float(np.interp(amount, (0, _USUAL, 1), places)) for name, places in _SLIDER.items()}
        return cls.of(**(moved | values))

    def temperatures(self, num_levels: int) -> tuple[float, ...]:
        """Temperature of each level, the first level's first.

        Raises
        ------
        BadSetting
            If temperatures were given for another number of levels.
        """
        if self.level_temperatures is not None:
            if len(self.level_temperatures) != num_levels:
                raise BadSetting(
                    f"there are temperatures for {len(self.level_temperatures)} levels and this prior has "
                    f"{num_levels}; give one a level, or leave them out."
                )
            return self.level_temperatures
        parts = np.linspace(self.coarse, 1, num_levels) if num_levels > 1 else [1.0]
        return tuple(round(min(self.temperature * float(part), HOTTEST), 12) for part in parts)

    def beside_usual(self, num_levels: int) -> Self:
        """Return these settings as they differ from the usual ones: the usual temperatures become 1, the usual top-p too.

        For what is drawn as often as it should be if nothing is set (:class:`distill.prior.material.MaterialPrior`).

        Raises
        ------
        BadSetting
            If temperatures were given for another number of levels.

        Examples
        --------
        >>> Sampling().beside_usual(3).temperatures(3), Sampling(temperature=1.8).beside_usual(2).temperatures(2)
        ((1.0, 1.0, 1.0), (2.0, 2.0))
        """
        usual = type(self)()
        pairs = zip(self.temperatures(num_levels), usual.temperatures(num_levels), strict=True)
        return self.model_copy(
            update={
                "level_temperatures": tuple(min(round(own / other, 12), HOTTEST) for own, other in pairs),
                "top_p": min(1.0, self.top_p / usual.top_p),
            }
        )


def check_top_k(settings: Sampling, codebook_size: int) -> None:
    """Make sure that there are as many codes as ``top_k`` asks for.

    Raises
    ------
    BadSetting
        If there are fewer.
    """
    if settings.top_k > codebook_size:
        raise BadSetting(
            f"top_k is {settings.top_k} and this prior has {codebook_size} codes a level; "
            f"choose 1 to {codebook_size}, or 0 to leave it off."
        )


def _sentence(error: ValidationError) -> str:
    faults = []
    for fault in error.errors():
        name = str(fault["loc"][0]) if fault["loc"] else "settings"
        if fault["type"] == "extra_forbidden":
            faults.append(f"there is no setting {name!r}; choose from {', '.join(_ALLOWED)}")
        else:
            given = repr(fault["input"])
            faults.append(f"{name} is {given if len(given) <= 40 else given[:40] + '...'}; {_ALLOWED[name]}")
    return "; ".join(dict.fromkeys(faults)) + "."
