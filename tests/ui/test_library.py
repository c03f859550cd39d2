"""The library in a browser: models found, tagged, renamed, deleted, brought and given away."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from tests.ui.conftest import Open

from distill import api
from distill.library import catalog as catalog_module
from distill.library import model_entry
from distill.library.catalog import Catalog
from distill.ui import Running


def card(page: Page, name: str) -> Locator:
    heading = page.locator("h3", has_text=re.compile(f"^{re.escape(name)}$"))
    return page.locator("#library .model-card").filter(has=heading)


@pytest.fixture
def two(home: Path) -> None:
    """The models tiny and other, the second with a tag."""
    shutil.copy(home / "models" / "tiny.distill", home / "models" / "other.distill")
    api.tag_model("other", add=["glass"])


def test_a_card_tells_in_words_what_a_model_is(open_page: Open) -> None:
    page = open_page("library")
    expect(card(page, "tiny")).to_contain_text("✓ In use")
    expect(card(page, "tiny")).to_contain_text("3 sounds · 6.0 s · draft")
    expect(card(page, "tiny").locator("dt")).to_have_text(["Health", "Own sounds", "New sound"])
    expect(card(page, "tiny").get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("level 1 .* of 16 entries")
    )
    card(page, "tiny").get_by_role("button", name="Details of").click()
    details = page.get_by_role("dialog", name="tiny")
    expect(details).to_contain_text("3 levels of 16 entries")
    expect(details).to_contain_text("Fingerprint")


@pytest.mark.usefixtures("two")
def test_models_are_found_by_words_and_tags_and_taken_into_use(open_page: Open) -> None:
    page = open_page("library")
    expect(page.locator(".model-name")).to_have_count(2)
    page.get_by_role("button", name="glass").click()
    expect(page.locator(".model-name")).to_have_text(["other"])
    page.get_by_role("button", name="glass").click()
    page.get_by_label("Search the library").fill("GLASS")
    expect(page.locator(".model-name")).to_have_text(["other"])
    page.get_by_label("Search the library").fill("nothing of this")
    expect(page.locator("#library .d-empty")).to_contain_text("No model has all of this.")
    page.get_by_label("Search the library").fill("")
    in_use = api.current_model()
    rest = {"tiny": "other", "other": "tiny"}[in_use or ""]
    card(page, rest).get_by_role("button", name="Use").click()
    expect(card(page, rest)).to_contain_text("In use")
    expect(page.locator("#d-model")).to_have_value(rest)
    assert api.current_model() == rest


def test_name_tags_and_licence_are_changed_in_the_file(open_page: Open) -> None:
    api.choose_model("tiny")
    page = open_page("library")
    card(page, "tiny").get_by_role("button", name="Details of").click()
    details = page.get_by_role("dialog")
    details.get_by_label("Add a tag").fill("dark ambient")
    details.get_by_label("Add a tag").press("Enter")
    expect(details.get_by_role("button", name="Remove the tag dark ambient")).to_be_visible()
    details.get_by_label("Licence").fill("CC BY 4.0, Ada")
    details.get_by_label("Licence").press("Enter")
    expect(page.get_by_text("The licence note is kept")).to_be_visible()
    details.get_by_label("Name").fill("a/b")
    details.get_by_label("Name").press("Enter")
    expect(page.get_by_text("A model cannot be named 'a/b'")).to_be_visible()
    details.get_by_label("Name").fill("glass bells")
    details.get_by_label("Name").press("Enter")
    expect(page.get_by_role("dialog", name="glass bells")).to_be_visible()
    (entry,) = api.models()
    assert (entry.name, entry.tags) == ("glass bells", ("dark ambient",))
    assert "Licence: CC BY 4.0, Ada" in api.show("glass bells")[0]
    assert api.current_model() == "glass bells"
    details.get_by_role("button", name="Remove the tag").click()
    expect(details.get_by_role("group", name="Tags")).to_contain_text("none")
    page.keyboard.press("Escape")
    expect(card(page, "glass bells")).to_be_visible()
    expect(page.locator("#d-model")).to_have_value("glass bells")
    assert api.models()[0].tags == ()


@pytest.mark.usefixtures("two")
def test_a_deleted_model_comes_back_under_another_name_if_its_own_is_taken(
    open_page: Open, home: Path
) -> None:
    page = open_page("library")
    card(page, "other").get_by_role("button", name="Delete").click()
    expect(card(page, "other")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card(page, "other")).to_have_count(1)
    card(page, "other").get_by_role("button", name="Delete").click()
    expect(card(page, "other")).to_have_count(0)
    shutil.copy(home / "models" / "tiny.distill", home / "models" / "other.distill")
    page.get_by_role("button", name="Deleted").click()
    bin = page.get_by_role("dialog", name="Deleted models")
    bin.get_by_label("Restore other under the name").fill("other again")
    bin.get_by_role("button", name="Restore other").click()
    expect(bin).to_contain_text("The bin is empty.")
    assert sorted(entry.name for entry in api.models()) == ["other", "other again", "tiny"]
    assert api.show("other again")[1]["tags"] == ["glass"]


def test_a_model_leaves_as_a_file_and_comes_back(open_page: Open, home: Path, tmp_path: Path) -> None:
    page = open_page("library", accept_downloads=True)
    with page.expect_download() as started:
        card(page, "tiny").get_by_role("button", name="Download").click()
    assert started.value.suggested_filename == "tiny.distill"
    started.value.save_as(tmp_path / "from a friend.distill")
    whole = (home / "models" / "tiny.distill").read_bytes()
    assert (tmp_path / "from a friend.distill").read_bytes() == whole
    page.get_by_label("A .distill file").set_input_files(tmp_path / "from a friend.distill")
    offer = page.get_by_role("dialog", name="Import a model")
    expect(offer.get_by_label("Call it")).to_have_value("from a friend")
    offer.get_by_label("Call it").fill("tiny")
    offer.get_by_role("button", name="Import").click()
    expect(offer.get_by_role("alert")).to_contain_text("There is already a model named 'tiny'")
    offer.get_by_label("Call it").fill("a friend's".replace("'", ""))
    offer.get_by_role("button", name="Import").click()
    expect(card(page, "a friends")).to_be_visible()
    assert (home / "models" / "a friends.distill").read_bytes() == whole


def test_what_is_no_model_is_refused_in_a_sentence_and_as_text(
    open_page: Open, home: Path, tmp_path: Path
) -> None:
    whole = (home / "models" / "tiny.distill").read_bytes()
    page = open_page("library")
    for name, content, said in (
        ("<img src=x>.distill", b"GIF89a", "'_img src=x_.distill' is not a model of Distill"),
        ("cut.distill", whole[:-100], "'cut.distill' is damaged"),
        ("old.distill", b"PK\x03\x04" + bytes(100), "This model was made by Distill 1.0"),
    ):
        page.get_by_label("A .distill file").set_input_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        )
        offer = page.get_by_role("dialog", name="Import a model")
        expect(offer.locator(".model-file")).to_contain_text(name)
        offer.get_by_label("Call it").fill("new")
        offer.get_by_role("button", name="Import").click()
        expect(offer.get_by_role("alert")).to_contain_text(said)
        page.keyboard.press("Escape")
    assert [entry.name for entry in api.models()] == ["tiny"]
    assert page.locator("img").count() == 0


def test_a_damaged_model_says_so_and_can_be_deleted(open_page: Open, home: Path) -> None:
    (home / "models" / "half.distill").write_bytes((home / "models" / "tiny.distill").read_bytes()[:5000])
    page = open_page("library")
    expect(card(page, "half")).to_contain_text("'half.distill' is damaged")
    card(page, "half").get_by_role("button", name="Delete").click()
    expect(card(page, "half")).to_have_count(0)
    assert [one.name for one in api.binned_models()] == ["half"]


def test_a_hostile_card_is_only_text(open_page: Open, home: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    api.tag_model("tiny", add=[evil])
    api.license_model("tiny", evil)
    page = open_page("library")
    expect(card(page, "tiny").locator(".model-chip")).to_have_text([evil])
    card(page, "tiny").get_by_role("button", name="Details of").click()
    expect(page.get_by_role("dialog").get_by_label("Licence")).to_have_value(evil)
    assert page.locator("img").count() == 0


def test_many_models_are_shown_page_by_page_and_read_once_for_all_pages(
    served: Running, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        (home / "models" / f"m {number:03}.distill").symlink_to(home / "models" / "tiny.distill")
    read: list[Path] = []

    def counted(path: Path) -> Any:
        read.append(path)
        return model_entry.described(path)

    monkeypatch.setattr(catalog_module, "described", counted)
    with httpx.Client(base_url=served.url, timeout=60) as client:
        client.get("/distill/library")  # the index is made once
        assert len(read) in (300, 301)  # the first model may be known from before
        read.clear()
        seen = []
        for start in range(0, 301, 100):
            told = client.get(
                "/distill/library", params={"start": start, "count": 100, "order": "name"}
            ).json()
            seen += [model["name"] for model in told["models"]]
        assert seen == [f"m {number:03}" for number in range(300)] + ["tiny"]
        assert read == []


def test_what_cannot_be_is_refused_in_a_sentence(served: Running, home: Path) -> None:
    shutil.copy(home / "models" / "tiny.distill", home / "secret.distill")
    cases: list[Any] = [
        ("rename", {"name": "nobody", "new": "x"}),
        ("rename", {"name": "tiny", "new": "../../evil"}),
        ("rename", {"name": "{home}/models/tiny.distill", "new": "CON"}),
        ("tag", {"name": "tiny", "add": ["a,b"]}),
        ("tag", {"name": "tiny", "remove": ["none"]}),
        ("licence", {"name": "tiny", "note": "x" * 501}),
        ("delete", {"name": "../models/tiny"}),
        ("deleted/restore", {"name": "tiny"}),
        ("export", {"name": "{home}/secret.distill"}),
        ("export", {"name": "../secret"}),
    ]
    for path, asked in cases:
        given = {
            key: value.format(home=home) if isinstance(value, str) else value for key, value in asked.items()
        }
        answer = httpx.post(f"{served.url}distill/library/{path}", json=given, timeout=60)
        assert answer.status_code == 400, answer.text
        assert answer.json()["error"]
        assert [entry.name for entry in api.models()] == ["tiny"]
        header = Catalog().header("tiny")
        assert header is not None
        assert header.tags == ()


def test_what_is_no_question_is_refused(served: Running) -> None:
    cases: list[Any] = [{}, {"name": 3}, {"name": ["tiny"]}, {"name": "x" * 2000}]
    for asked in cases:
        assert httpx.post(f"{served.url}distill/library/delete", json=asked, timeout=60).status_code == 422
        assert httpx.get(f"{served.url}distill/library?count=100000", timeout=60).status_code == 422


def test_an_import_that_never_ends_is_cut_off(
    served: Running, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("distill.ui.routes.library.LARGEST_FILE", 2**20)
    answer = httpx.post(
        f"{served.url}distill/library/import?file=..%2F..%2Fbig.distill", content=bytes(2**20 + 1), timeout=60
    )
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("'big.distill' is larger than 1 MiB")
