"""What is measured stands in here with a codec that nobody trained: the benches of edits share it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.subject import Distill

from distill.codec.model import Codec

__all__ = ["Opened"]


class Opened(Distill):
    """Distill with a codec that nobody trained."""

    def __init__(self, codec: Codec) -> None:
        self.codec = codec

    def open(self, name: str, *, home: Path) -> Any:
        return self.codec
