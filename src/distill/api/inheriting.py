"""What a newly trained model takes over from the one whose place it takes: names of entries, tags, the licence note.

Only a model that the training was asked to replace, or its own from before, is one to take over from. Another that got
the name while it was trained is somebody else's.
"""

from __future__ import annotations

from dataclasses import dataclass

from distill.api.naming import carry_over_from
from distill.api.requests import Request
from distill.codes.entries import Entries
from distill.codes.notes import Notes
from distill.library.card import LICENCE
from distill.library.catalog import Catalog

__all__ = ["Inherited", "inherited"]


@dataclass(frozen=True)
class Inherited:
    """What its owner has said of the model before, and what there is to tell of it."""

    notes: Notes
    tags: tuple[str, ...]
    licence: str
    sentences: tuple[str, ...] = ()


def inherited(
    catalog: Catalog, request: Request, entries: Entries, *, collection: str, longer: bool
) -> Inherited:
    """Take over what still applies.

    Parameters
    ----------
    entries : Entries
        Of the new model.
    collection : str
        Fingerprint of the sounds it was trained on.
    longer : bool
        Whether its training went on from that of the model before.
    """
    before = catalog.header(request.name)
    if before is not None and before.fingerprint != request.replaces:
        return Inherited({}, (), LICENCE)
    carried = carry_over_from(catalog, request.name, entries, longer=longer)
    if before is None:
        return Inherited(carried.notes, (), LICENCE, carried.sentences)
    note = before.collection.get("licence")
    if not isinstance(note, str) or note == LICENCE:
        return Inherited(carried.notes, before.tags, LICENCE, carried.sentences)
    if longer or before.collection.get("fingerprint") == collection:
        return Inherited(carried.notes, before.tags, note, carried.sentences)
    said = (
        "The licence note of the model before was on other sounds, so this one has the usual one; distill models licence "
        "writes another."
    )
    return Inherited(carried.notes, before.tags, LICENCE, (*carried.sentences, said))
