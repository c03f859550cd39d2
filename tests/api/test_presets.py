"""Presets make sound: those that come with Distill, saved ones, and what is said explicitly over both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.api.refusals import sentence
from tests.signals import mixture

from distill import api
from distill.api.knobs import sampling_of
from distill.api.presets import with_preset
from distill.api.recipes import Recipe
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.errors import BadInput, BadSetting
from distill.library.shipped_presets import SHIPPED
from distill.prior.settings import Sampling

GENERATION = [one.name for one in SHIPPED if one.kind == "generation"]


def test_every_shipped_preset_for_new_sound_makes_another_one(home: Path, tmp_path: Path) -> None:
    made: dict[str | None, bytes] = {}
    for name in (None, *GENERATION):
        for seed in (2, 3, 4):  # of calm settings one alone may draw the same likeliest codes
            (one,) = api.generate(
                model="tiny",
                output=tmp_path / "new.wav",
                seconds=2.0,
                preset=name,
                seed=seed,
                keep_take=False,
                device="cpu",
            )
            assert read(one.path).num_samples == 96_000
            made[name] = made.get(name, b"") + storage.load(one.codes).grid.tobytes()
    assert len(set(made.values())) == len(GENERATION) + 1


def test_every_shipped_edit_changes_a_sound(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "rain.wav", Clip(mixture(94 * 1024, seed=3)))
    api.encode(tmp_path / "rain.wav", model="tiny", output=tmp_path / "rain.codes", device="cpu")
    before = storage.load(tmp_path / "rain.codes").grid
    for one in SHIPPED:
        if one.kind == "edit":
            settings: dict[str, Any] = dict(one.settings)
            api.edit(tmp_path / "rain.codes", output=tmp_path / "out.codes", device="cpu", **settings)
            after = storage.load(tmp_path / "out.codes").grid
            assert after.shape != before.shape or (after != before).any(), one.name


def test_a_preset_says_what_was_not_said(home: Path, tmp_path: Path) -> None:
    api.save_preset(
        "mine",
        {
            "seconds": 1.5, "creativity": 0.7, "top_k": 4, "coherence": 0.9, "level_temperatures": [0.5, 0.6, 0.7],
            "steering": {"density": [[0, -1]], "warmth": [[0, 1]]},
        },
    )  # fmt: skip
    (plain,) = api.generate(model="tiny", output=tmp_path / "a.wav", preset="mine", device="cpu")
    recipe = Recipe.load(plain.recipe)
    assert (recipe.seconds, recipe.creativity, recipe.steering["density"]) == (1.5, 0.7, ((0.0, -1.0),))
    assert recipe.sampling == {"top_k": 4, "coherence": 0.9, "level_temperatures": [0.5, 0.6, 0.7]}
    (over,) = api.generate(
        model="tiny", output=tmp_path / "b.wav", preset="mine", seconds=1.0, creativity=1.1, focus=50,
        sampling={"coherence": 0.1}, steering={"density": ((0.0, 2.0),)}, device="cpu",
    )  # fmt: skip
    recipe = Recipe.load(over.recipe)
    assert (recipe.seconds, recipe.creativity, recipe.focus) == (1.0, 1.1, 50)
    assert recipe.sampling == {
        "coherence": 0.1
    }  # creativity and focus were other words for the two that are gone
    assert recipe.steering == {"density": ((0.0, 2.0),), "warmth": ((0.0, 1.0),)}


@pytest.mark.parametrize("name", ["storm", "still", "mosaic", "wander"])
def test_the_slider_wins_over_what_it_moves_in_a_preset(name: str) -> None:
    given: dict[str, Any] = {"creativity": None, "focus": None, "diversity": None, "experimental": 0.0}
    wanted = with_preset(name, home=None, seconds=None, sampling=None, steering=None, **given)

    def drawn(**knobs: Any) -> Sampling:
        return sampling_of(**knobs, codebook_size=256, patience=188, seed=0).model_copy(update={"top_k": 0})

    knobs = {key: wanted[key] for key in given} | wanted["sampling"]
    assert drawn(**knobs | {"focus": None, "top_k": None}) == drawn(experimental=0.0)


def test_without_a_preset_nothing_is_filled_in() -> None:
    given: dict[str, Any] = {
        "seconds": None,
        "creativity": None,
        "focus": 1.0,
        "sampling": None,
        "steering": None,
    }
    assert with_preset(None, home=None, **given) == given | {"sampling": {}, "steering": {}}


def test_the_settings_of_a_sound_become_a_preset(home: Path, tmp_path: Path) -> None:
    (made,) = api.generate(
        model="tiny", output=tmp_path / "a.wav", seconds=1.0, creativity=1.3, seed=9,
        steering={"warmth": ((0.0, 1.0),)}, sampling={"coherence": 0.2}, device="cpu",
    )  # fmt: skip
    api.save_preset("that one", api.settings_of_recipe(made.recipe))
    (again,) = api.generate(model="tiny", output=tmp_path / "b.wav", preset="that one", seed=9, device="cpu")
    assert again.path.read_bytes() == made.path.read_bytes()


def test_a_collage_is_no_preset(home: Path, tmp_path: Path) -> None:
    (made,) = api.generate(
        model="tiny", output=tmp_path / "a.wav", seconds=1.0, arrange="AABA", part_seconds=0.1, device="cpu"
    )
    assert sentence(BadSetting, api.settings_of_recipe, made.recipe) == (
        "this sound is a collage (AABA), and a preset holds how sounds are drawn; keep its recipe, and make it again with "
        "distill generate --recipe."
    )


def test_what_a_recipe_says_is_not_said_again(home: Path, tmp_path: Path) -> None:
    (made,) = api.generate(model="tiny", output=tmp_path / "a.wav", seconds=0.5, seed=3, device="cpu")
    asked: dict[str, Any] = {"output": tmp_path / "b.wav", "recipe": made.recipe, "device": "cpu"}
    for also in (
        {"seed": 99, "seconds": 5.0, "creativity": 1.9},
        {"sampling": {"top_k": 3}},
        {"steering": {"density": ((0.0, 2.0),)}},
        {"guard_seconds": None},
        {"arrange": "AB", "part_seconds": 0.2},
    ):
        said = sentence(BadSetting, api.generate, **asked, **also)
        assert said.startswith("a recipe was given, and with it ")
        assert all(name in said for name in also)
    assert not (tmp_path / "b.wav").exists()
    more = api.generate(**asked | {"output": tmp_path / "more"}, count=2, sampling={}, steering={})
    assert [one.seed for one in more] == [3, 4]


def test_a_preset_for_something_else_or_beside_a_recipe_is_refused(home: Path, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"model": "tiny", "output": tmp_path / "a.wav"}
    assert sentence(BadInput, api.generate, **asked, preset="glass").startswith(
        "the preset 'glass' is for edit, and one for generation was asked for; "
    )
    assert sentence(BadInput, api.generate, **asked, preset="none such").startswith(
        "there is no preset 'none such'; "
    )
    assert sentence(BadSetting, api.generate, **asked, preset="wander", recipe=tmp_path / "a.json") == (
        "a recipe and a preset were given; a recipe says all there is to say, so leave one out."
    )


def test_settings_of_an_export_are_written_as_its_options() -> None:
    one = api.save_preset(
        "quiet cd", {"format": "flac", "depth": 16, "trim": True, "spatial": "mono"}, kind="export"
    )
    assert list(api.options_of(one)) == [
        *("--format", "flac", "--depth", "16", "--trim", "--spatial", "mono"),
    ]
    with pytest.raises(BadSetting, match="the preset 'wander' is for generation, which does not take it as"):
        api.options_of(api.preset("wander"))
