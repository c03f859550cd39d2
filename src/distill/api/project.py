"""The editor's project: two open sounds, A and B, edited side by side, heard, kept on the disk after every change.

::

    from distill import api

    project = api.Project()
    project.open_file("A", "rain.wav")
    project.do("A", ["reverse from=1.0 to=2.0", "brighter from=2.0"])
    project.undo("A")
    project.keep("A")          # a take of the history

It is the browser's, and any script's: whatever a page does to a sound, one line of Python does as well. Any number of threads
may use it; a change may name the revision it was made on, and is refused if there is a newer one (two windows at once).
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from distill.api.hearing import Heard
from distill.api.outlines import Outline, outline_of
from distill.api.project_editing import EditedSlots
from distill.api.project_slots import MOST_SECONDS, SLOTS
from distill.api.sounds import Written, write_sound
from distill.api.taking import keep_take
from distill.audio.clip import SAMPLE_RATE, Clip
from distill.codes import storage
from distill.codes.grid import Codes
from distill.errors import NoSpace
from distill.progress import Cancel, Report, silent

__all__ = ["MOST_SECONDS", "SLOTS", "Project", "Strip"]


@dataclass(frozen=True)
class Strip:
    """What is drawn above a grid.

    Attributes
    ----------
    outline : Outline
    spectrogram : uint8 array [bands, columns]
        The lowest band first; 255 is the loudest point.
    """

    outline: Outline
    spectrogram: npt.NDArray[np.uint8]


class Project(EditedSlots):
    """Two open sounds.

    Parameters
    ----------
    home : path, optional
        The user folder. What was open there is open again, with everything that can be undone and redone.
    opener : function, optional
        Gives the model of a name, opened; for whoever keeps models open.
    device : str
        As :func:`distill.api.open_model`, for models that this opens itself.

    Attributes
    ----------
    sentences : tuple of str
        What could not be opened as it was left.
    """

    def hear(self, slot: str, *, have: int = 0, original: bool = False) -> Heard:
        """Return the sound of the levels that are heard, or what of it is new.

        Parameters
        ----------
        have : int
            Number of the sound that is known already (:class:`distill.api.hearing.Heard`).
        original : bool
            The sound before its first edit.

        Raises
        ------
        BadInput, UnknownModel, ForeignCodes
            If the slot is empty, or its model is gone.
        """
        with self._lock:
            there = self._slot(slot)
            sound = there.sound
            codes = sound.session.original if original else sound.sound
            hearing, audible = there.original if original else there.hearing, sound.audible
        return hearing.sound(self.model_of(codes).codec, codes, audible, have=have)

    def strip(self, slot: str, *, points: int = 2000) -> Strip:
        """Return the waveform and spectrogram of what is heard.

        Raises
        ------
        BadInput, UnknownModel, ForeignCodes
            As :meth:`hear`.
        """
        from distill.pictures import mel_levels

        clip = Clip(self.hear(slot).samples, SAMPLE_RATE)
        return Strip(outline_of(clip.samples, points=points), mel_levels(clip))

    def codes(self, slot: str) -> Codes:
        """Return the codes of an open sound with their list of edits.

        Raises
        ------
        BadInput
            If the slot is empty.
        """
        with self._lock:
            return self.sound(slot).session.codes

    def keep(self, slot: str, *, report: Report = silent, cancel: Cancel | None = None) -> Written:
        """Keep an open sound as a take of the history, with all of its levels.

        Returns
        -------
        Written
            Its path is that of the take's own sound.

        Raises
        ------
        BadInput, UnknownModel, ForeignCodes, NoSpace
            If it could not be made, or not be kept.
        """
        sound = self.sound(slot)
        codes, sentences = storage.fitting(self.codes(slot))
        model = self.model_of(codes)
        with tempfile.TemporaryDirectory(prefix="distill-") as folder:
            target = Path(folder) / f"{_file_name(sound.title)}.wav"
            written = write_sound(model, codes, target, None, 0, report, cancel)
            kept = keep_take(
                "edit", model=model, codes=codes, path=target, home=self.home, sound=True, passing=True
            )
        if kept.sound is None:
            raise NoSpace(kept.sentences[0])
        sentences = (*written.sentences, *sentences, *kept.sentences)
        if len(sound.audible) < codes.num_levels:
            sentences = (*sentences, "Muted levels are heard in it, too.")
        return Written(kept.sound, written.seconds, sentences, kept.number)


def _file_name(title: str) -> str:
    """Make a title the name of a file on any system."""
    plain = "".join(c if c in "_ -" or unicodedata.category(c)[0] in "LMN" else " " for c in title)
    return re.sub(" +", " ", plain).strip()[:80].strip() or "sound"
