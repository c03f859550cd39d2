from __future__ import annotations

import numpy as np
import pytest

from distill import render
from distill.api import Project


@pytest.mark.parametrize(
    "edits",
    [
        ["reverse from=0.8 to=1.0"],
        ["set code=3 levels=2 from=0.2 to=0.3", "set code=5 levels=1 from=1.5 to=1.6"],
        ["delete from=1.0 to=1.2"],
        ["duplicate from=0.2 to=0.4"],
        ["trim from=0.5 to=1.5"],
    ],
)
@pytest.mark.parametrize("slot", ["A", "B"])
def test_the_stretch_that_is_new_completes_the_old_sound(
    project: Project, slot: str, edits: list[str]
) -> None:
    before = project.hear(slot)
    assert before.samples.shape[1] == before.total
    for edit in edits:
        project.do(slot, [edit])
    heard = project.hear(slot, have=before.number)
    patched = np.zeros((before.samples.shape[0], heard.total), np.float32)
    shared = min(before.total, heard.total)
    patched[:, :shared] = before.samples[:, :shared]
    patched[:, heard.first : heard.first + heard.samples.shape[1]] = heard.samples
    codes = project.sound(slot).sound
    whole = render.decode(project.model_of(codes).codec, codes).samples
    np.testing.assert_allclose(patched, whole, atol=1e-5)
    if len(edits) == 1 and "reverse" in edits[0]:
        assert heard.samples.shape[1] < heard.total
    assert project.hear(slot, have=heard.number).samples.shape[1] == 0


def test_who_holds_an_older_sound_is_given_all_that_is_new_since(project: Project) -> None:
    first = project.hear("A")
    project.do("A", ["set code=1 from=0.2 to=0.25"])
    project.hear("A")
    project.do("A", ["set code=2 from=1.5 to=1.55"])
    last = project.hear("A", have=first.number)
    assert last.first < 0.25 * 48_000
    assert last.first + last.samples.shape[1] > 1.5 * 48_000
    assert project.hear("A", have=last.number + 1000).samples.shape[1] == last.total


@pytest.mark.parametrize("slot", ["A", "B"])
def test_muted_and_soloed_levels_are_heard_as_the_levels_that_are_left(project: Project, slot: str) -> None:
    codes = project.sound(slot).sound
    codec = project.model_of(codes).codec
    everything = project.hear(slot)
    project.set_levels(slot, locked=[], muted=[2], soloed=[])
    np.testing.assert_array_equal(
        project.hear(slot).samples, render.decode(codec, codes, levels=[1, 3]).samples
    )
    project.set_levels(slot, locked=[], muted=[1], soloed=[1, 3])
    np.testing.assert_array_equal(project.hear(slot).samples, render.decode(codec, codes, levels=[3]).samples)
    project.set_levels(slot, locked=[], muted=[1, 2, 3], soloed=[])
    assert not project.hear(slot).samples.any()
    project.set_levels(slot, locked=[], muted=[], soloed=[])
    np.testing.assert_array_equal(project.hear(slot).samples, everything.samples)


def test_the_original_is_heard_beside_the_edit(project: Project) -> None:
    before = project.hear("A").samples
    project.do("A", ["reverse"])
    assert not np.array_equal(project.hear("A").samples, before)
    np.testing.assert_array_equal(project.hear("A", original=True).samples, before)
