"""What is exported: sound files and codes, looked at before anything is written, and where each comes from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from distill import render
from distill.api.library import Model
from distill.api.recipes import Recipe
from distill.api.sounds import model_of
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.files import probe, read
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadSetting, BadSound
from distill.output.tags import Tags
from distill.progress import Cancel, Report

__all__ = ["MOST_SECONDS", "Source", "open_sources"]

MOST_SECONDS = 3600.0  # of one sound, which is held in memory


@dataclass(frozen=True)
class Source:
    """A sound file, or codes and the model that made them.

    Attributes
    ----------
    path : Path
    codes : Codes or None
    model : Model or None
    sentences : tuple of str
        What its owner should know before.
    """

    path: Path
    codes: Codes | None = None
    model: Model | None = None
    sentences: tuple[str, ...] = ()

    def clip(self, report: Report, cancel: Cancel | None) -> Clip:
        """Read or decode the sound, at 48 kHz."""
        if self.codes is None or self.model is None:
            return read(self.path)
        return render.decode(self.model.codec, self.codes, report=report, cancel=cancel)

    def tagged(self, tags: Tags) -> Tags:
        """Say which sound it is and where it comes from, as far as that is known."""
        tags = replace(tags, title=tags.title or self.path.stem)
        if self.model is not None:
            tags = replace(tags, model=self.model.name)
        recipe = self._recipe()
        if recipe is None:
            return tags
        text = json.dumps(recipe.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return replace(tags, model=recipe.model or tags.model, seed=recipe.seed, recipe=text)

    def _recipe(self) -> Recipe | None:
        """Return the recipe beside the sound; None if what lies there is no recipe, or another model's."""
        beside = self.path.with_suffix(".json")
        recipe = None
        if beside.is_file():
            with suppress(BadSetting):  # any other JSON file may have that name
                recipe = Recipe.load(beside)
        if recipe is not None and self.codes is not None and recipe.fingerprint != self.codes.fingerprint:
            return None
        return recipe


def open_sources(
    given: Sequence[Path], *, rate: int, model: str | Path | None, home: Path | str | None, device: str
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
    BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile
        For the first that cannot be used.
    """
    models: dict[str, Model] = {}  # by the name they are asked for: many codes have one model
    sources = []
    for path in given:
        if path.suffix.lower() != ".codes":
            sources.append(_sound(path, rate))
            continue
        codes = storage.load(path)
        _check_length(path, codes.seconds)
        asked = str(codes.model if model is None else model)
        if asked in models:
            codes.require_model(models[asked].fingerprint, models[asked].name)
        else:
            models[asked] = model_of(codes, path.name, model=model, home=home, device=device)
        sources.append(Source(path, codes, models[asked]))
    return sources


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
