"""Tags in ID3v2.4 and Vorbis comments, by mutagen: both are UTF-8 by definition.

libsndfile could write some of them, but takes UTF-8 for Latin-1 in MP3 files.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from distill.output.formats import Format
from distill.output.tags import Tags

__all__ = ["id3_bytes", "vorbis_comments", "write_tags"]


def write_tags(path: Path, format: Format, tags: Tags) -> None:
    """Put tags into a finished FLAC, OGG or MP3 file, in place of those it has.

    Raises
    ------
    OSError
        If the system refuses: the file is then not whole, and its writer throws it away.
    """
    from mutagen import MutagenError
    from mutagen.flac import FLAC
    from mutagen.oggvorbis import OggVorbis

    kinds: Mapping[str, Any] = {"flac": FLAC, "ogg": OggVorbis}
    try:
        if format.name == "mp3":
            _id3(tags).save(path, v1=0, v2_version=4)
            return
        file = kinds[format.name](path)
        if file.tags is None:
            file.add_tags()
        file.tags.clear()
        for name, text in vorbis_comments(tags).items():
            file.tags[name] = text
        file.save()
    except MutagenError as error:
        # mutagen wraps what the system said; whoever writes the file needs to know it.
        cause = error.args[0] if error.args else None
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from None


def vorbis_comments(tags: Tags) -> Mapping[str, str]:
    """Return the fields of FLAC and OGG files; LOOPSTART and LOOPLENGTH are what game engines read, in samples."""
    named = {
        "TITLE": tags.title,
        "DATE": tags.day,
        "COMMENT": tags.about,
        "ENCODER": tags.software,
        "BPM": "" if tags.tempo is None else f"{tags.tempo:g}",
        **tags.own(),
    }
    if tags.loops:
        loop = tags.loops[0]
        named |= {"LOOPSTART": str(loop.start), "LOOPLENGTH": str(loop.stop - loop.start)}
    return {name: text for name, text in named.items() if text}


def id3_bytes(tags: Tags) -> bytes:
    """Return an ID3v2.4 tag as the ``id3`` chunk of a WAV file holds it."""
    file = io.BytesIO()
    _id3(tags).save(file, v1=0, v2_version=4, padding=lambda _: 0)
    return file.getvalue()


def _id3(tags: Tags) -> Any:
    from mutagen import id3 as untyped

    id3: Any = untyped
    utf8 = id3.Encoding.UTF8
    frames = id3.ID3()
    if tags.title:
        frames.add(id3.TIT2(encoding=utf8, text=[tags.title]))
    if tags.date is not None:
        frames.add(id3.TDRC(encoding=utf8, text=[tags.date.strftime("%Y-%m-%dT%H:%M:%S")]))
    if tags.software:
        frames.add(id3.TSSE(encoding=utf8, text=[tags.software]))
    if tags.tempo is not None:
        frames.add(id3.TBPM(encoding=utf8, text=[str(round(tags.tempo))]))  # whole beats, by its definition
    frames.add(id3.COMM(encoding=utf8, lang="eng", desc="", text=[tags.about]))
    for name, text in tags.own().items():
        frames.add(id3.TXXX(encoding=utf8, desc=name, text=[text]))
    return frames
