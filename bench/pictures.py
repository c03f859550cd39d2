"""Draw what the models of bench.quality make of sounds that may be shown: input above output.

    python -m bench.pictures [--runs bench/runs] [--audio ../shared/audio] [--out docs/pictures]

Of each collection the newest run whose model is still kept gives one picture, ``COLLECTION.png``: two sounds it
was trained on and one it never saw. ``input-output.png`` takes one of its own from each of the first three
collections, and a never-seen one. ``SOURCES.md`` names every sound shown, its author and licence, and the run.

Only sounds that are CC0 or in the public domain are drawn, and no audio is written. Which ones was settled by name
before there were models (:data:`FIRST_CHOICE`); beyond that list the most typical are taken, those
whose mel distance is nearest to the median of their part: never the best.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import machine, records, tables
from bench.credits import Credit, read_credits
from bench.pairs import Pair, draw_pairs
from bench.records import Record
from bench.sounds import read
from bench.subject import Distill, Subject
from distill.errors import BadCollection, BadInput, DistillError
from distill.replacing import replacing

__all__ = ["FIRST_CHOICE", "Shown", "choose", "main", "newest_kept", "runs_of", "sources", "title_of"]

FIRST_CHOICE = {
    "ambient-20": ("vs__vsco2_cellos_susvib_mp_d4.flac", "sonicpi__ambi_lunar_land.flac"),
    "percussive-50": (
        "sonicpi__tabla_tas1.flac",
        "sonicpi__drum_splash_hard.flac",
        "sonicpi__drum_roll.flac",
    ),
    "tonal-50": ("vs__vsco2_violin_arcvib_e4.flac", "vs__vsco2_harp_d2.flac"),
}
SHORTEST_SECONDS = 0.4  # a shorter sound is a smear in a picture, and taken only where there is no other
COUNTS = {"own": 2, "unseen": 1}
SAID = {"own": "own", "unseen": "never seen"}
OUTPUTS = {"own": "own sound", "unseen": "sound never seen"}
LEAD = "input-output.png"


@dataclass(frozen=True, eq=False)
class Shown:
    """One sound that is drawn: from which part of which run, whose it is, what came out."""

    run: Record
    part: str
    judged: Mapping[str, Any]
    credit: Credit
    pair: Pair


def newest_kept(lines: Iterable[Record], models: Path) -> dict[str, Record]:
    """Of each collection the newest run whose model is complete in this folder, in the tables' order."""
    kept = {line["key"]["collection"]: line for line in lines if (models / f"{line['model']}.json").exists()}
    known = [name for name in tables.COLLECTIONS if name in kept]
    return {name: kept[name] for name in (*known, *sorted(set(kept) - set(known)))}


def runs_of(collections: Collection[str], runs: Path) -> dict[str, tuple[Path, str]]:
    """Of each collection the model file of its newest kept run below ``runs``, and what the run was.

    Raises
    ------
    BadInput
        If one has none.
    """
    models = runs / "models"
    kept = newest_kept(records.read(runs / "quality.jsonl"), models)
    missing = sorted(set(collections) - set(kept))
    if missing:
        raise BadInput(
            f"no model of {', '.join(missing)} is kept below {models}; run python -m bench.quality on these first."
        )
    return {
        name: (
            models / "models" / f"{kept[name]['model']}.distill",
            f"{kept[name]['key']['tier']}, {kept[name]['key']['minutes']:g} min, commit {kept[name]['commit']}",
        )
        for name in collections
    }


def choose(
    judged: Sequence[Mapping[str, Any]], credits: Mapping[str, Credit], *, collection: str, count: int
) -> list[Mapping[str, Any]]:
    """Choose sounds to show: free ones, long enough to be seen, by name first, then the most typical.

    Parameters
    ----------
    judged : sequence of mappings with ``file``, ``seconds`` and ``model``
        One part of a run: all own sounds, or all never-seen ones.

    Raises
    ------
    BadCollection
        If fewer than ``count`` of them are CC0 or in the public domain.
    """
    middle = statistics.median(sound["model"]["mel_mid"] for sound in judged)
    first = FIRST_CHOICE.get(collection, ())

    def place(sound: Mapping[str, Any]) -> tuple[int, bool, float]:
        name = sound["file"]
        rank = first.index(name) if name in first else len(first)
        return rank, sound["seconds"] < SHORTEST_SECONDS, abs(sound["model"]["mel_mid"] - middle)

    free = [sound for sound in judged if sound["file"] in credits and credits[sound["file"]].is_free]
    if len(free) < count:
        raise BadCollection(
            f"{len(free)} of the {len(judged)} sounds that could be shown of {collection} are CC0 or in the public "
            f"domain, and {count} are needed; write their licences into its LICENSES.md, or leave its run out."
        )
    return sorted(free, key=place)[:count]


def show(run: Record, folder: Path, *, models: Path, subject: Subject) -> list[Shown]:
    """Choose sounds of one run and send them through its model.

    Raises
    ------
    BadCollection
        As :func:`choose`, or if a sound is no longer there.
    """
    collection = run["key"]["collection"]
    credits = read_credits(folder)
    codec = subject.open(run["model"], home=models)
    shown = []
    for part, count in COUNTS.items():
        for judged in choose(run[part]["each"], credits, collection=collection, count=count):
            file = folder / judged["file"]
            if not file.is_file():
                raise BadCollection(f"{file} is not there; name the folder of the collections with --audio.")
            samples = read(file)
            result = np.asarray(subject.decode(codec, subject.encode(codec, samples)), dtype=np.float32)
            pair = Pair(title_of(judged["file"]), f"output, {OUTPUTS[part]}", samples, result)
            shown.append(Shown(run, part, judged, credits[judged["file"]], pair))
    return shown


def lead(shown: Mapping[str, Sequence[Shown]]) -> list[Shown]:
    """Choose for the leading picture: an own sound of each of the first three collections, a never-seen one.

    The never-seen one is of the second collection, or of the only one.
    """
    first = list(shown.values())[:3]
    own = [next(sound for sound in sounds if sound.part == "own") for sounds in first]
    unseen = next(sound for sound in first[min(1, len(first) - 1)] if sound.part == "unseen")
    return [*own, unseen]


def sources(pictures: Mapping[str, Sequence[Shown]]) -> str:
    """Write down what each picture shows."""
    parts = [
        "# What the pictures show\n\n"
        "Mel spectra of sounds (above) and of what a model made of them (below), drawn by "
        "`python -m bench.pictures`. *Own*: the model was trained on the sound; *never seen*: it was not. "
        "All sounds are CC0 or in the public domain; they are not part of this repository.\n"
    ]
    header = ["sound", "part", "author or original", "licence", "from", "model's run"]
    for name, shown in pictures.items():
        rows = [
            [
                f"{sound.run['key']['collection']}/{sound.credit.file}",
                SAID[sound.part],
                sound.credit.author,
                sound.credit.licence,
                f"{sound.credit.repository}: {sound.credit.path}",
                _run(sound.run),
            ]
            for sound in shown
        ]
        parts.append(f"## {name}\n\n{tables.markdown(header, rows, words=range(len(header)))}\n")
    return "\n".join(parts)


def _run(run: Record) -> str:
    key = run["key"]
    settings = f"{key['tier']}, {key['minutes']:g} min, seed {key['seed']}"
    return f"{settings}, {run['date']} UTC, commit {run['commit']}"


def title_of(file: str) -> str:
    """Name a sound as briefly as a narrow panel wants it: without the library it comes from.

    Examples
    --------
    >>> title_of("vs__vsco2_harp_d2.flac"), title_of("rain.flac")
    ('harp d2', 'rain')
    """
    name = Path(file).stem.rpartition("__")[2]
    return name.removeprefix("vsco2_").removeprefix("vcsl_").replace("_", " ")


def main(arguments: Sequence[str] | None = None, *, subject: Subject | None = None) -> int:
    """Draw every picture; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.pictures", description="Sounds above what became of them."
    )
    parser.add_argument("--runs", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--audio", type=Path, default=machine.ROOT.parent / "shared" / "audio")
    parser.add_argument("--out", type=Path, default=machine.ROOT / "docs" / "pictures")
    given = parser.parse_args(arguments)
    models = given.runs / "models"
    try:
        runs = newest_kept(records.read(given.runs / "quality.jsonl"), models)
        if not runs:
            raise BadInput(
                f"no model is kept below {models}; run python -m bench.quality on a collection first."
            )
        shown = {
            name: show(run, given.audio / name, models=models, subject=subject or Distill())
            for name, run in runs.items()
        }
        pictures = {LEAD: lead(shown), **{f"{name}.png": sounds for name, sounds in shown.items()}}
        for name, sounds in pictures.items():
            path = draw_pairs([sound.pair for sound in sounds], given.out / name)
            said = (f"{sound.pair.title} ({SAID[sound.part]})" for sound in sounds)
            print(f"{path}: {', '.join(said)}")
        with replacing(given.out / "SOURCES.md") as file:
            file.write(sources(pictures).encode())
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
