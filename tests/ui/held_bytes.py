"""What a page holds, from a snapshot of its heap on the standard input, as a number on the standard output.

``python -m tests.ui.held_bytes``: a process of its own, because reading a snapshot takes more memory than the page does, and the
memory of the process that asks is looked at as well.
"""

from __future__ import annotations

import json
import sys

import numpy as np

__all__ = ["held_bytes"]

WATCHED = "blink::NetworkResourcesData"


def held_bytes(text: str) -> int:
    """Bytes of all nodes, without what the browser keeps of every request for whoever watches it from outside.

    Tests do watch: that is 860 bytes a gesture.
    """
    snapshot = json.loads(text)
    fields = snapshot["snapshot"]["meta"]["node_fields"]
    nodes = np.array(snapshot["nodes"], dtype=np.int64).reshape(-1, len(fields))
    watched = [n for n, name in enumerate(snapshot["strings"]) if name.startswith(WATCHED)]
    kept = ~np.isin(nodes[:, fields.index("name")], watched)
    return int(nodes[kept, fields.index("self_size")].sum())


if __name__ == "__main__":
    print(held_bytes(sys.stdin.read()))
