"""The rules that fit a prior to a collection: which kind, how large a network, how hard it is made for it to remember.

Like :mod:`distill.training.fitting` for the codec, as tables: rows are tried from the top, and the first whose bound
is above the collection counts. A small collection gets a small network that forgets much, because what a large one
learns from it is the collection itself (row D1). Figures behind the rows come from ``bench.priors``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from distill.config import NetworkConfig, NetworkKind, NetworkTraining
from distill.errors import BadSetting

__all__ = [
    "AUTO",
    "NETWORKED",
    "NETWORKS",
    "PRIORS",
    "Choice",
    "NetworkFit",
    "Proposal",
    "choose",
    "fit_network",
]

Choice: TypeAlias = Literal["oracle", "ngram", "lstm", "transformer", "mixture"]


@dataclass(frozen=True)
class Proposal:
    """A kind of prior, and the sentence that explains it."""

    choice: Choice
    sentence: str


# sounds below which -> the kind; "oracle" is recombination: the counts, and a walk through the collection itself
AUTO: tuple[tuple[float, Choice], ...] = ((10, "oracle"), (math.inf, "mixture"))
IN_A_MIXTURE: NetworkKind = "transformer"  # the network that is mixed with the counts
NETWORKED: frozenset[Choice] = frozenset(
    {"lstm", "transformer", "mixture"}
)  # kinds that are trained, not counted


@dataclass(frozen=True)
class NetworkRow:
    """Sizes for collections of fewer than ``below`` steps.

    Attributes
    ----------
    below : float
        Steps of all sounds together; 470 are ten seconds.
    lstm_width, transformer_width : int
        The largest sample ten times as fast as real time on one core, and hold a third of a codec's numbers.
    dropout, corruption : float
        While training.
    """

    below: float
    lstm_width: int
    transformer_width: int
    dropout: float
    corruption: float


NETWORKS: tuple[NetworkRow, ...] = (
    NetworkRow(below=5_000, lstm_width=96, transformer_width=96, dropout=0.4, corruption=0.3),
    NetworkRow(below=20_000, lstm_width=128, transformer_width=128, dropout=0.3, corruption=0.25),
    NetworkRow(below=60_000, lstm_width=192, transformer_width=160, dropout=0.25, corruption=0.2),
    NetworkRow(below=math.inf, lstm_width=224, transformer_width=192, dropout=0.2, corruption=0.15),
)
FEW_SOUNDS = 30  # below, one row more careful: many steps of few sounds are no variety
LSTM_LAYERS, TRANSFORMER_LAYERS = 2, 4
CHANNELS_A_HEAD = 32
LONGEST_CROP, SHORTEST_CROP = 128, 16  # steps
STEPS_A_BATCH = 2048  # crops times their steps
WINDOW_SHARE = 0.75  # of a crop: a longer look back would meet distances that were never trained
PASSES = 200  # through the collection, at most; training ends earlier when nothing gets better
FEWEST_STEPS, MOST_STEPS = 300, 8_000


@dataclass(frozen=True)
class NetworkFit:
    """A network for one collection, how it is trained, and for how many steps at most."""

    config: NetworkConfig
    training: NetworkTraining
    max_steps: int


def choose(num_sounds: int, *, asked: Choice | Literal["auto"] = "auto") -> Proposal:
    """Choose a kind of prior by the number of sounds, unless one was asked for.

    Raises
    ------
    BadSetting
        If there is no such kind.

    Examples
    --------
    >>> choose(6).choice, choose(50).choice, choose(6, asked="ngram").choice
    ('oracle', 'mixture', 'ngram')
    >>> print(choose(6).sentence)
    6 sounds are too few to learn from without copying them, so new sounds recombine what is there.
    """
    if asked != "auto" and asked not in get_args(Choice):
        raise BadSetting(
            f"there is no prior called {asked!r}; choose one of auto, {', '.join(get_args(Choice))}."
        )
    if asked != "auto":
        return Proposal(asked, f"{PRIORS[asked].capitalize()}, as asked for.")
    choice = next(choice for below, choice in AUTO if num_sounds < below)
    sounds = f"{num_sounds} sound{'s are' if num_sounds != 1 else ' is'}"
    if choice == "oracle":
        return Proposal(
            choice,
            f"{sounds} too few to learn from without copying them, so new sounds recombine what is there.",
        )
    return Proposal(choice, f"{sounds} enough for {PRIORS[choice]}.")


# What each kind of prior is, to a musician.
PRIORS: dict[str, str] = {
    "oracle": "recombination of what is there",
    "ngram": "counts of what follows what",
    "lstm": "a recurrent network",
    "transformer": "a Transformer",
    "mixture": "a network mixed with counts of what follows what",
}


def fit_network(
    kind: NetworkKind, *, num_sounds: int, num_steps: int, longest: int, num_levels: int, codebook_size: int
) -> NetworkFit:
    """Propose a network for ``num_sounds`` sounds of ``num_steps`` steps together, the longest of ``longest``.

    Examples
    --------
    >>> sizes = {"longest": 470, "num_levels": 8, "codebook_size": 256}
    >>> fit_network("lstm", num_sounds=5, num_steps=2_350, **sizes).config.width
    96
    >>> fit_network("lstm", num_sounds=200, num_steps=94_000, **sizes).config.width
    224
    """
    place = next(place for place, row in enumerate(NETWORKS) if num_steps < row.below)
    row = NETWORKS[max(0, place - 1) if num_sounds < FEW_SOUNDS else place]
    crop = min(max(longest, SHORTEST_CROP), LONGEST_CROP)
    batch = max(4, STEPS_A_BATCH // crop)
    width = row.lstm_width if kind == "lstm" else row.transformer_width
    config = NetworkConfig(
        kind=kind,
        num_levels=num_levels,
        codebook_size=codebook_size,
        width=width,
        depth=LSTM_LAYERS if kind == "lstm" else TRANSFORMER_LAYERS,
        heads=width // CHANNELS_A_HEAD,
        window=max(2, round(WINDOW_SHARE * crop)),
    )
    training = NetworkTraining(
        batch_size=batch, crop_steps=crop, dropout=row.dropout, corruption=row.corruption
    )
    wanted = math.ceil(PASSES * num_steps / (batch * crop))
    return NetworkFit(config, training, min(max(wanted, FEWEST_STEPS), MOST_STEPS))
