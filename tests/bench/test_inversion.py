from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from bench.modulation import modulation_distance, modulations_db
from tests.bench.untrained import Opened
from tests.signals import mixture, noise

from bench import inversion, records
from distill.audio.clip import Clip
from distill.audio.spectrum import stft
from distill.audio.writing import write_wav
from distill.codec.model import Codec


def test_noise_of_another_draw_is_near_in_modulation_and_a_flutter_is_far() -> None:
    generator = np.random.default_rng(3)
    one, other = (torch.from_numpy(generator.standard_normal(144_000).astype(np.float32)) for _ in range(2))
    time = torch.arange(144_000) / 48_000
    fluttering = other * (1 + 0.9 * torch.sin(2 * torch.pi * 24 * time))
    near, far = modulation_distance(one, other), modulation_distance(one, fluttering)
    assert near is not None
    assert far is not None
    assert near < 1.5
    assert far > 2 * near


def test_modulations_do_not_depend_on_level() -> None:
    sound = torch.from_numpy(mixture(96_000, seed=1)[0])
    (loud, _), (soft, _) = modulations_db(sound), modulations_db(0.01 * sound)
    assert np.allclose(loud, soft, atol=0.1, equal_nan=True)


def test_silence_and_a_click_have_no_modulations() -> None:
    assert modulation_distance(torch.zeros(48_000), torch.ones(48_000)) is None
    assert modulation_distance(torch.ones(200), torch.ones(200)) is None


def test_every_way_keeps_length_and_griffin_lim_comes_nearer_to_the_magnitudes(
    make_codec: object, subject: Opened
) -> None:
    codec: Codec = subject.codec
    hidden = torch.randn(1, 12, codec.config.width, generator=torch.Generator().manual_seed(0))
    wanted = codec.head.log_magnitude(hidden).exp().detach()
    off = {}
    for way in inversion.WAYS:
        sound = inversion.invert(codec, hidden, way)
        assert sound.shape == (1, 12 * codec.step_length), way.name
        assert bool(sound.isfinite().all())
        got = stft(sound, n_fft=codec.config.n_fft, hop_length=codec.config.hop_length).abs()
        off[way.name] = float((got - wanted).norm())
    assert off["100 rounds from chance"] < off["32 rounds from chance"] < off["chance alone"]


def test_a_finer_hop_keeps_every_frame_in_its_place() -> None:
    frames = torch.arange(1.0, 9.0).log().repeat(1, 5, 1)
    finer = torch.nn.functional.interpolate(frames, scale_factor=2, mode="linear", align_corners=False)
    assert torch.allclose((finer[..., ::2] + finer[..., 1::2])[..., 1:-1] / 2, frames[..., 1:-1], atol=0.06)


def test_a_collection_is_measured_in_every_way_and_drawn(tmp_path: Path, subject: Opened) -> None:
    folder = tmp_path / "some-7"
    folder.mkdir()
    for number in range(7):
        samples = noise(30_000, seed=number) if number % 2 else mixture(30_000, seed=number)
        write_wav(folder / f"{number}.wav", Clip(samples))
    asked = ["tiny", str(folder), "--out", str(tmp_path / "runs"), "--pictures", str(tmp_path / "drawn")]
    assert inversion.main(asked, subject=subject) == 0
    [line] = records.read(tmp_path / "runs" / "inversion.jsonl")
    assert [way["way"] for way in line["ways"]] == [way.name for way in inversion.WAYS]
    assert all(0 < way["mel_own"] < 30 and way["times_real_time"] > 0 for way in line["ways"])
    assert sorted(file.name for file in (tmp_path / "drawn").iterdir()) == ["least-noisy.png", "noisiest.png"]
