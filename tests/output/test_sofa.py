from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.output.measured_heads import path_of
from tests.output.test_measured_head import AZIMUTHS, ELEVATIONS, sphere_measured

from distill.errors import BadInput
from distill.output.head import SphericalHead, unit_vectors
from distill.output.sofa import read_head, read_measurements


def write(path: Path, **changed: Any) -> Path:
    """A head by formula as a SOFA file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sofar

        sofa = sofar.Sofa("SimpleFreeFieldHRIR")
        sofa.Data_IR = sphere_measured(AZIMUTHS, ELEVATIONS)
        sofa.Data_SamplingRate = 48_000
        sofa.Data_Delay = np.zeros((1, 2))
        # SOFA's azimuth grows to the left.
        sofa.SourcePosition = np.stack([-AZIMUTHS % 360, ELEVATIONS, np.full(len(AZIMUTHS), 1.5)], axis=1)
        for name, value in changed.items():
            setattr(sofa, name, value)
        sofar.write_sofa(str(path), sofa)
    return path


@pytest.fixture
def head_file(tmp_path: Path) -> Path:
    return write(tmp_path / "head.sofa")


def test_a_written_head_is_read(head_file: Path) -> None:
    measured = read_measurements(head_file)
    np.testing.assert_allclose(
        unit_vectors(measured.azimuths, measured.elevations), unit_vectors(AZIMUTHS, ELEVATIONS), atol=1e-9
    )
    np.testing.assert_allclose(measured.responses, sphere_measured(AZIMUTHS, ELEVATIONS), atol=1e-9)
    where = np.array([50.0]), np.array([10.0]), np.array([1.5])
    (found_left, found_right), (left, right) = (
        head.toward(*where).delays[0] for head in (read_head(head_file), SphericalHead())
    )
    assert found_left - found_right == pytest.approx(left - right, abs=2.5e-5)


def test_cartesian_positions_are_the_same_directions(tmp_path: Path, head_file: Path) -> None:
    around, up = np.radians(-AZIMUTHS), np.radians(ELEVATIONS)
    places = 1.5 * np.stack([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)], axis=1)
    other = write(
        tmp_path / "cartesian.sofa",
        SourcePosition=places,
        SourcePosition_Type="cartesian",
        SourcePosition_Units="metre",
    )
    one, same = read_head(head_file), read_head(other)
    where = np.array([50.0, -120.0]), np.array([10.0, 40.0]), np.ones(2)
    np.testing.assert_allclose(same.toward(*where).delays, one.toward(*where).delays, atol=1e-9)


def test_another_rate_is_resampled(tmp_path: Path, head_file: Path) -> None:
    import soxr

    slow = (
        np.stack(
            [soxr.resample(row.T, 48_000, 96_000, "VHQ").T for row in sphere_measured(AZIMUTHS, ELEVATIONS)]
        )
        / 2
    )
    other = write(tmp_path / "fast.sofa", Data_IR=slow, Data_SamplingRate=96_000)
    where = np.array([50.0]), np.array([10.0]), np.ones(1)
    found, same = read_head(other).toward(*where), read_head(head_file).toward(*where)
    assert np.diff(found.delays) == pytest.approx(np.diff(same.delays), abs=5e-6)
    assert 8.686 * np.abs((found.logs - same.logs).real[..., 5:400]).max() < 0.5


def test_delays_of_their_own_are_added(tmp_path: Path, head_file: Path) -> None:
    other = write(tmp_path / "late.sofa", Data_Delay=np.array([[10.0, 0.0]]))
    where = np.zeros(1), np.zeros(1), np.ones(1)
    left, right = read_head(other).toward(*where).delays[0]
    assert left - right == pytest.approx(10 / 48_000, abs=1e-6)


def test_a_file_that_is_read_again_is_the_same_head_until_it_changes(tmp_path: Path) -> None:
    path = write(tmp_path / "a.sofa")
    assert read_head(path) is read_head(str(path))
    head = read_head(path)
    write(path, Data_Delay=np.array([[10.0, 0.0]]))
    assert read_head(path) is not head


def with_nan() -> np.ndarray[Any, Any]:
    responses = sphere_measured(AZIMUTHS, ELEVATIONS)
    responses[3, 0, 7] = np.nan
    return responses


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "NaN": ({"Data_IR": with_nan()}, "it holds values that are missing or not numbers"),
    "silence": (
        {"Data_IR": np.zeros((len(AZIMUTHS), 2, 64))},
        "its responses are silent or far over full scale",
    ),
    "huge": (
        {"Data_IR": np.full((len(AZIMUTHS), 2, 64), 1e9)},
        "its responses are silent or far over full scale",
    ),
    "rate": ({"Data_SamplingRate": 100.0}, "its sampling rate is not one of 8,000 to 384,000 Hz"),
    "short": ({"Data_IR": np.ones((len(AZIMUTHS), 2, 3))}, "and 12 to 20,000 of 16 to 16,384 are allowed"),
    "angles": (
        {"SourcePosition": np.tile([9999.0, 0.0, 1.0], (len(AZIMUTHS), 1))},
        "its directions are not angles in degrees",
    ),
    "delays": ({"Data_Delay": np.array([[0.0, 9999.0]])}, "the delays it tells cannot be those of a head"),
    "one ear": (
        {"Data_IR": sphere_measured(AZIMUTHS, ELEVATIONS) * [[[1.0], [0.0]]]},
        "some of its responses are silent",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_a_file_has_wrong_is_said_in_a_sentence(name: str, tmp_path: Path) -> None:
    changed, why = BAD[name]
    with pytest.raises(BadInput) as refused:
        read_head(write(tmp_path / "bad.sofa", **changed))
    assert str(refused.value).startswith("'bad.sofa' cannot be used as a head: ")
    assert str(refused.value).endswith(f"{why}; choose another SOFA file of a measured head.")


def test_another_kind_of_sofa_file_is_refused(head_file: Path) -> None:
    from netCDF4 import Dataset

    with Dataset(head_file, "a") as file:
        file.SOFAConventions = "SingleRoomSRIR"
    with pytest.raises(BadInput, match="it holds 'SingleRoomSRIR' and not SimpleFreeFieldHRIR"):
        read_head(head_file)


def test_what_is_no_sofa_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.sofa").write_text("a head")
    (tmp_path / "empty.sofa").write_bytes(b"")
    (tmp_path / "start.sofa").write_bytes(b"\x89HDF\r\n\x1a\n")
    for name, why in (
        ("text", "not a SOFA file"),
        ("empty", "not a SOFA file"),
        ("start", "it cannot be read"),
    ):
        with pytest.raises(BadInput, match=why):
            read_head(tmp_path / f"{name}.sofa")
    with pytest.raises(BadInput, match="is not a file"):
        read_head(tmp_path)
    for name in ("missing.sofa", "zero\0byte", "~nobody-known/head.sofa"):
        with pytest.raises(BadInput, match="give a SOFA file of a measured head"):
            read_head(tmp_path / name)


# In a process of its own: a fault of the HDF5 library would end it.
_MUTATIONS = """
import random, sys, pathlib
from distill.errors import BadInput
from distill.output.sofa import read_head
source, folder = pathlib.Path(sys.argv[1]).read_bytes(), pathlib.Path(sys.argv[2])
read = refused = 0
for seed in range(int(sys.argv[3])):
    draw = random.Random(seed)
    damaged = bytearray(source)
    if seed % 3 == 0:
        del damaged[draw.randrange(len(damaged)):]
    for _ in range(draw.choice([1, 8, 200])):
        if damaged:
            damaged[draw.randrange(min(len(damaged), draw.choice([600, 20_000, 10**9])))] = draw.randrange(256)
    path = folder / f"{seed}.sofa"
    path.write_bytes(damaged)
    try:
        read_head(path)
        read += 1
    except BadInput as error:
        assert str(error).endswith("measured head."), error
        refused += 1
    path.unlink()
print(read, refused)
"""


def test_damaged_files_are_read_or_refused(head_file: Path, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _MUTATIONS, str(head_file), str(tmp_path), "60"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    read, refused = map(int, ended.stdout.split())
    assert read + refused == 60
    assert refused > 20


def test_a_measured_head_knows_its_sides_and_its_rate() -> None:
    measured = read_measurements(path_of("mit_kemar_normal_pinna"))
    assert measured.responses.shape[:2] == (710, 2)
    right = (np.abs(measured.azimuths - 90) < 1) & (np.abs(measured.elevations) < 1)
    left_energy, right_energy = np.square(measured.responses[right][0]).sum(axis=1)
    assert right_energy > 10 * left_energy
