"""Sounds and codes through a model: resynth, encode, decode. Any length, in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from distill import render
from distill.api.encoding import encoded
from distill.api.library import Model, maker, open_model
from distill.api.taking import as_take
from distill.api.targets import codes_targets, refuse_sources, wav_target
from distill.audio.clip import SAMPLE_RATE
from distill.audio.limiter import PeakLimiter
from distill.audio.writing import WavWriter
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadSetting, UnknownModel
from distill.progress import Cancel, Report, silent

__all__ = ["Written", "decode", "encode", "model_of", "resynth", "write_sound"]

QUIETEST_REDUCTION_DB = 0.05  # what the limiter took away is said from here on


@dataclass(frozen=True)
class Written:
    """A sound that was written.

    Attributes
    ----------
    path : Path
    seconds : float
    sentences : tuple of str
        What its owner should know: peaks that were limited, for instance.
    take : int or None
        Its number in the history; None if it was not kept.
    """

    path: Path
    seconds: float
    sentences: tuple[str, ...] = ()
    take: int | None = None


def resynth(
    sound: Path | str,
    *,
    model: str | Path,
    output: Path | str,
    up_to_level: int | None = None,
    search: int | None = None,
    refine: int = 0,
    keep_take: bool = True,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Written:
    """Encode and decode a sound; a sound from elsewhere takes on the collection's timbre (row B6).

    Parameters
    ----------
    up_to_level : int in 1..K, optional
        Decode with the first levels only.
    search : int in 0..1000, optional
        Rounds of a search for codes that come nearer to the sound; see :func:`encode`.
    refine : int >= 0
        Rounds of Griffin-Lim after the model's own phase: slower; noise moves more like noise, tones get less clean.
    keep_take : bool
        Whether it becomes a take of the history (:mod:`distill.api.takes`).

    Raises
    ------
    BadSound, UnknownModel, BadModelFile, BadSetting, NoSpace
        One sentence each.
    """
    target = wav_target(output)
    refuse_sources([Path(sound)], [target], by="its own resynthesis")
    opened = open_model(model, home=home, device=device)
    _check_level(up_to_level, opened.codec.num_levels)
    codes = encoded(opened, Path(sound), report, cancel, search=search)
    written = write_sound(opened, codes, target, up_to_level, refine, report, cancel)
    return as_take("resynth", written, opened, codes, home, up_to_level, refine) if keep_take else written


def encode(
    sounds: Sequence[Path | str] | Path | str,
    *,
    model: str | Path,
    output: Path | str,
    search: int | None = None,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> list[Path]:
    """Encode sounds to ``.codes`` files.

    Parameters
    ----------
    output : path
        A ``.codes`` file for one sound; a folder for any number (made if missing), where each file
        is called as its sound.
    search : int in 0..1000, optional
        Rounds of a search for codes that decode nearer than the encoder's own (:mod:`distill.render.searching`). With 0 the
        encoder's own are taken, at once; so are those of a sound of the collection unless rounds are given, and others are
        searched for :data:`distill.render.USUAL_ROUNDS`.

    Returns
    -------
    list of Path
        The files written, in the order of the sounds.

    Raises
    ------
    BadSetting
        If several sounds were given and ``output`` is one file, or two sounds would get one file.
    """
    given = [Path(sound) for sound in ([sounds] if isinstance(sounds, (str, Path)) else sounds)]
    targets = codes_targets(given, Path(output), verb="encode")
    opened = open_model(model, home=home, device=device)
    for sound, target in zip(given, targets, strict=True):
        storage.save(encoded(opened, sound, report, cancel, search=search), target)
    return targets


def decode(
    codes: Path | str,
    *,
    output: Path | str,
    model: str | Path | None = None,
    up_to_level: int | None = None,
    refine: int = 0,
    keep_take: bool = True,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Written:
    """Decode a ``.codes`` file to a 48 kHz / 24 bit WAV.

    Parameters
    ----------
    model : str or path, optional
        The model that made the codes, when it is not in the library; a new name of it is found out.
    keep_take : bool
        Whether it becomes a take of the history.

    Raises
    ------
    ForeignCodes
        If another model made them.
    """
    target = wav_target(output)
    loaded = storage.load(codes)
    opened = model_of(loaded, Path(codes).name, model=model, home=home, device=device)
    _check_level(up_to_level, loaded.num_levels)
    written = write_sound(opened, loaded, target, up_to_level, refine, report, cancel)
    return as_take("decode", written, opened, loaded, home, up_to_level, refine) if keep_take else written


def model_of(
    codes: Codes, shown: str, *, model: str | Path | None, home: Path | str | None, device: str = "auto"
) -> Model:
    """Open the model that made some codes: the one they name, or another name for it.

    Parameters
    ----------
    shown : str
        What the codes' file is called, for the sentences.

    Raises
    ------
    UnknownModel
        If they name none, or it is not in the library.
    ForeignCodes
        If it is another model now.
    """
    if model is None:
        model = maker(codes.model, codes.fingerprint, home=home)
    if not model:
        raise UnknownModel(f"{shown!r} does not name its model; say which one made it with --model.")
    opened = open_model(model, home=home, device=device)
    codes.require_model(opened.fingerprint, opened.name)
    return opened


def write_sound(
    model: Model,
    codes: Codes,
    target: Path,
    up_to_level: int | None,
    refine: int,
    report: Report,
    cancel: Cancel | None,
) -> Written:
    """Decode codes into a WAV file of 48 kHz / 24 bit, with peaks kept under -1 dBTP."""
    limiter = PeakLimiter(codes.num_channels)
    with WavWriter(target, SAMPLE_RATE, codes.num_channels) as file:
        for part in render.stream(
            model.codec, codes, up_to_level=up_to_level, refine=refine, report=report, cancel=cancel
        ):
            file.write(limiter.process(part))
        file.write(limiter.flush())
    sentences = []
    if limiter.reduced_db > QUIETEST_REDUCTION_DB:
        sentences.append(f"Peaks were limited by up to {limiter.reduced_db:.1f} dB, to stay under -1 dBTP.")
    return Written(target, codes.seconds, tuple(sentences))


def _check_level(up_to_level: int | None, num_levels: int) -> None:
    if up_to_level is not None and not 1 <= up_to_level <= num_levels:
        raise BadSetting(
            f"level {up_to_level} was asked for, and there are levels 1 to {num_levels}; choose one of these."
        )
