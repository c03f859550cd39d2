"""What tests share: a user folder of their own, and a codec built in milliseconds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from distill.config import CodecConfig

if TYPE_CHECKING:
    from distill.codec.model import Codec

if "PYTEST_XDIST_WORKER" in os.environ:
    # Before torch is there: tests share the cores by their processes, and threads of several would wait for each other.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long an example takes is the machine's affair: a busy one must not fail a law.
settings.register_profile("distill", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("distill")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the models of whoever runs it."""
    folder = tmp_path / "home"
    monkeypatch.setenv("DISTILL_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_config() -> CodecConfig:
    return CodecConfig(
        num_mels=16, num_attack_mels=8, width=16, encoder_depth=1, decoder_depth=1, latent_dim=8, num_levels=3,
        codebook_size=16, codebook_dim=4,
    )  # fmt: skip


@pytest.fixture(scope="session")
def make_codec() -> Callable[..., Codec]:
    """Build an untrained codec whose codebooks are filled, so that different sounds have different codes."""
    import torch

    from distill.codec.care import fill
    from distill.training.codec_run import new_codec

    def make(config: CodecConfig, *, seed: int = 0) -> Codec:
        codec = new_codec(config, seed=seed).eval()
        draw = torch.Generator().manual_seed(seed)
        loudness = torch.logspace(-3, 0, 40)[:, None]
        with torch.no_grad():
            latents = codec.latents(loudness * torch.randn(40, 16 * config.step_length, generator=draw))
        fill(codec.quantizer, latents.flatten(0, 1), generator=draw)
        return codec

    return make


@pytest.fixture
def tiny_codec(tiny_config: CodecConfig, make_codec: Callable[..., Codec]) -> Codec:
    return make_codec(tiny_config)
