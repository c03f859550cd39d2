"""Presets: settings saved, found and applied by name; what is said explicitly wins over a preset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from distill.api.export_presets import check_export_settings
from distill.api.recipes import Recipe
from distill.errors import BadSetting
from distill.library.bin import Binned
from distill.library.preset_files import Preset
from distill.library.preset_settings import checked_settings
from distill.library.presets import Presets

__all__ = [
    "delete_preset",
    "options_of",
    "preset",
    "presets",
    "rename_preset",
    "restore_preset",
    "save_preset",
    "settings_of_recipe",
    "with_preset",
]

_KNOBS = ("creativity", "focus", "diversity", "experimental")
# A knob that is set takes the place of these of a preset, because they are other words for the same.
# The slider moves nearly all of them.
_INSTEAD_OF = {
    "creativity": ("level_temperatures",),
    "focus": ("top_k",),
    "top_k": ("focus",),
    "experimental": (
        "creativity", "diversity", "level_temperatures", "coarse", "repetition", "continuity", "coherence",
    ),
}  # fmt: skip


def presets(*, kind: str | None = None, home: Path | str | None = None) -> list[Preset]:
    """List presets, your own first; those of one kind (generation, edit, space, export), or all."""
    return Presets(home).list(kind)


def preset(name: str, *, kind: str | None = None, home: Path | str | None = None) -> Preset:
    """Return a preset by its name.

    Raises
    ------
    BadInput
        If there is none, its file is damaged, or it is for something else than ``kind``.
    """
    return Presets(home).find(name, kind)


def save_preset(
    name: str,
    settings: Mapping[str, Any],
    *,
    kind: str = "generation",
    about: str = "",
    replace: bool = False,
    home: Path | str | None = None,
) -> Preset:
    """Keep settings under a name.

    Parameters
    ----------
    settings : mapping
        For ``generation`` the knobs of :func:`distill.api.generate` (creativity .. steering, and seconds); for ``edit`` the
        operations ``do`` as they are written, with tempo, beats_per_bar and snap; for ``space`` a place, ``spatial``; for
        ``export`` format, rate, depth, loudness, fade_in, fade_out, trim, loop and spatial as :func:`distill.api.export` takes
        them, the last two as they are written.
    about : str
        One sentence on what to expect.

    Raises
    ------
    BadSetting, NameTaken, NoSpace, LibraryBusy
        One sentence each; then nothing is kept or replaced.
    """
    if kind in {"space", "export"}:
        check_export_settings(checked_settings(kind, settings))
    return Presets(home).save(name, kind, settings, about=about, replace=replace)


def settings_of_recipe(recipe: Path | str) -> dict[str, Any]:
    """Return the settings a generated sound was made with, to be kept as a preset.

    Raises
    ------
    BadSetting
        If the file is no recipe, or that of a collage.
    """
    followed = Recipe.load(recipe)
    if followed.arrange is not None:
        raise BadSetting(
            f"this sound is a collage ({followed.arrange}), and a preset holds how sounds are drawn; keep its recipe, and make "
            "it again with distill generate --recipe."
        )
    settings = {"seconds": followed.seconds, "steering": dict(followed.steering)} | followed.knobs()
    return {name: value for name, value in settings.items() if value not in (None, {})}


def rename_preset(name: str, new: str, *, home: Path | str | None = None) -> Preset:
    """Give a preset another name.

    Raises
    ------
    BadInput, BadSetting, NameTaken, NoSpace, LibraryBusy
        One sentence each; then it is called as before.
    """
    return Presets(home).rename(name, new)


def delete_preset(name: str, *, home: Path | str | None = None) -> Binned:
    """Move a preset to the bin.

    Raises
    ------
    BadInput, BadSetting, NoSpace, LibraryBusy
        One sentence each; then it is still there.
    """
    return Presets(home).delete(name)


def restore_preset(name: str, *, home: Path | str | None = None) -> Preset:
    """Bring the last deleted preset of a name back from the bin.

    Raises
    ------
    BadInput, NameTaken, NoSpace, LibraryBusy
        One sentence each; then it is still in the bin.
    """
    return Presets(home).restore(name)


def with_preset(name: str | None, *, home: Path | str | None, **given: Any) -> dict[str, Any]:
    """Fill in from a generation preset what was not given.

    Parameters
    ----------
    name : str or None
        Of the preset; None: nothing is filled in.
    given
        ``seconds``, the four knobs, ``sampling`` and ``steering`` as :func:`distill.api.generate` takes them; None: not given.

    Returns
    -------
    dict
        The same, filled in.

    Raises
    ------
    BadInput
        If there is no such preset for generation.
    """
    sampling, steering = dict(given.pop("sampling") or {}), dict(given.pop("steering") or {})
    if name is not None:
        settings = dict(Presets(home).find(name, "generation").settings)
        explicit = {key for key, value in {**given, **sampling}.items() if value is not None}
        for key in explicit:
            for other in (key, *_INSTEAD_OF.get(key, ())):
                settings.pop(other, None)
        curves = settings.pop("steering", {})
        steering = {
            word: tuple((at, much) for at, much in curve) for word, curve in curves.items()
        } | steering
        for key in ("seconds", *_KNOBS):
            if key in settings:
                given[key] = settings.pop(key)
        sampling = settings | sampling
    return {**given, "sampling": sampling, "steering": steering}


def options_of(found: Preset) -> Sequence[str]:
    """Write the settings of a preset as the options of a command.

    Raises
    ------
    BadSetting
        If it is for something that takes no such options.
    """
    if found.kind not in {"space", "export"}:
        raise BadSetting(f"the preset {found.name!r} is for {found.kind}, which does not take it as options.")
    words = []
    for name, value in found.settings.items():
        option = f"--{name.replace('_', '-')}"
        for part in value if isinstance(value, list) else [value]:
            if part is True:
                words.append(option)
            elif part is not False:
                words += [option, str(part)]
    return words
