"""``distill train``: from folders of sounds to a model in the library."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from shlex import quote as quoted
from typing import TYPE_CHECKING, Annotated

import typer

from distill.cli.display import Display, health_rows
from distill.cli.options import AsJson, Asked, Home, Seed
from distill.cli.telling import document, line, table
from distill.cli.training_asked import PriorName, TierName, Variation, augmentation, parse_trims
from distill.errors import BadSetting
from distill.progress import Cancel

if TYPE_CHECKING:
    from distill.api import Trained

__all__ = ["train"]

MODEL, TIME, SOUNDS, AGAIN = "The model", "How long", "Which sounds", "Going on"


def train(
    name: Annotated[str, typer.Option("--name", "-n", help="What to call the model.", show_default=False)],
    sounds: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders and sound files: 5 to 500 sounds.", metavar="SOUNDS...", show_default=False
        ),
    ] = None,
    tier: Annotated[
        TierName | None,
        typer.Option(
            help="[b]draft[/b]: 10 minutes at most on two CPU cores; [b]standard[/b]: an hour at most.",
            rich_help_panel=TIME,
            show_default="draft",
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(help="The whole time it may take, instead of the tier's.", rich_help_panel=TIME),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            help="Take exactly so many training steps: the same seed then gives the same model.",
            rich_help_panel=TIME,
        ),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Only say how long it would take.", rich_help_panel=TIME)
    ] = False,
    codebook_size: Annotated[
        int | None,
        typer.Option(
            help="Entries at each level, 16 to 1024. More sound closer; each is then rarer in your sounds.",
            rich_help_panel=MODEL,
        ),
    ] = None,
    levels: Annotated[
        int | None,
        typer.Option(
            help="Levels, 2 to 8. Fewer sound coarser and are simpler to edit.", rich_help_panel=MODEL
        ),
    ] = None,
    no_augment: Annotated[
        list[Variation] | None,
        typer.Option(
            help="Leave out a way of varying the sounds; can be given several times.", rich_help_panel=MODEL
        ),
    ] = None,
    prior: Annotated[
        PriorName | None,
        typer.Option(
            help="What makes new sound: [b]oracle[/b] recombines, [b]ngram[/b] counts, [b]lstm[/b] and "
            "[b]transformer[/b] are networks, [b]mixture[/b] is both; [b]auto[/b] chooses by the number of sounds.",
            rich_help_panel=MODEL,
            show_default="auto",
        ),
    ] = None,
    seed: Seed = 0,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            help="A file name, or a pattern such as '*take?.wav', not to use; can be given several times.",
            metavar="PATTERN",
            rich_help_panel=SOUNDS,
        ),
    ] = None,
    trim: Annotated[
        list[str] | None,
        typer.Option(
            help="Use a part of a sound, in seconds: FILE=START-END; can be given several times.",
            metavar="FILE=START-END",
            rich_help_panel=SOUNDS,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was stopped.", rich_help_panel=AGAIN)
    ] = False,
    longer: Annotated[
        bool, typer.Option("--longer", help="Train a finished model further.", rich_help_panel=AGAIN)
    ] = False,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Replace the model or training of that name.", rich_help_panel=AGAIN),
    ] = False,
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Train a model on your own sounds.

    Ctrl-C once saves and stops, and --resume goes on from there. Use only sounds that are yours or that you may use.

    [b]Examples[/b]

    distill train ~/sounds/bells --name bells

    distill train ~/sounds/bells --name bells --minutes 3 --leave-out 'draft*' --trim 'long.wav=2-30'

    distill train --name bells --resume
    """
    if sum((resume, longer, replace)) > 1:
        raise BadSetting("--resume, --longer and --replace were given together; choose one of them.")
    trims = parse_trims(trim or ())
    from distill import api
    from distill.training.interrupt import first_interrupt_saves

    cancel = Cancel()
    with Display() as display, first_interrupt_saves(cancel, display):
        if estimate:
            found = api.estimate(
                sounds or (),
                tier=(tier or TierName.DRAFT).value,
                minutes=minutes,
                steps=steps,
                codebook_size=codebook_size,
                num_levels=levels,
                prior=prior.value if prior is not None else "auto",
                leave_out=tuple(leave_out or ()),
                trim=trims,
                device=device,
                home=home,
                report=display,
                cancel=cancel,
            )
        else:
            trained = api.train(
                sounds or (),
                name=name,
                tier=tier.value if tier is not None else None,
                minutes=minutes,
                steps=steps,
                codebook_size=codebook_size,
                num_levels=levels,
                augmentation=augmentation(no_augment or ()),
                prior=prior.value if prior is not None else None,
                leave_out=tuple(leave_out or ()),
                trim=trims,
                seed=seed,
                device=device,
                home=home,
                resume=resume,
                longer=longer,
                replace=replace,
                report=display,
                cancel=cancel,
            )
    if not estimate:
        _tell(trained, as_json=as_json)
    elif as_json:
        document({"seconds": found.seconds, "steps": found.steps, "sentence": found.sentence})
    else:
        line(found.sentence)


def _tell(trained: Trained, *, as_json: bool) -> None:
    if as_json:
        document(
            {
                "name": trained.name,
                "path": trained.path,
                "stopped": trained.stopped,
                "utilisation": [level.utilisation for level in trained.health],
                "perplexity": [level.perplexity for level in trained.health],
                "health": [asdict(level) for level in trained.health],
                "statistics": trained.statistics,
                "left_out": [asdict(left) for left in trained.left_out],
                "sentences": trained.sentences,
            }
        )
        return
    for sentence in trained.sentences:
        line(sentence)
    for left in trained.left_out:
        line(f"Left out: {left.reason}", style="yellow")
    table(("level", "", "entries used", "health"), health_rows(trained.health))
    line(f"The model {trained.name!r} is ready: {trained.path}", style="green")
    line(f"Next: distill resynth SOUND --model {quoted(trained.name)} -o out.wav")
    if "prior" in trained.statistics:
        line(f"      distill generate --model {quoted(trained.name)} -o new.wav")
