from __future__ import annotations

from pathlib import Path

import torch
from tests.bench.untrained import Opened
from tests.signals import mixture

from bench import phases, records
from distill.audio.clip import Clip
from distill.audio.spectrum import random_phase, stft
from distill.audio.writing import write_wav


def spectrum_of_a_sound() -> torch.Tensor:
    return stft(torch.from_numpy(mixture(48_128, seed=1)), n_fft=1024, hop_length=512)[0]


def test_slopes_are_one_for_the_right_phase_and_near_nothing_for_chance() -> None:
    spectrum = spectrum_of_a_sound()
    right = spectrum / spectrum.abs()
    for slope in phases.slopes(right, spectrum):
        assert slope > 0.999
    for slope in phases.slopes(random_phase(*spectrum.shape, seed=0), spectrum):
        assert abs(slope) < 0.3


def test_slopes_do_not_ask_where_a_phase_begins() -> None:
    spectrum = spectrum_of_a_sound()
    turned = spectrum / spectrum.abs() * torch.polar(torch.tensor(1.0), torch.tensor(2.0))
    for slope in phases.slopes(turned, spectrum):
        assert slope > 0.999


def test_steps_turned_apart_are_right_within_themselves_alone() -> None:
    right = torch.ones(3, 6, dtype=torch.complex64)
    turned = phases.WAYS["true phase, steps turned apart"](right, right, torch.zeros(3))
    change = turned[:, 1:] * turned[:, :-1].conj()
    assert torch.allclose(change[:, ::2], right[:, :3], atol=1e-6)
    assert not torch.allclose(change[:, 1::2], right[:, :2], atol=0.1)


def test_a_collection_is_measured_in_every_way(tmp_path: Path, subject: Opened) -> None:
    folder = tmp_path / "some-7"
    folder.mkdir()
    for number in range(7):
        write_wav(folder / f"{number}.wav", Clip(mixture(30_000, seed=number)))
    assert phases.main(["tiny", str(folder), "--out", str(tmp_path / "runs")], subject=subject) == 0
    [line] = records.read(tmp_path / "runs" / "phases.jsonl")
    ways = line["ways"]
    assert set(phases.WAYS) < set(ways)
    assert ways["true phase"]["own"] < ways["phase of chance"]["own"]
    assert "| some-7 |" in phases.phases([line])
