from __future__ import annotations

from typing import get_args

import pytest

from distill.config import CodecConfig, NetworkKind
from distill.errors import BadSetting
from distill.prior.network import Network
from distill.training.prior_fitting import AUTO, NETWORKS, Choice, choose, fit_network


def test_few_sounds_are_recombined_and_a_sentence_says_why() -> None:
    assert {choose(count).choice for count in range(1, 10)} == {"oracle"}
    assert choose(1).sentence.startswith("1 sound is too few to learn from without copying")
    assert choose(10).choice != "oracle"
    assert choose(50).sentence == "50 sounds are enough for a network mixed with counts of what follows what."


@pytest.mark.parametrize("asked", get_args(Choice))
def test_what_is_asked_for_is_what_comes(asked: Choice) -> None:
    for count in (1, 10, 500):
        found = choose(count, asked=asked)
        assert found.choice == asked
        assert found.sentence.endswith(", as asked for.")


def test_an_unknown_prior_is_refused() -> None:
    with pytest.raises(BadSetting, match="no prior called 'gpt'; choose one of auto, oracle, ngram"):
        choose(3, asked="gpt")  # type: ignore[arg-type]


def test_the_tables_cover_every_collection() -> None:
    for bounds in ([below for below, _ in AUTO], [row.below for row in NETWORKS]):
        assert bounds == sorted(set(bounds))
        assert bounds[-1] == float("inf")


@pytest.mark.parametrize("kind", get_args(NetworkKind))
def test_every_network_is_smaller_than_the_codec_and_grows_with_the_collection(kind: NetworkKind) -> None:
    from distill.codec.model import Codec

    codec = sum(parameter.numel() for parameter in Codec(CodecConfig()).parameters())
    sizes = []
    for files, size in ((5, 64), (20, 128), (50, 256), (200, 256), (500, 256)):
        fit = fit_network(
            kind, num_sounds=files, num_steps=470 * files, longest=470, num_levels=8, codebook_size=size
        )
        sizes.append(Network(fit.config).num_parameters)
        assert fit.config.window <= fit.training.crop_steps
    assert sizes == sorted(sizes)
    assert sizes[0] > 200_000
    assert sizes[-1] < min(2_000_000, codec)


def test_many_steps_of_few_sounds_are_treated_with_more_care() -> None:
    few, many = (
        fit_network("lstm", num_sounds=count, num_steps=30_000, longest=9000, num_levels=8, codebook_size=256)
        for count in (4, 60)
    )
    assert few.config.width < many.config.width
    assert few.training.dropout > many.training.dropout


def test_short_sounds_are_cropped_no_longer_than_they_are() -> None:
    short = fit_network(
        "transformer", num_sounds=9, num_steps=423, longest=47, num_levels=8, codebook_size=64
    )
    assert (short.training.crop_steps, short.config.window) == (47, 35)
    shortest = fit_network(
        "transformer", num_sounds=1, num_steps=1, longest=1, num_levels=2, codebook_size=16
    )
    assert shortest.training.crop_steps == 16
