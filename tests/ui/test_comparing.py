"""Two takes heard in turn; blind, with nothing on the page that tells which is which."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, Response, expect
from tests.ui.conftest import Open
from tests.ui.made_takes import ended, make_take

from distill import api
from distill.audio.files import read
from distill.audio.loudness import loudness_of
from distill.ui import Running


@pytest.fixture(autouse=True)
def pair(home: Path, tmp_path: Path) -> None:
    """Takes rain (1) and surf (2), one louder and longer than the other."""
    make_take(tmp_path, "rain", seconds=2.0, gain=0.2, seed=1)
    make_take(tmp_path, "surf", seconds=1.0, gain=0.7, seed=2)


def chosen(page: Page, button: str) -> None:
    for number in (1, 2):
        page.locator(f".take[data-take='{number}']").get_by_role("checkbox").check()
    page.get_by_role("button", name=button, exact=True).click()


def test_switching_goes_on_at_the_same_place(open_page: Open) -> None:
    page = open_page("history")
    chosen(page, "Compare")
    dialog = page.get_by_role("dialog", name="Compare two takes")
    expect(dialog).to_contain_text("surf (take 2) was ")
    expect(dialog).to_contain_text(" dB louder than rain (take 1)")
    a, b = dialog.get_by_role("button", name="A rain"), dialog.get_by_role("button", name="B surf")
    expect(a).to_be_focused()
    page.keyboard.press("a")
    expect(a).to_have_attribute("aria-pressed", "true")
    place = dialog.get_by_label("Position")
    page.wait_for_function("document.querySelector('.compare input[type=range]').value > 0.3")
    before = float(place.input_value())
    page.keyboard.press("b")
    expect(b).to_have_attribute("aria-pressed", "true")
    expect(a).to_have_attribute("aria-pressed", "false")
    assert float(place.input_value()) >= before
    page.keyboard.press("Enter")  # on the one that is heard: it pauses
    expect(b).to_have_attribute("aria-pressed", "false")
    place.fill("0.5")
    expect(dialog.locator(".compare-clock")).to_have_text("1.0 s")
    place.press("Space")
    expect(b).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_nothing_tells_x_from_y_before_the_vote(open_page: Open) -> None:
    page = open_page("history")
    answers: list[tuple[str, dict[str, str], str]] = []

    def note(answer: Response) -> None:
        if "/distill/" in answer.url and "/static/" not in answer.url:
            kind = answer.headers.get("content-type", "")
            answers.append((answer.url, answer.headers, answer.text() if "json" in kind else ""))

    chosen(page, "Compare")
    expect(page.get_by_role("button", name="A rain")).to_be_focused()  # all of it is loaded
    page.keyboard.press("Escape")
    page.on("response", note)
    chosen(page, "Compare blind")
    dialog = page.get_by_role("dialog", name="Blind comparison")
    expect(dialog.get_by_role("button", name="X is better")).to_be_visible()
    page.keyboard.press("x")
    page.keyboard.press("y")
    page.remove_listener("response", note)
    sides = dialog.locator(".compare-side").all_inner_texts()
    assert [side.split() for side in sides] == [["X", "Hear", "it"], ["Y", "Hear", "it"]]
    sounds = [(url, headers) for url, headers, _ in answers if "/media/" in url]
    assert len(sounds) == 2
    for _, headers in sounds:
        assert headers["content-disposition"] in (
            'inline; filename="blind-1-X.wav"',
            'inline; filename="blind-1-Y.wav"',
        )
    told = [json.loads(text) for url, _, text in answers if "/jobs/" in url][-1]["result"]
    assert set(told) == {"number", "takes", "sounds", "loudness", "unit", "difference"}
    assert told["takes"] is None
    assert {url[url.index("/distill/") :] for url, _ in sounds} == set(told["sounds"])
    kept = page.evaluate("fetch('/distill/takes/votes').then((answer) => answer.json())")["comparisons"][0]
    assert (kept["x"], kept["y"], kept["seed"], kept["winner"]) == (None, None, None, None)
    dialog.get_by_label("Why").fill("more air")
    dialog.get_by_role("button", name="Y is better").click()
    expect(dialog).to_contain_text("You preferred ")
    (one,), wins, _ = api.votes()
    names = {1: "rain (take 1)", 2: "surf (take 2)"}
    expect(dialog).to_contain_text(
        f"You preferred {names[one.y]}: X was {names[one.x]}, Y was {names[one.y]}."
    )
    assert (one.vote, one.note, wins[one.y]) == ("Y", "more air", (1, 1))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Votes").click()
    expect(page.get_by_role("dialog", name="Blind comparisons")).to_contain_text("more air")


def test_both_files_are_equally_loud_and_drawn_in_both_orders(served: Running) -> None:
    orders = set()
    with httpx.Client(base_url=served.url, timeout=60) as client:
        for _ in range(12):
            job = ended(client, "/distill/takes/compare", {"a": 1, "b": 2, "blind": True})
            sounds = [client.get(sound).content for sound in job["result"]["sounds"]]
            vote = client.post(f"/distill/takes/votes/{job['result']['number']}", json={"choice": "neither"})
            orders.add((vote.json()["x"], len(sounds[0]) > len(sounds[1])))
            if len(orders) == 2:
                break
        assert orders == {(1, True), (2, False)}
        made = ended(client, "/distill/takes/compare", {"a": 1, "b": 2})["result"]
        paths = [served.studio.media.path(sound.rpartition("/")[2]) for sound in made["sounds"]]
        heard = [loudness_of([read(path).samples]).value for path in paths]
        assert heard[0] == pytest.approx(heard[1], abs=0.1)
        assert heard[0] == pytest.approx(made["loudness"], abs=0.1)
        assert made["difference"] < -3


def test_what_cannot_be_compared_or_voted_is_a_sentence(served: Running) -> None:
    with httpx.Client(base_url=served.url, timeout=60) as client:
        assert ended(client, "/distill/takes/compare", {"a": 1, "b": 1})["error"].startswith(
            "take 1 was given twice"
        )
        for asked in ({"a": 1, "b": 9}, {"a": -1, "b": 2}):
            answer = client.post("/distill/takes/compare", json=asked)
            assert (answer.status_code, "there is no take" in answer.json()["error"]) == (400, True)
        for wrong in ({"a": "rain", "b": 2}, {"a": 1}, {"a": 1, "b": 2, "blind": "perhaps"}):
            assert client.post("/distill/takes/compare", json=wrong).status_code == 422
        assert client.post("/distill/takes/votes/1", json={"choice": "Z"}).status_code == 422
        answer = client.post("/distill/takes/votes/7", json={"choice": "X"})
        assert (answer.status_code, "there is no comparison 7" in answer.json()["error"]) == (400, True)
