"""What a musician reads instead of a level's number: Structure, Timbre, Detail."""

from __future__ import annotations

__all__ = ["level_name"]


def level_name(level: int, num_levels: int) -> str:
    """Name a level: the first is structure, up to the middle is timbre, the rest is detail.

    Parameters
    ----------
    level : int in 1..num_levels

    Examples
    --------
    >>> [level_name(level, 4) for level in (1, 2, 3, 4)]
    ['Structure', 'Timbre', 'Detail', 'Detail']
    """
    assert 1 <= level <= num_levels, (level, num_levels)
    if level == 1:
        return "Structure"
    return "Timbre" if level <= (num_levels + 1) // 2 else "Detail"
