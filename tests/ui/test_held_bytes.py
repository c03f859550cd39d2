from __future__ import annotations

import json

from tests.ui.held_bytes import held_bytes


def test_nodes_are_summed_without_what_is_kept_for_who_watches() -> None:
    snapshot = {
        "snapshot": {"meta": {"node_fields": ["type", "name", "id", "self_size"]}},
        "strings": ["Array", "blink::NetworkResourcesData::ResourceData", "closure"],
        "nodes": [0, 0, 1, 100, 1, 1, 3, 5000, 0, 2, 5, 20, 1, 1, 7, 5000],
    }
    assert held_bytes(json.dumps(snapshot)) == 120
