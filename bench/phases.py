"""What is missing from a decoded sound: its magnitudes or its phases? Each is taken from the sound itself in turn.

    python -m bench.phases MODEL COLLECTION [--seed 0] [--out bench/runs]

Sounds and MODEL are those of :mod:`bench.cases`. What the decoder makes of a sound's codes is inverted with its own magnitude and
phase, with one of them the sound's true one, and with the true phase in a part of the bins or turned apart between steps: what
comes nearer says where there is something to gain, and how much at most. ``slopes`` are mean cosines, by power, of how far a phase's
change is off from one frame to the next and from one bin to the next: 1 is right, 0 is chance.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from statistics import fmean

import torch
from torch import Tensor
from torch.nn import functional as F

from bench import cases
from bench.cases import Case
from bench.records import Record
from bench.subject import Distill
from bench.tables import in_order, markdown, newest
from distill.audio.distances import mel_distance
from distill.audio.spectrum import istft, random_phase, stft
from distill.codec.model import Codec

__all__ = ["WAYS", "figures", "main", "phases", "slopes"]

LOW_HZ = 3000.0  # below it lie most mel bands, and the partials
SMALLEST = 1e-7

# Unit phasors [bins, F] of the head and of the sound, and the bins' frequencies in Hz [bins] -> unit phasors.
WAYS: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "as decoded": lambda head, true, hz: head,
    "true phase": lambda head, true, hz: true,
    "true phase below 1 kHz": lambda head, true, hz: torch.where(hz[:, None] < LOW_HZ / 3, true, head),
    "true phase below 3 kHz": lambda head, true, hz: torch.where(hz[:, None] < LOW_HZ, true, head),
    "true phase above 3 kHz": lambda head, true, hz: torch.where(hz[:, None] < LOW_HZ, head, true),
    "true phase, steps turned apart": lambda head, true, hz: _turned_apart(true),
    "phase of chance": lambda head, true, hz: random_phase(*true.shape, seed=0),
}
TRUE_MAGNITUDE = "true magnitude, phase as decoded"


def _turned_apart(phase: Tensor) -> Tensor:
    """All bins of a step are turned by one angle of chance: right within each step, and not from one to the next."""
    turns = torch.rand(-(-phase.shape[1] // 2), generator=torch.Generator().manual_seed(0)) * 2 * math.pi
    return phase * torch.polar(torch.ones_like(turns), turns).repeat_interleave(2)[: phase.shape[1]]


def slopes(head: Tensor, spectrum: Tensor) -> tuple[float, float]:
    """Mean cosine of what phases' changes are off, over time and over frequency, below :data:`LOW_HZ`; by power.

    Parameters
    ----------
    head : complex Tensor [bins, F]
        Unit phasors.
    spectrum : complex Tensor [bins, F]
        The sound's own.
    """
    low = int(LOW_HZ / 24_000 * (len(head) - 1))
    error = head[:low] * spectrum[:low].conj()  # its length is the magnitude

    def along(one: Tensor, other: Tensor) -> float:
        return float((one * other.conj()).real.sum() / (one.abs() * other.abs()).sum().clamp_min(SMALLEST))

    return along(error[:, 1:], error[:, :-1]), along(error[1:], error[:-1])


@torch.no_grad()
def figures(codec: Codec, case: Case) -> dict[str, float]:
    """Mel distance of one sound in each way, and the slopes of the head's phase."""
    n_fft, hop_length = codec.config.n_fft, codec.config.hop_length
    num_samples = case.sound.shape[1]
    hz = torch.linspace(0, codec.config.sample_rate / 2, n_fft // 2 + 1)

    def off(spectrum: Tensor) -> float:
        heard = istft(spectrum, n_fft=n_fft, hop_length=hop_length)[None, :num_samples]
        return mel_distance(case.sound, heard / case.gain)

    padded = F.pad(case.sound * case.gain, (0, -num_samples % codec.step_length))
    spectrum = stft(padded, n_fft=n_fft, hop_length=hop_length)[0]
    true = spectrum / spectrum.abs().clamp_min(SMALLEST)
    magnitude = codec.head.log_magnitude(case.hidden).exp()[0]
    head = codec.head.unit_phase(case.hidden)[0]
    over_time, over_frequency = slopes(head, spectrum)
    return {
        **{way: off(magnitude * phase(head, true, hz)) for way, phase in WAYS.items()},
        TRUE_MAGNITUDE: off(spectrum.abs() * head),
        "slope over time": over_time,
        "slope over frequency": over_frequency,
    }


def measured(codec: Codec, decoded: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Mean :func:`figures` of the own and of the never-seen sounds."""
    found = {own: [figures(codec, case) for case in decoded if case.own is own] for own in (True, False)}
    return {
        name: {
            part: fmean(one[name] for one in found[own]) for part, own in (("own", True), ("unseen", False))
        }
        for name in found[True][0]
    }


def phases(lines: Sequence[Record]) -> str:
    """Draw the distances of each collection, own / never seen, a way in a row."""
    known = in_order(newest(lines))
    rows = [
        [way, *(f"{line['ways'][way]['own']:.2f} / {line['ways'][way]['unseen']:.2f}" for line in known)]
        for way in (*WAYS, TRUE_MAGNITUDE, "slope over time", "slope over frequency")
    ]
    return markdown(["", *(line["key"]["collection"] for line in known)], rows, words=(0,))


def main(arguments: Sequence[str] | None = None, *, subject: Distill | None = None) -> int:
    """Measure one model on its collection; return the exit code."""
    given = cases.parser("phases", "Magnitude or phase?").parse_args(arguments)
    return cases.run("phases", given, measured, table=phases, subject=subject)


if __name__ == "__main__":
    sys.exit(main())
