"""On what, when and with which code a figure was measured."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "commit", "context", "facts", "one_thread", "source_hash"]

ROOT = Path(__file__).resolve().parent.parent


def facts() -> dict[str, Any]:
    """Processor, cores this process may use, memory in GiB, accelerator, versions."""
    import torch

    accelerator = torch.cuda.get_device_name() if torch.cuda.is_available() else None
    if accelerator is None and torch.backends.mps.is_available():
        accelerator = "Apple MPS"
    return {
        "cpu": _cpu_model(),
        "cores": _cores(),
        "memory_gib": _memory_gib(),
        "accelerator": accelerator,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def context(command: Iterable[str] | None = None) -> dict[str, Any]:
    """Return what every line of results carries: command, date (UTC), commit, machine."""
    given = list(sys.argv) if command is None else list(command)
    if given and given[0].endswith(".py"):
        given[0] = f"python -m bench.{Path(given[0]).stem}"
    given = [os.path.relpath(word, ROOT) if Path(word).is_absolute() else word for word in given]
    return {
        "command": " ".join(given),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        "commit": commit(),
        "machine": facts(),
    }


def commit(root: Path = ROOT, *, parts: Sequence[str] = ()) -> str:
    """Short hash of the commit; with ``+`` and a hash of the sources where they were changed since.

    Parameters
    ----------
    parts : sequence of str
        The last commit that changed any of these files and folders: what is measured by them alone stays the same until then.
    """
    try:
        head = _git(root, "log", "-1", "--format=%h", *(("--", *parts) if parts else ()))
        # Results change nothing of what is measured.
        measuring = parts or ("src", "bench", ":(exclude)bench/runs")
        changed = _git(root, "status", "--porcelain", "--untracked-files=all", "--", *measuring)
    except (OSError, subprocess.CalledProcessError):
        head, changed = "unversioned", "all"
    if not changed:
        return head
    return f"{head}+{source_hash([*sorted((root / 'src').rglob('*.py')), *sorted((root / 'bench').glob('*.py'))])}"


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one core inside: figures that shall not depend on what the other does."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def source_hash(files: Iterable[Path]) -> str:
    """Eight hexadecimal digits that stand for the contents of these files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:8]


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _cpu_model() -> str:
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _memory_gib() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
