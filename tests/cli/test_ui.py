from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from .conftest import Run


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to one process there")
def test_the_page_is_served_until_ctrl_c_and_ends_without_a_traceback(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "distill", "ui", "--no-open", "--port", str(port), "--home", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Whoever runs tests in the background of a shell without jobs has it ignored, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        url = f"http://127.0.0.1:{port}/"
        for _ in range(600):
            try:
                answer = httpx.get(url, timeout=60)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()[0]
                time.sleep(0.1)
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0
    assert said.splitlines() == [f"The page is at {url} (Ctrl-C ends it).", "Ended; everything is saved."]


def test_an_address_that_others_reach_needs_a_password(run: Run) -> None:
    result = run("ui", "--host", "0.0.0.0", "--no-open")
    assert result.exit_code == 2
    assert "give a password, or leave --host out" in result.output
    assert "Traceback" not in result.output


def test_without_gradio_it_says_how_to_install_it_where_distill_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "gradio", None)
    result = run("ui", "--no-open")
    assert result.exit_code == 2
    assert (
        'in the folder Distill was installed from, run: pip install -c constraints.txt -e ".[ui]"'
        in result.output
    )
    assert "distill[ui]" not in result.output  # the package index may have something else of that name
