from __future__ import annotations

import os
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from tests.library.model_parts import VERSION_1, describe, refusal

from distill.codec.model import Codec, expected_tensors
from distill.codes.json_values import thawed
from distill.errors import BadModelFile, NoSpace
from distill.library.model_file import ModelFile, codec_fingerprint, load, read_header, save


def test_a_model_comes_back_as_it_was(path: Path, tiny_model: ModelFile) -> None:
    back = load(str(path), expected=expected_tensors)
    assert (back.name, back.codec_config) == (tiny_model.name, tiny_model.codec_config)
    for key in ("statistics", "collection", "training"):
        assert thawed(getattr(back, key)) == getattr(tiny_model, key)
    assert back.tensors.keys() == tiny_model.tensors.keys()
    assert all(torch.equal(back.tensors[name], tensor) for name, tensor in tiny_model.tensors.items())


def test_a_codec_comes_back_with_the_same_codes_and_samples(path: Path, tiny_model: ModelFile) -> None:
    before = Codec.from_tensors(tiny_model.codec_config, tiny_model.codec_tensors)
    model = load(path, expected=expected_tensors)
    after = Codec.from_tensors(model.codec_config, model.codec_tensors)
    audio = torch.sin(torch.arange(8 * before.step_length) * 0.05)[None]
    codes = before.encode(audio)
    assert torch.equal(after.encode(audio), codes)
    assert torch.equal(after.decode(codes), before.decode(codes))
    assert after.fingerprint() == before.fingerprint() == model.fingerprint == read_header(path).fingerprint


def test_the_same_model_gives_the_same_bytes(tmp_path: Path, path: Path, tiny_model: ModelFile) -> None:
    twin = replace(
        tiny_model,
        tensors=dict(reversed(tiny_model.tensors.items())),
        statistics=dict(reversed(list(tiny_model.statistics.items()))),
    )
    save(tmp_path / "twin.distill", twin)
    assert (tmp_path / "twin.distill").read_bytes() == path.read_bytes()


def test_the_header_tells_all_but_the_tensors(path: Path, tiny_model: ModelFile) -> None:
    header = read_header(path)
    assert header.name == "Bells"
    assert header.codec_config == tiny_model.codec_config
    assert thawed(header.statistics) == tiny_model.statistics
    assert header.size_bytes == path.stat().st_size
    assert header.num_parameters == sum(tensor.numel() for tensor in tiny_model.tensors.values())


def test_a_header_is_read_without_torch(path: Path) -> None:
    code = (
        "import sys; from distill.library.catalog import Catalog; from distill.library.card import card\n"
        "from distill.library.model_file import read_header; card(read_header(sys.argv[1]))\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_opened_model_can_be_replaced_and_its_tensors_changed(path: Path, tiny_model: ModelFile) -> None:
    model = load(path, expected=expected_tensors)
    model.tensors["codec.encoder.enter.weight"].zero_()
    assert load(path, expected=expected_tensors).tensors["codec.encoder.enter.weight"].abs().sum() > 0
    save(path, tiny_model)


def test_a_fingerprint_follows_tensors_names_and_configuration(tiny_model: ModelFile) -> None:
    config, tensors = tiny_model.codec_config, tiny_model.codec_tensors
    prints = {
        codec_fingerprint(config, tensors),
        codec_fingerprint(config.model_copy(update={"hop_length": 256}), tensors),
        codec_fingerprint(config, {f"x{name}": tensor for name, tensor in tensors.items()}),
        codec_fingerprint(config, {name: tensor + 1 for name, tensor in tensors.items()}),
    }
    assert len(prints) == 4
    assert all(len(one) == 64 for one in prints)


def test_a_name_and_statistics_do_not_touch_the_fingerprint(tiny_model: ModelFile) -> None:
    assert replace(tiny_model, name="Other", statistics={}).fingerprint == tiny_model.fingerprint


@pytest.mark.parametrize(
    "start",
    [
        b"PK\x03\x04\x00\x00\x08\x08" + bytes(60),
        b"\x80\x02}q\x00X\x06\x00" + bytes(60),
        b"\x80\x05\x95" + bytes([9] * 60),
    ],
)
def test_a_pickle_of_version_1_is_told_and_never_opened(tmp_path: Path, start: bytes) -> None:
    path = tmp_path / "old.distill"
    path.write_bytes(start)
    assert refusal(path) == VERSION_1


def test_torchs_own_pickles_are_version_1(tmp_path: Path) -> None:
    path = tmp_path / "old.distill"
    for zipped in (True, False):
        torch.save({"a": torch.zeros(3)}, path, _use_new_zipfile_serialization=zipped)
        assert refusal(path) == VERSION_1


def test_json_of_format_1_is_version_1(tmp_path: Path, path: Path) -> None:
    (tmp_path / "old.distill").write_text('{"name": "old", "format": 1}')
    assert refusal(tmp_path / "old.distill") == VERSION_1
    describe(path, lambda about: about.update(format=1))
    assert refusal(path) == VERSION_1


@pytest.mark.parametrize("content", [b"", b"RIFF", b"{}", b'{"format": true}', b"{" * 99_999, b"x" * 5000])
def test_something_else_is_no_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.distill"
    path.write_bytes(content)
    assert refusal(path) == "'a.distill' is not a model of Distill; choose a .distill file."


def test_someone_elses_safetensors_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "a.distill"
    for metadata in (None, {"format": "pt"}):
        safetensors.torch.save_file({"a": torch.zeros(2)}, path, metadata=metadata)
        assert refusal(path) == "'a.distill' is not a model of Distill; choose a .distill file."


def test_a_newer_format_is_told(path: Path) -> None:
    describe(path, lambda about: about.update(format=3, more={}))
    assert refusal(path) == (
        "'bells.distill' is a model of format 3, and this Distill reads format 2; update Distill to open it."
    )


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.distill"
    if kind == "folder":
        path.mkdir()
    if kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(path)
    assert refusal(path) == f"there is no file {str(path)!r}; choose a .distill file, or a model by its name."


def test_a_file_beyond_4_gib_is_not_read(path: Path) -> None:
    with open(path, "r+b") as file:
        file.truncate(2**32 + 1)
    assert refusal(path) == "'bells.distill' is larger than 4 GiB, which no model is; choose another file."


def test_a_header_beyond_16_mib_is_not_read(path: Path) -> None:
    with open(path, "r+b") as file:
        file.write(struct.pack("<Q", 2**24 + 1))
    assert refusal(path) == "'bells.distill' is not a model of Distill; choose a .distill file."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tensors": {"codec.a": torch.zeros(2, dtype=torch.float16)}}, "the tensor 'codec.a' is torch.float16, neither float32 nor int64"),
        ({"tensors": {"codec.a": torch.tensor([torch.inf])}}, "the tensor 'codec.a' holds values that are not finite"),
        ({"tensors": {"a": torch.zeros(1)}}, "the tensor 'a' does not belong to a codec"),
        ({"statistics": {"a": float("nan")}}, "in its description a number is not finite"),
        ({"training": {"a": object}}, "in its description a value is type, which JSON does not have"),
        ({"collection": {"names": ["x" * 1000] * 17_000}}, "its description is larger than 16 MiB"),
    ],
)  # fmt: skip
def test_what_could_not_be_loaded_is_not_saved(
    tmp_path: Path, tiny_model: ModelFile, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadModelFile) as caught:
        save(tmp_path / "a.distill", replace(tiny_model, **change))
    assert str(caught.value) == f"the model 'Bells' cannot be saved: {why}; train it again."
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_the_old_model(
    path: Path, tiny_model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoSpace, match=r"^could not write 'bells.distill' in .*: the disk is full; "):
        save(path, replace(tiny_model, name="Other"))
    assert read_header(path).name == "Bells"
    assert os.listdir(path.parent) == ["bells.distill"]
