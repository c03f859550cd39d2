"""Which run stands behind each number that a codec starts with: every setting, its default, and what was tried in its place.

What is drawn comes from the lines of :mod:`bench.defaults`; what was measured elsewhere, or before lines were kept, is named by hand,
without figures. A number that neither has is shown as one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from bench.defaults_tables import measured, moved
from bench.records import Record
from bench.tables import markdown
from distill.config import Augmentation, CodecConfig, CodecTraining

__all__ = ["ELSEWHERE", "NO_RUN", "UNMEASURED", "behind", "numbers"]

NO_RUN = "no run yet"
GROUPS: Mapping[str, type[BaseModel]] = {
    "codec": CodecConfig,
    "training": CodecTraining,
    "augmentation": Augmentation,
}
UNMEASURED = ("sample_rate", "precision")  # what is exported, and what the machine is quicker in

_EARLIER = "earlier drafts, last table of this section"
_WITH_SHARE = "its share, above"
ELSEWHERE = {
    "hop_length": _EARLIER,
    "frames_per_step": _EARLIER,
    "n_fft": _EARLIER,
    "num_mels": _EARLIER,
    "num_attack_mels": _EARLIER,
    "num_levels": "[Sizes](#sizes)",
    "codebook_size": "[Sizes](#sizes)",
    "num_pan_bands": "[decisions](decisions.md), *the side's codes*",
    "kernel_size": "[decisions](decisions.md), *kernels of 3 steps*",
    "patience": "never acted: every draft in [Quality](#quality) had its best score at its last step",
    "gain_db": _WITH_SHARE,
    "noise_db": _WITH_SHARE,
}


def behind(lines: Sequence[Record]) -> str:
    """Draw a row for each number: its default, and each change of it with how far own and never-seen sounds moved, in percent."""
    found = _tried(measured(lines))
    rows = []
    for group, name, default in numbers():
        said = found.get((group, name), [])
        if name in ELSEWHERE:
            said = [*said, ELSEWHERE[name]]
        rows.append([name, _shown(default), "; ".join(said) or NO_RUN])
    return markdown(["number", "default", "tried instead: own / never seen, % (draft)"], rows, words=(0, 2))


def numbers() -> Iterator[tuple[str, str, Any]]:
    """Name every setting with its group and its default, but those that are no matter of quality."""
    for group, kind in GROUPS.items():
        for name, field in kind.model_fields.items():
            if name not in UNMEASURED:
                yield group, name, field.default


def _tried(lines: Sequence[Record]) -> Mapping[tuple[str, str], list[str]]:
    """Of each (group, number) the changes of it, the newest draft first."""
    changes: dict[tuple[str, str, float], list[Record]] = {}
    for line in reversed(lines):
        key = line["key"]
        changes.setdefault((key["variant"], key["commit"], key["minutes"]), []).append(line)
    tried: dict[tuple[str, str], list[str]] = {}
    for (variant, commit, minutes), runs in changes.items():
        shares = moved(runs, lines)
        if shares is None:
            continue
        about = commit if minutes == 3 else f"{commit}, {minutes:g} minutes"
        for group in GROUPS:
            for name in runs[0]["key"][group]:
                tried.setdefault((group, name), []).append(f"{variant} {' / '.join(shares)} ({about})")
    return tried


def _shown(default: object) -> str:
    return f"{default:g}" if isinstance(default, int | float) else str(default)
