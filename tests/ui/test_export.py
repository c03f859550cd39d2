"""The export dialog: what comes of the settings is heard and measured, then written as it was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import Locator, Page, expect
from tests.output.test_sofa import write
from tests.ui.conftest import Open
from tests.ui.made_takes import ended, make_take

from distill import api
from distill.audio.files import read
from distill.audio.true_peak import true_peak_dbtp
from distill.ui import Running


@pytest.fixture(autouse=True)
def rain(home: Path, tmp_path: Path) -> None:
    """A take, rain (1)."""
    make_take(tmp_path, "rain", seconds=2.0)


@pytest.fixture
def client(served: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=60) as asking:
        yield asking


def opened(page: Page) -> Locator:
    page.get_by_role("button", name="Export “rain”").click()
    dialog = page.get_by_role("dialog", name="Export “rain”")
    expect(dialog.locator(".export-wave .d-wave")).to_be_visible()
    return dialog


def test_a_take_becomes_a_wav_of_24_bit_and_48_khz(open_page: Open, home: Path, tmp_path: Path) -> None:
    page = open_page("history")
    dialog = opened(page)
    expect(dialog.locator(".export-result")).to_contain_text(
        re.compile(r"2\.0 s · −[\d.]+ LUFS · true peak −[\d.]+ dBTP")
    )
    dialog.get_by_label("Title").fill("Rain, at last")
    dialog.get_by_role("button", name="Export", exact=True).click()
    target = home / "exports" / "Rain, at last.wav"
    expect(dialog.locator(".export-path")).to_have_text(str(target))
    about = soundfile.info(target)
    assert (about.samplerate, about.subtype, about.frames) == (48_000, "PCM_24", 96_000)
    sound = api.take(1).sound
    assert sound is not None
    exported, kept = read(target).samples, read(sound).samples
    np.testing.assert_allclose(exported, kept, atol=2**-23)
    assert true_peak_dbtp(exported) < -1
    with page.expect_download() as started:
        dialog.get_by_role("link", name="Download").click()
    started.value.save_as(tmp_path / "got.wav")
    assert (tmp_path / "got.wav").read_bytes() == target.read_bytes()
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog.locator(".export-path")).to_have_text(str(home / "exports" / "Rain, at last 2.wav"))


def test_settings_are_heard_before_they_are_written(open_page: Open, home: Path) -> None:
    page = open_page("history")
    dialog = opened(page)
    dialog.get_by_label("Format").select_option("flac")
    dialog.get_by_label("Sample rate").select_option("96000")
    dialog.get_by_label("Bit depth").select_option("16")
    dialog.get_by_label("Loudness", exact=True).select_option("-23")
    dialog.get_by_label("Where").select_option("stereo")
    dialog.get_by_label("Position").fill("-0.5")
    expect(dialog.get_by_text("50 % left")).to_be_visible()
    expect(dialog.locator(".export-result")).to_contain_text(re.compile(r"−23\.[01] LUFS"))
    dialog.locator(".export-wave .d-wave").press("Enter")
    expect(dialog.locator(".export-wave .d-playing")).to_be_visible()
    assert not (home / "exports").exists()
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog.locator(".export-path")).to_be_visible()
    about = soundfile.info(home / "exports" / "rain.flac")
    assert (about.samplerate, about.subtype, about.channels) == (96_000, "PCM_16", 2)
    left, right = read(home / "exports" / "rain.flac").samples
    assert np.abs(left).mean() > 1.5 * np.abs(right).mean()


def test_impossible_values_are_told_in_words(open_page: Open, home: Path) -> None:
    page = open_page("history")
    dialog = opened(page)
    problem = dialog.get_by_role("alert")
    dialog.get_by_label("Fade in").fill("60")
    expect(problem).to_contain_text("fade")
    dialog.get_by_label("Fade in").fill("0")
    dialog.get_by_label("Loudness", exact=True).select_option("own")
    dialog.get_by_label("Loudness in LUFS").fill("20")
    expect(problem).to_contain_text(re.compile("20 LUFS.*choose"))
    dialog.get_by_label("Loudness", exact=True).select_option("")
    dialog.get_by_label("Length").select_option("bars")
    dialog.get_by_label("Beats a minute").fill("5")
    expect(problem).to_contain_text("A tempo of 5 beats a minute was given")
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(problem).to_contain_text("A tempo of 5 beats a minute was given")
    dialog.get_by_label("Length").select_option("auto")
    expect(problem).to_have_text("")
    expect(dialog.locator(".export-notes")).to_contain_text("The loop has")
    assert not list((home / "exports").glob("*"))


def test_presets_fill_the_fields_and_are_kept(open_page: Open, home: Path) -> None:
    page = open_page("history")
    dialog = opened(page)
    dialog.get_by_label("Preset", exact=True).select_option("cd")
    expect(dialog.get_by_label("Sample rate")).to_have_value("44100")
    expect(dialog.get_by_label("Bit depth")).to_have_value("16")
    dialog.get_by_label("Preset", exact=True).select_option("orbit")
    expect(dialog.get_by_label("It moves")).to_be_checked()
    dialog.get_by_role("button", name="Keep as a preset").click()
    dialog.get_by_label("Name of the preset").fill("around")
    dialog.get_by_label("Name of the preset").press("Enter")
    expect(dialog.get_by_label("Preset", exact=True)).to_have_value("around")
    kept = api.preset("around").settings
    assert kept == {
        "format": "wav", "rate": 44_100, "depth": 16, "spatial": "binaural:path=0:0:0:1.5;320:14400:0:1.5",
    }  # fmt: skip
    page.keyboard.press("Escape")
    dialog = opened(page)
    delete = dialog.get_by_role("button", name="Delete this preset")
    expect(delete).to_be_disabled()
    dialog.get_by_label("Preset", exact=True).select_option("around")
    expect(dialog.get_by_label("Where")).to_have_value("binaural")
    delete.click()
    expect(dialog.get_by_label("Preset", exact=True)).to_have_value("")
    assert "around" not in [preset.name for preset in api.presets(home=home)]
    dialog.get_by_label("Preset", exact=True).select_option("cd")  # comes with Distill
    expect(delete).to_be_disabled()


def test_a_sound_of_the_page_is_exported_from_anywhere(open_page: Open, served: Running, home: Path) -> None:
    sound = api.take(1).sound
    assert sound is not None
    address = served.studio.media.put(sound)
    page = open_page("library")
    page.evaluate(
        """async (media) => {
            const { say } = await import('/distill/static/base/talk.js');
            say('export', { source: { media }, title: '<b>from the page</b>' });
        }""",
        address,
    )
    dialog = page.get_by_role("dialog", name="Export “<b>from the page</b>”")
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog.locator(".export-path")).to_have_text(str(home / "exports" / "_b_from the page__b_.wav"))


def test_by_keyboard_alone(open_page: Open, home: Path) -> None:
    page = open_page("history")
    page.locator(".take").get_by_role("button", name="Export “rain”").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Format")).to_be_focused()
    page.keyboard.press("f")
    expect(page.get_by_label("Format")).to_have_value("flac")
    export = page.get_by_role("dialog").get_by_role("button", name="Export", exact=True)
    for _ in range(20):
        if export.evaluate("(button) => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".export-path")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert (home / "exports" / "rain.flac").is_file()


def test_what_is_open_in_the_editor_is_exported_under_its_title(
    client: httpx.Client, served: Running, home: Path, sounds: Path
) -> None:
    served.studio.project.open_file("B", sounds / "pluck.wav", model="tiny", title="plu/ck: <1>")
    job = ended(client, "/distill/export", {"source": {"slot": "B"}})
    assert job["state"] == "done", job["error"]
    (made,) = (home / "exports").glob("*.wav")
    assert made.name == "plu_ck_ _1_.wav"
    assert soundfile.info(made).frames == 96_000


def test_what_cannot_be_exported_is_a_sentence(client: httpx.Client, home: Path) -> None:
    cases: list[Any] = [
        ({"source": {"slot": "A"}}, "there is no sound in A any more; open one first"),
        ({"source": {"take": 99}}, "there is no take '99'"),
        ({"source": {"media": "/etc/passwd"}}, "this sound is not there any more"),
        ({"source": {"take": 1}, "settings": {"rate": 12345}}, "a rate of 12345 Hz"),
        ({"source": {"take": 1}, "settings": {"format": "flac", "depth": 32}}, "a depth of 32 bits"),
        (
            {"source": {"take": 1}, "settings": {"space": {"kind": "stereo", "position": 7}}},
            "a position of 7",
        ),
        (
            {"source": {"take": 1}, "settings": {"space": {"kind": "binaural", "head": "../x"}}},
            "there is no measured head '../x'",
        ),
        ({"source": {"take": 1}, "settings": {"loop": {"bars": 4}}}, "a length in bars needs a tempo"),
    ]
    for asked, said in cases:
        for path in ("/distill/export/preview", "/distill/export"):
            job = ended(client, path, asked)
            assert (job["state"], job["error"][: len(said)]) == ("failed", said)
        assert not list((home / "exports").glob("*"))


def test_what_is_no_question_is_refused(client: httpx.Client) -> None:
    cases: list[Any] = [
        {},
        {"source": {}},
        {"source": {"take": 1, "slot": "A"}},
        {"source": {"take": "<b>"}},
        {"source": {"take": 1}, "settings": {"format": "exe"}},
        {"source": {"take": 1}, "settings": {"loudness": 1e300}},
        {"source": {"take": 1}, "title": "x" * 301},
        {"source": {"take": 1}, "settings": {"space": {"kind": "binaural", "places": [{}] * 1001}}},
    ]
    for asked in cases:
        assert client.post("/distill/export", json=asked).status_code == 422


def test_a_head_that_is_none_is_refused_and_no_path_is_taken_for_one(
    client: httpx.Client, home: Path
) -> None:
    answer = client.post("/distill/export/heads?file=..%2F..%2Fmine.sofa", content=b"no head")
    assert answer.status_code == 400
    assert "'mine.sofa'" in answer.json()["error"]
    assert not (home / "heads").exists()
    kept = {"name": "x", "kind": "space", "settings": {"space": {"kind": "binaural", "head": "/etc/passwd"}}}
    assert "there is no measured head" in client.post("/distill/export/presets", json=kept).json()["error"]


def test_presets_of_strangers_that_cannot_be_read_are_left_out(client: httpx.Client, home: Path) -> None:
    (home / "presets").mkdir()
    (home / "presets" / "odd.json").write_text(
        '{"distill_preset": 1, "kind": "space", "about": "", "settings": {"spatial": "sideways"}}'
    )
    names = [preset["name"] for preset in client.get("/distill/export").json()["presets"]]
    assert "cd" in names
    assert "odd" not in names


def test_an_added_head_is_chosen_and_kept_in_a_preset(open_page: Open, home: Path, tmp_path: Path) -> None:
    sofa = write(tmp_path / "mine.sofa")
    page = open_page("history")
    dialog = opened(page)
    dialog.get_by_label("Where").select_option("binaural")
    dialog.get_by_label("A SOFA file").set_input_files(sofa)
    expect(dialog.get_by_label("Head")).to_have_value("mine")
    dialog.get_by_role("button", name="Export", exact=True).click()
    expect(dialog.locator(".export-path")).to_be_visible()
    assert soundfile.info(home / "exports" / "rain.wav").channels == 2
    dialog.get_by_role("button", name="Keep as a preset").click()
    dialog.get_by_label("Name of the preset").fill("my head")
    dialog.get_by_label("What is kept").select_option("space")
    dialog.get_by_label("Name of the preset").press("Enter")
    expect(dialog.get_by_label("Preset", exact=True)).to_have_value("my head")
    assert api.preset("my head").settings == {"spatial": f"binaural:sofa={home}/heads/mine.sofa"}
