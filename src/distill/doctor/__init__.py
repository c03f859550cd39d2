"""What this machine can do: everything that ``distill doctor`` tells, measured and judged.

Devices are tried in :mod:`distill.device`; here they are put beside memory, disk, sound formats, the library
and the time that training takes.
"""

from __future__ import annotations

from distill.doctor.examining import examine
from distill.doctor.report import Report

__all__ = ["Report", "examine"]
