from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.bench.untrained import Opened

from distill.codec.model import Codec
from distill.config import CodecConfig


@pytest.fixture
def subject(tiny_config: CodecConfig, make_codec: Callable[..., Codec]) -> Opened:
    return Opened(make_codec(tiny_config))
