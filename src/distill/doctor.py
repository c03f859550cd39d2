"""What this machine can do: everything that ``distill doctor`` tells, measured and judged.

Devices are tried in :mod:`distill.device`; here they are put beside memory, disk, sound formats, the library
and the time that training takes.
"""

from __future__ import annotations

import importlib.util
import math
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch

from distill.codec.model import Codec
from distill.config import CodecConfig, CodecTraining, Tier
from distill.device import Device, available, choose, smoke_test
from distill.errors import UnknownModel
from distill.home import home as user_folder
from distill.library.catalog import Catalog
from distill.training.codec_task import CodecTask
from distill.training.fitting import TIERS
from distill.version import VERSION

__all__ = ["Report", "examine", "step_seconds"]

FORMATS = ("WAV", "AIFF", "FLAC", "OGG", "MP3")
LITTLE_DISK = 2 * 2**30  # bytes
LITTLE_MEMORY = 3 * 2**30
AUDIBLE_DB = -60.0  # a device that decodes differently by more than this is not to be trusted

StepSeconds = Callable[[Device], float]


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes
    ----------
    versions : mapping of str to str
        Of Distill, Python, torch and libsndfile; and the system's name.
    device : Device
        The one that would be used, with its rates and precision.
    tried : mapping of str to (str or None)
        Each kind of device that is there, and what failed in its test.
    difference_db : float or None
        Largest difference between that device and the CPU in a decoded sound, against its peak; None if
        there is none at all.
    home : Path
    home_fault : str or None
        Why the user folder cannot be written to.
    num_models : int
    free_disk_bytes : int
    free_memory_bytes : int or None
        None where the system does not tell.
    formats : mapping of str to bool
        Which kinds of sound file can be read.
    has_ui : bool
        Whether the browser interface is installed.
    tier_seconds : mapping of str to float
        Estimated length of a training, by tier.
    tiers : mapping of str to str
        The same as sentences.
    problems : tuple of str
        What stands in the way or deserves a look, most important first.
    verdict : str
        All of it in one sentence.
    """

    versions: Mapping[str, str]
    device: Device
    tried: Mapping[str, str | None]
    difference_db: float | None
    home: Path
    home_fault: str | None
    num_models: int
    free_disk_bytes: int
    free_memory_bytes: int | None
    formats: Mapping[str, bool]
    has_ui: bool
    tier_seconds: Mapping[str, float]
    tiers: Mapping[str, str]
    problems: tuple[str, ...]
    verdict: str

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        device = {field.name: getattr(self.device, field.name) for field in fields(self.device)}
        device["rates"] = dict(self.device.rates)
        return values | {"home": str(self.home), "problems": list(self.problems), "device": device}


def step_seconds(device: Device) -> float:
    """Time one training step on noise: forwards, losses, backwards, optimiser."""
    config = CodecConfig()
    settings = CodecTraining(precision=device.precision)
    length = settings.crop_steps * config.step_length
    crops = np.random.default_rng(0).normal(0, 0.1, (settings.batch_size, length)).astype(np.float32)

    def same(step: int, batch_size: int, *, everything: bool) -> np.ndarray[Any, np.dtype[np.float32]]:
        return crops[:, None]

    with torch.random.fork_rng(devices=[]):
        codec = Codec(config).to(device.torch)
    task = CodecTask(codec, same, own=crops[:1], held_out=crops[:1], settings=settings, seed=0)
    task.train_step(0, settings.batch_size, 0.0)  # the first sets things up
    times = []
    for step in (1, 2, 3):
        started = time.perf_counter()
        task.train_step(step, settings.batch_size, 0.0)
        times.append(time.perf_counter() - started)
    return sorted(times)[1]


def examine(
    home: Path | str | None = None, device: str = "auto", *, time_a_step: StepSeconds = step_seconds
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
    fault = _write_fault(standing)
    damaged, num_models = _models(home)
    step = time_a_step(chosen)
    seconds: dict[Tier, float] = {
        tier: min(60 * budget.minutes, budget.steps * step) for tier, budget in TIERS.items()
    }
    difference_db = _difference_db(chosen)
    disk, memory = shutil.disk_usage(standing).free, _free_memory()
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


@torch.inference_mode()
def _difference_db(device: Device) -> float | None:
    """Decode the same codes there and on the CPU with a small random codec."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        codec = Codec(CodecConfig(width=32, encoder_depth=1, decoder_depth=1)).eval()
        codes = torch.randint(0, codec.codebook_size, (1, codec.num_levels, 48))
    wanted = codec.decode(codes)
    found = codec.to(device.torch).decode(codes.to(device.torch)).cpu()
    difference, peak = float((found - wanted).abs().max()), float(wanted.abs().max())
    return 20 * math.log10(max(difference / max(peak, 1e-9), 1e-9)) if difference else None


def _write_fault(folder: Path) -> str | None:
    """Try to write below a folder that exists; what it does when asked counts more than its permissions."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"distill")
            file.flush()
    except OSError as error:
        return (error.strerror or "it refuses").lower()
    return None


def _models(home: Path | str | None) -> tuple[str, int]:
    """Count the models; and one sentence if some are damaged."""
    try:
        entries = Catalog(home).list()
    except UnknownModel as error:
        return str(error), 0
    broken = [entry.name for entry in entries if entry.damaged]
    if not broken:
        return "", len(entries)
    return f"damaged in the library: {', '.join(broken)}; distill models list tells why.", len(entries)


def _free_memory() -> int | None:
    """Bytes that a new program could use; where only the whole is told, the whole."""
    try:
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return None
