"""New sound from a model's prior: of any length, from nothing or from a beginning, with the figures about copying.

Three files are written for every sound: the sound, its codes, and a recipe that makes both again. What was taken from the
collection is measured each time and stands beside the same figures of real sounds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill.api.drawing import made
from distill.api.encoding import codes_of
from distill.api.library import Model, maker, open_model
from distill.api.recipe_asked import LEAST_SECONDS, MOST_SECONDS, recipe_asked
from distill.api.recipes import Recipe
from distill.api.sounds import write_sound
from distill.api.taking import NOT_KEPT
from distill.api.taking import keep_take as keep_as_take
from distill.api.targets import BESIDE, numbered_wavs, refuse_sources
from distill.audio.clip import SAMPLE_RATE
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import BadSetting
from distill.prior.kept import RECOMBINATION
from distill.prior.novelty import Novelty, NoveltyMeter
from distill.prior.steered import Curve
from distill.progress import Cancel, Report, silent

__all__ = ["LEAST_SECONDS", "MOST_SECONDS", "Generated", "generate"]

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
    take : int or None
        Its number in the history; None if it was not kept.
    """

    path: Path
    codes: Path
    recipe: Path
    seconds: float
    seed: int
    novelty: Novelty
    sentences: tuple[str, ...]
    complete: bool
    take: int | None = None


def generate(
    *,
    model: str | Path | Model | None = None,
    output: Path | str,
    seconds: float | None = None,
    count: int = 1,
    creativity: float | None = None,
    focus: float | None = None,
    diversity: float | None = None,
    experimental: float | None = None,
    sampling: Mapping[str, object] | None = None,
    steering: Mapping[str, Curve] | None = None,
    prefix: Path | str | Codes | None = None,
    prefix_seconds: float | None = None,
    guard_seconds: float | None = 1.0,
    arrange: str | None = None,
    part_seconds: float = 0.5,
    recipe: Path | str | None = None,
    preset: str | None = None,
    seed: int = 0,
    keep_take: bool = True,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    each: Callable[[Generated], None] = lambda made: None,
    cancel: Cancel | None = None,
) -> list[Generated]:
    """Make new sound.

    Parameters
    ----------
    output : path
        A ``.wav`` file, or a folder for several; codes and recipe go beside it, and like it in place of files of that name.
    seconds : float, optional
        Length of what is made, up to half an hour; 8 s if neither it nor a preset says so.
    count : int
        How many sounds; each has the next seed.
    creativity : float in (0, 2], focus : float in 0..100, diversity : float in (0, 1], experimental : float in 0..1
        The knobs; see :func:`distill.api.knobs.sampling_of`.
    sampling : mapping, optional
        Technical settings by name, as :class:`distill.prior.settings.Sampling` has them.
    steering : mapping of word to curve, optional
        Brightness, warmth, loudness, roughness, tension, density over time (:mod:`distill.prior.steered`).
    prefix : path or Codes, optional
        A sound, or codes of the model, to go on from; it is part of the result.
    prefix_seconds : float, optional
        Only so much of its beginning.
    guard_seconds : float or None
        Copied runs stay below this length; None: the novelty guard is off.
    arrange : str, optional
        Nothing is drawn: parts of the collection, of ``part_seconds`` or more, are put into another order, ``"shuffle"``
        or a template such as ``"AABA"`` (:mod:`distill.api.arranging`).
    recipe : path, optional
        A recipe to make again. Nothing that it says may then be given; ``count`` makes others with the next seeds, and
        ``prefix`` goes on from another beginning.
    preset : str, optional
        Settings kept by name (:mod:`distill.api.presets`); what is given here wins over them.
    keep_take : bool
        Whether each sound becomes a take of the history (:mod:`distill.api.takes`).
    each : function
        Is told of every sound as soon as it is written: one can be heard while the next is made.

    Raises
    ------
    BadSetting, BadSound, BadCodes, ForeignCodes, UnknownModel, BadModelFile, NoSpace
        One sentence each.

    Notes
    -----
    Asked to stop, it keeps what there is and writes it.
    """
    if recipe is None and model is None:
        raise BadSetting("say which model shall make the sound: --model NAME.")
    followed = recipe_asked(
        recipe, preset=preset, home=home, seconds=seconds, creativity=creativity, focus=focus, diversity=diversity,
        experimental=experimental, sampling=sampling, steering=steering, guard_seconds=guard_seconds, seed=seed,
        arrange=arrange, part_seconds=part_seconds,
    )  # fmt: skip
    if model is None:
        model = maker(followed.model, followed.fingerprint, home=home)
    if not 1 <= count <= MOST_COUNT:
        raise BadSetting(f"{count} sounds were asked for; choose 1 to {MOST_COUNT}.")
    targets = numbered_wavs(Path(output), count)
    if prefix is not None and not isinstance(prefix, Codes):
        written = [one.with_suffix(ending) for one in targets for ending in (one.suffix, *BESIDE)]
        refuse_sources([Path(prefix)], written, by="the sound that goes on from it")
    opened = model if isinstance(model, Model) else open_model(model, home=home, device=device)
    followed = followed.named(opened.name, opened.fingerprint)
    if prefix is not None:
        followed = followed.going_on_from(_beginning(opened, prefix, prefix_seconds, report, cancel))
    results = []
    for number, target in enumerate(targets):
        if number and cancel is not None and cancel.requested:
            break
        one = followed.with_seed(followed.seed + number)
        try:
            results.append(_one(opened, one, target, report, cancel, home=home, keep=keep_take))
        except BadSetting:
            if results and cancel is not None and cancel.requested:
                break  # stopped before the first step of this one: those before it are what there is
            raise
        each(results[-1])
    return results


def _one(
    model: Model,
    recipe: Recipe,
    target: Path,
    report: Report,
    cancel: Cancel | None,
    *,
    home: Path | str | None,
    keep: bool,
) -> Generated:
    kept = model.prior
    past = recipe.past(model.codec.num_levels)
    grid, complete, about = made(model, recipe, past, report, cancel)
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
    recipe.beside(target, beside).save(recipe_path)
    kept_as = NOT_KEPT
    if keep:
        made_of = recipe.alone()
        kept_as = keep_as_take(
            "generate", model=model, codes=codes, path=target, home=home, sound=True, seed=recipe.seed,
            recipe=made_of, complete=complete,
        )  # fmt: skip
    before = past[:, -1].tolist() if past.shape[1] else None
    novelty = NoveltyMeter(kept.places, step_rate=model.codec.step_rate).measure([grid], before=before)
    sentences = [*written.sentences, *about, *novelty.sentences(kept.real)]
    if kept.choice != RECOMBINATION and recipe.arrange is None and kept.perplexity.warns:
        sentences.append(kept.perplexity.sentence)
    sentences += kept_as.sentences
    if not complete:
        sentences.insert(0, f"Stopped after {codes.seconds:.1f} of {recipe.seconds:g} s; these are kept.")
    return Generated(
        written.path,
        beside,
        recipe_path,
        codes.seconds,
        recipe.seed,
        novelty,
        tuple(sentences),
        complete,
        kept_as.number,
    )


def _beginning(
    model: Model, sound: Path | str | Codes, seconds: float | None, report: Report, cancel: Cancel | None
) -> Codes:
    """Codes of a sound to go on from; those of its first seconds, if asked."""
    if seconds is not None and not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        raise BadSetting(
            f"to go on from the first {seconds:g} s was asked for; choose {LEAST_SECONDS:g} to {MOST_SECONDS:g} s."
        )
    codes = codes_of(model, sound, report, cancel)
    if seconds is None:
        return codes
    steps = round(seconds * codes.step_rate)
    return codes.region(0, min(steps, codes.num_steps))
