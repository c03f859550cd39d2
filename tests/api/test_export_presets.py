"""Presets of exports and of space: what is said explicitly wins, and what cannot be used is refused when it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.api.refusals import sentence as refusal
from tests.signals import mixture

from distill import api
from distill.api.export_presets import check_export_settings, with_export_presets
from distill.audio.clip import Clip
from distill.audio.files import read
from distill.audio.writing import write_wav
from distill.errors import BadInput, BadSetting
from distill.library.presets import Presets
from distill.library.shipped_presets import SHIPPED

NOTHING = dict.fromkeys(
    ("format", "rate", "depth", "loudness", "fade_in", "fade_out", "trim", "loop", "spatial")
)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    samples = np.pad(mixture(72_000, seed=7), ((0, 0), (12_000, 12_000)))
    write_wav(tmp_path / "in.wav", Clip(samples))
    return tmp_path / "in.wav"


@pytest.mark.parametrize("name", [one.name for one in SHIPPED if one.kind in {"space", "export"}])
def test_every_shipped_preset_exports_what_it_says(sound: Path, tmp_path: Path, name: str) -> None:
    (file,) = api.export(sound, output=tmp_path / "out", preset=name)
    settings = api.preset(name).settings
    check_export_settings(settings)
    assert file.format == settings.get("format", "wav")
    assert (file.rate, file.depth) == (settings.get("rate", 48_000), settings.get("depth", 24))
    assert soundfile.info(file.path).samplerate == file.rate
    if "loudness" in settings:
        assert file.lufs == pytest.approx(settings["loudness"], abs=0.1)
    if "spatial" in settings:
        assert read(file.path).num_channels == 2
    if "loop" in settings:
        assert b"smpl" in file.path.read_bytes()
        assert file.sentences[0].endswith(" s of silence were cut off its ends.")


def test_what_is_said_wins_and_of_presets_the_last(sound: Path, tmp_path: Path) -> None:
    api.save_preset("mine", {"depth": 16, "rate": 44_100, "trim": True, "fade_out": 0.1}, kind="export")
    (file,) = api.export(
        sound, output=tmp_path / "a.flac", preset=["broadcast", "mine"], rate=96_000, trim=False
    )
    assert (file.format, file.rate, file.depth) == ("flac", 96_000, 16)
    assert file.seconds == pytest.approx(2.0)
    assert file.lufs == pytest.approx(-23.0, abs=0.1)
    (other,) = api.export(sound, output=tmp_path / "b.wav", preset=["mine", "wide"], space="mono")
    assert read(other.path).num_channels == 1


def test_a_loop_takes_the_place_of_a_presets_fades_and_the_other_way_round(tmp_path: Path) -> None:
    api.save_preset("soft", {"fade_in": 0.1, "fade_out": 0.2}, kind="export")

    def filled(*names: str, **given: Any) -> dict[str, Any]:
        found = with_export_presets(names, output=tmp_path / "a.wav", home=None, **NOTHING | given)
        return {key: value for key, value in found.items() if value is not None}

    assert filled("soft", loop="auto") == {"loop": "auto"}
    assert filled("soft", "sampler") == {"loop": "auto", "trim": True}
    assert filled("sampler", fade_in=0.5) == {"fade_in": 0.5, "trim": True}
    assert filled("sampler", fade_in=0.0) == {"fade_in": 0.0, "loop": "auto", "trim": True}
    assert filled("soft", fade_out=1.0) == {"fade_in": 0.1, "fade_out": 1.0}


REFUSED = [
    ("space", {"spatial": "ceiling"}, "'ceiling' is no place for a sound; write mono, stereo:position=-0.3,width=0.8 or binaural:azimuth=30,elevation=0,distance=1.5."),
    ("export", {"spatial": "mono:width=1"}, "mono takes no settings, and 'width=1' was given; leave it out."),
    ("export", {"loop": "auto", "fade_in": 1.0}, "a loop and a fade were asked for, and a loop has no ends to fade; leave one of them out."),
    ("export", {"loop": "bars=2,seconds=2"}, "bars and seconds were given together; a loop has one length, so give one of them."),
    ("export", {"rate": 50_000}, "a rate of 50000 Hz was asked for; WAV is written at 44100, 48000, 88200, 96000, 176400 or 192000 Hz: choose one of these."),
    ("export", {"format": "mp3", "depth": 16}, "a depth of 16 bits was asked for; MP3 has none: leave it out, or choose wav or flac."),
    ("export", {"format": "flac", "depth": 32}, "a depth of 32 bits was asked for; FLAC has 16 or 24: choose one of these; WAV has 32 as well."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "settings", "said"), REFUSED)
def test_what_no_export_can_be_is_not_kept(kind: str, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSetting) as caught:
        api.save_preset("a", settings, kind=kind)
    assert str(caught.value) == said
    assert not Presets().folder.exists()


def test_a_loop_in_bars_takes_its_tempo_from_the_sound(sound: Path, tmp_path: Path) -> None:
    api.save_preset("bar", {"loop": "beats=2"}, kind="export")
    (file,) = api.export(sound, output=tmp_path / "a.wav", preset="bar", tempo=120.0)
    assert file.seconds == pytest.approx(1.0)
    assert refusal(BadSetting, api.export, sound, output=tmp_path / "b.wav", preset="bar") == (
        "with the preset 'bar', a length in beats needs a tempo; give one, like bpm=120, or a length in seconds."
    )


def test_a_preset_that_does_not_fit_is_named(sound: Path, tmp_path: Path) -> None:
    assert refusal(BadSetting, api.export, sound, output=tmp_path / "a.mp3", preset="cd") == (
        "with the preset 'cd', a depth of 16 bits was asked for; MP3 has none: leave it out, or choose wav or flac."
    )
    assert refusal(BadInput, api.export, sound, output=tmp_path / "a.wav", preset="wander") == (
        "the preset 'wander' is for generation, and one for space or export was asked for; 'distill presets list' shows "
        "what each is for."
    )
    # What was not kept by us is looked at when it is used.
    Presets().save("strange", "space", {"spatial": "ceiling"})
    assert refusal(BadSetting, api.export, sound, output=tmp_path / "a.wav", preset="strange") == (
        "with the preset 'strange', 'ceiling' is no place for a sound; write mono, stereo:position=-0.3,width=0.8 or "
        "binaural:azimuth=30,elevation=0,distance=1.5."
    )
    assert not (tmp_path / "a.wav").exists()
