"""Sounds and codes into files for the studio: format, rate, depth, loudness, fades and tags (rows E1 and E2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from distill import render
from distill.api.export_targets import export_targets
from distill.api.recipes import Recipe
from distill.api.sounds import model_of
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.files import probe, read
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadSetting, BadSound
from distill.output.export import write
from distill.output.formats import checked_encoding
from distill.output.tags import Tags
from distill.output.treatment import Treatment
from distill.progress import Cancel, Report, silent

__all__ = ["Exported", "export"]

MOST_SECONDS = 3600.0  # of one sound, which is held in memory


@dataclass(frozen=True)
class Exported:
    """A file for the studio.

    Attributes
    ----------
    path, source : Path
        The file, and what it was made from.
    format : str
        ``"wav"``, ``"flac"``, ``"ogg"`` or ``"mp3"``.
    rate : int
        Hz.
    depth : int or None
        Bits a sample; None where the format has no such thing.
    seconds : float
    true_peak_dbtp, lufs : float
        Measured on what is in the file; minus infinity of silence.
    sentences : tuple of str
        What its owner should know.
    """

    path: Path
    source: Path
    format: str
    rate: int
    depth: int | None
    seconds: float
    true_peak_dbtp: float
    lufs: float
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Source:
    """What is exported: a sound file, or codes."""

    path: Path
    codes: Codes | None
    sentences: tuple[str, ...] = ()


def export(
    sounds: Sequence[Path | str] | Path | str,
    *,
    output: Path | str,
    format: str | None = None,
    rate: int = SAMPLE_RATE,
    depth: int | None = None,
    loudness: float | None = None,
    fade_in: float = 0.0,
    fade_out: float = 0.0,
    trim: bool = False,
    title: str | None = None,
    comment: str = "",
    tempo: float | None = None,
    date: datetime | None = None,
    model: str | Path | None = None,
    seed: int = 0,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> list[Exported]:
    """Write sounds as files that go into a session as they are, with true peaks under -1 dBTP.

    Parameters
    ----------
    sounds : path, or several
        Sound files, or ``.codes`` files, which are decoded with the model they name.
    output : path
        A file for one sound, whose ending is the format; a folder for any number (made if missing).
    format : str, optional
        ``"wav"``, ``"flac"``, ``"ogg"`` or ``"mp3"``; in a folder, WAV if not given.
    rate : int
        44100, 48000, 88200, 96000, 176400 or 192000 Hz; MP3 has the first two.
    depth : 16, 24 or 32, optional
        24 if not given; 32 is floating point, in WAV files. 16 bits are dithered.
    loudness : float in -50..-5, optional
        LUFS; left as it is if not given.
    fade_in, fade_out : float >= 0
        Seconds.
    trim : bool
        Cut silence off both ends first.
    title : str, optional
        Of one sound; the name of its file if not given.
    tempo : float, optional
        Beats a minute, for programs that stretch loops.
    date : datetime, optional
        When it was made; now if not given.
    model : str or path, optional
        The model that made the codes, if they do not name it or it has another name now.
    seed : int >= 0
        Of the dither.

    Returns
    -------
    list of Exported
        In the order of the sounds. Those that were written before one failed, or a stop was asked for, stay.

    Raises
    ------
    BadInput, BadSetting, BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, NoSpace
        One sentence each. Everything that can be known beforehand is refused before anything is written.

    Notes
    -----
    Model, seed and recipe are taken from the ``.json`` beside a generated sound, if it is there.
    """
    given = [Path(sound) for sound in ([sounds] if isinstance(sounds, (str, Path)) else sounds)]
    chosen, targets = export_targets(given, Path(output), format=format)
    encoding = checked_encoding(chosen, rate=rate, depth=depth)
    treatment = Treatment(trim=trim, fade_in=fade_in, fade_out=fade_out, loudness=loudness)
    if title is not None and len(given) > 1:
        raise BadSetting(
            f"one title was given for {len(given)} sounds; leave it out, and each is called as its file."
        )
    if seed < 0:
        raise BadSetting(f"the seed {seed} was given; choose 0 or more.")
    usual = Tags(
        title=title or "",
        comment=comment,
        tempo=tempo,
        date=date if date is not None else datetime.now().astimezone(),
    )
    sources = [_opened(path, rate) for path in given]
    written = []
    for source, target in zip(sources, targets, strict=True):
        if cancel is not None:
            cancel.check()
        clip = _clip(source, model, device, home, report, cancel)
        treated = treatment.of(clip)
        file = write(
            treated.clip,
            target,
            encoding,
            tags=_with_origin(usual, source),
            seed=seed,
            report=report,
            cancel=cancel,
        )
        written.append(
            Exported(
                path=file.path,
                source=source.path,
                format=chosen.name,
                rate=encoding.rate,
                depth=encoding.depth,
                seconds=file.seconds,
                true_peak_dbtp=file.true_peak_dbtp,
                lufs=file.lufs,
                sentences=(*source.sentences, *treated.sentences, *file.sentences),
            )
        )
    return written


def _opened(path: Path, rate: int) -> _Source:
    """Look at what is to be exported without decoding it."""
    if path.suffix.lower() == ".codes":
        codes = storage.load(path)
        _check_length(path, codes.seconds)
        return _Source(path, codes)
    info = probe(path)
    _check_length(path, info.seconds)
    if min(info.sample_rate, rate) > SAMPLE_RATE:
        above = f"Distill works at 48 kHz: what {path.name} holds above 24 kHz is not in the export."
        return _Source(path, None, (above,))
    return _Source(path, None)


def _check_length(path: Path, seconds: float) -> None:
    if seconds > MOST_SECONDS:
        raise BadSound(
            f"{path.name} is {seconds / 60:.0f} min long; up to {MOST_SECONDS / 60:g} min can be exported at once: "
            "cut it into parts."
        )


def _clip(
    source: _Source,
    model: str | Path | None,
    device: str,
    home: Path | str | None,
    report: Report,
    cancel: Cancel | None,
) -> Clip:
    if source.codes is None:
        return read(source.path)
    opened = model_of(source.codes, source.path.name, model=model, home=home, device=device)
    return render.decode(opened.codec, source.codes, report=report, cancel=cancel)


def _with_origin(tags: Tags, source: _Source) -> Tags:
    """Say which sound it is and where it comes from, as far as that is known."""
    tags = replace(tags, title=tags.title or source.path.stem)
    if source.codes is not None:
        tags = replace(tags, model=source.codes.model)
    recipe = _recipe_beside(source)
    if recipe is None:
        return tags
    text = json.dumps(recipe.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return replace(tags, model=recipe.model or tags.model, seed=recipe.seed, recipe=text)


def _recipe_beside(source: _Source) -> Recipe | None:
    """Return the recipe that made a sound; None if what lies beside it is no recipe, or another model's."""
    beside = source.path.with_suffix(".json")
    recipe = None
    if beside.is_file():
        with suppress(BadSetting):  # any other JSON file may have that name
            recipe = Recipe.load(beside)
    if recipe is not None and source.codes is not None and recipe.fingerprint != source.codes.fingerprint:
        return None
    return recipe
