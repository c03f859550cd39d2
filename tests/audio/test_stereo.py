import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from distill.audio.clip import Samples
from distill.audio.stereo import fold_to_stereo, to_left_right, to_mid_side

_stereo = arrays.arrays(
    np.float32,
    st.tuples(st.just(2), st.integers(1, 50)),
    elements=st.floats(-1, 1, width=32),
)


@given(_stereo)
def test_left_and_right_come_back_from_mid_and_side(samples: Samples) -> None:
    back = to_left_right(to_mid_side(samples))
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, samples, rtol=0, atol=2**-23)


@given(_stereo)
def test_the_mono_sum_of_decoded_mid_and_side_is_the_mid(mid_side: Samples) -> None:
    left, right = to_left_right(mid_side)
    np.testing.assert_allclose((left + right) / 2, mid_side[0], rtol=0, atol=2**-23)


def test_a_sound_in_the_middle_has_no_side() -> None:
    both = np.tile(np.linspace(-1, 1, 100, dtype=np.float32), (2, 1))
    mid, side = to_mid_side(both)
    np.testing.assert_array_equal(mid, both[0])
    assert not side.any()


def test_huge_samples_do_not_overflow_in_mid_and_side() -> None:
    samples = np.full((2, 4), 3e38, np.float32)
    assert np.isfinite(to_mid_side(samples)).all()


def test_five_point_one_folds_by_hand() -> None:
    # left, right, centre, low frequencies, left surround, right surround
    channels = np.eye(6, dtype=np.float32)
    half = np.sqrt(0.5)
    total = 1 + 2 * half
    left = np.array([1, 0, half, 0, half, 0]) / total
    right = np.array([0, 1, half, 0, 0, half]) / total
    np.testing.assert_allclose(fold_to_stereo(channels), [left, right], rtol=1e-6)


@pytest.mark.parametrize("num_channels", [3, 4, 5, 7, 8, 9, 16, 63, 64])
def test_folding_never_gets_louder_than_the_loudest_channel(num_channels: int) -> None:
    folded = fold_to_stereo(np.ones((num_channels, 3), np.float32))
    assert folded.shape == (2, 3)
    np.testing.assert_allclose(folded, 1.0, rtol=1e-6)


def test_multitrack_pairs_stay_left_and_right() -> None:
    samples = np.zeros((10, 1), np.float32)
    samples[0::2] = 1.0
    np.testing.assert_allclose(fold_to_stereo(samples).ravel(), [1.0, 0.0])
