"""What was measured of a model's entries, and their owner's names for them, in the model file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from distill.codec.model import expected_tensors
from distill.codes.entries import Entries, Note
from distill.errors import BadModelFile, UnknownModel
from distill.library.catalog import Catalog
from distill.library.model_file import ModelFile, load, read_header, save

from .model_parts import damaged, describe, parts_of, refusal, write_parts

NOTES = {(1, 3): Note("glassy hit", "from the second bell"), (2, 15): Note("air")}


@pytest.fixture
def measured(tiny_model: ModelFile) -> ModelFile:
    config = tiny_model.codec_config
    shapes = Entries.shapes(config.num_levels, config.codebook_size, config.latent_dim)
    draw = torch.Generator().manual_seed(0)
    tensors = {
        f"entries.{name}": torch.randint(0, 99, shape, generator=draw)
        if name == "usage"
        else torch.rand(shape, generator=draw)
        for name, shape in shapes.items()
    }
    return replace(tiny_model, tensors=tiny_model.tensors | tensors, notes=NOTES)


@pytest.fixture
def whole(tmp_path: Path, measured: ModelFile) -> Path:
    path = tmp_path / "bells.distill"
    save(path, measured)
    return path


def test_what_was_measured_comes_back(whole: Path, measured: ModelFile) -> None:
    back = load(whole, expected=expected_tensors)
    assert back.notes == NOTES
    assert back.entries_tensors.keys() == measured.entries_tensors.keys()
    assert all(torch.equal(back.tensors[name], tensor) for name, tensor in measured.tensors.items())
    assert read_header(whole).notes == NOTES


def test_a_model_that_was_never_measured_opens_as_before(path: Path, tiny_model: ModelFile) -> None:
    back = load(path, expected=expected_tensors)
    assert back.entries_tensors == {}
    assert back.notes == {}
    assert read_header(path).entries_digest == ""


def test_entries_and_notes_do_not_touch_the_fingerprint(
    whole: Path, measured: ModelFile, tiny_model: ModelFile
) -> None:
    assert measured.fingerprint == tiny_model.fingerprint == read_header(whole).fingerprint
    learnt = sum(tensor.numel() for tensor in tiny_model.tensors.values())
    assert read_header(whole).num_parameters == learnt


def test_the_same_entries_give_the_same_bytes(tmp_path: Path, whole: Path, measured: ModelFile) -> None:
    twin = replace(
        measured,
        tensors=dict(reversed(measured.tensors.items())),
        notes=dict(reversed(list(measured.notes.items()))),
    )
    save(tmp_path / "twin.distill", twin)
    assert (tmp_path / "twin.distill").read_bytes() == whole.read_bytes()


def test_a_changed_measurement_is_told(whole: Path) -> None:
    header, body = parts_of(whole)
    first, last = header["entries.descriptors"]["data_offsets"]
    changed = bytearray(body)
    changed[first] ^= 1
    write_parts(whole, header, bytes(changed))
    assert last > first
    assert refusal(whole) == damaged("its tensors do not match their digest")


def test_a_measurement_without_its_digest_is_told_and_a_digest_without_measurement(
    whole: Path, tmp_path: Path, tiny_model: ModelFile
) -> None:
    describe(whole, lambda about: about["sha256"].pop("entries"))
    assert refusal(whole) == damaged("its tensors do not match their digest")
    save(whole, tiny_model)
    describe(whole, lambda about: about["sha256"].update(entries="ab" * 32))
    assert refusal(whole) == damaged("its tensors do not match their digest")
    describe(whole, lambda about: about["sha256"].update(entries="ab"))
    assert refusal(whole) == damaged("its description lacks a digest")


@pytest.mark.parametrize(
    ("name", "tensor", "what"),
    [
        ("slopes", None, "the tensor 'entries.slopes' is missing"),
        ("colour", torch.zeros(2), "the tensor 'entries.colour' does not belong to this codec"),
        (
            "fits",
            torch.zeros(7),
            "the tensor 'entries.fits' has type and shape ('F32', (7,)), and its codec has ('F32', (8,))",
        ),
        (
            "usage",
            torch.zeros(2, 16),
            "the tensor 'entries.usage' has type and shape ('F32', (2, 16)), and its codec has ('I64', (2, 16))",
        ),
    ],
)
def test_other_tensors_than_an_atlas_has_are_refused(
    tmp_path: Path, measured: ModelFile, name: str, tensor: torch.Tensor | None, what: str
) -> None:
    tensors = measured.tensors | ({} if tensor is None else {f"entries.{name}": tensor})
    if tensor is None:
        del tensors[f"entries.{name}"]
    save(tmp_path / "bells.distill", replace(measured, tensors=tensors))
    assert refusal(tmp_path / "bells.distill") == damaged(what)


def test_impossible_counts_cannot_be_saved(tmp_path: Path, measured: ModelFile) -> None:
    tensors = measured.tensors | {"entries.usage": torch.full((2, 16), -1)}
    with pytest.raises(BadModelFile, match=r"the tensor 'entries.usage' counts less than none"):
        save(tmp_path / "a.distill", replace(measured, tensors=tensors))


@pytest.mark.parametrize(
    ("notes", "what"),
    [
        (
            [{"level": 3, "code": 0, "name": "a", "text": ""}],
            "its notes are on entries that it does not have",
        ),
        ([{"level": 1, "code": 0, "name": "\x07", "text": ""}], "the notes on its entries are none"),
        ({"1": "a"}, "the notes on its entries are none"),
    ],
)
def test_notes_of_a_stranger_are_checked(whole: Path, notes: Any, what: str) -> None:
    describe(whole, lambda about: about.update(notes=notes))
    assert refusal(whole) == damaged(f"in its description {what}")


def test_a_model_is_changed_in_its_own_place(user_folder: Path, measured: ModelFile) -> None:
    catalog = Catalog()
    path = catalog.add(measured)
    renamed = path.rename(path.with_name("glocken.distill"))
    changed = catalog.change(
        "glocken", lambda model: replace(model, notes={(1, 0): Note("new")}), expected=expected_tensors
    )
    assert changed == renamed
    assert read_header(renamed).notes == {(1, 0): Note("new")}
    assert [entry.name for entry in catalog.list()] == ["glocken"]
    with pytest.raises(UnknownModel):
        catalog.change("bells", lambda model: model, expected=expected_tensors)
