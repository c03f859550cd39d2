"""Sounds and codes through a model: resynth, encode, decode. Any length, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from distill import render
from distill.api.library import Model, maker, open_model
from distill.api.taking import as_take
from distill.api.targets import codes_targets, refuse_sources, wav_target
from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.files import blocks
from distill.audio.level import SoundLevel, reference_gain_db
from distill.audio.limiter import PeakLimiter
from distill.audio.stereo import to_mid_side
from distill.audio.writing import WavWriter
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadSetting, UnknownModel
from distill.progress import Cancel, Report, silent

__all__ = ["Written", "codes_of", "decode", "encode", "encoded", "model_of", "resynth", "write_sound"]

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
    search: int = 0,
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
    search : int in 0..1000
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
    search: int = 0,
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
    search : int in 0..1000
        Rounds of a search for codes that decode nearer than the encoder's own (:mod:`distill.render.searching`). 20 take about a
        quarter to half as long as the sound on two cores; a sound unlike the collection's came 4 to 22 % nearer.

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


def encoded(model: Model, sound: Path, report: Report, cancel: Cancel | None, *, search: int = 0) -> Codes:
    """Encode a sound file of any length, with a ``search`` for nearer codes of so many rounds."""
    # Two passes over the file: its level has to be known before its first step is encoded.
    meter = SoundLevel()
    num_samples = 0
    for block in blocks(sound):
        if cancel is not None:
            cancel.check()
        meter.add(block)
        num_samples += block.shape[1]
    return render.encode_rows(
        model.codec,
        _rows(sound),
        num_samples=num_samples,
        gain_db=reference_gain_db(meter.rms_db),
        search=search,
        model=model.name,
        source=sound.name,
        report=report,
        cancel=cancel,
    )


def _rows(sound: Path) -> Iterator[Samples]:
    for block in blocks(sound):
        yield to_mid_side(block) if len(block) == 2 else block


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
