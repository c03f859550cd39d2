"""Rewrite a selection of a sound's codes so that both of its edges fit: regeneration."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from distill.api.drawing import guard_of
from distill.api.edited import Edited, edited
from distill.api.knobs import sampling_of
from distill.api.library import Model
from distill.api.sounds import model_of, write_sound
from distill.api.taking import NOT_KEPT
from distill.api.taking import keep_take as keep_as_take
from distill.api.targets import codes_targets, is_wav, wav_target
from distill.codes import storage
from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.codes.material import Material
from distill.codes.operations_with_material import Paste
from distill.codes.region import Region
from distill.codes.tempo import Tempo
from distill.codes.written_region import read_region
from distill.errors import BadSetting
from distill.prior.novelty import Novelty, NoveltyMeter
from distill.prior.regenerate import Rewritten, rewrite
from distill.prior.shaping import shaped
from distill.progress import Cancel, Report, silent

__all__ = ["Regenerated", "Rewriting", "regenerate", "rewritten"]

MOST_STEPS = 2813  # a minute: every candidate is drawn whole


@dataclass(frozen=True)
class Regenerated:
    """A sound of which a part was rewritten.

    Attributes
    ----------
    edited : Edited
        The file, and the sound's edits: regenerating is one of them, and can be undone.
    seam_bits, paste_bits : float or None
        What the steps after the edges cost, in bits a code, and what they cost where random parts of the collection
        stand in the selection.
    novelty : Novelty
        What the new part has taken from the collection.
    sentences : tuple of str
    take : int or None
        Its number in the history; None if it was not kept.
    """

    edited: Edited
    seam_bits: float | None
    paste_bits: float | None
    novelty: Novelty
    sentences: tuple[str, ...]
    take: int | None = None


def regenerate(
    codes: Path | str,
    *,
    output: Path | str,
    start: str | None = None,
    stop: str | None = None,
    levels: str | None = None,
    tempo: float | None = None,
    beats_per_bar: int = 4,
    locked: Collection[int] = (),
    creativity: float | None = None,
    focus: float | None = None,
    diversity: float | None = None,
    experimental: float | None = None,
    guard_seconds: float | None = 1.0,
    candidates: int = 16,
    seed: int = 0,
    model: str | Path | None = None,
    keep_take: bool = True,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Regenerated:
    """Rewrite steps x levels of a sound's mid; all else stays, bit by bit.

    Parameters
    ----------
    codes : path
        A ``.codes`` file.
    output : path
        A ``.codes`` file, or a ``.wav`` to hear it at once.
    start, stop, levels, tempo, beats_per_bar, locked
        The selection, as for edits.
    candidates : int in 1..64
        Tries, of which the one stays whose edges fit best.
    keep_take : bool
        Whether it becomes a take of the history (:mod:`distill.api.takes`).

    Raises
    ------
    BadSetting, BadCodes, ForeignCodes, UnknownModel, NoSpace
        One sentence each; then nothing is written.
    """
    heard = is_wav(output)
    (target,) = (
        [wav_target(output)]
        if heard
        else codes_targets([Path(codes)], Path(output), verb="regenerate", endings=".codes or .wav")
    )
    before = storage.load(codes)
    opened = model_of(before, Path(codes).name, model=model, home=home, device=device)
    region = read_region(
        codes=before, start=start, stop=stop, levels=levels, channels="mid",
        tempo=None if tempo is None else Tempo(tempo, beats_per_bar), locked=tuple(locked),
    )  # fmt: skip
    made = rewritten(
        opened, before, region, creativity=creativity, focus=focus, diversity=diversity, experimental=experimental,
        guard_seconds=guard_seconds, candidates=candidates, seed=seed, report=report, cancel=cancel,
    )  # fmt: skip
    after = apply(before, [made.edit])
    told = edited(after, target)  # before anything is written: what it was may be damaged
    if heard:
        told = replace(told, sentences=write_sound(opened, after, target, None, 0, report, cancel).sentences)
    else:
        storage.save(after, target)
    kept_as = NOT_KEPT
    if keep_take:
        kept_as = keep_as_take(
            "regenerate", model=opened, codes=after, path=target, home=home, sound=heard, seed=seed
        )
    sentences = (*told.sentences, *made.sentences, *kept_as.sentences)
    return Regenerated(told, made.seam_bits, made.paste_bits, made.novelty, sentences, kept_as.number)


@dataclass(frozen=True)
class Rewriting:
    """What :func:`rewritten` proposes for a selection.

    Attributes
    ----------
    edit : Edit
        The record that writes it: it replays without a prior.
    seam_bits, paste_bits, novelty
        As :class:`Regenerated`.
    sentences : tuple of str
    """

    edit: Edit
    seam_bits: float | None
    paste_bits: float | None
    novelty: Novelty
    sentences: tuple[str, ...]


def rewritten(
    model: Model,
    codes: Codes,
    region: Region,
    *,
    creativity: float | None = None,
    focus: float | None = None,
    diversity: float | None = None,
    experimental: float | None = None,
    guard_seconds: float | None = 1.0,
    candidates: int = 16,
    seed: int = 0,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Rewriting:
    """As :func:`regenerate`, in memory and as an edit that is still to be made.

    Parameters
    ----------
    region : Region
        Of the mid; what it says of channels does not count.
    candidates : int in 1..64

    Raises
    ------
    BadSetting, BadModelFile, Cancelled
        If the model has no prior, the selection is too long, or it was stopped.
    """
    if not 1 <= candidates <= 64:
        raise BadSetting(f"{candidates} tries were asked for; choose 1 to 64.")
    region = region.model_copy(update={"channels": "mid"})
    cells = region.cells(codes.grid.shape)
    if cells.stop - cells.start > MOST_STEPS:
        raise BadSetting(
            f"{(cells.stop - cells.start) / codes.step_rate:.0f} s were selected; regenerate at most a minute at once."
        )
    kept = model.prior
    settings = sampling_of(
        creativity=creativity, focus=focus, diversity=diversity, experimental=experimental,
        codebook_size=codes.codebook_size, patience=kept.patience, seed=seed,
    )  # fmt: skip
    past = codes.grid[0][:, :0]
    drawn_from, settings = kept.rewritten_with(settings, codes.grid[0], cells.start, cells.stop)
    result = rewrite(
        kept.prior,
        codes.grid[0],
        start=cells.start,
        stop=cells.stop,
        levels=cells.levels.tolist(),
        rng=np.random.default_rng(seed),
        candidates=candidates,
        drawn_from=drawn_from,
        guard=guard_of(kept, guard_seconds, past, step_rate=codes.step_rate),
        shape=shaped(settings, num_levels=codes.num_levels),
        material=kept.grids,
        report=report,
        cancel=cancel,
    )
    part = result.grid[:, cells.start : cells.stop]
    held = result.grid[:, cells.start - 1].tolist() if cells.start else None
    novelty = NoveltyMeter(kept.places, step_rate=codes.step_rate).measure([part], before=held)
    return Rewriting(
        _as_edit(result.grid[None, :, cells.start : cells.stop], codes.fingerprint, region, seed),
        result.seam_bits,
        result.paste_bits,
        novelty,
        (*_about_seams(result), *novelty.sentences(kept.real)),
    )


def _as_edit(block: Grid, fingerprint: str, region: Region, seed: int) -> Edit:
    """The record: the new codes [1, K, s] pasted where they are, so that it replays without a prior."""
    material = Material.of_grid(block, source="regenerated", fingerprint=fingerprint)
    return Edit(Paste(material=material), region, seed)


def _about_seams(result: Rewritten) -> tuple[str, ...]:
    if result.seam_bits is None:
        return ()
    said = f"Its edges cost {result.seam_bits:.1f} bits a code"
    if result.paste_bits is not None:
        said += f"; with random parts of the collection there they would cost {result.paste_bits:.1f}"
    return (f"{said}.",)
