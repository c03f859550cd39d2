"""The factor oracle of a sequence: for each place, the earlier place with the longest same past.

Built on line in linear time (Allauzen, Crochemore and Raffinot 1999), with the lengths of the repeated pasts (Lefebvre and
Lecroq 2000). Assayag and Dubnov (2004) improvise on it: from a place one may go on, or leap to a place that was reached by
the same past and go on from there. The links only lead back, so leaping along them alone drifts towards the beginning;
:func:`relatives` follows them both ways and gathers all places that share a past.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.codes.limits import Grid

__all__ = ["FactorOracle", "families", "relatives"]

LONGEST_PAST = 16  # steps; places that share more are not told apart


@dataclass(frozen=True)
class FactorOracle:
    """Links of a sequence of n symbols; state i is the place after i of them.

    Attributes
    ----------
    forward : list [n + 1] of mappings
        From each state, the state that each symbol leads to.
    suffix : list [n + 1] of int
        The earlier state with the longest same past; -1 for state 0.
    repeated : list [n + 1] of int
        How many symbols of past the two share.
    """

    forward: list[dict[int, int]]
    suffix: list[int]
    repeated: list[int]

    @classmethod
    def of(cls, symbols: Sequence[int]) -> FactorOracle:
        """Build the oracle, symbol by symbol.

        Examples
        --------
        >>> oracle = FactorOracle.of([ord(letter) for letter in "abbbaab"])
        >>> oracle.suffix, oracle.repeated
        ([-1, 0, 0, 2, 3, 1, 1, 2], [0, 0, 0, 1, 2, 1, 1, 2])
        """
        forward: list[dict[int, int]] = [{}]
        suffix, repeated = [-1], [0]
        for state, symbol in enumerate(symbols):
            new = state + 1
            forward.append({})
            forward[state][symbol] = new
            last, at = state, suffix[state]
            while at > -1 and symbol not in forward[at]:
                forward[at][symbol] = new
                last, at = at, suffix[at]
            if at == -1:
                suffix.append(0)
                repeated.append(0)
            else:
                suffix.append(forward[at][symbol])
                repeated.append(_shared(last, suffix[new] - 1, suffix, repeated) + 1)
        return cls(forward, suffix, repeated)


def _shared(one: int, other: int, suffix: list[int], repeated: list[int]) -> int:
    """How much past two states share."""
    if other == suffix[one]:
        return repeated[one]
    while suffix[other] != suffix[one]:
        other = suffix[other]
    return min(repeated[one], repeated[other])


def relatives(oracle: FactorOracle, length: int) -> npt.NDArray[np.int64]:
    """Number the families of states that share at least ``length`` symbols of past, [n + 1].

    A family is named after its first state.

    Examples
    --------
    >>> oracle = FactorOracle.of([ord(letter) for letter in "abbbaab"])
    >>> relatives(oracle, 1).tolist()
    [0, 1, 2, 2, 2, 1, 1, 2]
    """
    family = list(range(len(oracle.suffix)))
    for state, (link, shared) in enumerate(zip(oracle.suffix, oracle.repeated, strict=True)):
        if shared >= length:
            family[state] = family[link]
    return np.array(family, np.int64)


def families(grids: Sequence[Grid], *, heard: int) -> npt.NDArray[np.int64]:
    """Number the families of places that share a past within their sounds, told by the first levels alone.

    Parameters
    ----------
    grids : sequence of int arrays [K, S]
        The sounds, P steps in all.
    heard : int in 1..K
        Levels by which steps are compared.

    Returns
    -------
    int64 array [L, P]
        Row 0 by the longest past that any share, the last by one step.
    """
    rows = np.concatenate(grids, axis=1)[:heard]
    _, symbols = np.unique(rows, axis=1, return_inverse=True)
    sequence: list[int] = []
    states: list[int] = []
    first = 0
    for index, grid in enumerate(grids):
        if index:
            sequence.append(-index)  # no past reaches over the end of a sound
        states.extend(range(len(sequence) + 1, len(sequence) + 1 + grid.shape[1]))
        sequence.extend(symbols.reshape(-1)[first : first + grid.shape[1]].tolist())
        first += grid.shape[1]
    oracle = FactorOracle.of(sequence)
    longest = min(max(oracle.repeated), LONGEST_PAST)
    lengths = [length for length in range(longest, 0, -1) if length in (1, 2, 3, 4, 6, 8, 12, LONGEST_PAST)]
    return np.stack([relatives(oracle, length)[states] for length in lengths or [1]])
