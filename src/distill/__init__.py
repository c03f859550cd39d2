"""Distill: train a generative audio model on your own sounds, explore it as a grid of codes.

The verbs (``distill.train``, ``distill.resynth`` ...) are those of :mod:`distill.api`; they are loaded when
first used, because torch takes a second to load and ``distill --help`` should not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distill.api import (
        blend,
        decode,
        edit,
        encode,
        estimate,
        models,
        open_model,
        resynth,
        scan,
        show,
        swap,
        train,
    )

__all__ = [
    "blend",
    "decode",
    "edit",
    "encode",
    "estimate",
    "models",
    "open_model",
    "resynth",
    "scan",
    "show",
    "swap",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from distill import api

        return getattr(api, name)
    raise AttributeError(f"module 'distill' has no attribute {name!r}")
