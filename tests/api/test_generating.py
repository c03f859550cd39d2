"""New sound from a model's prior: files, exact lengths, recipes, beginnings, stops and refusals."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.api.refusals import sentence
from tests.signals import mixture

from distill import api
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.writing import write_wav
from distill.codec.model import expected_tensors
from distill.codes import storage
from distill.codes.editing import undone
from distill.errors import BadModelFile, BadSetting, BadSound, ForeignCodes, UnknownModel
from distill.library.model_file import load, save
from distill.prior.copied import RunFinder
from distill.progress import Cancel, Progress

STEP = 1024


def generate(output: Path, **asked: Any) -> list[api.Generated]:
    wanted: dict[str, Any] = {"model": "tiny", "output": output, "seconds": 1.0, "device": "cpu"}
    return api.generate(**wanted | asked)


def test_a_new_sound_comes_with_its_codes_and_its_recipe(home: Path, tmp_path: Path) -> None:
    (made,) = generate(tmp_path / "new.wav", seconds=1.234)
    clip = read(made.path)
    assert clip.samples.shape == (1, round(1.234 * 48_000))
    codes = storage.load(made.codes)
    assert codes.model == "tiny"
    assert codes.seconds == pytest.approx(1.234)
    assert {path.name for path in tmp_path.iterdir()} >= {"new.wav", "new.codes", "new.json"}
    assert made.sentences[-1].startswith("Nearest file: ")
    assert any("collection" in line for line in made.sentences)
    decoded = api.decode(made.codes, output=tmp_path / "again.wav", device="cpu")
    assert decoded.path.read_bytes() == made.path.read_bytes()


def test_a_recipe_makes_the_same_sound_again(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "start.wav", Clip(mixture(20 * STEP, seed=9)))
    curve = ((0.0, -1.0), (1.0, 1.0))
    (made,) = generate(
        tmp_path / "new.wav", seed=5, creativity=1.2, focus=30, steering={"brightness": curve},
        prefix=tmp_path / "start.wav", guard_seconds=0.5,
    )  # fmt: skip
    (tmp_path / "start.wav").unlink()  # what it went on from is in the recipe
    (again,) = api.generate(output=tmp_path / "again.wav", recipe=made.recipe, device="cpu")
    assert again.path.read_bytes() == made.path.read_bytes()
    assert (again.seed, again.novelty) == (5, made.novelty)


def test_each_of_several_sounds_has_the_next_seed(home: Path, tmp_path: Path) -> None:
    made = generate(tmp_path / "takes", count=3, seed=7)
    assert [one.path.name for one in made] == ["takes-001.wav", "takes-002.wav", "takes-003.wav"]
    assert [one.seed for one in made] == [7, 8, 9]
    assert len({one.codes.read_bytes() for one in made}) == 3
    (alone,) = generate(tmp_path / "alone.wav", seed=8)
    assert (storage.load(alone.codes).grid == storage.load(made[1].codes).grid).all()
    more = generate(tmp_path / "takes", count=2)
    assert [one.path.name for one in more] == ["takes-004.wav", "takes-005.wav"]


def test_a_number_is_free_where_no_codes_have_it(home: Path, tmp_path: Path) -> None:
    (first,) = generate(tmp_path / "takes")
    first.path.unlink()
    first.recipe.unlink()
    kept = first.codes.read_bytes()
    (more,) = generate(tmp_path / "takes", seed=5)
    assert more.path.name == "takes-002.wav"
    assert first.codes.read_bytes() == kept


@pytest.mark.parametrize("prefix", ["harp.codes", "harp.wav"])
def test_a_sound_is_not_written_over_what_it_goes_on_from(home: Path, tmp_path: Path, prefix: str) -> None:
    write_wav(tmp_path / "harp.wav", Clip(mixture(20 * STEP, seed=9)))
    api.encode(tmp_path / "harp.wav", model="tiny", output=tmp_path / "harp.codes", device="cpu")
    kept = (tmp_path / prefix).read_bytes()
    assert sentence(BadSetting, generate, tmp_path / "harp.wav", prefix=tmp_path / prefix) == (
        f"{prefix!r} would be written over by the sound that goes on from it; choose another name or folder."
    )
    assert (tmp_path / prefix).read_bytes() == kept


def test_a_beginning_is_kept_and_gone_on_from(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "start.wav", Clip(mixture(20 * STEP, seed=9)))
    api.encode(tmp_path / "start.wav", model="tiny", output=tmp_path / "start.codes", device="cpu")
    start = storage.load(tmp_path / "start.codes")
    for prefix in ("start.wav", "start.codes"):
        (made,) = generate(tmp_path / "on.wav", prefix=tmp_path / prefix)
        codes = storage.load(made.codes)
        assert (codes.grid[0, :, :20] == start.grid[0]).all()
        assert codes.num_samples == 20 * STEP + 48_000
        assert codes.gain_db == start.gain_db


def test_the_guard_keeps_every_copied_run_short(home: Path, tmp_path: Path) -> None:
    places = api.open_model("tiny", device="cpu").prior.places
    for seconds in (0.2, 0.5):
        (made,) = generate(tmp_path / "new.wav", seconds=6.0, guard_seconds=seconds, creativity=0.5)
        run = RunFinder(places).longest(storage.load(made.codes).grid[0])
        assert run is None or run.steps / 46.875 < seconds
        assert made.novelty.copied_seconds < seconds


def test_a_stop_keeps_what_there_is(home: Path, tmp_path: Path) -> None:
    cancel = Cancel()

    def stop_at_ten(event: Progress) -> None:
        if event.task == "generate" and event.done == 10:
            cancel.request()

    made = generate(tmp_path / "takes", count=3, report=stop_at_ten, cancel=cancel)
    (one,) = made
    assert not one.complete
    assert one.sentences[0] == "Stopped after 0.2 of 1 s; these are kept."
    assert read(one.path).samples.shape == (1, 10 * STEP)
    assert storage.load(one.codes).num_steps == 10


def test_regenerating_rewrites_its_selection_and_can_be_undone(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "rain.wav", Clip(mixture(60 * STEP, seed=3, channels=2)))
    (path,) = api.encode(tmp_path / "rain.wav", model="tiny", output=tmp_path / "rain.codes", device="cpu")
    before = storage.load(path)
    made = api.regenerate(
        path,
        output=tmp_path / "other.codes",
        start="20st",
        stop="40st",
        levels="1-2",
        candidates=3,
        device="cpu",
    )
    after = storage.load(made.edited.path)
    kept = np.ones(before.grid.shape, bool)
    kept[0, :2, 20:40] = False
    assert (after.grid[kept] == before.grid[kept]).all()
    assert (after.grid[0, :2, 20:40] != before.grid[0, :2, 20:40]).any()
    assert (undone(after).grid == before.grid).all()
    assert made.seam_bits is not None
    assert made.sentences[0].startswith(f"Its edges cost {made.seam_bits:.1f} bits a code")
    heard = api.regenerate(
        path, output=tmp_path / "other.wav", start="20st", stop="40st", candidates=1, device="cpu"
    )
    assert read(heard.edited.path).num_samples == before.num_samples


def test_the_same_seed_regenerates_the_same(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "rain.wav", Clip(mixture(60 * STEP, seed=3)))
    (path,) = api.encode(tmp_path / "rain.wav", model="tiny", output=tmp_path / "rain.codes", device="cpu")
    grids = [
        storage.load(
            api.regenerate(
                path,
                output=tmp_path / "other.codes",
                start="0.5",
                stop="0.9",
                candidates=2,
                seed=seed,
                device="cpu",
            ).edited.path
        ).grid
        for seed in (1, 1, 2)
    ]
    assert (grids[0] == grids[1]).all()
    assert (grids[0] != grids[2]).any()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"creativity": 0.0}, "temperature is 0.0; choose one above 0, up to 2 (0.9 is usual)."),
        ({"creativity": -1.0}, "temperature is -1.0; choose one above 0, up to 2 (0.9 is usual)."),
        ({"diversity": 1.5}, "top_p is 1.5; choose one above 0, up to 1 (0.95 is usual; 1 leaves it off)."),
        ({"focus": 101}, "focus is 101.0; choose one from 0 (all codes) to 100 (only the likeliest)."),
        (
            {"sampling": {"top_k": 17}},
            "top_k is 17 and this prior has 16 codes a level; choose 1 to 16, or 0 to leave it off.",
        ),
        (
            {"focus": 10, "sampling": {"top_k": 3}},
            "focus and top-k were given together; they are one knob, so give one of them.",
        ),
        ({"experimental": 2.0}, "experimental is 2.0; choose one from 0 (faithful) to 1 (0.5 is usual)."),
        ({"seconds": 0.0}, "a sound of 0 s was asked for; choose 0.1 to 1800 s."),
        ({"seconds": 7200.0}, "a sound of 7200 s was asked for; choose 0.1 to 1800 s."),
        ({"count": 0}, "0 sounds were asked for; choose 1 to 200."),
        ({"count": 2}, "2 sounds were asked for and one file, 'new.wav'; give a folder for several."),
        ({"model": None}, "say which model shall make the sound: --model NAME."),
        (
            {"guard_seconds": 0.01},
            "copied stretches below 0.01 s were asked for; choose 0.1 s or more, or turn the novelty guard off.",
        ),
        (
            {"steering": {"warmth": ((0.0, float("nan")),)}},
            "the curve of warmth holds nan; give amounts from -3 to 3 (0 changes nothing, 1 is clear).",
        ),
    ],
)
def test_what_cannot_be_made_is_one_sentence_and_nothing_is_written(
    home: Path, tmp_path: Path, asked: dict[str, Any], said: str
) -> None:
    there = sorted(tmp_path.rglob("*"))
    assert sentence(BadSetting, generate, tmp_path / "new.wav", **asked) == said
    assert sorted(tmp_path.rglob("*")) == there


def test_a_model_without_a_prior_says_so(home: Path, tmp_path: Path) -> None:
    path = home / "models" / "tiny.distill"
    file = load(path, expected=expected_tensors)
    tensors = {name: tensor for name, tensor in file.tensors.items() if not name.startswith("prior.")}
    save(home / "models" / "mute.distill", replace(file, tensors=tensors, prior={}))
    assert sentence(BadSetting, generate, tmp_path / "new.wav", model="mute") == (
        "the model 'mute' has no prior, so it cannot make new sound; train it again, without --prior none."
    )
    spoilt = {**file.prior, "patience": 0}
    save(home / "models" / "spoilt.distill", replace(file, prior=spoilt))
    assert sentence(BadModelFile, generate, tmp_path / "new.wav", model="spoilt") == (
        "the prior in this model file is damaged: its patience is no number of steps; train the model again."
    )


def test_a_beginning_or_a_recipe_of_another_model_is_refused(home: Path, tmp_path: Path) -> None:
    (made,) = generate(tmp_path / "new.wav")
    foreign = json.loads(made.recipe.read_text()) | {"fingerprint": "ab" * 32, "model": "bells"}
    (tmp_path / "foreign.json").write_text(json.dumps(foreign))
    with pytest.raises(BadSetting, match="this recipe was written with another model than 'tiny' is now"):
        api.generate(model="tiny", output=tmp_path / "a.wav", recipe=tmp_path / "foreign.json", device="cpu")
    with pytest.raises(UnknownModel):
        api.generate(output=tmp_path / "a.wav", recipe=tmp_path / "foreign.json", device="cpu")
    (tmp_path / "none.json").write_text('{"seconds": "long"}')
    with pytest.raises(BadSetting, match=r"'none.json' is no recipe of Distill"):
        api.generate(output=tmp_path / "a.wav", recipe=tmp_path / "none.json", device="cpu")
    codes = storage.load(made.codes)
    storage.save(replace(codes, fingerprint="cd" * 32), tmp_path / "foreign.codes")
    with pytest.raises(ForeignCodes):
        generate(tmp_path / "a.wav", prefix=tmp_path / "foreign.codes")
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(BadSound):
        generate(tmp_path / "a.wav", prefix=tmp_path / "text.wav")
    assert not (tmp_path / "a.wav").exists()


def grids_of(model: str) -> list[Any]:
    return list(api.open_model(model, device="cpu").prior.grids)


def test_a_shuffle_puts_parts_of_the_collection_into_another_order(home: Path, tmp_path: Path) -> None:
    (made,) = generate(tmp_path / "new.wav", arrange="shuffle", part_seconds=0.2, seconds=2.0, seed=3)
    grid = storage.load(made.codes).grid[0]
    steps = {tuple(column) for own in grids_of("tiny") for column in own.T.tolist()}
    assert {tuple(column) for column in grid.T.tolist()} <= steps
    assert not any(np.array_equal(grid[:, :40], own[:, :40]) for own in grids_of("tiny"))
    assert made.sentences[0].startswith("A collage: ")
    (other,) = generate(tmp_path / "other.wav", arrange="shuffle", part_seconds=0.2, seconds=2.0, seed=4)
    assert not np.array_equal(storage.load(other.codes).grid[0], grid)
    (again,) = api.generate(output=tmp_path / "again.wav", recipe=made.recipe, device="cpu")
    assert again.path.read_bytes() == made.path.read_bytes()


def test_a_template_gives_the_same_part_for_the_same_letter_until_the_sound_is_long_enough(
    home: Path, tmp_path: Path
) -> None:
    (made,) = generate(tmp_path / "new.wav", arrange="AB", part_seconds=0.25, seconds=6.0)
    grid = storage.load(made.codes).grid[0]
    period = next(p for p in range(1, grid.shape[1] // 2) if np.array_equal(grid[:, p:], grid[:, :-p]))
    assert 2 * round(0.25 * 46.875) <= period < grid.shape[1] // 2


def test_a_collage_that_cannot_be_made_is_one_sentence(home: Path, tmp_path: Path) -> None:
    for asked, message in (
        ({"arrange": "A-B"}, "the arrangement is 'A-B'; write shuffle, or one letter a part, such as AABA."),
        ({"arrange": "AB", "part_seconds": 0.0}, "parts of 0 s were asked for; choose 0.05 to 30 s."),
        (
            {"arrange": "AB", "creativity": 1.0, "steering": {"brightness": ((0.0, 1.0),)}},
            "a collage draws nothing, so steering, creativity cannot change it; leave that out, or the arrangement.",
        ),
    ):
        assert sentence(BadSetting, generate, tmp_path / "x.wav", **asked) == message
    assert not any(tmp_path.glob("x.*"))


def test_what_to_expect_of_a_long_sound_is_said(home: Path, tmp_path: Path) -> None:
    (made,) = generate(tmp_path / "long.wav", seconds=8.0)  # of six seconds of sounds
    said = [line for line in made.sentences if "beyond" in line]
    assert said == [
        "8 s is beyond the collection's own 6 s, so expect no form over the whole: it comes by the same places of the "
        "collection again."
    ]
    (short,) = generate(tmp_path / "short.wav", seconds=2.0)
    assert not any("beyond" in line for line in short.sentences)


def test_every_sound_is_told_as_soon_as_it_is_written(home: Path, tmp_path: Path) -> None:
    heard: list[tuple[Path, bool]] = []
    made = api.generate(
        model=api.open_model("tiny", device="cpu"), output=tmp_path / "takes", count=2, seconds=0.5,
        each=lambda one: heard.append((one.path, (tmp_path / "takes" / "takes-002.wav").exists())),
    )  # fmt: skip
    assert heard == [(made[0].path, False), (made[1].path, True)]


def test_only_the_first_seconds_of_a_beginning_are_gone_on_from(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "start.wav", Clip(mixture(40 * STEP, seed=9)))
    (made,) = generate(tmp_path / "on.wav", prefix=tmp_path / "start.wav", prefix_seconds=10 * STEP / 48_000)
    assert made.seconds == pytest.approx(1.0 + 10 * STEP / 48_000)
    with pytest.raises(BadSetting, match=r"choose 0\.1"):
        generate(tmp_path / "on.wav", prefix=tmp_path / "start.wav", prefix_seconds=0)


def test_what_to_expect_is_told_before_a_sound_is_made(home: Path) -> None:
    model = api.open_model("tiny", device="cpu")
    short, long = (api.prospect(model, seconds=seconds) for seconds in (1.0, 600.0))
    assert short.collection_seconds == pytest.approx(6.0, abs=0.1)
    assert short.real == model.prior.real
    assert any("600 s is beyond" in sentence for sentence in long.sentences)
    assert not any("beyond" in sentence for sentence in short.sentences)


def test_codes_that_are_open_are_gone_on_from_without_a_file(home: Path, tmp_path: Path) -> None:
    write_wav(tmp_path / "start.wav", Clip(mixture(20 * STEP, seed=9)))
    api.encode(tmp_path / "start.wav", model="tiny", output=tmp_path / "start.codes", device="cpu")
    start = storage.load(tmp_path / "start.codes")
    (by_file,) = generate(tmp_path / "on.wav", prefix=tmp_path / "start.codes")
    (by_codes,) = generate(tmp_path / "on too.wav", prefix=start)
    assert (storage.load(by_file.codes).grid == storage.load(by_codes.codes).grid).all()
    with pytest.raises(ForeignCodes):
        generate(tmp_path / "no.wav", prefix=replace(start, fingerprint="0123abcd"))
