from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.library.model_parts import damaged, describe, parts_of, refusal, write_parts

from distill.codec.model import expected_tensors
from distill.codes.json_values import thawed
from distill.config import CodecConfig
from distill.errors import BadModelFile
from distill.library.model_file import ModelFile, load, read_header


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda about: about.pop("training"), "its description lacks 'training'"),
        (lambda about: about.update(colour=1), "its description has the unknown key 'colour'"),
        (lambda about: about.update(format="2"), "its description has no format number"),
        (lambda about: about.update(statistics=[]), "'statistics' in its description is no record"),
        (lambda about: about["sha256"].update(prior=""), "its description lacks a digest"),
        (lambda about: about["sha256"].update(codec="x"), "its description lacks a digest"),
        (lambda about: about.update(name="\x1b"), "its name is not 1 to 64 printable characters"),
        (lambda about: about["codec"].update(kind=1), "its codec has the unknown setting 'kind'"),
        (lambda about: about["codec"].update(width=10**6), "its codec's settings are impossible"),
        (lambda about: about["codec"].update(num_levels="2"), "its codec's settings are impossible"),
        (lambda about: about["sha256"].update(codec="0" * 64), "its tensors do not match their digest"),
        (lambda about: about["codec"].update(hop_length=256), "its tensors do not match their digest"),
    ],
)
def test_a_description_that_is_none_is_refused(
    path: Path, change: Callable[[Any], object], what: str
) -> None:
    describe(path, change)
    assert refusal(path) == damaged(what)


def test_a_changed_description_does_not_match_its_digest(path: Path) -> None:
    describe(path, lambda about: about["statistics"].update(own_mel_distance=0.1), sign=False)
    assert refusal(path) == damaged("its description does not match its digest")
    with pytest.raises(BadModelFile):
        read_header(path)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"format":2,"format":2}', "in its description the key 'format' appears twice"),
        ('{"format":NaN}', "in its description NaN is not a number JSON has"),
        ('{"format":1e999}', "in its description a number is not finite"),
        ('{"format":' + "[" * 50_000, "in its description values are nested deeper than 32"),
        ('"\ud800"', "in its description the text is not JSON"),
        ("[2]", "its description has no format number"),
    ],
)
def test_a_description_that_is_no_json_of_ours_is_refused(path: Path, text: str, what: str) -> None:
    header, body = parts_of(path)
    header["__metadata__"]["distill"] = text
    write_parts(path, header, body)
    assert refusal(path) == damaged(what)


def first(header: Any) -> Any:
    return header["codec.encoder.enter.bias"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (
            lambda header: first(header).update(dtype="F16"),
            "the tensor 'codec.encoder.enter.bias' is of a type that no model holds",
        ),
        (
            lambda header: first(header).update(colour=1),
            "the tensor 'codec.encoder.enter.bias' is not described as one",
        ),
        (
            lambda header: first(header).update(shape=[-16]),
            "the tensor 'codec.encoder.enter.bias' has no shape or place",
        ),
        (
            lambda header: first(header).update(shape=[17]),
            "the tensor 'codec.encoder.enter.bias' does not fit into its place",
        ),
        (
            lambda header: first(header).update(data_offsets=[64, 128]),
            "its tensors overlap, or have gaps between them",
        ),
        (
            lambda header: header.update(
                more={"dtype": "F32", "shape": [], "data_offsets": [2**40, 2**40 + 4]}
            ),
            "its tensors overlap, or have gaps between them",
        ),
        (
            lambda header: first(header).update(shape=[4, 4]),
            "the tensor 'codec.encoder.enter.bias' has type and shape ('F32', (4, 4)), "
            "and its codec has ('F32', (16,))",
        ),
        (
            lambda header: header.update({"codec.x": header.pop("codec.encoder.enter.bias")}),
            "the tensor 'codec.encoder.enter.bias' is missing",
        ),
        (
            lambda header: header.update({"a": header.pop("codec.encoder.enter.bias")}),
            "the tensor 'a' does not belong to this codec",
        ),
    ],
)
def test_tensors_that_are_not_the_codecs_are_refused(
    path: Path, change: Callable[[Any], object], what: str
) -> None:
    header, body = parts_of(path)
    change(header)
    write_parts(path, header, body)
    assert refusal(path) == damaged(what)


def test_a_tensor_given_twice_is_refused(path: Path) -> None:
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    text = data[8 : 8 + length].rstrip()[:-1] + b',"codec.x":1,"codec.x":1}'
    write_parts(path, text, data[8 + length :])
    assert refusal(path) == damaged("in its header the key 'codec.x' appears twice")


def test_every_truncation_is_found_by_its_header_alone(path: Path) -> None:
    data = path.read_bytes()
    for length in [*range(0, 64), *range(64, len(data), 4999), len(data) - 1]:
        path.write_bytes(data[:length])
        with pytest.raises(BadModelFile):
            read_header(path)
    path.write_bytes(data[:-4])
    body = parts_of(path)[1]
    assert refusal(path) == damaged(
        f"its tensors take {len(body) + 4} bytes, and it has {len(body)} for them"
    )
    path.write_bytes(data[:200])
    assert refusal(path) == damaged("it ends too early")


def test_a_file_with_more_behind_it_is_refused(path: Path) -> None:
    with open(path, "ab") as file:
        file.write(b"more")
    assert refusal(path).startswith("'bells.distill' is damaged: its tensors take ")


@given(st.data())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_byte_is_found_or_changes_nothing(
    path: Path, tiny_model: ModelFile, data: st.DataObject
) -> None:
    whole = bytearray(path.read_bytes())
    end = 8 + struct.unpack("<Q", whole[:8])[0]
    position = data.draw(st.integers(0, end - 1) | st.integers(end, len(whole) - 1))
    whole[position] ^= data.draw(st.integers(1, 255))
    broken = path.with_name("broken.distill")
    broken.write_bytes(whole)
    try:
        model = load(broken, expected=expected_tensors)
    except BadModelFile:
        return
    assert position < end  # a byte of a tensor always shows
    assert model.fingerprint == tiny_model.fingerprint
    assert thawed(model.statistics) == tiny_model.statistics


def test_values_that_are_not_finite_are_refused(path: Path) -> None:
    header, body = parts_of(path)
    at = first(header)["data_offsets"][0]
    write_parts(path, header, body[:at] + struct.pack("<f", float("nan")) + body[at + 4 :])
    assert refusal(path) == damaged("the tensor 'codec.encoder.enter.bias' holds values that are not finite")


def nothing_expected(config: CodecConfig) -> Mapping[str, tuple[tuple[int, ...], torch.dtype]]:
    raise AssertionError("built before the configuration was checked")


def test_an_impossible_configuration_is_refused_before_anything_is_built(path: Path) -> None:
    describe(path, lambda about: about["codec"].update(width=2**40))
    with pytest.raises(BadModelFile):
        load(path, expected=nothing_expected)
