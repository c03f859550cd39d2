from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from distill.audio import spectrum
from distill.codec.autoencoder import features, num_features
from distill.codec.model import Codec, expected_tensors, fingerprint_of
from distill.config import CodecConfig
from distill.library.model_file import ModelFile, load, save
from distill.training.codec_run import new_codec

STEP = 1024
DEEP = {"encoder_depth": 2, "decoder_depth": 3, "kernel_size": 5}


def sound(steps: int, *, items: int = 1, seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(items, steps * STEP, generator=torch.Generator().manual_seed(seed))


def grid(codec: Codec, steps: int, *, seed: int = 0) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    return torch.randint(codec.codebook_size, (1, codec.num_levels, steps), generator=draw)


@settings(max_examples=8, deadline=None)
@given(steps=st.integers(1, 12), items=st.integers(1, 3))
def test_a_step_is_1024_samples_each_way(
    steps: int, items: int, make_codec: Callable[..., Codec], tiny_config: CodecConfig
) -> None:
    codec = make_codec(tiny_config)
    codes = codec.encode(sound(steps, items=items))
    assert (codes.shape, codes.dtype) == ((items, codec.num_levels, steps), torch.int64)
    assert 0 <= int(codes.min()) <= int(codes.max()) < codec.codebook_size
    assert codec.decode(codes).shape == (items, steps * STEP)


@pytest.mark.parametrize("sizes", [(512, 2, 2048), (256, 3, 1024), (128, 8, 512), (1024, 1, 4096)])
def test_other_steps_keep_the_law_of_length(tiny_config: CodecConfig, sizes: tuple[int, int, int]) -> None:
    hop_length, frames_per_step, n_fft = sizes
    config = tiny_config.model_copy(
        update={"hop_length": hop_length, "frames_per_step": frames_per_step, "n_fft": n_fft}
    )
    codec = new_codec(config, seed=0).eval()
    audio = torch.zeros(1, 3 * config.step_length)
    assert codec.encode(audio).shape == (1, config.num_levels, 3)
    assert codec.decode(codec.encode(audio)).shape == audio.shape
    assert features(audio, config).shape == (1, 3, num_features(config))


def test_features_rise_by_a_half_for_ten_times_the_magnitude(tiny_config: CodecConfig) -> None:
    audio = 0.01 * torch.randn(1, 8 * STEP, generator=torch.Generator().manual_seed(1))
    quiet, loud = features(audio, tiny_config), features(10 * audio, tiny_config)
    heard = quiet > -1.49  # a filter narrower than a bin hears nothing
    torch.testing.assert_close((loud - quiet)[heard], torch.full_like(quiet[heard], 0.5), atol=1e-3, rtol=0)
    assert float(heard.float().mean()) > 0.8


def touched(before: torch.Tensor, after: torch.Tensor) -> set[int]:
    """Steps [S, ...] that are not the same."""
    return set((before != after).flatten(1).any(1).nonzero()[:, 0].tolist())


@pytest.mark.parametrize("depths", [{}, DEEP])
def test_codes_depend_on_samples_within_the_encoders_reach_and_on_all_of_those(
    tiny_config: CodecConfig, depths: dict[str, int]
) -> None:
    codec = new_codec(tiny_config.model_copy(update=depths), seed=0).eval()
    reach, here = codec.encoder_reach, 10
    audio = sound(21)
    before = codec.latents(audio)[0].detach()
    seen: set[int] = set()
    for at in (here * STEP, here * STEP + STEP - 1):  # the step's first and last sample
        changed = audio.clone()
        changed[0, at] += 0.9
        seen |= touched(before, codec.latents(changed)[0].detach())
    assert seen == set(range(here - reach, here + reach + 1))


@pytest.mark.parametrize("depths", [{}, DEEP])
def test_samples_depend_on_codes_within_the_decoders_reach_and_on_nearly_all_of_those(
    tiny_config: CodecConfig, depths: dict[str, int], make_codec: Callable[..., Codec]
) -> None:
    codec = make_codec(tiny_config.model_copy(update=depths))
    reach, here = codec.decoder_reach, 12
    codes = grid(codec, 25)
    changed = codes.clone()
    changed[:, :, here] = (changed[:, :, here] + 5) % codec.codebook_size
    seen = touched(codec.decode(codes).view(25, STEP), codec.decode(changed).view(25, STEP))
    assert seen <= set(range(here - reach, here + reach + 1))
    assert seen >= set(range(here - reach + 1, here + reach))


def test_fewer_levels_decode_to_another_sound_and_all_levels_to_the_same(tiny_codec: Codec) -> None:
    codes = grid(tiny_codec, 6)
    sounds = [tiny_codec.decode(codes, up_to_level=level) for level in (1, 2, 3)]
    assert torch.equal(sounds[2], tiny_codec.decode(codes))
    assert not torch.allclose(sounds[0], sounds[1])
    changed = codes.clone()
    changed[:, 1:] = 0
    assert torch.equal(tiny_codec.decode(changed, up_to_level=1), sounds[0])


def test_griffin_lim_refines_what_the_head_gives(tiny_codec: Codec) -> None:
    codes = grid(tiny_codec, 6)
    plain, refined = tiny_codec.decode(codes), tiny_codec.decode(codes, refine=4)
    assert refined.shape == plain.shape
    assert torch.isfinite(refined).all()
    assert not torch.allclose(plain, refined)


@torch.no_grad()
def test_rounds_after_the_heads_phase_project_without_momentum(tiny_codec: Codec) -> None:
    shape = {"n_fft": tiny_codec.config.n_fft, "hop_length": tiny_codec.config.hop_length}
    hidden = torch.randn(1, 12, tiny_codec.config.width, generator=torch.Generator().manual_seed(3))
    magnitude = tiny_codec.head.log_magnitude(hidden).exp()
    found = magnitude * tiny_codec.head.unit_phase(hidden)
    for _ in range(3):
        projected = spectrum.stft(spectrum.istft(found, **shape), **shape)
        found = magnitude * projected / projected.abs()
    refined = tiny_codec.sound(hidden, refine=3)
    torch.testing.assert_close(refined, spectrum.istft(found, **shape), atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("caller_infers", [False, True])
def test_a_codec_can_be_trained_after_it_was_used(tiny_config: CodecConfig, caller_infers: bool) -> None:
    """Windows and filters made while encoding are kept; autograd must be able to use them."""
    config = tiny_config.model_copy(update={"hop_length": 384, "n_fft": 1536, "num_mels": 17 + caller_infers})
    audio = torch.zeros(1, 4 * config.step_length)
    for kept in (spectrum.hann, spectrum._gain, spectrum.mel_filterbank):
        kept.cache_clear()  # as in a new process
    with torch.inference_mode(caller_infers):
        codec = new_codec(config, seed=0)
        codec.decode(codec.encode(audio))
    trained = new_codec(config, seed=0)
    hidden = trained.decoder(trained.quantizer(trained.latents(audio)).latents)
    trained.sound(hidden).square().sum().backward()  # type: ignore[no-untyped-call]
    assert trained.head.phase.weight.grad is not None


def test_the_same_seed_builds_the_same_codec(tiny_config: CodecConfig) -> None:
    torch.manual_seed(5)
    following = torch.randn(3)
    torch.manual_seed(5)
    codecs = [new_codec(tiny_config, seed=seed) for seed in (3, 3, 4)]
    assert codecs[0].fingerprint() == codecs[1].fingerprint() != codecs[2].fingerprint()
    assert torch.equal(torch.randn(3), following)  # the caller's own draws are not disturbed


def test_a_saved_model_encodes_and_decodes_to_the_bit(tiny_codec: Codec, tmp_path: Path) -> None:
    tensors = {f"codec.{name}": tensor for name, tensor in tiny_codec.state_dict().items()}
    save(tmp_path / "a.distill", ModelFile("a", tiny_codec.config, tensors, {}, {}, {}))
    file = load(tmp_path / "a.distill", expected=expected_tensors)
    again = Codec.from_tensors(file.codec_config, file.codec_tensors)
    audio = sound(9)
    assert again.fingerprint() == tiny_codec.fingerprint() == file.fingerprint
    assert torch.equal(again.encode(audio), tiny_codec.encode(audio))
    codes = grid(tiny_codec, 9)
    assert torch.equal(again.decode(codes), tiny_codec.decode(codes))
    assert not again.training


@pytest.mark.parametrize("changes", [{}, {"num_levels": 5, "width": 32}, {"kernel_size": 7, "n_fft": 1024}])
def test_the_tensors_expected_are_those_a_codec_has(
    tiny_config: CodecConfig, changes: dict[str, int]
) -> None:
    config = tiny_config.model_copy(update=changes)
    has = {name: (tuple(t.shape), t.dtype) for name, t in new_codec(config, seed=0).state_dict().items()}
    assert expected_tensors(config) == has


def test_averages_of_a_training_are_not_part_of_a_model(tiny_codec: Codec) -> None:
    names = set(tiny_codec.state_dict())
    assert {"quantizer.levels.0.entries", "head.ceiling"} <= names
    assert not any(name.endswith(("hits", "sums")) for name in names)


def test_every_tensor_is_part_of_the_fingerprint(tiny_codec: Codec) -> None:
    seen = {tiny_codec.fingerprint()}
    for tensor in tiny_codec.state_dict().values():
        with torch.no_grad():
            tensor.view(-1)[0] += 1
        seen.add(tiny_codec.fingerprint())
    assert len(seen) == 1 + len(tiny_codec.state_dict())


def test_every_setting_is_part_of_the_fingerprint(tiny_config: CodecConfig) -> None:
    others = [
        tiny_config.model_copy(update={name: value + 1})
        for name, value in tiny_config.model_dump().items()
        if name != "sample_rate"
    ]
    assert len({fingerprint_of(config, {}) for config in (tiny_config, *others)}) == 1 + len(others)


def test_the_fingerprint_is_hashed_once_until_something_is_written(
    tiny_codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[CodecConfig] = []

    def counted(config: CodecConfig, tensors: dict[str, torch.Tensor]) -> str:
        hashed.append(config)
        return fingerprint_of(config, tensors)

    monkeypatch.setattr("distill.codec.model.fingerprint_of", counted)
    first = tiny_codec.fingerprint()
    assert tiny_codec.fingerprint() == first
    assert len(hashed) == 1
    with torch.inference_mode():
        tiny_codec.head.ceiling.add_(1.0)
    assert tiny_codec.fingerprint() != first
    tiny_codec.load_state_dict(new_codec(tiny_codec.config, seed=9).state_dict())
    third = tiny_codec.fingerprint()
    tiny_codec.config = tiny_codec.config.model_copy(update={"expansion": 5})
    assert tiny_codec.fingerprint() != third
    assert len(hashed) == 4


def test_a_codec_in_training_has_a_new_fingerprint_after_every_step(tiny_codec: Codec) -> None:
    """Fused optimisers write into tensors without counting their versions up."""
    tiny_codec.train()
    optimiser = torch.optim.AdamW(tiny_codec.parameters(), lr=1e-3, fused=True)
    seen = {tiny_codec.fingerprint()}
    for _ in range(2):
        optimiser.zero_grad()
        tiny_codec.latents(sound(4)).square().mean().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        seen.add(tiny_codec.fingerprint())
    tiny_codec.eval()
    seen.add(tiny_codec.fingerprint())
    assert len(seen) == 3
