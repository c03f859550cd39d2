"""The description inside a model file: JSON that says what the model is, guarded by digests.

It holds the format's version, so this is where old and newer files are told from damaged ones. What the
tensors around it must look like is checked by :mod:`distill.library.model_header`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from distill.codes.json_values import JSON, JSONError, frozen, loads, written
from distill.codes.notes import Notes, from_json, to_json
from distill.config import CodecConfig, checked
from distill.errors import BadModelFile, BadSetting

__all__ = [
    "FORMAT",
    "MOST_TAGS",
    "VERSION_1",
    "Description",
    "damaged",
    "description_text",
    "is_tag",
    "is_version_1",
    "read_description",
]

FORMAT = 2
MOST_TAGS = 32
_KEYS = {"format", "name", "codec", "statistics", "collection", "training", "sha256"}
_OPTIONAL = {"notes", "prior", "tags"}  # what models of the first days do not have
_SECTIONS = {"entries", "prior"}  # that may be missing
VERSION_1 = (
    "This model was made by Distill 1.0. Version 1.1 uses a new kind of model and cannot open it; "
    "train again from the same sounds."
)


@dataclass(frozen=True, eq=False)
class Description:
    """What a model says about itself.

    Attributes
    ----------
    name : str
        What it was called when it was trained; 1 to 64 printable characters.
    codec_config : CodecConfig
        From which the codec rebuilds itself.
    statistics, collection, training : mappings of JSON values
        How it turned out, what it was trained on, and how.
    fingerprint : str
        Of the codec, 64 hexadecimal digits.
    entries_digest, prior_digest : str
        SHA-256 of the tensors of what was measured of its entries, and of its prior; empty where there is none.
    notes : mapping of (level, code) to Note
        The owner's names for entries.
    prior : mapping of JSON values
        What its prior says of itself; empty where there is none.
    tags : tuple of str
        What its owner files it under.
    """

    name: str
    codec_config: CodecConfig
    statistics: Mapping[str, JSON]
    collection: Mapping[str, JSON]
    training: Mapping[str, JSON]
    fingerprint: str
    entries_digest: str = ""
    prior_digest: str = ""
    notes: Notes = field(default_factory=dict)
    prior: Mapping[str, JSON] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def description_text(description: Description) -> str:
    """Write a description: sorted JSON, with a digest over all of it and the codec's fingerprint.

    Raises
    ------
    JSONError
        If a value is not JSON.
    """
    about: dict[str, JSON] = {
        "format": FORMAT,
        "name": description.name,
        "codec": description.codec_config.model_dump(mode="json"),
        "statistics": frozen(description.statistics),
        "collection": frozen(description.collection),
        "training": frozen(description.training),
    }
    if description.notes:
        about["notes"] = frozen(to_json(description.notes))
    if description.prior:
        about["prior"] = frozen(description.prior)
    if description.tags:
        about["tags"] = list(description.tags)
    digests = {"about": _digest_of(about), "codec": description.fingerprint}
    sections = {"entries": description.entries_digest, "prior": description.prior_digest}
    digests |= {name: digest for name, digest in sections.items() if digest}
    return written(about | {"sha256": digests}).decode()


def read_description(text: str, shown: str) -> Description:
    """Read and check a description.

    Parameters
    ----------
    text : str
        As it stands in the file's metadata.
    shown : str
        The file's name, for sentences.

    Raises
    ------
    BadModelFile
        If it is of another version, damaged, or asks for an impossible codec.
    """
    try:
        about = frozen(loads(text.encode("utf-8", "surrogatepass")))
    except JSONError as fault:
        raise damaged(shown, f"in its description {fault}") from None
    if is_version_1(about):
        raise BadModelFile(VERSION_1)
    version = about.get("format") if isinstance(about, Mapping) else None
    if not isinstance(about, Mapping) or type(version) is not int or version < 1:
        raise damaged(shown, "its description has no format number")
    if version != FORMAT:
        raise BadModelFile(
            f"{shown!r} is a model of format {version}, and this Distill reads format {FORMAT}; "
            "update Distill to open it."
        )
    missing, unknown = _KEYS - set(about), set(about) - _KEYS - _OPTIONAL
    if missing or unknown:
        which = f"lacks {min(missing)!r}" if missing else f"has the unknown key {min(unknown)[:40]!r}"
        raise damaged(shown, f"its description {which}")
    records: dict[str, Mapping[str, JSON]] = {}
    for key in ("codec", "statistics", "collection", "training", "sha256"):
        record = about[key]
        if not isinstance(record, Mapping):
            raise damaged(shown, f"{key!r} in its description is no record")
        records[key] = record
    digests = records["sha256"]
    named = set(digests) - {"about"}
    if set(digests) - _SECTIONS != {"about", "codec"} or not all(
        re.fullmatch(r"[0-9a-f]{64}", str(digests[key])) for key in named
    ):
        raise damaged(shown, "its description lacks a digest")
    if digests["about"] != _digest_of(about):
        raise damaged(shown, "its description does not match its digest")
    name = about["name"]
    if not isinstance(name, str) or not name.isprintable() or not 1 <= len(name) <= 64:
        raise damaged(shown, "its name is not 1 to 64 printable characters")
    config = _config(records["codec"], shown)
    try:
        notes = from_json(
            about.get("notes", ()), num_levels=config.num_levels, codebook_size=config.codebook_size
        )
    except JSONError as fault:
        raise damaged(shown, f"in its description {fault}") from None
    prior = about.get("prior", {})
    if not isinstance(prior, Mapping) or bool(prior) != ("prior" in digests):
        raise damaged(shown, "its description and its prior do not belong together")
    tags = about.get("tags", ())
    if not isinstance(tags, Sequence) or len(tags) > MOST_TAGS or not all(map(is_tag, tags)):
        raise damaged(shown, f"its tags are not up to {MOST_TAGS} texts of 1 to 40 printable characters")
    return Description(
        name=name,
        codec_config=config,
        statistics=records["statistics"],
        collection=records["collection"],
        training=records["training"],
        fingerprint=str(digests["codec"]),
        entries_digest=str(digests.get("entries", "")),
        prior_digest=str(digests.get("prior", "")),
        notes=notes,
        prior=prior,
        tags=tuple(str(tag) for tag in tags),
    )


def is_tag(value: object) -> bool:
    """Tell whether something can be a tag of a model."""
    return (
        isinstance(value, str)
        and 1 <= len(value) <= 40
        and value.isprintable()
        and "," not in value
        and value == value.strip()
    )


def is_version_1(about: object) -> bool:
    """Tell whether JSON is what Distill 1.0 wrote about a model."""
    return isinstance(about, Mapping) and type(about.get("format")) is int and about["format"] == 1


def damaged(shown: str, what: str) -> BadModelFile:
    """Name a damaged file, and say what is wrong with it."""
    return BadModelFile(
        f"{shown!r} is damaged: {what}; use another copy, or train again from the same sounds."
    )


def _digest_of(about: Mapping[str, JSON]) -> str:
    """SHA-256 of everything a model says about itself besides the digests."""
    return hashlib.sha256(
        written({key: value for key, value in about.items() if key != "sha256"})
    ).hexdigest()


def _config(values: Mapping[str, Any], shown: str) -> CodecConfig:
    """Check the codec's settings before anything is built from them."""
    unknown = set(values) - set(CodecConfig.model_fields)
    if unknown:
        raise damaged(shown, f"its codec has the unknown setting {min(unknown)[:40]!r}")
    try:
        config = checked(CodecConfig, **values)
    except BadSetting:
        raise damaged(shown, "its codec's settings are impossible") from None
    assert isinstance(config, CodecConfig)
    return config
