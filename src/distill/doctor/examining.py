"""All the looks at this machine put together, and judged in a sentence."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from collections.abc import Callable
from pathlib import Path

import soundfile
import torch

from distill.config import Tier
from distill.device import Device, available, choose, smoke_test
from distill.doctor import looks
from distill.doctor.report import Report
from distill.home import home as user_folder
from distill.training.fitting import TIERS
from distill.version import VERSION

__all__ = ["examine"]

FORMATS = ("WAV", "AIFF", "FLAC", "OGG", "MP3")
LITTLE_DISK = 2 * 2**30  # bytes
LITTLE_MEMORY = 3 * 2**30
AUDIBLE_DB = -60.0  # a device that decodes differently by more than this is not to be trusted

StepSeconds = Callable[[Device], float]


def examine(
    home: Path | str | None = None, device: str = "auto", *, time_a_step: StepSeconds = looks.step_seconds
) -> Report:
    """Look at this machine; takes a few seconds and leaves nothing behind.

    Parameters
    ----------
    home : path, optional
        The user folder.
    device : str
        As for :func:`distill.device.choose`.
    time_a_step : function
        How long one training step takes.

    Raises
    ------
    DeviceUnavailable
        If a device was asked for by name and cannot be used.
    """
    chosen = choose(device)
    tried: dict[str, str | None] = {
        kind: None if kind == chosen.kind else smoke_test(kind) for kind in available()
    }
    folder = user_folder(home)
    standing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    fault = looks.write_fault(standing)
    damaged, num_models = looks.models(home)
    step = time_a_step(chosen)
    seconds: dict[Tier, float] = {
        tier: min(60 * budget.minutes, budget.steps * step) for tier, budget in TIERS.items()
    }
    difference_db = looks.difference_db(chosen)
    disk, memory = shutil.disk_usage(standing).free, looks.free_memory()
    formats = {name: name in soundfile.available_formats() for name in FORMATS}
    problems = [
        f"the user folder {str(folder)!r} cannot be written to ({fault}): choose another with DISTILL_HOME or --home."
        if fault
        else "",
        f"only {_giga(disk)} are free on the disk of {str(folder)!r}: make room before training."
        if disk < LITTLE_DISK
        else "",
        f"only {_giga(memory)} of memory are free: close other programs before training."
        if memory is not None and memory < LITTLE_MEMORY
        else "",
        f"sounds decoded by this device differ from the CPU's by {difference_db:.0f} dB: use --device cpu."
        if difference_db is not None and difference_db > AUDIBLE_DB
        else "",
        *(failure or "" for failure in tried.values()),
        damaged,
        *(
            f"{name} files cannot be read here: convert them to WAV."
            for name, can in formats.items()
            if not can
        ),
    ]
    found = tuple(problem for problem in problems if problem)
    return Report(
        versions={
            "distill": VERSION,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "libsndfile": soundfile.__libsndfile_version__,
            "system": f"{platform.system()} {platform.release()}",
        },
        device=chosen,
        tried=tried,
        difference_db=difference_db,
        home=folder,
        home_fault=fault,
        num_models=num_models,
        free_disk_bytes=disk,
        free_memory_bytes=memory,
        formats=formats,
        has_ui=importlib.util.find_spec("gradio") is not None,
        tier_seconds=dict(seconds.items()),
        tiers={tier: _tier_sentence(tier, value) for tier, value in seconds.items()},
        problems=found,
        verdict=_verdict(found, fault, seconds["draft"]),
    )


def _verdict(problems: tuple[str, ...], home_fault: str | None, draft_seconds: float) -> str:
    if home_fault:
        return f"Not ready: {problems[0]}"
    ready = f"Ready: a draft takes at most about {_minutes(draft_seconds)} here"
    if not problems:
        return f"{ready}."
    rest = f" ({len(problems) - 1} more above)" if len(problems) > 1 else ""
    return f"{ready}, but {problems[0].rstrip('.')}{rest}."


def _tier_sentence(tier: Tier, seconds: float) -> str:
    budget = TIERS[tier]
    if seconds < 60 * budget.minutes:
        return f"{tier}: at most about {_minutes(seconds)}, for {budget.steps:,} training steps."
    return f"{tier}: at most {_minutes(seconds)}, the limit of this tier; --minutes sets another."


def _minutes(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    return f"{minutes} minute" + ("s" if minutes > 1 else "")


def _giga(count: float) -> str:
    return f"{count / 2**30:.1f} GB"
