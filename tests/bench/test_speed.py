from __future__ import annotations

import pytest
import torch
from bench.formula import tones_and_noise
from bench.peers import Timed, dac, encodec, encodec_mono
from torch import Tensor

from bench import speed


def fake(seen: list[str], *, shorter: float = 1.0) -> Timed:
    def encode(sound: Tensor) -> Tensor:
        seen.append("encode")
        assert sound.shape == (1, 2, 800)
        return sound

    def decode(codes: Tensor) -> Tensor:
        seen.append("decode")
        return codes[..., : int(shorter * codes.shape[-1])]

    return Timed("Fake", 8000, 2, 17, encode, decode)


def test_a_codec_is_timed_after_a_warm_up_as_often_as_asked() -> None:
    seen: list[str] = []
    figures = speed.measure(fake(seen), seconds=0.1, repeats=3, seed=0)
    assert seen == ["encode", "decode", *["encode"] * 3, *["decode"] * 3]
    assert (figures["name"], figures["channels"], figures["parameters"]) == ("Fake", 2, 17)
    middle = sorted(figures["encode_seconds"])[1]
    assert figures["encode_x"] == pytest.approx(0.1 / middle)
    assert 1 / figures["both_x"] == pytest.approx(1 / figures["encode_x"] + 1 / figures["decode_x"])


def test_a_codec_that_gives_back_half_a_sound_was_not_measured() -> None:
    with pytest.raises(AssertionError):
        speed.measure(fake([], shorter=0.5), seconds=0.1, repeats=1, seed=0)


def test_an_unknown_codec_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        speed.main(["--codecs", "opus"])
    said = capsys.readouterr().err
    assert "no codec is called opus; choose from distill, encodec, encodec-mono, dac." in said


def test_the_sound_made_by_formula_is_repeatable_and_below_full_scale() -> None:
    a, b, c = (tones_and_noise(0.3, sample_rate=48_000, channels=2, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
    assert 0.5 < a.abs().max() < 0.9


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # transformers speaks of its own matters
def test_the_peers_have_the_published_shapes_and_give_sound_back() -> None:
    pytest.importorskip("transformers", reason="transformers belongs to the extra `bench`")
    for make, channels, millions, levels in (
        (encodec, 2, 14.9, 2),
        (encodec_mono, 1, 14.9, 2),
        (dac, 1, 76.6, 9),
    ):
        peer = make(seed=0)
        assert peer.channels == channels
        assert peer.parameters / 1e6 == pytest.approx(millions, abs=0.06)
        sound = tones_and_noise(0.2, sample_rate=peer.sample_rate, channels=channels, seed=0)[None]
        with torch.inference_mode():
            codes = peer.encode(sound)
            decoded = peer.decode(codes)
        assert getattr(codes, "audio_codes", codes).shape[-2] == levels
        assert 0 <= decoded.shape[-1] - sound.shape[-1] < 512  # DAC gives whole frames back
        assert bool(decoded.isfinite().all())
