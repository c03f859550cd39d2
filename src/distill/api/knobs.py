"""The knobs of new sound: the musician's words for how codes are drawn, turned into what the sampler takes."""

from __future__ import annotations

from distill.errors import BadSetting
from distill.prior.settings import Sampling

__all__ = ["sampling_of", "top_k_of"]


def sampling_of(
    *,
    creativity: float | None = None,
    focus: float | None = None,
    diversity: float | None = None,
    experimental: float | None = None,
    codebook_size: int,
    patience: int,
    seed: int,
    top_k: int | None = None,
    **technical: object,
) -> Sampling:
    """Set all knobs; what is left out stays where it usually is.

    Parameters
    ----------
    creativity : float in 0..2, optional
        The temperature: lower is calmer, higher more surprising.
    focus : float in 0..100, optional
        How few of the likeliest codes are drawn from: 0 from all, 100 from one (:func:`top_k_of`).
    diversity : float in 0..1, optional
        Top-p: the share of what is likely that is drawn from.
    experimental : float in 0..1, optional
        One slider that moves all others together; a knob that is set wins over it.
    technical
        As :class:`distill.prior.settings.Sampling` has them: ``coarse``, ``level_temperatures``, ``repetition`` ..

    Raises
    ------
    BadSetting
        Naming what cannot be used.
    """
    if focus is not None and top_k is not None:
        raise BadSetting("focus and top-k were given together; they are one knob, so give one of them.")
    if focus is not None:
        top_k = top_k_of(focus, codebook_size)
    values = {"temperature": creativity, "top_p": diversity, "top_k": top_k, **technical}
    given = {name: value for name, value in values.items() if value is not None}
    return Sampling.experimental(
        0.5 if experimental is None else experimental, **({"patience": patience, "seed": seed} | given)
    )


def top_k_of(focus: float, codebook_size: int) -> int:
    """How many of the likeliest codes a focus leaves; 0, which is all of them, at focus 0.

    The number falls evenly in ratio, as loudness does in decibels: half of the way leaves the square root.

    Examples
    --------
    >>> [top_k_of(focus, 256) for focus in (0, 25, 50, 75, 100)]
    [0, 64, 16, 4, 1]
    """
    if not isinstance(focus, (int, float)) or not 0 <= focus <= 100:
        raise BadSetting(f"focus is {focus!r}; choose one from 0 (all codes) to 100 (only the likeliest).")
    return 0 if focus == 0 else max(1, round(codebook_size ** (1 - focus / 100)))
