from __future__ import annotations

from typing import Any

import pytest

from distill.errors import BadSetting
from distill.prior.settings import Sampling

SEED = "choose a whole number from 0 to 9223372036854775807."
TEMPERATURE = "choose one above 0, up to 2 (0.9 is usual)."
TEMPERATURES = "give one temperature a level, 1 to 8 of them, each above 0, up to 2."


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"temperature": 0.0}, f"temperature is 0.0; {TEMPERATURE}"),
        ({"temperature": -1}, f"temperature is -1; {TEMPERATURE}"),
        ({"temperature": 2.1}, f"temperature is 2.1; {TEMPERATURE}"),
        ({"temperature": float("nan")}, f"temperature is nan; {TEMPERATURE}"),
        ({"temperature": "hot"}, f"temperature is 'hot'; {TEMPERATURE}"),
        ({"coarse": 0}, "coarse is 0; choose one above 0, up to 2 (0.85 is usual; 1 makes all levels as hot)."),
        ({"level_temperatures": (0.9, 0.0)}, f"level_temperatures is (0.9, 0.0); {TEMPERATURES}"),
        ({"level_temperatures": ()}, f"level_temperatures is (); {TEMPERATURES}"),
        ({"level_temperatures": 1.0}, f"level_temperatures is 1.0; {TEMPERATURES}"),
        ({"top_k": -1}, "top_k is -1; choose a whole number of codes from 1 up, or 0 to leave it off."),
        ({"top_k": 2.5}, "top_k is 2.5; choose a whole number of codes from 1 up, or 0 to leave it off."),
        ({"top_p": 0}, "top_p is 0; choose one above 0, up to 1 (0.95 is usual; 1 leaves it off)."),
        ({"top_p": 1.01}, "top_p is 1.01; choose one above 0, up to 1 (0.95 is usual; 1 leaves it off)."),
        ({"repetition": 2}, "repetition is 2; choose one from 0 (off) to 1 (0.5 is usual)."),
        ({"patience": 0}, "patience is 0; choose a whole number of steps from 1 up (188, four seconds, is usual)."),
        ({"continuity": -0.1}, "continuity is -0.1; choose one from 0 to 1 (0.9 is usual)."),
        ({"seed": -1}, f"seed is -1; {SEED}"),
        ({"seed": 2**63}, f"seed is 9223372036854775808; {SEED}"),
        ({"seed": True}, f"seed is True; {SEED}"),
        ({"heat": 1}, "there is no setting 'heat'; choose from temperature, coarse, level_temperatures, top_k, top_p, repetition, patience, continuity, coherence, seed."),
        ({"temperature": 0, "seed": -1}, f"temperature is 0; {TEMPERATURE[:-1]}; seed is -1; {SEED}"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence(values: dict[str, Any], message: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        Sampling.of(**values)
    assert str(refusal.value) == message


def test_defaults_are_those_of_the_specification() -> None:
    usual = Sampling()
    assert (usual.temperature, usual.top_k, usual.top_p) == (0.9, 0, 0.95)
    temperatures = usual.temperatures(8)
    assert list(temperatures) == sorted(temperatures)
    assert temperatures[0] < temperatures[-1] == 0.9


def test_temperatures_of_levels_win() -> None:
    given = Sampling.of(level_temperatures=[0.5, 1.5])
    assert given.temperatures(2) == (0.5, 1.5)
    with pytest.raises(BadSetting) as refusal:
        given.temperatures(3)
    assert str(refusal.value) == (
        "there are temperatures for 2 levels and this prior has 3; give one a level, or leave them out."
    )


def test_one_level_has_the_temperature() -> None:
    assert Sampling(temperature=1.2).temperatures(1) == (1.2,)


def test_no_level_is_hotter_than_the_hottest() -> None:
    assert max(Sampling(temperature=2.0, coarse=2.0).temperatures(4)) == 2.0


def test_the_slider_moves_everything_one_way() -> None:
    places = [Sampling.experimental(amount / 10) for amount in range(11) if amount != 5]
    for name, rises in (
        ("temperature", True),
        ("top_p", True),
        ("coarse", True),
        ("repetition", True),
        ("continuity", False),
    ):
        values = [getattr(place, name) for place in places]
        assert values == sorted(values, reverse=not rises)
        assert values[0] != values[-1]


def test_the_usual_place_of_the_slider_is_the_default() -> None:
    assert Sampling.experimental(0.5) == Sampling()
    nearly = Sampling.experimental(0.5 + 1e-9)
    assert nearly.temperature == pytest.approx(0.9)
    assert nearly.continuity == pytest.approx(0.9)


def test_what_is_given_wins_over_the_slider() -> None:
    given = Sampling.experimental(1.0, temperature=0.7, seed=3)
    assert (given.temperature, given.seed, given.top_p) == (0.7, 3, 1.0)


@pytest.mark.parametrize("amount", [-0.1, 1.1, float("nan"), "0.5"])
def test_a_slider_out_of_range_is_refused(amount: Any) -> None:
    with pytest.raises(BadSetting) as refusal:
        Sampling.experimental(amount)
    assert str(refusal.value) == (
        f"experimental is {amount!r}; choose one from 0 (faithful) to 1 (0.5 is usual)."
    )
