"""What a sound file claims, and the limits it is held to before its sound is decoded.

A header is only a claim: rate, channels and length are bounded here, so that neither memory nor time
follows a forged one. :mod:`distill.audio.files` decodes, and finds out what is really there.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from distill.audio.decoder import chunks, open_sound, shown
from distill.errors import BadSound

__all__ = ["MIN_SECONDS", "SoundInfo", "probe"]

MIN_SECONDS = 0.1
MAX_HOURS = 24
MIN_RATE, MAX_RATE = 1_000, 768_000  # Hz
MAX_CHANNELS = 64
# A FLAC frame of silence packs 65,535 samples into about 13 bytes: no format gets more out of a byte.
_MAX_SAMPLES_PER_BYTE = 8_192
_UNKNOWN_LENGTH = 2**63 - 1  # libsndfile's word for "the header does not say" (streamed FLAC)


@dataclass(frozen=True)
class SoundInfo:
    """What a sound file's header says, checked.

    Attributes
    ----------
    path : Path
    sample_rate : int
        Hz, 1 kHz to 768 kHz; the file's, not ours.
    num_channels : int
        1 to 64.
    num_samples : int
        Samples in each channel, at the file's rate. A damaged file may hold fewer.
    format, subtype : str
        libsndfile's names, such as ``"WAV"`` and ``"PCM_24"``.
    """

    path: Path
    sample_rate: int
    num_channels: int
    num_samples: int
    format: str
    subtype: str

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.num_samples / self.sample_rate


def probe(path: Path | str) -> SoundInfo:
    """Read a sound file's header and refuse what cannot be used.

    Only the header is read, except where it does not tell the length (streamed FLAC): that file is decoded
    once, to count.

    Raises
    ------
    BadSound
        If there is no such file; it is a folder, a pipe or a device; it is no sound, or none libsndfile
        reads; it holds no samples, is shorter than 0.1 s or longer than 24 h; its rate is outside 1 kHz to
        768 kHz; it has more than 64 channels; its header claims more than the file can hold.
    """
    path = Path(path)
    name = shown(path)
    size = _checked_size(path)
    with open_sound(path) as file:
        info = SoundInfo(path, file.samplerate, file.channels, file.frames, file.format, file.subtype)
    if not MIN_RATE <= info.sample_rate <= MAX_RATE:
        raise BadSound(
            f"{name} says its sample rate is {info.sample_rate:,} Hz; 1,000 to 768,000 Hz can be read: "
            "export it again at 48,000 Hz."
        )
    if info.num_channels > MAX_CHANNELS:
        raise BadSound(
            f"{name} has {info.num_channels:,} channels; up to {MAX_CHANNELS} can be read: export it again in stereo."
        )
    if info.num_samples == _UNKNOWN_LENGTH:
        info = SoundInfo(path, info.sample_rate, info.num_channels, _counted(info), info.format, info.subtype)
    if info.num_samples <= 0:
        raise BadSound(f"{name} is a sound file without any sound in it: record or export it again.")
    if info.num_samples * info.num_channels > size * _MAX_SAMPLES_PER_BYTE:
        raise BadSound(
            f"{name} claims to hold {info.seconds / 3600:,.1f} hours, more than its {size:,} bytes can: "
            "its header is wrong; export it again."
        )
    if info.seconds > MAX_HOURS * 3600:
        raise BadSound(
            f"{name} is {info.seconds / 3600:,.1f} hours long; up to {MAX_HOURS} hours can be read: cut it into parts."
        )
    if info.num_samples < MIN_SECONDS * info.sample_rate:
        raise BadSound(
            f"{name} is {info.seconds:.3f} s long; a sound needs {MIN_SECONDS} s or more: "
            "leave it out, or join it to another."
        )
    return info


def _checked_size(path: Path) -> int:
    """Look before opening: opening a pipe would wait for ever."""
    name = shown(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise BadSound(f"{name} is a folder, not a sound file: name a file in it.")
        if not stat.S_ISREG(status.st_mode):
            raise BadSound(f"{name} is a pipe or a device, not a sound file: save the sound to a file first.")
        if status.st_size == 0:
            raise BadSound(f"{name} is empty (0 bytes): record or export it again.")
        with open(path, "rb"):  # libsndfile would not say why it may not
            return status.st_size
    except (FileNotFoundError, NotADirectoryError):
        raise BadSound(f"there is no file {name} in that place: check its name and folder.") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise BadSound(f"{name} cannot be opened ({why}): check its name and permissions.") from None


def _counted(info: SoundInfo) -> int:
    """Length of a file whose header does not tell it; stops beyond the longest that is allowed."""
    limit = MAX_HOURS * 3600 * info.sample_rate + 1
    return sum(len(chunk) for chunk in chunks(info.path, 0, limit))
