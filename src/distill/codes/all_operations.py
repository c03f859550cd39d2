"""Every module that defines operations: importing this one makes them all known."""

from distill.codes import blend, operations_in_cells, operations_in_time, patterns

__all__ = ["blend", "operations_in_cells", "operations_in_time", "patterns"]
