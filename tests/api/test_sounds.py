from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.api.conftest import Train
from tests.signals import clicks, mixture, noise, tone

from distill import api, render
from distill.api import Trained
from distill.audio.clip import Clip, Samples
from distill.audio.files import read
from distill.audio.true_peak import true_peak_dbtp
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.errors import (
    BadCodes,
    BadInput,
    BadSetting,
    BadSound,
    Cancelled,
    ForeignCodes,
    NoSpace,
    UnknownModel,
)
from distill.prior.kept import KeptPrior
from distill.progress import Cancel, Progress

Library = tuple[Path, Trained]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "swell.wav"
    write_wav(path, Clip(mixture(30_001, seed=7, channels=2)))
    return path


def refusal(kind: type[Exception], call: object, *given: object, **asked: object) -> str:
    assert callable(call)
    with pytest.raises(kind) as caught:
        call(*given, **asked)
    return str(caught.value)


def test_resynthesis_is_encoding_and_decoding(home: Path, sound: Path, tmp_path: Path) -> None:
    written = api.resynth(sound, model="tiny", output=tmp_path / "a.wav", device="cpu")
    assert (written.path, written.seconds) == (tmp_path / "a.wav", 30_001 / 48_000)
    (codes,) = api.encode(sound, model="tiny", output=tmp_path / "swell.codes", device="cpu")
    assert codes == tmp_path / "swell.codes"
    assert api.decode(codes, output=tmp_path / "b.wav", device="cpu").seconds == written.seconds
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert read(tmp_path / "a.wav").samples.shape == (2, 30_001)


def test_a_search_finds_other_codes_and_resynthesis_sounds_as_they_do(
    home: Path, sound: Path, tmp_path: Path
) -> None:
    (codes,) = api.encode(sound, model="tiny", output=tmp_path / "near.codes", search=3, device="cpu")
    (at_once,) = api.encode(sound, model="tiny", output=tmp_path / "at once.codes", search=0, device="cpu")
    assert storage.load(codes) != storage.load(at_once)
    written = api.resynth(sound, model="tiny", output=tmp_path / "a.wav", search=3, device="cpu")
    api.decode(codes, output=tmp_path / "b.wav", device="cpu")
    assert written.path.read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_a_sound_is_searched_for_as_many_rounds_as_usual_unless_told_otherwise(
    home: Path, sound: Path, tmp_path: Path
) -> None:
    (codes,) = api.encode(sound, model="tiny", output=tmp_path / "a.codes", device="cpu")
    (usual,) = api.encode(
        sound, model="tiny", output=tmp_path / "b.codes", search=render.USUAL_ROUNDS, device="cpu"
    )
    assert codes.read_bytes() == usual.read_bytes()
    project = api.Project(home=home, device="cpu")
    assert project.open_file("A", sound, model="tiny").session.codes == storage.load(codes)


@pytest.mark.parametrize("name", ["swell", "wide"])
def test_a_sound_of_the_collection_keeps_the_codes_that_the_prior_knows(
    home: Path, sounds: Path, tmp_path: Path, name: str
) -> None:
    again = tmp_path / "of another name.wav"
    again.write_bytes((sounds / f"{name}.wav").read_bytes())
    (codes,) = api.encode(again, model="tiny", output=tmp_path / "a.codes", device="cpu")
    (at_once,) = api.encode(again, model="tiny", output=tmp_path / "b.codes", search=0, device="cpu")
    (searched,) = api.encode(again, model="tiny", output=tmp_path / "c.codes", search=10, device="cpu")
    assert codes.read_bytes() == at_once.read_bytes()
    known = api.open_model("tiny", device="cpu").prior.grids
    assert any(np.array_equal(storage.load(codes).grid[0], grid) for grid in known)
    assert storage.load(searched) != storage.load(codes)


def test_a_sound_of_the_collection_is_known_without_the_prior_being_built(
    home: Path, sounds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("the prior was built")

    monkeypatch.setattr(KeptPrior, "read", refuse)
    (codes,) = api.encode(sounds / "swell.wav", model="tiny", output=tmp_path / "a.codes", device="cpu")
    (at_once,) = api.encode(
        sounds / "swell.wav", model="tiny", output=tmp_path / "b.codes", search=0, device="cpu"
    )
    assert codes.read_bytes() == at_once.read_bytes()


def test_a_sound_as_long_as_one_of_the_collection_is_searched_all_the_same(
    home: Path, tmp_path: Path
) -> None:
    write_wav(tmp_path / "foreign.wav", Clip(noise(96_000, rms=0.1)))
    (codes,) = api.encode(tmp_path / "foreign.wav", model="tiny", output=tmp_path / "a.codes", device="cpu")
    (at_once,) = api.encode(
        tmp_path / "foreign.wav", model="tiny", output=tmp_path / "b.codes", search=0, device="cpu"
    )
    assert storage.load(codes) != storage.load(at_once)


def test_a_search_of_impossible_length_writes_nothing(home: Path, sound: Path, tmp_path: Path) -> None:
    told = refusal(BadSetting, api.encode, sound, model="tiny", output=tmp_path / "a.codes", search=1001)
    assert "a search of 1001 rounds was asked for, and 0 to 1000 are possible" in told
    assert not (tmp_path / "a.codes").exists()


def test_codes_name_model_and_sound(home: Path, sound: Path, tmp_path: Path) -> None:
    api.encode([sound], model="tiny", output=tmp_path / "codes", search=0, device="cpu")
    codes = storage.load(tmp_path / "codes" / "swell.codes")
    assert (codes.model, codes.source, codes.num_samples) == ("tiny", "swell.wav", 30_001)
    assert codes.grid.shape == (2, 3, 30)
    assert codes.fingerprint == api.open_model("tiny", device="cpu").fingerprint
    assert codes == render.encode(
        api.open_model("tiny", device="cpu").codec, read(sound), model="tiny", source="swell.wav"
    )


def test_fewer_levels_are_another_sound_of_the_same_length(home: Path, sound: Path, tmp_path: Path) -> None:
    for level in (1, 3):
        api.resynth(sound, model="tiny", output=tmp_path / f"{level}.wav", up_to_level=level, device="cpu")
    one, three = (read(tmp_path / f"{level}.wav").samples for level in (1, 3))
    assert one.shape == three.shape
    assert not np.array_equal(one, three)


FAR: dict[str, Samples] = {
    "a sine": tone(24_000),
    "white noise": noise(24_000, rms=0.3, channels=2),
    "silence": np.zeros((1, 24_000), np.float32),
    "clicks": clicks(24_000),
    "a constant": np.full((1, 24_000), 0.5, np.float32),
    "a square at full scale": np.sign(tone(24_000, hz=100)),
    "a whisper": tone(24_000, peak=1e-4),
    "two channels against each other": np.concatenate([noise(24_000), -noise(24_000)]),
    "the shortest": noise(4_800),
}


@pytest.mark.parametrize("name", FAR)
def test_sounds_far_from_the_collection_come_back_whole_and_bounded(
    home: Path, tmp_path: Path, name: str
) -> None:
    write_wav(tmp_path / "in.wav", Clip(FAR[name]), depth=32)
    api.resynth(tmp_path / "in.wav", model="tiny", output=tmp_path / "out.wav", device="cpu")
    found = read(tmp_path / "out.wav").samples
    assert found.shape == FAR[name].shape
    assert np.isfinite(found).all()
    assert true_peak_dbtp(found) <= -1.0 + 0.1


def test_limited_peaks_are_told(home: Path, sound: Path, tmp_path: Path) -> None:
    (codes,) = api.encode(sound, model="tiny", output=tmp_path / "a.codes", device="cpu")
    loud = storage.load(codes)
    object.__setattr__(loud, "gain_db", 60.0)
    storage.save(loud, codes)
    (said,) = api.decode(codes, output=tmp_path / "a.wav", device="cpu").sentences
    assert said.startswith("Peaks were limited by up to ")
    assert said.endswith(" dB, to stay under -1 dBTP.")
    assert true_peak_dbtp(read(tmp_path / "a.wav").samples) <= -0.9


def test_a_model_can_be_given_as_a_file(library: Library, sound: Path, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.distill"
    file.write_bytes(library[1].path.read_bytes())
    (codes,) = api.encode(
        sound, model=file, output=tmp_path / "a.codes", device="cpu", home=tmp_path / "empty"
    )
    assert storage.load(codes).model == "elsewhere"
    assert "'elsewhere'" in refusal(
        UnknownModel, api.decode, codes, output=tmp_path / "a.wav", home=tmp_path / "empty"
    )
    api.decode(codes, output=tmp_path / "a.wav", model=file, home=tmp_path / "empty", device="cpu")


def test_codes_of_another_model_are_refused(
    library: Library, quick_train: Train, sounds: Path, sound: Path, tmp_path: Path
) -> None:
    other = quick_train([sounds], name="other")
    (codes,) = api.encode(sound, model=other.path, output=tmp_path / "a.codes", device="cpu")
    mine, tiny = (
        storage.load(codes).fingerprint[:8],
        api.open_model(library[1].path, device="cpu").fingerprint,
    )
    assert refusal(ForeignCodes, api.decode, codes, output=tmp_path / "a.wav", model=library[1].path) == (
        f"these codes were made by the model 'other' (fingerprint {mine}), this is 'tiny' ({tiny[:8]}); "
        "use the model that made them, or encode the sound again."
    )
    assert not (tmp_path / "a.wav").exists()


def test_damaged_codes_are_refused(home: Path, sound: Path, tmp_path: Path) -> None:
    (codes,) = api.encode(sound, model="tiny", output=tmp_path / "a.codes", device="cpu")
    content = bytearray(codes.read_bytes())
    content[-9] ^= 1
    codes.write_bytes(content)
    assert refusal(BadCodes, api.decode, codes, output=tmp_path / "a.wav") == (
        "'a.codes': this .codes file is damaged: its checksum does not match; use another copy, or encode the sound again."
    )


def test_codes_without_a_model_are_known_by_their_fingerprint_or_asked_for_it(
    home: Path, sound: Path, tmp_path: Path
) -> None:
    codec = api.open_model("tiny", device="cpu").codec
    storage.save(render.encode(codec, read(sound)), tmp_path / "a.codes")
    assert api.decode(tmp_path / "a.codes", output=tmp_path / "a.wav", device="cpu").path.exists()
    model = (home / "models" / "tiny.distill").rename(tmp_path / "elsewhere.distill")
    assert refusal(UnknownModel, api.decode, tmp_path / "a.codes", output=tmp_path / "a.wav") == (
        "'a.codes' does not name its model; say which one made it with --model."
    )
    assert api.decode(
        tmp_path / "a.codes", output=tmp_path / "a.wav", model=model, device="cpu"
    ).path.exists()


@pytest.mark.parametrize("name", ["a.mp3", "a", "folder.wav"])
def test_sound_is_written_as_wav_only(home: Path, sound: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.wav").mkdir()
    expected = f"the sound was to be written to {name!r}; it is written as WAV, so give a file name that ends in .wav."
    assert refusal(BadSetting, api.resynth, sound, model="tiny", output=tmp_path / name) == expected
    assert refusal(BadSetting, api.decode, "a.codes", output=tmp_path / name) == expected


@pytest.mark.parametrize("level", [0, 4])
def test_a_level_that_is_not_there_is_refused(home: Path, sound: Path, tmp_path: Path, level: int) -> None:
    expected = f"level {level} was asked for, and there are levels 1 to 3; choose one of these."
    output = tmp_path / "a.wav"
    (codes,) = api.encode(sound, model="tiny", output=tmp_path / "a.codes", device="cpu")
    assert refusal(BadSetting, api.resynth, sound, model="tiny", output=output, up_to_level=level) == expected
    assert refusal(BadSetting, api.decode, codes, output=output, up_to_level=level) == expected


def test_an_unknown_model_names_the_nearest(home: Path, sound: Path, tmp_path: Path) -> None:
    assert refusal(UnknownModel, api.resynth, sound, model="tinny", output=tmp_path / "a.wav") == (
        "there is no model 'tinny'; did you mean 'tiny'?"
    )


def test_several_sounds_are_encoded_into_a_folder(home: Path, sounds: Path, tmp_path: Path) -> None:
    given = [sounds / "pluck.wav", sounds / "wide.wav"]
    written = api.encode(given, model="tiny", output=tmp_path / "new" / "codes", device="cpu")
    assert written == [tmp_path / "new/codes/pluck.codes", tmp_path / "new/codes/wide.codes"]
    assert [storage.load(path).source for path in written] == ["pluck.wav", "wide.wav"]


def test_several_sounds_do_not_fit_into_one_file(home: Path, sounds: Path, tmp_path: Path) -> None:
    given = [sounds / "pluck.wav", sounds / "wide.wav"]
    assert refusal(BadSetting, api.encode, given, model="tiny", output=tmp_path / "a.codes") == (
        "2 files were given and one to write, 'a.codes'; give a folder for several."
    )
    assert refusal(BadInput, api.encode, [], model="tiny", output=tmp_path) == (
        "nothing was given; name one or more files to encode."
    )


def test_a_file_that_is_not_called_codes_is_no_folder_for_them(
    home: Path, sound: Path, tmp_path: Path
) -> None:
    for name in ("swell.wav", "out.flac"):
        assert refusal(BadSetting, api.encode, sound, model="tiny", output=tmp_path / "new" / name) == (
            f"the codes were to be written to {name!r}; give a file name that ends in .codes, or a folder."
        )
    assert not (tmp_path / "new").exists()
    (path,) = api.encode(sound, model="tiny", output=tmp_path / "a.CODES", device="cpu")
    assert (path, path.is_file()) == (tmp_path / "a.CODES", True)


def test_a_recording_is_not_written_over_by_its_resynthesis(
    home: Path, sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sound.read_bytes()
    monkeypatch.chdir(tmp_path)
    for output in (sound, Path("swell.wav")):
        assert refusal(BadSetting, api.resynth, sound, model="tiny", output=output) == (
            "'swell.wav' would be written over by its own resynthesis; choose another name or folder."
        )
    assert sound.read_bytes() == before


def test_a_recording_is_spared_where_capitals_do_not_count(home: Path, sound: Path, tmp_path: Path) -> None:
    other = sound.with_name("SWELL.WAV")
    if (
        not other.exists()
    ):  # here they count, so a second name for the file stands for the same one in capitals
        other.hardlink_to(sound)
    before = sound.read_bytes()
    for spared, verb in ((api.resynth, "resynthesis"), (api.export, "export")):
        asked = {} if verb == "export" else {"model": "tiny"}
        assert refusal(BadSetting, spared, sound, output=other, **asked) == (
            f"'SWELL.WAV' would be written over by its own {verb}; choose another name or folder."
        )
    assert refusal(BadSetting, api.generate, model="tiny", prefix=sound, output=other) == (
        "'SWELL.WAV' would be written over by the sound that goes on from it; choose another name or folder."
    )
    assert sound.read_bytes() == before


@pytest.mark.parametrize("ending", [".wav", ".codes"])
def test_a_name_that_is_too_long_is_told(home: Path, sound: Path, tmp_path: Path, ending: str) -> None:
    output = tmp_path / f"{'a' * 300}{ending}"
    verbs = {".wav": (api.resynth, api.generate, api.export, api.edit), ".codes": (api.encode, api.edit)}
    for verb in verbs[ending]:
        given = () if verb is api.generate else (sound,)
        asked = {} if verb in (api.edit, api.export) else {"model": "tiny"}
        assert refusal(BadSetting, verb, *given, output=output, **asked) == (
            f"'{'a' * 80}...' cannot be written: file name too long; choose another name or folder."
        )


@pytest.mark.parametrize("twin", ["x/pluck.wav", "pluck.aiff", "x/Pluck.wav"])
def test_two_sounds_of_one_name_do_not_overwrite_each_other(home: Path, tmp_path: Path, twin: str) -> None:
    assert refusal(
        BadSetting, api.encode, ["pluck.wav", twin], model="tiny", output=tmp_path / "out"
    ).endswith("encode files of the same name into different folders.")
    assert not (tmp_path / "out").exists()


def test_what_is_no_sound_is_refused(home: Path, sounds: Path, tmp_path: Path) -> None:
    for call, output in ((api.resynth, "a.wav"), (api.encode, "a.codes")):
        assert "notes.txt" in refusal(
            BadSound, call, sounds / "notes.txt", model="tiny", output=tmp_path / output
        )
        assert not (tmp_path / output).exists()


def test_a_folder_that_cannot_be_made_is_told(home: Path, sound: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for call, output in ((api.resynth, "file/a.wav"), (api.encode, "file/a.codes")):
        said = refusal(NoSpace, call, sound, model="tiny", output=tmp_path / output, device="cpu")
        assert said.startswith(f"could not write {Path(output).name!r} in ")


def test_a_stopped_resynthesis_leaves_the_old_file(home: Path, sound: Path, tmp_path: Path) -> None:
    output, cancel = tmp_path / "a.wav", Cancel()
    output.write_bytes(b"what was there")

    def stop_when_decoding(event: Progress) -> None:
        if event.task == "encode":
            cancel.request()

    with pytest.raises(Cancelled):
        api.resynth(
            sound, model="tiny", output=output, device="cpu", report=stop_when_decoding, cancel=cancel
        )
    assert output.read_bytes() == b"what was there"
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {"a.wav", "swell.wav"}
