"""What a verb says when it refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from distill.errors import DistillError

__all__ = ["sentence"]


def sentence(kind: type[DistillError], train: Callable[..., object], *given: object, **asked: object) -> str:
    with pytest.raises(kind) as caught:
        train(*given, **asked)
    assert type(caught.value) is kind
    return str(caught.value)
