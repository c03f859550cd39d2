"""A training in a process of its own: it outlives whoever started it, and whoever comes later finds it again.

Everything passes through files in ``training/.run`` below the user folder (:mod:`distill.api.detached.record`), so the
two processes need not be parent and child, and it works alike on every system.
"""

from __future__ import annotations

from distill.api.detached.runner import DetachedTraining

__all__ = ["DetachedTraining"]
