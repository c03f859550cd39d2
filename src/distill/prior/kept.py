"""A prior as a model file keeps it: with the codes it was made from, and how it did on sounds it was not taught.

The collection's codes stay beside the prior because three things need them whenever new sound is made: the novelty guard,
the figures about copying, and recombination, which is nothing but a walk through them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy.typing as npt

from distill.codes.json_values import JSON, frozen, thawed
from distill.codes.limits import Grid
from distill.errors import BadSetting
from distill.prior.building import from_tensors
from distill.prior.cache import CachePrior
from distill.prior.collection_codes import CollectionCodes, damaged
from distill.prior.interface import Drawable, Prior
from distill.prior.material import Journey, MaterialPrior, Remembering, Surroundings
from distill.prior.novelty import RealSounds
from distill.prior.oracle import OraclePrior
from distill.prior.perplexity import Perplexity
from distill.prior.places import Places
from distill.prior.settings import Sampling

__all__ = ["RECOMBINATION", "KeptPrior"]

RECOMBINATION = "oracle"
_MODEL = "model."
_ABOUT = {"choice", "settings", "silent", "patience", "held_out_bits", "real"}
_MOST_BITS = 64.0


@dataclass(frozen=True, eq=False)
class KeptPrior:
    """A prior and what it needs to make new sound.

    Attributes
    ----------
    prior : Prior
        What was learnt or counted.
    choice : str
        Which kind of prior it is; ``"oracle"``: new sound is a walk through the collection, and ``prior`` judges seams.
    names : tuple of str
        The collection's files.
    grids : tuple of int16 arrays [K, S]
        Their codes, the mid of each.
    silent : tuple of int
        Codes of level 1 that stand for silence: repeating them copies nothing.
    patience : int
        For how many steps the collection itself goes round in a circle at most.
    held_out_bits : float
        Bits a code on sounds that were held out.
    real : RealSounds or None
        What held-out sounds share with the rest of the collection: generated ones are shown beside it.
    """

    prior: Prior
    choice: str
    names: tuple[str, ...]
    grids: tuple[Grid, ...]
    silent: tuple[int, ...]
    patience: int
    held_out_bits: float
    real: RealSounds | None

    @property
    def perplexity(self) -> Perplexity:
        """Among how many codes it chooses, in effect, on sounds it was not taught."""
        return Perplexity(2.0**self.held_out_bits)

    @cached_property
    def places(self) -> Places:
        """The collection, findable by its codes."""
        return Places(self.grids, self.names, codebook_size=self.prior.codebook_size, silent=self.silent)

    def drawn_with(self, settings: Sampling, *, past: Grid | None = None) -> tuple[Drawable, Sampling]:
        """Return what new sound is drawn from, and the settings to draw from it with.

        Parameters
        ----------
        settings : Sampling
            As a person set them.
        past : int array [K, S], optional
            A sound to go on from.
        """
        if self.choice == RECOMBINATION:
            return self._walk, settings
        return self._from(Journey(self.grids, seed=settings.seed, first=past, silent=self.silent), settings)

    def rewritten_with(
        self, settings: Sampling, grid: Grid, start: int, stop: int
    ) -> tuple[Drawable, Sampling]:
        """Return what a part of a sound [K, S] is drawn from anew, and the settings to draw from it with.

        A walk through the collection could only leap at the edges, so where new sound recombines the counts draw.
        """
        journey = Journey(self.grids, seed=settings.seed, silent=self.silent)
        return self._from(Surroundings(grid, start, stop, otherwise=journey), settings)

    def _from(self, material: Remembering, settings: Sampling) -> tuple[Drawable, Sampling]:
        if not isinstance(self.prior, CachePrior):  # of a model that was trained before there were caches
            return self.prior, settings
        prior = MaterialPrior(self.prior, material, coherence=settings.coherence)
        return prior, settings.beside_usual(prior.num_levels)

    @cached_property
    def _walk(self) -> OraclePrior:
        return OraclePrior(self.grids, codebook_size=self.prior.codebook_size)

    def about(self) -> dict[str, JSON]:
        """What of it is JSON."""
        return {
            "choice": self.choice,
            "settings": self.prior.settings(),
            "silent": list(self.silent),
            "patience": self.patience,
            "held_out_bits": round(self.held_out_bits, 6),
            "real": None if self.real is None else self.real.to_json(),
        }

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """What of it is arrays: the prior's own, and the collection laid end to end."""
        own = {_MODEL + name: array for name, array in self.prior.tensors().items()}
        return own | CollectionCodes(self.grids).tensors()

    @classmethod
    def read(
        cls,
        about: Mapping[str, JSON],
        tensors: Mapping[str, npt.NDArray[Any]],
        *,
        names: Sequence[str],
        num_levels: int,
        codebook_size: int,
    ) -> KeptPrior:
        """Undo :meth:`about` and :meth:`tensors`.

        Parameters
        ----------
        names : sequence of str
            What the collection's files are called.
        num_levels, codebook_size : int
            Of the codec it belongs to.

        Raises
        ------
        BadModelFile
            If anything is not as it would have been written.
        """
        if set(about) != _ABOUT:
            raise damaged("its description is none")
        collection, own = CollectionCodes.read(
            tensors, names=names, num_levels=num_levels, codebook_size=codebook_size
        )
        if not all(name.startswith(_MODEL) for name in own):
            raise damaged("its arrays are not those of a prior")
        try:
            prior = from_tensors(
                about["settings"], {name.removeprefix(_MODEL): array for name, array in own.items()}
            )
        except BadSetting:
            raise damaged("its settings are impossible") from None
        if (prior.num_levels, prior.codebook_size) != (num_levels, codebook_size):
            raise damaged("it is the prior of another codec")
        silent, patience, bits = thawed(about["silent"]), about["patience"], about["held_out_bits"]
        if not isinstance(silent, list) or not all(type(c) is int and 0 <= c < codebook_size for c in silent):
            raise damaged("what it takes for silence are no codes")
        if type(patience) is not int or patience < 1:
            raise damaged("its patience is no number of steps")
        if isinstance(bits, bool) or not isinstance(bits, (int, float)) or not 0 <= bits <= _MOST_BITS:
            raise damaged("its bits a code are impossible")
        choice, real = about["choice"], about["real"]
        if not isinstance(choice, str):
            raise damaged("it does not say what kind it is")
        return cls(
            prior, choice, tuple(names), collection.grids, tuple(silent), patience, float(bits),
            None if real is None else RealSounds.from_json(frozen(real)),
        )  # fmt: skip
