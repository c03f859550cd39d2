"""Codes to sound, of any length in bounded memory.

Each chunk is decoded with as many steps of its surroundings as the network can see, and only its own samples are
kept: decoding a part gives that part of the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import torch

from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.audio.stereo import to_left_right
from distill.codec.model import Codec
from distill.codes.grid import Codes
from distill.errors import BadCodes, BadSetting
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["decode", "decode_part", "decode_rows", "reach_of", "stream"]

CHUNK_STEPS = 384  # about 8 s: large enough that the surroundings cost little, small enough for any memory


def decode(
    codec: Codec,
    codes: Codes,
    *,
    up_to_level: int | None = None,
    levels: Collection[int] | None = None,
    refine: int = 0,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Clip:
    """Decode codes to a clip of their exact length, at the level of the sound they came from.

    Parameters
    ----------
    up_to_level : int in 1..K, optional
        Use the first levels only.
    levels : collection of int in 1..K, optional
        Use these levels only; of none of them comes silence.
    refine : int >= 0
        Rounds of Griffin-Lim after the decoder's own phase.

    Raises
    ------
    ForeignCodes
        If another codec made them.
    BadSetting
        If there is no such level.
    """
    parts = list(
        stream(
            codec, codes, up_to_level=up_to_level, levels=levels, refine=refine, report=report, cancel=cancel
        )
    )
    return Clip(np.concatenate(parts, axis=1), SAMPLE_RATE)


def stream(
    codec: Codec,
    codes: Codes,
    *,
    up_to_level: int | None = None,
    levels: Collection[int] | None = None,
    refine: int = 0,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Iterator[Samples]:
    """Decode block by block: what :func:`decode` joins, for sounds that do not fit into memory."""
    for start in range(0, codes.num_steps, CHUNK_STEPS):
        if cancel is not None:
            cancel.check()
        stop = min(start + CHUNK_STEPS, codes.num_steps)
        yield decode_part(codec, codes, start, stop, up_to_level=up_to_level, levels=levels, refine=refine)
        report(Progress("decode", stop, codes.num_steps, "steps"))


def decode_part(
    codec: Codec,
    codes: Codes,
    start_step: int,
    stop_step: int,
    *,
    up_to_level: int | None = None,
    levels: Collection[int] | None = None,
    refine: int = 0,
) -> Samples:
    """Decode steps ``start_step`` to before ``stop_step`` as they sound within the whole.

    Returns
    -------
    float32 array [C, T]
        Left and right of a stereo sound; the last step ends with the sound.
    """
    rows = decode_rows(
        codec, codes, start_step, stop_step, up_to_level=up_to_level, levels=levels, refine=refine
    )
    return to_left_right(rows) if len(rows) == 2 else rows


def decode_rows(
    codec: Codec,
    codes: Codes,
    start_step: int,
    stop_step: int,
    *,
    up_to_level: int | None = None,
    levels: Collection[int] | None = None,
    refine: int = 0,
) -> Samples:
    """As :func:`decode_part`, but mid and side.

    Raises
    ------
    ForeignCodes
        If another codec made these codes.
    BadCodes
        If they claim this codec and cannot be its.
    BadSetting
        If there is no such level, or the steps are no region of the sound.
    """
    _require_fit(codec, codes)
    level = codes.num_levels if up_to_level is None else up_to_level
    if not 1 <= level <= codes.num_levels:
        raise BadSetting(
            f"level {level} was asked for, and these codes have levels 1 to {codes.num_levels}; "
            "choose one of these."
        )
    if levels is not None and not set(levels) <= set(range(1, codes.num_levels + 1)):
        raise BadSetting(
            f"levels {sorted(levels)} were asked for, and these codes have 1 to {codes.num_levels}; choose among these."
        )
    if not 0 <= start_step < stop_step <= codes.num_steps:
        raise BadSetting(
            f"steps {start_step} to {stop_step} are no region of this sound; choose a start before "
            f"the end, within 0 to {codes.num_steps}."
        )
    length = codec.step_length
    if levels is not None and not levels:  # the decoder would make a sound even of nothing
        stop = min(stop_step * length, codes.num_samples)
        return np.zeros((codes.num_channels, stop - start_step * length), np.float32)
    reach = reach_of(codec, refine=refine)
    first, last = max(start_step - reach, 0), min(stop_step + reach, codes.num_steps)
    grid = torch.from_numpy(codes.grid[:, :, first:last].astype(np.int64)).to(codec.device)
    decoded = codec.decode(
        grid,
        up_to_level=level,
        levels=levels,
        first_step=first,
        refine=refine,
        stereo=codes.num_channels == 2,
    )
    audio = decoded.cpu().numpy()
    stop = min((stop_step - first) * length, codes.num_samples - first * length)
    return audio[:, (start_step - first) * length : stop] * np.float32(10 ** (codes.gain_db / 20))


def reach_of(codec: Codec, *, refine: int = 0) -> int:
    """Steps to either side that a decoded sample depends on; each round of Griffin-Lim carries a window further."""
    return codec.decoder_reach + refine * -(-codec.config.n_fft // codec.step_length)


def _require_fit(codec: Codec, codes: Codes) -> None:
    """Refuse codes that the codec cannot look up: a fingerprint in a file may be anyone's claim."""
    codes.require_model(codec.fingerprint(), "another codec")
    given = (codes.codebook_size, codes.step_length)
    if given != (codec.codebook_size, codec.step_length) or codes.num_levels > codec.num_levels:
        raise BadCodes(
            f"these codes name this codec and have {codes.num_levels} levels of {codes.codebook_size} entries in "
            f"steps of {codes.step_length} samples, while it has {codec.num_levels} of {codec.codebook_size} in "
            f"steps of {codec.step_length}; encode the sound again."
        )
