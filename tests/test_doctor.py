from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from distill.codec.model import Codec
from distill.device import Device, available
from distill.doctor import Report, examine, examining, looks
from distill.doctor.looks import step_seconds
from distill.errors import DeviceUnavailable


def quick(device: Device) -> float:
    return 0.01


@pytest.fixture(autouse=True)
def _plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the verdicts not depend on the machine that runs the tests."""
    monkeypatch.setattr(looks, "free_memory", lambda: 8 * 2**30)
    monkeypatch.setattr("shutil.disk_usage", lambda path: _Usage(100 * 2**30))
    monkeypatch.setattr("soundfile.available_formats", lambda: dict.fromkeys(examining.FORMATS, ""))


class _Usage:
    def __init__(self, free: int) -> None:
        self.free = free


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return examine(tmp_path / "not" / "there", "cpu", time_a_step=quick)


def test_a_healthy_machine_is_ready(report: Report) -> None:
    assert report.problems == ()
    assert report.verdict == "Ready: a draft takes at most about 4 minutes here."
    assert report.device.kind == "cpu"
    assert set(report.tried) == set(available())
    assert report.versions["torch"] == torch.__version__


def test_looking_leaves_nothing_behind(report: Report, tmp_path: Path) -> None:
    assert report.home == tmp_path / "not" / "there"
    assert list(tmp_path.iterdir()) == []


def test_the_report_is_json(report: Report) -> None:
    document = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert document["device"]["kind"] == "cpu"
    assert document["verdict"] == report.verdict
    assert document["tier_seconds"]["draft"] > 0


def test_a_tier_takes_its_steps_or_its_limit(report: Report, tmp_path: Path) -> None:
    assert report.tier_seconds == {"draft": pytest.approx(240.0), "standard": pytest.approx(1200.0)}
    assert report.tiers["draft"] == "draft: at most about 4 minutes, for 24,000 training steps."
    slow = examine(tmp_path, "cpu", time_a_step=lambda device: 1.0)
    assert slow.tier_seconds == {"draft": 570.0, "standard": 3420.0}
    assert (
        slow.tiers["standard"]
        == "standard: at most 57 minutes, the limit of this tier; --minutes sets another."
    )


def test_the_same_codes_decode_to_the_same_sound_on_the_cpu(report: Report) -> None:
    assert report.difference_db is None or report.difference_db < -100


def test_a_difference_between_devices_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Codec.decode
    gains = iter([1.0, 1.01])  # the CPU first, then the device
    monkeypatch.setattr(Codec, "decode", lambda self, codes: whole(self, codes) * next(gains), raising=True)
    found = looks.difference_db(Device("cpu", "a CPU", "float32", ""))
    assert found == pytest.approx(-40.0, abs=0.1)


def test_a_device_that_decodes_differently_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "difference_db", lambda device: -20.0)
    assert examine(tmp_path, "cpu", time_a_step=quick).problems == (
        "sounds decoded by this device differ from the CPU's by -20 dB: use --device cpu.",
    )


def test_little_room_is_told_before_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: _Usage(2**30))
    monkeypatch.setattr(looks, "free_memory", lambda: 2**30)
    monkeypatch.setattr("soundfile.available_formats", lambda: dict.fromkeys(("WAV", "AIFF", "FLAC", "OGG")))
    report = examine(tmp_path, "cpu", time_a_step=quick)
    assert report.problems == (
        f"only 1.0 GB are free on the disk of {str(tmp_path)!r}: make room before training.",
        "only 1.0 GB of memory are free: close other programs before training.",
        "MP3 files cannot be read here: convert them to WAV.",
    )
    assert report.verdict == (
        f"Ready: a draft takes at most about 4 minutes here, but only 1.0 GB are free on the disk of "
        f"{str(tmp_path)!r}: make room before training (2 more above)."
    )


def test_a_folder_that_cannot_be_written_to_is_not_ready(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    report = examine(blocked, "cpu", time_a_step=quick)
    assert report.home_fault == "not a directory"
    assert report.verdict == (
        f"Not ready: the user folder {str(blocked)!r} cannot be written to (not a directory): "
        "choose another with DISTILL_HOME or --home."
    )


def test_damaged_models_are_named(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "rain.distill").write_bytes(b"no model")
    report = examine(tmp_path, "cpu", time_a_step=quick)
    assert report.num_models == 1
    assert report.problems == ("damaged in the library: rain; distill models list tells why.",)


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has an NVIDIA GPU")
def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match=r"^the device 'cuda' is not there"):
        examine(tmp_path, "cuda", time_a_step=quick)


@pytest.mark.slow
def test_a_training_step_can_be_timed_and_draws_nothing_from_others() -> None:
    before = torch.random.get_rng_state()
    assert 0.001 < step_seconds(Device("cpu", "a CPU", "float32", "")) < 60
    assert torch.equal(before, torch.random.get_rng_state())


def test_free_memory_is_plausible_where_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    free = looks.free_memory()
    assert free is None or 2**26 < free < 2**46
