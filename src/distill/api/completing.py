"""What follows a codec's training: measured, its entries listened to, its prior made, and all of it put into the library."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch

from distill import atlas
from distill import device as devices
from distill.api.inheriting import inherited
from distill.api.preparing import prior_budget_of
from distill.api.requests import Request
from distill.codes.json_values import JSON
from distill.codes.quiet import silent_codes
from distill.collection.store_index import Store
from distill.library.bin import Binned
from distill.library.catalog import Catalog
from distill.library.model_file import ModelFile
from distill.library.model_moves import succeed
from distill.progress import Cancel, LevelHealth, Report
from distill.training.appraisal import Appraisal, appraise
from distill.training.codec_run import TrainedCodec
from distill.training.fitting import Fit
from distill.training.interrupt import Pause
from distill.training.prior_fitting import NETWORKED, choose
from distill.training.prior_section import MadePrior, make_prior
from distill.training.prior_versions import with_versions
from distill.version import VERSION

__all__ = ["PRIOR", "Completed", "complete"]

PRIOR = "prior"  # where a network's checkpoints lie in a training's folder


@dataclass(frozen=True)
class Completed:
    """A model in the library, and what there is to tell of it."""

    path: Path
    fingerprint: str
    statistics: Mapping[str, JSON]
    health: tuple[LevelHealth, ...]
    sentences: tuple[str, ...]


def complete(
    trained: TrainedCodec,
    store: Store,
    request: Request,
    proposal: Fit,
    *,
    catalog: Catalog,
    chosen: devices.Device,
    folder: Path,
    began: float,
    longer: bool,
    report: Report,
    cancel: Cancel | None,
    pause: Pause | None,
) -> Completed:
    """Make a model of a trained codec.

    Parameters
    ----------
    folder : Path
        Of the training.
    began : float
        When this call of it began, by :func:`time.monotonic`.
    longer : bool
        Whether the codec went on from a finished one, in this call of it or an earlier one: entries' names then still apply.

    Raises
    ------
    Cancelled
        If asked to stop; a prior's training is saved.
    TrainingFailed, NoSpace
        One sentence each.
    """
    measured = appraise(trained.codec, store, store.rms_db, report=report, cancel=cancel)
    entries = atlas.measure(trained.codec, measured.grids, seed=request.seed, report=report, cancel=cancel)
    made = _prior(
        trained,
        store,
        request,
        measured,
        silent_codes(entries),
        folder / PRIOR,
        chosen,
        report,
        cancel,
        pause,
    )
    owners = inherited(catalog, request, entries, collection=store.fingerprint, longer=longer)
    statistics = _statistics(request, trained, measured, chosen, began) | {
        "entry_fits": {name: round(fit, 3) for name, fit in entries.fits_by_name.items()}
    }
    if made is not None:
        statistics["prior"] = _prior_statistics(made)
    model = ModelFile(
        name=request.name,
        codec_config=trained.codec.config,
        tensors={
            **{f"codec.{key}": tensor.cpu() for key, tensor in trained.codec.state_dict().items()},
            **{f"entries.{key}": tensor for key, tensor in atlas.to_tensors(entries).items()},
            **_prior_tensors(made),
        },
        statistics=statistics,
        collection={
            "fingerprint": store.fingerprint,
            "names": list(store.names),
            "seconds": round(store.seconds, 3),
            "licence": owners.licence,
        },
        training=proposal.training.model_dump(mode="json"),
        notes=owners.notes,
        tags=owners.tags,
        prior={} if made is None else made.kept.about(),
    )
    path, gone = succeed(catalog, model, replaces=request.replaces)
    sentences = (*(() if made is None else made.sentences), *owners.sentences, *map(_gone, gone))
    return Completed(path, model.fingerprint, statistics, measured.health, sentences)


def _gone(one: Binned) -> str:
    return (
        f"Another model had got the name {one.name!r} since this training began. It is in the bin, and distill models "
        f"restore {one.name!r} --name OTHER brings it back."
    )


def _prior(
    trained: TrainedCodec,
    store: Store,
    request: Request,
    measured: Appraisal,
    silent: tuple[int, ...],
    folder: Path,
    chosen: devices.Device,
    report: Report,
    cancel: Cancel | None,
    pause: Pause | None,
) -> MadePrior | None:
    if request.prior == "none":
        return None
    mids = [grid[0] for grid in measured.grids]
    if choose(len(mids), asked=request.prior).choice in NETWORKED:
        sounds = with_versions(
            trained.codec, store, mids, store.rms_db, seed=request.seed, report=report, cancel=cancel
        )
    else:
        sounds = [[mid] for mid in mids]
    return make_prior(
        sounds,
        store.names,
        codec=trained.codec.fingerprint(),
        codebook_size=trained.codec.codebook_size,
        step_rate=trained.codec.step_rate,
        silent_codes=silent,
        folder=folder,
        seed=request.seed,
        device=chosen.torch,
        asked=request.prior,
        budget=prior_budget_of(request),
        report=report,
        cancel=cancel,
        pause=pause,
    )


def _prior_tensors(made: MadePrior | None) -> dict[str, torch.Tensor]:
    if made is None:
        return {}
    return {f"prior.{name}": torch.from_numpy(array.copy()) for name, array in made.kept.tensors().items()}


def _prior_statistics(made: MadePrior) -> dict[str, JSON]:
    fitted = made.fitted
    return {
        "choice": fitted.choice,
        "held_out_bits": round(fitted.held_out_bits, 4),
        "own_bits": round(fitted.own_bits, 4),
        "perplexity": round(made.kept.perplexity.value, 2),
        "members": {name: round(bits, 4) for name, bits in fitted.members.items()},
        "steps": 0 if fitted.outcome is None else fitted.outcome.step,
        "real": None if made.kept.real is None else made.kept.real.to_json(),
    }


def _statistics(
    request: Request, trained: TrainedCodec, measured: Appraisal, chosen: devices.Device, began: float
) -> dict[str, JSON]:
    return {
        "utilisation": [round(level.utilisation, 4) for level in measured.health],
        "perplexity": [round(level.perplexity, 2) for level in measured.health],
        "own_mel_distance": round(measured.own_mel_distance, 4),
        "sounds_measured": measured.sounds_measured,
        "steps": trained.outcome.step,
        "best_step": trained.outcome.best_step,
        # A resumed training knows of its earlier parts only what the loop has counted.
        "seconds": round(max(request.used_seconds + time.monotonic() - began, trained.outcome.seconds), 1),
        "training_seconds": round(trained.outcome.seconds, 1),
        "waited_share": round(trained.waited_share, 4),
        "stopped": trained.outcome.stopped,
        "rollbacks": trained.outcome.rollbacks,
        "device": chosen.kind,
        "precision": request.precision,
        "tier": request.tier,
        "seed": request.seed,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "distill_version": VERSION,
    }
