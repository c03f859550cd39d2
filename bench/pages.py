"""Pictures of every tab of the page with real sounds: two sizes, light and dark.

    python -m bench.pages MODEL.distill... --sounds FOLDER [--out docs/pictures/browser]

The first model is in use. Sounds of the folder are listed for a training and two of them opened in the editor; some takes are made.
Only sounds that may be shown belong into the folder: their names and shapes are seen.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bench import machine
from bench.chromium import FLAGS, chromium
from distill import api
from distill.errors import DistillError
from distill.ui import Running, started

__all__ = ["main", "shoot"]

SIZES = ((1280, 800), (1920, 1080))
TABS = ("train", "dna", "codebook", "generate", "history", "library")
QUALITY = 82  # of WebP
TRAINING_SECONDS = 110  # of the training that is drawn while it goes on


def shoot(models: Sequence[Path], sounds: Sequence[Path], out: Path) -> list[Path]:
    """Draw all pictures; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="distill-pages-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        home = Path(folder) / "home"
        with started(home=home, port=0) as (running, _):
            pictures = _first(browser, running, out)
        (home / "models").mkdir(parents=True, exist_ok=True)
        for model in models:
            shutil.copy(model, home / "models" / f"{model.stem.partition('-draft')[0]}.distill")
        with started(home=home, port=0) as (running, _):
            _furnish(running, models[0].stem.partition("-draft")[0], sounds)
            for width, height in SIZES:
                for scheme in ("light", "dark"):
                    pictures += _tour(browser, running, out, scheme, width, height)
        browser.close()
    return pictures


def _furnish(running: Running, model: str, sounds: Sequence[Path]) -> None:
    """Open, list and make what the pictures show."""
    studio = running.studio
    studio.choose(model)
    studio.gathering.add([sounds[0].parent])
    studio.project.open_file("A", sounds[0], model=model)
    studio.project.open_file("B", sounds[1], model=model)
    made = studio.home / "made"
    api.generate(model=model, output=made / "dusk", seconds=6, count=3, seed=1, home=studio.home)
    api.star_take(2, home=studio.home)
    api.note_take(3, "for the second part", home=studio.home)


def _tour(browser: Browser, running: Running, out: Path, scheme: str, width: int, height: int) -> list[Path]:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(running.url)
    page.wait_for_selector(".d-brand")
    pictures = []
    for tab in TABS:
        page.locator(f"#tab-{tab}-button").click()
        page.wait_for_selector(f"#{tab} .d-panel > *")
        if tab in _SCENES:
            _SCENES[tab](page)
        page.wait_for_timeout(2500)  # waveforms and maps draw themselves when they are seen
        pictures.append(_keep(page, out / f"{tab}-{scheme}-{width}.webp"))
    if width == SIZES[0][0]:
        page.locator("#tab-history-button").click()
        page.locator(".take").get_by_role("button", name="Export", exact=False).first.click()
        page.locator(".export-result", has_text="LUFS").wait_for()
        page.wait_for_timeout(1000)
        pictures.append(_keep(page, out / f"export-{scheme}-{width}.webp"))
        page.keyboard.press("Escape")
        for number in (1, 2):
            page.locator(f".take[data-take='{number}']").get_by_role("checkbox").check()
        page.get_by_role("button", name="Compare", exact=True).click()
        page.wait_for_timeout(2500)
        pictures.append(_keep(page, out / f"compare-{scheme}-{width}.webp"))
    context.close()
    return pictures


def _edit(page: Page) -> None:
    """Select a part of the first sound."""
    page.wait_for_selector(".d-grid")
    page.evaluate(
        """async () => { const { Selection } = await import('/distill/static/dna/grid/selection.js');
        const sound = __desk.project.sound('A'); sound.select(Selection.box(24, 60, [1, 2, 3])); }"""
    )


def _hear_an_entry(page: Page) -> None:
    page.wait_for_selector("#codebook [role=row], #codebook tbody tr")
    page.locator("#codebook [role=row], #codebook tbody tr").nth(2).click()


def _make_some(page: Page) -> None:
    """Two takes, made while the first picture is drawn; the other pictures find them there. Steering is unfolded."""
    made = page.locator("#generate article")
    page.wait_for_timeout(1000)
    if made.count() == 0:
        page.locator("#generate").get_by_label("Takes", exact=True).fill("2")
        page.locator("#generate").get_by_role("button", name="Generate", exact=True).click()
    made.nth(1).wait_for()
    page.locator("#generate summary", has_text="Steering").click()


_SCENES: dict[str, Callable[[Page], None]] = {
    "dna": _edit,
    "codebook": _hear_an_entry,
    "generate": _make_some,
}


def _first(browser: Browser, running: Running, out: Path) -> list[Path]:
    """The page of somebody who has no model yet, and their first training, on the built-in sounds."""
    page = browser.new_page(viewport={"width": SIZES[0][0], "height": SIZES[0][1]}, color_scheme="light")
    page.goto(running.url)
    page.wait_for_selector("#train .d-panel > *")
    page.wait_for_timeout(1500)
    pictures = [_keep(page, out / f"first-run-light-{SIZES[0][0]}.webp")]
    page.get_by_role("button", name="Try the built-in collection").click()
    # By then codes are used, and previews are there to be heard.
    page.wait_for_timeout(TRAINING_SECONDS * 1000)
    pictures.append(_keep(page, out / f"training-light-{SIZES[0][0]}.webp"))
    running.studio.training.kill()
    page.close()
    return pictures


def _keep(page: Page, path: Path) -> Path:
    with Image.open(io.BytesIO(page.screenshot())) as drawn:
        drawn.convert("RGB").save(path, quality=QUALITY, method=6)
    return path


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the pictures; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description="Pictures of every tab.")
    parser.add_argument("models", nargs="+", type=Path, metavar="MODEL")
    parser.add_argument("--sounds", type=Path, required=True, help="a folder of sounds that may be shown")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "docs" / "pictures" / "browser")
    given = parser.parse_args(arguments)
    sounds = sorted(file for file in given.sounds.iterdir() if file.suffix in (".wav", ".flac"))
    try:
        for picture in shoot(given.models, sounds, given.out):
            print(picture)
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
