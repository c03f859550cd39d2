from __future__ import annotations

import numpy as np
import pytest

from bench import judge
from distill.audio.clip import Samples
from distill.errors import BadSound


def noise(channels: int, samples: int, seed: int) -> Samples:
    return np.random.default_rng(seed).standard_normal((channels, samples)).astype(np.float32) * 0.1


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Samples, Samples]]:
    """What ViSQOL was asked to compare; it always says 4."""
    calls: list[tuple[Samples, Samples]] = []

    class Result:
        moslqo = 4.0
        vnsim = 0.9

    class Judge:
        def measure_from_arrays(self, reference: Samples, result: Samples, sample_rate: int) -> Result:
            assert sample_rate == 48_000
            calls.append((reference, result))
            return Result()

    monkeypatch.setattr(judge, "_visqol", Judge)
    return calls


def test_a_sound_is_at_no_distance_from_itself(heard: list[tuple[Samples, Samples]]) -> None:
    sound = noise(2, 48_000, 0)
    assert judge.judge(sound, sound.copy()) == judge.Verdict(0.0, 0.0, 0.0, 4.0, 0.9, repeated=False)


def test_a_wrong_side_is_heard_left_and_right_and_not_in_the_mono_sum(
    heard: list[tuple[Samples, Samples]],
) -> None:
    mid, side = noise(1, 24_000, 0)[0], noise(1, 24_000, 1)[0]
    verdict = judge.judge(np.stack([mid + side, mid - side]), np.stack([mid, mid]))
    assert verdict.mel > 0.1
    assert verdict.mel_mid < 1e-4


def test_a_short_sound_is_repeated_for_visqol_on_both_sides(heard: list[tuple[Samples, Samples]]) -> None:
    sound, result = noise(1, 20_000, 0), noise(1, 20_000, 1)
    assert judge.judge(sound, result).repeated
    (reference, degraded) = heard[0]
    assert reference.shape == degraded.shape == (60_000,)
    np.testing.assert_array_equal(reference[20_000:40_000], sound[0].astype(np.float64))
    np.testing.assert_array_equal(degraded[40_000:], result[0].astype(np.float64))


def test_silence_has_no_opinion_score(heard: list[tuple[Samples, Samples]]) -> None:
    silence = np.zeros((1, 48_000), np.float32)
    verdict = judge.judge(silence, silence)
    assert verdict.visqol is None
    assert verdict.nsim is None
    assert heard == []
    figures = judge.average([verdict])
    assert figures["visqol"] is None
    assert figures["visqol_scored"] == figures["visqol_repeated"] == 0


def test_a_reconstruction_of_another_length_is_refused(heard: list[tuple[Samples, Samples]]) -> None:
    with pytest.raises(BadSound, match="cut them to one length"):
        judge.judge(noise(1, 48_000, 0), noise(1, 48_001, 0))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # visqol-python and numba speak of their own matters
def test_visqol_knows_a_short_sound_from_noise() -> None:
    pytest.importorskip("visqol", reason="visqol-python belongs to the extra `bench`")
    sound = noise(1, 24_000, 0)[0]
    same = judge.visqol(sound, sound.copy())
    other = judge.visqol(sound, noise(1, 24_000, 1)[0] * np.linspace(1, 0, 24_000, dtype=np.float32))
    assert same is not None
    assert other is not None
    assert same == pytest.approx((4.73, 1.0), abs=0.02)
    assert 1.0 <= other[0] < 4.5
    assert other[1] < 0.9
