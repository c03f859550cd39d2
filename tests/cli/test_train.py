from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from distill.cli.training_asked import parse_trims
from distill.config import Augmentation
from distill.errors import BadSetting

from .conftest import FakeApi, Run


def asked(api: FakeApi) -> dict[str, object]:
    options = dict(api.calls["train"][1])
    del options["report"], options["cancel"]
    return options


def test_a_plain_training_asks_for_the_defaults(run: Run, api: FakeApi, trained: SimpleNamespace) -> None:
    api.answers["train"] = trained
    assert run("train", "a folder", "b.wav", "--name", "my bells").exit_code == 0
    assert api.calls["train"][0] == ([Path("a folder"), Path("b.wav")],)
    assert asked(api) == {
        "name": "my bells",
        "tier": None,
        "minutes": None,
        "steps": None,
        "codebook_size": None,
        "num_levels": None,
        "augmentation": None,
        "prior": None,
        "leave_out": (),
        "trim": None,
        "seed": 0,
        "device": "auto",
        "home": None,
        "resume": False,
        "longer": False,
        "replace": False,
    }


def test_every_option_reaches_the_training(run: Run, api: FakeApi, trained: SimpleNamespace) -> None:
    api.answers["train"] = trained
    result = run(
        *("train", "a", "--name", "n", "--tier", "standard", "--minutes", "2.5", "--steps", "7"),
        *(
            "--codebook-size",
            "64",
            "--levels",
            "4",
            "--seed",
            "5",
            "--device",
            "cpu",
            "--home",
            "h",
            "--replace",
        ),
        *("--leave-out", "x*", "--leave-out", "y.wav", "--trim", "z.wav=1-2.5"),
        *("--no-augment", "pitch", "--no-augment", "time", "--prior", "ngram"),
    )
    assert result.exit_code == 0, result.output
    assert asked(api) == {
        "name": "n",
        "tier": "standard",
        "minutes": 2.5,
        "steps": 7,
        "codebook_size": 64,
        "num_levels": 4,
        "augmentation": Augmentation(pitch_share=0.0, time_share=0.0),
        "prior": "ngram",
        "leave_out": ("x*", "y.wav"),
        "trim": {"z.wav": (1.0, 2.5)},
        "seed": 5,
        "device": "cpu",
        "home": Path("h"),
        "resume": False,
        "longer": False,
        "replace": True,
    }


@pytest.mark.parametrize("switch", ["gain", "polarity", "shift", "eq", "pitch", "time", "noise"])
def test_each_variation_has_a_switch(run: Run, api: FakeApi, trained: SimpleNamespace, switch: str) -> None:
    api.answers["train"] = trained
    run("train", "a", "--name", "n", "--no-augment", switch)
    changed = asked(api)["augmentation"]
    assert isinstance(changed, Augmentation)
    default = Augmentation().model_dump()
    assert changed.model_dump() == default | {f"{switch}_share": 0.0}
    assert default[f"{switch}_share"] > 0


def test_all_variations_can_be_switched_off_at_once(run: Run, api: FakeApi, trained: SimpleNamespace) -> None:
    api.answers["train"] = trained
    run("train", "a", "--name", "n", "--no-augment", "all")
    settings = asked(api)["augmentation"]
    assert isinstance(settings, Augmentation)
    shares = [value for name, value in settings.model_dump().items() if name.endswith("_share")]
    assert shares == [0.0] * 7


@pytest.mark.parametrize("option", ["--resume", "--longer"])
def test_going_on_needs_no_sounds(run: Run, api: FakeApi, trained: SimpleNamespace, option: str) -> None:
    api.answers["train"] = trained
    assert run("train", "--name", "n", option).exit_code == 0
    assert api.calls["train"][0] == ((),)
    assert asked(api)[option.removeprefix("--")] is True


def test_contradicting_options_are_refused(run: Run, api: FakeApi) -> None:
    result = run("train", "a", "--name", "n", "--resume", "--replace")
    assert (result.exit_code, result.stderr) == (
        2,
        "--resume, --longer and --replace were given together; choose one of them.\n",
    )
    assert not api.calls


def test_the_result_tells_health_and_where_the_model_is(
    run: Run, api: FakeApi, trained: SimpleNamespace
) -> None:
    api.answers["train"] = trained
    out = run("train", "a", "--name", "n").stdout.splitlines()
    assert out[0] == "Twelve sounds, 40 seconds."
    assert out[1] == "Left out: notes.txt is not a sound."
    assert out[3].split() == [
        "1",
        "Structure",
        "90",
        "%",
        "●",
        "green:",
        "nearly",
        "every",
        "entry",
        "is",
        "in",
        "use.",
    ]
    assert out[-2] == f"The model 'my bells' is ready: {trained.path}"
    assert out[-1] == "Next: distill resynth SOUND --model 'my bells' -o out.wav"


def test_the_document_has_the_keys_scripts_count_on(run: Run, api: FakeApi, trained: SimpleNamespace) -> None:
    api.answers["train"] = trained
    document = json.loads(run("train", "a", "--name", "n", "--json").stdout)
    assert document["utilisation"] == [0.9, 0.2]
    assert document["perplexity"] == [100.0, 9.5]
    assert document["name"] == "my bells"
    assert document["path"] == str(trained.path)
    assert document["stopped"] == "finished"
    assert document["health"][1]["verdict"] == "red"
    assert document["statistics"] == {"steps": 120, "own_mel_distance": None}
    assert document["left_out"][0]["reason"] == "notes.txt is not a sound."


def test_the_time_can_be_asked_for_without_training(run: Run, api: FakeApi) -> None:
    api.answers["estimate"] = SimpleNamespace(
        seconds=90.0, steps=900, sentence="This will take about a minute."
    )
    assert run("train", "a", "--name", "n", "--estimate").stdout == "This will take about a minute.\n"
    document = json.loads(run("train", "a", "--name", "n", "--estimate", "--json").stdout)
    assert document == {"seconds": 90.0, "steps": 900, "sentence": "This will take about a minute."}
    assert set(api.calls) == {"estimate"}
    assert api.calls["estimate"][1]["tier"] == "draft"
    assert api.calls["estimate"][1]["prior"] == "auto"


def test_the_time_is_asked_for_with_what_the_training_would_have(run: Run, api: FakeApi) -> None:
    api.answers["estimate"] = SimpleNamespace(seconds=90.0, steps=900, sentence="About a minute.")
    result = run(
        *(
            "train",
            "a",
            "--name",
            "n",
            "--estimate",
            "--tier",
            "standard",
            "--codebook-size",
            "64",
            "--levels",
            "3",
        ),
        *("--prior", "ngram", "--leave-out", "draft*", "--leave-out", "b.wav", "--trim", "long.wav=2-30"),
    )
    assert result.exit_code == 0, result.stderr
    asked = api.calls["estimate"][1]
    del asked["report"], asked["cancel"]
    assert asked == {
        "tier": "standard", "minutes": None, "steps": None, "codebook_size": 64, "num_levels": 3, "prior": "ngram",
        "leave_out": ("draft*", "b.wav"), "trim": {"long.wav": (2.0, 30.0)}, "device": "auto", "home": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("a.wav=0-1", {"a.wav": (0.0, 1.0)}),
        ("take=1-2.wav=.5-12.25", {"take=1-2.wav": (0.5, 12.25)}),
        ("*.mp3=3.-4", {"*.mp3": (3.0, 4.0)}),
    ],
)
def test_a_trim_is_read(text: str, parsed: dict[str, tuple[float, float]]) -> None:
    assert parse_trims([text]) == parsed


@pytest.mark.parametrize(
    "text", ["a.wav", "a.wav=", "=1-2", "a.wav=1", "a.wav=1-", "a.wav=-1-2", "a.wav=x-y", ".=.-."]
)
def test_what_is_no_trim_is_refused(text: str) -> None:
    with pytest.raises(BadSetting) as caught:
        parse_trims([text])
    assert str(caught.value) == (
        f"{text!r} was given to --trim, and says no part of a sound; write FILE=START-END with seconds, "
        "such as 'birds.wav=1.5-12'."
    )
