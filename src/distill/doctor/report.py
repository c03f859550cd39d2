"""What the doctor found, for whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from distill.device import Device

__all__ = ["Report"]


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes
    ----------
    versions : mapping of str to str
        Of Distill, Python, torch and libsndfile; and the system's name.
    device : Device
        The one that would be used, with its rates and precision.
    tried : mapping of str to (str or None)
        Each kind of device that is there, and what failed in its test.
    difference_db : float or None
        Largest difference between that device and the CPU in a decoded sound, against its peak; None if
        there is none at all.
    home : Path
    home_fault : str or None
        Why the user folder cannot be written to.
    num_models : int
    free_disk_bytes : int
    free_memory_bytes : int or None
        None where the system does not tell.
    formats : mapping of str to bool
        Which kinds of sound file can be read.
    has_ui : bool
        Whether the browser interface is installed.
    tier_seconds : mapping of str to float
        Estimated length of a training, by tier.
    tiers : mapping of str to str
        The same as sentences.
    problems : tuple of str
        What stands in the way or deserves a look, most important first.
    verdict : str
        All of it in one sentence.
    """

    versions: Mapping[str, str]
    device: Device
    tried: Mapping[str, str | None]
    difference_db: float | None
    home: Path
    home_fault: str | None
    num_models: int
    free_disk_bytes: int
    free_memory_bytes: int | None
    formats: Mapping[str, bool]
    has_ui: bool
    tier_seconds: Mapping[str, float]
    tiers: Mapping[str, str]
    problems: tuple[str, ...]
    verdict: str

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        device = {field.name: getattr(self.device, field.name) for field in fields(self.device)}
        device["rates"] = dict(self.device.rates)
        return values | {"home": str(self.home), "problems": list(self.problems), "device": device}
