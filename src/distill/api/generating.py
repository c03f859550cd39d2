"""New sound from a model's prior: of any length, from nothing or from a beginning, with the figures about copying.

Three files are written for every sound: the sound, its codes, and a recipe that makes both again. What was taken from the
collection is measured each time and stands beside the same figures of real sounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.api.knobs import sampling_of
from distill.api.library import Model, maker, open_model
from distill.api.recipes import Recipe
from distill.api.sounds import encoded, write_sound
from distill.api.targets import numbered_wavs
from distill.audio.clip import SAMPLE_RATE
from distill.codes import storage
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.errors import BadSetting
from distill.prior.guard import NoveltyGuard, limit_in_steps
from distill.prior.kept import RECOMBINATION, KeptPrior
from distill.prior.novelty import Novelty, NoveltyMeter
from distill.prior.sampling import Bias, sample
from distill.prior.steered import Curve, Steering, check_curves
from distill.progress import Cancel, Report, silent

__all__ = ["LEAST_SECONDS", "MOST_SECONDS", "Generated", "generate", "guard_of"]

LEAST_SECONDS, MOST_SECONDS = 0.1, 1800.0
MOST_COUNT = 200


@dataclass(frozen=True)
class Generated:
    """A new sound.

    Attributes
    ----------
    path, codes, recipe : Path
        The sound, its codes, and what makes both again.
    seconds : float
    seed : int
    novelty : Novelty
        What it has taken from the collection.
    sentences : tuple of str
        What its maker should know, the figures about copying among it.
    complete : bool
        Whether nobody stopped it.
    """

    path: Path
    codes: Path
    recipe: Path
    seconds: float
    seed: int
    novelty: Novelty
    sentences: tuple[str, ...]
    complete: bool


def generate(
    *,
    model: str | Path | None = None,
    output: Path | str,
    seconds: float = 8.0,
    count: int = 1,
    creativity: float | None = None,
    focus: float | None = None,
    diversity: float | None = None,
    experimental: float | None = None,
    sampling: Mapping[str, object] | None = None,
    steering: Mapping[str, Curve] | None = None,
    prefix: Path | str | None = None,
    guard_seconds: float | None = 1.0,
    recipe: Path | str | None = None,
    seed: int = 0,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> list[Generated]:
    """Make new sound.

    Parameters
    ----------
    output : path
        A ``.wav`` file, or a folder for several; codes and recipe go beside it.
    seconds : float
        Length of what is made, up to half an hour.
    count : int
        How many sounds; each has the next seed.
    creativity : float in (0, 2], focus : float in 0..100, diversity : float in (0, 1], experimental : float in 0..1
        The knobs; see :func:`distill.api.knobs.sampling_of`.
    sampling : mapping, optional
        Technical settings by name, as :class:`distill.prior.settings.Sampling` has them.
    steering : mapping of word to curve, optional
        Brightness, warmth, loudness, roughness, tension, density over time (:mod:`distill.prior.steered`).
    prefix : path, optional
        A sound, or a ``.codes`` file of the model, to go on from; it is part of the result.
    guard_seconds : float or None
        Copied runs stay below this length; None: the novelty guard is off.
    recipe : path, optional
        A recipe to make again; nothing else but ``output`` and ``model`` may then be given.

    Raises
    ------
    BadSetting, BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, NoSpace
        One sentence each.

    Notes
    -----
    Asked to stop, it keeps what there is and writes it.
    """
    check_curves(steering or {})
    if recipe is not None:
        followed = Recipe.load(recipe)
        if model is None:
            model = maker(followed.model, followed.fingerprint, home=home)
    elif model is None:
        raise BadSetting("say which model shall make the sound: --model NAME.")
    else:
        followed = Recipe.of(
            seconds=seconds, creativity=creativity, focus=focus, diversity=diversity, experimental=experimental,
            sampling=dict(sampling or {}), steering=dict(steering or {}), guard_seconds=guard_seconds, seed=seed,
        )  # fmt: skip
    if not 1 <= count <= MOST_COUNT:
        raise BadSetting(f"{count} sounds were asked for; choose 1 to {MOST_COUNT}.")
    if not LEAST_SECONDS <= followed.seconds <= MOST_SECONDS:
        raise BadSetting(
            f"a sound of {followed.seconds:g} s was asked for; choose {LEAST_SECONDS:g} to {MOST_SECONDS:g} s."
        )
    targets = numbered_wavs(Path(output), count)
    opened = open_model(model, home=home, device=device)
    followed = followed.named(opened.name, opened.fingerprint)
    if prefix is not None:
        followed = followed.going_on_from(_beginning(opened, Path(prefix), report, cancel))
    results = []
    for number, target in enumerate(targets):
        if number and cancel is not None and cancel.requested:
            break
        results.append(_one(opened, followed.with_seed(followed.seed + number), target, report, cancel))
    return results


def _one(model: Model, recipe: Recipe, target: Path, report: Report, cancel: Cancel | None) -> Generated:
    kept = model.prior
    past = recipe.past(model.codec.num_levels)
    grid, complete = _drawn(model, kept, recipe, past, report, cancel)
    whole = np.concatenate([past, grid], axis=1)
    step_length = model.codec.step_length
    num_samples = whole.shape[1] * step_length
    if complete:  # to the sample as long as was asked
        num_samples -= grid.shape[1] * step_length - round(recipe.seconds * SAMPLE_RATE)
    codes = Codes(
        whole[None],
        codebook_size=model.codec.codebook_size,
        fingerprint=model.fingerprint,
        model=model.name,
        num_samples=num_samples,
        source=target.stem,
        step_rate=model.codec.step_rate,
        step_length=step_length,
        gain_db=recipe.gain_db,
    )
    # Stopped or not, what there is gets written: the switch stops the drawing alone.
    written = write_sound(model, codes, target, None, 0, report, None)
    beside = target.with_suffix(".codes")
    storage.save(codes, beside)
    recipe_path = target.with_suffix(".json")
    recipe.save(recipe_path)
    before = past[:, -1].tolist() if past.shape[1] else None
    novelty = NoveltyMeter(kept.places, step_rate=model.codec.step_rate).measure([grid], before=before)
    sentences = [*written.sentences, *novelty.sentences(kept.real)]
    if kept.choice != RECOMBINATION and kept.perplexity.warns:
        sentences.append(kept.perplexity.sentence)
    if not complete:
        sentences.insert(0, f"Stopped after {codes.seconds:.1f} of {recipe.seconds:g} s; these are kept.")
    return Generated(
        written.path, beside, recipe_path, codes.seconds, recipe.seed, novelty, tuple(sentences), complete
    )


def _drawn(
    model: Model, kept: KeptPrior, recipe: Recipe, past: Grid, report: Report, cancel: Cancel | None
) -> tuple[Grid, bool]:
    """Draw the codes [K, S] of a recipe, and tell whether they are all there."""
    settings = sampling_of(
        codebook_size=model.codec.codebook_size, patience=kept.patience, seed=recipe.seed, **recipe.knobs()
    )
    prior, settings = kept.drawn_with(settings, past=past)
    result = sample(
        prior,
        steps=-(-round(recipe.seconds * SAMPLE_RATE) // model.codec.step_length),
        settings=settings,
        past=past,
        bias=_bias(model, recipe.steering),
        guard=guard_of(kept, recipe.guard_seconds, past, step_rate=model.codec.step_rate),
        report=report,
        cancel=cancel,
    )
    if not result.grid.shape[1]:
        raise BadSetting("stopped before the first step was made; nothing was written.")
    return result.grid, result.complete


def guard_of(kept: KeptPrior, seconds: float | None, past: Grid, *, step_rate: float) -> NoveltyGuard | None:
    """Return the novelty guard of a sound that goes on from a past [K, S]; None if it is off."""
    if seconds is None:
        return None
    return NoveltyGuard(kept.places, limit=limit_in_steps(seconds, step_rate=step_rate)).after(past)


def _bias(model: Model, curves: Mapping[str, Curve]) -> Bias | None:
    if not curves:
        return None
    return Steering(curves, entries=model.measured("steering"), step_rate=model.codec.step_rate)


def _beginning(model: Model, sound: Path, report: Report, cancel: Cancel | None) -> Codes:
    """Codes of a sound to go on from: encoded, or opened where it is codes already."""
    if sound.suffix.lower() != ".codes":
        return encoded(model, sound, report, cancel)
    codes = storage.load(sound)
    codes.require_model(model.fingerprint, model.name)
    return codes
