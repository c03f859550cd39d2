"""The demonstration: the whole path on the built-in collection, ending with a page to look at and listen to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from distill.api.exhibition import Exhibition
from distill.api.library import Model, open_model
from distill.api.requests import Request, training_folder
from distill.api.training import Trained, train
from distill.demo.collection import DESCRIPTIONS, write_collection
from distill.demo.exhibits import DemoPage, NextStep, Sound
from distill.demo.page import write_page
from distill.errors import BadModelFile, NameTaken
from distill.library.catalog import Catalog
from distill.library.model_header import read_header
from distill.progress import Cancel, Progress, Report, silent

__all__ = ["Demo", "demo", "demo_collection"]

NAME = "demo"
LADDERS = ("harp", "beat", "surf")  # something plucked, something struck, something that only rustles
SWAPPED = ("marimba", "drone")
# sound, title of what becomes of it, operation: a blend, a pattern, two edits in words, one in time
EDITED = (
    ("harp", "harp towards drone", "blend with=drone amount=0.5"),
    ("beat", "beat in a rhythm of 5 on 8", "euclid hits=5 pulses=8 pulse=6"),
    ("surf", "surf, darker", "darker amount=1"),
    ("marimba", "marimba, brighter", "brighter amount=1"),
    ("harp", "harp from both ends", "mirror"),
)
NEW_SECONDS, GONE_ON, GONE_ON_SECONDS = 8.0, "harp", 3.0
REWRITTEN = ("beat", "0.5", "1.5")


@dataclass(frozen=True)
class Demo:
    """What the demonstration left.

    Attributes
    ----------
    folder : Path
        The built-in sounds, WAVs and pictures.
    page : Path
        ``index.html`` in it.
    model : str
        The model's name in the library.
    trained : Trained
        Its statistics and codebook health.
    sentences : tuple of str
        Where things are, and what to try next.
    """

    folder: Path
    page: Path
    model: str
    trained: Trained
    sentences: tuple[str, ...]


def demo(
    folder: Path | str = "demo-out",
    *,
    minutes: float = 3.0,
    home: Path | str | None = None,
    seed: int = 0,
    device: str = "auto",
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Demo:
    """Train on twelve built-in sounds, resynthesise some level by level, swap, blend and edit some, make new ones, write a page.

    Its model is called ``demo`` and takes the place of that of an earlier demonstration.

    Parameters
    ----------
    folder : path
        Where sounds, pictures and page go.
    minutes : float
        The whole training.

    Raises
    ------
    BadSetting, NoSpace, DeviceUnavailable, TrainingFailed
        One sentence each.
    NameTaken
        If a model, or an unfinished training, of other sounds has its name.
    """
    folder = Path(folder)
    Request.checked(name=NAME, sounds=[folder], minutes=minutes, seed=seed)  # told before anything is written
    _refuse_other_sounds(Catalog(home))
    sounds = write_collection(folder / "collection", seed=seed)
    trained = train(
        sounds, name=NAME, minutes=minutes, seed=seed, device=device, home=home, replace=True,
        report=report, cancel=cancel,
    )  # fmt: skip
    model = open_model(NAME, home=home, device=device)
    exhibition = Exhibition(folder, model, seed=seed, device=device, home=home)
    paths = {path.stem: path for path in sounds}
    ladders = []
    for name in LADDERS:
        ladders.append(exhibition.ladder(paths[name]))
        report(Progress("page", len(ladders), len(LADDERS), "sounds"))
    new = (
        exhibition.new(seconds=NEW_SECONDS),
        exhibition.gone_on(paths[GONE_ON], seconds=GONE_ON_SECONDS),
        exhibition.rewritten(paths[REWRITTEN[0]], *REWRITTEN[1:]),
    )
    page = write_page(
        folder,
        DemoPage(
            title="Distill: a collection, learnt",
            intro=(
                "Twelve sounds made by formula trained a codec. Each sound became a grid of codes, and the grids "
                "were decoded again: with all levels, with only the first ones, and with another sound's."
            ),
            figures=_figures(trained, model),
            collection=tuple(
                Sound(
                    path.stem, f"collection/{path.name}", DESCRIPTIONS[path.stem], exhibition.thumbnail(path)
                )
                for path in sounds
            ),
            ladders=tuple(ladders),
            swap=exhibition.swap(paths[SWAPPED[0]], paths[SWAPPED[1]]),
            edits=tuple(
                exhibition.edit(paths, name, title, text, index)
                for index, (name, title, text) in enumerate(EDITED)
            ),
            new=new,
            health=trained.health,
            next_steps=_next_steps(folder),
        ),
    )
    return Demo(folder, page, NAME, trained, _closing(page, trained))


def _refuse_other_sounds(catalog: Catalog) -> None:
    """Replace nothing but what an earlier demonstration has left."""
    for path in catalog.twins(catalog.path(NAME)):
        try:
            names = read_header(path).collection.get("names")
        except BadModelFile:  # whose it was is not known any more
            names = None
        if not (isinstance(names, Sequence) and _are_built_in(names)):
            raise NameTaken(
                f"there is a model named {path.stem!r} of other sounds than the demonstration's; rename it (distill models "
                f"rename {path.stem} NAME) and try again."
            )
    folder = training_folder(catalog, NAME)
    if Request.is_in(folder):
        request = Request.read(folder, NAME)
        if not request.is_finished and not _are_built_in([Path(sound).name for sound in request.sounds]):
            raise NameTaken(
                f"there is an unfinished training named {NAME!r} of other sounds than the demonstration's; go on with it "
                f"(distill train --name {NAME} --resume), or give the demonstration another user folder (--home)."
            )


def _are_built_in(names: Sequence[object]) -> bool:
    return set(names) == {f"{name}.wav" for name in DESCRIPTIONS}


def demo_collection(folder: Path | str, *, seed: int = 0) -> list[Path]:
    """Write the twelve built-in sounds as WAV files into a folder.

    Raises
    ------
    NoSpace
        If it cannot be written.
    """
    return write_collection(Path(folder), seed=seed)


def _figures(trained: Trained, model: Model) -> tuple[tuple[str, str], ...]:
    config, statistics = model.codec.config, trained.statistics
    return (
        ("Levels", f"{config.num_levels}, of {config.codebook_size} entries"),
        ("Steps a second", f"{config.step_rate:.1f}"),
        ("Training", f"{statistics['steps']} steps in {statistics['training_seconds']} s"),
        ("Mel distance, own sounds", f"{statistics['own_mel_distance']}"),
    )


def _next_steps(folder: Path) -> tuple[NextStep, ...]:
    return (
        NextStep("Train on a folder of your own sounds, ten minutes:", "distill train MY_FOLDER --name mine"),
        NextStep(
            "Play any sound through the demonstration's model:",
            f"distill resynth MY_SOUND.wav --model {NAME} -o through-demo.wav",
        ),
        NextStep(
            "Make new sound that is theirs and not a copy:",
            f"distill generate --model {NAME} --seconds 12 --creativity 1.1 -o new.wav",
        ),
        NextStep(
            "Keep a sound as codes:",
            f"distill encode {folder / 'collection' / 'harp.wav'} --model {NAME} -o harp.codes",
        ),
        NextStep(
            "Edit them, and hear it at once (distill edit --list shows all edits):",
            "distill edit harp.codes --do 'euclid hits=3 pulses=8 pulse=6' --do 'darker amount=0.5' -o harp-edited.wav",
        ),
    )


def _closing(page: Path, trained: Trained) -> tuple[str, ...]:
    return (
        f"The page to open: {page.absolute()}",
        f"The model is in the library as {NAME!r}: {trained.path}",
        "Next, train on a folder of your own: distill train MY_FOLDER --name mine",
    )
