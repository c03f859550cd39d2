"""One page that shows and plays what a demonstration made: ``index.html`` beside its sounds and pictures.

The page needs no network, no server and no framework: its style and its few lines of script
(``page.css`` and ``page.js`` in this folder) are written into it, sounds and pictures are named by
paths relative to it, so the whole folder can be moved or sent. Without script every player is there
still. Everything that comes from outside is escaped. Drawing the pictures is
:mod:`distill.pictures`' work, running the demonstration that of its caller.
"""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from distill.codes.level_names import level_name
from distill.demo.exhibits import DemoPage, Edit, Ladder, NewSound, NextStep, Picture, Sound, Swap
from distill.progress import LevelHealth
from distill.replacing import replacing

__all__ = ["DemoPage", "Edit", "Ladder", "NewSound", "NextStep", "Picture", "Sound", "Swap", "write_page"]


def write_page(folder: Path, page: DemoPage) -> Path:
    """Write the page into the folder that holds its sounds and pictures.

    Returns
    -------
    Path
        ``folder/index.html``, whole or as it was before.

    Raises
    ------
    NoSpace
        If the folder cannot be written.
    """
    for reference in _references(page):
        path = PurePosixPath(reference)
        assert not path.is_absolute(), reference
        assert ".." not in path.parts, reference
        assert (folder / path).is_file(), f"the page names {reference}, which is not in {folder}"
    target = folder / "index.html"
    with replacing(target) as file:
        file.write(_html(page).encode())
    return target


def _references(page: DemoPage) -> list[str]:
    """Every file that the page names."""
    swap = page.swap
    sounds = [*page.collection, swap.first, swap.second, swap.first_with_second, swap.second_with_first]
    sounds += [rung for ladder in page.ladders for rung in ladder.rungs]
    sounds += [sound for edit in page.edits for sound in (edit.before, edit.after)]
    sounds += [sound for new in page.new for sound in new.sounds]
    pictures = [sound.picture for sound in sounds] + [ladder.grid for ladder in page.ladders]
    return [sound.audio for sound in sounds] + [picture.file for picture in pictures if picture]


def _html(page: DemoPage) -> str:
    parts = (
        ("trained", "What was trained", "", _figures(page)),
        ("sounds", "The sounds", "What the model has learnt from.", _cards(page.collection)),
        ("levels", "Level by level", _LEVELS, "".join(map(_ladder, page.ladders, range(len(page.ladders))))),
        ("swap", "Structure swapped", _SWAP, _swap(page.swap)),
        ("edits", "Edited", _EDITS, "".join(map(_edit, page.edits))),
        ("new", "New sound", _NEW, "".join(map(_new, page.new))),
        ("health", "Codebook health", _HEALTH, _health(page.health)),
        ("next", "What to try next", "", _next_steps(page.next_steps)),
    )
    links = "".join(f'<li><a href="#{anchor}">{heading}</a></li>' for anchor, heading, _, _ in parts)
    sections = "\n".join(
        f'<section aria-labelledby="{anchor}"><h2 id="{anchor}">{heading}</h2>'
        + (f'<p class="lead">{lead}</p>' if lead else "")
        + f"\n{body}</section>"
        for anchor, heading, lead, body in parts
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{escape(page.title)}</title>
<style>
{_part("page.css")}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the sounds</a>
<header>
<p class="brand">Distill</p>
<h1>{escape(page.title)}</h1>
<p class="intro">{escape(page.intro)}</p>
<nav aria-label="On this page"><ul>{links}</ul></nav>
</header>
<main id="content">
{sections}
</main>
<footer><p>Made on this computer by Distill. Nothing was sent anywhere.</p></footer>
<script>
{_part("page.js")}</script>
</body>
</html>
"""


_LEVELS = (
    "Each sound becomes a grid of codes, a column every 21 ms and a row for each level. Level 1 alone keeps "
    "the structure; every further level adds timbre, then detail. Change the level while it plays."
)
_SWAP = (
    "Level 1 of one sound, all other levels of the other. Levels are entangled, so what comes out is neither "
    "of the two: that is the point."
)
_EDITS = (
    "The same codes, edited and decoded again: each line is what was written after <code>distill edit SOUND.codes --do</code>. "
    "Nothing here was done to samples."
)
_NEW = (
    "A small model of what follows what in these sounds draws new codes. It comes from the collection and must not be a copy of "
    "it, so what it has taken is measured each time, beside what real sounds that were held out share with the others."
)
_HEALTH = "How much of its vocabulary each level uses. Green: over 70 % of the entries. Red: under 30 %."


def _part(name: str) -> str:
    return files("distill.demo").joinpath(name).read_text(encoding="utf-8")


def _figures(page: DemoPage) -> str:
    pairs = (f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in page.figures)
    return f'<dl class="figures">{"".join(pairs)}</dl>'


def _image(picture: Picture | None) -> str:
    return f'<img src="{quote(picture.file)}" alt="{escape(picture.alt)}">' if picture else ""


def _player(sound: Sound, label: str) -> str:
    return (
        f'<audio controls preload="metadata" src="{quote(sound.audio)}" aria-label="{escape(label)}"></audio>'
    )


def _cards(sounds: tuple[Sound, ...], kind: str = "cards") -> str:
    cards = (
        f'<article class="card">{_image(sound.picture)}<h3>{escape(sound.title)}</h3>'
        + (f'<p class="note">{escape(sound.note)}</p>' if sound.note else "")
        + f"{_player(sound, sound.title)}</article>"
        for sound in sounds
    )
    return f'<div class="{kind}">{"".join(cards)}</div>'


def _ladder(ladder: Ladder, number: int) -> str:
    choices = "".join(
        f'<label><input type="radio" name="ladder-{number}" value="{index}"{" checked" * (index == 0)}>'
        f"{escape(rung.title)}</label>"
        for index, rung in enumerate(ladder.rungs)
    )
    rungs = "".join(
        f"<figure>{_image(rung.picture)}<figcaption><strong>{escape(rung.title)}</strong> {escape(rung.note)}"
        f"</figcaption>{_player(rung, f'{ladder.title}: {rung.title}')}</figure>"
        for rung in ladder.rungs
    )
    grid = ""
    if ladder.grid:
        caption = f"<figcaption>{escape(ladder.grid.caption)}</figcaption>" if ladder.grid.caption else ""
        grid = f'<figure class="grid">{_image(ladder.grid)}{caption}</figure>'
    return (
        f'<article class="ladder"><h3>{escape(ladder.title)}</h3>'
        f'<fieldset class="choice" hidden><legend>Listen to {escape(ladder.title)}</legend>{choices}</fieldset>'
        f'<div class="rungs">{rungs}</div>{grid}</article>\n'
    )


def _swap(swap: Swap) -> str:
    return _cards(
        (swap.first, swap.first_with_second, swap.second_with_first, swap.second), kind="cards pairs"
    )


def _edit(edit: Edit) -> str:
    return (
        f'<article class="edit"><pre tabindex="0"><code>{escape(edit.command)}</code></pre>'
        f'<p class="note">{escape(edit.note)}</p>{_cards((edit.before, edit.after), kind="cards pairs")}</article>\n'
    )


def _new(new: NewSound) -> str:
    told = "".join(f"<li>{escape(sentence)}</li>" for sentence in new.sentences)
    return (
        f'<article class="edit"><pre tabindex="0"><code>{escape(new.command)}</code></pre>'
        f'{_cards(new.sounds, kind="cards pairs")}<ul class="note">{told}</ul></article>\n'
    )


def _health(health: tuple[LevelHealth, ...]) -> str:
    marks = {"green": "●", "yellow": "▲", "red": "■"}  # shape and word say what the colour says
    rows = "".join(
        f'<tr><th scope="row">{level_name(record.level, len(health))} {record.level}</th>'
        f"<td>{100 * record.utilisation:.0f} %</td><td>{record.perplexity:.0f}</td><td>{record.dead}</td>"
        f'<td><span class="verdict {escape(record.verdict)}"><span aria-hidden="true">'
        f"{marks.get(record.verdict, '')}</span> {escape(record.verdict)}</span><br>{escape(record.sentence)}</td></tr>"
        for record in health
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Codebook health by level"><table><thead><tr>'
        '<th scope="col">Level</th><th scope="col">Entries used</th><th scope="col">Effectively in use</th>'
        f'<th scope="col">Never used</th><th scope="col">Verdict</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _next_steps(steps: tuple[NextStep, ...]) -> str:
    items = "".join(
        f"<li>{escape(step.text)}"
        + (f'<pre tabindex="0"><code>{escape(step.command)}</code></pre>' if step.command else "")
        + "</li>"
        for step in steps
    )
    return f"<ol>{items}</ol>"
