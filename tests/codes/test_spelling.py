from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import Field
from tests.codes.edit_cases import carrying, made, regions, sound, sounds

from distill.codes.editing import MOST_SEED, Edit, apply
from distill.codes.grid import Codes
from distill.codes.limits import Grid
from distill.codes.material import Material
from distill.codes.operation import _KNOWN, Context, InSteps, Operation, make, operation, operations
from distill.codes.region import Cells, Region
from distill.codes.spelling import parse, spelled
from distill.codes.tempo import Tempo
from distill.errors import BadCodes, BadInput, BadSetting, ForeignCodes

CODES = sound(1, 4, 188, source="bells.wav")
RAIN = sound(1, 4, 188, seed=1, source="rain.wav")


def read(text: str, **options: Any) -> Edit:
    return parse(text, codes=CODES, load=lambda name: RAIN, **options)


class Weave(Operation):
    """Do nothing with arguments of every kind."""

    name: ClassVar[str] = "weave"
    hear: ClassVar[str] = "Nothing."
    example: ClassVar[str] = "weave pulse=1/4b"
    group: ClassVar[str] = "Tests"

    pulse: Annotated[float, InSteps()] = Field(1.0, description="a length that is no whole number of steps")
    amounts: tuple[float, ...] | None = Field(None, description="several numbers")
    motifs: Mapping[str, Material] = Field(default_factory=dict, description="several sounds")

    def apply(self, grid: Grid, cells: Cells, context: Context) -> Grid:
        return grid


# It is known while these tests run, and not where all operations are listed.
_KNOWN.pop("weave")


@pytest.fixture
def weave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_KNOWN, "weave", Weave)


@pytest.mark.usefixtures("weave")
def test_arguments_of_every_kind_are_read_and_written() -> None:
    text = "weave pulse=1/4b amounts=0.5,1 b=rain.codes A=rain.codes"
    edit = read(text, tempo=Tempo(120))
    assert isinstance(edit.operation, Weave)
    assert edit.operation.pulse == 46.875 / 8
    assert edit.operation.amounts == (0.5, 1)
    assert sorted(edit.operation.motifs) == ["A", "B"]
    assert spelled(edit) == "weave pulse=5.859375 amounts=0.5,1.0 A=rain.wav B=rain.wav"
    drifting = read("weave pulse=1/4b", tempo=Tempo(123))
    assert spelled(drifting) == "weave pulse=5.716463414634147"
    assert read(spelled(drifting)) == drifting
    for wrong in ("weave ab=rain.codes", "weave with=rain.codes", "weave motifs=rain.codes"):
        with pytest.raises(BadSetting, match=r"weave (knows|takes) no"):
            read(wrong)


@pytest.mark.parametrize("name", sorted(operations()))
def test_every_example_is_read_and_can_be_written(name: str) -> None:
    example = operation(name).example
    edit = parse(example, codes=CODES, tempo=Tempo(120), load=lambda file: RAIN)
    assert edit.operation.name == name
    assert spelled(edit).startswith(name)


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("reverse", Edit(make("reverse", {}))),
        (
            "mirror from=1.0 to=2.0 levels=1-2 every=2",
            Edit(make("mirror", {}), Region(start=47, stop=94, levels=(1, 2), every=2)),
        ),
        ("thin hold=4 levels>=3 seed=9", Edit(make("thin", {"hold": 4}), Region(levels=(3, 4)), 9)),
        ("rotate by=-2b", Edit(make("rotate", {"by": -47}))),
        ("rotate by=0.5s", Edit(make("rotate", {"by": 23}))),
        ("insert steps=1s where=after", Edit(make("insert", {"steps": 47, "where": "after"}))),
        ("stretch factor=2 keep_length=no", Edit(make("stretch", {"factor": 2, "keep_length": False}))),
        ("stretch keep_length=true factor=.5", Edit(make("stretch", {"factor": 0.5}))),
        ("fill code=3", Edit(make("fill", {"code": 3}))),
        ('mirror  half="second" ', Edit(make("mirror", {"half": "second"}))),
    ],
)
def test_words_become_an_edit(text: str, edit: Edit) -> None:
    assert read(text, tempo=Tempo(120)) == edit


def test_a_seed_is_the_texts_or_the_callers() -> None:
    assert read("shuffle", seed=4).seed == 4
    assert read("shuffle seed=5", seed=4).seed == 5
    assert read(f"shuffle seed={MOST_SEED}").seed == MOST_SEED


def test_locked_levels_are_left_out() -> None:
    assert read("reverse levels=1-3", locked={2}).region.levels == (1, 3)


def test_times_snap_to_beats() -> None:
    assert read("reverse from=0.9 to=1.6", tempo=Tempo(120), snap=1.0).region == Region(start=47, stop=70)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("paste with=rain.codes", "rain.codes"),
        ('paste with="my rain.codes"', "my rain.codes"),
        ("paste 'with=my rain.codes'", "my rain.codes"),
        ('paste with="it\'s.codes"', "it's.codes"),
        (r"paste with=C:\sounds\rain.codes", r"C:\sounds\rain.codes"),
        ("paste with=a=b.codes", "a=b.codes"),
        ("paste with=#1.codes", "#1.codes"),
        ("paste with=(a),b;c.codes", "(a),b;c.codes"),
    ],
)
def test_names_of_files_are_read_as_they_are(text: str, name: str) -> None:
    asked: list[str] = []

    def load(file: str) -> Codes:
        asked.append(file)
        return RAIN

    parse(text, codes=CODES, load=load)
    assert asked == [name]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("paste with=r from=1.0 to=2.0", 0, 47),
        ("paste with=r from=1.0 to=2.0 at=3.0", 141, 188),
        ("paste with=r at=3.0", 141, 188),
        ("crossfade with=r from=10st to=20st", 0, 10),
        ("swap with=r from=1.0 to=2.0", 47, 94),
        ("swap with=r from=10st to=20st at=50st", 50, 60),
        ("insert with=r from=1.0 to=2.0", 0, 188),
        ("insert with=r from=1.0 at=1.0", 47, 188),
    ],
)
def test_an_operation_takes_of_the_other_sound_what_it_needs(text: str, first: int, last: int) -> None:
    material = getattr(read(text).operation, "material")  # noqa: B009
    assert isinstance(material, Material)
    assert material.grid.tolist() == RAIN.grid[:, :, first:last].tolist()
    assert material.source == "rain.wav"


@st.composite
def edits(draw: st.DrawFn, codes: Codes) -> Edit:
    """An edit that brings no other sound: what it carries is named by a sound that may be no file."""
    alone = [
        name
        for name, kind in operations().items()
        if not any(kind.model_fields[carried].is_required() for carried in carrying(kind))
    ]
    name = draw(st.sampled_from(sorted(alone)))
    region = draw(regions(codes))
    if region.stop is not None:
        region = region.model_copy(update={"stop": min(region.stop, codes.num_steps)})
    if region.levels == tuple(range(1, codes.num_levels + 1)):
        region = region.model_copy(update={"levels": None})
    return Edit(draw(made(operation(name), alone=True)), region, draw(st.integers(0, MOST_SEED)))


@given(st.data())
@settings(max_examples=200)
def test_an_edit_is_written_as_it_is_read(data: st.DataObject) -> None:
    codes = data.draw(sounds)
    edit = data.draw(edits(codes))
    for step_rate in (None, codes.step_rate):
        assert parse(spelled(edit, step_rate=step_rate), codes=codes) == edit


@given(
    st.text(
        st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])
        | st.sampled_from(" '\"\\\u3000\u202f\xa0\u200d"),
        min_size=1,
        max_size=12,
    )
)
def test_any_name_that_can_be_shown_is_quoted_so_that_it_is_read_again(name: str) -> None:
    material = Material.of_codes(RAIN).model_copy(update={"source": name})
    asked: list[str] = []

    def load(file: str) -> Codes:
        asked.append(file)
        return RAIN

    parse(spelled(Edit(make("paste", {"material": material}))), codes=CODES, load=load)
    assert asked == [name]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' does not begin with an operation; write one first, like reverse from=1.0 to=2.0."),
        (
            "from=1.0",
            "'from=1.0' does not begin with an operation; write one first, like reverse from=1.0 to=2.0.",
        ),
        ("'reverse", '"\'reverse" has a quotation mark that is not closed; close it.'),
        ("reverse 1.0", "'1.0' is no argument; write NAME=VALUE, and quotation marks around a name with spaces."),
        ("reverse =1", "'=1' is no argument; write NAME=VALUE, and quotation marks around a name with spaces."),
        ("reverse from=", "from has no value; write from=VALUE, or leave it out."),
        ("reverse from=1 from=2", "from is given twice; give it once."),
        ("reverse form=1.0", "reverse knows no 'form'; did you mean from?"),
        (
            "thin zzz=1",
            "thin knows no 'zzz'; it knows hold, from, to, levels, every, channels, seed.",
        ),
        ("reverse with=a.codes", "reverse takes no codes of another sound; leave with out."),
        ("reverse at=1.0", "reverse takes no codes of another sound; leave at out."),
        (
            "insert steps=3 at=1.0",
            "at=TIME says where in the other sound to begin; name that sound, too: with=FILE.",
        ),
        ("shuffle seed=-1", f"seed=-1 was given; choose a whole number from 0 to {MOST_SEED}."),
        ("shuffle seed=²", f"seed=² was given; choose a whole number from 0 to {MOST_SEED}."),
        ("shuffle seed=9999999999999999999", f"seed=9999999999999999999 was given; choose a whole number from 0 to {MOST_SEED}."),
        (
            "thin hold=x",
            "'x' is no time; write seconds (1.5s), steps (17st), beats (2b), bars (1bar), or a place like 3.2.1.",
        ),
        (
            "mirror half=x",
            "mirror cannot be done: half: input should be 'first' or 'second' (given: 'x'). "
            "It is used like this: mirror from=1.0 to=2.0 levels=1-2",
        ),
        ("paste with=r at=9", "at=9 lies outside the other sound of 4.01 s; choose a place within it."),
        (
            "paste from=1.0",
            "paste cannot be done: with is missing. "
            "It is used like this: paste with=rain.codes from=1.0 to=2.0 levels=>=2",
        ),
    ],
)  # fmt: skip
def test_a_text_that_is_no_edit_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadSetting) as caught:
        read(text)
    assert str(caught.value) == sentence


def test_a_place_that_the_other_sound_has_not_is_refused() -> None:
    with pytest.raises(BadSetting) as caught:
        parse("swap with=r from=3.0", codes=CODES, load=lambda name: sound(1, 4, 47))
    assert str(caught.value) == (
        "the region at 3.01 s lies outside the other sound of 1.00 s; choose a place within it."
    )


def test_another_sound_cannot_be_named_where_none_can_be_opened() -> None:
    with pytest.raises(BadSetting) as caught:
        parse("paste with=rain.codes", codes=CODES)
    assert str(caught.value) == (
        "with=rain.codes names another sound, and none can be opened here; give it from Python, as material."
    )


def test_codes_of_another_model_are_refused_as_they_are_named() -> None:
    with pytest.raises(ForeignCodes):
        parse("paste with=r", codes=CODES, load=lambda name: sound(1, 4, 9, fingerprint="f" * 64))


@given(st.text("reverse thinfol=12 '\"\\b.-/>≥\n\x00", max_size=30) | st.text(max_size=30))
def test_any_text_is_an_edit_or_refused(text: str) -> None:
    try:
        read(text)
    except BadInput as fault:
        assert isinstance(fault, (BadSetting, BadCodes))  # noqa: PT017
    for part in ("reverse ", "thin hold=", "paste with=r at=", "rotate by=1 levels="):
        try:
            edit = read(part + text, tempo=Tempo(120))
        except (BadSetting, BadCodes):
            continue
        assert apply(CODES, [edit]).grid.shape == CODES.grid.shape


def test_written_edits_are_words_of_a_shell_too() -> None:
    edit = Edit(make("thin", {"hold": 4}), Region(start=3, levels=(1, 3)), seed=2)
    assert shlex.split(spelled(edit)) == ["thin", "hold=4", "from=3st", "levels=1,3", "seed=2"]
    assert spelled(edit, step_rate=46.875) == "thin hold=4 from=0.064s levels=1,3 seed=2"
