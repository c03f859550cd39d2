"""Sound to codes, of any length in bounded memory.

The codec works on chunks; each is given as many steps of its surroundings as the network can see, and only
its own steps are kept. So a chunk's result does not depend on where the cuts were.

A sound is brought to the level the codec was trained at before it is encoded; :attr:`Codes.gain_db` keeps
by how much, and decoding takes it back: quiet sounds use the same codes as loud ones. What a model makes of a
sound unlike its collection may be much quieter (a pure tone through a model of drums); so a little of it is decoded
at once, and the gain makes up for the difference: level is kept, whatever the sound.

With ``search`` a chunk's codes are not the encoder's but nearer ones (:mod:`distill.render.searching`). Each chunk then goes on
from those before it, and what is found depends a little on where the cuts are, which are always the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch

from distill.audio.clip import Clip, Samples
from distill.audio.level import SoundLevel, reference_gain_db
from distill.audio.matching import LevelMatch
from distill.audio.stereo import to_mid_side
from distill.codec.model import Codec
from distill.codes.grid import Codes
from distill.errors import BadSound
from distill.progress import Cancel, Progress, Report, silent
from distill.render.decoding import CHUNK_STEPS
from distill.render.searching import Search, checked_rounds

__all__ = ["encode", "encode_rows"]

LEVEL_EVERY = 8  # chunks: of the first, and of one a minute, the loudest steps are decoded to compare levels
LEVEL_STEPS = 96  # about 2 s; decoding the whole chunk made encoding four times as slow
SEARCH_STEPS = 192  # about 4 s: what a search keeps for its gradients is then 220 MiB, in stereo


def encode(codec: Codec, clip: Clip, *, search: int = 0, model: str = "", source: str = "") -> Codes:
    """Encode a clip at 48 kHz, mono or stereo.

    Parameters
    ----------
    search : int in 0..1000
        Rounds of a search for nearer codes.

    Returns
    -------
    Codes [C, K, S]
        ``S = ceil(T / step_length)``; a stereo clip has a mid and a side grid.
    """
    meter = SoundLevel()
    meter.add(clip.samples)
    rows = to_mid_side(clip.samples) if clip.num_channels == 2 else clip.samples
    return encode_rows(
        codec,
        [rows],
        num_samples=clip.num_samples,
        gain_db=reference_gain_db(meter.rms_db),
        search=search,
        model=model,
        source=source,
    )


def encode_rows(
    codec: Codec,
    blocks: Iterable[Samples],
    *,
    num_samples: int,
    gain_db: float,
    search: int = 0,
    model: str = "",
    source: str = "",
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Codes:
    """Encode a sound that arrives in blocks of rows [C, T] at 48 kHz: the mid, and the side of a stereo sound.

    Parameters
    ----------
    num_samples : int
        What to expect, for progress; the sound is as long as its blocks are.
    gain_db : float
        What brings this sound to the codec's level (:func:`distill.audio.level.reference_gain_db`).
    search : int in 0..1000
        Rounds of a search for codes that decode nearer than the encoder's.

    Raises
    ------
    BadSound
        If the blocks hold no sample.
    BadSetting
        If there cannot be so many rounds.
    Cancelled
        If asked for between two chunks, or two rounds.
    """
    length = codec.step_length
    expected = -(-num_samples // length)
    grids: list[np.ndarray] = []
    gain = np.float32(10 ** (gain_db / 20))
    total = done = steps = 0

    def counted() -> Iterator[Samples]:
        nonlocal total
        for block in blocks:
            total += block.shape[1]
            yield block * gain

    def after_round(share: float) -> None:
        if cancel is not None:
            cancel.check()
        report(Progress("encode", done + share * steps, max(expected, done + steps), "steps"))

    match = LevelMatch()
    search_in = Search(codec, search) if checked_rounds(search) else None
    chunk, reach = CHUNK_STEPS, codec.encoder_reach
    if search_in is not None:
        reach += codec.decoder_reach
        chunk = max(SEARCH_STEPS, reach)
    windows = _windows(counted(), chunk=chunk * length, reach=reach * length)
    for index, (audio, before, kept) in enumerate(windows):
        if cancel is not None:
            cancel.check()
        padded = np.pad(audio, ((0, 0), (0, -audio.shape[1] % length)))
        rows, stereo = torch.from_numpy(padded).to(codec.device), len(padded) == 2
        first, steps = before // length, -(-kept // length)
        if search_in is None:
            codes = codec.encode(rows, stereo=stereo)
        else:
            decided = grids[-1][:, :, -first:] if first else None
            codes = search_in.codes(
                rows, decided=decided, first_step=done - first, stereo=stereo, after_round=after_round
            )
        own = codes[:, :, first : first + steps]
        if index % LEVEL_EVERY == 0:
            rows_wanted = audio[:, before : before + kept]
            row = int(stereo and _power(rows_wanted[1]) > _power(rows_wanted[0]))  # the louder, or the mid
            wanted = rows_wanted[row]
            loudest = _loudest(wanted, length)
            part = slice(loudest * length, (loudest + LEVEL_STEPS) * length)
            decoded = codec.decode(own[row : row + 1, :, loudest : loudest + LEVEL_STEPS]).cpu().numpy()[0]
            match.add(wanted[part], decoded[: len(wanted[part])])
        grids.append(own.cpu().numpy().astype(np.int16))
        done += own.shape[2]
        report(Progress("encode", done, max(expected, done), "steps"))
    if not total:
        raise BadSound(f"{source or 'this sound'} holds no samples; choose a sound of 0.1 s or more.")
    return Codes(
        np.concatenate(grids, axis=2),
        codebook_size=codec.codebook_size,
        fingerprint=codec.fingerprint(),
        model=model,
        num_samples=total,
        source=source,
        step_rate=codec.step_rate,
        step_length=length,
        gain_db=match.gain_db - gain_db,
    )


def _power(samples: Samples) -> float:
    return float(np.mean(np.square(samples, dtype=np.float64)))


def _loudest(samples: Samples, step_length: int) -> int:
    """First of the :data:`LEVEL_STEPS` steps in a row that hold the most energy."""
    energy = np.add.reduceat(np.square(samples, dtype=np.float64), np.arange(0, len(samples), step_length))
    if len(energy) <= LEVEL_STEPS:
        return 0
    summed = np.cumsum(np.concatenate([[0.0], energy]))
    return int(np.argmax(summed[LEVEL_STEPS:] - summed[:-LEVEL_STEPS]))


def _windows(blocks: Iterable[Samples], *, chunk: int, reach: int) -> Iterator[tuple[Samples, int, int]]:
    """Cut a stream into chunks with their surroundings.

    Yields
    ------
    samples [C, before + kept + after], before, kept
        ``before`` and ``after`` are at most ``reach``, and less only at the sound's ends.
    """
    held: Samples | None = None
    before = 0
    for block in blocks:
        held = block if held is None else np.concatenate([held, block], axis=1)
        while held.shape[1] >= before + chunk + reach:
            yield held[:, : before + chunk + reach], before, chunk
            used = before + chunk - reach
            held, before = held[:, max(used, 0) :], min(reach, before + chunk)
    if held is not None and held.shape[1] > before:
        while held.shape[1] - before > chunk:
            yield held[:, : before + chunk + reach], before, chunk
            used = before + chunk - reach
            held, before = held[:, max(used, 0) :], min(reach, before + chunk)
        yield held, before, held.shape[1] - before
