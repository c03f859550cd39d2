"""Every module that defines operations: importing this one makes them all known."""

from distill.codes import operations_in_cells, operations_in_time

__all__ = ["operations_in_cells", "operations_in_time"]
