from __future__ import annotations

from pathlib import Path

import pytest
import torch

import distill
from distill import api
from distill.api import Trained
from distill.errors import BadModelFile, DeviceUnavailable, UnknownModel

Library = tuple[Path, Trained]


def test_an_opened_model_is_ready_to_use(library: Library) -> None:
    model = api.open_model("TINY", home=library[0], device="cpu")  # capitals do not count
    assert (model.name, model.path) == ("tiny", library[1].path)
    assert not model.codec.training
    assert model.codec.device == torch.device("cpu")
    assert model.fingerprint == model.codec.fingerprint()
    assert model.statistics["steps"] == 12
    assert model.sentence.startswith("Working on the CPU")


def test_models_are_listed_with_what_tells_them_apart(home: Path) -> None:
    (entry,) = api.models(home=home)
    assert (entry.name, entry.num_sounds, entry.seconds) == ("tiny", 3, 6.0)
    assert (entry.num_levels, entry.codebook_size, entry.tier) == (3, 16, "draft")
    assert entry.damaged is None


def test_an_empty_library_has_no_models(tmp_path: Path) -> None:
    assert api.models(home=tmp_path) == []
    assert not list(tmp_path.iterdir())


def test_a_card_tells_the_same_in_words_and_figures(library: Library) -> None:
    words, figures = api.show("tiny", home=library[0])
    assert words.startswith("Model 'tiny'\nCollection: 3 sounds, 6.0 s in all.")
    assert figures["fingerprint"] == api.open_model("tiny", home=library[0], device="cpu").fingerprint
    assert figures["utilisation"] == [round(level.utilisation, 4) for level in library[1].health]
    assert figures["steps"] == 12


def test_what_is_not_there_is_told(library: Library, tmp_path: Path) -> None:
    for call in (api.open_model, api.show):
        with pytest.raises(UnknownModel) as caught:
            call("bells", home=tmp_path)
        assert str(caught.value) == (
            "there is no model 'bells', and none in the library yet; train one, or give a .distill file."
        )
    with pytest.raises(DeviceUnavailable):
        api.open_model("tiny", home=library[0], device="abacus")


def test_a_damaged_model_is_refused(library: Library, tmp_path: Path) -> None:
    content = bytearray(library[1].path.read_bytes())
    content[-5] ^= 1
    file = tmp_path / "bent.distill"
    file.write_bytes(content)
    with pytest.raises(BadModelFile) as caught:
        api.open_model(file, device="cpu")
    assert str(caught.value).startswith("'bent.distill' is damaged: ")


@pytest.mark.parametrize("name", ["x" * 65, "a\x01b"])
def test_a_model_that_codes_could_not_name_is_refused_when_it_is_opened(
    library: Library, tmp_path: Path, name: str
) -> None:
    path = tmp_path / f"{name}.distill"
    path.write_bytes((library[0] / "models" / "tiny.distill").read_bytes())
    with pytest.raises(BadModelFile) as refused:
        api.open_model(path, device="cpu")
    assert str(refused.value) == (
        f"the model's file is called {name!r}, and codes name their model in at most 64 printable characters; give the "
        "file a shorter name, or import it under one: distill models import --name."
    )
    path.rename(path := tmp_path / f"{'x' * 64}.distill")
    assert api.open_model(path, device="cpu").name == "x" * 64


def test_every_verb_is_the_packages_own() -> None:
    for name in distill.__all__:
        if name in api.__all__:
            assert getattr(distill, name) is getattr(api, name)
    assert {"train", "resynth", "encode", "decode", "show", "models"} <= set(distill.__all__)
