"""The presets below one user folder, and those that come with Distill: settings kept, found and renamed by their names.

Each is a file of its own in ``presets/``, written whole; like models, names that some file system takes for the same are
the same. What is deleted goes to the bin. A damaged file is told with the others and harms none of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from distill.errors import BadInput, BadSetting, NameTaken
from distill.home import home as user_folder
from distill.library.bin import Bin, Binned, move
from distill.library.locking import sweep, writing
from distill.library.names import checked_name, spelling
from distill.library.own_files import files_in
from distill.library.preset_files import Preset, preset_bytes, read_preset
from distill.library.preset_settings import check_kind
from distill.library.shipped_presets import SHIPPED
from distill.replacing import replacing

__all__ = ["Presets"]

SUFFIX = ".json"


class Presets:
    """The presets below one user folder.

    Parameters
    ----------
    home : path, optional
        The user folder (:func:`distill.home.home`).
    """

    def __init__(self, home: Path | str | None = None) -> None:
        self.folder = user_folder(home) / "presets"
        self.bin = Bin(home, "presets")

    def save(
        self, name: str, kind: str, settings: Mapping[str, Any], *, about: str = "", replace: bool = False
    ) -> Preset:
        """Keep settings under a name.

        Raises
        ------
        BadSetting
            If a preset cannot be called that, or the settings cannot be kept.
        NameTaken
            If there is one of that name and it is not to be replaced; those that come with Distill never are.
        NoSpace, LibraryBusy
            If it cannot be written.
        """
        path = self._path(name)
        data = preset_bytes(kind, about, settings)
        with writing(self.folder):
            twins = self._twins(path)
            if twins and not replace:
                raise _taken(twins[0])
            with replacing(path) as file:
                file.write(data)
            for twin in twins:
                if not twin.samefile(path):  # where capitals count, a replaced one may be spelt otherwise
                    twin.unlink()
        return read_preset(path)

    def find(self, name: str, kind: str | None = None) -> Preset:
        """Return a preset by its name.

        Parameters
        ----------
        kind : str, optional
            What it has to be for.

        Raises
        ------
        BadInput
            If there is none of that name (the nearest are told), its file is damaged, or it is for something else.
        """
        found = self._named(name)
        if found.damaged:
            raise BadInput(found.damaged)
        if kind is not None and found.kind != kind:
            raise BadInput(
                f"the preset {found.name!r} is for {found.kind}, and one for {kind} was asked for; 'distill presets list' "
                "shows what each is for."
            )
        return found

    def list(self, kind: str | None = None) -> list[Preset]:
        """Return all presets in the order of their names, damaged ones too, those that come with Distill last.

        Raises
        ------
        BadSetting
            If there is no such kind.
        """
        if kind is not None:
            check_kind(kind)
        sweep(self.folder)
        own = [read_preset(path) for path in self._files()]
        own.sort(key=lambda one: (spelling(one.name), one.name))
        return [one for one in (*own, *SHIPPED) if kind is None or one.kind == kind or one.damaged]

    def rename(self, name: str, new: str) -> Preset:
        """Give a preset another name.

        Raises
        ------
        BadInput, BadSetting, NameTaken, NoSpace, LibraryBusy
            One sentence each; then it is called as before.
        """
        target = self._path(new)
        with writing(self.folder):
            path = self._own(name, "renamed")
            twins = [twin for twin in self._twins(target) if not twin.samefile(path)]
            if twins:
                raise _taken(twins[0])
            move(path, target)
        return read_preset(target)

    def delete(self, name: str) -> Binned:
        """Move a preset to the bin, a damaged one too.

        Raises
        ------
        BadInput, BadSetting, NoSpace, LibraryBusy
            One sentence each; then it is still there.
        """
        with writing(self.folder):
            return self.bin.put(self._own(name, "deleted"))

    def restore(self, name: str) -> Preset:
        """Bring the last deleted preset of a name back.

        Raises
        ------
        BadInput, NameTaken, NoSpace, LibraryBusy
            One sentence each; then it is still in the bin.
        """
        one = self.bin.find(name)
        target = self._path(one.name)
        with writing(self.folder):
            twins = self._twins(target)
            if twins:
                raise _taken(twins[0])
            return read_preset(self.bin.take_out(one, target))

    def _named(self, name: str) -> Preset:
        known: dict[str, Preset | Path] = {spelling(one.name): one for one in SHIPPED}
        known |= {spelling(path.stem): path for path in self._files()}
        found = known.get(spelling(name))
        if found is None:
            near = difflib.get_close_matches(spelling(name), known, n=3, cutoff=0.5)
            names = [one.stem if isinstance(one, Path) else one.name for one in (known[key] for key in near)]
            shown = " or ".join(repr(one) for one in names)
            hint = f"did you mean {shown}?" if near else "'distill presets list' shows those there are."
            raise BadInput(f"there is no preset {name[:80]!r}; {hint}")
        return read_preset(found) if isinstance(found, Path) else found

    def _own(self, name: str, what: str) -> Path:
        found = self._named(name)
        if found.path is None:
            raise BadSetting(
                f"the preset {found.name!r} comes with Distill and cannot be {what}; save your own under another name."
            )
        return found.path

    def _path(self, name: str) -> Path:
        normal = checked_name(name, kind="preset")
        if spelling(normal) in {spelling(one.name) for one in SHIPPED}:
            raise NameTaken(f"the preset {name!r} comes with Distill; choose another name for your own.")
        return self.folder / f"{normal}{SUFFIX}"

    def _twins(self, path: Path) -> Sequence[Path]:
        return [other for other in self._files() if spelling(other.stem) == spelling(path.stem)]

    def _files(self) -> Sequence[Path]:
        return files_in(self.folder, SUFFIX, what="presets")


def _taken(twin: Path) -> NameTaken:
    return NameTaken(
        f"there is already a preset named {twin.stem!r}; choose another name, or ask to replace it."
    )
