"""After an edit: decode only what the edit can have changed, and keep every other sample as it was.

The decoder sees :attr:`~distill.codec.model.Codec.decoder_reach` steps to either side, so beyond them a sample cannot
have changed. It is copied, hence the same to the last bit; and as decoding a part gives that part of the whole, there is no
step at the seams.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from distill.audio.clip import Clip
from distill.codec.model import Codec
from distill.codes.grid import Codes
from distill.render.decoding import decode, decode_part, reach_of

__all__ = ["changed_steps", "redecode"]


def changed_steps(before: Codes, after: Codes) -> tuple[int, int] | None:
    """The stretch of steps in which two grids differ: first, and one after the last; None if they are equal.

    Where one is longer, everything from the first difference on has changed: what follows has moved.

    Examples
    --------
    >>> grid = np.zeros((1, 4, 47), int)
    >>> codes = Codes(grid, codebook_size=256, fingerprint="1a2b3c4d", model="bells", num_samples=48_000)
    >>> other = grid.copy()
    >>> other[0, 2, 10:12] = 5
    >>> changed_steps(codes, codes.with_grid(other))
    (10, 12)
    """
    shared = min(before.num_steps, after.num_steps)
    differ = (before.grid[:, :, :shared] != after.grid[:, :, :shared]).any(axis=(0, 1))
    found = np.flatnonzero(differ)
    if before.num_samples != after.num_samples:
        # the shorter one's last step may have been cut off within
        return (int(found[0]) if len(found) else shared - 1), after.num_steps
    return (int(found[0]), int(found[-1]) + 1) if len(found) else None


def redecode(
    codec: Codec,
    before: Codes,
    after: Codes,
    sound: Clip,
    *,
    up_to_level: int | None = None,
    levels: Collection[int] | None = None,
    refine: int = 0,
) -> Clip:
    """Make the sound of edited codes from the sound they had before.

    Parameters
    ----------
    before, after : Codes
        Around the edit; of one codec.
    sound : Clip
        What ``before`` decodes to, with the same ``up_to_level``, ``levels`` and ``refine``.

    Returns
    -------
    Clip [C, T]
        Equal to decoding ``after`` (to rounding); outside of the changed steps and the decoder's reach around them, the
        samples of ``sound``.

    Raises
    ------
    ForeignCodes, BadCodes, BadSetting
        As :func:`distill.render.decode`.
    """
    comparable = (
        before.grid.shape[:2] == after.grid.shape[:2]
        and before.gain_db == after.gain_db
        and sound.samples.shape == (after.num_channels, before.num_samples)
    )
    if not comparable:
        return decode(codec, after, up_to_level=up_to_level, levels=levels, refine=refine)
    changed = changed_steps(before, after)
    if changed is None:
        return sound
    reach = reach_of(codec, refine=refine)
    first = max(changed[0] - reach, 0)
    stop = min(changed[1] + reach, after.num_steps)
    part = decode_part(codec, after, first, stop, up_to_level=up_to_level, levels=levels, refine=refine)
    start = first * codec.step_length
    end = start + part.shape[1]
    kept = sound.samples[:, end:] if after.num_samples == before.num_samples else part[:, :0]
    return Clip(np.concatenate([sound.samples[:, :start], part, kept], axis=1), sound.sample_rate)
