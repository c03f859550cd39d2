from __future__ import annotations

import numpy as np
import pytest
from bench.usage import usage_by_level


def test_every_entry_used_alike_is_full_use() -> None:
    grid = np.tile(np.arange(16), 4).reshape(1, 1, 64).repeat(3, axis=1)
    utilisation, perplexity = usage_by_level([grid], codebook_size=16)
    assert utilisation == [1.0] * 3
    assert perplexity == pytest.approx([16.0] * 3)


def test_sounds_and_channels_are_counted_together_and_levels_apart() -> None:
    mono = np.array([[[0, 0], [1, 1]]])
    stereo = np.array([[[1, 1], [1, 1]], [[2, 3], [1, 1]]])
    utilisation, perplexity = usage_by_level([mono, stereo], codebook_size=8)
    assert utilisation == [4 / 8, 1 / 8]
    entropy = 2 * (1 / 3) * np.log(3) + 2 * (1 / 6) * np.log(6)
    assert perplexity == pytest.approx([np.exp(entropy), 1.0])
