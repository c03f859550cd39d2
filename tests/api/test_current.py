from __future__ import annotations

from pathlib import Path

import pytest

from distill import api
from distill.errors import UnknownModel


def test_an_empty_library_has_no_model_in_use(tmp_path: Path) -> None:
    assert api.current_model(home=tmp_path) is None


def test_the_model_chosen_last_is_in_use_until_it_is_gone(home: Path) -> None:
    (home / "models" / "other.distill").write_bytes((home / "models" / "tiny.distill").read_bytes())
    api.choose_model("other", home=home)
    assert api.current_model(home=home) == "other"
    (home / "models" / "other.distill").unlink()
    assert api.current_model(home=home) == "tiny"


def test_a_damaged_model_is_never_the_one_in_use(home: Path) -> None:
    (home / "models" / "damaged.distill").write_bytes(b"nothing of ours")
    assert api.current_model(home=home) == "tiny"


def test_a_model_that_is_not_there_cannot_be_chosen(home: Path) -> None:
    with pytest.raises(UnknownModel):
        api.choose_model("nothing", home=home)
    assert api.current_model(home=home) == "tiny"
