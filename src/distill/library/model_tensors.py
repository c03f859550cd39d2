"""Which tensors a model file may hold, of which shapes and types, and what they hash to."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from distill.codes.entries import Entries
from distill.config import CodecConfig
from distill.library.description import damaged
from distill.library.model_header import ModelHeader

if TYPE_CHECKING:  # torch takes a second to load
    import torch

__all__ = ["CODEC", "ENTRIES", "PRIOR", "ExpectedTensors", "digest_of", "fault_of", "require"]

ExpectedTensors: TypeAlias = "Callable[[CodecConfig], Mapping[str, tuple[tuple[int, ...], torch.dtype]]]"

CODEC, ENTRIES, PRIOR = "codec.", "entries.", "prior."


def require(header: ModelHeader, expected: ExpectedTensors, shown: str) -> None:
    """Refuse a file whose tensors are not exactly those that its configuration calls for.

    Raises
    ------
    BadModelFile
        Naming the first tensor that is missing, foreign or misshapen.
    """
    names = {"torch.float32": "F32", "torch.int64": "I64"}
    wanted = {
        CODEC + name: (names.get(str(dtype)), shape)
        for name, (shape, dtype) in expected(header.codec_config).items()
    }
    # What a prior holds follows from its settings; distill.prior.kept checks it when it is built.
    found = {
        name: (info.dtype, info.shape) for name, info in header.tensors.items() if not name.startswith(PRIOR)
    }
    if any(name.startswith(ENTRIES) for name in found):
        config = header.codec_config
        shapes = Entries.shapes(config.num_levels, config.codebook_size, config.latent_dim)
        wanted |= {
            ENTRIES + name: ("I64" if name == "usage" else "F32", shape) for name, shape in shapes.items()
        }
    if wanted == found:
        return
    name = min(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if name not in found:
        raise damaged(shown, f"the tensor {name!r} is missing")
    if name not in wanted:
        raise damaged(shown, f"the tensor {name[:80]!r} does not belong to this codec")
    raise damaged(
        shown, f"the tensor {name!r} has type and shape {found[name]}, and its codec has {wanted[name]}"
    )


def fault_of(name: str, tensor: torch.Tensor) -> str | None:
    """Say what is wrong with a tensor, if anything is."""
    import torch

    if not name.startswith((CODEC, ENTRIES, PRIOR)):
        return f"the tensor {name[:80]!r} does not belong to a codec"
    if name.startswith(PRIOR):
        if tensor.dtype not in (torch.float32, torch.float64, torch.int16, torch.int32, torch.int64):
            return f"the tensor {name!r} is {tensor.dtype}, which no prior holds"
    elif tensor.dtype not in (torch.float32, torch.int64):
        return f"the tensor {name!r} is {tensor.dtype}, neither float32 nor int64"
    if not bool(torch.isfinite(tensor).all()):
        return f"the tensor {name!r} holds values that are not finite"
    if name == f"{ENTRIES}usage" and bool((tensor < 0).any()):
        return f"the tensor {name!r} counts less than none"
    return None


def digest_of(tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over the tensors of a section; empty if there is none."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(f"\n{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest() if tensors else ""
