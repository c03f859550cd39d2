from __future__ import annotations

import base64
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.codes.edit_cases import FINGERPRINT, regions, sound, sounds

from distill.codes import material as module
from distill.codes.grid import Codes
from distill.codes.material import Material, copied
from distill.codes.region import Region
from distill.errors import BadCodes, ForeignCodes

DAMAGED = "the codes that an edit carries are damaged; make the edit again."


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


@given(sounds)
def test_codes_go_into_material_and_come_out_the_same(codes: Codes) -> None:
    material = Material.of_codes(codes)
    assert np.array_equal(material.grid, codes.grid)
    assert np.array_equal(Material.model_validate(material.to_json()).grid, codes.grid)
    with pytest.raises(ValueError, match="read-only"):
        material.grid[0, 0, 0] = 1


def test_the_packed_form_is_this() -> None:
    material = Material.of_grid(np.array([[[1, 2]]]), source="rain", fingerprint="ab" * 4)
    assert zlib.decompress(base64.b64decode(material.packed)) == b"\x01\x00\x02\x00"
    assert material.to_json() == {
        "shape": [1, 1, 2],
        "packed": material.packed,
        "source": "rain",
        "fingerprint": "abababab",
    }


@given(st.data())
def test_a_copy_is_all_of_the_regions_time(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    region = data.draw(regions(codes))
    stop = codes.num_steps if region.stop is None else region.stop
    assert np.array_equal(copied(codes, region).grid, codes.grid[:, :, region.start : stop])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "\ud800",
        "AAAA",
        packed(b"\x01\x00"),
        packed(bytes(6)),
        packed(b"\x01\x00\xff\xff"),
        packed(b"\x01\x00\x02\x00")[:-4],
        base64.b64encode(zlib.compress(bytes(4)) + b"\x00").decode(),
    ],
)
def test_damaged_material_is_refused(text: str) -> None:
    material = Material.model_construct(shape=(1, 1, 2), packed=text)
    with pytest.raises(BadCodes) as caught:
        _ = material.grid
    assert str(caught.value) == DAMAGED


@given(
    st.tuples(*[st.integers(-3, 40) | st.sampled_from([2**31, 2**62])] * 3),
    st.binary(max_size=200).map(packed) | st.text(max_size=20),
)
def test_material_of_anything_is_codes_or_refused(shape: Any, text: str) -> None:
    try:
        grid = Material(shape=shape, packed=text).grid
    except (BadCodes, ValidationError):
        return
    assert grid.shape == shape
    assert grid.min() >= 0


def test_a_bomb_takes_no_memory() -> None:
    bomb = Material(shape=(1, 1, 2), packed=packed(bytes(60_000_000)))
    tracemalloc.start()
    try:
        with pytest.raises(BadCodes):
            _ = bomb.grid
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


def test_codes_of_another_model_do_not_fit() -> None:
    other = sound(1, 2, 4, fingerprint="ffff" * 16, source="rain.wav")
    with pytest.raises(ForeignCodes) as caught:
        Material.of_codes(other).require_fit(sound(1, 2, 4))
    assert str(caught.value) == (
        "the edit carries codes of 'rain.wav' by another model (fingerprint 'ffffffff', this sound's is '1a2b3c4d'); "
        "use sounds of one model."
    )


def test_codes_beyond_the_codebook_do_not_fit() -> None:
    with pytest.raises(BadCodes) as caught:
        Material.of_grid(np.array([[[16]]]), fingerprint=FINGERPRINT).require_fit(sound(1, 2, 4))
    assert str(caught.value) == (
        "the edit carries codes up to 16, and this model has 0 to 15; use sounds of one model."
    )


def test_more_than_an_edit_can_carry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = sound(2, 8, 40_000, size=1024)
    copied(codes, Region())
    monkeypatch.setattr(module, "_LONGEST", 2**20)
    with pytest.raises(BadCodes) as caught:
        copied(codes, Region())
    assert str(caught.value) == (
        "40000 steps of codes are more than an edit can carry (1 MiB); cut the sound into shorter parts."
    )
