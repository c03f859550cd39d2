"""Every sound becomes a take, and a take becomes the same sound again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.api.refusals import sentence
from tests.signals import mixture

from distill import api
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.loudness import Loudness, loudness_of, rms_of
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.errors import BadInput, BadSetting, UnknownModel
from distill.library.take_files import Take

STEP = 1024


@pytest.fixture
def rain(tmp_path: Path) -> Path:
    write_wav(tmp_path / "rain.wav", Clip(mixture(60 * STEP, seed=3, channels=2)))
    return tmp_path / "rain.wav"


def test_every_sound_becomes_a_take_and_codes_of_an_edit_alone_do_not(
    home: Path, rain: Path, tmp_path: Path
) -> None:
    (made,) = api.generate(model="tiny", output=tmp_path / "new.wav", seconds=1.0, seed=4, device="cpu")
    through = api.resynth(rain, model="tiny", output=tmp_path / "through.wav", up_to_level=2, device="cpu")
    api.encode(rain, model="tiny", output=tmp_path / "rain.codes", device="cpu")
    decoded = api.decode(tmp_path / "rain.codes", output=tmp_path / "back.wav", refine=1, device="cpu")
    (edited,) = api.edit(tmp_path / "rain.codes", ["reverse"], output=tmp_path / "edit.wav", device="cpu")
    api.edit(tmp_path / "rain.codes", ["reverse"], output=tmp_path / "edit.codes", device="cpu")
    again = api.regenerate(
        tmp_path / "rain.codes", output=tmp_path / "other.codes", start="20st", stop="30st", candidates=1,
        device="cpu",
    )  # fmt: skip
    assert [made.take, through.take, decoded.take, edited.take, again.take] == [1, 2, 3, 4, 5]
    found = api.takes()
    records = [one.require_record() for one in found]
    assert [record.verb for record in records] == ["generate", "resynth", "decode", "edit", "regenerate"]
    assert (records[0].seed, records[0].model, records[0].path) == (4, "tiny", str(tmp_path / "new.wav"))
    assert (records[1].up_to_level, records[2].refine) == (2, 1)
    assert records[0].loudness == pytest.approx(loudness_of([read(made.path).samples]).value, abs=0.01)
    assert found[4].sound is None
    assert storage.load(found[3].codes).edits  # the edits can be undone from the take
    (without,) = api.generate(
        model="tiny", output=tmp_path / "b.wav", seconds=0.5, keep_take=False, device="cpu"
    )
    assert (without.take, len(api.takes())) == (None, 5)
    for number in range(1, 5):
        replayed = api.replay(number, output=tmp_path / "again.wav", device="cpu")
        assert replayed.same is True
        assert replayed.path.read_bytes() == Path(records[number - 1].path).read_bytes()
        assert replayed.sentences[-1] == "It is the same as then, bit for bit."
    assert api.replay(5, output=tmp_path / "again.wav", device="cpu").same is None


def test_a_take_makes_its_sound_again_when_all_else_is_gone(home: Path, tmp_path: Path) -> None:
    (made,) = api.generate(model="tiny", output=tmp_path / "new.wav", seconds=1.0, seed=4, device="cpu")
    whole = made.path.read_bytes()
    for file in (made.path, made.codes, made.recipe):
        file.unlink()
    api.rename_model("tiny", "small")
    kept = api.take("last")
    assert api.replay("last", output=tmp_path / "again.wav", device="cpu").path.read_bytes() == whole
    assert kept.recipe is not None
    (anew,) = api.generate(output=tmp_path / "anew.wav", recipe=kept.recipe, device="cpu")
    assert anew.path.read_bytes() == whole
    decoded = api.decode(kept.codes, output=tmp_path / "decoded.wav", device="cpu")
    assert decoded.path.read_bytes() == whole
    api.delete_model("small")
    told = sentence(UnknownModel, api.replay, "last", output=tmp_path / "b.wav")
    assert told.endswith(f"Take 3 itself is kept in {str(api.take(3).sound)!r}.")


def test_a_retrained_model_of_the_name_is_not_taken_for_the_old_one(
    home: Path, tmp_path: Path, make_codec: object
) -> None:
    (made,) = api.generate(model="tiny", output=tmp_path / "new.wav", seconds=0.5, device="cpu")
    record = api.take(1).folder / "take.json"
    fingerprint = api.take(1).require_record().fingerprint
    record.write_text(record.read_text().replace(fingerprint, "ab" * 32))
    told = sentence(UnknownModel, api.replay, 1, output=tmp_path / "b.wav")
    assert told.startswith(
        "the model 'tiny' that made take 1 was trained anew since, or deleted; restore it "
    )
    assert made.path.exists()


def test_a_take_that_cannot_be_kept_is_a_sentence_and_not_a_lost_sound(home: Path, tmp_path: Path) -> None:
    (home / "takes").write_text("a file where a folder should be")
    (made,) = api.generate(model="tiny", output=tmp_path / "new.wav", seconds=0.5, device="cpu")
    assert made.take is None
    assert made.sentences[-1].startswith(
        "new.wav is written, but was not kept as a take: could not write to the library in "
    )
    assert read(made.path).num_samples == 24_000


def loud(take: int, samples: np.ndarray, tmp_path: Path) -> None:
    """Put another sound into a take."""
    path = api.take(take).folder / "sound.wav"
    write_wav(path, Clip(samples))


def measured_of(kept: Take) -> Loudness:
    assert kept.sound is not None
    samples = read(kept.sound).samples
    return loudness_of([np.repeat(samples, 2, axis=0) if len(samples) == 1 else samples])


def test_compared_takes_are_equally_loud(home: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        api.generate(model="tiny", output=tmp_path / "new.wav", seconds=1.0, seed=seed, device="cpu")
    rng = np.random.default_rng(0)
    for channels, gain, seconds in ((1, 0.02, 2.0), (2, 0.3, 2.0), (1, 0.5, 0.2)):
        samples = (gain * rng.standard_normal((channels, round(48_000 * seconds)))).clip(-0.99, 0.99)
        loud(2, samples.astype(np.float32), tmp_path)
        before = [measured_of(kept).value or 0.0 for kept in map(api.take, (1, 2))] if seconds > 1 else []
        made = api.compare(1, 2, output=tmp_path / "listen", device="cpu")
        if before:
            assert made.difference == pytest.approx(before[0] - before[1], abs=0.01)
        assert [path.name for path in made.paths] == ["A-take-1.wav", "B-take-2.wav"]
        assert (made.takes, made.number) == ((1, 2), None)
        sounds = [read(path).samples for path in made.paths]
        assert {len(one) for one in sounds} == {channels}
        if seconds < 0.4:
            assert made.unit == "dBFS RMS"
            heard = [rms_of(one).value for one in sounds]
        else:
            assert made.unit == "LUFS"
            heard = [loudness_of([one]).value for one in sounds]
        assert heard[0] == pytest.approx(heard[1], abs=0.1)
        assert made.loudness == pytest.approx(tuple(heard), abs=0.05)
        assert max(float(np.abs(one).max()) for one in sounds) <= 1.0


def test_comparing_leaves_files_alone_that_nobody_named(home: Path, rain: Path, tmp_path: Path) -> None:
    (codes,) = api.encode(rain, model="tiny", output=tmp_path / "rain.codes", device="cpu")
    for seed in (1, 2):
        api.regenerate(
            codes, output=tmp_path / "other.codes", start="20st", stop="30st", candidates=1, seed=seed, device="cpu"
        )  # fmt: skip
    folder = tmp_path / "listen"
    folder.mkdir()
    (folder / "take-1.wav").write_bytes(b"mine")
    api.compare(1, 2, output=folder, device="cpu")
    assert (folder / "take-1.wav").read_bytes() == b"mine"
    assert {path.name for path in folder.iterdir()} == {"take-1.wav", "A-take-1.wav", "B-take-2.wav"}


def test_a_blind_comparison_tells_after_the_vote(home: Path, tmp_path: Path) -> None:
    for seed in (1, 2):
        api.generate(model="tiny", output=tmp_path / "new.wav", seconds=1.0, seed=seed, device="cpu")
    orders = set()
    for seed in range(6):
        made = api.compare("1", "last", output=tmp_path / "listen", blind=True, seed=seed, device="cpu")
        assert made.takes is None
        assert made.number == seed + 1
        assert [path.name for path in made.paths] == [f"blind-{seed + 1}-X.wav", f"blind-{seed + 1}-Y.wav"]
        plain = api.compare(1, 2, output=tmp_path / "listen", device="cpu")
        told = api.vote(made.number, "X")
        orders.add(told.x)
        assert made.paths[0].read_bytes() == plain.paths[told.x - 1].read_bytes()
        assert told.winner == told.x
    assert orders == {1, 2}
    found, wins, sentences = api.votes()
    assert (len(found), sentences) == (6, ())
    assert sum(won for won, _ in wins.values()) == 6


def test_what_cannot_be_compared_is_one_sentence(home: Path, tmp_path: Path) -> None:
    api.generate(model="tiny", output=tmp_path / "new", count=2, seconds=0.5, device="cpu")
    loud(2, np.zeros((1, 48_000), np.float32), tmp_path)
    for arguments, error, said in (
        ((1, 1), BadSetting, "take 1 was given twice; give two takes to compare."),
        (
            (1, 2), BadSetting,
            "take 2 is silent, so it cannot be made as loud as the other; choose another.",
        ),
        ((1, 9), BadInput, "there is no take '9'; there are 2, from 1 to 2: distill takes list shows them."),
    ):  # fmt: skip
        assert sentence(error, api.compare, *arguments, output=tmp_path / "listen", device="cpu") == said
    told = sentence(BadSetting, api.compare, 1, 2, output=tmp_path / "a.wav")
    assert told == "two sounds are written, and 'a.wav' is the name of one file; give a folder."
    assert not (tmp_path / "listen").exists()


def test_room_is_told_and_bounded(home: Path, tmp_path: Path) -> None:
    api.generate(model="tiny", output=tmp_path / "new", count=3, seconds=0.5, device="cpu")
    room = api.room_of_takes()
    assert (room.num_takes, room.bin_bytes, room.limit_gib) == (3, 0, 5.0)
    assert room.size_bytes == sum(
        path.stat().st_size for path in (home / "takes").rglob("*.*") if path.name != ".lock"
    )
    api.limit_takes(room.size_bytes / 2**30)
    api.star_take(1)
    (made,) = api.generate(model="tiny", output=tmp_path / "more.wav", seconds=0.5, device="cpu")
    assert "the oldest without a star went to the bin: take 2." in made.sentences[-1]
    assert [one.number for one in api.takes()] == [1, 3, 4]
    api.restore_take(2)
    assert [one.number for one in api.takes()] == [1, 2, 3, 4]
