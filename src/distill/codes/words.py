"""What an entry sounds like, in words a musician uses (row C10), and entries that sound alike in groups.

Words are relative to the entry's own level: *bright* is one of the brighter quarter. A difference too small to be heard is
never named. An entry of level 1 is called as a sound ("bright noisy attack"); a deeper one by what it does to a sound
("adds air, takes warmth").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.quiet import SILENT_DB

__all__ = ["Group", "describe_change", "describe_sound", "groups", "words"]

Floats = npt.NDArray[np.floating]

# By descriptor: the least difference that can be heard, about; a family, of which one word is enough; the words for
# more and for less of it, of a sound; and of a change.
_LEXICON: dict[str, tuple[float, str, tuple[str, str], tuple[str, str]]] = {
    "loudness": (1.0, "level", ("loud", "soft"), ("lifts the level", "lowers the level")),
    "brightness": (0.1, "colour", ("bright", "dark"), ("brightens", "darkens")),
    "warmth": (1.0, "colour", ("warm", "thin"), ("adds warmth", "takes warmth")),
    "bandwidth": (0.1, "width", ("wide", "narrow"), ("widens", "narrows")),
    "noisiness": (0.03, "noise", ("noisy", "clear"), ("adds noise", "clears noise")),
    "roughness": (0.03, "grain", ("rough", "smooth"), ("roughens", "smooths")),
    "tension": (0.03, "harmony", ("tense", "settled"), ("adds tension", "eases tension")),
    "onset": (1.0, "level", ("", ""), ("sharpens attacks", "blunts attacks")),
}
_MOST = 2  # words besides the noun
_OUTER = 0.5  # of ranks from -1 to 1: the outer quarters
_NOTABLE = 0.5  # of a change, against the usual one at its level
_ATTACK_DB, _STEADY_DB = 6.0, 1.0
_NOISE, _TONE = 0.6, 0.3  # noisiness from which a sound is noise, and to which it is a tone


@dataclass(frozen=True)
class Group:
    """Entries of one level that sound alike.

    Attributes
    ----------
    words : str
        What they have in common.
    codes : tuple of int
        The most used first.
    """

    words: str
    codes: tuple[int, ...]


def words(entries: Entries, level: int) -> list[str]:
    """Describe every entry of a level, by code.

    Parameters
    ----------
    level : int in 1..K
    """
    measured = entries.descriptors[level - 1]
    known = measured[entries.usage[level - 1] > 0]
    reference = known if len(known) else measured  # entries that nothing uses would be anything
    describe = describe_sound if level == 1 else describe_change
    return [describe(values, reference) for values in measured]


def describe_sound(values: Floats, level: Floats) -> str:
    """Describe a sound: up to two words and a noun.

    Parameters
    ----------
    values : array [F]
        As :data:`~distill.codes.entries.DESCRIPTORS`.
    level : array [N, F]
        What it is compared with.

    Examples
    --------
    >>> others = np.linspace(0, 1, 9)[:, None] * (4, 20, 20, 2, 1, 0.5, 0.5, 0) + (-2, -10, -40, 0, 0, 0, 0, 0)
    >>> describe_sound(np.array([-2, 0, -30, 1, 0.1, 0.25, 0.25, 0]), others)
    'dark steady tone'
    """
    named = dict(zip(DESCRIPTORS, values.tolist(), strict=True))
    if named["loudness"] < SILENT_DB:
        return "silence"
    rank = _ranks(values, level)
    least = np.array([_LEXICON[name][0] for name in DESCRIPTORS])
    heard = (np.abs(values - np.median(level, axis=0)) >= least) & (np.abs(rank) >= _OUTER)
    strength = dict(zip(DESCRIPTORS, np.where(heard, rank, 0).tolist(), strict=True))
    noun = _noun(named, strength)
    strength["onset"] = 0
    if noun in ("tone", "noise"):
        strength["noisiness"] = 0  # the noun says it
    if noun == "noise":
        strength["tension"] = 0  # it has no harmony
    chosen = _chosen(strength)
    said = [_LEXICON[name][2][strength[name] < 0] for name in chosen]
    if len(said) < _MOST and noun not in ("attack", "tail") and abs(named["onset"]) < _STEADY_DB:
        said.append("steady")
    return " ".join([*said, noun])


def describe_change(values: Floats, level: Floats) -> str:
    """Describe what an entry does to a sound: up to two things.

    Parameters
    ----------
    values : array [F]
        Differences, as :data:`~distill.codes.entries.DESCRIPTORS`.
    level : array [N, F]
        Those of its level.

    Examples
    --------
    >>> others = np.diag([0.3, 3, 3, 0.3, 0.1, 0.1, 0.1, 3])
    >>> describe_change(np.array([0.4, -4, 0, 0, 0.2, 0, 0, 0]), others)
    'adds air'
    >>> describe_change(np.array([0, -4, 0, 0, 0, 0.2, 0, 0]), others)
    'roughens, takes warmth'
    """
    usual = np.sqrt(np.square(level).mean(0))
    least = np.array([_LEXICON[name][0] for name in DESCRIPTORS])
    against = values / np.where(usual > 0, usual, 1)
    heard = (np.abs(values) >= least) & (np.abs(against) >= _NOTABLE)
    strength = dict(zip(DESCRIPTORS, np.where(heard, against, 0).tolist(), strict=True))
    said = {}
    if (
        strength["brightness"] > 0 and strength["noisiness"] > 0
    ):  # brighter by noise is what musicians call air
        said["adds air"] = strength["brightness"] + strength["noisiness"]
        strength["brightness"] = strength["noisiness"] = strength["warmth"] = 0
    for name in _chosen(strength):
        said[_LEXICON[name][3][strength[name] < 0]] = abs(strength[name])
    strongest = sorted(said, key=lambda what: -said[what])[:_MOST]
    return ", ".join(strongest) or "hardly changes anything"


def groups(entries: Entries, level: int, *, count: int = 8) -> list[Group]:
    """Sort the entries of a level into groups that sound alike, the group with the most use first.

    Lloyd's k-means over the descriptors in units of their spread; it begins with entries far from each other, so nothing
    is drawn and the groups are always the same.
    """
    measured = entries.descriptors[level - 1]
    spread = measured.std(0)
    points = (measured - measured.mean(0)) / np.where(spread > 1e-6, spread, 1)
    centres = [points[np.square(points).sum(1).argmin()]]
    apart = np.square(points - centres[0]).sum(1)
    while len(centres) < min(count, len(points)) and apart.max() > 0:
        centres.append(points[apart.argmax()])
        apart = np.minimum(apart, np.square(points - centres[-1]).sum(1))
    middle = np.array(centres)
    for _ in range(30):
        nearest = np.square(points[:, None] - middle).sum(-1).argmin(1)
        middle = np.stack(
            [
                points[nearest == index].mean(0) if (nearest == index).any() else centre
                for index, centre in enumerate(middle)
            ]
        )
    use = entries.usage[level - 1]
    describe = describe_sound if level == 1 else describe_change
    found: dict[str, list[int]] = {}  # what is called alike is one group to a reader
    for index in np.unique(nearest):
        codes = np.flatnonzero(nearest == index)
        found.setdefault(describe(measured[codes].mean(0), measured), []).extend(codes.tolist())
    sorted_groups = [
        Group(said, tuple(sorted(codes, key=lambda code: (-int(use[code]), code))))
        for said, codes in found.items()
    ]
    return sorted(sorted_groups, key=lambda group: -int(use[list(group.codes)].sum()))


def _noun(named: dict[str, float], strength: dict[str, float]) -> str:
    if named["onset"] >= _ATTACK_DB and strength["onset"] > 0:
        return "attack"
    if named["onset"] <= -_ATTACK_DB and strength["onset"] < 0:
        return "tail"
    if named["noisiness"] < _TONE or (named["noisiness"] < _NOISE and strength["noisiness"] < 0):
        return "tone"
    return "noise" if named["noisiness"] >= _NOISE and strength["noisiness"] >= 0 else "texture"


def _ranks(values: Floats, level: Floats) -> Floats:
    """Where each value stands among those of its level: -1 below all, 1 above all, [F]."""
    below, above = (level < values).mean(0), (level > values).mean(0)
    ranks: Floats = below - above
    return ranks


def _chosen(strength: dict[str, float]) -> list[str]:
    """The strongest descriptors, one of a family, in the order they are said in."""
    families: dict[str, str] = {}
    for name in sorted(strength, key=lambda name: -abs(strength[name])):
        if strength[name] and len(families) < _MOST:
            families.setdefault(_LEXICON[name][1], name)
    return [name for name in _LEXICON if name in families.values()]
