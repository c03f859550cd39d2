from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from bench.formula import make_collection, make_long_file

from bench import memory


def test_a_childs_peak_is_its_own_and_not_its_parents() -> None:
    held = np.ones(30_000_000)  # 240 MB in this process
    imports = "from bench.peak import peak_bytes; import json, numpy"
    script = "%s; a = numpy.ones(%d); a.sum(); print(json.dumps({'peak_bytes': peak_bytes()}))"
    small, _ = memory.measured(["-c", script % (imports, 1)])
    large, _ = memory.measured(["-c", script % (imports, 20_000_000)])
    assert large - small == pytest.approx(160e6 / 2**30, rel=0.2)
    assert held.sum() == 30_000_000


def test_collections_made_by_formula_differ_in_length_and_channels(tmp_path: Path) -> None:
    seconds = make_collection(tmp_path / "sounds", count=6, seed=0)
    known = [soundfile.info(file) for file in sorted((tmp_path / "sounds").iterdir())]
    assert sum(info.duration for info in known) == pytest.approx(seconds, abs=1e-3)
    assert [info.channels for info in known] == [2, 1, 1, 2, 1, 1]
    assert len({info.frames for info in known}) == 6


def test_a_long_file_has_its_length_to_the_sample(tmp_path: Path) -> None:
    make_long_file(tmp_path / "long.wav", seconds=21.5, channels=2, seed=0)
    info = soundfile.info(tmp_path / "long.wav")
    assert (info.frames, info.channels, info.samplerate) == (21.5 * 48_000, 2, 48_000)


def test_an_unknown_job_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        memory.main(["--jobs", "quadro"])
    assert "no job is called quadro; choose from train, mono, stereo." in capsys.readouterr().err
