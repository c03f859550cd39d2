"""Every module that defines operations: importing this one makes them all known."""

from distill.codes import (
    blend,
    density,
    operations_at_random,
    operations_in_cells,
    operations_in_time,
    operations_of_pace,
    operations_on_length,
    operations_with_material,
    patterns,
    perceptual,
    swapping,
)

__all__ = [
    "blend",
    "density",
    "operations_at_random",
    "operations_in_cells",
    "operations_in_time",
    "operations_of_pace",
    "operations_on_length",
    "operations_with_material",
    "patterns",
    "perceptual",
    "swapping",
]
