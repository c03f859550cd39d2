"""Where a sound is put: as one record that is written in a word, kept in a recipe, and applied to a clip.

::

    mono                                                one channel, the mid
    stereo:position=-0.3,width=0.8                      between two loudspeakers
    binaural:azimuth=30,elevation=0,distance=1.5        around the head, for headphones
    binaural:azimuth=30,sofa=/heads/mine.sofa           .. around a measured head
    binaural:path=0:-90:0:1;4:90:0:1                    .. moving: seconds:azimuth:elevation:distance; ..

Positions and azimuths alike count from the left (negative) to the right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from distill.audio.clip import Clip
from distill.errors import BadSetting
from distill.output.binaural import TAIL, binaural, mono
from distill.output.ears import Head
from distill.output.head import SphericalHead
from distill.output.moving import Place, check_path
from distill.output.sofa import read_head
from distill.output.stereo_field import check_stereo, place_in_stereo
from distill.output.written import number, plain, taken_apart

__all__ = ["Space", "SpaceKind", "place"]

SpaceKind = Literal["mono", "stereo", "binaural"]
_AROUND = ("azimuth", "elevation", "distance")
_NAMES: dict[str, tuple[str, ...]] = {
    "mono": (),
    "stereo": ("position", "width"),
    "binaural": (*_AROUND, "path", "sofa"),
}


@dataclass(frozen=True)
class Space:
    """Where a sound is put.

    Attributes
    ----------
    kind : "mono", "stereo" or "binaural"
    position : float in -1..1
        Of stereo, from left to right.
    width : float in 0..2, optional
        Of stereo; as the sound has it if left out.
    places : tuple of Place
        Of binaural: one stands still, more are a path.
    sofa : str, optional
        Of binaural: the file of a measured head; the head by formula if left out.

    Raises
    ------
    BadSetting
        If a value is out of range.

    Examples
    --------
    >>> Space.read("stereo:position=-0.3,width=0.8")
    Space(kind='stereo', position=-0.3, width=0.8, places=(), sofa=None)
    >>> str(Space.read("binaural: azimuth=30"))
    'binaural:azimuth=30'
    """

    kind: SpaceKind
    position: float = 0.0
    width: float | None = None
    places: tuple[Place, ...] = ()
    sofa: str | None = None

    def __post_init__(self) -> None:
        check_stereo(self.position, self.width)
        if self.kind == "binaural":
            check_path(self.places)

    @classmethod
    def read(cls, text: str) -> Space:
        """Read what is written, as the top of this module has it.

        Raises
        ------
        BadSetting
            Saying what of it cannot be, and what can.
        """
        word, _, rest = text.strip().partition(":")
        kind = next((known for known in get_args(SpaceKind) if known == word.strip().lower()), None)
        if kind is None:
            raise BadSetting(
                f"{text[:60]!r} is no place for a sound; write mono, stereo:position=-0.3,width=0.8 or "
                "binaural:azimuth=30,elevation=0,distance=1.5."
            )
        if kind == "mono" and rest.strip():
            raise BadSetting(f"mono takes no settings, and {rest.strip()[:60]!r} was given; leave it out.")
        words = taken_apart(rest, _NAMES[kind], of=kind, free=("sofa",))
        if kind != "binaural":
            values = {name: number(name, value) for name, value in words.items()}
            return cls(kind, position=values.get("position", 0.0), width=values.get("width"))
        return cls(kind, places=_read_places(words), sofa=words.get("sofa"))

    def __str__(self) -> str:
        """As :meth:`read` reads it."""
        words = []
        if self.kind == "stereo":
            words = [f"position={plain(self.position)}"] if self.position else []
            words += [] if self.width is None else [f"width={plain(self.width)}"]
        elif self.kind == "binaural":
            words = _written_places(self.places)
            words += [] if self.sofa is None else [f"sofa={self.sofa}"]
        return self.kind + (f":{','.join(words)}" if words else "")

    @property
    def num_channels(self) -> int:
        """Channels of what comes out."""
        return 1 if self.kind == "mono" else 2

    @property
    def tail_samples(self) -> int:
        """Samples by which a sound gets longer, at 48 kHz: the ringing of the head's filters, 0 of mono and stereo."""
        return TAIL if self.kind == "binaural" else 0


def _read_places(words: dict[str, str]) -> tuple[Place, ...]:
    single = [name for name in _AROUND if name in words]
    if "path" not in words:
        return (Place(**{name: number(name, words[name]) for name in single}),)
    if single:
        raise BadSetting(
            f"{single[0]} and a path were given together; write it in the path, or leave the path out."
        )
    places = []
    for written in words["path"].split(";"):
        parts = written.strip().split(":")
        if not 2 <= len(parts) <= 4:
            raise BadSetting(
                f"{written.strip()[:60]!r} is no place of a path; write seconds:azimuth:elevation:distance, like 4:90:0:1.5, "
                "with ; between places."
            )
        seconds, *rest = (number("a path", part) for part in parts)
        places.append(Place(**dict(zip(_AROUND, rest, strict=False)), seconds=seconds))
    return tuple(places)


def _written_places(places: tuple[Place, ...]) -> list[str]:
    if len(places) == 1 and places[0].seconds == 0:
        usual, given = Place(), places[0]
        values = {name: getattr(given, name) for name in _AROUND}
        return [f"{name}={plain(value)}" for name, value in values.items() if value != getattr(usual, name)]
    rows = ([place.seconds, place.azimuth, place.elevation, place.distance] for place in places)
    return ["path=" + ";".join(":".join(plain(value) for value in row) for row in rows)]


def place(clip: Clip, space: Space) -> Clip:
    """Put a sound into space. Do it before :func:`distill.output.loops.make_loop`: a head rings over a loop's end.

    Parameters
    ----------
    clip : Clip
        Of one or two channels; 48 kHz for binaural, which takes the mid of two.

    Returns
    -------
    Clip
        Longer by :attr:`Space.tail_samples`. A path goes on after the sound's end, or stops with it.

    Raises
    ------
    BadInput
        If the file of the head cannot be used, and as :func:`distill.output.binaural.binaural`.
    """
    if space.kind == "mono":
        return mono(clip)
    if space.kind == "stereo":
        return place_in_stereo(clip, position=space.position, width=space.width)
    head: Head = SphericalHead() if space.sofa is None else read_head(space.sofa)
    return binaural(clip, places=space.places, head=head)
