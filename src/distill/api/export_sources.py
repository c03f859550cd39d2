"""What is exported: sound files, codes and takes, looked at before anything is written, and where each comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from distill import render
from distill.api.library import Model
from distill.api.recipes import Recipe
from distill.api.replaying import model_of_take
from distill.api.sounds import model_of
from distill.api.taking import digest_of
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.files import probe, read
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadCodes, BadSetting, BadSound
from distill.library.take_files import Take
from distill.output.tags import Tags
from distill.progress import Cancel, Report

__all__ = ["MOST_SECONDS", "Source", "open_sources"]

MOST_SECONDS = 3600.0  # of one sound, which is held in memory


@dataclass(frozen=True)
class Source:
    """A sound file, or codes and the model that made them; of a take, what is known of it too.

    Attributes
    ----------
    path : Path
    codes : Codes or None
    model : Model or None
    sentences : tuple of str
        What its owner should know before.
    take : Take or None
    """

    path: Path
    codes: Codes | None = None
    model: Model | None = None
    sentences: tuple[str, ...] = ()
    take: Take | None = None

    def clip(self, report: Report, cancel: Cancel | None) -> Clip:
        """Read or decode the sound, at 48 kHz."""
        if self.codes is None or self.model is None:
            return read(self.path)
        record = None if self.take is None else self.take.require_record()
        level, refine = (None, 0) if record is None else (record.up_to_level, record.refine)
        return render.decode(
            self.model.codec, self.codes, up_to_level=level, refine=refine, report=report, cancel=cancel
        )

    def tagged(self, tags: Tags) -> Tags:
        """Say which sound it is, when it was made and where it comes from, as far as that is known and not said."""
        made = datetime.now().astimezone()
        if self.take is not None:
            record = self.take.require_record()
            with suppress(ValueError, OverflowError, OSError):  # a date that cannot be read is none
                made = datetime.fromisoformat(record.created).astimezone()
            tags = replace(
                tags, title=tags.title or record.title, comment=tags.comment or record.note, model=record.model,
                seed=record.seed,
            )  # fmt: skip
        tags = replace(tags, title=tags.title or self.path.stem, date=tags.date or made)
        if self.model is not None:
            tags = replace(tags, model=self.model.name)
        recipe = self._recipe()
        if recipe is None:
            return tags
        text = json.dumps(recipe.alone(), sort_keys=True, separators=(",", ":"))
        return replace(tags, model=recipe.model or tags.model, seed=recipe.seed, recipe=text)

    def _recipe(self) -> Recipe | None:
        """Return the recipe of a take, or the one beside a file; None if what lies there is no recipe, or another sound's."""
        beside = self.path.with_suffix(".json") if self.take is None else self.take.recipe
        if beside is None or not beside.is_file():
            return None
        try:
            recipe = Recipe.load(beside)
        except BadSetting:  # any other JSON file may have that name
            return None
        if self.codes is not None and recipe.fingerprint != self.codes.fingerprint:
            return None
        return recipe if self.take is not None or self._is_made_by(recipe) else None

    def _is_made_by(self, recipe: Recipe) -> bool:
        """Whether a file is still the one that a recipe was written beside."""
        digest = recipe.sha256 if self.codes is None else recipe.codes_sha256
        if digest:
            return digest == digest_of(self.path)
        # An older recipe does not say so; one whose codes were edited since makes what they were before.
        codes, beside = self.codes, self.path.with_suffix(".codes")
        if codes is None and beside.is_file():
            try:
                codes = storage.load(beside)
            except BadCodes:
                return False
        return codes is None or not codes.edits


def open_sources(
    given: Sequence[Path | str | Take],
    *,
    rate: int,
    model: str | Path | None,
    home: Path | str | None,
    device: str,
) -> list[Source]:
    """Look at everything that is to be exported without decoding it.

    Parameters
    ----------
    rate : int
        Hz of the files to come.
    model : str or path, optional
        The model that made the codes, if they do not name it.

    Raises
    ------
    BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, BadInput
        For the first that cannot be used.
    """
    # Many codes have one model. By what made them: a model and its retrained successor may have had one name.
    models: dict[str, Model] = {}
    sources = []
    for one in given:
        if isinstance(one, Take):
            sources.append(_of_take(one, rate, model=model, home=home, device=device))
            continue
        path = Path(one)
        if path.suffix.lower() != ".codes":
            sources.append(_sound(path, rate))
            continue
        codes = storage.load(path)
        _check_length(path, codes.seconds)
        asked = codes.fingerprint if model is None else str(model)
        if asked in models:
            codes.require_model(models[asked].fingerprint, models[asked].name)
        else:
            models[asked] = model_of(codes, path.name, model=model, home=home, device=device)
        sources.append(Source(path, codes, models[asked]))
    return sources


def _of_take(
    take: Take, rate: int, *, model: str | Path | None, home: Path | str | None, device: str
) -> Source:
    """Take the sound as it was kept, which needs no model; decode the codes where only these were kept."""
    take.require_record()
    if take.sound is not None:
        return replace(_sound(take.sound, rate), take=take)
    codes = storage.load(take.codes)
    _check_length(take.codes, codes.seconds)
    return Source(take.codes, codes, model_of_take(take, model=model, device=device, home=home), take=take)


def _sound(path: Path, rate: int) -> Source:
    info = probe(path)
    _check_length(path, info.seconds)
    if min(info.sample_rate, rate) <= SAMPLE_RATE:
        return Source(path)
    above = f"Distill works at 48 kHz: what {path.name} holds above 24 kHz is not in the export."
    return Source(path, sentences=(above,))


def _check_length(path: Path, seconds: float) -> None:
    if seconds > MOST_SECONDS:
        raise BadSound(
            f"{path.name} is {seconds / 60:.0f} min long; up to {MOST_SECONDS / 60:g} min can be exported at once: "
            "cut it into parts."
        )
