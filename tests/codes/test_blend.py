from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.codes.edit_cases import FINGERPRINT, entries, lookup, regions, sound

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.material import Material
from distill.codes.operation import make
from distill.codes.region import Region
from distill.codes.requantize import stands_for
from distill.errors import BadSetting, ForeignCodes

METHODS = ("embed", "alternate", "choose", "crossfade")
KNOWN = entries()
every_method = pytest.mark.parametrize("method", METHODS)


def blended(a: Codes, b: Codes, *, region: Region | None = None, seed: int = 0, **arguments: Any) -> Codes:
    edit = Edit(make("blend", {"material": Material.of_codes(b), **arguments}), region or Region(), seed)
    return apply(a, [edit], entries=KNOWN)


def there(b: Codes, a: Codes, region: Region) -> npt.NDArray[np.integer[Any]]:
    """What a blend takes for the cells of a region: the other sound begins where it does, and again where it ends."""
    cells = region.cells(a.grid.shape)
    places = (cells.steps - cells.start) % b.num_steps
    channels = np.minimum(cells.channels, b.num_channels - 1)
    found: npt.NDArray[np.integer[Any]] = b.grid[np.ix_(channels, cells.levels, places)]
    if b.num_channels == 1 and cells.channels.size == 2:  # a mono sound has nothing for the side
        found[1] = cells.of(a.grid)[1]
    return found


@every_method
@given(st.data())
def test_amount_0_is_the_one_sound_and_1_the_other_code_for_code(method: str, data: st.DataObject) -> None:
    a = sound(
        data.draw(st.integers(1, 2)), 4, data.draw(st.integers(1, 20)), seed=data.draw(st.integers(0, 99))
    )
    b = sound(
        data.draw(st.integers(1, 2)), 4, data.draw(st.integers(1, 20)), seed=data.draw(st.integers(0, 99))
    )
    region = data.draw(regions(a))
    cells = region.cells(a.grid.shape)
    none, whole = (blended(a, b, region=region, method=method, amount=amount) for amount in (0, 1))
    assert np.array_equal(none.grid, a.grid)
    assert np.array_equal(cells.of(whole.grid), there(b, a, region))


@every_method
@given(st.data())
def test_the_same_seed_gives_the_same_blend_and_cells_outside_stay(method: str, data: st.DataObject) -> None:
    a, b = sound(2, 4, 17, seed=1), sound(1, 3, 9, seed=2)
    region = data.draw(regions(a).filter(lambda region: region.levels != (4,)))
    amount = data.draw(st.floats(0, 1))
    first, again = (blended(a, b, region=region, seed=5, method=method, amount=amount) for _ in range(2))
    assert first == again
    outside = region.cells(a.grid.shape).put(np.ones(a.grid.shape, bool), False)
    assert np.array_equal(first.grid[outside], a.grid[outside])
    assert np.array_equal(first.grid[:, 3], a.grid[:, 3])  # a level that the other sound lacks


def test_turns_are_shared_out_evenly() -> None:
    a, b = sound(1, 1, 12, seed=1).with_grid(np.zeros((1, 1, 12), int)), sound(1, 1, 12)
    b = b.with_grid(np.ones((1, 1, 12), int))

    def turns(**arguments: Any) -> str:
        return "".join(map(str, blended(a, b, method="alternate", **arguments).grid[0, 0]))

    assert turns(amount=0.5) == "010101010101"
    assert turns(amount=0.25) == "000100010001"
    assert turns(amount=0.5, turn=3) == "000111000111"


def test_a_choice_is_made_for_whole_steps_or_for_cells() -> None:
    a = sound(1, 4, 400).with_grid(np.zeros((1, 4, 400), int))
    b = a.with_grid(np.ones((1, 4, 400), int))
    steps = blended(a, b, method="choose", amount=0.3).grid[0]
    assert np.array_equal(steps.min(0), steps.max(0))
    assert 0.2 < steps.mean() < 0.4
    cells = blended(a, b, method="choose", amount=0.3, draw="cell").grid[0]
    assert (cells.min(0) != cells.max(0)).any()
    assert 0.2 < cells.mean() < 0.4


def test_levels_have_amounts_of_their_own() -> None:
    a, b = sound(1, 4, 20, seed=1), sound(1, 4, 20, seed=2)
    for method in ("embed", "alternate", "choose"):
        mixed = blended(a, b, method=method, amounts=[1, 0, 1], amount=0)
        wanted = a.grid.copy()
        wanted[:, [0, 2]] = b.grid[:, [0, 2]]
        assert np.array_equal(mixed.grid, wanted), method


def _slow_between(a: Codes, b: Codes, amount: float) -> npt.NDArray[np.integer[Any]]:
    """Interpolate and look up again, step by step and level by level, as the encoder would."""
    tables = lookup()
    grid = np.zeros_like(a.grid)
    for step in range(a.num_steps):
        codes_a, codes_b = a.grid[0, :, step], b.grid[0, :, step]
        summed = [
            sum(tables.vectors[level][code] for level, code in enumerate(codes))
            for codes in (codes_a, codes_b)
        ]
        wanted = (1 - amount) * summed[0] + amount * summed[1]
        left, found = wanted.copy(), []
        for level in range(4):
            seen = tables.project_in[level] @ left
            code = int(np.argmin(np.square(tables.tables[level] - seen).sum(1)))
            found.append(code)
            left = left - tables.vectors[level][code]
        near = codes_b if amount >= 0.5 else codes_a
        off = np.linalg.norm(sum(tables.vectors[level][code] for level, code in enumerate(near)) - wanted)
        grid[0, :, step] = near if off <= np.linalg.norm(left) else found
    return grid


@pytest.mark.parametrize("amount", [0.2, 0.5, 0.7])
def test_between_the_latents_is_what_a_slow_reference_finds(amount: float) -> None:
    a, b = sound(1, 4, 40, seed=3), sound(1, 4, 40, seed=4)
    assert np.array_equal(blended(a, b, amount=amount).grid, _slow_between(a, b, amount))


def test_a_blend_of_latents_is_never_farther_from_its_aim_than_the_nearer_end() -> None:
    a, b = sound(1, 4, 60, seed=3), sound(1, 4, 60, seed=4)
    tables, levels = lookup(), np.arange(4)
    latents_a, latents_b = (stands_for(tables, codes.grid, levels) for codes in (a, b))
    for amount in (0.1, 0.4, 0.6, 0.9):
        wanted = (1 - amount) * latents_a + amount * latents_b
        found = stands_for(tables, blended(a, b, amount=amount).grid, levels)
        off = np.linalg.norm(found - wanted, axis=-1)
        ends = min(amount, 1 - amount) * np.linalg.norm(latents_a - latents_b, axis=-1)
        assert (off <= ends + 1e-4).all()


def test_a_crossfade_begins_with_the_one_and_ends_with_the_other() -> None:
    a, b = sound(1, 4, 30, seed=1), sound(1, 4, 30, seed=2)
    crossed = blended(a, b, method="crossfade").grid
    assert np.array_equal(crossed[:, :, 0], a.grid[:, :, 0])
    assert np.array_equal(crossed[:, :, -1], b.grid[:, :, -1])
    early = blended(a, b, method="crossfade", amount=0.75).grid
    assert np.array_equal(early[:, :, 15:], b.grid[:, :, 15:])


def test_what_cannot_be_blended_is_refused() -> None:
    a = sound(1, 4, 8)
    with pytest.raises(ForeignCodes):
        blended(a, sound(1, 4, 8, fingerprint=FINGERPRINT[::-1]))
    with pytest.raises(BadSetting, match="amount"):
        blended(a, a, amount=1.5)
    with pytest.raises(BadSetting, match="needs to know what the model's entries stand for"):
        apply(a, [Edit(make("blend", {"material": Material.of_codes(a)}))])
