from __future__ import annotations

import numpy as np
import pytest
from tests.signals import mixture

from distill import render
from distill.audio.clip import Clip
from distill.codec.model import Codec
from distill.errors import BadSetting


@pytest.mark.parametrize("channels", [1, 2])
def test_all_levels_are_the_sound_and_the_first_ones_are_up_to_a_level(
    tiny_codec: Codec, channels: int
) -> None:
    codes = render.encode(tiny_codec, Clip(mixture(24_000, seed=1, channels=channels)))
    every = range(1, codes.num_levels + 1)
    np.testing.assert_array_equal(
        render.decode(tiny_codec, codes, levels=list(every)).samples, render.decode(tiny_codec, codes).samples
    )
    np.testing.assert_array_equal(
        render.decode(tiny_codec, codes, levels=[1]).samples,
        render.decode(tiny_codec, codes, up_to_level=1).samples,
    )
    silent = render.decode(tiny_codec, codes, levels=[]).samples
    assert silent.shape == (channels, 24_000)
    assert not silent.any()
    with pytest.raises(BadSetting, match="these codes have 1 to"):
        render.decode(tiny_codec, codes, levels=[codes.num_levels + 1])
