"""Sounds, codes and takes into files for the studio: format, rate, depth, loudness, fades, space, loops and tags (rows E1 to E4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from distill.api.export_presets import encoding_of, treatment_of, with_export_presets
from distill.api.export_sources import open_sources
from distill.api.export_targets import export_targets, name_of_take
from distill.errors import BadSetting
from distill.library.take_files import Take
from distill.output.export import write
from distill.output.formats import Format
from distill.output.loop_settings import LoopSettings
from distill.output.loops import Loop
from distill.output.space import Space
from distill.output.tags import LoopPoints, Tags
from distill.output.treatment import Treated
from distill.progress import Cancel, Report, silent

__all__ = ["Exported", "export"]


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


def export(
    sounds: Sequence[Path | str | Take] | Path | str | Take,
    *,
    output: Path | str,
    preset: str | Sequence[str] | None = None,
    format: str | None = None,
    rate: int | None = None,
    depth: int | None = None,
    loudness: float | None = None,
    fade_in: float | None = None,
    fade_out: float | None = None,
    trim: bool | None = None,
    space: Space | str | None = None,
    loop: LoopSettings | str | None = None,
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
    sounds : path or take, or several
        Sound files, ``.codes`` files, which are decoded with the model they name, or takes of the history
        (:func:`distill.api.export_takes` finds them by their numbers).
    output : path
        A file for one sound, whose ending is the format; a folder for any number (made if missing).
    preset : str or several, optional
        Presets for export or space, whose settings are taken where nothing else is said here; the last one wins.
    format : str, optional
        ``"wav"``, ``"flac"``, ``"ogg"`` or ``"mp3"``; in a folder, WAV if not given.
    rate : int, optional
        44100, 48000 (if not given), 88200, 96000, 176400 or 192000 Hz; MP3 has the first two.
    depth : 16, 24 or 32, optional
        24 if not given; 32 is floating point, in WAV files. 16 bits are dithered.
    loudness : float in -50..-5, optional
        LUFS; left as it is if not given.
    fade_in, fade_out : float >= 0, optional
        Seconds; none if not given.
    trim : bool, optional
        Cut silence off both ends first.
    space : Space or str, optional
        ``"mono"``, ``"stereo:position=-0.3,width=0.8"``, ``"binaural:azimuth=30"`` .. (:mod:`distill.output.space`).
    loop : LoopSettings or str, optional
        A seamless loop with loop points: ``"auto"``, ``"bars=4,bpm=120"`` .. (:mod:`distill.output.loop_settings`). A length in bars
        takes the tempo of ``tempo`` if it names none.
    title : str, optional
        Of one sound; the name of its file if not given.
    tempo : float, optional
        Beats a minute, for programs that stretch loops.
    comment : str
        The note of a take, if not given.
    date : datetime, optional
        When it was made; if not given, when a take was, and now for everything else.
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
    Model, seed and recipe are taken from the take, or from the ``.json`` beside a file that is still the one generated with it.
    """
    given = [sounds] if isinstance(sounds, (str, Path, Take)) else list(sounds)
    if seed < 0:
        raise BadSetting(f"the seed {seed} was given; choose 0 or more.")
    if title is not None and len(given) > 1:
        raise BadSetting(
            f"one title was given for {len(given)} sounds; leave it out, and each is called as its file."
        )
    presets = [preset] if isinstance(preset, str) else list(preset or ())
    output = Path(output)
    asked = with_export_presets(
        presets, output=output, home=home, format=format, rate=rate, depth=depth, loudness=loudness, trim=trim,
        fade_in=fade_in, fade_out=fade_out, spatial=space, loop=loop,
    )  # fmt: skip
    places = [(one.sound or one.codes) if isinstance(one, Take) else Path(one) for one in given]
    names = [name_of_take(one) if isinstance(one, Take) else Path(one).stem for one in given]
    chosen, targets = export_targets(places, names, output, format=asked["format"])
    try:
        encoding = encoding_of(asked, format=chosen.name)
        treatment = treatment_of(asked, tempo=tempo)
    except BadSetting as error:
        if not presets:
            raise
        raise BadSetting(f"with the preset {' and '.join(map(repr, presets))}, {error}") from None
    told = Tags(title=title or "", comment=comment, tempo=tempo, date=date)
    sources = open_sources(given, rate=encoding.rate, model=model, home=home, device=device)
    written = []
    for source, target in zip(sources, targets, strict=True):
        if cancel is not None:
            cancel.check()
        treated = treatment.of(source.clip(report, cancel), rate=encoding.rate, cancel=cancel)
        file = write(
            treated.clip,
            target,
            encoding,
            tags=_looped(source.tagged(told), treated.loop),
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
                sentences=(*source.sentences, *treated.sentences, *file.sentences, *_gaps(treated, chosen)),
            )
        )
    return written


def _looped(tags: Tags, loop: Loop | None) -> Tags:
    """Say where a sound repeats, and its tempo."""
    if loop is None:
        return tags
    points = (LoopPoints(loop.start, loop.end),)
    tempo = tags.tempo if loop.bpm is None else loop.bpm
    return replace(tags, loops=points, tempo=tempo, beats_per_bar=loop.beats_per_bar)


def _gaps(treated: Treated, format: Format) -> tuple[str, ...]:
    if treated.loop is None or format.name != "mp3":
        return ()
    return (
        "An MP3 has a few hundredths of a second of silence at its ends, so it has a gap where it repeats: choose wav or flac.",
    )
