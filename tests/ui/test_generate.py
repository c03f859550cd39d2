"""New sound made in a browser, and what came of it on the disk."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.ui.conftest import Open

from distill import api
from distill.audio.files import read
from distill.codec.model import expected_tensors
from distill.codes import storage
from distill.library.model_file import load, save
from distill.ui import Running

TOGETHER = """(what) => import('/distill/static/base/talk.js').then((talk) => {
  window.heard = [];
  for (const event of what) talk.hear(event, (detail) => window.heard.push([event, detail]));
})"""


def generate(page: Page, *, takes: int = 1) -> None:
    before = page.locator("#generate article").count()
    page.locator("#generate").get_by_role("button", name="Generate", exact=False).first.click()
    expect(page.locator("#generate article")).to_have_count(before + takes)


def say(page: Page, seconds: str, *, seed: str = "5") -> None:
    page.locator("#g-seconds").fill(seconds)
    page.locator("#g-seed").fill(seed)
    page.locator("#g-seed").press("Tab")


def test_several_takes_are_made_as_the_api_makes_them_and_can_be_heard(
    open_page: Open, home: Path, tmp_path: Path
) -> None:
    page = open_page("generate")
    say(page, "1.5")
    page.locator("#g-count").fill("2")
    page.locator("#g-count").press("Tab")
    generate(page, takes=2)
    kept = api.takes(home=home)
    assert [take.record and take.record.seed for take in kept] == [5, 6]
    again = api.generate(
        model="tiny", output=tmp_path / "again", count=2, seconds=1.5, seed=5, keep_take=False, device="cpu", home=home
    )  # fmt: skip
    for take, one in zip(kept, again, strict=True):
        assert take.sound is not None
        np.testing.assert_array_equal(read(take.sound).samples, read(one.path).samples)
    # The next run goes on with the next seed; both takes say where they are, how close they are, and sound.
    expect(page.locator("#g-seed")).to_have_value("7")
    newest = page.locator("#generate article").first
    expect(newest).to_contain_text("tiny-002")
    expect(newest.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("^(New|Mostly new|Familiar|Close to a copy): ")
    )
    newest.get_by_text("All that was measured").click()
    for sentence in again[1].sentences:
        expect(newest).to_contain_text(sentence.partition(",")[0])
    expect(newest).to_contain_text(str(home / "made" / "tiny" / "tiny-002.wav"))
    newest.get_by_role("button", name="Play tiny-002").click()
    expect(newest.locator(".d-wave")).to_have_class("d-wave d-playing")
    expect(newest.locator(".d-wave")).to_have_class("d-wave")


def test_a_run_survives_a_reload_and_stopping_it_keeps_what_is_there(open_page: Open, home: Path) -> None:
    page = open_page("generate")
    say(page, "1800")
    expect(page.locator(".g-outlook")).to_contain_text("1800 s is beyond")
    page.locator(".g-go").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_label("Being made")).to_contain_text("step")
    page.reload()
    expect(page.get_by_label("Being made")).to_contain_text("step")
    expect(page.locator(".g-go")).to_be_disabled()
    page.get_by_role("button", name="Stop and keep").click()
    card = page.locator("#generate article")
    expect(card).to_contain_text("stopped early")
    expect(card).to_contain_text("seed 5")
    expect(page.locator(".g-go")).to_be_enabled()
    (take,) = api.takes(home=home)
    assert take.record is not None
    assert not take.record.complete
    assert 0 < take.record.seconds < 1800


def test_steering_that_was_drawn_reaches_the_recipe(open_page: Open, home: Path) -> None:
    page = open_page("generate")
    say(page, "2")
    page.locator("summary", has_text="Steering").click()
    page.get_by_role("button", name="Density").click()
    drawn = page.get_by_role("application", name="Density over time")
    drawn.scroll_into_view_if_needed()
    box = drawn.bounding_box()
    assert box is not None
    # The middle of the field is half way through the sound, its height is -3 to 3.
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # The same by keyboard: a point between that one and the end, lifted by one.
    drawn.focus()
    drawn.press("Enter")
    for _ in range(2):
        drawn.press("Shift+ArrowUp")
    expect(page.locator(".d-curve [aria-live]")).to_have_text("Point 3 of 3: 1.5 s, amount 1")
    # And as numbers; a point is taken away again.
    page.get_by_text("As numbers").click()
    page.get_by_label("Amount of point 1 of Density").fill("-2")
    page.get_by_label("Amount of point 1 of Density").press("Tab")
    page.get_by_role("button", name="Add a point").click()
    drawn.press("Delete")
    page.get_by_role("button", name="Warmth").click()
    page.get_by_label("Warmth all the way").fill("-1.5")
    generate(page)
    (take,) = api.takes(home=home)
    recipe = json.loads((take.folder / "recipe.json").read_text())
    assert recipe["steering"].keys() == {"density", "warmth"}
    assert recipe["steering"]["warmth"] == [[0, -1.5]]
    first, middle, last = recipe["steering"]["density"]
    assert first == [0, -2]
    assert middle == pytest.approx([1, 0], abs=0.05)
    assert last == pytest.approx([1.5, 1], abs=0.05)


def test_new_sound_goes_on_from_a_file_and_from_a_take(
    open_page: Open, home: Path, sounds: Path, tmp_path: Path
) -> None:
    page = open_page("generate")
    say(page, "1")
    hostile = tmp_path / "<img src=x onerror=alert(1)>.wav"
    hostile.write_bytes((sounds / "pluck.wav").read_bytes())
    page.get_by_label("A sound file to go on from").set_input_files(hostile)
    expect(page.get_by_label("Begin from", exact=True)).to_have_value("other")
    page.get_by_label("only its first").fill("0.5")
    page.get_by_label("only its first").press("Tab")
    generate(page)
    page.get_by_role("button", name="Go on from: tiny-001").click()
    expect(page.get_by_label("Begin from", exact=True)).to_have_value("1")
    page.get_by_label("only its first").fill("")
    page.get_by_label("only its first").press("Tab")
    generate(page)
    first, second = api.takes(home=home)
    assert first.record is not None
    assert second.record is not None
    assert first.record.seconds == pytest.approx(1.5, abs=0.03)
    assert second.record.seconds == pytest.approx(2.5, abs=0.06)
    # From the bus, as the editor and the history say it; and a file that is no sound.
    page.evaluate(
        "import('/distill/static/base/talk.js').then((talk) => talk.say('prefix', {source: {take: 1}, title: 'one'}))"
    )
    expect(page.get_by_label("Begin from", exact=True)).to_have_value("1")
    page.get_by_label("A sound file to go on from").set_input_files(
        {"name": "song.wav", "mimeType": "audio/wav", "buffer": b"no sound"}
    )
    expect(page.locator(".d-toast.d-problem")).to_contain_text("is not a sound that can be read")


def test_a_preset_is_saved_applied_after_a_reload_and_deleted(open_page: Open, home: Path) -> None:
    page = open_page("generate")
    say(page, "3")
    page.get_by_role("slider", name="Creativity").fill("1.3")
    page.get_by_label("Faithful to experimental").fill("0.8")
    page.get_by_role("button", name="Save …").click()
    page.locator("#g-preset-name").fill("restless")
    page.get_by_label("What to expect of it").fill("<b>loud</b>")
    page.get_by_label("What to expect of it").press("Enter")
    expect(page.get_by_label("Preset", exact=True)).to_have_value("restless")
    kept = api.preset("restless", home=home)
    assert dict(kept.settings) == {"seconds": 3, "creativity": 1.3, "experimental": 0.8}
    page.reload()
    expect(page.get_by_role("slider", name="Creativity")).to_have_value("0.9")
    page.get_by_label("Preset", exact=True).select_option("restless")
    expect(page.get_by_role("slider", name="Creativity")).to_have_value("1.3")
    expect(page.locator("#g-seconds")).to_have_value("3")
    expect(page.locator("#g-preset-about")).to_have_text("<b>loud</b>")
    page.get_by_label("Preset", exact=True).select_option("dawn")
    expect(page.locator("#g-seconds")).to_have_value("20")
    expect(page.get_by_label("Steering by brightness")).to_be_visible()
    expect(page.get_by_role("button", name="Delete this preset")).to_be_disabled()
    page.get_by_label("Preset", exact=True).select_option("restless")
    page.get_by_role("button", name="Delete this preset").click()
    expect(page.get_by_label("Preset", exact=True)).to_have_value("")
    assert not [one for one in api.presets(kind="generation", home=home) if not one.is_shipped]


def test_impossible_values_are_told_in_words_and_a_collage_is_laid(open_page: Open, home: Path) -> None:
    page = open_page("generate")
    problem = page.locator(".d-toast.d-problem")
    say(page, "5000")
    page.locator(".g-go").click()
    expect(problem.last).to_contain_text("A sound of 5000 s was asked for; choose 0.1 to 1800 s.")
    say(page, "1")
    page.get_by_role("button", name="Collage").click()
    page.get_by_label("Order").select_option("template")
    page.get_by_label("Template").fill("A-B")
    page.get_by_label("Template").press("Tab")
    page.locator(".g-go").click()
    expect(problem.last).to_contain_text("one letter a part")
    page.get_by_label("Template").fill("AB")
    page.get_by_label("Template").press("Tab")
    generate(page)
    (take,) = api.takes(home=home)
    assert json.loads((take.folder / "recipe.json").read_text())["arrange"] == "AB"
    assert "close to a copy" in (page.locator(".g-here").text_content() or "")


def test_a_take_is_starred_sent_on_deleted_and_brought_back(open_page: Open, home: Path) -> None:
    page = open_page("generate")
    say(page, "0.5")
    generate(page)
    page.evaluate(TOGETHER, ["open", "export", "takes"])
    page.get_by_role("button", name="Star").click()
    expect(page.get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    take = api.take(1, home=home)
    assert take.record is not None
    assert take.record.starred
    page.get_by_role("button", name="Export: tiny-001").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete tiny-001").click()
    expect(page.locator("#generate article")).to_have_count(0)
    assert api.takes(home=home) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#generate article")).to_have_count(1)
    assert len(api.takes(home=home)) == 1
    page.get_by_role("button", name="Open in the DNA editor as sound B").click()
    expect(page.get_by_role("tab", name="DNA editor")).to_have_attribute("aria-selected", "true")
    page.wait_for_function("window.heard.some(([event]) => event === 'open')")
    heard = dict(page.evaluate("window.heard"))
    assert heard["export"]["source"] == {"take": 1}
    assert heard["open"] == {"slot": "B", "source": {"take": 1}, "title": "tiny-001"}


def test_a_model_without_a_prior_says_so_in_one_sentence(open_page: Open, home: Path) -> None:
    path = home / "models" / "tiny.distill"
    file = load(path, expected=expected_tensors)
    tensors = {name: tensor for name, tensor in file.tensors.items() if not name.startswith("prior.")}
    save(path, replace(file, tensors=tensors, prior={}))
    page = open_page("generate")
    expect(page.locator("#generate .d-empty").get_by_text("has no prior")).to_be_visible()
    expect(page.locator(".g-go")).to_be_hidden()


def test_all_of_it_works_by_keyboard_and_is_clean_by_axe(open_page: Open) -> None:
    page = open_page("generate", color_scheme="dark")
    page.locator("#g-seconds").fill("0.5")
    page.locator("#g-seconds").press("Enter")
    expect(page.locator("#generate article")).to_have_count(1)
    page.locator("summary", has_text="Steering").press("Enter")
    page.get_by_role("button", name="Tension").press("Enter")
    page.get_by_text("As numbers").press("Enter")
    page.get_by_role("button", name="Play tiny-001").press("Enter")
    found = Axe().run(page, context="#generate").response["violations"]
    assert not [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


def test_new_sound_goes_on_from_what_is_open_in_the_editor(
    open_page: Open, served: Running, home: Path, sounds: Path
) -> None:
    page = open_page("generate")
    say(page, "1")
    page.get_by_label("Begin from", exact=True).select_option("A")
    page.locator(".g-go").click()
    expect(page.locator(".d-toast.d-problem")).to_be_visible()
    served.studio.project.open_file("A", sounds / "pluck.wav", model="tiny")
    generate(page)
    (take,) = api.takes(home=home)
    begun = served.studio.project.codes("A").grid[0]
    assert (storage.load(take.codes).grid[0, :, : begun.shape[1]] == begun).all()
