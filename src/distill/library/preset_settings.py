"""What a preset may set, of each kind: every value has a type and a range, and nothing else is kept.

=============  =====================================================================================
kind           settings
=============  =====================================================================================
generation     knobs of ``distill generate``: creativity, focus .. steering, and a length
edit           operations as they are written after ``--do``, and the tempo they count in
space          ``spatial``: where a sound is, as it is written after ``--spatial``
export         options of ``distill export``: format, rate, depth, loudness, fades, trim, loop, spatial
=============  =====================================================================================

How much may be copied from the collection is no setting of a preset: that stays with whoever asks for a sound. What is
written in a word of its own (a place, a loop) is a short text here; who exports reads it (:mod:`distill.api.export_presets`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from distill.codes.json_values import JSONError, frozen, thawed
from distill.codes.operation import operation
from distill.codes.tempo import Tempo, beats_of
from distill.codes.written_words import taken_apart
from distill.errors import BadSetting
from distill.prior.settings import Sampling
from distill.prior.steered import Curve, check_curves

__all__ = ["KINDS", "Kind", "check_kind", "checked_settings"]

Kind = Literal["generation", "edit", "space", "export"]
KINDS: tuple[str, ...] = get_args(Kind)


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("the text holds characters that cannot be printed")
    return text


Written = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_printable)]


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


class _Space(_Settings):
    """Where a sound is put, as it is written after ``--spatial``."""

    spatial: Written


class _Export(_Settings):
    """Fields as in :func:`distill.api.export`, which knows what fits together."""

    format: Literal["wav", "flac", "ogg", "mp3"] | None = None
    rate: int | None = Field(None, ge=44_100, le=192_000)
    depth: Literal[16, 24, 32] | None = None
    loudness: float | None = Field(None, ge=-50, le=-5)
    fade_in: float | None = Field(None, ge=0, le=3600)
    fade_out: float | None = Field(None, ge=0, le=3600)
    trim: bool | None = None
    loop: Written | None = None
    spatial: Written | None = None


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
        check_kind(kind)
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
        elif kind == "space":
            found = _set(_Space.model_validate(given))
        else:
            found = _set(_Export.model_validate(given))
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


def check_kind(kind: str) -> None:
    """Make sure that there are presets of a kind.

    Raises
    ------
    BadSetting
        If not.
    """
    if kind not in KINDS:
        raise BadSetting(f"there is no kind of preset {kind[:40]!r}; choose {', '.join(KINDS)}.")


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
