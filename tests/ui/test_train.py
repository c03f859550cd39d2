from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from tests.api.test_detached import until, until_step
from tests.api.tiny_trainer import tiny_trainer
from tests.signals import mixture, pluck
from tests.ui.conftest import Open
from tests.ui.quick_trainer import quick_trainer
from tests.ui.test_access import _faults as axe_faults

from distill import api
from distill.audio.clip import Clip
from distill.audio.writing import write_wav

if TYPE_CHECKING:
    from distill.ui import Running

SLOWLY = 0.15  # seconds a step: time to press a button


@pytest.fixture
def served(served: Running) -> Iterator[Running]:
    """The page, with a trainer that is done in seconds, and ended with the test."""
    with quick_trainer(served):
        yield served


@pytest.fixture
def dropped(tmp_path: Path) -> Path:
    """Two good sounds, one of them with a hostile name, and four that are none."""
    folder = tmp_path / "my bells"
    write_wav(folder / "pluck.wav", Clip(pluck(96_000, hz=220.0)))
    write_wav(folder / "<img src=x onerror=alert(1)>.wav", Clip(mixture(96_000, seed=1)))
    write_wav(folder / "silent.wav", Clip(pluck(48_000, hz=220.0) * 0))
    (folder / "text.wav").write_text("no sound at all")
    (folder / "empty.wav").write_bytes(b"")
    (folder / "notes.txt").write_text("to be mixed")
    return folder


def bring(page: Page, path: Path) -> None:
    page.get_by_label("or a path on this machine").fill(str(path))
    page.get_by_role("button", name="Add", exact=True).click()


def brought(open_page: Open, sounds: Path) -> Page:
    """A page whose list holds the three sounds, and does not move any more."""
    page = open_page("train")
    bring(page, sounds)
    expect(page.locator("#train tbody tr", has_text="Used")).to_have_count(3)
    return page


def ready(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=f"The model “{name}” is ready")).to_be_visible()


def test_a_first_time_user_goes_from_dropped_files_to_a_model_of_their_own(
    home: Path, served: Running, open_page: Open, dropped: Path
) -> None:
    (home / "models" / "tiny.distill").unlink()
    page = open_page("train")
    expect(page.get_by_role("heading", name="Bring 5 to 500 of your own sounds")).to_be_visible()
    expect(page.get_by_role("button", name="Try the built-in collection")).to_be_visible()
    page.locator("#train input[type=file]").first.set_input_files(sorted(dropped.iterdir()))
    expect(page.locator("#train tbody tr")).to_have_count(6)
    expect(page.locator("#train tbody tr", has_text="✓")).to_have_count(2)
    for name, why in {
        "silent.wav": "silent", "text.wav": "sound", "empty.wav": "empty", "notes.txt": "sound",
    }.items():  # fmt: skip
        expect(page.locator("#train tbody tr", has_text=name)).to_contain_text("Skipped")
        expect(page.locator("#train tbody tr", has_text=name)).to_contain_text(why)
    expect(page.get_by_text("2 sounds, 4 s, will be used; 4 skipped.")).to_be_visible()
    assert page.locator("#train tbody img").count() == 0
    kept = {path.name for path in (home / "collections").rglob("*.wav")}
    assert "_img src=x onerror=alert(1)_.wav" in kept

    page.get_by_label("Name", exact=True).fill("bells")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", name="Training “bells”")).to_be_visible()
    page.reload()  # it goes on without the page
    page.wait_for_selector("#train .train-run:not([hidden])")
    ready(page, "bells")
    expect(page.locator("#d-model")).to_have_value("bells")
    expect(page.locator("#train .train-health li")).to_have_count(3)
    expect(page.get_by_role("img", name="Distance from the originals after 10 steps")).to_be_visible()
    expect(page.get_by_role("button", name="Play sound 1, from its codes").first).to_be_visible()
    assert [entry.name for entry in api.models(home=home)] == ["bells"]
    assert api.open_model("bells", home=home).codec.config.num_levels == 3
    page.get_by_role("button", name="Open in the DNA editor").click()
    expect(page.locator("#tab-dna-button")).to_have_attribute("aria-selected", "true")
    page.locator("#tab-train-button").click()
    page.get_by_role("button", name="Make new sound").click()
    expect(page.locator("#tab-generate-button")).to_have_attribute("aria-selected", "true")


def _drop(page: Page, *paths: Path) -> None:
    """Let files and folders of this machine fall on the page, as the system's file manager does: on its lower edge, far below the zone."""
    session = page.context.new_cdp_session(page)
    given = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "data": given, "x": 640, "y": 780})
    session.detach()


def test_a_dropped_folder_is_walked_through_and_names_the_collection(
    home: Path, served: Running, open_page: Open, dropped: Path
) -> None:
    (dropped / "old" / "deep").mkdir(parents=True)
    write_wav(dropped / "old" / "deep" / "pluck.wav", Clip(pluck(96_000, hz=330.0)))
    page = open_page("train")
    _drop(page, dropped)
    expect(page.locator("#train tbody tr", has_text="✓")).to_have_count(3)
    assert (home / "collections" / "my bells" / "old" / "deep" / "pluck.wav").is_file()


def test_several_dropped_folders_and_files_lose_none_of_the_same_name(
    home: Path, served: Running, open_page: Open, dropped: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    write_wav(other / "pluck.wav", Clip(pluck(96_000, hz=330.0)))
    write_wav(tmp_path / "pluck.wav", Clip(pluck(96_000, hz=440.0)))
    page = open_page("train")
    _drop(page, dropped, other, tmp_path / "pluck.wav")
    expect(page.locator("#train tbody tr", has_text="✓")).to_have_count(4)
    assert len(list((home / "collections").rglob("pluck.wav"))) == 3


def test_a_training_is_paused_stopped_and_goes_on(
    home: Path, served: Running, open_page: Open, sounds: Path
) -> None:
    served.studio.training.program = tiny_trainer(SLOWLY, steps=24)
    page = open_page("train")
    bring(page, sounds)
    page.get_by_label("Name", exact=True).fill("mine")
    page.get_by_role("button", name="Start training").click()
    until_step(served.studio.training, 2)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("heading", name="“mine” is paused")).to_be_visible()
    until(lambda: any(text.startswith("Paused") for text in served.studio.training.story().messages))
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Stop and save").click()
    expect(page.get_by_role("heading", name="“mine” was stopped")).to_be_visible()
    assert [(known.name, known.finished) for known in api.trainings(home=home)] == [("mine", False)]
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Go on with mine").click()
    expect(page.get_by_role("heading", name="Training “mine”")).to_be_visible()
    assert served.studio.training.asked()["resume"] is True


def test_a_training_that_was_killed_is_shown_and_goes_on(
    home: Path, served: Running, open_page: Open, sounds: Path
) -> None:
    training = served.studio.training
    training.program = tiny_trainer(SLOWLY, steps=24)
    training.start([sounds], name="mine", device="cpu")
    until_step(training, 4)
    training.kill()
    until(lambda: not training.record.held())
    page = open_page("train")
    expect(page.get_by_role("heading", name="“mine” was interrupted")).to_be_visible()
    page.get_by_role("button", name="Go on", exact=True).click()
    expect(page.get_by_role("heading", name="Training “mine”")).to_be_visible()
    assert training.asked()["resume"] is True


def test_two_windows_show_the_same_list_and_the_same_training(
    served: Running, open_page: Open, sounds: Path
) -> None:
    served.studio.training.program = tiny_trainer(SLOWLY, steps=24)
    page = open_page("train")
    bring(page, sounds)
    expect(page.locator("#train tbody tr")).to_have_count(4)
    other = open_page("train")
    expect(other.locator("#train tbody tr")).to_have_count(4)
    page.get_by_label("Name", exact=True).fill("mine")
    page.get_by_role("button", name="Start training").click()
    expect(other.get_by_role("heading", name="Training “mine”", exact=True)).to_be_visible()
    other.get_by_role("button", name="Stop and save").click()
    expect(page.get_by_role("heading", name="“mine” was stopped")).to_be_visible()


def test_sounds_are_left_out_and_trimmed_by_keyboard_alone(
    served: Running, open_page: Open, sounds: Path
) -> None:
    page = open_page("train")
    page.get_by_label("or a path on this machine").focus()
    page.keyboard.type(str(sounds))
    page.keyboard.press("Enter")
    expect(page.get_by_text("3 sounds, 6 s, will be used; 1 skipped.")).to_be_visible()
    with page.expect_response("**/distill/training/sounds/*?start=0") as heard:
        page.get_by_role("button", name="Play pluck.wav").focus()
        page.keyboard.press("Enter")
    assert heard.value.headers["content-type"] == "audio/wav"
    page.get_by_label("Use swell.wav").focus()
    page.keyboard.press("Space")
    expect(page.locator("#train tbody tr", has_text="swell.wav")).to_contain_text("Left out")
    page.get_by_role("button", name="Trim pluck.wav").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("slider", name="Start of the part")).to_be_focused()
    for key in ("PageUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.get_by_label("From (seconds)")).to_have_value("0.90")
    page.get_by_label("To (seconds)").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1.5")
    page.keyboard.press("Tab")
    assert not axe_faults(page)
    page.get_by_role("button", name="Use this part").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#train tbody tr", has_text="pluck.wav")).to_contain_text("0.6 s of 2.0 s")
    wish = served.studio.gathering.asked()
    assert wish["leave_out"] == [(sounds / "swell.wav").as_posix()]
    (part,) = wish["trim"].values()
    assert part == pytest.approx((0.9, 1.5))
    assert not axe_faults(page)


def test_a_path_that_does_not_exist_and_a_name_that_is_taken_are_told_in_words(
    served: Running, open_page: Open, dropped: Path
) -> None:
    page = open_page("train")
    bring(page, Path("/no/such/folder"))
    expect(page.get_by_text("There is no folder or file '/no/such/folder' on this machine")).to_be_visible()
    bring(page, dropped)  # read where it lies, so names come as they are
    expect(page.get_by_role("cell", name="<img src=x onerror=alert(1)>.wav").first).to_be_visible()
    assert page.locator("#train tbody img").count() == 0
    page.get_by_label("Name", exact=True).fill("Tiny")
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    page.get_by_label("Replace “tiny”").check()
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    page.reload()  # what was chosen is still there
    expect(page.get_by_label("Name", exact=True)).to_have_value("Tiny")
    assert served.studio.training.state() == "none"


def test_a_file_dropped_on_a_tab_that_takes_none_does_not_replace_the_page(open_page: Open) -> None:
    page = open_page("history")
    prevented = page.evaluate(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(['x'], 'dropped.wav', { type: 'audio/wav' }));
          const drag = (kind) => new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
          return ['dragover', 'drop'].map((kind) => !document.body.dispatchEvent(drag(kind)));
        }"""
    )
    assert prevented == [True, True]
    page.get_by_role("tab", name="Sounds & Train").click()
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    expect(page.locator("#train tbody tr")).to_have_count(0)


def test_dropping_files_anywhere_on_the_tab_brings_them(
    home: Path, served: Running, open_page: Open, sounds: Path
) -> None:
    page = open_page("train")
    content = (sounds / "pluck.wav").read_bytes()
    page.evaluate(
        """(bytes) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(bytes)], 'dropped.wav', { type: 'audio/wav' }));
          const area = document.querySelector('#train .d-panel');
          for (const kind of ['dragenter', 'dragover', 'drop']) area.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
        }""",
        list(content),
    )
    expect(page.locator("#train tbody tr", has_text="dropped.wav")).to_contain_text("Used")
    (kept,) = (home / "collections").rglob("dropped.wav")
    assert kept.read_bytes() == content


def test_more_choices_say_what_they_trade_and_are_sent(
    served: Running, open_page: Open, sounds: Path
) -> None:
    page = brought(open_page, sounds)
    page.get_by_text("More choices").click()
    expect(page.get_by_text("3 sounds, 6 seconds: 8 levels of")).to_be_visible()
    page.get_by_label("Entries a level").select_option("64")
    page.get_by_label("Levels", exact=True).select_option("4")
    expect(page.get_by_text("4 levels of 64 entries")).to_be_visible()
    page.get_by_label("What makes new sound").select_option("ngram")
    page.get_by_label("Pitch").uncheck()
    page.get_by_label("Minutes", exact=True).fill("2")
    page.get_by_label("Seed").fill("7")
    assert not axe_faults(page)
    page.get_by_label("Name", exact=True).fill("chosen")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("heading", name="Training “chosen”")).to_be_visible()
    asked = served.studio.training.asked()
    assert {key: asked[key] for key in ("codebook_size", "num_levels", "prior", "minutes", "seed")} == {
        "codebook_size": 64, "num_levels": 4, "prior": "ngram", "minutes": 2.0, "seed": 7,
    }  # fmt: skip
    assert asked["augmentation"] == {"pitch_share": 0.0}


def test_the_built_in_collection_is_trained_on_with_one_click(
    home: Path, served: Running, open_page: Open
) -> None:
    served.studio.training.program = tiny_trainer(SLOWLY, steps=400)
    (home / "models" / "tiny.distill").unlink()
    page = open_page("train")
    page.get_by_role("button", name="Try the built-in collection").click()
    expect(page.get_by_role("heading", name="Training “demo”")).to_be_visible()
    expect(page.locator("#train tbody tr")).to_have_count(12)
    assert served.studio.training.asked()["minutes"] == 3.0


def test_a_list_that_was_asked_for_before_a_choice_and_comes_after_it_does_not_undo_it(
    served: Running, open_page: Open, sounds: Path
) -> None:
    page = brought(open_page, sounds)
    expect(page.get_by_text("Listening to each sound")).to_be_hidden()
    late = []
    page.route("**/distill/training/sounds", lambda route: late.append((route, route.fetch())))
    bring(page, sounds)  # the same again: the list is looked through and fetched once more
    while not late:
        page.wait_for_timeout(50)
    page.get_by_label("Use swell.wav").click()
    expect(page.locator("#train tbody tr", has_text="swell.wav")).to_contain_text("Left out")
    for route, answer in late:
        route.fulfill(response=answer)
    expect(page.get_by_text("Looking for sounds")).to_be_hidden()
    # whatever was answered before is taken in by now
    page.evaluate("fetch('/distill/training').then((answer) => answer.text())")
    expect(page.locator("#train tbody tr", has_text="swell.wav")).to_contain_text("Left out")


def test_every_box_shows_whether_its_sound_is_used_whoever_ticked_it(
    served: Running, open_page: Open, sounds: Path
) -> None:
    page = brought(open_page, sounds)
    everything, swell = page.get_by_label("Use all sounds"), page.get_by_label("Use swell.wav")
    swell.click()
    expect(page.locator("#train tbody tr", has_text="Used")).to_have_count(2)
    assert everything.evaluate("box => box.indeterminate")
    everything.click()  # from some to none
    expect(page.locator("#train tbody tr", has_text="Used")).to_have_count(0)
    expect(swell).not_to_be_checked()
    everything.click()
    expect(page.locator("#train tbody tr", has_text="Used")).to_have_count(3)
    expect(swell).to_be_checked()
    assert not everything.evaluate("box => box.indeterminate")
