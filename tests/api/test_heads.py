"""Measured heads are added once, whole, and found by their names."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.api.refusals import sentence
from tests.output.test_sofa import write

from distill import api
from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.errors import BadInput, BadSetting, NameTaken
from distill.output.space import Space


@pytest.fixture(scope="module")
def sofa(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("heads") / "mine.sofa")


def test_an_added_head_is_listed_and_used(sofa: Path, tmp_path: Path) -> None:
    assert api.heads(home=tmp_path) == []
    added = api.add_head(sofa, home=tmp_path)
    assert added == api.Head("mine", tmp_path / "heads" / "mine.sofa")
    assert added.path.read_bytes() == sofa.read_bytes()
    assert api.heads(home=tmp_path) == [api.head("MINE", home=tmp_path)] == [added]
    write_wav(tmp_path / "rain.wav", Clip(np.full((1, 4800), 0.1, np.float32)))
    space = Space.read(f"binaural:azimuth=90,sofa={added.path}")
    (made,) = api.export(tmp_path / "rain.wav", output=tmp_path / "out.wav", space=space)
    assert made.seconds > 0.1


def test_heads_in_a_folder_that_cannot_be_read_are_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    for look in ("stat", "iterdir", "is_dir"):
        monkeypatch.setattr(Path, look, refused)
    said = sentence(BadInput, api.heads, home=tmp_path)
    assert said.startswith(
        f"the heads folder {str(tmp_path / 'heads')!r} cannot be read: permission denied; give"
    )


def test_a_head_whose_name_begins_with_a_tilde_is_one_sentence(tmp_path: Path) -> None:
    assert "there is no file" in sentence(BadInput, api.add_head, "~nobody.sofa", home=tmp_path)


def test_what_is_no_head_is_not_added(sofa: Path, tmp_path: Path) -> None:
    (tmp_path / "none.sofa").write_text("none")
    assert "'none.sofa'" in sentence(BadInput, api.add_head, tmp_path / "none.sofa", home=tmp_path)
    assert "there is no file" in sentence(BadInput, api.add_head, tmp_path / "gone.sofa", home=tmp_path)
    assert "a head cannot be named" in sentence(BadSetting, api.add_head, sofa, name="../x", home=tmp_path)
    assert "there is no file '~gone.sofa'" in sentence(BadInput, api.add_head, "~gone.sofa", home=tmp_path)
    assert not (tmp_path / "heads").exists()
    api.add_head(sofa, home=tmp_path)
    assert "already a head named 'MINE'" in sentence(
        NameTaken, api.add_head, sofa, name="MINE", home=tmp_path
    )
    told = sentence(BadInput, api.head, "yours", home=tmp_path)
    assert told == "there is no measured head 'yours'; there are mine: add its SOFA file first."
