"""The kinds of device there are."""

from __future__ import annotations

from typing import Literal, get_args

__all__ = ["KINDS", "SPOKEN", "Kind"]

Kind = Literal["cuda", "mps", "cpu"]
KINDS: tuple[Kind, ...] = get_args(Kind)  # in the order they are preferred
SPOKEN = {"cuda": "the NVIDIA GPU", "mps": "the Apple GPU", "cpu": "the CPU"}
