"""What is measured: the only file of the benchmark that knows how Distill is called.

The runs take a :class:`Subject`, so that tests can hand them one that trains nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from distill.audio.clip import SAMPLE_RATE, Clip, Samples
from distill.codes.entries import Entries
from distill.config import Precision, Tier

__all__ = ["Distill", "Subject", "TrainingStep"]

Grid = npt.NDArray[np.integer[Any]]


class Subject(Protocol):
    """A codec that can be trained on files, kept by name, and used."""

    def train(
        self, sounds: Sequence[Path], *, name: str, tier: Tier, minutes: float, seed: int, home: Path
    ) -> dict[str, Any]:
        """Train on these files, keep the model as `name` below `home`, return its statistics.

        A training of that name that was killed goes on; a model of that name is replaced.
        """
        ...

    def open(self, name: str, *, home: Path) -> Any:
        """Return the codec of a model kept by :meth:`train`."""
        ...

    def codebook_size(self, codec: Any) -> int:
        """Entries at every level."""
        ...

    def encode(self, codec: Any, samples: Samples, *, search: bool = False) -> Any:
        """Turn samples [C, T] at 48 kHz into codes, in whatever form :meth:`decode` takes: at once, or with the usual search."""
        ...

    def grid(self, codes: Any) -> Grid:
        """Codes as integers [C, K, S]."""
        ...

    def decode(self, codec: Any, codes: Any, *, up_to_level: int | None = None) -> Samples:
        """Codes -> samples [C, T] of the length that was encoded, with the first levels only if so asked."""
        ...


@dataclass(frozen=True)
class TrainingStep:
    """A training that stands ready, for :mod:`bench.steps`.

    Attributes
    ----------
    step : () -> None
        Take one whole step: data, forward, backward, optimiser.
    without_optimiser : () -> None
        The same, but the weights stay: what counts as the model's operations.
    precision : str
        Of its matrix products: ``"float32"`` or ``"bfloat16"``.
    waited_seconds : () -> float
        Tell for how long the network has waited for batches so far.
    close : () -> None
        Stop whatever makes batches ahead.
    """

    step: Callable[[], None]
    without_optimiser: Callable[[], None]
    precision: str
    waited_seconds: Callable[[], float]
    close: Callable[[], None]


class Distill:
    """Distill through its public API."""

    def train(
        self, sounds: Sequence[Path], *, name: str, tier: Tier, minutes: float, seed: int, home: Path
    ) -> dict[str, Any]:
        """Train with :func:`distill.api.train`."""
        from distill import api

        if _is_unfinished(name, home=home):
            return dict(api.train(name=name, home=home, resume=True).statistics)
        trained = api.train(
            list(sounds), name=name, tier=tier, minutes=minutes, seed=seed, home=home, replace=True
        )
        return dict(trained.statistics)

    def open(self, name: str, *, home: Path) -> Any:
        """Open with :func:`distill.api.open_model`."""
        from distill import api

        return api.open_model(name, home=home).codec

    def random_codec(self, *, seed: int) -> Any:
        """Return the codec that a draft of 50 sounds of 2 s would have, with random weights: for speed."""
        import torch

        from distill.codec.model import Codec
        from distill.training.fitting import fit

        with torch.random.fork_rng():
            torch.manual_seed(seed)
            return Codec(fit(num_sounds=50, seconds=100.0, stereo=True).codec).eval()

    def codebook_size(self, codec: Any) -> int:
        """Entries at every level."""
        return int(codec.codebook_size)

    def encode(self, codec: Any, samples: Samples, *, search: bool = False) -> Any:
        """Encode with :func:`distill.render.encode`; with ``search`` as a person has it who asks for nothing else."""
        from distill import render

        rounds = render.USUAL_ROUNDS if search else 0
        return render.encode(codec, Clip(samples, SAMPLE_RATE), search=rounds)

    def grid(self, codes: Any) -> Grid:
        """Codes as integers [C, K, S]."""
        grid: Grid = np.asarray(codes.grid)
        return grid

    def entries(self, codec: Any, grids: Sequence[Grid]) -> Entries:
        """Measure the codec's entries on the codes [C, K, S] of its collection."""
        from distill import atlas

        return atlas.measure(codec, grids)

    def decode_mid(self, codec: Any, codes: Any, first_step: int, stop_step: int) -> Samples:
        """Decode steps of a sound as they stand within it: the samples [T] of its mid."""
        from distill import render

        rows: Samples = render.decode_rows(codec, codes, first_step, stop_step)
        mid: Samples = rows[0]
        return mid

    def decode(self, codec: Any, codes: Any, *, up_to_level: int | None = None) -> Samples:
        """Decode with :func:`distill.render.decode`."""
        from distill import render

        samples: Samples = render.decode(codec, codes, up_to_level=up_to_level).samples
        return samples

    def encode_file(self, codec: Any, file: Path) -> Any:
        """Encode a file of any length block by block: once through for its level, once for its codes."""
        from distill import render
        from distill.audio.files import blocks
        from distill.audio.level import ActiveLevel, reference_gain_db
        from distill.audio.stereo import to_mid_side

        meter, num_samples = ActiveLevel(), 0
        for block in blocks(file):
            meter.add(block.mean(axis=0))
            num_samples += block.shape[1]
        gain_db = reference_gain_db(meter.rms_db)
        rows = (to_mid_side(block) if len(block) == 2 else block for block in blocks(file))
        return render.encode_rows(codec, rows, num_samples=num_samples, gain_db=gain_db)

    def crops(self, sounds: Sequence[Path], *, crop_samples: int, most: int, folder: Path) -> Samples:
        """Cut fixed crops [N, T] at the codec's level, as training's own are.

        Parameters
        ----------
        folder : Path
            Where decoded samples are kept meanwhile.
        """
        from distill.audio.level import reference_gain_db
        from distill.collection.fixed_crops import fixed_crops
        from distill.collection.scan import scan
        from distill.collection.split import Part
        from distill.collection.store import build_store

        store = build_store(scan(list(sounds)), folder)
        gains = [10 ** (reference_gain_db(level) / 20) for level in store.rms_db]
        whole = [Part(sound, 0, length) for sound, length in enumerate(store.lengths)]
        return fixed_crops(store, whole, crop_samples=crop_samples, most=most, gains=gains)

    def fingerprint(self, codec: Any) -> str:
        """What codes of this codec belong to."""
        return str(codec.fingerprint())

    def versions(self, codec: Any, samples: Samples, *, number: int, seed: Sequence[int]) -> list[Grid]:
        """Codes [K, S] of samples [T] as they are, and of ``number`` versions, as a training varies them."""
        from distill import render
        from distill.audio.level import ActiveLevel, reference_gain_db
        from distill.training.prior_versions import varied_codes

        meter = ActiveLevel()
        meter.add(samples)
        gain_db = reference_gain_db(meter.rms_db)
        codes = render.encode_rows(codec, [samples[None]], num_samples=samples.size, gain_db=gain_db)
        varied = varied_codes(codec, samples, gain_db=gain_db, number=number, seed=seed)
        return [self.grid(codes)[0], *varied]

    def encode_crops(self, codec: Any, crops: Samples) -> Grid:
        """Crops [N, T] as they are, brought to no other level -> codes [N, K, S]; ``T`` in whole steps."""
        import torch

        grid: Grid = codec.encode(torch.from_numpy(crops).to(codec.device)).cpu().numpy()
        return grid

    def training_step(
        self, sounds: Sequence[Path], *, stage: str, folder: Path, seed: int, precision: str = "auto"
    ) -> TrainingStep:
        """Set up a draft training on these files and bring it into a stage of its schedule.

        Parameters
        ----------
        stage : str
            ``"codes"``, where most steps are taken, or ``"phase"``.
        folder : Path
            Where decoded samples are kept while it runs.
        precision : str
            ``"auto"`` is what training would choose on this machine.
        """
        import torch

        from distill.codec.model import Codec
        from distill.collection.scan import scan
        from distill.collection.store import build_store
        from distill.config import Augmentation
        from distill.device import choose
        from distill.training.codec_task import CodecTask
        from distill.training.feed import Feed
        from distill.training.fitting import fit

        store = build_store(scan(list(sounds)), folder)
        chosen = choose("cpu").precision if precision == "auto" else cast("Precision", precision)
        fitted = fit(num_sounds=len(store), seconds=store.seconds, stereo=store.stereo, precision=chosen)
        feed = Feed(
            store,
            rms_db=store.rms_db,
            settings=fitted.training,
            step_length=fitted.codec.step_length,
            augmentation=Augmentation.model_validate({}),
            seed=seed,
        )
        torch.manual_seed(seed)
        task = CodecTask(
            Codec(fitted.codec),
            feed,
            own=feed.own,
            held_out=feed.held_out,
            settings=fitted.training,
            seed=seed,
        )
        settings = fitted.training
        coded, phased = settings.unquantized_share + 0.05, 1 - settings.phase_share + 0.05
        stations = {"codes": [0.0, coded], "phase": [0.0, coded, phased]}[stage]
        for number, position in enumerate(stations):
            task.train_step(number, settings.batch_size, position)
        numbers = itertools.count(len(stations))

        def step() -> None:
            task.train_step(next(numbers), settings.batch_size, stations[-1])

        def without_optimiser() -> None:
            with patch.object(task.learner.optimiser, "step"):
                step()

        return TrainingStep(step, without_optimiser, chosen, lambda: feed.waited_seconds, feed.close)


def _is_unfinished(name: str, *, home: Path) -> bool:
    """Whether a training of this name was begun and has not put its model into the library."""
    from distill.api.requests import FILE, training_folder
    from distill.library.catalog import Catalog

    catalog = Catalog(home)
    return (training_folder(catalog, name) / FILE).exists() and not catalog.path(name).exists()
