"""Train a model: from files to a ``.distill`` file in the library, resumable at any moment.

A training lives in ``training/NAME`` below the user folder: what was asked for (``request.json``), the decoded
sounds, checkpoints and previews. ``resume`` goes on with exactly that request; ``longer`` adds time to a
training that is finished.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from distill import device as devices
from distill.api.completing import PRIOR, complete
from distill.api.preparing import Estimate, budget_of, expect, find_sounds, fit_to, read_sounds
from distill.api.previews import previewer
from distill.api.requests import SOUNDS, Request, training_folder
from distill.api.training_lock import training_alone
from distill.codes.json_values import JSON
from distill.collection.scan import LeftOut, scan
from distill.config import Augmentation, Tier
from distill.errors import Cancelled, LibraryBusy
from distill.library.card import LICENCE
from distill.library.catalog import Catalog
from distill.library.locking import sweep
from distill.progress import Cancel, LevelHealth, Progress, Report, silent
from distill.training.codec_run import train_codec
from distill.training.interrupt import Pause
from distill.training.prior_fitting import Choice

__all__ = ["Estimate", "Trained", "estimate", "scan", "train"]


@dataclass(frozen=True)
class Trained:
    """A finished training.

    Attributes
    ----------
    name : str
    path : Path
        The model file.
    statistics : mapping
        As in the model file: ``utilisation`` and ``perplexity`` by level, ``own_mel_distance`` ...
    health : tuple of LevelHealth
    left_out : tuple of LeftOut
        Files that were not used, each with its reason.
    sentences : tuple of str
        What its owner should know.
    stopped : str
        ``"finished"``, or ``"early"`` when nothing got better any more.
    """

    name: str
    path: Path
    statistics: Mapping[str, JSON]
    health: tuple[LevelHealth, ...]
    left_out: tuple[LeftOut, ...]
    sentences: tuple[str, ...]
    stopped: str


def train(
    sounds: Sequence[Path | str] = (),
    *,
    name: str,
    tier: Tier | None = None,
    minutes: float | None = None,
    steps: int | None = None,
    codebook_size: int | None = None,
    num_levels: int | None = None,
    augmentation: Augmentation | None = None,
    prior: Choice | Literal["auto", "none"] | None = None,
    leave_out: Sequence[str] = (),
    trim: Mapping[str, tuple[float, float]] | None = None,
    seed: int = 0,
    device: str = "auto",
    home: Path | str | None = None,
    resume: bool = False,
    longer: bool = False,
    replace: bool = False,
    report: Report = silent,
    cancel: Cancel | None = None,
    pause: Pause | None = None,
) -> Trained:
    """Train a model on folders and files of sounds and put it into the library.

    Parameters
    ----------
    sounds : sequence of paths
        Folders are searched through. May be left out with ``resume`` and ``longer``.
    tier : str
        ``"draft"`` (at most 10 minutes on two CPU cores) or ``"standard"`` (at most an hour).
    minutes : float, optional
        The whole budget, instead of the tier's; with ``longer`` what is added.
    steps : int, optional
        Train for exactly so many steps, however long they take: the same seed then gives the same model
        on the same machine.
    codebook_size : int in 16..1024, optional
        Entries a level. More: closer, but each entry is rarer and edits are less predictable.
    num_levels : int in 2..8, optional
        Levels. Fewer: coarser sound, simpler grids.
    prior : str, optional
        What makes new sound: ``"auto"`` (by default) chooses by the number of sounds; ``"oracle"`` recombines,
        ``"ngram"`` counts, ``"lstm"`` and ``"transformer"`` are networks, ``"mixture"`` is both; ``"none"``.
    leave_out, trim
        As :func:`distill.collection.scan.scan`.
    resume : bool
        Go on with a training that was stopped or killed.
    longer : bool
        Go on with a training that is finished.
    replace : bool
        Replace a model, or an unfinished training, of that name.

    Raises
    ------
    BadCollection, BadSetting, NameTaken, DeviceUnavailable, NoSpace, TrainingFailed
        One sentence each.
    LibraryBusy
        If another process is training this.
    Cancelled
        If asked to stop; what was reached is saved, and ``resume`` goes on.
    """
    began = time.monotonic()
    catalog = Catalog(home)
    folder = training_folder(catalog, name)
    with training_alone(folder, name):
        if resume or longer:
            request = Request.load(folder, name, finished=longer).in_place(catalog)
            request.require_same(
                sounds, tier=tier, seed=seed or None, codebook_size=codebook_size, num_levels=num_levels,
                leave_out=tuple(leave_out), trim=trim, augmentation=augmentation, prior=prior,
                **({} if longer else {"minutes": minutes, "steps": steps}),
            )  # fmt: skip
            if longer:
                request = request.longer(minutes=minutes, steps=steps)
        else:
            request = Request.new(
                catalog, folder, name, sounds, tier=tier or "draft", minutes=minutes, steps=steps, seed=seed,
                codebook_size=codebook_size, num_levels=num_levels, leave_out=leave_out, trim=trim,
                augmentation=augmentation, prior=prior or "auto", replace=replace,
            )  # fmt: skip
        chosen = devices.choose(device)
        request = request.on(chosen.precision)
        report(Progress("train", message=chosen.sentence))
        found = find_sounds(request, report, cancel)
        try:
            store = read_sounds(found, folder, report, cancel)
        except LibraryBusy:  # another process reads into it
            raise
        except BaseException:
            if not Request.is_in(folder):  # nothing was trained yet, so nothing of it stays
                shutil.rmtree(folder, ignore_errors=True)
            raise
        if longer:  # the prior before belongs to codes that will be gone, also for whoever resumes this
            shutil.rmtree(folder / PRIOR, ignore_errors=True)
        proposal = fit_to(request, store)
        budget = budget_of(request, store, time.monotonic() - began)
        request = request.within(budget.seconds)
        # Only now, with sounds to train on, does a new training take the place of an older one.
        request.save(folder, afresh=not (resume or longer))
        sentences = [chosen.sentence, LICENCE, proposal.sentence]
        report(Progress("train", message=proposal.sentence))
        expected = expect(request, store, proposal, budget, chosen, time.monotonic() - began)
        report(Progress("train", message=expected.sentence, seconds_left=expected.seconds))
        trained = train_codec(
            store,
            proposal,
            budget=budget,
            folder=folder,
            seed=request.seed,
            device=chosen.torch,
            augmentation=request.augmentation,
            resume=resume or longer,
            preview=previewer(store),
            report=report,
            cancel=cancel,
            pause=pause,
        )
        stopped = Cancelled(
            f"training of {name!r} stopped at step {trained.outcome.step}, and everything is saved; "
            f"go on with: distill train --name {name!r} --resume"
        )
        if trained.outcome.stopped == "cancelled":
            raise stopped
        try:
            completed = complete(
                trained, store, request, proposal,
                catalog=catalog, chosen=chosen, began=began, longer=longer or request.used_steps > 0,
                folder=folder, report=report, cancel=cancel, pause=pause,
            )  # fmt: skip
        except Cancelled:
            raise stopped from None
        used = (trained.outcome.step, trained.outcome.seconds)
        request.finished(*used, made=completed.fingerprint).save(folder)
        # Request and checkpoints stay for training longer; the decoded sounds are many times their size.
        shutil.rmtree(folder / SOUNDS, ignore_errors=True)
        left_out = (*found.left_out, *store.left_out)
        return Trained(
            name, completed.path, completed.statistics, completed.health, left_out,
            (*sentences, *completed.sentences), trained.outcome.stopped,
        )  # fmt: skip


def estimate(
    sounds: Sequence[Path | str],
    *,
    tier: Tier = "draft",
    minutes: float | None = None,
    steps: int | None = None,
    codebook_size: int | None = None,
    num_levels: int | None = None,
    prior: Choice | Literal["auto", "none"] = "auto",
    leave_out: Sequence[str] = (),
    trim: Mapping[str, tuple[float, float]] | None = None,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Estimate:
    """Measure how long a training on these sounds would take here, by taking a few of its steps; parameters as :func:`train`.

    Raises
    ------
    BadCollection, BadSetting, DeviceUnavailable, NoSpace
        As :func:`train`.
    """
    began = time.monotonic()
    trainings = Catalog(home).folder.parent / "training"
    sweep(trainings)
    # A folder of its own, as estimates may be made side by side; by its name it is swept up later if this process is killed.
    folder = trainings / f".{secrets.token_hex(8)}.part"
    request = Request.checked(
        name="estimate", sounds=sounds, tier=tier, minutes=minutes, steps=steps, codebook_size=codebook_size,
        num_levels=num_levels, prior=prior, leave_out=tuple(leave_out), trim=dict(trim) if trim else None,
    )  # fmt: skip
    chosen = devices.choose(device)
    request = request.on(chosen.precision)
    found = find_sounds(request, report, cancel)
    try:
        store = read_sounds(found, folder, report, cancel)
        budget = budget_of(request, store, time.monotonic() - began)
        return expect(request, store, fit_to(request, store), budget, chosen, time.monotonic() - began)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
