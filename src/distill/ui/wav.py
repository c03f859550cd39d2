"""A short sound as the bytes of a WAV file that every browser plays: 16 bits, which is enough for listening."""

from __future__ import annotations

import io
import wave

import numpy as np

from distill.audio.clip import Clip

__all__ = ["wav_bytes"]


def wav_bytes(clip: Clip) -> bytes:
    """Return a clip as a WAV file in memory; what is over full scale is clipped.

    Examples
    --------
    >>> len(wav_bytes(Clip(np.zeros((2, 480), np.float32))))
    1964
    """
    levels = np.rint(np.clip(clip.samples.T * 32_768, -32_768, 32_767)).astype("<i2")
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(clip.num_channels)
        file.setsampwidth(2)
        file.setframerate(clip.sample_rate)
        file.writeframes(levels.tobytes())
    return memory.getvalue()
