"""Train on each collection given, then judge the sounds trained on and the sounds never seen.

    python -m bench.quality COLLECTION... [--minutes 10] [--tier draft] [--seed 0] [--of COMMIT] [--out bench/runs]

Resumable run by run: one line a (collection, tier, minutes, seed, commit) in ``quality.jsonl``, and a line
that is there is not run again. A run which died while training goes on from its last checkpoint. The trained
model stays in ``models``, beside a note that it is complete, so that a run which died while judging only judges
again, and ``--again`` judges without training; ``--of`` judges a model that an earlier commit has trained. Sounds are judged as
the encoder answers at once (``model``) and with the usual search for nearer codes (``searched``). Ceilings do not depend on the
model and are kept by the content of the sound.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, get_args

from bench import judge as judges
from bench import machine, records
from bench.ceilings import CEILINGS
from bench.sounds import find_sounds, read, split_by_file
from bench.subject import Distill, Subject
from bench.usage import usage_by_level
from distill.audio import distances, spectrum
from distill.config import Tier
from distill.errors import DistillError, UnknownModel

__all__ = ["Settings", "main", "run"]


MOST_LADDERS = 8  # sounds, spread evenly, that are decoded with every number of levels


@dataclass(frozen=True)
class Settings:
    """One run on one collection: the budget of the whole training in minutes, and the seed of split and training.

    ``of`` is the commit that trained the model, where it is not the one that judges.
    """

    tier: Tier = "draft"
    minutes: float = 10.0
    seed: int = 0
    again: bool = False
    of: str | None = None


def run(
    folder: Path, settings: Settings, *, out: Path, subject: Subject, command: Sequence[str] | None = None
) -> records.Record | None:
    """Train, judge and append the line; None where that line was already there.

    Raises
    ------
    BadCollection
        If the folder holds too few sounds to split.
    UnknownModel
        If the commit that is named has trained no such model.
    """
    context = machine.context(command)
    key = {
        "collection": folder.resolve().name,
        "tier": settings.tier,
        "minutes": settings.minutes,
        "seed": settings.seed,
        "commit": settings.of or context["commit"],
    }
    lines = out / "quality.jsonl"
    known = records.find(records.read(lines), key)
    # A model of another commit is judged once by each.
    if known and not settings.again and (settings.of is None or known["commit"] == context["commit"]):
        return None
    split = split_by_file(find_sounds(folder), seed=settings.seed)
    name, trained = _trained(split.own, settings, key=key, home=out / "models", subject=subject)
    codec = subject.open(name, home=out / "models")
    record: records.Record = {"bench": "quality", "key": key, **context, "training": trained, "model": name}
    grids: list[Any] = []
    for part, files in (("own", split.own), ("unseen", split.unseen)):
        sounds = [
            _judged(file, codec, out=out, subject=subject, grids=grids if part == "own" else None)
            for file in files
        ]
        climbed = files[:: -(-len(files) // MOST_LADDERS)]
        ladders = [_ladder(file, codec, subject=subject) for file in climbed]
        record[part] = {
            "sounds": len(sounds),
            "seconds": sum(sound["seconds"] for sound in sounds),
            **{
                kind: judges.average([sound[kind] for sound in sounds])
                for kind in ("model", "searched", *sorted(CEILINGS))
            },
            "ladder": [fmean(steps) for steps in zip(*ladders, strict=True)],
            "each": sounds,
        }
    size = subject.codebook_size(codec)
    utilisation, perplexity = usage_by_level(grids, size)
    record |= {"codebook_size": size, "utilisation": utilisation, "perplexity": perplexity}
    records.append(lines, record)
    return record


def _trained(
    own: Sequence[Path], settings: Settings, *, key: dict[str, Any], home: Path, subject: Subject
) -> tuple[str, dict[str, Any]]:
    """Name of the model and what training said; trains only where no complete model of this key is kept."""
    digest = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:8]
    name = f"{key['collection']}-{settings.tier}-{settings.minutes:g}min-seed{settings.seed}-{digest}"
    note = home / f"{name}.json"
    if note.exists():
        return name, _noted(note)
    if settings.of is not None:
        raise UnknownModel(
            f"commit {settings.of} has trained no model of {key['collection']} that is kept in {home}; train it without --of."
        )
    home.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    statistics = subject.train(
        own, name=name, tier=settings.tier, minutes=settings.minutes, seed=settings.seed, home=home
    )
    elapsed = time.perf_counter() - started
    # A resumed training took longer than its last sitting.
    seconds = max(elapsed, float(statistics.get("training_seconds", 0.0)))
    trained = {"seconds": seconds, "statistics": statistics}
    draft = note.with_suffix(".json.part")
    draft.write_text(json.dumps(trained, default=str))
    os.replace(draft, note)
    return name, _noted(note)


def _noted(note: Path) -> dict[str, Any]:
    """Read what training said; figures that are no numbers (a loss that was never measured) become null."""
    noted: dict[str, Any] = json.loads(note.read_text(), parse_constant=lambda name: None)
    return noted


def _judged(
    file: Path, codec: Any, *, out: Path, subject: Subject, grids: list[Any] | None
) -> dict[str, Any]:
    """Verdicts on one sound: of the model as its encoder answers and with a search, and of the ceilings."""
    samples = read(file)
    codes = subject.encode(codec, samples)
    if grids is not None:
        grids.append(subject.grid(codes))
    nearer = subject.encode(codec, samples, search=True)
    verdicts = {
        kind: asdict(judges.judge(samples, subject.decode(codec, found)))
        for kind, found in (("model", codes), ("searched", nearer))
    }
    kept = _ceilings(file, out / "ceilings.jsonl")
    return {"file": file.name, "seconds": samples.shape[1] / 48_000, **verdicts, **kept}


def _ladder(file: Path, codec: Any, *, subject: Subject) -> list[float]:
    """Mel distances of one sound decoded with 1, 2 .. K levels."""
    samples = read(file)
    codes = subject.encode(codec, samples)
    return [
        judges.mid_distance(samples, subject.decode(codec, codes, up_to_level=level))
        for level in range(1, subject.grid(codes).shape[1] + 1)
    ]


def _ceilings(file: Path, lines: Path) -> dict[str, Any]:
    """Verdicts on the ceilings of one sound, kept by its content and by the code that makes and judges them."""
    here = Path(__file__).parent
    code = [here / "ceilings.py", here / "judge.py", here / "sounds.py"]
    code += [Path(str(distances.__file__)), Path(str(spectrum.__file__))]
    key = {"sound": hashlib.sha256(file.read_bytes()).hexdigest(), "code": machine.source_hash(code)}
    known = records.find(records.read(lines), key)
    if known is None:
        samples = read(file)
        verdicts = {kind: asdict(judges.judge(samples, make(samples))) for kind, make in CEILINGS.items()}
        known = {"key": key, **verdicts}
        records.append(lines, known)
    return {kind: known[kind] for kind in CEILINGS}


def main(arguments: Sequence[str] | None = None, *, subject: Subject | None = None) -> int:
    """Run every collection given; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description="Quality on collections.")
    parser.add_argument("collections", nargs="+", type=Path, metavar="COLLECTION")
    parser.add_argument("--minutes", type=float, default=10.0, help="budget of one training")
    parser.add_argument("--tier", choices=get_args(Tier), default="draft")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=machine.ROOT / "bench" / "runs")
    parser.add_argument("--again", action="store_true", help="judge finished runs once more")
    parser.add_argument("--of", metavar="COMMIT", help="judge the models that this commit trained")
    given = parser.parse_args(arguments)
    settings = Settings(
        tier=given.tier, minutes=given.minutes, seed=given.seed, again=given.again, of=given.of
    )
    failed = 0
    for folder in given.collections:
        try:
            record = run(folder, settings, out=given.out, subject=subject or Distill())
        except DistillError as error:
            print(f"{folder.name}: {error}", file=sys.stderr)
            failed = 2
            continue
        print(f"{folder.name}: {'was already run' if record is None else _sentence(record)}", flush=True)
    return failed


def _sentence(record: records.Record) -> str:
    own, unseen = record["own"]["model"], record["unseen"]["model"]
    searched = record["unseen"]["searched"]
    return (
        f"own mel {own['mel_mid']:.2f} (left/right {own['mel']:.2f}), ViSQOL {own['visqol'] or float('nan'):.2f}; "
        f"never seen mel {unseen['mel_mid']:.2f}, ViSQOL {unseen['visqol'] or float('nan'):.2f}, searched {searched['mel_mid']:.2f}; "
        f"least used level {min(record['utilisation']):.0%}"
    )


if __name__ == "__main__":
    sys.exit(main())
