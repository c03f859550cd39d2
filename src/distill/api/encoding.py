"""A sound file of any length to the codes of a model: at once where the model has learnt that very sound, searched where it has not.

A search (:mod:`distill.render.searching`) brings most where the encoder has to guess. Of a sound that the model was trained on the
encoder knows the answer, and the prior knows these codes: a search would come 1 to 3 % nearer and leave it hardly a deep level that
it has ever met. So the collection's own sounds keep the encoder's codes, and open at once, unless a search is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from distill import render
from distill.api.library import Model
from distill.audio.clip import Samples
from distill.audio.files import blocks
from distill.audio.level import SoundLevel, reference_gain_db
from distill.audio.stereo import to_mid_side
from distill.codes import storage
from distill.codes.grid import Codes
from distill.progress import Cancel, Report

__all__ = ["codes_of", "encoded"]


def codes_of(model: Model, sound: Path | str | Codes, report: Report, cancel: Cancel | None) -> Codes:
    """Return the codes of a sound by a model: encoded, or taken as they are where it is codes of that model already.

    Raises
    ------
    BadSound, BadCodes
        If it cannot be read.
    ForeignCodes
        If they are codes of another model.
    """
    if not isinstance(sound, Codes) and Path(sound).suffix.lower() != ".codes":
        return encoded(model, Path(sound), report, cancel)
    codes = sound if isinstance(sound, Codes) else storage.load(sound)
    codes.require_model(model.fingerprint, model.name)
    return codes


def encoded(
    model: Model, sound: Path, report: Report, cancel: Cancel | None, *, search: int | None = None
) -> Codes:
    """Encode a sound file.

    Parameters
    ----------
    search : int in 0..1000, optional
        Rounds of a search for nearer codes. Unless given, :data:`distill.render.USUAL_ROUNDS`, and none for a sound of the model's
        collection.
    """
    # Two passes over the file: its level has to be known before its first step is encoded.
    meter = SoundLevel()
    num_samples = 0
    for block in blocks(sound):
        if cancel is not None:
            cancel.check()
        meter.add(block)
        num_samples += block.shape[1]

    def with_rounds(rounds: int) -> Codes:
        return render.encode_rows(
            model.codec,
            _rows(sound),
            num_samples=num_samples,
            gain_db=reference_gain_db(meter.rms_db),
            search=rounds,
            model=model.name,
            source=sound.name,
            report=report,
            cancel=cancel,
        )

    if search is not None:
        return with_rounds(search)
    if model.collection_codes.may_hold(-(-num_samples // model.codec.step_length)):
        at_once = with_rounds(0)
        if model.collection_codes.holds(at_once.grid[0]):
            return at_once
    return with_rounds(render.USUAL_ROUNDS)


def _rows(sound: Path) -> Iterator[Samples]:
    for block in blocks(sound):
        yield to_mid_side(block) if len(block) == 2 else block
