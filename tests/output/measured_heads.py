"""The measured heads of the shared folder, where there is one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from distill.output.measured_head import MeasuredHead
from distill.output.sofa import read_head

__all__ = ["HEADS", "measured_head", "path_of"]

HEADS = ("mit_kemar_normal_pinna", "cipic_subject_003")
_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "hrtf"


def path_of(name: str) -> Path:
    """Skip the test where the file is not there."""
    path = _FOLDER / f"{name}.sofa"
    if not path.exists():
        pytest.skip("the measured heads are not on this machine")
    return path


@lru_cache(maxsize=2)
def _read(path: Path) -> MeasuredHead:
    return read_head(path)


def measured_head(name: str) -> MeasuredHead:
    return _read(path_of(name))
