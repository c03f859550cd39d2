"""How loud a sound is to a listener, in LUFS, and a gain that makes it as loud as wanted.

Loudness is that of ITU-R BS.1770-4: two filters that weigh like an ear, mean squares over 0.4 s in steps of 0.1 s, and
pauses left out by two gates. The filters are pyloudnorm's, in De Man's form, which is the standard's table at 48 kHz; the
sums are our own, because pyloudnorm wants a sound whole and twice in float64 (6 GB an hour of stereo).

:mod:`distill.audio.level` measures something else: the level of what is not silent, of sounds from 0.1 s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from distill.audio.clip import Clip, Samples
from distill.audio.limiter import PeakLimiter
from distill.audio.true_peak import true_peak_dbtp
from distill.errors import BadSetting

__all__ = [
    "CEILING_DBTP",
    "LOUDEST",
    "QUIETEST",
    "Levelled",
    "LoudnessMeter",
    "check_target",
    "loudness",
    "to_loudness",
]

CEILING_DBTP = -1.0  # what every file stays under
QUIETEST, LOUDEST = -50.0, -5.0  # LUFS that can be asked for
MOST_LIMITING_DB = 6.0  # more is heard as pumping and distortion
MOST_GAIN_DB = 40.0  # a sound that wants more is a noise floor
_CLOSE_ENOUGH = 0.05  # LU; meters agree to 0.1
_ROUNDS = 8
_BLOCK = 2**18  # samples of each channel worked on at once: float64 of a block, not of the whole
_HOPS = 4  # of 0.1 s, in a block of 0.4 s
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0  # LUFS, and LU below the mean of what passed the first

_Array = npt.NDArray[np.float64]


class LoudnessMeter:
    """Integrated loudness of a sound of one or two channels that may arrive in pieces.

    How the sound was cut into pieces changes nothing. A sound shorter than a block of 0.4 s, of which the standard
    says nothing, is measured with silence after it: as loud as it is when played alone.

    Examples
    --------
    >>> seconds = np.arange(96_000) / 48_000  # the standard's own example: a tone of 997 Hz at full scale in one channel
    >>> meter = LoudnessMeter(48_000)
    >>> meter.add(np.sin(2 * np.pi * 997 * seconds).astype(np.float32)[None])
    >>> round(meter.lufs, 1)
    -3.0
    """

    def __init__(self, sample_rate: int) -> None:
        from pyloudnorm import IIRfilter

        self._hop = round(sample_rate / 10)
        # De Man, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018
        shelf = IIRfilter(
            3.99984385397, 0.7071752369554193, 1681.9744509555319, sample_rate, "high_shelf_DeMan"
        )
        high_pass = IIRfilter(0.0, 0.5003270373253953, 38.13547087613982, sample_rate, "high_pass_DeMan")
        self._filters = [(stage.b, stage.a) for stage in (shelf, high_pass)]
        self._states: list[_Array] | None = None
        self._rest: _Array | None = None  # weighted samples [C, less than a hop]
        self._energies: list[float] = []  # of all channels, a hop each

    def add(self, samples: Samples) -> None:
        """Take the next samples [C, T]; both channels count alike, as the standard has it for left and right."""
        assert samples.shape[0] in (1, 2), samples.shape
        if not samples.shape[1]:  # of which lfilter makes a state that is anything
            return
        weighted, self._states = self._weighted(samples)
        joined = weighted if self._rest is None else np.concatenate([self._rest, weighted], axis=1)
        whole = joined.shape[1] // self._hop * self._hop
        hops = joined[:, :whole].reshape(len(joined), -1, self._hop)
        self._energies += np.square(hops).sum(axis=(0, 2)).tolist()
        self._rest = joined[:, whole:].copy()

    @property
    def lufs(self) -> float:
        """Loudness so far; minus infinity of silence, and of what lies below -70 LUFS throughout."""
        if self._rest is None:
            return -math.inf
        energies = self._energies
        if len(energies) < _HOPS:
            missing = (_HOPS - len(energies)) * self._hop - self._rest.shape[1]
            after, _ = self._weighted(np.zeros((len(self._rest), missing), np.float32))
            energies = [
                sum(energies) + float(np.square(self._rest).sum() + np.square(after).sum()),
                0.0,
                0.0,
                0.0,
            ]
        sums = np.convolve(energies, np.ones(_HOPS), mode="valid")
        powers = sums / (_HOPS * self._hop)
        passed = powers[powers > _power(_ABSOLUTE_GATE)]
        if not len(passed):
            return -math.inf
        passed = passed[passed > passed.mean() * 10 ** (_RELATIVE_GATE / 10)]
        return -0.691 + 10 * math.log10(passed.mean())

    def _weighted(self, samples: Samples) -> tuple[_Array, list[_Array]]:
        """Weigh samples [C, T] like an ear, from the state the filters are in, and tell the state they come to."""
        from scipy.signal import lfilter

        weighted = samples.astype(np.float64)
        states = self._states or [np.zeros((len(samples), 2)) for _ in self._filters]
        following = []
        for (b, a), state in zip(self._filters, states, strict=True):
            weighted, state = lfilter(b, a, weighted, axis=1, zi=state)
            following.append(state)
        return weighted, following


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def loudness(clip: Clip) -> float:
    """Integrated loudness of a clip in LUFS; minus infinity of silence."""
    meter = LoudnessMeter(clip.sample_rate)
    for start in range(0, clip.num_samples, _BLOCK):
        meter.add(clip.samples[:, start : start + _BLOCK])
    return meter.lufs


@dataclass(frozen=True, eq=False)
class Levelled:
    """A clip that was made as loud as was asked.

    Attributes
    ----------
    clip : Clip
    lufs : float
        What it has come to.
    sentences : tuple of str
        What its owner should know: peaks that were limited, a loudness that could not be reached.
    """

    clip: Clip
    lufs: float
    sentences: tuple[str, ...] = ()


def to_loudness(
    clip: Clip,
    target_lufs: float,
    *,
    ceiling_dbtp: float = CEILING_DBTP,
    most_limiting_db: float = MOST_LIMITING_DB,
) -> Levelled:
    """Make a sound as loud as asked, as far as its peaks allow.

    Peaks over the ceiling are limited; what that takes from the loudness is given back by more gain.

    Parameters
    ----------
    target_lufs : float in -50..-5
        Streaming services play at -14, broadcast at -23.
    most_limiting_db : float >= 0
        By how much peaks are limited at most; 0 for a sound that has to keep its shape, such as a loop.

    Raises
    ------
    BadSetting
        For another loudness.
    """
    check_target(target_lufs)
    found = loudness(clip)
    if not math.isfinite(found):
        return Levelled(
            clip,
            found,
            (f"The sound is silent, so it cannot be brought to {target_lufs:g} LUFS; it is left as it is.",),
        )
    sentences = []
    if clip.seconds < 0.4:
        sentences.append(
            f"The sound lasts {clip.seconds:.2f} s; loudness is measured over 0.4 s, so silence after it was counted in."
        )
    room = ceiling_dbtp - true_peak_dbtp(clip.samples) + most_limiting_db
    most = min(room, MOST_GAIN_DB)
    wanted = target_lufs - found
    for _ in range(_ROUNDS):
        gain = min(wanted, most)
        limited, reduced_db = _amplified(clip, gain, ceiling_dbtp)
        reached = loudness(limited)
        missing = target_lufs - reached
        if abs(missing) <= _CLOSE_ENOUGH or (missing > 0 and gain >= most):
            break
        wanted = gain + missing
    if reduced_db > 0.05:
        sentences.append(f"Peaks were limited by up to {reduced_db:.1f} dB for the loudness.")
    if target_lufs - reached > 2 * _CLOSE_ENOUGH:
        why = (
            f"its peaks would have to be limited{f' by more than {most_limiting_db:g} dB' if most_limiting_db else ''}"
            if most < MOST_GAIN_DB
            else f"it was raised by {MOST_GAIN_DB:g} dB, which is the most there is"
        )
        sentences.append(f"The loudness is {reached:.1f} LUFS and not the {target_lufs:g} asked for: {why}.")
    return Levelled(limited, reached, tuple(sentences))


def _amplified(clip: Clip, gain_db: float, ceiling_dbtp: float) -> tuple[Clip, float]:
    """Amplify and limit a clip block by block; tell the deepest reduction in dB as well."""
    limiter = PeakLimiter(clip.num_channels, ceiling_dbtp=ceiling_dbtp, sample_rate=clip.sample_rate)
    gain = np.float32(10 ** (gain_db / 20))
    samples = np.empty_like(clip.samples)
    written = 0
    for start in range(0, clip.num_samples, _BLOCK):
        part = limiter.process(clip.samples[:, start : start + _BLOCK] * gain)
        samples[:, written : written + part.shape[1]] = part
        written += part.shape[1]
    samples[:, written:] = limiter.flush()
    return Clip(samples, clip.sample_rate), limiter.reduced_db


def check_target(target_lufs: float) -> None:
    """Refuse a loudness that no export has.

    Raises
    ------
    BadSetting
        If it is not between -50 and -5 LUFS.
    """
    if not QUIETEST <= target_lufs <= LOUDEST:
        raise BadSetting(
            f"a loudness of {target_lufs:g} LUFS was asked for; choose {QUIETEST:g} to {LOUDEST:g}, "
            "for instance -14 as streaming services play, or -23 as broadcast does."
        )
