"""The model card: what a model is, in plain words, from what its file says about itself (row F4).

:func:`card` is for people, :func:`card_json` for scripts; both tell the same figures. A statistic that a
file does not give, or gives as something else than its kind, is said to be unknown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from distill.codec.health import GREEN, RED
from distill.codes.json_values import JSON
from distill.codes.level_names import level_name
from distill.library.model_header import ModelHeader
from distill.training.prior_fitting import PRIORS

__all__ = ["LICENCE", "card", "card_json", "num_sounds", "number", "text"]

LICENCE = "Trained on its owner's sounds: use and share it only as far as you may use those sounds."

# Mel distances in words. The marks are ours: own sounds of a well-trained draft lie at 1.0 to 1.3, the
# best any inversion of a true mel spectrum reaches at 0.7 to 1.1, an undertrained codec's at 1.5 and more.
_CLOSENESS = (
    (0.9, "hard to tell from the original"),
    (1.2, "close to the original"),
    (1.6, "recognisable, with audible losses"),
    (2.2, "a sketch of the original"),
    (math.inf, "far from the original"),
)


def card(header: ModelHeader, *, name: str | None = None) -> str:
    """Return a model's card as lines of plain text.

    Parameters
    ----------
    header
        From :func:`distill.library.model_header.read_header`.
    name : str, optional
        What the library calls it now, if not as it was trained.
    """
    config, statistics = header.codec_config, header.statistics
    called = header.name if name is None else name
    lines = [
        f"Model {called!r}" + ("" if called == header.name else f", trained as {header.name!r}"),
        *([f"Tags: {', '.join(header.tags)}."] if header.tags else []),
        f"Collection: {_collection(header)}.",
        f"Size: {config.num_levels} levels of {config.codebook_size} entries, "
        f"{header.num_parameters / 1e6:.1f} million parameters, {header.size_bytes / 1e6:.1f} MB.",
        *_health(header),
        f"Quality on its own sounds: {_quality(statistics)}.",
        f"New sound: {_prior(statistics)}.",
        f"Training: {_training(statistics)}.",
        f"Made: {text(statistics.get('created')) or 'date unknown'}, with Distill "
        f"{text(statistics.get('distill_version')) or 'of an unknown version'}.",
        f"Fingerprint: {header.fingerprint[:8]}.",
        f"Licence: {text(header.collection.get('licence')) or LICENCE}",
    ]
    return "\n".join(lines)


def card_json(header: ModelHeader, *, name: str | None = None) -> dict[str, JSON]:
    """Return a model's card for scripts; what is unknown is None."""
    config, statistics = header.codec_config, header.statistics
    utilisation = _numbers(statistics.get("utilisation"))
    return {
        "name": header.name if name is None else name,
        "tags": list(header.tags),
        "fingerprint": header.fingerprint,
        "num_sounds": num_sounds(header),
        "collection_seconds": number(header.collection.get("seconds")),
        "num_levels": config.num_levels,
        "codebook_size": config.codebook_size,
        "num_parameters": header.num_parameters,
        "size_bytes": header.size_bytes,
        "utilisation": utilisation,
        "perplexity": _numbers(statistics.get("perplexity")),
        "health": None if utilisation is None else [_verdict(used) for used in utilisation],
        "own_mel_distance": number(statistics.get("own_mel_distance")),
        "prior": text(_record(statistics.get("prior")).get("choice")),
        "prior_perplexity": number(_record(statistics.get("prior")).get("perplexity")),
        "real_overlap": number(_record(_record(statistics.get("prior")).get("real")).get("overlap")),
        "steps": number(statistics.get("steps")),
        "seconds": number(statistics.get("seconds")),
        "device": text(statistics.get("device")),
        "tier": text(statistics.get("tier")),
        "created": text(statistics.get("created")),
        "distill_version": text(statistics.get("distill_version")),
        "licence": text(header.collection.get("licence")) or LICENCE,
    }


def number(value: JSON) -> float | None:
    """Return a figure of a file as a number, or None if it is none."""
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def text(value: JSON) -> str | None:
    """Return a text of a file in one printable line, or None if it is none."""
    if not isinstance(value, str):
        return None
    return "".join(char if char.isprintable() else " " for char in value).strip() or None


def num_sounds(header: ModelHeader) -> int | None:
    """Return how many sounds a model was trained on, or None if its file does not tell."""
    names = header.collection.get("names")
    return len(names) if isinstance(names, Sequence) and not isinstance(names, str) else None


def _numbers(value: JSON) -> list[float] | None:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    found = [number(part) for part in value]
    return None if None in found else [part for part in found if part is not None]


def _collection(header: ModelHeader) -> str:
    sounds, seconds = num_sounds(header), number(header.collection.get("seconds"))
    counted = (
        "an unknown number of sounds" if sounds is None else "1 sound" if sounds == 1 else f"{sounds} sounds"
    )
    return (
        f"{counted}, {_duration(seconds)} in all" if seconds is not None else f"{counted}, of unknown length"
    )


def _duration(seconds: float) -> str:
    """Say a time as a person would.

    Examples
    --------
    >>> [_duration(seconds) for seconds in (7.26, 59.97, 412, 7325)]
    ['7.3 s', '1 min 0 s', '6 min 52 s', '2 h 2 min']
    """
    whole = round(seconds)
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _verdict(utilisation: float) -> str:
    return "green" if utilisation > GREEN else "yellow" if utilisation >= RED else "red"


def _health(header: ModelHeader) -> list[str]:
    """One line a level."""
    used = _numbers(header.statistics.get("utilisation"))
    num_levels, size = header.codec_config.num_levels, header.codec_config.codebook_size
    if used is None or len(used) != num_levels:
        return ["Health: not measured."]
    perplexity = _numbers(header.statistics.get("perplexity"))
    if perplexity is not None and len(perplexity) != num_levels:
        perplexity = None
    said = {
        "green": "healthy",
        "yellow": "usable; a smaller codebook would suit these sounds",
        "red": "nearly empty; train with a smaller codebook",
    }
    lines = []
    for index, share in enumerate(used):
        effective = "" if perplexity is None else f", as if {perplexity[index]:.0f} were used evenly"
        lines.append(
            f"Health, level {index + 1} ({level_name(index + 1, num_levels)}): {_verdict(share)}, "
            f"{said[_verdict(share)]}; it uses {100 * share:.0f} % of its {size} entries{effective}."
        )
    return lines


def _quality(statistics: Mapping[str, JSON]) -> str:
    distance = number(statistics.get("own_mel_distance"))
    if distance is None:
        return "not measured"
    words = next(words for most, words in _CLOSENESS if distance <= most)
    return f"{words} (mel distance {distance:.2f})"


def _prior(statistics: Mapping[str, JSON]) -> str:
    """What makes new codes, how well it knows held-out sounds, and what those share with the rest."""
    about = _record(statistics.get("prior"))
    choice = text(about.get("choice"))
    if choice is None:
        return "this model makes none"
    said = PRIORS.get(choice, choice)
    perplexity = number(about.get("perplexity"))
    if perplexity is not None:
        said += f"; it chooses among {perplexity:.1f} codes in effect"
    overlap = number(_record(about.get("real")).get("overlap"))
    if overlap is not None:
        said += f"; real sounds it never heard share {overlap:.0%} of their small pieces with the others"
    return said


def _record(value: JSON) -> Mapping[str, JSON]:
    return value if isinstance(value, Mapping) else {}


def _training(statistics: Mapping[str, JSON]) -> str:
    steps, seconds = number(statistics.get("steps")), number(statistics.get("seconds"))
    parts = [
        f"tier {text(statistics.get('tier')) or 'unknown'}",
        "steps unknown" if steps is None else f"{steps:,.0f} steps",
        "time unknown" if seconds is None else f"{_duration(seconds)}",
    ]
    return f"{', '.join(parts)} on {text(statistics.get('device')) or 'an unknown device'}"
