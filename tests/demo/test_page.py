"""The page is well-formed, names only files that are there, can be heard without seeing, and escapes all text."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlparse

import numpy as np
import pytest

from distill.audio.clip import Clip
from distill.audio.writing import write_wav
from distill.demo.page import DemoPage, Edit, Ladder, NewSound, NextStep, Picture, Sound, Swap, write_page
from distill.errors import NoSpace
from distill.pictures import thumbnail
from distill.progress import LevelHealth

VOID = {"meta", "link", "img", "input", "br"}
HOSTILE = "<script>alert(1)</script> \"quoted\" & 'so' </title>"


class Reader(HTMLParser):
    """Collect elements and check that every one that is opened is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing at {self.getpos()}"

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def _read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture
def page(tmp_path: Path) -> DemoPage:
    clip = Clip(np.sin(np.arange(4800) / 20, dtype=np.float32)[None])
    (tmp_path / "sounds").mkdir()

    def sound(name: str) -> Sound:
        write_wav(tmp_path / "sounds" / f"{name}.wav", clip)
        thumbnail(clip, tmp_path / f"{name}.png")
        return Sound(
            name, f"sounds/{name}.wav", f"how {name} sounds", Picture(f"{name}.png", f"spectrogram of {name}")
        )

    thumbnail(clip, tmp_path / "codes.png")
    return DemoPage(
        title="A demonstration",
        intro="What was made.",
        figures=(("Training", "3 min 10 s"), ("Levels", "4")),
        collection=(sound("harp"), sound("50 % wind #1"), replace(sound("plain"), picture=None, note="")),
        ladders=(
            Ladder(
                "Harp",
                (sound("Original"), sound("Level 1"), sound("Levels 1 to 2")),
                Picture("codes.png", "its codes"),
            ),
            Ladder("Bell", (sound("Original bell"), sound("Level 1 of bell"))),
        ),
        swap=Swap(sound("a"), sound("b"), sound("a with b"), sound("b with a")),
        edits=(Edit("mirror from=1 to=2", "There and back.", sound("before"), sound("after")),),
        new=(NewSound("distill generate -o new.wav", (sound("new"),), ("3% <b>",)),),
        health=(
            LevelHealth(1, 0.81, 49.2, 5.6, 24, 0.1, 1.0, "green", "Level 1 uses most of its entries."),
            LevelHealth(2, 0.2, 9.0, 3.2, 102, 0.1, 1.0, "red", "Level 2 has collapsed."),
        ),
        next_steps=(
            NextStep("Train on your own sounds.", "distill train ~/sounds --name mine"),
            NextStep("Listen."),
        ),
    )


def test_every_file_the_page_names_is_there(tmp_path: Path, page: DemoPage) -> None:
    path = write_page(tmp_path, page)
    assert path == tmp_path / "index.html"
    reader = _read(path)
    named = [element["src"] for element in reader.all("img") + reader.all("audio")]
    assert len(named) == 30
    for reference in named:
        assert reference is not None
        assert not urlparse(reference).scheme
        assert (tmp_path / unquote(reference)).is_file(), reference


def test_the_page_asks_nothing_of_the_network(tmp_path: Path, page: DemoPage) -> None:
    text = write_page(tmp_path, page).read_text(encoding="utf-8")
    assert "http" not in text
    assert "url(" not in text
    assert "@import" not in text
    assert all("src" not in script for script in _read(tmp_path / "index.html").all("script"))


def test_the_page_can_be_used_without_seeing_it(tmp_path: Path, page: DemoPage) -> None:
    reader = _read(write_page(tmp_path, page))
    assert reader.all("html")[0]["lang"] == "en"
    assert all(image["alt"] for image in reader.all("img"))
    assert all(player["aria-label"] and "controls" in player for player in reader.all("audio"))
    ladder_labels = [player["aria-label"] for player in reader.all("audio")][3:8]
    assert ladder_labels[:2] == ["Harp: Original", "Harp: Level 1"]
    assert len(reader.all("legend")) == len(reader.all("fieldset")) == 2
    assert len(reader.all("h1")) == len(reader.all("main")) == 1
    headings = [int(tag[1]) for tag, _ in reader.elements if tag in {"h1", "h2", "h3", "h4"}]
    assert all(after - before <= 1 for before, after in pairwise(headings))
    targets = {link["href"] for link in reader.all("a")}
    anchors = {f"#{attributes['id']}" for _, attributes in reader.elements if "id" in attributes}
    assert targets <= anchors
    assert len(anchors) == sum("id" in attributes for _, attributes in reader.elements)


def test_each_ladder_offers_its_rungs_and_starts_with_the_original(tmp_path: Path, page: DemoPage) -> None:
    radios = _read(write_page(tmp_path, page)).all("input")
    assert [radio["value"] for radio in radios] == ["0", "1", "2", "0", "1"]
    assert len({radio["name"] for radio in radios}) == 2
    assert [radio["value"] for radio in radios if "checked" in radio] == ["0", "0"]


def test_what_was_trained_and_its_health_are_told_in_words(tmp_path: Path, page: DemoPage) -> None:
    text = _read(write_page(tmp_path, page)).text
    for words in (
        "3 min 10 s",
        "Structure 1",
        "81 %",
        "49",
        "Level 2 has collapsed.",
        "red",
        "distill train ~/sounds",
        "distill generate -o new.wav",
        "3% <b>",
    ):
        assert words in text


def test_hostile_text_is_shown_and_not_obeyed(tmp_path: Path, page: DemoPage) -> None:
    harp = replace(
        page.collection[0], title=HOSTILE, note=HOSTILE, picture=Picture("harp.png", HOSTILE, HOSTILE)
    )
    health = replace(page.health[0], verdict=HOSTILE, sentence=HOSTILE)
    hostile = replace(
        page,
        title=HOSTILE,
        intro=HOSTILE,
        figures=((HOSTILE, HOSTILE),),
        collection=(harp,),
        ladders=(Ladder(HOSTILE, (harp,), Picture("codes.png", HOSTILE, HOSTILE)),),
        swap=Swap(harp, harp, harp, harp),
        edits=(Edit("mirror", "", harp, harp),),
        new=(NewSound("generate", (harp,), ()),),
        health=(health,),
        next_steps=(NextStep(HOSTILE, HOSTILE),),
    )
    reader = _read(write_page(tmp_path, hostile))
    assert len(reader.all("script")) == 1
    assert reader.text.count(HOSTILE) > 15
    assert reader.all("img")[0]["alt"] == HOSTILE
    assert reader.all("audio")[0]["aria-label"] == HOSTILE


def test_words_stand_out_from_their_ground(tmp_path: Path, page: DemoPage) -> None:
    """WCAG 2.1 AA: at least 4.5 to 1 for text."""
    style = write_page(tmp_path, page).read_text(encoding="utf-8").split("<style>")[1]
    colours = dict(
        line.strip().removeprefix("--").rstrip(";").split(": ")
        for line in style.split("}")[0].splitlines()
        if "--" in line
    )
    for words in ("ink", "soft", "accent", "green", "yellow", "red"):
        for ground in ("paper", "card"):
            assert _contrast(colours[words], colours[ground]) >= 4.5, (words, ground)


def _contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("reference", ["nowhere.wav", "/etc/hostname", "../outside.wav"])
def test_a_file_that_is_not_beside_the_page_is_our_own_mistake(
    tmp_path: Path, page: DemoPage, reference: str
) -> None:
    wrong = replace(page, collection=(Sound("x", reference),))
    with pytest.raises(AssertionError):
        write_page(tmp_path, wrong)
    assert not (tmp_path / "index.html").exists()


def test_a_page_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path, page: DemoPage) -> None:
    (tmp_path / "index.html").mkdir()
    with pytest.raises(NoSpace) as caught:
        write_page(tmp_path, page)
    assert str(caught.value) == (
        f"could not write 'index.html' in {str(tmp_path)!r}: is a directory; "
        "nothing was changed there, so make room or choose another folder and try again."
    )
    assert not list(tmp_path.glob(".*"))
