"""Files of a library changed byte by byte, cut off or filled with noise, and read: a sentence each time, and never anything else.

Part of :mod:`bench.faults`; the model is a real small one, of which all is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from bench.fault_kinds import CODES, KINDS, index_of
from bench.fault_rows import Row
from distill.codes import storage
from distill.config import CodecConfig
from distill.errors import DistillError
from distill.library.blind_votes import Votes
from distill.library.presets import Presets
from distill.library.settings import load_settings
from distill.library.take_files import read_take

__all__ = ["damaged", "files_to_damage"]


def damaged(home: Path, rounds: int, seed: int, *, formats: Collection[str] = ()) -> list[Row]:
    """Change bytes of every kind of file, cut it off, or fill it with noise, and read it."""
    rng = np.random.default_rng(seed)
    rows = []
    for name, (path, read) in files_to_damage(home).items():
        if formats and name not in formats:
            continue
        row = Row("bytes changed", name)
        whole = path.read_bytes()
        start = min(len(whole), 4000)  # where most is said; what is behind is tensors
        for _ in range(rounds):
            data = bytearray(whole)
            match rng.integers(4):
                case 0:
                    del data[int(rng.integers(len(data))) :]
                case 1:
                    data = bytearray(rng.bytes(int(rng.integers(1, 2000))))
                case part:
                    reach = start if part == 2 else len(whole)
                    for place in rng.integers(reach, size=int(rng.integers(1, 8))):
                        data[place] ^= int(rng.integers(1, 256))
            path.write_bytes(bytes(data))
            row.rounds += 1
            try:
                row.hit += read()
            except DistillError:
                row.hit += 1
            except Exception as error:
                row.fails(f"{type(error).__name__}: {error}")
            for aside in path.parent.glob("*.damaged-*.json"):
                aside.unlink()
        path.write_bytes(whole)
        rows.append(row)
    return rows


def files_to_damage(home: Path) -> dict[str, tuple[Path, Callable[[], bool]]]:
    """One file of each format that is read, and what reads it and tells whether it said that something is wrong."""
    for kind in KINDS:
        if kind.name in {"index", "preset", "take", "settings", "blind vote"}:
            kind.prepare(home)
            kind.write(home, 1)
    (home / "a.codes").write_bytes(storage.to_bytes(CODES))
    model = home / "a.distill"
    return {
        "index": (home / "index" / "models.json", lambda: bool(index_of(home).read().sentences)),
        "settings": (home / "index" / "settings.json", lambda: bool(load_settings(home)[1])),
        "preset": (
            home / "presets" / "slow.json",
            lambda: any(one.damaged for one in Presets(home).list()),
        ),
        "take": (
            home / "takes" / "000001" / "take.json",
            lambda: read_take(home / "takes" / "000001").damaged is not None,
        ),
        "blind vote": (home / "votes" / "000001.json", lambda: bool(Votes(home).list()[1])),
        ".codes": (home / "a.codes", lambda: storage.load(home / "a.codes") is None),
        ".distill": (model, _model_reader(model)),
    }


def _model_reader(path: Path) -> Callable[[], bool]:
    """Write a small real model, and return what loads all of it; torch is loaded here, after all forks."""
    from distill.codec.model import Codec, expected_tensors
    from distill.library.model_file import ModelFile, load, save

    config = CodecConfig(
        num_mels=16, num_attack_mels=8, n_fft=1024, width=16, encoder_depth=1, decoder_depth=1, latent_dim=8,
        num_levels=2, codebook_size=16, codebook_dim=4,
    )  # fmt: skip
    tensors = {f"codec.{name}": tensor for name, tensor in Codec(config).state_dict().items()}
    save(path, ModelFile("a", config, tensors, {"tier": "draft"}, {"names": ["a.wav"]}, {}))
    return lambda: load(path, expected=expected_tensors) is None
