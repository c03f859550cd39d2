from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from bench.space import bend, differences, main, mono_loss_db
from tests.signals import noise, pluck

from distill.audio.clip import SAMPLE_RATE, Clip
from distill.output.head import SphericalHead
from distill.output.loops import make_loop


def test_differences_are_none_in_front_and_largest_at_the_side() -> None:
    late, levels = differences(SphericalHead(), [0, 30, 90])
    assert late == pytest.approx([0, 264, 667], abs=1)
    assert levels[0] == 0
    assert (np.diff(levels) > 0).all()


def test_a_joint_that_bends_is_measured() -> None:
    loop = make_loop(Clip(noise(48_000, rms=0.01)))
    smooth, most = bend(loop)
    assert smooth <= most
    loop.clip.samples[0, -1] += 0.5
    assert bend(loop)[0] > 5 * most


def test_the_mono_sum_loses_nothing_but_the_last_bit() -> None:
    assert mono_loss_db(Clip(noise(10_000)), 1.0) < -138


def test_the_tables_are_printed_without_heads_and_with_a_sound(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "audio" / "one-1"
    folder.mkdir(parents=True)
    soundfile.write(folder / "a.wav", pluck(60_000, hz=220.0).T, SAMPLE_RATE)
    assert main(["--hrtf", str(tmp_path / "none"), "--audio", str(tmp_path / "audio")]) == 0
    told = capsys.readouterr().out
    assert "| 90 | 667 us, " in told
    assert "one-1/a | bpm=120 |" in told
