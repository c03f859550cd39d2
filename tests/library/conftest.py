from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch

from distill.codec.model import Codec
from distill.config import CodecConfig
from distill.library.model_file import ModelFile, save
from distill.library.takes import Takes


@pytest.fixture(scope="session")
def tiny_config() -> CodecConfig:
    return CodecConfig(
        num_mels=16,
        n_fft=1024,
        width=16,
        encoder_depth=1,
        decoder_depth=1,
        latent_dim=8,
        num_levels=2,
        codebook_size=16,
        codebook_dim=4,
    )


@pytest.fixture(scope="session")
def tiny_tensors(tiny_config: CodecConfig) -> Mapping[str, torch.Tensor]:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return {f"codec.{name}": tensor for name, tensor in Codec(tiny_config).state_dict().items()}


@pytest.fixture
def tiny_model(tiny_config: CodecConfig, tiny_tensors: Mapping[str, torch.Tensor]) -> ModelFile:
    """A model that is small, untrained and has something to say about itself."""
    statistics: dict[str, Any] = {
        "utilisation": [0.75, 0.25],
        "perplexity": [9.5, 3.25],
        "own_mel_distance": 1.05,
        "steps": 1300,
        "seconds": 412.0,
        "device": "CPU, 2 cores",
        "tier": "draft",
        "created": "2026-11-20T10:00:00+00:00",
        "distill_version": "1.1.0",
    }
    collection: dict[str, Any] = {
        "fingerprint": "ab" * 32,
        "names": ["a.wav", "bächle.wav"],
        "seconds": 83.5,
        "licence": "All sounds are my own.",
    }
    return ModelFile("Bells", tiny_config, dict(tiny_tensors), statistics, collection, {"seed": 1})


@pytest.fixture
def path(tmp_path: Path, tiny_model: ModelFile) -> Path:
    """The file of that model."""
    path = tmp_path / "bells.distill"
    save(path, tiny_model)
    return path


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    """Bytes that a history keeps without looking at them."""
    path = tmp_path / "rain.wav"
    path.write_bytes(b"RIFF" + bytes(10_000))
    return path


@pytest.fixture
def takes(user_folder: Path) -> Takes:
    """The history of this test's own user folder, empty."""
    return Takes()
