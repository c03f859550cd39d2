"""Serve the page: choose the port, listen, say where, stop cleanly."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from distill.allocator import keep_memory_steady
from distill.errors import BadSetting
from distill.ui.security import LOOPBACK, is_loopback
from distill.ui.site import site
from distill.ui.studio import Studio

__all__ = ["PORT", "Running", "serve", "started"]

PORT = 7860
_TRIED = 20  # ports from the usual one on, if none was asked for


@dataclass(frozen=True)
class Running:
    """A page that is being served.

    Attributes
    ----------
    url : str
    studio : Studio
    """

    url: str
    studio: Studio


def serve(
    *,
    home: Path | str | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    password: str = "",
    device: str = "auto",
    ready: Callable[[Running], None] = lambda running: None,
) -> None:
    """Serve the page until the process is interrupted.

    Parameters
    ----------
    host : str
        The address to listen on. Any besides this machine's own needs a password.
    port : int, optional
        The next free one from 7860 on if not given.
    ready : function
        Is told when the page can be opened.

    Raises
    ------
    BadSetting
        If the port is taken, or the address is open to others without a password.
    """
    with started(home=home, host=host, port=port, password=password, device=device) as (running, thread):
        ready(running)
        # The first sound a person opens should not wait for torch and the model to be read.
        threading.Thread(target=running.studio.ready, name="distill warm-up", daemon=True).start()
        while thread.is_alive():
            thread.join(0.5)


@contextmanager
def started(
    *,
    home: Path | str | None = None,
    host: str = "127.0.0.1",
    port: int | None = None,
    password: str = "",
    device: str = "auto",
) -> Iterator[tuple[Running, threading.Thread]]:
    """Serve the page in a thread, for as long as the block lasts; as :func:`serve`."""
    if not is_loopback(host) and not password:
        raise BadSetting(
            f"the page would be open to everybody who can reach {host}; give a password, or leave --host out."
        )
    with closing(_listen(host, port)) as listening:
        shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
        keep_memory_steady()
        studio = Studio(home, device=device)
        hosts = LOOPBACK if is_loopback(host) else ()
        server = _Server(lambda: site(studio, hosts=hosts, password=password), listening)
        server.start()
        try:
            server.wait_until_ready()
            yield Running(f"http://{shown}:{listening.getsockname()[1]}/", studio), server
        finally:
            server.stop()
            studio.close()


class _Server(threading.Thread):
    """A thread with an event loop of its own, in which a site is built and served."""

    def __init__(self, build: Callable[[], FastAPI], listening: socket.socket) -> None:
        super().__init__(name="distill ui", daemon=True)
        self._build = build
        self._listening = listening
        self._uvicorn: uvicorn.Server | None = None
        self._fault: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._fault = error

    async def _serve(self) -> None:
        # Built inside the loop: outside of one Gradio opens loops of its own, and leaves them open.
        # uvicorn writes tracebacks to the terminal; what is unexpected is in a file by then (distill.ui.answers).
        settings = uvicorn.Config(
            self._build(), log_level="critical", access_log=False, lifespan="on", timeout_graceful_shutdown=1
        )
        self._uvicorn = uvicorn.Server(settings)
        await self._uvicorn.serve(sockets=[self._listening])

    def wait_until_ready(self) -> None:
        """Return when the page can be opened; raise what prevented it."""
        while self.is_alive() and not (self._uvicorn and self._uvicorn.started):
            time.sleep(0.01)
        if self._fault is not None:
            raise self._fault

    def stop(self) -> None:
        """End it; a page that is still open would keep its connection for ever, so that is cut after a second."""
        if self._uvicorn is not None:
            self._uvicorn.should_exit = True
        self.join(5)


def _listen(host: str, port: int | None) -> socket.socket:
    """Take the port that was asked for, or the next free one."""
    for number in [port] if port is not None else range(PORT, PORT + _TRIED):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
        except (OSError, OverflowError):
            listening.close()
            continue
        return listening
    if port is not None:
        raise BadSetting(
            f"port {port} of {host} cannot be used, or is taken; choose another --port, or leave it out."
        )
    raise BadSetting(f"no port from {PORT} to {PORT + _TRIED - 1} of {host} is free; name one with --port.")
