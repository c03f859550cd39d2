from __future__ import annotations

import threading

import httpx
import pytest

from distill.ui import Running


def test_sounds_are_decoded_and_drawn_in_threads_that_stay(served: Running) -> None:
    seen: set[tuple[str, int]] = set()
    project = served.studio.project
    hear = project.hear

    def noted(*given: object, **named: object) -> object:
        seen.add((threading.current_thread().name, threading.get_ident()))
        return hear(*given, **named)  # type: ignore[arg-type]

    project.hear = noted  # type: ignore[method-assign, assignment]
    for _ in range(3):
        for part in ("sound", "strip"):
            httpx.get(
                f"{served.url}distill/project/{part}/A", timeout=60
            )  # nothing is open: told, in the same threads
    assert {name for name, _ in seen} == {"distill ear_0", "distill eye_0"}
    assert len(seen) == 2


def test_the_threads_end_with_the_page(served: Running) -> None:
    served.studio.ear.submit(int).result()
    served.studio.close()
    with pytest.raises(RuntimeError, match="after shutdown"):
        served.studio.ear.submit(int)
