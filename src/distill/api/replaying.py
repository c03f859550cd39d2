"""A take made again from its codes, and the model that made it found, whatever it is called now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from distill.api.library import Model, maker, open_model
from distill.api.sounds import write_sound
from distill.api.taking import digest_of
from distill.api.targets import wav_target
from distill.codes import storage
from distill.errors import UnknownModel
from distill.library.take_files import Take
from distill.library.takes import Takes
from distill.progress import Cancel, Report, silent

__all__ = ["Replayed", "model_of_take", "replay"]


@dataclass(frozen=True)
class Replayed:
    """A take that was made again.

    Attributes
    ----------
    path : Path
    take : int
    seconds : float
    same : bool or None
        Whether it equals the sound that was kept, bit for bit; None where only codes were kept.
    sentences : tuple of str
    """

    path: Path
    take: int
    seconds: float
    same: bool | None
    sentences: tuple[str, ...]


def replay(
    number: int | str,
    *,
    output: Path | str,
    model: str | Path | None = None,
    device: str = "auto",
    home: Path | str | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Replayed:
    """Make a take again from its codes, as it was made then: on the same machine the same to the last bit.

    Parameters
    ----------
    model : str or path, optional
        The model that made it, when it is not in the library; a new name of it is found out.

    Raises
    ------
    BadInput
        If there is no such take, or it is damaged.
    UnknownModel
        If its model has gone; the sound that was kept is named.
    BadSetting, NoSpace
        One sentence each.
    """
    target = wav_target(output)
    shelf = Takes(home)
    kept = shelf.find(number)
    record = kept.require_record()
    opened = model_of_take(kept, model=model, device=device, home=home)
    codes = storage.load(kept.codes)
    written = write_sound(opened, codes, target, record.up_to_level, record.refine, report, cancel)
    same = digest_of(target) == record.sha256 if record.sha256 else None
    if same is None:
        said = "Only its codes were kept then, so there is no sound to compare this one with."
    elif same:
        said = "It is the same as then, bit for bit."
    else:
        said = (
            f"It is not bit for bit the same: then it was made on {record.device or 'another device'} by Distill "
            f"{record.distill_version}; the sound that was kept is {str(kept.sound or kept.folder)!r}."
        )
    return Replayed(target, kept.number, codes.seconds, same, (*written.sentences, said))


def model_of_take(
    kept: Take, *, device: str, home: Path | str | None, model: str | Path | None = None
) -> Model:
    """Open the model of a take, whatever it is called now.

    Raises
    ------
    UnknownModel
        If it has gone, or was trained anew since.
    """
    record = kept.require_record()
    place = f" Take {kept.number} itself is kept in {str(kept.sound or kept.codes)!r}."
    try:
        if model is None:
            model = maker(record.model, record.fingerprint, home=home)
        opened = open_model(model, home=home, device=device)
    except UnknownModel as error:
        raise UnknownModel(f"{error}{place}") from None
    if opened.fingerprint != record.fingerprint:
        raise UnknownModel(
            f"the model {record.model!r} that made take {kept.number} was trained anew since, or deleted; restore it from "
            f"the bin, or import a copy.{place}"
        )
    return opened
