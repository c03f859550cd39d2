"""The way of a person who opens the page for the first time: from files of their own to a WAV for the studio."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import expect
from tests.api.test_detached import until
from tests.ui.conftest import Open
from tests.ui.quick_trainer import quick_trainer

from distill import api
from distill.audio.files import read
from distill.audio.true_peak import true_peak_dbtp
from distill.codes.editing import edits_of
from distill.ui import Running


@pytest.fixture
def served(served: Running, home: Path) -> Iterator[Running]:
    """An empty library, and a trainer that is done in seconds."""
    (home / "models" / "tiny.distill").unlink()
    with quick_trainer(served):
        yield served


def test_dropped_files_become_a_model_an_edit_a_new_sound_a_comparison_and_a_wav(
    home: Path, served: Running, open_page: Open, sounds: Path
) -> None:
    page = open_page()

    # Files become a model.
    page.locator("#train input[type=file]").first.set_input_files(sorted(sounds.glob("*.wav")))
    expect(page.locator("#train tbody tr", has_text="✓")).to_have_count(3)
    page.get_by_label("Name", exact=True).fill("mine")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", name="The model “mine” is ready")).to_be_visible(timeout=90_000)

    # A sound of it is opened, a part of it reversed, and kept.
    page.get_by_role("button", name="Open in the DNA editor").click()
    expect(page.locator(".d-grid")).to_have_count(2)
    page.wait_for_function("__desk.active() === 'A'")
    page.get_by_label("Operation", exact=True).select_option("reverse")
    page.get_by_role("button", name="Apply reverse").click()
    page.wait_for_function("__desk.project.history('A').done_count === 1 && !__desk.project.slots.A.waiting")
    page.get_by_role("button", name=re.compile("Keep")).first.click()
    until(lambda: len(api.takes(home=home)) == 1)

    # A new sound is made.
    page.locator("#tab-generate-button").click()
    page.get_by_label("Length").fill("1")
    page.locator("#generate").get_by_role("button", name="Generate", exact=True).click()
    expect(page.locator("#generate article")).to_have_count(1)

    # Both stand in the history, and are compared.
    page.locator("#tab-history-button").click()
    for number in (1, 2):
        page.locator(f".take[data-take='{number}']").get_by_role("checkbox").check()
    page.get_by_role("button", name="Compare", exact=True).click()
    dialog = page.get_by_role("dialog", name="Compare two takes")
    expect(dialog).to_contain_text(re.compile("dB louder|equally loud"))
    page.keyboard.press("b")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    # The edited one goes to the studio.
    page.locator(".take[data-take='1']").get_by_role("button", name=re.compile("Export")).click()
    export = page.get_by_role("dialog", name=re.compile("Export"))
    expect(export.locator(".export-result")).to_contain_text("LUFS")
    export.get_by_label("Title").fill("for the studio")
    export.get_by_role("button", name="Export", exact=True).click()
    target = home / "exports" / "for the studio.wav"
    expect(export.locator(".export-path")).to_have_text(str(target))

    take = api.take(1, home=home)
    assert take.sound is not None
    about, exported = soundfile.info(target), read(target).samples
    assert (about.samplerate, about.subtype) == (48_000, "PCM_24")
    np.testing.assert_allclose(exported, read(take.sound).samples, atol=2**-23)
    assert true_peak_dbtp(exported) < -1
    (edit,) = edits_of(served.studio.project.codes("A"))
    assert edit.operation.name == "reverse"
    assert api.replay(1, output=target.with_name("again.wav"), home=home).same
