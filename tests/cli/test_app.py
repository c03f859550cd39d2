from __future__ import annotations

import subprocess
import sys

import pytest

from distill.version import VERSION

from .conftest import Run

COMMANDS = ("demo", "train", "doctor", "resynth", "encode", "decode", "export", "models")


def test_help_lists_every_command(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    for command in COMMANDS:
        assert f"│ {command} " in result.stdout


def test_no_command_shows_the_help(run: Run) -> None:
    result = run()
    assert result.exit_code == 0
    assert "Start here" in result.stdout


@pytest.mark.parametrize("command", [*COMMANDS, "models list", "models show"])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert f"Usage: distill {command}" in result.stdout
    if command not in {"models"}:
        assert "--json" in result.stdout
        assert "--home" in result.stdout


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout == f"distill {VERSION}\n"


def test_shell_completion_is_on(run: Run) -> None:
    assert "--install-completion" in run("--help").stdout


SLOW = {
    "matplotlib",
    "scipy",
    "mutagen",
    "pyloudnorm",
    "gradio",
    "sofar",
}  # to load: a quarter of a second and more


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("distill", {"torch", "numpy", "pydantic", "soundfile"} | SLOW),
        ("distill.cli", {"torch", "numpy", "pydantic", "soundfile"} | SLOW),
        ("distill.api", SLOW),
    ],
)
def test_importing_loads_nothing_heavy(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
