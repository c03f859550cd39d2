"""New sound by putting parts of the collection into another order: shuffled, or as a template such as ``AABA`` has it.

A collage, not a draw: within a part everything stays as it is, so no novelty guard applies, and what is taken is told. Sounds
are cut where their attacks are, so a part begins with something.
"""

from __future__ import annotations

import numpy as np

from distill.api.library import Model
from distill.codes.limits import Grid
from distill.codes.steering import attacks, loudness
from distill.errors import BadSetting
from distill.prior.rearranging import by_template, laid, segments, shuffled

__all__ = ["SHUFFLE", "arranged", "check_arrangement"]

SHUFFLE = "shuffle"
_SHORTEST, _LONGEST = 0.05, 30.0  # seconds of a part
_MOST_LETTERS = 2000


def check_arrangement(arrange: str, part_seconds: float) -> None:
    """Make sure that parts can be put into such an order.

    Raises
    ------
    BadSetting
        If it is neither ``"shuffle"`` nor letters, or the parts are too short or too long.
    """
    if not arrange.isalpha() or len(arrange) > _MOST_LETTERS:
        raise BadSetting(
            f"the arrangement is {arrange[:40]!r}; write shuffle, or one letter a part, such as AABA."
        )
    if not _SHORTEST <= part_seconds <= _LONGEST:
        raise BadSetting(
            f"parts of {part_seconds:g} s were asked for; choose {_SHORTEST:g} to {_LONGEST:g} s."
        )


def arranged(
    model: Model, arrange: str, *, part_seconds: float, steps: int, seed: int
) -> tuple[Grid, tuple[str, ...]]:
    """Lay parts of a model's collection end to end.

    Parameters
    ----------
    arrange : str
        ``"shuffle"``: every part once before one comes again. Else a template: the same part for the same letter, over and over until
        the sound is as long as it should be.
    part_seconds : float
        Length of a part, at least; it ends where the next attack is, if there is one within as much again.
    steps : int

    Returns
    -------
    grid : int array [K, steps]
    sentences : tuple of str
        What it is.

    Raises
    ------
    BadSetting
        As :func:`check_arrangement`.
    """
    check_arrangement(arrange, part_seconds)
    kept, rng = model.prior, np.random.default_rng(seed)
    length = max(1, round(part_seconds * model.codec.step_rate))
    parts = segments(kept.grids, length=length, cuts=[_cuts(model, grid, length) for grid in kept.grids])
    if arrange.lower() == SHUFFLE:
        grid = laid(kept.grids, shuffled(parts, steps=steps, rng=rng), steps=steps)
    else:
        verse = laid(kept.grids, by_template(parts, arrange, rng=rng))
        grid = np.tile(verse, (1, -(-steps // verse.shape[1])))[:, :steps]
    said = (
        f"A collage: {len(parts)} parts of the collection of {part_seconds:g} s or more, in another order; "
        "the novelty guard does not apply to it."
    )
    return grid, (said,)


def _cuts(model: Model, grid: Grid, length: int) -> list[int]:
    """Steps at which a sound may be cut: its attacks, and every part's length where there is none for two of them."""
    starts = attacks(loudness(model.entries, grid[None]))[0].tolist() if model.entries is not None else []
    found: list[int] = []
    last = 0
    for start in [*starts, grid.shape[1]]:
        while start - last >= 2 * length:
            last += length
            found.append(last)
        if start < grid.shape[1] and start - last >= length:
            last = start
            found.append(last)
    return found
