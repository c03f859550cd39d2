"""A preset file: settings under a name, small, checked to the last value, and never anything that runs.

::

    {"distill_preset": 1, "kind": "generation", "about": "One sentence.", "settings": {"creativity": 1.1}}

=============  =====================================================================================
kind           settings
=============  =====================================================================================
generation     knobs of ``distill generate``: creativity, focus .. steering, and a length
edit           operations as they are written after ``--do``, and the tempo they count in
space, export  options of ``distill export`` by name: numbers, words, yes or no
=============  =====================================================================================

How much may be copied from the collection is no setting of a preset: that stays with whoever asks for a sound.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from distill.codes.json_values import JSONError, dumps, frozen, loads, thawed
from distill.codes.operation import operation
from distill.codes.tempo import Tempo, beats_of
from distill.codes.written_words import taken_apart
from distill.errors import BadInput, BadSetting
from distill.prior.settings import Sampling
from distill.prior.steered import Curve, check_curves
from distill.replacing import why_not

__all__ = ["FORMAT", "Kind", "Preset", "checked_settings", "preset_bytes", "read_preset"]

FORMAT = 1
Kind = Literal["generation", "edit", "space", "export"]
KINDS = get_args(Kind)
MOST_ABOUT = 200  # characters
_LARGEST = 256 * 2**10  # bytes
_KEYS = {"distill_preset", "kind", "about", "settings"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Preset:
    """One preset.

    Attributes
    ----------
    name : str
    kind : str
        ``"generation"``, ``"edit"``, ``"space"`` or ``"export"``; empty if its file is damaged.
    about : str
        What to expect of it.
    settings : mapping of JSON values
    path : Path or None
        None for one that comes with Distill.
    damaged : str or None
        One sentence on why it cannot be used.
    """

    name: str
    kind: str
    about: str
    settings: Mapping[str, Any]
    path: Path | None = None
    damaged: str | None = None

    @property
    def is_shipped(self) -> bool:
        """Whether it comes with Distill."""
        return self.path is None


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class _Generation(_Settings):
    """Fields as in :func:`distill.api.generating.generate`; None: as usual."""

    seconds: float | None = Field(None, ge=0.1, le=1800)
    creativity: float | None = Field(None, gt=0, le=2)
    focus: float | None = Field(None, ge=0, le=100)
    diversity: float | None = Field(None, gt=0, le=1)
    experimental: float | None = Field(None, ge=0, le=1)
    top_k: int | None = Field(None, ge=0)
    coarse: float | None = None
    level_temperatures: tuple[float, ...] | None = None
    repetition: float | None = None
    continuity: float | None = None
    coherence: float | None = None
    steering: dict[str, Curve] = {}


class _Edit(_Settings):
    do: tuple[str, ...] = Field(min_length=1, max_length=200)
    tempo: float | None = None
    beats_per_bar: int | None = None
    snap: str | None = Field(None, max_length=20)


_SAMPLING = ("top_k", "coarse", "level_temperatures", "repetition", "continuity", "coherence")


def checked_settings(kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Check the settings of a preset, and return those that are set, as JSON values.

    Raises
    ------
    BadSetting
        Naming what cannot be kept.
    """
    try:
        given = thawed(frozen(settings))
        if kind == "generation":
            kept = _Generation.model_validate(given)
            Sampling.of(**{key: value for key in _SAMPLING if (value := getattr(kept, key)) is not None})
            check_curves(kept.steering)
            if kept.focus is not None and kept.top_k is not None:
                raise BadSetting(
                    "focus and top_k were given together; they are one knob, so give one of them."
                )
            found = _set(kept)
        elif kind == "edit":
            edit = _Edit.model_validate(given)
            for text in edit.do:
                _check_operation(text)
            _check_tempo(edit)
            found = _set(edit)
        elif kind in KINDS:
            found = _options(given)
        else:
            raise BadSetting(f"there is no kind of preset {kind[:40]!r}; choose {', '.join(KINDS)}.")
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'it'}: {fault['msg'].lower()}"
            for fault in error.errors()[:4]
        )
        raise BadSetting(
            f"these settings cannot be a preset for {kind}: {faults}. Change what is named."
        ) from None
    except JSONError as fault:
        raise BadSetting(f"these settings cannot be kept: {fault}; change them.") from None
    if not found:
        raise BadSetting("there is no setting to keep in this preset; set at least one.")
    return found


def preset_bytes(kind: str, about: str, settings: Mapping[str, Any]) -> bytes:
    """Return the bytes of a preset file; the same settings give the same bytes.

    Raises
    ------
    BadSetting
        If the settings or the sentence cannot be kept.
    """
    if len(about) > MOST_ABOUT or not about.isprintable():
        raise BadSetting(
            f"what a preset is about takes at most {MOST_ABOUT} printable characters; shorten it."
        )
    kept = {
        "distill_preset": FORMAT,
        "kind": kind,
        "about": about,
        "settings": checked_settings(kind, settings),
    }
    data = dumps(kept) + b"\n"
    if len(data) > _LARGEST:
        raise BadSetting("these settings are larger than 256 KiB, which no preset is; keep fewer.")
    return data


def read_preset(path: Path) -> Preset:
    """Read a preset file, which may come from a stranger; a damaged one says so.

    Returns
    -------
    Preset
        With ``damaged`` set if it cannot be used.
    """
    shown = f"the preset {path.stem!r}"
    try:
        if path.stat().st_size > _LARGEST:
            raise JSONError("it is larger than any preset")
        about = loads(path.read_bytes())
    except (OSError, JSONError) as error:
        why = why_not(error) if isinstance(error, OSError) else str(error)
        return _damaged(path, f"{shown} cannot be read: {why}; delete it, or use another copy.")
    if not isinstance(about, dict) or set(about) != _KEYS or not isinstance(about["settings"], dict):
        return _damaged(path, f"{shown} is none of Distill's; delete it, or use another copy.")
    if about["distill_preset"] != FORMAT:
        version = str(about["distill_preset"])[:20]
        return _damaged(
            path,
            f"{shown} is of format {version}, and this Distill reads format {FORMAT}; update Distill to use it.",
        )
    kind, words = about["kind"], about["about"]
    if kind not in KINDS or not isinstance(words, str) or len(words) > MOST_ABOUT or not words.isprintable():
        return _damaged(path, f"{shown} is none of Distill's; delete it, or use another copy.")
    try:
        return Preset(path.stem, kind, words, checked_settings(kind, about["settings"]), path)
    except BadInput as error:
        return _damaged(path, f"{shown} cannot be used: {error}")


def _damaged(path: Path, sentence: str) -> Preset:
    return Preset(path.stem, "", "", {}, path, sentence)


def _set(kept: _Settings) -> dict[str, Any]:
    return {key: value for key, value in kept.model_dump(mode="json").items() if value not in (None, {})}


def _check_operation(text: str) -> None:
    """Make sure that an edit begins with an operation there is; all else shows on the sound it is made on."""
    if len(text) > 2000 or not text.isprintable():
        raise BadSetting("an edit of a preset takes at most 2000 printable characters; shorten it.")
    name, words = taken_apart(text)
    operation(name)
    if any(word == "with" or word.isupper() for word in words):
        raise BadSetting(
            f"{name} names another sound, which is not there for everyone; leave it out of the preset, or keep the edits as "
            "a template: distill edit --save-template."
        )


def _check_tempo(edit: _Edit) -> None:
    tempo = None if edit.tempo is None else Tempo(edit.tempo, edit.beats_per_bar or 4)
    if edit.snap is not None:
        if tempo is None:
            raise BadSetting("snapping needs a tempo; give one.")
        beats_of(edit.snap, tempo)


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    if len(given) > 40:
        raise BadSetting(f"{len(given)} options were given; a preset has at most 40.")
    for name, value in given.items():
        parts = value if isinstance(value, list) else [value]
        plain = all(isinstance(part, (bool, int, float, str)) and len(str(part)) <= 200 for part in parts)
        if not _NAME.fullmatch(name) or not plain or len(parts) > 64:
            raise BadSetting(
                f"{name[:40]!r} cannot be an option of a preset; an option is a word in small letters with a number, a short "
                "text, yes or no, or a list of these."
            )
    return dict(given)
