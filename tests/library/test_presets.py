"""Presets: kept, checked to the last value, renamed, binned; those that come with Distill cannot be lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distill.errors import BadInput, BadSetting, DistillError, NameTaken
from distill.library.preset_files import preset_bytes, read_preset
from distill.library.preset_settings import checked_settings
from distill.library.presets import Presets
from distill.library.shipped_presets import SHIPPED

KNOBS: dict[str, Any] = {"creativity": 1.2, "steering": {"density": [[0, -1.0], [4, 1.0]]}, "coherence": 0.2}


def test_a_preset_comes_back_as_it_was() -> None:
    presets = Presets()
    saved = presets.save("Slow Rain", "generation", KNOBS, about="Rain, slower.")
    assert saved.path == presets.folder / "Slow Rain.json"
    found = presets.find("slow rain", "generation")
    assert found == saved
    assert (found.settings, found.about, found.is_shipped) == (KNOBS, "Rain, slower.", False)
    assert saved.path.read_bytes() == (
        b'{"about":"Rain, slower.","distill_preset":1,"kind":"generation","settings":{"coherence":0.2,"creativity":1.2,'
        b'"steering":{"density":[[0.0,-1.0],[4.0,1.0]]}}}\n'
    )


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda one: one.name)
def test_what_comes_with_distill_passes_its_own_checks(shipped: Any) -> None:
    assert checked_settings(shipped.kind, shipped.settings) == json.loads(json.dumps(shipped.settings))
    assert json.loads(preset_bytes(shipped.kind, shipped.about, shipped.settings))["kind"] == shipped.kind
    assert shipped.about


def test_own_ones_are_listed_before_those_of_distill() -> None:
    presets = Presets()
    presets.save("zoo", "generation", KNOBS)
    presets.save("Ant", "export", {"format": "flac", "depth": 24, "trim": True})
    names = [one.name for one in presets.list()]
    assert names[:2] == ["Ant", "zoo"]
    assert names[2:] == [one.name for one in SHIPPED]
    assert [one.name for one in presets.list("export")] == [
        "Ant",
        *(one.name for one in SHIPPED if one.kind == "export"),
    ]


def test_names_are_taken_once_and_those_of_distill_for_ever() -> None:
    presets = Presets()
    presets.save("Rain", "generation", KNOBS)
    with pytest.raises(NameTaken) as caught:
        presets.save("rain", "generation", {"focus": 20})
    assert str(caught.value) == (
        "there is already a preset named 'Rain'; choose another name, or ask to replace it."
    )
    presets.save("rain", "generation", {"focus": 20}, replace=True)
    assert presets.list("generation")[0].name == "rain"
    with pytest.raises(NameTaken, match="comes with Distill; choose another name for your own"):
        presets.save("Wander", "generation", KNOBS, replace=True)
    with pytest.raises(NameTaken, match="comes with Distill; choose another name for your own"):
        presets.rename("rain", "wander")
    with pytest.raises(BadSetting, match="the preset 'wander' comes with Distill and cannot be deleted"):
        presets.delete("wander")
    with pytest.raises(BadSetting, match="the preset 'wander' comes with Distill and cannot be renamed"):
        presets.rename("wander", "mine")


@pytest.mark.parametrize("name", ["a/b", "..", "\U0001f514", "x" * 300, "CON", "", ".hidden", "a."])
def test_a_name_that_some_system_refuses_is_refused(name: str) -> None:
    with pytest.raises(BadSetting, match=r"^a preset cannot be named "):
        Presets().save(name, "generation", KNOBS)
    assert not Presets().folder.exists()


def test_renaming_deleting_and_restoring() -> None:
    presets = Presets()
    presets.save("Rain", "generation", KNOBS)
    presets.save("Wind", "generation", {"focus": 20})
    assert presets.rename("rain", "xyz").settings == KNOBS
    with pytest.raises(NameTaken):
        presets.rename("xyz", "wind")
    presets.delete("XYZ")
    with pytest.raises(BadInput) as caught:
        presets.find("xyz")
    assert str(caught.value) == "there is no preset 'xyz'; 'distill presets list' shows those there are."
    assert presets.restore("xyz").settings == KNOBS
    with pytest.raises(BadInput) as missed:
        presets.find("mosai")
    assert str(missed.value) == "there is no preset 'mosai'; did you mean 'mosaic'?"
    with pytest.raises(
        BadInput, match="the preset 'glass' is for edit, and one for generation was asked for"
    ):
        presets.find("glass", "generation")


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("generation", {"creativity": 3}, "creativity: input should be less than or equal to 2"),
        ("generation", {"colour": 1}, "colour: extra inputs are not permitted"),
        ("generation", {"coherence": 2.0}, "coherence is 2.0; choose one from 0 to 1"),
        ("generation", {"steering": {"colour": [[0, 1]]}}, "nothing can be steered by 'colour'"),
        ("generation", {"focus": 1, "top_k": 3}, "focus and top_k were given together"),
        ("generation", {"guard_seconds": 9}, "guard_seconds: extra inputs are not permitted"),
        ("generation", {}, "there is no setting to keep in this preset; set at least one."),
        ("generation", {"creativity": float("nan")}, "a number is not finite"),
        ("edit", {"do": ["dance"]}, "there is no operation 'dance'"),
        (
            "edit",
            {"do": ["swap with=/etc/passwd"]},
            "swap names another sound, which is not there for everyone",
        ),
        ("edit", {"do": ["reverse"], "snap": "1b"}, "snapping needs a tempo; give one."),
        ("edit", {"do": ["reverse"], "tempo": 0}, "a tempo of 0 beats a minute was given"),
        ("export", {"Format": "flac"}, "Format: extra inputs are not permitted"),
        ("export", {"format": "aac"}, "format: input should be 'wav', 'flac', 'ogg' or 'mp3'"),
        ("export", {"rate": 8000}, "rate: input should be greater than or equal to 44100"),
        ("export", {"depth": 8}, "depth: input should be 16, 24 or 32"),
        ("export", {"loudness": 3}, "loudness: input should be less than or equal to -5"),
        ("export", {"fade_in": -1}, "fade_in: input should be greater than or equal to 0"),
        ("export", {"loop": "x" * 2001}, "loop: string should have at most 2000 characters"),
        ("export", {"trim": "perhaps"}, "trim: input should be a valid boolean"),
        ("export", {"output": "/etc/passwd"}, "output: extra inputs are not permitted"),
        (
            "space",
            {"spatial": "a\nb"},
            "spatial: value error, the text holds characters that cannot be printed",
        ),
        ("space", {"depth": 16}, "spatial: field required; depth: extra inputs are not permitted"),
        ("dance", {"a": 1}, "there is no kind of preset 'dance'; choose generation, edit, space, export."),
    ],
)
def test_what_cannot_be_used_is_not_kept(kind: str, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Presets().save("a", kind, settings)
    assert said in str(caught.value)
    assert not Presets().folder.exists()


def test_damaged_ones_are_told_and_harm_no_other() -> None:
    presets = Presets()
    presets.save("good", "generation", KNOBS)
    for name, text in {
        "b": b"{",
        "c": b'{"a": 1}',
        "d": b'{"distill_preset":2,"kind":"edit","about":"","settings":{}}',
        "e": b'{"distill_preset":1,"kind":"edit","about":"","settings":{"do":["dance"]}}',
        "f": b"\xff" * 300_000,
    }.items():
        (presets.folder / f"{name}.json").write_bytes(text)
    told = {one.name: one.damaged for one in presets.list("generation") if not one.is_shipped}
    assert told == {
        "b": "the preset 'b' cannot be read: the text is not JSON; delete it, or use another copy.",
        "c": "the preset 'c' is none of Distill's; delete it, or use another copy.",
        "d": "the preset 'd' is of format 2, and this Distill reads format 1; update Distill to use it.",
        "e": "the preset 'e' cannot be used: there is no operation 'dance'; see them all with: distill edit --list",
        "f": "the preset 'f' cannot be read: it is larger than any preset; delete it, or use another copy.",
        "good": None,
    }
    with pytest.raises(BadInput, match="the preset 'b' cannot be read"):
        presets.find("b")
    presets.delete("b")
    assert "b" not in {one.name for one in presets.list()}


EXPORT: dict[str, Any] = {"format": "wav", "rate": 96_000, "loudness": -14.5, "trim": True, "loop": "auto"}


@pytest.mark.parametrize(("kind", "settings"), [("generation", KNOBS), ("export", EXPORT)])
@given(data=st.data())
def test_a_mutated_preset_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, kind: str, settings: dict[str, Any], data: st.DataObject
) -> None:
    whole = bytearray(preset_bytes(kind, "Rain.", settings))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("presets") / "a.json"
    path.write_bytes(bytes(whole))
    one = read_preset(path)
    assert (one.damaged is None) == bool(one.kind)
    if one.damaged is None:
        assert checked_settings(one.kind, one.settings) == one.settings


@given(st.text(max_size=80))
def test_any_name_is_kept_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    home = tmp_path_factory.mktemp("home")
    try:
        path = Presets(home).save(name, "generation", KNOBS).path
    except DistillError:
        return
    assert path is not None
    assert path.parent == home / "presets"


def test_a_kind_there_is_not_is_told() -> None:
    with pytest.raises(BadSetting) as refused:
        Presets().list("edits")
    assert str(refused.value) == (
        "there is no kind of preset 'edits'; choose generation, edit, space, export."
    )
