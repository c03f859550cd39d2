from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bench.export_peaks import added_above_db, exact_peak_dbtp, loud_clip, main, measure_peaks


def test_clips_are_loud_and_each_is_another() -> None:
    clips = [loud_clip(seed) for seed in range(8)]
    assert len({clip.num_samples for clip in clips}) == 8
    assert {clip.num_channels for clip in clips} == {1, 2}
    assert max(np.abs(clip.samples).max() for clip in clips) > 3
    assert np.array_equal(loud_clip(3).samples, clips[3].samples)


def test_a_peak_between_samples_is_read_exactly() -> None:
    time = np.arange(4_800)
    tone = (np.hanning(4_800) * np.sin(time * np.pi / 2 + np.pi / 4)).astype(np.float32)[None]
    assert exact_peak_dbtp(tone) == pytest.approx(0, abs=0.01)


def test_every_clip_is_counted_and_none_is_too_high(tmp_path: Path) -> None:
    peaks = measure_peaks(4, seed=0, folder=tmp_path)
    assert sum(one.count for one in peaks) == 4
    assert max(max(one.standard, one.exact) for one in peaks) <= -0.95


def test_resampling_adds_nothing(tmp_path: Path) -> None:
    assert added_above_db(96_000, folder=tmp_path) < -120


def test_the_tables_are_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.export_peaks.RATES", (48_000,))
    assert main(["--count", "1"]) == 0
    said = capsys.readouterr().out
    assert "| WAV, 44.1 kHz | 1 | " in said
    assert "| 48000 | -1" in said
