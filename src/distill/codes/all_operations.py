"""Every module that defines operations: importing this one makes them all known."""

from distill.codes import blend, density, operations_in_cells, operations_in_time, patterns, perceptual

__all__ = ["blend", "density", "operations_in_cells", "operations_in_time", "patterns", "perceptual"]
