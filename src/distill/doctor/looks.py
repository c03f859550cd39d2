"""One look each: the time of a step, whether a device decodes as the CPU does, disk, memory, the library."""

from __future__ import annotations

import math
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from distill.codec.model import Codec
from distill.config import CodecConfig, CodecTraining
from distill.device import Device
from distill.errors import UnknownModel
from distill.library.catalog import Catalog
from distill.training.codec_task import CodecTask

__all__ = ["difference_db", "free_memory", "models", "step_seconds", "write_fault"]


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


@torch.inference_mode()
def difference_db(device: Device) -> float | None:
    """Decode the same codes there and on the CPU with a small random codec."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        codec = Codec(CodecConfig(width=32, encoder_depth=1, decoder_depth=1)).eval()
        codes = torch.randint(0, codec.codebook_size, (1, codec.num_levels, 48))
    wanted = codec.decode(codes)
    found = codec.to(device.torch).decode(codes.to(device.torch)).cpu()
    difference, peak = float((found - wanted).abs().max()), float(wanted.abs().max())
    return 20 * math.log10(max(difference / max(peak, 1e-9), 1e-9)) if difference else None


def write_fault(folder: Path) -> str | None:
    """Try to write below a folder that exists; what it does when asked counts more than its permissions."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"distill")
            file.flush()
    except OSError as error:
        return (error.strerror or "it refuses").lower()
    return None


def models(home: Path | str | None) -> tuple[str, int]:
    """Count the models; and one sentence if some are damaged."""
    try:
        entries = Catalog(home).list()
    except UnknownModel as error:
        return str(error), 0
    broken = [entry.name for entry in entries if entry.damaged]
    if not broken:
        return "", len(entries)
    return f"damaged in the library: {', '.join(broken)}; distill models list tells why.", len(entries)


def free_memory() -> int | None:
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
