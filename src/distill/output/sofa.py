"""Read a head from a SOFA file (AES69): measured impulse responses of two ears for many directions.

A file may come from a stranger: it is looked at before anything of it is loaded, only the three tables that are needed are,
and what they claim is bounded and checked, so that whatever is wrong ends in one sentence. sofar reads it (netCDF underneath),
table by table; the conventions' own check is left out, because half of the heads in circulation are of preliminary versions.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from distill.audio.clip import SAMPLE_RATE
from distill.errors import BadInput
from distill.home import expanded
from distill.output.ears import Floats
from distill.output.measured_head import MeasuredHead

__all__ = ["Measurements", "read_head", "read_measurements"]

_CONVENTION = "SimpleFreeFieldHRIR"
_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_MOST_BYTES = 512 * 2**20
_FEWEST, _MOST_DIRECTIONS = 12, 20_000
_SHORTEST, _LONGEST = 16, 16_384  # samples of a response
_MOST_VALUES = 2**25
_SLOWEST, _FASTEST = 8_000, 384_000  # Hz


@dataclass(frozen=True, eq=False)
class Measurements:
    """A set of measured responses at 48 kHz.

    Attributes
    ----------
    azimuths, elevations : float64 array [M]
        Degrees; azimuths grow to the right, as everywhere in Distill (those of SOFA grow to the left).
    responses : float64 array [M, 2, T]
        Left ear, right ear.
    """

    azimuths: Floats
    elevations: Floats
    responses: Floats


def read_head(path: Path | str) -> MeasuredHead:
    """Read a head; the last few that were read are kept as long as their files stay as they are.

    Raises
    ------
    BadInput
        If there is no such file, or it is no head that can be used.
    """
    path = expanded(path)
    try:
        found = path.stat()
    except OSError:
        raise BadInput(f"there is no file {str(path)!r}; give a SOFA file of a measured head.") from None
    except ValueError:  # a zero byte in the name
        raise BadInput("a file name holds a zero byte; give a SOFA file of a measured head.") from None
    return _read_head(path, found.st_mtime_ns, found.st_size)


@lru_cache(maxsize=4)
def _read_head(path: Path, _changed: int, _size: int) -> MeasuredHead:
    measured = read_measurements(path)
    try:
        return MeasuredHead.of(measured.azimuths, measured.elevations, measured.responses)
    except ValueError as why:
        raise _refused(path, str(why)) from None


def read_measurements(path: Path) -> Measurements:
    """Read a file's directions and responses and bring them to 48 kHz.

    Raises
    ------
    BadInput
        Saying what is wrong with the file.
    """
    _look_at(path)
    import sofar

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # preliminary versions, missing values: what counts is checked here
            with sofar.SofaStream(str(path)) as file:
                return _measurements(path, file)
    except BadInput:
        raise
    except Exception as error:  # netCDF has an exception for everything; a damaged file can meet any of them
        raise _refused(path, f"it cannot be read ({type(error).__name__})") from None


def _look_at(path: Path) -> None:
    """Refuse what no reader should be given."""
    try:
        if not path.is_file():
            raise BadInput(f"{str(path)!r} is not a file; give a SOFA file of a measured head.")
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(len(_SIGNATURE))
    except OSError as error:
        raise _refused(path, (error.strerror or type(error).__name__).lower()) from None
    if start != _SIGNATURE:
        raise _refused(path, "it is not a SOFA file")
    if size > _MOST_BYTES:
        raise _refused(path, f"it has {size / 2**20:,.0f} MiB, and {_MOST_BYTES // 2**20} are the most")


def _measurements(path: Path, file: Any) -> Measurements:
    convention = str(_optional(file, "GLOBAL_SOFAConventions"))[:40]
    if convention != _CONVENTION:
        raise _refused(path, f"it holds {convention!r} and not {_CONVENTION}")
    table = file.Data_IR
    shape = tuple(int(size) for size in table.shape)
    if len(shape) != 3 or shape[1] != 2:
        raise _refused(
            path, f"its responses have the shape {shape}, and directions, 2 ears, samples are needed"
        )
    if not (_FEWEST <= shape[0] <= _MOST_DIRECTIONS and _SHORTEST <= shape[2] <= _LONGEST):
        raise _refused(
            path,
            f"it has {shape[0]:,} directions of {shape[2]:,} samples, and {_FEWEST} to {_MOST_DIRECTIONS:,} of "
            f"{_SHORTEST} to {_LONGEST:,} are allowed",
        )
    if max(_values(table), int(np.prod(shape))) > _MOST_VALUES:
        raise _refused(path, "its responses are too large")
    rate = _numbers(path, file.Data_SamplingRate, most=shape[0])
    if not rate.size or not (rate == rate.flat[0]).all() or not _SLOWEST <= rate.flat[0] <= _FASTEST:
        raise _refused(path, f"its sampling rate is not one of {_SLOWEST:,} to {_FASTEST:,} Hz")
    places = _numbers(path, file.SourcePosition, most=3 * shape[0])
    if places.shape != (shape[0], 3):
        raise _refused(path, f"its {shape[0]:,} responses have {places.shape[0]:,} directions")
    azimuths, elevations = _directions(path, places, str(_optional(file, "SourcePosition_Type")))
    raw = _numbers(path, table, most=_MOST_VALUES)
    if not np.abs(raw).max() > 0 or np.abs(raw).max() > 1e6:
        raise _refused(path, "its responses are silent or far over full scale")
    delays = _optional(file, "Data_Delay")
    late = np.zeros((1, 2)) if delays is None else _numbers(path, delays, most=2 * shape[0])
    if late.shape not in ((1, 2), (shape[0], 2)) or np.abs(late - late.mean()).max() > 0.002 * rate.flat[0]:
        raise _refused(path, "the delays it tells cannot be those of a head")
    return Measurements(azimuths, elevations, _at_our_rate(raw, late, float(rate.flat[0])))


def _directions(path: Path, places: Floats, kind: str) -> tuple[Floats, Floats]:
    """Azimuths and elevations in degrees of positions [M, 3]; SOFA's x is to the front, its y to the left."""
    if kind.strip().lower() == "cartesian":
        front, left, up = places.T
        if not (np.linalg.norm(places, axis=1) > 0).all():
            raise _refused(path, "a response was measured in the middle of the head")
        return -np.degrees(np.arctan2(left, front)), np.degrees(np.arctan2(up, np.hypot(front, left)))
    azimuths, elevations = -((places[:, 0] + 180) % 360 - 180), places[:, 1]
    if np.abs(places[:, 0]).max() > 720 or np.abs(elevations).max() > 90.01:
        raise _refused(path, "its directions are not angles in degrees")
    return azimuths, np.clip(elevations, -90, 90)


def _at_our_rate(raw: Floats, late: Floats, rate: float) -> Floats:
    """Delay responses [M, 2, T] by samples [1 or M, 2], whole ones here, and resample them to 48 kHz."""
    extra = np.round(late - late.min()).astype(int)
    if extra.any():
        longer = np.zeros((*raw.shape[:2], raw.shape[2] + int(extra.max())))
        for (row, ear), shift in np.ndenumerate(np.broadcast_to(extra, raw.shape[:2])):
            longer[row, ear, shift : shift + raw.shape[2]] = raw[row, ear]
        raw = longer
    if rate == SAMPLE_RATE:
        return raw
    import soxr

    flat = np.pad(
        raw.reshape(-1, raw.shape[2]), ((0, 0), (64, 64))
    )  # room for what the resampler rings before
    changed = [soxr.resample(response, rate, SAMPLE_RATE, "VHQ") for response in flat]
    # Resampling keeps the samples' height; a filter's gain is their sum.
    return np.stack(changed).reshape(*raw.shape[:2], -1) * (rate / SAMPLE_RATE)


def _optional(file: Any, name: str) -> Any:
    try:
        return getattr(file, name)
    except AttributeError:
        return None


def _values(table: Any) -> int:
    """How many values a table has to unpack at once: its chunks may be larger than itself."""
    chunks = table.chunking()
    return 0 if isinstance(chunks, str) or chunks is None else int(np.prod([int(size) for size in chunks]))


def _numbers(path: Path, table: Any, *, most: int) -> Floats:
    if int(np.prod(table.shape)) > most or _values(table) > _MOST_VALUES:
        raise _refused(path, "one of its tables is too large")
    values = np.ma.filled(np.ma.asarray(table[...], dtype=np.float64), np.nan)
    if not np.isfinite(values).all():
        raise _refused(path, "it holds values that are missing or not numbers")
    found: Floats = np.asarray(values, np.float64)
    return found


def _refused(path: Path, why: str) -> BadInput:
    return BadInput(
        f"{path.name!r} cannot be used as a head: {why}; choose another SOFA file of a measured head."
    )
