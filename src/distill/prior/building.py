"""Build a prior of any kind again from what a model file keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

import numpy.typing as npt

from distill.codes.json_values import JSON
from distill.errors import BadModelFile
from distill.prior.interface import Prior

__all__ = ["KINDS", "from_tensors"]

# kind -> module and class; loaded when needed, because networks need torch, which takes a second
KINDS: dict[str, tuple[str, str]] = {
    "backoff": ("distill.prior.backoff", "BackoffPrior"),
    "lstm": ("distill.prior.network_prior", "NetworkPrior"),
    "transformer": ("distill.prior.network_prior", "NetworkPrior"),
    "mixture": ("distill.prior.mixture", "Mixture"),
    "cache": ("distill.prior.cache", "CachePrior"),
}


def from_tensors(settings: JSON, tensors: Mapping[str, npt.NDArray[Any]]) -> Prior:
    """Build the prior whose ``settings()`` and ``tensors()`` these are.

    Raises
    ------
    BadModelFile, BadSetting
        If there is no such kind of prior, or settings and tensors do not fit together.
    """
    kind = settings.get("kind") if isinstance(settings, Mapping) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadModelFile(
            f"there is no prior of kind {str(kind)[:40]!r}; the kinds are {', '.join(KINDS)}, so train the prior again."
        )
    module, name = KINDS[kind]
    return cast("type[Prior]", getattr(import_module(module), name)).from_tensors(settings, tensors)
