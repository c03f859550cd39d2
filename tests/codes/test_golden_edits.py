"""What edits give and how they are kept does not change from version to version.

A list of edits that somebody made last year must give the same codes next year. ``golden_edits.json`` holds a digest of what each
operation that needs no ear gives, ``golden_edited.codes`` a file with edits in it. If one of these fails, old lists mean something
else now: give the changed operation another name instead.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from distill.codes import storage
from distill.codes.editing import Edit, apply, edits_of, original_of, replay
from distill.codes.grid import Codes
from distill.codes.operation import operation
from distill.codes.spelling import parse, spelled

HERE = Path(__file__).parent
GOLDEN: dict[str, str] = json.loads((HERE / "golden_edits.json").read_text())


def _sound(seed: int, source: str) -> Codes:
    # not numpy's generator, whose stream may change
    values = [
        int.from_bytes(hashlib.sha256(f"{seed} {i}".encode()).digest()[:2], "big") for i in range(2 * 4 * 240)
    ]
    grid = np.array(values).reshape(2, 4, 240) % 64
    return Codes(
        grid,
        codebook_size=64,
        fingerprint="1a2b3c4d" * 8,
        model="golden",
        num_samples=240 * 1024 - 9,
        source=source,
    )


SOUND, OTHER = _sound(1, "a.wav"), _sound(2, "b.wav")


def made(name: str) -> Edit:
    """An operation's own example, seeded, with the other sound for whatever it brings."""
    return parse(operation(name).example.replace(" seed=3", ""), codes=SOUND, load=lambda _: OTHER, seed=5)


def digest(codes: Codes) -> str:
    return hashlib.sha256(repr(codes.grid.shape).encode() + codes.grid.astype("<i2").tobytes()).hexdigest()[
        :16
    ]


@pytest.mark.parametrize("name", sorted(GOLDEN))
def test_an_operation_gives_what_it_always_gave(name: str) -> None:
    assert digest(apply(SOUND, [made(name)])) == GOLDEN[name]


def test_a_file_with_edits_is_read_as_it_was_written() -> None:
    data = (HERE / "golden_edited.codes").read_bytes()
    edited = storage.from_bytes(data)
    assert storage.to_bytes(edited) == data
    assert original_of(edited) == SOUND
    assert [edit.operation.name for edit in edits_of(edited)] == ["reverse", "shuffle", "swap"]
    assert spelled(edits_of(edited)[0]) == spelled(made("reverse"))
    again = replay(SOUND, edited.edits)
    assert (again.grid == edited.grid).all()
    # the first record holds the original, which may be packed more or less tightly
    assert again.edits[1:] == edited.edits[1:]
