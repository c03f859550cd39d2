from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import mixture, noise, tone

from distill.audio.clip import Clip, Samples
from distill.audio.loudness import loudness
from distill.audio.true_peak import true_peak_dbtp
from distill.errors import BadSound, Cancelled
from distill.output.export import write
from distill.output.formats import FORMATS, Encoding, checked_encoding
from distill.progress import Cancel, Progress

EVERY = [
    checked_encoding(one, rate=rate, depth=depth)
    for one in FORMATS.values()
    for rate, depth in product(one.rates, one.depths or (None,))
]
USUAL = [Encoding(FORMATS[name], rate, depth) for name, rate, depth in (
    ("wav", 48_000, 24), ("wav", 44_100, 16), ("flac", 96_000, 24), ("ogg", 48_000, None), ("mp3", 44_100, None),
)]  # fmt: skip


def back(path: Path) -> Samples:
    samples, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples.T)


def exact_peak_dbtp(samples: Samples) -> float:
    """Slow reference: 16 points a sample by one Fourier transform of all of it."""
    framed = np.pad(samples.astype(np.float64), ((0, 0), (2_048, 2_048)))
    fine = np.fft.irfft(np.fft.rfft(framed), 16 * framed.shape[1]) * 16
    return float(20 * np.log10(np.abs(fine).max()))


def band_limited(num_samples: int, highest_hz: float, *, seed: int = 0, peak: float = 0.5) -> Samples:
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(num_samples))
    spectrum[np.fft.rfftfreq(num_samples, 1 / 48_000) > highest_hz] = 0
    band = np.fft.irfft(spectrum, num_samples) * np.hanning(num_samples)
    samples: Samples = (peak * band / np.abs(band).max()).astype(np.float32)[None]
    return samples


@pytest.mark.parametrize("encoding", EVERY, ids=lambda one: one.shown)
def test_every_format_is_read_back_as_it_was_asked_for(tmp_path: Path, encoding: Encoding) -> None:
    clip = Clip(mixture(24_001, channels=2))
    file = write(clip, tmp_path / f"a{encoding.format.suffix}", encoding)
    info = soundfile.info(file.path)
    assert (info.samplerate, info.channels) == (encoding.rate, 2)
    assert info.frames == pytest.approx(24_001 * encoding.rate / 48_000, abs=1)
    assert info.format == encoding.format.name.upper()
    subtypes = {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}
    if encoding.depth is not None:
        assert info.subtype == subtypes[encoding.depth]
    samples = back(file.path)
    assert file.true_peak_dbtp == pytest.approx(true_peak_dbtp(samples), abs=0.1)
    assert file.lufs == pytest.approx(loudness(Clip(samples, encoding.rate)), abs=1e-3)
    assert file.seconds == clip.seconds
    assert [path.name for path in tmp_path.iterdir()] == [file.path.name]


@pytest.mark.parametrize("encoding", USUAL, ids=lambda one: one.shown)
@pytest.mark.parametrize("loud", ["noise", "square", "clicks", "clipped"])
def test_true_peaks_stay_below_the_ceiling_in_every_format(
    tmp_path: Path, encoding: Encoding, loud: str
) -> None:
    samples = {
        "noise": noise(24_000, rms=0.7, channels=2),
        "square": np.sign(tone(24_000, hz=700.0)),
        "clicks": np.where(np.arange(24_000) % 3_001 == 5, np.float32(2), np.float32(0))[None],
        "clipped": np.clip(4 * mixture(24_000), -1, 1),
    }[loud]
    file = write(Clip(samples), tmp_path / f"a{encoding.format.suffix}", encoding)
    assert true_peak_dbtp(back(file.path)) <= -0.97
    assert exact_peak_dbtp(back(file.path)) <= -0.96
    assert file.sentences[0].startswith("Peaks were limited by up to ")
    assert file.sentences[0].endswith(" dB, to stay under -1 dBTP.")


def test_a_lossy_format_says_what_it_does_to_peaks(tmp_path: Path) -> None:
    file = write(Clip(noise(48_000, rms=0.5)), tmp_path / "a.mp3", USUAL[-1])
    assert file.true_peak_dbtp <= -0.97
    (_, said) = file.sentences
    assert said.startswith("MP3 changes peaks, so they were limited to -")
    assert said.endswith(" dBTP before; what is played stays under -1 dBTP.")


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), depth=st.sampled_from([16, 24, 32]), name=st.sampled_from(["wav", "flac"]))
def test_what_needs_no_change_comes_out_bit_by_bit(
    tmp_path_factory: pytest.TempPathFactory, seed: int, depth: int, name: str
) -> None:
    encoding = checked_encoding(FORMATS[name], depth=depth if name == "wav" else min(depth, 24))
    steps = 2 ** (min(depth, 24) - 1)
    draw = np.random.default_rng(seed).uniform(-0.4, 0.4, (2, 5_000))
    samples = (np.rint(draw * steps) / steps).astype(np.float32)
    file = write(Clip(samples), tmp_path_factory.mktemp("exact") / f"a.{name}", encoding)
    assert np.array_equal(back(file.path), samples)
    assert file.sentences == ()


def test_16_bits_are_dithered_where_they_are_a_reduction(tmp_path: Path) -> None:
    faint = tone(
        48_000, hz=1_000.0, peak=0.4 / 32_768
    )  # below half a step: rounding alone makes silence of it
    made = [
        write(Clip(faint), tmp_path / f"{n}.wav", Encoding(FORMATS["wav"], 48_000, 16), seed=n)
        for n in (0, 0, 1)
    ]
    first, again, other = (back(file.path) for file in made)
    assert first.any()
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    write(
        Clip(np.zeros((1, 4_800), np.float32)), tmp_path / "silence.wav", Encoding(FORMATS["wav"], 48_000, 16)
    )
    assert not back(tmp_path / "silence.wav").any()


@pytest.mark.parametrize("rate", [44_100, 88_200, 96_000, 176_400, 192_000])
def test_resampling_adds_nothing_above_what_was_there(tmp_path: Path, rate: int) -> None:
    samples = band_limited(48_000, 19_000.0)
    file = write(Clip(samples), tmp_path / "a.wav", Encoding(FORMATS["wav"], rate, 32))
    sound = back(file.path)[0].astype(np.float64)
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    above = np.fft.rfftfreq(len(sound), 1 / rate) > 20_000
    assert 10 * np.log10(power[above].sum() / power.sum()) < -120
    assert loudness(Clip(back(file.path), rate)) == pytest.approx(loudness(Clip(samples)), abs=0.05)


def test_resampling_is_right_to_24_bits(tmp_path: Path) -> None:
    file = write(
        Clip(band_limited(48_000, 18_000.0)), tmp_path / "a.wav", Encoding(FORMATS["wav"], 96_000, 32)
    )
    there = back(file.path)
    exact = np.fft.irfft(np.fft.rfft(band_limited(48_000, 18_000.0)[0].astype(np.float64)), 96_000) * 2
    assert np.abs(there[0] - exact).max() < 1e-6


def test_the_same_export_is_the_same_file(tmp_path: Path) -> None:
    clip = Clip(mixture(10_000))
    for name, depth in (("a.wav", 16), ("b.wav", 16)):
        write(clip, tmp_path / name, Encoding(FORMATS["wav"], 44_100, depth))
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize("encoding", USUAL, ids=lambda one: one.shown)
def test_a_stop_leaves_what_was_there(tmp_path: Path, encoding: Encoding) -> None:
    path = tmp_path / f"a{encoding.format.suffix}"
    path.write_bytes(b"old")
    cancel = Cancel()

    def stop(event: Progress) -> None:
        cancel.request()

    with pytest.raises(Cancelled):
        write(Clip(mixture(400_000)), path, encoding, report=stop, cancel=cancel)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("samples", "what"),
    [
        (np.full((1, 10), np.nan, np.float32), "holds samples that are not numbers (NaN or infinity)"),
        (np.zeros((1, 0), np.float32), "is empty"),
    ],
)
def test_what_is_no_sound_is_not_written(tmp_path: Path, samples: Samples, what: str) -> None:
    with pytest.raises(BadSound) as caught:
        write(Clip(samples), tmp_path / "a.flac", USUAL[2])
    assert str(caught.value) == f"the sound for 'a.flac' {what}: nothing was written; make the sound again."
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_minutes_of_vorbis_do_not_end_the_process(tmp_path: Path) -> None:
    # libsndfile is killed by one minute that it is given at once.
    clip = Clip(np.tile(mixture(48_000), (1, 120)))
    file = write(clip, tmp_path / "a.ogg", USUAL[3])
    assert soundfile.info(file.path).frames == clip.num_samples


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed here")
@pytest.mark.parametrize("encoding", USUAL, ids=lambda one: one.shown)
def test_ffprobe_reads_every_format(tmp_path: Path, encoding: Encoding) -> None:
    import json
    import subprocess

    from distill.output.tags import Tags

    file = write(
        Clip(mixture(24_000)), tmp_path / f"a{encoding.format.suffix}", encoding, tags=Tags(title="Glöckchen")
    )
    asked = ["ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", str(file.path)]
    said = json.loads(subprocess.run(asked, capture_output=True, check=True).stdout)
    assert int(said["streams"][0]["sample_rate"]) == encoding.rate
    found = {**said["format"].get("tags", {}), **said["streams"][0].get("tags", {})}
    assert {key.lower(): value for key, value in found.items()}["title"] == "Glöckchen"


@pytest.mark.skipif(shutil.which("sox") is None, reason="sox is not installed here")
def test_sox_reads_a_file_with_all_chunks(tmp_path: Path) -> None:
    import subprocess

    from distill.output.tags import LoopPoints, Tags

    tags = Tags(title="a", tempo=120, loops=(LoopPoints(0, 24_000),))
    file = write(Clip(mixture(24_000)), tmp_path / "a.wav", USUAL[0], tags=tags)
    said = subprocess.run(["sox", "--i", "-s", str(file.path)], capture_output=True, check=True, text=True)
    assert (said.stdout.strip(), said.stderr) == ("24000", "")
