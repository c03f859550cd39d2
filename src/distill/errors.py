"""The tree of what can go wrong, and the one sentence each says.

::

    DistillError                 everything a person can be told in one sentence (exit code 2)
    ├── BadInput                 what was handed over cannot be used
    │   ├── BadSound             an unreadable, empty, silent, too short or too large sound
    │   ├── BadCollection        a folder or list of files with nothing to train on
    │   ├── BadSetting           an impossible value, or values that contradict each other
    │   ├── BadCodes             a damaged code file, codes out of range, an empty grid
    │   │   └── ForeignCodes     codes of another model
    │   ├── BadModelFile         a damaged, foreign, old or unknown model file
    │   ├── UnknownModel         no model of that name in the library
    │   └── Superseded           a change to something that has changed since
    ├── NameTaken                a model or file of that name is already there
    ├── NoSpace                  the disk is full or the folder cannot be written
    ├── DeviceUnavailable        a device that was asked for is not there or failed
    ├── LibraryBusy              another process holds the library
    └── TrainingFailed           training could not go on; what was reached is kept
    Cancelled                    the person stopped it (exit code 130)

Every message says what was given, what is allowed and what to do next. ``raise`` is for people,
``assert`` is for our own invariants.
"""

from __future__ import annotations

__all__ = [
    "BadCodes",
    "BadCollection",
    "BadInput",
    "BadModelFile",
    "BadSetting",
    "BadSound",
    "Cancelled",
    "DeviceUnavailable",
    "DistillError",
    "ForeignCodes",
    "LibraryBusy",
    "NameTaken",
    "NoSpace",
    "Superseded",
    "TrainingFailed",
    "UnknownModel",
]


class DistillError(Exception):
    """Anything that can be told to a musician in one sentence."""


class BadInput(DistillError):
    """What was handed over cannot be used."""


class BadSound(BadInput):
    """A sound that cannot be read, or holds nothing that can be used."""


class BadCollection(BadInput):
    """A folder or list of files with nothing to train on."""


class BadSetting(BadInput):
    """An impossible value, or values that contradict each other."""


class BadCodes(BadInput):
    """A damaged code file, codes out of range, or an empty grid."""


class ForeignCodes(BadCodes):
    """Codes that were made by another model."""


class BadModelFile(BadInput):
    """A damaged, foreign, old or unknown model file."""


class UnknownModel(BadInput):
    """No model of that name in the library."""


class Superseded(BadInput):
    """A change to something that has changed since it was looked at."""


class NameTaken(DistillError):
    """A model or file of that name is already there."""


class NoSpace(DistillError):
    """The disk is full, or the folder cannot be written."""


class DeviceUnavailable(DistillError):
    """A device that was asked for is not there, or failed."""


class LibraryBusy(DistillError):
    """Another process holds the library."""


class TrainingFailed(DistillError):
    """Training could not go on; what was reached is kept."""


class Cancelled(Exception):
    """The person stopped it. Nothing half-written is left behind."""
