from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.material import Material
from distill.codes.operation import make
from distill.codes.region import Region
from distill.errors import BadInput, BadSetting, NameTaken
from distill.library import templates as module
from distill.library.templates import Templates

EDITS = (
    Edit(
        make("euclid", {"hits": 3, "pulses": 8, "pulse": 5.86, "rests": "keep"}), Region(start=2, levels=(1,))
    ),
    Edit(make("paste", {"material": Material.of_grid(np.ones((1, 2, 3), int), source="rain")}), seed=7),
)


def test_a_template_comes_back_as_it_was_and_plays_on_another_sound(user_folder: Path) -> None:
    path = Templates().save("Tresillo 1", EDITS)
    assert path == user_folder / "templates" / "Tresillo 1.json"
    loaded = Templates().load("tresillo 1")  # capitals do not tell names apart
    assert loaded == EDITS
    codes = Codes(
        np.zeros((1, 2, 40), int), codebook_size=16, fingerprint="1a2b3c4d", model="A", num_samples=40_000
    )
    assert apply(codes, loaded) == apply(codes, EDITS)


def test_the_file_is_one_line_of_sorted_json() -> None:
    path = Templates().save("a", EDITS[:1])
    assert path.read_bytes() == (
        b'{"distill_template":1,"edits":[{"arguments":{"hits":3,"pulse":5.86,"pulses":8,"rests":"keep"},'
        b'"operation":"euclid","region":{"levels":[1],"start":2},"seed":0}]}\n'
    )


def test_a_name_is_taken_once_unless_it_is_to_be_replaced() -> None:
    templates = Templates()
    templates.save("Rain", EDITS)
    with pytest.raises(NameTaken) as refusal:
        templates.save("rain", EDITS[:1])
    assert (
        str(refusal.value)
        == "there is already a template named 'Rain'; choose another name, or ask to replace it."
    )
    templates.save("rain", EDITS[:1], replace=True)
    assert [template.name for template in templates.list()] == ["rain"]
    assert templates.load("rain") == EDITS[:1]


def test_more_than_can_be_read_again_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    length = Templates().save("a", EDITS).stat().st_size
    monkeypatch.setattr(module, "_LARGEST", length)
    Templates().save("a", EDITS, replace=True)
    assert Templates().load("a") == EDITS
    with pytest.raises(BadSetting, match="these edits are more than a template can hold"):
        Templates().save("b", (*EDITS, EDITS[0]))
    assert [template.name for template in Templates().list()] == ["a"]


def test_damaged_ones_are_told_and_harm_no_other() -> None:
    templates = Templates()
    templates.save("good", EDITS)
    for name, text in {
        "b-not": "{",
        "c-other": '{"a": 1}',
        "d-newer": '{"distill_template": 2, "edits": []}',
        "e-empty": '{"distill_template": 1, "edits": []}',
        "f-edit": '{"distill_template": 1, "edits": [{"operation": "dance", "region": {}, "arguments": {}, "seed": 0}]}',
        "g-list": '{"distill_template": 1, "edits": [1]}',
    }.items():
        (templates.folder / f"{name}.json").write_text(text)
    found = {template.name: template.damaged for template in templates.list()}
    assert found == {
        "b-not": "the template 'b-not' cannot be read: the text is not JSON; delete it, or use another copy.",
        "c-other": "the template 'c-other' is none of Distill's; delete it, or use another copy.",
        "d-newer": "the template 'd-newer' is of format 2, and this Distill reads format 1; update Distill to use it.",
        "e-empty": "the template 'e-empty' holds no list of edits; delete it, or use another copy.",
        "f-edit": "the template 'f-edit' cannot be used: there is no operation 'dance'; see them all with: distill edit --list",
        "g-list": "the template 'g-list' holds no list of edits; delete it, or use another copy.",
        "good": None,
    }
    with pytest.raises(BadInput, match="'b-not' cannot be read"):
        templates.load("b-not")
    templates.delete("b-not")
    assert "b-not" not in {template.name for template in templates.list()}


def test_an_unknown_template_is_told_with_the_nearest() -> None:
    templates = Templates()
    with pytest.raises(BadInput) as refusal:
        templates.load("tresillo")
    assert (
        str(refusal.value)
        == "there is no template 'tresillo'; none was kept yet, so keep the edits of a sound first."
    )
    templates.save("Tresillo", EDITS)
    with pytest.raises(BadInput) as refusal:
        templates.delete("tresilo")
    assert str(refusal.value) == "there is no template 'tresilo'; did you mean 'Tresillo'?"
    with pytest.raises(BadInput) as refusal:
        templates.load("zzz")
    assert str(refusal.value) == "there is no template 'zzz'; there are Tresillo; choose one of these."


def test_what_cannot_be_kept_is_refused() -> None:
    with pytest.raises(BadSetting, match="a template cannot be named 'a/b'"):
        Templates().save("a/b", EDITS)
    with pytest.raises(BadSetting, match="there is no edit to keep"):
        Templates().save("a", ())
    assert Templates().list() == []


def test_an_original_has_no_place_in_a_template() -> None:
    templates = Templates()
    record = {"operation": "original", "region": {}, "arguments": {}, "seed": 0}
    path = templates.save("a", EDITS)
    path.write_text(json.dumps({"distill_template": 1, "edits": [record]}))
    assert templates.list()[0].damaged is not None
