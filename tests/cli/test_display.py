from __future__ import annotations

import io
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from distill.cli import display as display_module
from distill.cli.display import Display, health_rows
from distill.progress import Progress

from .conftest import HEALTH


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def plain() -> tuple[Display, io.StringIO, Clock]:
    stream, clock = io.StringIO(), Clock()
    return Display(Console(file=stream, width=60), clock=clock), stream, clock


def drawn(display: Display) -> str:
    stream = io.StringIO()
    Console(file=stream, width=160).print(display.picture())
    return stream.getvalue()


def test_away_from_a_terminal_few_lines_are_written() -> None:
    display, stream, clock = plain()
    with display:
        for done in range(101):
            display(Progress("encode", done, 100, "steps", seconds_left=100.0 - done))
            clock.now += 0.3
    assert stream.getvalue().splitlines() == [
        "Encoding: 0 of 100 steps about 1 min 40 s left",
        "Encoding: 34 of 100 steps about 1 min 6 s left",
        "Encoding: 68 of 100 steps about 32 s left",
        "Encoding: 100 of 100 steps",
    ]


def test_every_sentence_and_preview_is_said_at_once_and_whole() -> None:
    display, stream, _ = plain()
    sentence = "Level 3 was dropped [almost empty]: " + "it is " * 20
    display(Progress("train", 1, 10, "steps"))
    display(Progress("train", 2, 10, "steps", message=sentence, previews=(Path("a.wav"), Path("a.png"))))
    assert stream.getvalue().splitlines()[1:] == [sentence, "Preview: a.wav", "Preview: a.png"]


def test_health_is_said_when_it_changes() -> None:
    display, stream, _ = plain()
    for health in (HEALTH, HEALTH, (), (HEALTH[0], replace(HEALTH[1], utilisation=0.5))):
        display(Progress("train", 1, 10, "steps", health=health))
    said = [text for text in stream.getvalue().splitlines() if text.startswith("Health")]
    assert said == [
        "Health and entries used, by level: 1 green 90 %, 2 red 20 %",
        "Health and entries used, by level: 1 green 90 %, 2 red 50 %",
    ]


def test_the_same_line_is_not_said_twice() -> None:
    display, stream, _ = plain()
    for _ in range(3):
        display(Progress("train", 8, 8, "steps"))
    assert stream.getvalue() == "Training: 8 of 8 steps\n"


def test_the_picture_shows_steps_losses_time_and_health() -> None:
    display, _, _ = plain()
    display(Progress("scan", 12, 12, "files"))
    display(
        Progress(
            "train",
            1200,
            8000,
            "steps",
            seconds_left=250,
            figures={"loss": 1.2345, "own": 0.9},
            health=HEALTH,
        )
    )
    picture = drawn(display)
    for text in (
        "Looking through the sounds",
        "12 of 12 files",
        "1,200 of 8,000 steps",
        "about 4 min 10 s left",
        "loss 1.234",
        "own 0.9",
        "■ red: most entries are never used.",
    ):
        assert text in picture, text


def test_a_message_without_a_position_leaves_the_bar_where_it_was() -> None:
    display, _, _ = plain()
    display(Progress("train", 5, 10, "steps"))
    display(Progress("train", message="Saving and stopping."))
    assert "5 of 10 steps" in drawn(display)


def test_a_verdict_is_told_by_shape_and_word_too() -> None:
    assert [row[3].plain[:8] for row in health_rows(HEALTH)] == ["● green:", "■ red: m"]


def test_levels_have_the_names_a_musician_reads() -> None:
    rows = health_rows([replace(HEALTH[0], level=level) for level in (1, 2, 3, 4)])
    assert [row[1] for row in rows] == ["Structure", "Timbre", "Detail", "Detail"]


def test_on_a_terminal_the_picture_is_drawn_in_place() -> None:
    stream = io.StringIO()
    with Display(Console(file=stream, force_terminal=True, width=100)) as display:
        display(Progress("decode", 3, 9, "steps", message="Half-way [or so]."))
    text = stream.getvalue()
    assert "Half-way [or so]." in text
    assert "3 of 9 steps" in text
    assert "\x1b[?25h" in text  # the cursor is back


def test_the_cursor_comes_back_after_an_error() -> None:
    stream = io.StringIO()
    display = Display(Console(file=stream, force_terminal=True, width=100))
    with pytest.raises(ValueError, match="broken"), display:
        raise ValueError("broken")
    assert "\x1b[?25h" in stream.getvalue()


def test_events_may_come_from_several_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display_module, "REDRAWS_PER_SECOND", 500.0)
    stream = io.StringIO()
    with Display(Console(file=stream, force_terminal=True, width=100)) as display:

        def work(task: str) -> None:
            for done in range(100):
                display(Progress(task, done + 1, 100, "steps", message="said", figures={task: float(done)}))

        threads = [
            threading.Thread(target=work, args=(f"task {number}",), daemon=True) for number in range(3)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert not any(thread.is_alive() for thread in threads)  # neither waits for what the other holds
        assert drawn(display).count("100 of 100 steps") == 3
    assert stream.getvalue().count("said") == 300
