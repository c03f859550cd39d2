"""The presets that come with Distill: a few ways of making new sound, of editing it, of placing it and of handing it over."""

from __future__ import annotations

from distill.library.preset_files import Preset
from distill.library.preset_settings import Kind

__all__ = ["SHIPPED"]


def _preset(name: str, kind: Kind, about: str, **settings: object) -> Preset:
    return Preset(name, kind, about, settings)


SHIPPED = (
    _preset(
        "faithful", "generation",
        "As close to your sounds as it gets without copying them: calm draws, few of the likeliest.",
        experimental=0.0,
    ),
    _preset(
        "wander", "generation",
        "Drifts from one of your sounds to the next and never stays long.",
        experimental=0.7, coherence=0.15, repetition=0.9,
    ),
    _preset(
        "mosaic", "generation",
        "Short pieces of everything, cut hard into one another.",
        creativity=1.1, continuity=0.3, coherence=0.0, repetition=1.0,
    ),
    _preset(
        "still", "generation",
        "Held and calm, few attacks: beds and drones.",
        creativity=0.7, diversity=0.85, coherence=0.9, repetition=0.1, steering={"density": [[0, -0.6]], "loudness": [[0, 0.6]]},
    ),
    _preset(
        "dawn", "generation",
        "Twenty seconds that open from dark and quiet to bright and full.",
        seconds=20.0, steering={"brightness": [[0, -1.5], [20, 1.5]], "loudness": [[0, -1], [14, 0.5]]},
    ),
    _preset(
        "storm", "generation",
        "Dense, rough and restless, at the edge of what the model knows.",
        creativity=1.3, diversity=1.0, repetition=0.8, steering={"roughness": [[0, 1.5]], "density": [[0, 1.5]]},
    ),
    _preset(
        "half-time", "edit",
        "The same sound at half its pace; its pitch stays.",
        do=["stretch factor=2"],
    ),
    _preset(
        "tresillo", "edit",
        "The sound as a rhythm of three hits on eight pulses.",
        do=["euclid hits=3 pulses=8 pulse=6"],
    ),
    _preset(
        "glass", "edit",
        "Brighter and held in short frozen moments, like light through facets.",
        do=["brighter amount=1", "thin hold=4 levels=>=2"],
    ),
    _preset(
        "undertow", "edit",
        "Its structure runs backwards under the details as they were.",
        do=["reverse levels=1"],
    ),
    _preset(
        "wide", "space",
        "Wider between two loudspeakers than it was; its mono sum stays as it is.",
        spatial="stereo:width=1.4",
    ),
    _preset(
        "headphones-front", "space",
        "For headphones: a step in front of you instead of inside the head.",
        spatial="binaural:azimuth=0,distance=1.5",
    ),
    _preset(
        "orbit", "space",
        "For headphones: around you to the right, once in eight seconds, for five minutes.",
        spatial="binaural:path=0:0:0:1.5;320:14400:0:1.5",
    ),
    _preset(
        "streaming", "export",
        "24 bit FLAC as loud as streaming services play: -14 LUFS.",
        format="flac", depth=24, loudness=-14.0,
    ),
    _preset(
        "broadcast", "export",
        "48 kHz, 24 bit WAV as loud as European broadcast asks for: -23 LUFS (EBU R 128).",
        format="wav", rate=48_000, depth=24, loudness=-23.0,
    ),
    _preset(
        "cd", "export",
        "44.1 kHz, 16 bit WAV, dithered, as a CD holds it.",
        format="wav", rate=44_100, depth=16,
    ),
    _preset(
        "sampler", "export",
        "The best loop of the sound with its loop points, without silence around it: WAV for a sampler.",
        format="wav", trim=True, loop="auto",
    ),
)  # fmt: skip
