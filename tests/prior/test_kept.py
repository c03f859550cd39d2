from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from distill.codes.json_values import thawed
from distill.codes.limits import Grid
from distill.errors import BadModelFile
from distill.prior import backoff
from distill.prior.cache import CachePrior
from distill.prior.kept import KeptPrior
from distill.prior.material import MaterialPrior
from distill.prior.novelty import RealSounds
from distill.prior.oracle import OraclePrior
from distill.prior.settings import Sampling

N = 8
NAMES = ("a.wav", "b.wav", "c.wav")


def grids() -> tuple[Grid, ...]:
    rng = np.random.default_rng(0)
    return tuple(rng.integers(0, N, (2, steps)).astype(np.int16) for steps in (30, 20, 25))


def kept(choice: str = "ngram") -> KeptPrior:
    return KeptPrior(
        prior=backoff.fit(grids(), codebook_size=N),
        choice=choice,
        names=NAMES,
        grids=grids(),
        silent=(3,),
        patience=24,
        held_out_bits=2.5,
        real=RealSounds((0.5, 0.25), 0.125, 0.75),
    )


def back(about: Any, tensors: dict[str, npt.NDArray[Any]], names: tuple[str, ...] = NAMES) -> KeptPrior:
    return KeptPrior.read(about, tensors, names=names, num_levels=2, codebook_size=N)


def test_a_prior_and_its_collection_come_back_as_they_were() -> None:
    before = kept()
    after = back(before.about(), before.tensors())
    sound = np.random.default_rng(1).integers(0, N, (2, 12))
    np.testing.assert_array_equal(after.prior.log_prob(sound), before.prior.log_prob(sound))
    assert [grid.tolist() for grid in after.grids] == [grid.tolist() for grid in before.grids]
    assert (after.names, after.silent, after.patience, after.real) == (NAMES, (3,), 24, before.real)
    assert after.perplexity.value == pytest.approx(2**2.5)


def test_recombination_walks_through_the_collection_and_others_draw_from_material_of_it() -> None:
    settings = Sampling(temperature=1.8)
    walk, as_given = kept("oracle").drawn_with(settings)
    assert isinstance(walk, OraclePrior)
    assert as_given == settings
    plain = kept("ngram")
    assert plain.drawn_with(settings) == (plain.prior, settings)
    cached = replace(plain, prior=CachePrior(plain.prior, [[4.0, 2.0], [4.0, 2.0, 8.0]]))
    drawn_from, changed = cached.drawn_with(settings)
    assert isinstance(drawn_from, MaterialPrior)
    assert changed.temperatures(2) == (2.0, 2.0)  # as the usual ones are within it
    rewritten_from, _ = replace(cached, choice="oracle").rewritten_with(settings, cached.grids[0], 1, 2)
    assert isinstance(rewritten_from, MaterialPrior)


def test_the_collection_is_findable_with_its_names_and_its_silence() -> None:
    places = kept().places
    assert places.where(30) == ("b.wav", 0)
    assert places.silent.nonzero()[0].tolist() == [3]


def change(part: str, key: str, value: object) -> Callable[[Any, Any], object]:
    return lambda about, tensors: (about if part == "about" else tensors).update({key: value})


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda about, tensors: about.pop("patience"), "its description is none"),
        (change("about", "colour", 1), "its description is none"),
        (change("about", "patience", 0), "its patience is no number of steps"),
        (change("about", "silent", [N]), "what it takes for silence are no codes"),
        (change("about", "silent", "no"), "what it takes for silence are no codes"),
        (change("about", "held_out_bits", True), "its bits a code are impossible"),
        (change("about", "held_out_bits", -1.0), "its bits a code are impossible"),
        (change("about", "choice", 3), "it does not say what kind it is"),
        (change("about", "real", {"overlap": 1}), "what it says of real sounds are no figures"),
        (lambda about, tensors: tensors.pop("collection.codes"), "its arrays are not those of a prior"),
        (change("tensors", "other", np.zeros(2)), "its arrays are not those of a prior"),
        (change("tensors", "collection.codes", np.zeros((2, 75))), "its collection is no row of codes"),
        (
            change("tensors", "collection.codes", np.full((2, 75), N, np.int16)),
            "its collection holds codes that the model does not have",
        ),
        (
            change("tensors", "collection.codes", np.zeros((3, 75), np.int16)),
            "its collection does not fit the model",
        ),
        (change("tensors", "collection.lengths", np.array([75])), "its collection does not fit the model"),
        (
            change("tensors", "collection.lengths", np.array([30, 20, 24])),
            "its collection's files do not fill it",
        ),
        (
            change("tensors", "collection.lengths", np.array([2**62, 2**62, 75])),
            "its collection's files do not fill it",
        ),
    ],
)
def test_a_prior_that_was_tampered_with_is_refused(spoil: Callable[[Any, Any], object], what: str) -> None:
    about, tensors = thawed(kept().about()), kept().tensors()
    spoil(about, tensors)
    with pytest.raises(BadModelFile) as caught:
        back(about, tensors)
    assert str(caught.value) == f"the prior in this model file is damaged: {what}; train the model again."


def test_the_prior_of_another_codec_is_refused() -> None:
    before = kept()
    about = before.about()
    with pytest.raises(BadModelFile, match="it is the prior of another codec"):
        KeptPrior.read(about, before.tensors(), names=NAMES, num_levels=2, codebook_size=N + 1)


def test_nothing_of_real_sounds_is_kept_as_nothing() -> None:
    before = replace(kept(), real=None)
    assert back(before.about(), before.tensors()).real is None
