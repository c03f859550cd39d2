"""What an export is asked for, in words and by presets: what is said explicitly wins, and of presets the last one.

A preset for export says what a file is to be (format, rate, depth, loudness, fades, trim, loop, place); one for space says
only where the sound is. The library keeps a place and a loop as texts; that they can be read is made sure of here, when a
preset is kept and again when it is used, because its file may come from a stranger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from distill.api.places import is_folder
from distill.audio.clip import SAMPLE_RATE
from distill.errors import BadInput
from distill.library.presets import Presets
from distill.output.formats import FORMATS, Encoding, checked_encoding, format_called, format_of
from distill.output.loop_settings import LoopSettings
from distill.output.space import Space
from distill.output.treatment import Treatment

__all__ = ["check_export_settings", "encoding_of", "treatment_of", "with_export_presets"]

_KINDS = ("space", "export")
_ANY_TEMPO = 120.0  # beats a minute, for a loop in bars whose tempo comes with the sound
# A loop has no ends to fade, so asking for one of these takes the place of the other in a preset.
_INSTEAD_OF = {"loop": ("fade_in", "fade_out"), "fade_in": ("loop",), "fade_out": ("loop",)}


def with_export_presets(
    names: Sequence[str], *, output: Path, home: Path | str | None, **given: Any
) -> dict[str, Any]:
    """Fill in from presets what was not given.

    Parameters
    ----------
    names : sequence of str
        Of presets for space or export; later ones win over earlier ones.
    output : path
        A file's ending is as good as a format that was given.
    given
        ``format``, ``rate``, ``depth``, ``loudness``, ``fade_in``, ``fade_out``, ``trim``, ``loop`` and ``spatial``; None:
        not given.

    Returns
    -------
    dict
        The same, filled in; None: as usual.

    Raises
    ------
    BadInput
        If there is no such preset, or it is for something else.
    """
    filled: dict[str, Any] = {}
    for name in names:
        found = Presets(home).find(name)
        if found.kind not in _KINDS:
            raise BadInput(
                f"the preset {found.name!r} is for {found.kind}, and one for space or export was asked for; 'distill presets "
                "list' shows what each is for."
            )
        _put(filled, found.settings)
    if format_of(output) is not None and not is_folder(output):
        filled.pop("format", None)
    _put(filled, {key: value for key, value in given.items() if value is not None})
    return dict.fromkeys(given) | filled


def encoding_of(asked: Mapping[str, Any], *, format: str | None = None) -> Encoding:
    """Return the encoding that was asked for; WAV, 48 kHz and 24 bit where nothing was.

    Parameters
    ----------
    format : str, optional
        Of the file's ending.

    Raises
    ------
    BadSetting
        If the format has no such rate or depth.
    """
    name = format or asked.get("format")
    chosen = FORMATS["wav"] if name is None else format_called(name)
    rate = asked.get("rate")
    return checked_encoding(chosen, rate=SAMPLE_RATE if rate is None else rate, depth=asked.get("depth"))


def treatment_of(asked: Mapping[str, Any], *, tempo: float | None = None) -> Treatment:
    """Return what is done to each sound.

    Parameters
    ----------
    tempo : float, optional
        Beats a minute, for a loop in bars that names none.

    Raises
    ------
    BadSetting
        For what no sound can be given.
    """
    space, loop = asked.get("spatial"), asked.get("loop")
    return Treatment(
        trim=bool(asked.get("trim")),
        space=Space.read(space) if isinstance(space, str) else space,
        loop=LoopSettings.read(loop, bpm=tempo) if isinstance(loop, str) else loop,
        fade_in=asked.get("fade_in") or 0.0,
        fade_out=asked.get("fade_out") or 0.0,
        loudness=asked.get("loudness"),
    )


def check_export_settings(settings: Mapping[str, Any]) -> None:
    """Make sure that the settings of a preset for space or export can be used; a loop's tempo may come with the sound.

    Raises
    ------
    BadSetting
        Saying what of them cannot be.
    """
    encoding_of(settings)
    treatment_of(settings, tempo=_ANY_TEMPO)


def _put(filled: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put settings over others, and drop what they take the place of; a fade of nothing takes no place."""
    for key, value in more.items():
        if value:
            for other in _INSTEAD_OF.get(key, ()):
                if other not in more:
                    filled.pop(other, None)
        filled[key] = value
