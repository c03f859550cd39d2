"""The loudest bin of a collection, against one transform of every sound as a whole."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.signals import noise, tone

from distill.audio.clip import SAMPLE_RATE, Samples
from distill.audio.level import reference_gain_db
from distill.audio.spectrum import stft
from distill.collection.store_index import Store, StoredSound
from distill.errors import Cancelled
from distill.progress import Cancel
from distill.training import loudest
from distill.training.loudest import loudest_bin

N_FFT, HOP = 1024, 512


def store_of_rows(*sounds: tuple[Samples, float]) -> Store:
    """Sounds of rows [C, T], each with its level."""
    entries, offset = [], 0
    for index, (rows, rms_db) in enumerate(sounds):
        entries.append(StoredSound(f"/sounds/{index}.wav", offset, len(rows), rows.shape[1], rms_db))
        offset += rows.size
    return Store(np.concatenate([rows.ravel() for rows, _ in sounds]), tuple(entries), (), "ab" * 32)


def bell_in_noise(seconds: int, at: int) -> Samples:
    rows = noise(seconds * SAMPLE_RATE, rms=0.003)
    rows[:, at * SAMPLE_RATE : (at + 1) * SAMPLE_RATE] += tone(SAMPLE_RATE, hz=880.0, peak=0.9)
    return rows


@pytest.mark.parametrize("at", [0, 21, 44])
def test_a_sound_that_is_loud_once_is_heard_wherever_it_is(at: int) -> None:
    rows = bell_in_noise(45, at)
    gain = 10 ** (reference_gain_db(-40.0) / 20)
    whole = torch.from_numpy(rows[:, : rows.shape[1] // HOP * HOP])
    wanted = gain * float(stft(whole, n_fft=N_FFT, hop_length=HOP).abs().max())
    found = loudest_bin(store_of_rows((rows, -40.0)), [-40.0], n_fft=N_FFT, hop_length=HOP)
    assert found == pytest.approx(wanted, rel=1e-4)


def test_a_side_and_the_level_of_each_sound_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loudest, "BLOCK_FRAMES", 8)
    mid, side, quiet = noise(9_999, rms=0.01), tone(9_999, peak=0.5), tone(9_999, peak=0.05)
    alone = loudest_bin(store_of_rows((side, -20.0)), [-20.0], n_fft=N_FFT, hop_length=HOP)
    stereo = store_of_rows((np.concatenate([mid, side]), -20.0), (quiet, -20.0))
    assert loudest_bin(stereo, [-20.0, -20.0], n_fft=N_FFT, hop_length=HOP) == pytest.approx(alone)
    # brought to the codec's level the quiet one is the loudest by 10 dB
    found = loudest_bin(stereo, [-20.0, -50.0], n_fft=N_FFT, hop_length=HOP)
    assert found == pytest.approx(10**0.5 * alone, rel=1e-3)


def test_listening_can_be_stopped() -> None:
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        loudest_bin(store_of_rows((noise(9_999), -20.0)), [-20.0], n_fft=N_FFT, hop_length=HOP, cancel=cancel)
