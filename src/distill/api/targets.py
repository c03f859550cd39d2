"""Where results go: one file, or a file for each of several in a folder; refused before any work is done."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from distill.api.places import are_one, is_folder, is_there
from distill.errors import BadInput, BadSetting
from distill.library.names import spelling

__all__ = [
    "BESIDE",
    "codes_targets",
    "is_wav",
    "numbered_wavs",
    "refuse_sources",
    "refuse_twins",
    "wav_target",
]

BESIDE = (".codes", ".json")  # what is written beside a sound that was generated: its codes and its recipe


def is_wav(output: Path | str) -> bool:
    """Whether a result is to be written as a sound: a file called WAV, not a folder of that name."""
    path = Path(output)
    return path.suffix.lower() == ".wav" and not is_folder(path)


def wav_target(output: Path | str) -> Path:
    """Return the WAV file to write.

    Raises
    ------
    BadSetting
        If it is not called one.
    """
    target = Path(output)
    if not is_wav(target):
        raise BadSetting(
            f"the sound was to be written to {target.name!r}; it is written as WAV, so give a file name that ends in .wav."
        )
    return target


def codes_targets(given: Sequence[Path], output: Path, *, verb: str, endings: str = ".codes") -> list[Path]:
    """Return the ``.codes`` file of each that was given: ``output`` itself for one, one inside it for several.

    Parameters
    ----------
    verb : str
        What is done to them, for the sentences.
    endings : str
        How a file's name may end that the verb writes, for the sentences.

    Raises
    ------
    BadInput
        If none was given.
    BadSetting
        If several were given and ``output`` is one file, or two would get one file, or ``output`` is a file of another kind.
    """
    if not given:
        raise BadInput(f"nothing was given; name one or more files to {verb}.")
    if output.suffix and not is_folder(output):
        if output.suffix.lower() != ".codes":
            raise BadSetting(
                f"the codes were to be written to {output.name!r}; give a file name that ends in {endings}, or a folder."
            )
        if len(given) > 1:
            raise BadSetting(
                f"{len(given)} files were given and one to write, {output.name!r}; give a folder for several."
            )
        return [output]
    targets = [output / f"{one.stem}.codes" for one in given]
    refuse_twins(targets, verb=verb)
    return targets


def refuse_twins(targets: Sequence[Path], *, verb: str) -> None:
    """Refuse two results in one file, on any file system.

    Raises
    ------
    BadSetting
        Naming the first.
    """
    names = [spelling(str(target.absolute())) for target in targets]
    twins = sorted(target.name for target, name in zip(targets, names, strict=True) if names.count(name) > 1)
    if twins:
        raise BadSetting(
            f"several results would be written to {twins[0]!r}; {verb} files of the same name into different folders."
        )


def refuse_sources(sources: Sequence[Path], targets: Sequence[Path], *, by: str) -> None:
    """Refuse to write over what a result is made from.

    Parameters
    ----------
    by : str
        What would be written over it, for the sentence.

    Raises
    ------
    BadSetting
        Naming the first.
    """
    for target in targets:
        if any(are_one(target, source) for source in sources):
            raise BadSetting(f"{target.name!r} would be written over by {by}; choose another name or folder.")


def numbered_wavs(output: Path, count: int) -> list[Path]:
    """Return the WAV files of several sounds: ``output`` itself for one, numbered ones inside it for several.

    A number is free where neither a sound nor what is written beside one has it: codes are kept whose sound has gone.

    Raises
    ------
    BadSetting
        If ``output`` is one file and there are several, or is neither a WAV nor a folder.
    """
    if is_wav(output) and count > 1:
        raise BadSetting(
            f"{count} sounds were asked for and one file, {output.name!r}; give a folder for several."
        )
    if is_wav(output):
        return [output]
    if output.suffix and not is_folder(output):
        raise BadSetting(
            f"the sound was to be written to {output.name!r}; give a file name that ends in .wav, or a folder."
        )
    first = 1
    while any(
        is_there(target.with_suffix(ending))
        for target in _numbered(output, first, count)
        for ending in (".wav", *BESIDE)
    ):
        first += 1
    return _numbered(output, first, count)


def _numbered(folder: Path, first: int, count: int) -> list[Path]:
    return [folder / f"{folder.name or 'new'}-{number:03}.wav" for number in range(first, first + count)]
