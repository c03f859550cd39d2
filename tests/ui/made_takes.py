"""Takes for the history without a model that made them, and answers of jobs."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from tests.signals import mixture

from distill.api.recipes import Recipe
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.codes.grid import Codes
from distill.library.take_files import TakeRecord
from distill.library.takes import Takes

__all__ = ["ended", "make_take"]

_CODES = Codes(
    np.arange(90).reshape(1, 3, 30) % 16, codebook_size=16, fingerprint="1a2b3c4d", model="bells",
    num_samples=30_720,
)  # fmt: skip


def make_take(
    folder: Path, title: str, *, seconds: float = 1.0, gain: float = 1.0, seed: int = 1, **known: Any
) -> int:
    """Keep a sound of its own as a take; return its number."""
    sound = folder / f"sound-{seed}.wav"
    write_wav(sound, Clip(gain * mixture(round(48_000 * seconds), seed=seed)))
    record = TakeRecord(
        verb="generate", title=title, path=str(sound), created="2026-03-01T10:30:00+00:00", model="bells",
        fingerprint="1a2b3c4d", seed=seed, seconds=seconds, loudness=-20.0, loudness_unit="LUFS",
        sha256=hashlib.sha256(sound.read_bytes()).hexdigest(), **known,
    )  # fmt: skip
    recipe = Recipe.of(model="bells", seed=seed, seconds=seconds, creativity=0.7, fingerprint="1a2b3c4d")
    kept, _ = Takes().add(record, _CODES, sound=sound, recipe=recipe.model_dump(mode="json"))
    return kept.number


def ended(client: httpx.Client, path: str, asked: dict[str, Any] | None = None) -> dict[str, Any]:
    """Start a job by its route, and return what it says at its end."""
    answer = client.post(path, json=asked or {})
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    while job["state"] == "running":
        time.sleep(0.02)
        job = client.get(f"/distill/jobs/{job['job']}").json()
    return job
