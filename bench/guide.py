"""Write docs/edits.md from the operations themselves, so that it never says what they do not do.

    python -m bench.guide [--document docs/edits.md]

Everything between ``<!-- operations -->`` and ``<!-- /operations -->`` is replaced; words around it stay as they are.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from bench import machine
from bench.tables import markdown
from distill.codes.listing import ListedOperation, listing
from distill.errors import BadInput, DistillError

__all__ = ["fill", "main"]

_MARKED = re.compile(r"(<!-- operations -->)\n.*?(<!-- /operations -->)", re.DOTALL)


def fill(document: str) -> str:
    """Return the document with every operation described anew.

    Raises
    ------
    BadInput
        If there is no place marked for them.
    """
    if len(_MARKED.findall(document)) != 1:
        raise BadInput(
            "there is no one place for the operations; put <!-- operations --> and <!-- /operations --> on lines of their own."
        )
    parts = []
    for group, members in groupby(listing(), key=lambda one: one.group):
        parts += [f"## {group}", *(_described(one) for one in members)]
    text = "\n\n".join(parts)
    return _MARKED.sub(lambda found: f"{found[1]}\n{text}\n{found[2]}", document)


def _described(one: ListedOperation) -> str:
    lines = [
        f"### {one.name}",
        "",
        one.summary,
        "",
        "```",
        f"distill edit a.codes --do '{one.example}' -o b.wav",
        "```",
        "",
    ]
    lines += [f"*Listen:* {one.hear}"]
    if one.arguments:
        rows = [
            (f"`{own.name}`", own.about, own.allowed, "needed" if own.required else own.usual or "-")
            for own in one.arguments
        ]
        lines += ["", markdown(["argument", "what it does", "allowed", "usual"], rows, words=range(4))]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill the document in place; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.guide", description="Write the guide to the edits."
    )
    parser.add_argument("--document", type=Path, default=machine.ROOT / "docs" / "edits.md")
    given = parser.parse_args(arguments)
    try:
        if not given.document.exists():
            raise BadInput(
                f"{given.document} is not there; write it with the markers where the operations belong."
            )
        given.document.write_text(fill(given.document.read_text(encoding="utf-8")), encoding="utf-8")
    except DistillError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
