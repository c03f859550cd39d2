from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bench.credits import Credit
from bench.pictures import choose, newest_kept
from bench.subject import Grid

from bench import pairs, pictures, records
from distill.audio.clip import Samples
from distill.config import Tier
from distill.errors import BadCollection


class Fake:
    """A codec that halves every sound, and remembers which models were opened."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, Path]] = []

    def train(
        self, sounds: Sequence[Path], *, name: str, tier: Tier, minutes: float, seed: int, home: Path
    ) -> dict[str, Any]:
        raise AssertionError("pictures train nothing")

    def open(self, name: str, *, home: Path) -> Any:
        self.opened.append((name, home))
        return name

    def codebook_size(self, codec: Any) -> int:
        return 4

    def encode(self, codec: Any, samples: Samples, *, search: bool = False) -> Any:
        return samples

    def grid(self, codes: Any) -> Grid:
        return np.zeros((1, 1, 1), int)

    def decode(self, codec: Any, codes: Any, *, up_to_level: int | None = None) -> Samples:
        return np.asarray(codes / 2)


def judged(name: str, mel: float, seconds: float = 1.0) -> dict[str, Any]:
    return {"file": name, "seconds": seconds, "model": {"mel_mid": mel}}


def run(collection: str, model: str) -> dict[str, Any]:
    return {
        "key": {"collection": collection, "tier": "draft", "minutes": 10.0, "seed": 0},
        "model": model,
        "date": "2026-11-02 10:00",
        "commit": "c0ffee1",
        "own": {
            "each": [judged("kit__boom.wav", 1.05), judged("kit__tick.wav", 1.2), judged("bought.wav", 1.1)]
        },
        "unseen": {"each": [judged("kit__ring.wav", 1.9)]},
    }


def credit(name: str, licence: str = "CC0 1.0") -> Credit:
    return Credit(name, "A. Drummer", licence, "example/kit", f"wav/{name}")


@pytest.fixture
def audio(tmp_path: Path) -> Path:
    for collection in ("drums", "bells"):
        folder = tmp_path / "audio" / collection
        folder.mkdir(parents=True)
        table = "| file | repository | path in repository | author / original | licence |\n|---|---|---|---|---|\n"
        for name in ("kit__boom.wav", "kit__tick.wav", "kit__ring.wav", "bought.wav"):
            sound = np.random.default_rng(0).standard_normal((9600, 2))
            soundfile.write(folder / name, 0.1 * sound, 48_000)
            licence = "CC BY 3.0" if name == "bought.wav" else "CC0 1.0"
            table += f"| {name} | example/kit | wav/{name} | A. Drummer | {licence} |\n"
        (folder / "LICENSES.md").write_text(table)
    return tmp_path / "audio"


def keep(runs: Path, *lines: Mapping[str, Any], models: Sequence[str]) -> None:
    for line in lines:
        records.append(runs / "quality.jsonl", line)
    (runs / "models").mkdir(parents=True, exist_ok=True)
    for model in models:
        (runs / "models" / f"{model}.json").write_text("{}")


def test_the_newest_run_whose_model_is_kept_is_shown_in_the_order_of_the_tables(tmp_path: Path) -> None:
    lines = [
        run("bells", "b1"), run("tonal-50", "t1"), run("ambient-20", "a1"), run("tonal-50", "t2"), run("tonal-50", "t3"),
    ]  # fmt: skip
    keep(tmp_path, models=["b1", "a1", "t1", "t2"])
    found = newest_kept(lines, tmp_path / "models")
    assert [(name, line["model"]) for name, line in found.items()] == [
        ("ambient-20", "a1"), ("tonal-50", "t2"), ("bells", "b1"),
    ]  # fmt: skip


def test_only_free_sounds_are_chosen_the_named_first_then_the_most_typical() -> None:
    sounds = [
        judged("best.wav", 0.5), judged("middle.wav", 1.01), judged("short.wav", 1.0, 0.2), judged("worst.wav", 3.0),
        judged("bought.wav", 1.0), judged("unknown.wav", 1.0), judged("sonicpi__tabla_tas1.flac", 2.0),
    ]  # fmt: skip
    credits = {sound["file"]: credit(sound["file"]) for sound in sounds if sound["file"] != "unknown.wav"}
    credits["bought.wav"] = credit("bought.wav", "CC BY 3.0")
    chosen = choose(sounds, credits, collection="percussive-50", count=5)
    assert [sound["file"] for sound in chosen] == [
        "sonicpi__tabla_tas1.flac", "middle.wav", "best.wav", "worst.wav", "short.wav",
    ]  # fmt: skip
    with pytest.raises(BadCollection) as refusal:
        choose(sounds, credits, collection="bells", count=6)
    assert str(refusal.value) == (
        "5 of the 7 sounds that could be shown of bells are CC0 or in the public domain, and 6 are needed; "
        "write their licences into its LICENSES.md, or leave its run out."
    )


def test_the_command_draws_each_collection_and_names_every_source(
    audio: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn: dict[str, Sequence[pairs.Pair]] = {}

    def draw(shown: Sequence[pairs.Pair], path: Path) -> Path:
        drawn[path.name] = shown
        return path

    monkeypatch.setattr(pictures, "draw_pairs", draw)
    keep(tmp_path / "runs", run("drums", "d1"), run("bells", "b1"), models=["d1", "b1"])
    subject, out = Fake(), tmp_path / "pictures"
    arguments = ["--runs", str(tmp_path / "runs"), "--audio", str(audio), "--out", str(out)]
    assert pictures.main(arguments, subject=subject) == 0
    models = tmp_path / "runs" / "models"
    assert subject.opened == [("b1", models), ("d1", models)]
    titles = {name: [(pair.title, pair.result_title) for pair in shown] for name, shown in drawn.items()}
    own, unseen = "output, own sound", "output, sound never seen"
    each = [("boom", own), ("tick", own), ("ring", unseen)]
    assert titles == {
        "input-output.png": [("boom", own), ("boom", own), ("ring", unseen)],
        "bells.png": each,
        "drums.png": each,
    }
    pair = drawn["bells.png"][0]
    assert pair.result == pytest.approx(pair.sound / 2)
    assert pair.result.dtype == np.float32
    said = (out / "SOURCES.md").read_text()
    assert (
        "| drums/kit__ring.wav | never seen | A. Drummer | CC0 1.0 | example/kit: wav/kit__ring.wav "
        "| draft, 10 min, seed 0, 2026-11-02 10:00 UTC, commit c0ffee1 |\n" in said
    )
    assert [line for line in said.splitlines() if line.startswith("## ")] == [
        "## input-output.png", "## bells.png", "## drums.png",
    ]  # fmt: skip
    assert "bought" not in said
    assert sorted(path.name for path in out.iterdir()) == ["SOURCES.md"]
    assert f"{out / 'bells.png'}: boom (own), tick (own), ring (never seen)\n" in capsys.readouterr().out


def test_pictures_are_written_whole(audio: Path, tmp_path: Path) -> None:
    keep(tmp_path / "runs", run("drums", "d1"), models=["d1"])
    out = tmp_path / "pictures"
    arguments = ["--runs", str(tmp_path / "runs"), "--audio", str(audio), "--out", str(out)]
    assert pictures.main(arguments, subject=Fake()) == 0
    assert sorted(path.name for path in out.iterdir()) == ["SOURCES.md", "drums.png", "input-output.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in out.glob("*.png"))


def test_without_a_model_or_a_sound_the_command_says_what_to_do(
    audio: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    arguments = ["--runs", str(runs), "--audio", str(audio), "--out", str(tmp_path / "pictures")]
    assert pictures.main(arguments, subject=Fake()) == 2
    assert capsys.readouterr().err == (
        f"no model is kept below {runs / 'models'}; run python -m bench.quality on a collection first.\n"
    )
    keep(runs, run("drums", "d1"), models=["d1"])
    gone = audio / "drums" / "kit__tick.wav"
    gone.unlink()
    assert pictures.main(arguments, subject=Fake()) == 2
    assert (
        capsys.readouterr().err == f"{gone} is not there; name the folder of the collections with --audio.\n"
    )
    assert not (tmp_path / "pictures").exists()
