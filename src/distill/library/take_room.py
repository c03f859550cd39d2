"""The room takes may need on the disk: what goes to the bin when there is no more, and what leaves the bin for good."""

from __future__ import annotations

from collections.abc import Sequence

from distill.library.bin import Bin, Binned, num_bytes
from distill.library.take_files import Take, read_take

__all__ = ["GIB", "make_room"]

GIB = 2**30


def make_room(takes: Sequence[Take], new: Take, place: Bin, *, gib: float) -> tuple[str, ...]:
    """Move the oldest takes without a star to the bin until the rest needs no more than it may.

    Whether a take has a star is asked of its record itself, and one that cannot be read may have one.

    Parameters
    ----------
    takes : sequence of Take
        All there are, the oldest first.
    new : Take
        The one that was just kept; it stays whatever its size.
    place : Bin
        Of takes. It may need as much again; what has lain there longest goes for good.
    gib : float
        How much takes may need, in GiB.

    Returns
    -------
    tuple of str
        What happened.

    Raises
    ------
    NoSpace, LibraryBusy
        If one cannot be moved; it is then still there.
    """
    limit = gib * GIB
    needed = sum(take.size_bytes for take in takes)
    gone: list[int] = []
    unread = False
    for take in takes:
        if needed <= limit:
            break
        if take.number == new.number or (take.record is not None and take.record.starred):
            continue
        record = read_take(take.folder).record
        unread |= record is None
        if record is not None and not record.starred:
            place.put(take.folder)
            needed -= take.size_bytes
            gone.append(take.number)
    sentences = []
    if gone:
        which = f"take {gone[0]}" if len(gone) == 1 else f"takes {', '.join(map(str, gone))}"
        sentences.append(
            f"Takes may need {gib:g} GiB, so the oldest without a star went to the bin: {which}."
        )
    if needed > limit:
        sentences.append(
            f"Takes need {needed / GIB:.3g} GiB and may need {gib:g}, and all others have a star{' or a record that cannot be read' * unread}; "
            "raise the limit with distill takes limit, or delete some."
        )
    return (*sentences, *_within(place, limit))


def _within(place: Bin, limit: float) -> tuple[str, ...]:
    binned = place.list()
    sizes = [num_bytes(one.path) for one in binned]
    old: list[Binned] = []
    while sum(sizes[len(old) :]) > limit:
        old.append(binned[len(old)])
    if not old:
        return ()
    place.empty(old)
    which = ", ".join(str(int(one.name)) for one in old)
    return (f"The bin held more takes than that, so what lay there longest is gone for good: {which}.",)
