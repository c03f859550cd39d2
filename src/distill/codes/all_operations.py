"""Every module that defines operations: importing this one makes them all known."""

from distill.codes import (
    blend,
    operations_at_random,
    operations_in_cells,
    operations_in_time,
    operations_of_pace,
    operations_on_length,
    operations_with_material,
    patterns,
    swapping,
)

__all__ = [
    "blend",
    "operations_at_random",
    "operations_in_cells",
    "operations_in_time",
    "operations_of_pace",
    "operations_on_length",
    "operations_with_material",
    "patterns",
    "swapping",
]
