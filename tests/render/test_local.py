"""After an edit only its surroundings are decoded; what lies beyond keeps its samples to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.signals import mixture

from distill import render
from distill.audio.clip import Clip
from distill.codec.model import Codec
from distill.codes.grid import Codes
from distill.render import local

STEP = 1024


def codes_of(codec: Codec, num_steps: int = 40, *, channels: int = 1, short_by: int = 0) -> Codes:
    return render.encode(codec, Clip(mixture(num_steps * STEP - short_by, channels=channels)))


def edited(codes: Codes, start: int, stop: int, *, levels: slice = slice(None)) -> Codes:
    grid = codes.grid.copy()
    grid[:, levels, start:stop] = (grid[:, levels, start:stop] + 3) % codes.codebook_size
    return codes.with_grid(grid)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 39), st.integers(1, 12), st.integers(1, 2), st.integers(0, 1000))
def test_a_local_decode_is_the_whole_decode_and_copies_the_rest(
    tiny_codec: Codec, start: int, length: int, channels: int, short_by: int
) -> None:
    before = codes_of(tiny_codec, channels=channels, short_by=short_by)
    stop = min(start + length, before.num_steps)
    after = edited(before, start, stop)
    sound = render.decode(tiny_codec, before)
    again = render.redecode(tiny_codec, before, after, sound)
    np.testing.assert_allclose(again.samples, render.decode(tiny_codec, after).samples, atol=1e-5)
    first = max(start - tiny_codec.decoder_reach, 0) * STEP
    last = (stop + tiny_codec.decoder_reach) * STEP
    assert np.array_equal(again.samples[:, :first], sound.samples[:, :first])
    assert np.array_equal(again.samples[:, last:], sound.samples[:, last:])
    assert not np.array_equal(again.samples, sound.samples)


def test_only_the_surroundings_are_decoded(tiny_codec: Codec, monkeypatch: pytest.MonkeyPatch) -> None:
    before = codes_of(tiny_codec, 200)
    sound = render.decode(tiny_codec, before)
    asked: list[tuple[int, int]] = []

    def spy(codec: Codec, codes: Codes, start: int, stop: int, **how: int | None) -> object:
        asked.append((start, stop))
        return render.decode_part(codec, codes, start, stop, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(local, "decode_part", spy)
    render.redecode(tiny_codec, before, edited(before, 100, 110), sound)
    reach = tiny_codec.decoder_reach
    assert asked == [(100 - reach, 110 + reach)]


def test_the_seam_is_no_louder_than_rounding(tiny_codec: Codec) -> None:
    before = codes_of(tiny_codec, 60)
    after = edited(before, 30, 34)
    sound = render.decode(tiny_codec, before)
    again = render.redecode(tiny_codec, before, after, sound).samples
    whole = render.decode(tiny_codec, after).samples
    seams = [(30 - tiny_codec.decoder_reach) * STEP, (34 + tiny_codec.decoder_reach) * STEP]
    for seam in seams:
        near = slice(seam - 2, seam + 2)
        # the jump over the seam is that of the whole decode, 80 dB under the sound's peak
        jumps = np.diff(again[:, near]) - np.diff(whole[:, near])
        assert np.abs(jumps).max() < 1e-4 * np.abs(whole).max()


@pytest.mark.parametrize("by", [-7, 5])
def test_a_sound_that_became_longer_or_shorter_is_decoded_from_there(tiny_codec: Codec, by: int) -> None:
    before = codes_of(tiny_codec, 40, short_by=300)
    grid = before.grid
    changed = (
        np.delete(grid, range(20, 20 - by), axis=2)
        if by < 0
        else np.insert(grid, [20] * by, grid[:, :, 3:4], axis=2)
    )
    after = before.with_grid(changed)
    sound = render.decode(tiny_codec, before)
    again = render.redecode(tiny_codec, before, after, sound).samples
    assert again.shape == (1, after.num_samples)
    np.testing.assert_allclose(again, render.decode(tiny_codec, after).samples, atol=1e-5)
    untouched = (20 + min(by, 0) - tiny_codec.decoder_reach) * STEP
    assert np.array_equal(again[:, :untouched], sound.samples[:, :untouched])


def test_nothing_changed_is_nothing_decoded(tiny_codec: Codec) -> None:
    codes = codes_of(tiny_codec, 10)
    sound = render.decode(tiny_codec, codes)
    assert render.redecode(tiny_codec, codes, codes.with_grid(codes.grid.copy()), sound) is sound


def test_a_sound_of_other_codes_is_not_spliced_into(tiny_codec: Codec) -> None:
    before = codes_of(tiny_codec, 20)
    after = edited(before, 4, 8)
    short = Clip(render.decode(tiny_codec, before).samples[:, : 5 * STEP])
    again = render.redecode(tiny_codec, before, after, short)
    np.testing.assert_allclose(again.samples, render.decode(tiny_codec, after).samples, atol=1e-6)


def test_the_first_levels_alone_can_be_redecoded(tiny_codec: Codec) -> None:
    before = codes_of(tiny_codec, 30)
    after = edited(before, 10, 14, levels=slice(0, 1))
    sound = render.decode(tiny_codec, before, up_to_level=1)
    again = render.redecode(tiny_codec, before, after, sound, up_to_level=1)
    np.testing.assert_allclose(
        again.samples, render.decode(tiny_codec, after, up_to_level=1).samples, atol=1e-5
    )
