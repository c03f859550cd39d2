"""A disk that fills, for real: a child process that may write only so many bytes, and is stopped at each of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("resource")

WRITER = """
import json, resource, sys
from pathlib import Path
import numpy as np
from distill.audio.clip import Clip
from distill.errors import NoSpace
from distill.output.export import write
from distill.output.formats import FORMATS, checked_encoding
from distill.output.tags import Tags

folder, name, limits = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
clip = Clip(np.random.default_rng(0).uniform(-0.5, 0.5, (2, 60_000)).astype(np.float32))
tags = Tags(title="a", recipe="r" * 30_000)
said = []
for limit in limits:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        write(clip, folder / f"a.{name}", checked_encoding(FORMATS[name]), tags=tags)
        said.append("written")
    except NoSpace as error:
        said.append(str(error))
print(json.dumps(said))
"""


@pytest.mark.parametrize("name", ["wav", "flac", "ogg", "mp3"])
def test_a_disk_that_fills_leaves_the_old_file_and_nothing_else(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"a.{name}"
    path.write_bytes(b"old")
    # At the header, within the sound, where tags need the rest.
    limits = [1, 1_000, 20_000, 45_000]
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(tmp_path), name, json.dumps(limits)],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""  # nothing that C code wanted to say either
    for sentence in json.loads(done.stdout):
        assert sentence == (
            f"could not write 'a.{name}' in {str(tmp_path)!r}: file too large; "
            "nothing was changed there, so make room or choose another folder and try again."
        )
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["flac", "mp3"])
def test_tags_that_find_no_room_leave_nothing_either(tmp_path: Path, name: str) -> None:
    # The sound alone fits; the 30,000 bytes of the recipe do not.
    script = WRITER.replace('"r" * 30_000', '""')
    sized = [sys.executable, "-c", script, str(tmp_path), name, json.dumps([10**9])]
    assert subprocess.run(sized, capture_output=True, timeout=120, check=True).stdout == b'["written"]\n'
    path = tmp_path / f"a.{name}"
    room = path.stat().st_size + 2_000
    path.unlink()
    asked = [sys.executable, "-c", WRITER, str(tmp_path), name, json.dumps([room])]
    done = subprocess.run(asked, capture_output=True, timeout=120, check=True)
    (sentence,) = json.loads(done.stdout)
    assert sentence.startswith(f"could not write 'a.{name}' in ")
    assert done.stderr == b""
    assert list(tmp_path.iterdir()) == []
