"""Where the numbers are crunched: find the devices, try them, choose one, and say why.

A device that is listed may still fail (a driver too old, an operation that is missing), so each is tried on
the operations a codec is made of, and compared with the CPU, before anything is entrusted to it. What else
the machine has (memory, disk, sound formats) is told by :mod:`distill.doctor`.
"""

from __future__ import annotations

from distill.device.choosing import Device, available, choose
from distill.device.kinds import KINDS, Kind
from distill.device.rates import measure_rates
from distill.device.smoke import smoke_test

__all__ = ["KINDS", "Device", "Kind", "available", "choose", "measure_rates", "smoke_test"]
