"""Previews while a codec is trained: a sound and a picture of a few of its own sounds, together and one by one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from distill import pictures, render
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.audio.limiter import limit
from distill.audio.writing import write_wav
from distill.codec.model import Codec
from distill.collection.store_index import Store
from distill.training.codec_task import Preview

__all__ = ["PreviewPart", "preview_parts", "previewer"]

SOUNDS = 3
SECONDS = 4.0  # of each
PARTS = "parts"  # the folder beside the previews in which each sound is on its own


@dataclass(frozen=True)
class PreviewPart:
    """One sound of a preview: before, and what the codec made of it then.

    Attributes
    ----------
    original, decoded : Path
        WAV files.
    original_picture, decoded_picture : Path
        Their spectrograms.
    """

    original: Path
    decoded: Path
    original_picture: Path
    decoded_picture: Path


def previewer(store: Store) -> Preview:
    """Return a function that decodes the beginnings of three sounds, spread over the collection."""
    chosen = np.unique(np.linspace(0, len(store) - 1, SOUNDS).round().astype(int))

    def preview(codec: Codec, step: int, folder: Path, refine: int) -> tuple[Path, ...]:
        parts, rows = [], []
        sound, picture = folder / f"step-{step:06d}.wav", folder / f"step-{step:06d}.png"
        for number, index in enumerate(chosen, start=1):
            mid = np.array(store[int(index)][:1, : int(SECONDS * SAMPLE_RATE)])
            original = Clip(mid)
            decoded = render.decode(codec, render.encode(codec, original), refine=refine)
            _write_part(_part(sound, number), original, decoded)
            rows += [(f"{store.names[int(index)]}", original), (f"after {step} steps", decoded)]
            parts += [original.samples, decoded.samples, np.zeros((1, SAMPLE_RATE // 4), np.float32)]
        write_wav(sound, limit(Clip(np.concatenate(parts, axis=1)))[0])
        pictures.compare_spectrograms(rows, picture)
        return sound, picture

    return preview


def preview_parts(sound: Path | str) -> tuple[PreviewPart, ...]:
    """Return the single sounds of a preview, given its WAV file; none if it has none."""
    parts = (_part(Path(sound), number) for number in range(1, SOUNDS + 1))
    return tuple(part for part in parts if part.decoded.exists() and part.decoded_picture.exists())


def _part(sound: Path, number: int) -> PreviewPart:
    folder = sound.parent / PARTS
    original, decoded = folder / f"original-{number}.wav", folder / f"{sound.stem}-{number}.wav"
    return PreviewPart(original, decoded, original.with_suffix(".png"), decoded.with_suffix(".png"))


def _write_part(part: PreviewPart, original: Clip, decoded: Clip) -> None:
    if not part.original_picture.exists():  # the same at every preview
        write_wav(part.original, limit(original)[0], depth=16)
        pictures.thumbnail(original, part.original_picture)
    write_wav(part.decoded, limit(decoded)[0], depth=16)
    pictures.thumbnail(decoded, part.decoded_picture)
