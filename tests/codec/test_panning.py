"""Where a side lies beside its mid: measured, given to the encoder, and taken up again by the decoder."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from distill.audio.spectrum import stft
from distill.codec.autoencoder import features, num_features
from distill.codec.panning import link, pan, pan_loss, with_a_mid
from distill.config import CodecConfig
from distill.training.codec_run import new_codec

CONFIG = CodecConfig(num_pan_bands=12)
STEPS = 12
FORM = {"n_fft": CONFIG.n_fft, "hop_length": CONFIG.hop_length}


def noise(seed: int, rms: float = 0.1) -> Tensor:
    draw = torch.Generator().manual_seed(seed)
    return rms * torch.randn(1, STEPS * CONFIG.step_length, generator=draw)


def test_a_side_in_phase_is_at_one_and_upside_down_at_minus_one() -> None:
    mid = noise(1)
    for gain, place in ((0.3, 1.0), (-0.3, -1.0)):
        measured, _ = pan(mid, gain * mid, CONFIG)
        assert measured.shape == (1, STEPS, 12)
        np.testing.assert_allclose(measured, place, atol=1e-4)


def test_a_side_that_has_nothing_to_do_with_its_mid_is_about_nowhere() -> None:
    measured, _ = pan(noise(1), noise(2), CONFIG)
    assert abs(float(measured.mean())) < 0.05
    assert (
        float(measured[..., -4:].abs().mean()) < 0.2
    )  # of wide bands, which have many bins, also one by one


def test_each_band_has_a_place_of_its_own() -> None:
    time = torch.arange(STEPS * CONFIG.step_length) / 48_000
    low, high = (0.1 * torch.sin(2 * torch.pi * hz * time)[None] for hz in (300.0, 6000.0))
    measured, weight = pan(low + high, 0.5 * low - 0.5 * high, CONFIG)
    inner = measured[0, 2:-2]
    loudest = weight[0, 2:-2].mean(0).argsort()[-2:]
    assert sorted(inner[:, loudest].mean(0).round().tolist()) == [-1.0, 1.0]


def test_the_place_does_not_depend_on_how_loud_both_are() -> None:
    mid, side = noise(1), 0.5 * noise(1) + 0.2 * noise(2)
    loud, _ = pan(mid, side, CONFIG)
    quiet, _ = pan(0.01 * mid, 0.003 * side, CONFIG)
    np.testing.assert_allclose(loud, quiet, atol=2e-2)


def test_silence_lies_in_the_middle_and_weighs_nothing() -> None:
    silence = torch.zeros(1, STEPS * CONFIG.step_length)
    for mid, side in ((silence, noise(1)), (noise(1), silence), (silence, silence)):
        measured, weight = pan(mid, side, CONFIG)
        assert not measured.any()
        assert not weight.any()
    assert float(pan_loss(torch.ones(1, STEPS, 12), *pan(silence, silence, CONFIG))) == 0.0


@pytest.mark.parametrize("place", [-1.0, -0.6, 0.0, 0.6, 1.0])
def test_linked_phases_have_the_pan_that_was_asked_for(place: float) -> None:
    one, other = (stft(noise(seed), **FORM) for seed in (1, 2))
    mid, side = one / one.abs(), other / other.abs()
    asked = torch.full((1, STEPS, 12), place)
    linked = link(mid, side, asked, CONFIG)
    np.testing.assert_allclose(linked.abs(), 1, atol=1e-5)
    reached = (linked * mid.conj()).real[:, 20:500].mean()  # where bands lie: not the outermost bins
    assert float(reached) == pytest.approx(place, abs=0.25)  # of strangers a little wider
    assert abs(place) < 1 or float(reached) == pytest.approx(place, abs=1e-3)


def test_a_side_is_seen_with_its_place_and_a_mid_without() -> None:
    mid = noise(1)
    alone = features(mid, CONFIG)
    assert alone.shape == (1, STEPS, num_features(CONFIG))
    assert not alone[..., -12:].any()
    assert torch.equal(features(mid, CONFIG, mid=torch.zeros_like(mid)), alone)
    beside = features(-0.2 * mid, CONFIG, mid=mid)
    np.testing.assert_allclose(beside[..., -12:], -1, atol=1e-4)


def test_only_rows_with_a_mid_are_placed() -> None:
    both = torch.cat([noise(1), 0.5 * noise(1), noise(2)])
    mid = torch.cat([torch.zeros_like(noise(1)), noise(1), torch.zeros_like(noise(1))])
    assert with_a_mid(mid).tolist() == [1]
    placed = features(both, CONFIG, mid=mid)[..., -12:]
    assert not placed[[0, 2]].any()
    np.testing.assert_allclose(placed[1], 1, atol=1e-4)


def test_left_and_right_have_different_codes_only_beside_their_mid(make_codec) -> None:  # type: ignore[no-untyped-def]
    codec = make_codec(CONFIG)
    left = torch.cat([noise(1), 0.9 * noise(1)])
    right = torch.cat([noise(1), -0.9 * noise(1)])
    assert torch.equal(codec.encode(left), codec.encode(right))
    of_left, of_right = codec.encode(left, stereo=True), codec.encode(right, stereo=True)
    assert torch.equal(of_left[0], of_right[0])
    assert not torch.equal(of_left[1], of_right[1])


def test_the_mid_of_a_stereo_sound_is_decoded_as_if_alone(make_codec) -> None:  # type: ignore[no-untyped-def]
    codec = make_codec(CONFIG)
    codes = codec.encode(torch.cat([noise(1), noise(2)]), stereo=True)
    both = codec.decode(codes, stereo=True)
    np.testing.assert_allclose(both[:1], codec.decode(codes[:1]), atol=1e-6)
    assert not torch.allclose(both[1:], codec.decode(codes[1:]))


def test_a_codec_of_mono_sounds_has_no_tensors_for_places() -> None:
    mono, stereo = (new_codec(CodecConfig(num_pan_bands=bands), seed=0) for bands in (0, 12))
    assert not any(name.startswith("head.place") for name in mono.state_dict())
    assert stereo.state_dict()["head.place.weight"].shape == (12, stereo.config.width)
