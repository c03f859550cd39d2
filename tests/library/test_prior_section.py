"""What makes new codes, in the model file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from distill.codec.model import expected_tensors
from distill.codes.json_values import JSON
from distill.errors import BadModelFile
from distill.library.model_file import ModelFile, load, read_header, save

from .model_parts import damaged, describe, parts_of, refusal, write_parts

ABOUT: dict[str, JSON] = {"choice": "ngram", "patience": 24}
ARRAYS: dict[str, npt.NDArray[Any]] = {
    "codes": np.arange(12, dtype=np.int16).reshape(2, 6),
    "counts": np.arange(3, dtype=np.int32),
    "keys": np.arange(3, dtype=np.int64),
    "strengths": np.array([0.5, 2.0]),
    "weights": np.ones((2, 2), np.float32),
}


@pytest.fixture
def gifted(tiny_model: ModelFile) -> ModelFile:
    tensors = {f"prior.{name}": torch.from_numpy(array) for name, array in ARRAYS.items()}
    return replace(tiny_model, tensors=tiny_model.tensors | tensors, prior=ABOUT)


@pytest.fixture
def whole(tmp_path: Path, gifted: ModelFile) -> Path:
    (tmp_path / "gifted").mkdir()
    path = tmp_path / "gifted" / "bells.distill"
    save(path, gifted)
    return path


def test_a_prior_comes_back_in_its_own_types(whole: Path) -> None:
    back = load(whole, expected=expected_tensors)
    assert dict(back.prior) == ABOUT
    assert read_header(whole).prior == back.prior
    assert back.prior_tensors.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        found = back.prior_tensors[name].numpy()
        assert found.dtype == array.dtype
        np.testing.assert_array_equal(found, array)


def test_a_model_without_a_prior_opens_as_before(path: Path) -> None:
    back = load(path, expected=expected_tensors)
    assert (dict(back.prior), back.prior_tensors) == ({}, {})
    assert read_header(path).prior_digest == ""


def test_a_prior_does_not_touch_the_fingerprint_nor_the_count_of_parameters(whole: Path, path: Path) -> None:
    gifted, bare = read_header(whole), read_header(path)
    assert (gifted.fingerprint, gifted.num_parameters) == (bare.fingerprint, bare.num_parameters)


def test_the_same_prior_gives_the_same_bytes(tmp_path: Path, whole: Path, gifted: ModelFile) -> None:
    save(tmp_path / "twin.distill", gifted)
    assert (tmp_path / "twin.distill").read_bytes() == whole.read_bytes()


def test_a_changed_prior_does_not_match_its_digest(whole: Path) -> None:
    header, data = parts_of(whole)
    first, _ = header["prior.counts"]["data_offsets"]
    changed = bytearray(data)
    changed[first] ^= 1
    write_parts(whole, header, bytes(changed))
    assert refusal(whole) == damaged("its tensors do not match their digest")


def test_a_prior_that_is_described_and_not_there_or_the_reverse_is_refused(whole: Path, path: Path) -> None:
    describe(whole, lambda about: about.pop("prior"))
    assert refusal(whole) == damaged("its description and its prior do not belong together")
    describe(path, lambda about: about.update(prior={"choice": "ngram"}))
    assert refusal(path) == damaged("its description and its prior do not belong together")


@pytest.mark.parametrize("kind", [torch.float16, torch.uint8, torch.bool])
def test_a_prior_of_other_types_is_not_saved(tmp_path: Path, gifted: ModelFile, kind: torch.dtype) -> None:
    tensors = gifted.tensors | {"prior.codes": torch.zeros(2, dtype=kind)}
    with pytest.raises(BadModelFile, match="which no prior holds; train it again"):
        save(tmp_path / "a.distill", replace(gifted, tensors=tensors))


def test_a_prior_without_a_description_is_not_saved(tmp_path: Path, gifted: ModelFile) -> None:
    with pytest.raises(
        BadModelFile, match="its prior is described and not there, or there and not described"
    ):
        save(tmp_path / "a.distill", replace(gifted, prior={}))
