"""What the editing commands say: files that were written, operations, templates, histories."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distill.cli.telling import as_take, document, line, table

if TYPE_CHECKING:
    from distill.api import Edited

__all__ = ["tell_edited", "tell_histories", "tell_operations", "tell_templates"]


def tell_edited(made: Sequence[Edited], *, as_json: bool) -> None:
    """Say where each file is and how much of it changed."""
    if as_json:
        keys = ("path", "seconds", "edits", "changed", "sentences", "take")
        document({"files": [{key: getattr(one, key) for key in keys} for one in made]})
        return
    for one in made:
        edits = f"{len(one.edits)} edit{'' if len(one.edits) == 1 else 's'} in all"
        line(
            f"Wrote {one.path} ({one.seconds:.2f} s; {edits}, {100 * one.changed:.0f} % of the codes changed)"
            f"{as_take(one.take)}"
        )
        for sentence in one.sentences:
            line(sentence)


def tell_operations(operations: Sequence[Any], *, as_json: bool) -> None:
    """List operations by group, with arguments, an example and what to hear."""
    if as_json:
        keys = ("name", "group", "summary", "example", "hear")
        of_argument = ("name", "allowed", "usual", "required", "about")
        listed = [
            {key: getattr(one, key) for key in keys}
            | {"arguments": [{key: getattr(own, key) for key in of_argument} for own in one.arguments]}
            for one in operations
        ]
        document({"operations": listed})
        return
    group = ""
    for one in operations:
        if one.group != group:
            group = one.group
            line(f"\n{group}", style="bold")
        line(f"\n  {one.name}: {one.summary}")
        for own in one.arguments:
            usual = " (needed)" if own.required else f" (usually {own.usual})" if own.usual else ""
            line(f"      {own.name}: {own.about}; {own.allowed}{usual}")
        line(f"      listen: {one.hear}", style="dim")
        line(f"      --do '{one.example}'")
    line(
        "\nEvery operation also takes from=TIME to=TIME levels=1-2 every=N channels=mid|side|both seed=N. "
        "A time is in seconds (1.5), steps (17st), or with --tempo in beats and bars (2b, 1bar)."
    )


def tell_templates(found: Sequence[Any], *, as_json: bool) -> None:
    """List the edits that are kept by name, or say how to keep some."""
    if as_json:
        document(
            {
                "templates": [
                    {"name": one.name, "edits": len(one.edits), "path": one.path, "damaged": one.damaged}
                    for one in found
                ]
            }
        )
        return
    if not found:
        line(
            "No edits are kept by name yet; keep some with: distill edit A.codes --do ... -o B.codes --save-template NAME"
        )
        return
    table(
        ("template", "edits", "operations"),
        [
            (
                one.name,
                "-" if one.damaged else str(len(one.edits)),
                one.damaged or ", ".join(edit.operation.name for edit in one.edits),
            )
            for one in found
        ],
    )


def tell_histories(histories: Sequence[tuple[Path, Any]], *, as_json: bool) -> None:
    """List the edits behind each file, a line an edit."""
    if as_json:
        keys = ("source", "model", "edits")
        document(
            {"files": [{"path": path} | {key: getattr(one, key) for key in keys} for path, one in histories]}
        )
        return
    for path, one in histories:
        line(f"{path}: {one.source or 'a sound'} by {one.model or 'a model without a name'}", style="bold")
        for number, text in enumerate(one.edits, start=1):
            line(f"{number:>4}  {text}")
        if not one.edits:
            line("      not edited")
