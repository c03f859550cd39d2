"""Every module that defines operations: importing this one makes them all known."""

from distill.codes import (
    operations_at_random,
    operations_in_cells,
    operations_in_time,
    operations_of_pace,
    operations_on_length,
    operations_with_material,
    swapping,
)

__all__ = [
    "operations_at_random",
    "operations_in_cells",
    "operations_in_time",
    "operations_of_pace",
    "operations_on_length",
    "operations_with_material",
    "swapping",
]
