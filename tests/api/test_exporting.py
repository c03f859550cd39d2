from __future__ import annotations

import struct
from datetime import datetime
from pathlib import Path

import mutagen
import numpy as np
import pytest
import soundfile
from tests.api.refusals import sentence as refusal
from tests.signals import mixture, noise, tone

from distill import api, render
from distill.api import Trained, export_sources
from distill.api.recipes import Recipe
from distill.api.sounds import model_of
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.writing import write_wav
from distill.codes import storage
from distill.errors import BadCodes, BadInput, BadSetting, BadSound, Cancelled, UnknownModel
from distill.progress import Cancel

Library = tuple[Path, Trained]


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "swell.wav"
    write_wav(path, Clip(mixture(48_001, seed=7, channels=2)))
    return path


@pytest.fixture
def codes(library: Library, monkeypatch: pytest.MonkeyPatch, sound: Path) -> Path:
    monkeypatch.setenv("DISTILL_HOME", str(library[0]))
    (path,) = api.encode(sound, model="tiny", output=sound.with_suffix(".codes"), device="cpu")
    return path


def test_an_export_is_48_khz_and_24_bit_unless_told(sound: Path, tmp_path: Path) -> None:
    (file,) = api.export(sound, output=tmp_path / "out.wav")
    assert (file.path, file.source) == (tmp_path / "out.wav", sound)
    assert (file.format, file.rate, file.depth) == ("wav", 48_000, 24)
    assert file.seconds == pytest.approx(48_001 / 48_000)
    assert file.sentences == ()
    assert np.array_equal(read(file.path).samples, read(sound).samples)


@pytest.mark.parametrize(("name", "found"), [("a.flac", "FLAC"), ("a.OGG", "OGG"), ("a.mp3", "MP3")])
def test_the_ending_says_the_format(sound: Path, tmp_path: Path, name: str, found: str) -> None:
    (file,) = api.export(sound, output=tmp_path / name)
    assert soundfile.info(file.path).format == found


def test_several_sounds_go_into_a_folder_in_the_format_asked_for(sound: Path, tmp_path: Path) -> None:
    other = sound.with_name("tone.wav")
    write_wav(other, Clip(tone(48_000)))
    files = api.export(
        [sound, other], output=tmp_path / "new" / "session", format="FLAC", rate=44_100, depth=16
    )
    assert [file.path for file in files] == [
        tmp_path / "new/session/swell.flac",
        tmp_path / "new/session/tone.flac",
    ]
    assert {soundfile.info(file.path).subtype for file in files} == {"PCM_16"}
    assert {file.rate for file in files} == {44_100}


def test_a_sound_is_trimmed_faded_and_made_as_loud_as_asked(tmp_path: Path) -> None:
    samples = np.pad(mixture(96_000, channels=2), ((0, 0), (24_000, 24_000)))
    write_wav(tmp_path / "in.wav", Clip(samples))
    (file,) = api.export(
        tmp_path / "in.wav", output=tmp_path / "a.wav", trim=True, fade_in=0.1, fade_out=0.5, loudness=-20.0
    )
    assert file.seconds == pytest.approx(2.01, abs=0.02)
    assert file.lufs == pytest.approx(-20.0, abs=0.1)
    assert file.true_peak_dbtp <= -1.0 + 0.01
    found = read(file.path).samples
    assert np.abs(found[:, -48:]).max() < 1e-4 < np.abs(found[:, -12_000:-11_000]).max()
    assert file.sentences[0] == "0.99 s of silence were cut off its ends."


def test_codes_are_decoded_with_the_model_they_name(codes: Path, tmp_path: Path) -> None:
    (file,) = api.export(codes, output=tmp_path / "a.wav", depth=32, device="cpu")
    model = api.open_model("tiny", device="cpu")
    assert np.array_equal(read(file.path).samples, render.decode(model.codec, storage.load(codes)).samples)
    assert mutagen.File(file.path).tags["TXXX:DISTILL_MODEL"].text == ["tiny"]


def recipe_beside(sound: Path, **values: object) -> None:
    Recipe.of(model="bells", seed=42, seconds=2.0, **values).save(sound.with_suffix(".json"))


def test_the_recipe_beside_a_sound_goes_into_its_file(sound: Path, tmp_path: Path) -> None:
    recipe_beside(sound, fingerprint="f" * 64)
    made = datetime(2026, 11, 5, 10, 0)
    (file,) = api.export(
        sound, output=tmp_path / "a.flac", title="Glöckchen", comment="Take 3", tempo=96.0, date=made
    )
    tags = mutagen.File(file.path).tags
    assert (tags["title"], tags["date"], tags["bpm"]) == (["Glöckchen"], ["2026-11-05"], ["96"])
    assert (tags["distill_model"], tags["distill_seed"]) == (["bells"], ["42"])
    (text,) = tags["distill_recipe"]
    (tmp_path / "again.json").write_text(text)
    assert Recipe.load(tmp_path / "again.json") == Recipe.load(sound.with_suffix(".json"))
    assert tags["comment"][0].startswith("Take 3. Made with Distill ")


def test_a_sound_is_called_as_its_file_and_needs_no_recipe(sound: Path, tmp_path: Path) -> None:
    sound.with_suffix(".json").write_text('{"not": "a recipe"}')
    (file,) = api.export(sound, output=tmp_path / "a.ogg")
    tags = mutagen.File(file.path).tags
    assert tags["title"] == ["swell"]
    assert "distill_recipe" not in tags
    assert tags["date"] == [f"{datetime.now():%Y-%m-%d}"]


def test_a_recipe_of_another_model_is_not_that_of_these_codes(codes: Path, tmp_path: Path) -> None:
    recipe_beside(codes, fingerprint="f" * 64)
    (file,) = api.export(codes, output=tmp_path / "a.flac", device="cpu")
    tags = mutagen.File(file.path).tags
    assert tags["distill_model"] == ["tiny"]
    assert "distill_recipe" not in tags


def says_a_recipe(given: Path, folder: Path) -> bool:
    (file,) = api.export(given, output=folder / "told.flac", device="cpu")
    tags = mutagen.File(file.path).tags
    assert ("distill_recipe" in tags) == ("distill_seed" in tags)
    return "distill_recipe" in tags


def test_a_recipe_beside_another_sound_is_not_its_recipe(home: Path, tmp_path: Path) -> None:
    (made,) = api.generate(
        model="tiny", output=tmp_path / "new.wav", seconds=0.5, device="cpu", keep_take=False
    )
    assert [says_a_recipe(one, tmp_path) for one in (made.path, made.codes)] == [True, True]
    other = tmp_path / "other.wav"
    other.write_bytes(made.path.read_bytes())
    api.resynth(other, model="tiny", output=made.path, device="cpu", keep_take=False)
    assert [says_a_recipe(one, tmp_path) for one in (made.path, made.codes)] == [False, True]
    api.edit(made.codes, ["reverse"], output=made.codes, device="cpu")
    assert not says_a_recipe(made.codes, tmp_path)
    api.encode(other, model="tiny", output=made.codes, device="cpu")
    assert not says_a_recipe(made.codes, tmp_path)


def test_an_older_recipe_is_believed_unless_the_codes_beside_it_were_edited(
    sound: Path, codes: Path, tmp_path: Path
) -> None:
    recipe_beside(sound, fingerprint=storage.load(codes).fingerprint)
    assert [says_a_recipe(one, tmp_path) for one in (sound, codes)] == [True, True]
    api.edit(codes, ["reverse"], output=codes, device="cpu")
    assert [says_a_recipe(one, tmp_path) for one in (sound, codes)] == [False, False]
    codes.write_bytes(b"damaged")
    assert not says_a_recipe(sound, tmp_path)


def test_what_lies_above_our_rate_is_said_to_be_gone(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "in.wav", noise(96_000)[0], 96_000, subtype="PCM_24")
    (high,) = api.export(tmp_path / "in.wav", output=tmp_path / "high.wav", rate=96_000)
    assert high.sentences == (
        "Distill works at 48 kHz: what in.wav holds above 24 kHz is not in the export.",
    )
    (usual,) = api.export(tmp_path / "in.wav", output=tmp_path / "usual.wav")
    assert usual.sentences == ()


def test_everything_is_looked_at_before_anything_is_written(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    given = [sound, tmp_path / "bad.wav"]
    assert refusal(BadSound, api.export, given, output=tmp_path / "out").startswith("bad.wav is not a sound")
    assert not (tmp_path / "out").exists()
    (tmp_path / "bad.codes").write_bytes(b"no codes")
    assert "'bad.codes'" in refusal(
        BadCodes, api.export, [sound, tmp_path / "bad.codes"], output=tmp_path / "out"
    )
    assert not (tmp_path / "out").exists()


REFUSED = [
    ({"output": "a.aac"}, "the sound was to be written to 'a.aac'; give a file name that ends in .wav, .flac, .ogg or .mp3, or a folder."),
    ({"output": "a.aac", "format": "mp3"}, "the sound was to be written to 'a.aac'; give a file name that ends in .wav, .flac, .ogg or .mp3, or a folder."),
    ({"output": "a.wav", "format": "mp3"}, "the format mp3 was asked for and a file called 'a.wav'; let its name end in .mp3, or leave the format out."),
    ({"output": "a", "format": "aac"}, "the format 'aac' was asked for; choose wav, flac, ogg or mp3."),
    ({"output": "a.mp3", "depth": 24}, "a depth of 24 bits was asked for; MP3 has none: leave it out, or choose wav or flac."),
    ({"output": "a.wav", "fade_in": -1.0}, "a fade in of -1 s was asked for; choose 0 s or more."),
    ({"output": "a.wav", "loudness": 3.0}, "a loudness of 3 LUFS was asked for; choose -50 to -5, for instance -14 as streaming services play, or -23 as broadcast does."),
    ({"output": "a.wav", "tempo": 0.0}, "a tempo of 0 was given; choose 1 to 999 beats a minute."),
    ({"output": "a.wav", "seed": -1}, "the seed -1 was given; choose 0 or more."),
    ({"output": "in"}, "'swell.wav' would be written over by its own export; choose another name or folder."),
    ({"output": "in/swell.wav"}, "'swell.wav' would be written over by its own export; choose another name or folder."),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sentence"), REFUSED)
def test_what_cannot_be_done_is_refused(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: dict[str, object], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sound.read_bytes()
    assert refusal(BadSetting, api.export, sound, **asked) == sentence
    assert sound.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_several_sounds_need_a_folder_and_names_of_their_own(sound: Path, tmp_path: Path) -> None:
    given = [sound, tmp_path / "Swell.codes"]
    assert refusal(BadSetting, api.export, given, output=tmp_path / "a.wav") == (
        "2 files were given and one to write, 'a.wav'; give a folder for several."
    )
    assert refusal(BadSetting, api.export, given, output=tmp_path / "out") == (
        "several results would be written to 'Swell.wav'; export files of the same name into different folders."
    )
    assert refusal(BadSetting, api.export, [sound, "b.wav"], output=tmp_path / "out", title="One") == (
        "one title was given for 2 sounds; leave it out, and each is called as its file."
    )
    assert refusal(BadInput, api.export, [], output=tmp_path) == (
        "nothing was given; name one or more sounds or .codes files to export."
    )


def test_codes_without_a_model_are_asked_for_it_unless_the_library_has_what_made_them(
    library: Library, codes: Path, tmp_path: Path
) -> None:
    codec = api.open_model("tiny", device="cpu").codec
    storage.save(render.encode(codec, Clip(tone(9_600))), tmp_path / "a.codes")
    elsewhere = {"output": tmp_path / "a.wav", "home": tmp_path / "empty"}
    assert refusal(UnknownModel, api.export, tmp_path / "a.codes", **elsewhere) == (
        "'a.codes' does not name its model; say which one made it with --model."
    )
    (file,) = api.export(tmp_path / "a.codes", output=tmp_path / "a.wav", device="cpu")
    assert mutagen.File(file.path).tags["TXXX:DISTILL_MODEL"].text == ["tiny"]


def test_a_sound_that_would_not_fit_into_memory_is_refused(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_sources, "MOST_SECONDS", 0.5)
    assert refusal(BadSound, api.export, sound, output=tmp_path / "a.wav").startswith(
        "swell.wav is 0 min long; up to "
    )


def test_a_stop_keeps_what_was_written(sound: Path, tmp_path: Path) -> None:
    other = sound.with_name("tone.wav")
    write_wav(other, Clip(tone(48_000)))
    cancel = Cancel()
    done = tmp_path / "out" / "swell.wav"

    def stop(event: object) -> None:
        if done.exists():
            cancel.request()

    with pytest.raises(Cancelled):
        api.export([sound, other], output=tmp_path / "out", report=stop, cancel=cancel)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["swell.wav"]


def test_a_model_is_opened_once_for_all_its_codes(
    codes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.codes"
    other.write_bytes(codes.read_bytes())
    opened = []

    def counted(*given: object, **asked: object) -> object:
        opened.append(given)
        return model_of(*given, **asked)  # type: ignore[arg-type]

    monkeypatch.setattr(export_sources, "model_of", counted)
    assert len(api.export([codes, other], output=tmp_path / "out", device="cpu")) == 2
    assert len(opened) == 1


def test_a_folder_may_be_called_as_a_file(sound: Path, tmp_path: Path) -> None:
    (tmp_path / "takes.mp3").mkdir()
    (file,) = api.export(sound, output=tmp_path / "takes.mp3", format="flac")
    assert file.path == tmp_path / "takes.mp3" / "swell.flac"


@pytest.mark.parametrize("name", ["鐘 🔔", "a" * 240, "..dots..", 'it\'s "quoted"'])
def test_names_are_kept_as_they_are(sound: Path, tmp_path: Path, name: str) -> None:
    named = sound.rename(sound.with_name(f"{name}.wav"))
    (file,) = api.export(named, output=tmp_path / "out", format="mp3")
    assert file.path == tmp_path / "out" / f"{name}.mp3"
    assert str(mutagen.File(file.path).tags["TIT2"]) == name


def test_a_loop_is_exported_with_its_points_and_its_tempo(sound: Path, tmp_path: Path) -> None:
    (file,) = api.export(sound, output=tmp_path / "loop.wav", loop="beats=1", tempo=150.0, rate=96_000)
    assert file.seconds == pytest.approx(0.4)
    data = file.path.read_bytes()
    smpl, acid = data.index(b"smpl"), data.index(b"acid")
    assert struct.unpack_from("<II", data, smpl + 8 + 36 + 8) == (0, 38_399)  # its last sample is played
    assert struct.unpack_from("<I8xI4xf", data, acid + 8) == (4, 1, 150.0)  # stretched by its one beat
    samples = soundfile.read(file.path)[0]
    bends = np.abs(np.diff(np.tile(samples, (3, 1)), n=2, axis=0))
    assert bends[38_396:38_404].max() <= bends.max()
    (other,) = api.export(sound, output=tmp_path / "loop.mp3", loop="auto")
    assert "it has a gap where it repeats: choose wav or flac" in other.sentences[-1]


def test_a_sound_is_exported_where_it_was_put(sound: Path, tmp_path: Path) -> None:
    (file,) = api.export(sound, output=tmp_path / "left.wav", space="stereo:position=-1")
    left, right = read(file.path).samples
    assert np.abs(right).max() < 1e-4 < np.abs(left).max()
    (mono,) = api.export(sound, output=tmp_path / "mono.wav", space="mono")
    np.testing.assert_allclose(read(mono.path).samples[0], read(sound).samples.mean(0), atol=1e-6)
    (around,) = api.export(sound, output=tmp_path / "around.wav", space="binaural:azimuth=-90")
    left, right = read(around.path).samples
    assert np.square(left).sum() > 2 * np.square(right).sum()


def test_places_and_loops_that_cannot_be_are_refused_before_anything_is_written(
    sound: Path, tmp_path: Path
) -> None:
    for asked, message in (
        (
            {"space": "ceiling"},
            "'ceiling' is no place for a sound; write mono, stereo:position=-0.3,width=0.8 or ",
        ),
        (
            {"loop": "bars=2"},
            "a length in bars needs a tempo; give one, like bpm=120, or a length in seconds.",
        ),
        (
            {"loop": "auto", "fade_in": 1.0},
            "a loop and a fade were asked for, and a loop has no ends to fade; ",
        ),
        ({"loop": "seconds=9"}, "a loop of 9 s does not fit into this sound, which lasts 1.00 s; "),
        (
            {"space": f"binaural:azimuth=0,sofa={tmp_path / 'no.sofa'}"},
            "no.sofa'; give a SOFA file of a measured head.",
        ),
    ):
        with pytest.raises(BadInput) as caught:
            api.export(sound, output=tmp_path / "out.wav", **asked)
        assert message in str(caught.value)
    assert not (tmp_path / "out.wav").exists()


def test_a_title_in_a_folder_that_cannot_be_looked_at_is_told(tmp_path: Path) -> None:
    assert refusal(BadSetting, api.free_export_path, "rain", folder=tmp_path / ("a" * 300)) == (
        "'rain.wav' cannot be written: file name too long; choose another name or folder."
    )


def test_a_free_path_is_a_files_name_on_every_system(tmp_path: Path) -> None:
    def free(title: str) -> str:
        return api.free_export_path(title, folder=tmp_path, format="flac").name

    assert free("rain") == "rain.flac"
    (tmp_path / "rain.flac").touch()
    (tmp_path / "rain 2.flac").touch()
    assert free("rain") == "rain 3.flac"
    assert [free(title) for title in ("../../etc", "a/b:c", "", " ..", "\n")] == [
        "_.._etc.flac", "a_b_c.flac", "sound.flac", "sound.flac", "_.flac",
    ]  # fmt: skip
    assert len(free("ä" * 300).encode()) < 255
