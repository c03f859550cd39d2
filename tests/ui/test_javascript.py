"""Modules of the page that need no page, in Node; where codes are changed, against what Python makes of the same records."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import playwright
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.codes.edit_cases import SIZE, made, regions, sounds

from distill.codes.editing import Edit, apply
from distill.codes.grid import Codes
from distill.codes.operation import Operation, operation
from distill.errors import DistillError

ROOT = Path(__file__).parents[2]
TESTS = Path(__file__).parent / "js"

# What dna/grid/local.js does itself.
LOCAL = [
    "set", "fill", "cut", "reverse", "mirror", "rotate", "shift", "thin", "stutter", "repeat", "delete", "trim",
    "duplicate", "insert", "paste", "swap",
]  # fmt: skip


@pytest.fixture(scope="module")
def node() -> str:
    """The Node that Playwright brings along, or the machine's."""
    driver = Path(playwright.__file__).parent / "driver"
    executable = shutil.which("node", path=str(driver)) or shutil.which("node")
    if executable is None:
        pytest.skip("there is no Node on this machine; install it to test the page's modules")
    return executable


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the modules and their tests to where Node takes every file for a module."""
    root = tmp_path_factory.mktemp("modules")
    static = Path("src/distill/ui/static")
    shutil.copytree(ROOT / static, root / static)
    shutil.copytree(TESTS, root / "tests/ui/js")
    (root / "package.json").write_text('{"type": "module"}')
    return root


def test_modules_do_what_they_say(node: str, project: Path) -> None:
    files = sorted(str(path) for path in (project / "tests/ui/js").glob("*.test.mjs"))
    assert files
    _run(node, "--test", *files, cwd=project)


@pytest.mark.parametrize("name", LOCAL)
def test_an_edit_in_the_page_is_the_one_that_python_makes(
    name: str, node: str, project: Path, tmp_path: Path
) -> None:
    cases = _cases(operation(name))
    assert sum(case["after"] is not None for case in cases) >= 15
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    _run(node, "tests/ui/js/local.test.mjs", cwd=project, DISTILL_EDIT_CASES=str(path))


def test_records_of_gestures_replay_in_python_to_what_the_page_shows(node: str, project: Path) -> None:
    done = json.loads(_run(node, "tests/ui/js/gestures.mjs", cwd=project))
    assert len(done) >= 20
    for gesture in done:
        shape = (gesture["channels"], 4, -1)
        before = np.array(gesture["before"]).reshape(shape)
        codes = Codes(
            before, codebook_size=16, fingerprint="1a2b3c4d", model="tiny", num_samples=before.shape[2] * 1024
        )
        after = apply(codes, [Edit.from_json(record) for record in gesture["edits"]]).grid
        said = f"{gesture['gesture']}, {gesture['channels']} channels"
        assert gesture["made"], said
        np.testing.assert_array_equal(after, np.array(gesture["after"]).reshape(shape), said)
        assert not np.array_equal(after, before), said


def _cases(kind: type[Operation]) -> list[dict[str, Any]]:
    """Random sounds, regions and arguments, and what Python makes of them; None where it refuses."""
    cases: list[dict[str, Any]] = []

    @settings(
        max_examples=50,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def collect(data: st.DataObject) -> None:
        codes = data.draw(sounds)
        doing = data.draw(made(kind))
        region = data.draw(regions(codes, whole_columns=doing.changes_length and data.draw(st.booleans())))
        record = Edit(doing, region).to_json()
        try:
            after = apply(codes, [Edit.from_json(record)])
        except DistillError:
            cases.append({"before": _slot(codes), "record": _stored(record), "after": None})
        else:
            cases.append({"before": _slot(codes), "record": _stored(record), "after": _slot(after)})

    collect()
    return cases


def _slot(codes: Codes) -> dict[str, Any]:
    return {
        "channels": codes.num_channels,
        "levels": codes.num_levels,
        "steps": codes.num_steps,
        "size": SIZE,
        "fingerprint": codes.fingerprint,
        "codes": codes.grid.ravel().tolist(),
    }


def _stored(record: dict[str, Any]) -> dict[str, Any]:
    """Frame material without compression, as the page does: what is compressed it leaves to Python."""
    arguments = dict(record["arguments"])
    if "material" in arguments:
        material = dict(arguments["material"])
        data = zlib.decompress(base64.b64decode(material["packed"]))
        material["packed"] = base64.b64encode(zlib.compress(data, 0)).decode()
        arguments["material"] = material
    return record | {"arguments": arguments}


def _run(node: str, *words: str, cwd: Path, **variables: str) -> str:
    done = subprocess.run(
        [node, *words],
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
    return done.stdout
