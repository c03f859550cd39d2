"""What is counted of a fault: one row of the table that :mod:`bench.faults` prints."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Row"]


@dataclass
class Row:
    """What was counted of one fault.

    Attributes
    ----------
    fault, what : str
    rounds : int
    hit : int
        In how many the fault met a write (a temporary file was left, a write refused, a file found damaged).
    lost : int
        In how many anything was lost, half-written or not told; has to be 0.
    stale : int
        Temporary files that were left after the next start; has to be 0.
    first : str
        What was lost first.
    """

    fault: str
    what: str
    rounds: int = 0
    hit: int = 0
    lost: int = 0
    stale: int = 0
    first: str = ""

    def fails(self, why: str) -> None:
        """Count a round that went wrong."""
        self.lost += 1
        self.first = self.first or why
