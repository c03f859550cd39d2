"""Two sounds of one model put together: swap and blend, as edits of which each sound keeps its record."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from distill.api.edited import Edited, edited
from distill.api.editing import edit
from distill.api.targets import codes_targets, refuse_twins
from distill.codes import storage
from distill.codes.blend import Blend
from distill.codes.bringing import brought
from distill.codes.editing import Edit
from distill.codes.operation import make
from distill.codes.swapping import swapped
from distill.codes.tempo import Tempo
from distill.codes.written_region import read_region
from distill.progress import Cancel, Report, silent

__all__ = ["blend", "swap"]


def swap(
    a: Path | str,
    b: Path | str,
    *,
    output: Path | str,
    other_output: Path | str | None = None,
    levels: str | None = None,
    start: str | None = None,
    stop: str | None = None,
    channels: str | None = None,
    tempo: float | None = None,
    beats_per_bar: int = 4,
    locked: Collection[int] = (),
) -> list[Edited]:
    """Exchange codes of two sounds in a region: "texture of A, rhythm of B".

    Parameters
    ----------
    output : path
        The ``.codes`` file of A with B's codes in the region, or a folder, where it is called as A.
    other_output : path, optional
        The ``.codes`` file of B with A's, or a folder, where it is called as B.
    levels : str, optional
        ``"1"``, ``"1-2"``, ``">=3"``, ``"timbre"``; all if left out.
    start, stop : str, optional
        Times: ``"0.5"`` seconds, ``"2b"`` beats, ``"1bar"``.

    Raises
    ------
    BadSetting, BadCodes, ForeignCodes, NoSpace
        One sentence each; then nothing is written.
    """
    one, other = storage.load(a), storage.load(b)
    targets = codes_targets([Path(a)], Path(output), verb="swap")
    if other_output is not None:
        targets += codes_targets([Path(b)], Path(other_output), verb="swap")
        refuse_twins(targets, verb="swap")
    region = read_region(
        codes=one,
        start=start,
        stop=stop,
        levels=levels,
        channels=channels,
        tempo=None if tempo is None else Tempo(tempo, beats_per_bar),
    )
    both = swapped(one, other, region, locked=tuple(locked))
    wanted = list(zip(both, targets, strict=False))  # the other's may not be
    results = [edited(after, target) for after, target in wanted]
    files = [storage.to_bytes(after) for after, _ in wanted]
    # Written only when every one of them could be made.
    for data, target in zip(files, targets, strict=True):
        storage.write(data, target)
    return results


def blend(
    a: Path | str,
    b: Path | str,
    *,
    output: Path | str,
    amount: float = 0.5,
    method: str = "embed",
    levels: str | None = None,
    start: str | None = None,
    stop: str | None = None,
    tempo: float | None = None,
    beats_per_bar: int = 4,
    seed: int = 0,
    model: str | Path | None = None,
    keep_take: bool = True,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Edited:
    """Blend two sounds; amount 0 is the first and 1 the second.

    Parameters
    ----------
    method : "embed", "alternate", "choose" or "crossfade"
        Between both in sound; by turns; drawn by chance; from the first into the second.
    levels, start, stop
        As for :func:`swap`.
    keep_take : bool
        Whether a sound becomes a take of the history (:mod:`distill.api.takes`).

    Raises
    ------
    BadSetting, BadCodes, ForeignCodes, UnknownModel, NoSpace
        One sentence each; then nothing is written.
    """
    one, other = storage.load(a), storage.load(b)
    region = read_region(
        codes=one,
        start=start,
        stop=stop,
        levels=levels,
        tempo=None if tempo is None else Tempo(tempo, beats_per_bar),
    )
    material = brought(Blend, other, one, region, name=str(b))
    made = make(Blend.name, {"material": material, "amount": amount, "method": method})
    return edit(
        a,
        [Edit(made, region, seed)],
        output=output,
        model=model,
        keep_take=keep_take,
        device=device,
        home=home,
        report=report,
        cancel=cancel,
    )[0]
