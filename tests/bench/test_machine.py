from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench import machine


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("x = 1\n")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
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


def test_results_that_are_kept_change_nothing_of_what_is_measured(repository: Path) -> None:
    clean = machine.commit(repository)
    (repository / "bench" / "runs").mkdir(parents=True)
    (repository / "bench" / "runs" / "quality.jsonl").write_text("{}\n")
    assert machine.commit(repository) == clean
    (repository / "bench" / "quality.py").write_text("x = 1\n")
    assert machine.commit(repository) != clean


def test_two_changes_of_what_measures_are_told_apart(repository: Path) -> None:
    (repository / "bench").mkdir()
    measured = []
    for version in (1, 2):
        (repository / "bench" / "trials.py").write_text(f"x = {version}\n")
        measured.append(machine.commit(repository, parts=("src", "bench/trials.py")))
    assert len(set(measured)) == 2


def test_parts_are_named_by_the_last_commit_that_changed_them(repository: Path) -> None:
    first = machine.commit(repository, parts=("src",))
    (repository / "notes.txt").write_text("not code")
    git(repository, "add", ".")
    git(repository, "commit", "-m", "notes")
    assert machine.commit(repository, parts=("src",)) == first != machine.commit(repository)
    (repository / "src" / "a.py").write_text("x = 2\n")
    assert machine.commit(repository, parts=("src",)).startswith(f"{first}+")


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
