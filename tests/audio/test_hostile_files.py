"""Files made to hurt: all are read in one process whose memory is limited, and each gets its exact sentence."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from distill.audio.files import probe, read
from distill.errors import BadSound

pytest.importorskip("resource")

EXTRA_MEMORY = 128 * 2**20  # bytes the reader may add to what importing it takes

READER = f"""
import json, resource, sys
from pathlib import Path
import numpy, soundfile, soxr
from distill.audio.files import blocks
from distill.errors import BadSound

soxr.resample(numpy.zeros(100, numpy.float32), 44_100, 48_000)
if sys.platform == "linux":
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + {EXTRA_MEMORY},) * 2)
said = {{}}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        said[path.name] = sum(block.shape[1] for block in blocks(path))
    except BadSound as error:
        said[path.name] = str(error)
print(json.dumps(said))
"""


def wav(
    data: bytes, *, claimed: int | None = None, rate: int = 48_000, channels: int = 1, floats: bool = False
) -> bytes:
    size = len(data) if claimed is None else claimed
    frame = channels * (4 if floats else 2)
    layout = (3 if floats else 1, channels, rate, rate * frame % 2**32, frame, 32 if floats else 16)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", min(36 + size, 2**32 - 1), b"WAVE", b"fmt ", 16, *layout)
    return head + struct.pack("<4sI", b"data", size) + data


def flac_claiming(num_samples: int, content: bytes) -> bytes:
    forged = bytearray(content)
    forged[21] = (forged[21] & 0xF0) | (num_samples >> 32)
    forged[22:26] = struct.pack(">I", num_samples % 2**32)
    return bytes(forged)


def encoded(folder: Path, suffix: str) -> bytes:
    path = folder / f"source.{suffix}"
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, (96_000, 2))
    soundfile.write(path, noise, 48_000)
    return path.read_bytes()


def streamed(folder: Path) -> bytes:
    """A second of noise and three of next to nothing at a variable bit rate, without the frame that tells how many there are."""
    path = folder / "streamed.mp3"
    noise = np.random.default_rng(3).uniform(-0.3, 0.3, 192_000)
    noise[48_000:] *= 0.01
    soundfile.write(path, noise, 48_000, compression_level=0.5, bitrate_mode="VARIABLE")
    content = path.read_bytes()
    kbps = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)[content[2] >> 4]
    return content[kbps * 144_000 // 48_000 :]


def with_value(value: float) -> bytes:
    samples = np.zeros(96_000, "<f4")
    samples[50_000] = value
    return wav(samples.tobytes(), floats=True)


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def scratched(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + np.random.default_rng(1).bytes(4_000) + content[middle + 4_000 :]


SOUND = np.random.default_rng(2).integers(-9_000, 9_000, 48_000).astype("<i2").tobytes()  # 1 s

# What each file says, or how many samples at 48 kHz are really in it.
EXPECTED: dict[str, str | int] = {
    "claims-4-gigabytes.wav": 48_000,
    "endless.wav": 48_000,
    "endless.au": 48_000,
    "one-kilobyte-of-4-gigabytes.wav": "one-kilobyte-of-4-gigabytes.wav is 0.010 s long; a sound needs 0.1 s or more: "
    "leave it out, or join it to another.",
    "truncated.wav": 23_989,
    "truncated.flac": "truncated.flac is damaged soon after 0.7 s: "
    "export it again, or trim it to the part before.",
    "scratched.flac": "scratched.flac is damaged soon after 0.7 s: "
    "export it again, or trim it to the part before.",
    "forever.flac": "forever.flac claims to hold 397.7 hours, more than its {size:,} bytes can: "
    "its header is wrong; export it again.",
    "ten-times.flac": 96_000,
    "no-xing.mp3": 168 * 1152 - 529,  # the decoder's delay
    "joined.mp3": (85 + 86 + 86) * 1152 - 529,  # the frames that tell of the others are silent
    "one-hertz.wav": "one-hertz.wav says its sample rate is 1 Hz; 1,000 to 768,000 Hz can be read: "
    "export it again at 48,000 Hz.",
    "two-gigahertz.wav": "two-gigahertz.wav says its sample rate is 2,000,000,000 Hz; "
    "1,000 to 768,000 Hz can be read: export it again at 48,000 Hz.",
    "no-rate.wav": "no-rate.wav is not a sound that can be read: WAV, AIFF, FLAC, OGG and MP3 files can.",
    "1024-channels.wav": "1024-channels.wav has 1,024 channels; up to 64 can be read: export it again in stereo.",
    "no-channels.wav": "no-channels.wav is not a sound that can be read: WAV, AIFF, FLAC, OGG and MP3 files can.",
    "nan.wav": "nan.wav holds samples that are not numbers (NaN or infinity) at 1.04 s: export it again.",
    "infinity.wav": "infinity.wav holds samples that are not numbers (NaN or infinity) at 1.04 s: "
    "export it again.",
    "integers-as-floats.wav": "integers-as-floats.wav holds samples 32,767 times over full scale at 1.04 s: "
    "export it again.",
    "empty.wav": "empty.wav is empty (0 bytes): record or export it again.",
    "header-only.wav": "header-only.wav is a sound file without any sound in it: record or export it again.",
    "text.wav": "text.wav is not a sound that can be read: WAV, AIFF, FLAC, OGG and MP3 files can.",
    "notes.txt": "notes.txt is not a sound that can be read: WAV, AIFF, FLAC, OGG and MP3 files can.",
    "bytes.raw": "bytes.raw is not a sound that can be read: WAV, AIFF, FLAC, OGG and MP3 files can.",
    "pipe.wav": "pipe.wav is a pipe or a device, not a sound file: save the sound to a file first.",
    "device.wav": "device.wav is a pipe or a device, not a sound file: save the sound to a file first.",
    "folder.wav": "folder.wav is a folder, not a sound file: name a file in it.",
    "gone.wav": "there is no file gone.wav in that place: check its name and folder.",
    "a-day-too-long.wav": "a-day-too-long.wav is 25.0 hours long; up to 24 hours can be read: cut it into parts.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("hostile")
    source = tmp_path_factory.mktemp("source")
    flac, mp3, ogg = (encoded(source, suffix) for suffix in ("flac", "mp3", "ogg"))
    contents = {
        "claims-4-gigabytes.wav": wav(SOUND, claimed=2**32 - 16),
        "endless.wav": wav(SOUND, claimed=2**32 - 1),
        "endless.au": b".snd"
        + struct.pack(">5I", 24, 2**32 - 1, 3, 48_000, 1)
        + np.frombuffer(SOUND, "<i2").astype(">i2").tobytes(),
        "one-kilobyte-of-4-gigabytes.wav": wav(SOUND[:1_000], claimed=2**32 - 16),
        "truncated.wav": half(wav(SOUND)),
        "truncated.flac": half(flac),
        "truncated.mp3": half(mp3),
        "truncated.ogg": half(ogg),
        "scratched.flac": scratched(flac),
        "scratched.mp3": scratched(mp3),
        "scratched.ogg": scratched(ogg),
        "no-xing.mp3": streamed(source),
        "joined.mp3": mp3 + mp3 + mp3,
        "forever.flac": flac_claiming(2**36 - 1, flac),
        "ten-times.flac": flac_claiming(960_000, flac),
        "one-hertz.wav": wav(SOUND, rate=1),
        "two-gigahertz.wav": wav(SOUND, rate=2_000_000_000),
        "no-rate.wav": wav(SOUND, rate=0),
        "1024-channels.wav": wav(SOUND * 3, channels=1_024),
        "no-channels.wav": wav(SOUND, channels=0),
        "nan.wav": with_value(np.nan),
        "infinity.wav": with_value(-np.inf),
        "integers-as-floats.wav": with_value(32_767),
        "empty.wav": b"",
        "header-only.wav": wav(b""),
        "text.wav": b"this is a letter, not a sound\n" * 100,
        "notes.txt": b"take 3 was the best",
        "bytes.raw": SOUND,
    }
    for name, content in contents.items():
        (made / name).write_bytes(content)
    with open(made / "a-day-too-long.wav", "wb") as file:  # a hole in the file: no disk is used
        seconds = 25 * 3_600
        file.write(wav(b"", claimed=2 * 1_000 * seconds, rate=1_000))
        file.truncate(44 + 2 * 1_000 * seconds)
    os.mkfifo(made / "pipe.wav")
    (made / "device.wav").symlink_to("/dev/zero")
    (made / "gone.wav").symlink_to(made / "nowhere")
    (made / "folder.wav").mkdir()
    return made


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, str | int]:
    """What the limited process says of every file; a file that hangs it, or kills it, fails all tests."""
    done = subprocess.run(
        [sys.executable, "-c", READER, str(folder)], capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    answers: dict[str, str | int] = json.loads(done.stdout)
    return answers


@pytest.mark.parametrize("name", EXPECTED)
def test_a_hostile_file_is_refused_or_read_as_far_as_it_is_there(
    said: dict[str, str | int], folder: Path, name: str
) -> None:
    expected = EXPECTED[name]
    if isinstance(expected, str):
        expected = expected.replace("{size:,}", f"{(folder / name).lstat().st_size:,}")
    assert said[name] == expected


@pytest.mark.parametrize("name", ["truncated.mp3", "truncated.ogg", "scratched.mp3", "scratched.ogg"])
def test_damaged_lossy_files_give_what_is_there_or_one_sentence(
    said: dict[str, str | int], name: str
) -> None:
    # Where exactly these decoders give up is theirs to decide.
    answer = said[name]
    if isinstance(answer, str):
        assert answer == (
            f"{name} is damaged soon after 0.7 s: export it again, or trim it to the part before."
        )
    else:
        assert 24_000 < answer <= 96_000


def test_every_hostile_file_was_looked_at(said: dict[str, str | int], folder: Path) -> None:
    assert set(said) == {path.name for path in folder.iterdir()}


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.wav"
    path.write_bytes(wav(SOUND))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(BadSound) as caught:
        probe(path)
    assert (
        str(caught.value)
        == "secret.wav cannot be opened (permission denied): check its name and permissions."
    )


def test_a_name_that_no_file_can_have_says_so() -> None:
    with pytest.raises(
        BadSound, match=r"^a.b\.wav cannot be opened \(.*null.*\): check its name and permissions"
    ):
        probe("a\0b.wav")


def test_damage_behind_the_part_wanted_does_no_harm(folder: Path) -> None:
    assert read(folder / "truncated.flac", end_seconds=0.5).num_samples == 24_000


def test_a_sound_that_breaks_off_at_once_is_refused(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "stub.mp3"
    path.write_bytes((folder / "truncated.mp3").read_bytes()[:3_000])
    with pytest.raises(BadSound) as caught:
        read(path)
    assert str(caught.value) == (
        "stub.mp3 breaks off after 0.073 s of the 2.00 s its header promises: export it again."
    )
