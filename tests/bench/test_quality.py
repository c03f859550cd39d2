from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bench.ceilings import CEILINGS
from bench.quality import Settings, run
from bench.subject import Grid

from bench import judge, machine, quality, records
from distill.audio.clip import Samples
from distill.errors import UnknownModel


class Fake:
    """A codec that halves a sound's level, and after a search takes a quarter away; counts what it was asked for and can fail in the middle."""

    def __init__(self, *, fail_at_encode: int | None = None) -> None:
        self.trained: list[tuple[str, tuple[str, ...]]] = []
        self.encoded = 0
        self.fail_at_encode = fail_at_encode

    def train(
        self, sounds: Sequence[Path], *, name: str, tier: str, minutes: float, seed: int, home: Path
    ) -> dict[str, Any]:
        self.trained.append((name, tuple(sound.name for sound in sounds)))
        return {"tier": tier, "minutes": minutes, "seed": seed, "unmeasured": float("nan")}

    def open(self, name: str, *, home: Path) -> Any:
        return name

    def codebook_size(self, codec: Any) -> int:
        return 4

    def encode(self, codec: Any, samples: Samples, *, search: bool = False) -> Any:
        self.encoded += 1
        if self.encoded == self.fail_at_encode:
            raise KeyboardInterrupt
        return 1.5 * samples if search else samples

    def grid(self, codes: Any) -> Grid:
        return np.array([[[0, 1, 2, 3], [0, 0, 0, 0]]])

    def decode(self, codec: Any, codes: Any, *, up_to_level: int | None = None) -> Samples:
        return np.asarray(codes / 2, dtype=np.float32)


@pytest.fixture
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(judge, "visqol", lambda reference, result: (3.5, 0.8))
    monkeypatch.setattr(machine, "commit", lambda: "c0ffee1")
    folder = tmp_path / "seven"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(7):
        soundfile.write(folder / f"{number}.wav", 0.1 * rng.standard_normal((4800, 1 + number % 2)), 48_000)
    return folder


def test_a_run_judges_own_and_unseen_sounds_beside_their_ceilings(collection: Path, tmp_path: Path) -> None:
    subject = Fake()
    record = run(collection, Settings(minutes=0.1), out=tmp_path / "runs", subject=subject)
    assert record is not None
    assert records.read(tmp_path / "runs" / "quality.jsonl") == [record]
    seen = {sound["file"] for sound in record["own"]["each"]}
    assert seen == set(subject.trained[0][1])
    assert seen.isdisjoint(sound["file"] for sound in record["unseen"]["each"])
    assert (record["own"]["sounds"], record["unseen"]["sounds"]) == (5, 2)
    assert record["key"] == {
        "collection": "seven", "tier": "draft", "minutes": 0.1, "seed": 0, "commit": "c0ffee1",
    }  # fmt: skip
    for part in (record["own"], record["unseen"]):
        assert 0 < part["model"]["mel"] < 7 * np.log10(2) + 1e-6
        assert part["linear_ceiling"]["mel"] < part["mel_ceiling"]["mel"]
        assert 0 < part["searched"]["mel"] < part["model"]["mel"]
        assert part["model"]["visqol"] == part["searched"]["visqol"] == 3.5
        assert part["model"]["nsim"] == pytest.approx(0.8)
    assert record["utilisation"] == [1.0, 0.25]
    assert record["perplexity"] == pytest.approx([4.0, 1.0])
    statistics = {"tier": "draft", "minutes": 0.1, "seed": 0, "unmeasured": None}
    assert record["training"]["statistics"] == statistics


def test_a_finished_run_is_not_run_again_and_another_seed_is(collection: Path, tmp_path: Path) -> None:
    subject = Fake()
    assert run(collection, Settings(), out=tmp_path / "runs", subject=subject) is not None
    assert run(collection, Settings(), out=tmp_path / "runs", subject=subject) is None
    assert len(subject.trained) == 1
    assert run(collection, Settings(seed=1), out=tmp_path / "runs", subject=subject) is not None
    assert len(subject.trained) == 2


def test_a_later_commit_judges_what_an_earlier_one_has_trained(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "runs"
    run(collection, Settings(), out=out, subject=Fake())
    monkeypatch.setattr(machine, "commit", lambda: "1a7e2")
    later = Fake()
    record = run(collection, Settings(of="c0ffee1"), out=out, subject=later)
    assert record is not None
    assert (later.trained, record["commit"], record["key"]["commit"]) == ([], "1a7e2", "c0ffee1")
    assert run(collection, Settings(of="c0ffee1"), out=out, subject=later) is None
    with pytest.raises(UnknownModel, match="commit beef has trained no model of seven"):
        run(collection, Settings(of="beef"), out=out, subject=later)


def test_a_run_killed_while_judging_keeps_its_model(collection: Path, tmp_path: Path) -> None:
    killed = Fake(fail_at_encode=3)
    with pytest.raises(KeyboardInterrupt):
        run(collection, Settings(), out=tmp_path / "runs", subject=killed)
    assert records.read(tmp_path / "runs" / "quality.jsonl") == []
    subject = Fake()
    assert run(collection, Settings(), out=tmp_path / "runs", subject=subject) is not None
    assert (len(killed.trained), len(subject.trained)) == (1, 0)


def test_a_run_killed_while_training_trains_again(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(self: Fake, sounds: Sequence[Path], **rest: object) -> dict[str, Any]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Fake, "train", killed)
        with pytest.raises(KeyboardInterrupt):
            run(collection, Settings(), out=tmp_path / "runs", subject=Fake())
    subject = Fake()
    assert run(collection, Settings(), out=tmp_path / "runs", subject=subject) is not None
    assert len(subject.trained) == 1


def test_a_resumed_training_is_told_with_all_its_sittings(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Fake, "train", lambda self, sounds, **rest: {"training_seconds": 590.0})
    record = run(collection, Settings(), out=tmp_path / "runs", subject=Fake())
    assert record is not None
    assert record["training"]["seconds"] == 590.0


def test_judging_again_trains_nothing_and_makes_no_ceiling_anew(
    collection: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Fake()
    run(collection, Settings(), out=tmp_path / "runs", subject=subject)
    monkeypatch.setattr(quality, "CEILINGS", dict.fromkeys(CEILINGS))
    assert run(collection, Settings(again=True), out=tmp_path / "runs", subject=subject) is not None
    assert len(subject.trained) == 1
    assert len(records.read(tmp_path / "runs" / "quality.jsonl")) == 2


def test_the_command_runs_every_collection_and_tells_of_the_one_it_cannot(
    collection: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "runs")
    code = quality.main([str(tmp_path / "none"), str(collection), "--out", out], subject=Fake())
    said = capsys.readouterr()
    assert code == 2
    assert said.err == f"none: {tmp_path / 'none'} is not a folder; give folders that hold sounds.\n"
    assert said.out.startswith("seven: own mel ")
    assert quality.main([str(collection), "--out", out], subject=Fake()) == 0
    assert capsys.readouterr().out == "seven: was already run\n"
