"""What every page of one running Distill shares: the user folder, the model in use, opened models, work under way.

There is one owner in front of it, so two browser windows show the same studio.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

from distill import api
from distill.errors import DistillError, UnknownModel
from distill.home import home as user_folder
from distill.ui.gathering import Gathering
from distill.ui.jobs import Jobs
from distill.ui.media import Media

__all__ = ["Studio"]

MOST_OPEN = 2  # models kept in memory: the current one, and the one before


class Studio:
    """One owner's work.

    Parameters
    ----------
    home : path, optional
        The user folder.
    device : str
        As :func:`distill.api.open_model`.

    Attributes
    ----------
    home : Path
    device : str
    jobs : Jobs
        Work under way, and its results.
    media : Media
        Sounds and pictures the page may fetch; nothing else on the disk can be.
    training : DetachedTraining
        The training in the background, which outlives this studio.
    gathering : Gathering
        The sounds that are gathered for the next one.
    ear, eye : Executor
        One thread each for what is decoded and drawn after every edit. Threads that come and go, as those of routes do, each leave memory
        behind: a server grew by 44 % in half an hour of editing.
    """

    def __init__(self, home: Path | str | None = None, *, device: str = "auto") -> None:
        self.home = user_folder(home)
        self.device = device
        self.jobs = Jobs()
        self.media = Media()
        self.training = api.DetachedTraining(self.home)
        self.gathering = Gathering(self.home)
        self.ear = ThreadPoolExecutor(1, thread_name_prefix="distill ear")
        self.eye = ThreadPoolExecutor(1, thread_name_prefix="distill eye")
        self._lock = threading.RLock()
        self._opened: OrderedDict[tuple[str, int], api.Model] = OrderedDict()

    def close(self) -> None:
        """End its threads; what runs in the background goes on."""
        for executor in (self.ear, self.eye):
            executor.shutdown(wait=False, cancel_futures=True)

    @property
    def model(self) -> str | None:
        """The name of the model in use: the one chosen last, else the newest; None in an empty library."""
        return api.current_model(home=self.home)

    @cached_property
    def project(self) -> api.Project:
        """The two sounds open in the editor; read from the disk when they are first asked for."""
        with self._lock:
            return api.Project(self.home, opener=self.opened)

    def choose(self, name: str) -> None:
        """Take another model into use.

        Raises
        ------
        UnknownModel
            If there is none of that name.
        """
        api.choose_model(name, home=self.home)

    def opened(self, name: str | None = None) -> api.Model:
        """Return a model that is ready to work, opened once; the one in use if none is named.

        Raises
        ------
        UnknownModel, BadModelFile
            If there is none, or it cannot be opened.
        """
        wanted = name or self.model
        if wanted is None:
            raise UnknownModel(
                "there is no model yet; train one in Sounds & Train, or try the built-in collection there."
            )
        path = next((entry.path for entry in api.models(home=self.home) if entry.name == wanted), None)
        if path is None:
            raise UnknownModel(f"there is no model {wanted!r} in the library; choose another one.")
        with self._lock:
            key = (str(path), path.stat().st_mtime_ns)
            if key not in self._opened:
                self._opened[key] = api.open_model(wanted, home=self.home, device=self.device)
            self._opened.move_to_end(key)
            while len(self._opened) > MOST_OPEN:
                self._opened.popitem(last=False)
            return self._opened[key]

    def renoted(self, model: api.Model) -> None:
        """Take in a model whose file got other names of entries and nothing else, so that it is not opened again."""
        with self._lock:
            self._opened[str(model.path), model.path.stat().st_mtime_ns] = model

    def ready(self) -> bool:
        """Whether the model in use can be opened."""
        try:
            self.opened()
        except (DistillError, OSError):
            return False
        return True
