"""A model's entries, listened to: what each sounds like, where it lies, how to hear it.

Decodes and measures; :class:`distill.codes.entries.Entries` is what comes of it, and needs no network any more.
"""

from distill.atlas.hearing import lookup_of, sounds_of
from distill.atlas.keeping import from_tensors, to_tensors
from distill.atlas.measuring import measure

__all__ = ["from_tensors", "lookup_of", "measure", "sounds_of", "to_tensors"]
