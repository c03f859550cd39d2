from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench import machine


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("x = 1\n")
    git("init")
    git("add", ".")
    git("commit", "-m", "first")
    return tmp_path


def test_a_clean_tree_is_named_by_its_commit_and_a_changed_one_by_its_sources_too(repository: Path) -> None:
    clean = machine.commit(repository)
    assert clean.isalnum()
    (repository / "notes.txt").write_text("not code")
    assert machine.commit(repository) == clean
    (repository / "src" / "b.py").write_text("y = 1\n")
    once = machine.commit(repository)
    (repository / "src" / "b.py").write_text("y = 2\n")
    twice = machine.commit(repository)
    assert len({clean, once, twice}) == 3
    assert once.startswith(f"{clean}+")


def test_without_version_control_the_sources_alone_tell(tmp_path: Path) -> None:
    assert machine.commit(tmp_path).startswith("unversioned+")


def test_a_command_is_written_as_it_would_be_typed_from_the_project_root() -> None:
    said = machine.context(
        [str(machine.ROOT / "bench" / "quality.py"), str(machine.ROOT.parent / "sounds"), "--seed"]
    )
    assert said["command"] == "python -m bench.quality ../sounds --seed"


def test_facts_name_processor_cores_and_torch() -> None:
    facts = machine.facts()
    assert facts["cpu"]
    assert facts["cores"] >= 1
    assert facts["memory_gib"] > 0
    assert facts["torch"].startswith("2.")
