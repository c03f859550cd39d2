from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.signals import mixture

from distill.atlas import from_tensors, lookup_of, measure, measuring, sounds_of, to_tensors
from distill.atlas import slopes as regression
from distill.atlas.listening import Listened, listen
from distill.atlas.maps import map_of
from distill.audio.clip import Clip
from distill.audio.descriptors import describe
from distill.codec.model import Codec
from distill.codes.entries import DESCRIPTORS, Entries
from distill.codes.limits import Grid
from distill.errors import Cancelled
from distill.progress import Cancel, Progress
from distill.render import encode


@pytest.fixture
def grids(tiny_codec: Codec) -> list[Grid]:
    """The codes of a collection of three sounds, one of them stereo, one shorter than a place."""
    sounds = [mixture(96_000, seed=1), mixture(60_000, seed=2, channels=2), mixture(5000, seed=3)]
    return [encode(tiny_codec, Clip(samples)).grid for samples in sounds]


@pytest.fixture
def entries(tiny_codec: Codec, grids: list[Grid]) -> Entries:
    return measure(tiny_codec, grids, seed=5)


def test_the_lookup_is_that_of_the_codec(tiny_codec: Codec, grids: list[Grid]) -> None:
    lookup = lookup_of(tiny_codec)
    codes = torch.from_numpy(grids[0].astype(np.int64)).transpose(1, 2)
    for up_to in (1, 3):
        wanted = tiny_codec.quantizer.decode(codes, up_to_level=up_to).detach().numpy()
        np.testing.assert_allclose(lookup.sum(grids[0][:, :up_to]), wanted, atol=1e-5)
    draw = torch.randn(2, 30, 8, generator=torch.Generator().manual_seed(0))
    wanted = tiny_codec.quantizer(draw).codes.transpose(1, 2).numpy()
    np.testing.assert_array_equal(lookup.quantize(draw.numpy()), wanted)


def test_usage_counts_every_code_of_the_collection(entries: Entries, grids: list[Grid]) -> None:
    for level in range(3):
        everything = np.concatenate([grid[:, level].ravel() for grid in grids])
        wanted = [int((everything == code).sum()) for code in range(16)]
        assert entries.usage[level].tolist() == wanted


def test_an_entry_of_level_1_is_what_it_sounds_like_held(tiny_codec: Codec, entries: Entries) -> None:
    for code in (0, 7):
        latents = torch.from_numpy(entries.lookup.vectors[0, code]).expand(1, 9, -1)
        with torch.no_grad():
            sound = tiny_codec.sound(tiny_codec.decoder(latents))
        wanted = describe(sound)[0, 4].numpy()
        np.testing.assert_allclose(entries.descriptors[0, code, :-1], wanted[:-1], atol=1e-3)


def test_an_entry_is_an_attack_where_the_collection_uses_it_so(
    tiny_codec: Codec, grids: list[Grid], entries: Entries
) -> None:
    """Against the whole collection decoded, which is short enough to be listened to from end to end."""
    codes = np.concatenate([grid[0, 0] for grid in grids])
    onset = np.concatenate(
        [
            describe(tiny_codec.decode(torch.from_numpy(grid[:1].astype(np.int64))))[0, :, -1].numpy()
            for grid in grids
        ]
    )
    heard = np.array([onset[codes == code].sum() / ((codes == code).sum() + 1) for code in range(16)])
    np.testing.assert_allclose(
        entries.descriptors[0, :, -1], heard, atol=0.3
    )  # but for where pieces were cut


def test_no_step_is_listened_to_twice_and_none_beyond_the_end(
    tiny_codec: Codec, rng: np.random.Generator
) -> None:
    steps = np.arange(56 * 6 + 5)
    grid = np.stack([steps % 16, steps // 16 % 16, steps // 256])[None]  # its number is written in each step
    lookup = lookup_of(tiny_codec)
    listened = listen(tiny_codec, [grid], lookup, rng)
    assert sorted((listened.codes @ (1, 16, 256)).tolist()) == steps.tolist()
    assert listened.figures.shape == (341, 8)
    assert len(set(listened.pieces.tolist())) == 7
    np.testing.assert_allclose(listened.latents, lookup.sum(listened.codes.T[None])[0], atol=1e-6)


def test_a_long_collection_is_listened_to_in_part(tiny_codec: Codec, rng: np.random.Generator) -> None:
    grids = [rng.integers(0, 16, (1, 3, 3000)), rng.integers(0, 16, (2, 3, 3000))]
    listened = listen(tiny_codec, grids, lookup_of(tiny_codec), rng)
    assert 4096 <= len(listened.codes) < 4096 + 56


def test_the_fit_is_that_of_pieces_left_out(rng: np.random.Generator) -> None:
    latents = rng.standard_normal((800, 6)).astype(np.float32)
    noise = rng.standard_normal((800, 3))
    signal = latents @ rng.standard_normal((6, 3))
    figures = (signal * (1, 1, 0) + noise * (0, signal[:, 1].std(), 1)).astype(np.float32)
    codes = np.zeros((800, 1), np.int64)
    _, fits = regression.fit_slopes(Listened(np.arange(800) // 20, codes, latents, figures))
    np.testing.assert_allclose(fits, (1, 0.5, 0), atol=0.08)
    _, unproved = regression.fit_slopes(Listened(np.zeros(800, np.intp), codes, latents, figures))
    assert (unproved == 0).all()


def test_a_deeper_entry_is_how_it_differs_from_the_others_at_the_same_places(
    tiny_codec: Codec, grids: list[Grid], entries: Entries
) -> None:
    """Against a slow reference: one entry, one place at a time."""
    rng = np.random.default_rng(5)
    listen(tiny_codec, grids, entries.lookup, rng)  # draws first
    places = measuring._places(tiny_codec, grids, rng)
    share = entries.usage[2] / entries.usage[2].sum()
    differences = np.zeros((16, len(DESCRIPTORS)))
    for place in places:
        heard = np.empty((16, len(DESCRIPTORS)))
        for code in range(16):
            grid = place.clone()[None]
            grid[0, 2, 4:] = code
            steps = describe(tiny_codec.decode(grid))[0].numpy()
            heard[code] = steps[6]
            heard[code, -1] = steps[4, -1]
        differences += (heard - share @ heard) / len(places)
    np.testing.assert_allclose(entries.descriptors[2], differences, atol=2e-3)


def test_entries_by_their_use_differ_from_each_other_by_nothing_on_average(entries: Entries) -> None:
    share = entries.usage[1] / entries.usage[1].sum()
    assert np.abs(share @ entries.descriptors[1]).max() < 1e-4


def test_the_same_seed_gives_the_same_entries(tiny_codec: Codec, grids: list[Grid], entries: Entries) -> None:
    again, other = measure(tiny_codec, grids, seed=5), measure(tiny_codec, grids, seed=6)
    assert np.array_equal(again.descriptors, entries.descriptors)
    assert np.array_equal(again.slopes, entries.slopes)
    assert np.array_equal(again.positions, entries.positions)
    assert not np.array_equal(other.descriptors, entries.descriptors)


def test_everything_is_finite_and_in_its_range(entries: Entries, tiny_codec: Codec) -> None:
    assert entries.alone is not None
    assert entries.fits is not None
    for array in (entries.descriptors, entries.slopes, entries.positions, entries.alone, entries.fits):
        assert np.isfinite(array).all()
        assert array.dtype == np.float32
    assert entries.positions.min() >= 0
    assert entries.positions.max() <= 1
    assert ((entries.fits >= 0) & (entries.fits <= 1)).all()
    assert entries.fingerprint == tiny_codec.fingerprint()
    assert np.array_equal(entries.alone[0], entries.descriptors[0])


def test_slopes_are_found_where_latents_decide(rng: np.random.Generator) -> None:
    wanted = rng.standard_normal((3, 8))
    latents = rng.standard_normal((500, 8)) * np.linspace(0.5, 2, 8)
    heard = latents @ wanted.T + 5 + 0.01 * rng.standard_normal((500, 3))
    found, (mean, level) = regression._ridge(latents, heard, 1e-6)
    np.testing.assert_allclose(found, wanted, atol=0.01)
    np.testing.assert_allclose(level - mean @ found.T, 5, atol=0.01)


def test_slopes_tell_nothing_of_where_the_collection_does_not_vary(rng: np.random.Generator) -> None:
    latents = rng.standard_normal((500, 4)) * (1, 1, 1e-6, 0)
    found, _ = regression._ridge(latents, latents @ np.ones((4, 1)), 1e-3)
    assert np.abs(found[:, :2]).min() > 0.9
    assert np.abs(found[:, 2:]).max() < 0.01


def test_a_direction_raises_its_descriptor_by_one(entries: Entries) -> None:
    rise = (entries.slopes * entries.directions).sum(1)
    np.testing.assert_allclose(rise, 1, atol=1e-3)


def test_a_direction_is_the_shortest_way_by_what_the_collection_does(
    entries: Entries, rng: np.random.Generator
) -> None:
    steps = entries.lookup.vectors.astype(np.float64)
    covariance = np.zeros((8, 8))
    for vectors, counts in zip(steps, entries.usage, strict=True):
        covariance += np.cov(vectors.T, fweights=counts, bias=True)
    inverse = np.linalg.inv(covariance + np.eye(8) * 1e-6 * np.trace(covariance) / 8)
    for slope, way in zip(
        entries.slopes.astype(np.float64), entries.directions.astype(np.float64), strict=True
    ):
        for _ in range(20):
            other = way + 0.1 * np.linalg.norm(way) * rng.standard_normal(8)
            other /= slope @ other
            assert way @ inverse @ way <= other @ inverse @ other * (1 + 1e-5)


def test_neighbours_on_the_map_sound_more_alike_than_others(rng: np.random.Generator) -> None:
    hidden = rng.uniform(-1, 1, (64, 2))
    descriptors = (hidden @ rng.standard_normal((2, 8))).astype(np.float32)
    descriptors[:, 0] = hidden[:, 0] * 3
    vectors = (hidden @ rng.standard_normal((2, 12))).astype(np.float32)
    placed = map_of(vectors, descriptors)
    between = np.linalg.norm(placed[:, None] - placed[None], axis=-1) + 9 * np.eye(64)
    apart = np.linalg.norm(hidden[:, None] - hidden[None], axis=-1)
    near = apart[np.arange(64), between.argmin(1)]
    assert near.mean() < 0.25 * apart.mean()
    assert np.corrcoef(placed[:, 0], descriptors[:, 0])[0, 1] > 0  # the brighter to the right


def test_a_level_of_equal_entries_has_a_map(rng: np.random.Generator) -> None:
    placed = map_of(np.ones((16, 4), np.float32), np.ones((16, 8), np.float32))
    assert np.isfinite(placed).all()


def test_measuring_reports_and_can_be_stopped(tiny_codec: Codec, grids: list[Grid]) -> None:
    events: list[Progress] = []
    measure(tiny_codec, grids, report=events.append)
    assert [(event.task, event.done, event.total) for event in events] == [
        ("describe", done, 4) for done in (1, 2, 3, 4)
    ]
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        measure(tiny_codec, grids, cancel=cancel)


def test_one_short_sound_is_enough(tiny_codec: Codec) -> None:
    grid = encode(tiny_codec, Clip(mixture(4800, seed=3))).grid
    assert np.isfinite(measure(tiny_codec, [grid]).descriptors).all()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_kept_as_tensors_entries_come_back(tiny_codec: Codec, entries: Entries) -> None:
    back = from_tensors(tiny_codec, to_tensors(entries), {})
    assert back is not None
    for name in Entries.shapes(3, 16, 8):
        assert np.array_equal(getattr(back, name), getattr(entries, name)), name
    assert back.fingerprint == entries.fingerprint
    assert from_tensors(tiny_codec, {}, {}) is None


def test_the_sound_of_an_entry_is_held_alone_or_on_the_average_of_the_levels_before(
    tiny_codec: Codec, entries: Entries
) -> None:
    first = sounds_of(tiny_codec, entries, 1, [3, 9], steps=6)
    assert first.shape == (2, 6 * 1024)
    grid = torch.full((1, 1, 6), 9)
    wanted = tiny_codec.decode(grid, up_to_level=1).numpy()[0]
    np.testing.assert_allclose(first[1], wanted, atol=1e-5)
    mean = sum(
        entries.usage[level] / entries.usage[level].sum() @ entries.lookup.vectors[level] for level in (0, 1)
    )
    latents = torch.from_numpy((mean + entries.lookup.vectors[2, 4]).astype(np.float32)).expand(1, 6, -1)
    with torch.no_grad():
        wanted = tiny_codec.sound(tiny_codec.decoder(latents)).numpy()[0]
    np.testing.assert_allclose(sounds_of(tiny_codec, entries, 3, [4], steps=6)[0], wanted, atol=1e-5)
