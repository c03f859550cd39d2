"""One trial: a codec trained for some minutes with one thing changed, and how its own and never-seen sounds come back.

Minutes are those of :mod:`bench.pace`: a change whose steps cost more has fewer of them, and what else the machine does
changes nothing. Only the codec is trained, without entries and prior, and judged on the mono sum of at most :data:`MOST_SECONDS` of each sound,
brought to the codec's level, straight through encoder, quantizer and decoder: what the level matching and the chunks of
:mod:`distill.render` add is alike for all. Of the draft itself never-seen sounds are judged once more with codes that were searched for,
as Distill encodes them. Mel distance is near to what training minimises, so a change of the losses must be held against ViSQOL's
opinion and the STFT distance as well, which it does not.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F

from bench.judge import Verdict, average, judge
from bench.pace import DRAFT, StepClock, relative_costs
from bench.sounds import Split, codec_gain, mono
from bench.usage import usage_by_level
from bench.variants import Variant
from distill.codec.model import Codec
from distill.collection.scan import scan
from distill.collection.store import build_store
from distill.collection.store_index import Store
from distill.config import Augmentation
from distill.device import choose
from distill.render.searching import USUAL_ROUNDS, Search
from distill.training.codec_run import Budget, train_codec
from distill.training.fitting import fit

__all__ = ["trial"]

MOST_SECONDS = 20


def trial(
    split: Split,
    variant: Variant,
    *,
    minutes: float,
    scratch: Path,
    size_factor: float = 1.0,
) -> dict[str, Any]:
    """Train on the own sounds of a split with one thing changed; judge both parts.

    Parameters
    ----------
    minutes : float
        As the draft's steps take them on the machine that :data:`bench.pace.DRAFT` was measured on.
    scratch : Path
        A folder for decoded sounds and checkpoints; what is in it is gone afterwards.
    size_factor : float
        The codebook's size in multiples of what the rule proposes, within what may be chosen.
    """
    chosen = choose("cpu", measure=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        store: Store = build_store(scan(list(split.own)), Path(folder) / "sounds")
        proposal = fit(
            num_sounds=len(store), seconds=store.seconds, stereo=store.stereo, precision=chosen.precision
        )
        size = min(1024, max(16, round(proposal.codec.codebook_size * size_factor)))
        # Not validated again: some variants leave what a person may choose.
        changed = type(proposal)(
            proposal.codec.model_copy(update={"codebook_size": size, **variant.codec}),
            proposal.training.model_copy(update=dict(variant.training)),
            proposal.sentence,
        )
        costs = relative_costs(store, proposal, changed, part=variant.part, device=chosen.torch)
        clock = StepClock({stage: DRAFT[stage] * costs[stage] for stage in DRAFT})
        with variant.part(), clock.moved_by_steps():
            trained = train_codec(
                store, changed, budget=Budget(max_steps=1_000_000, seconds=60 * minutes), folder=Path(folder),
                seed=variant.seed, device=chosen.torch, clock=clock,
                augmentation=Augmentation().model_copy(update=dict(variant.augmentation)),
            )  # fmt: skip
            own, grids = _judged(trained.codec, split.own, refine=variant.refine)
            unseen, _ = _judged(trained.codec, split.unseen, refine=variant.refine)
            searched = (
                _judged(trained.codec, split.unseen, refine=variant.refine, rounds=USUAL_ROUNDS)[0]
                if variant.group == "chance"
                else []
            )
        shutil.rmtree(Path(folder) / "sounds", ignore_errors=True)
    utilisation, perplexity = usage_by_level(grids, trained.codec.codebook_size)
    return {
        **_means("own", own),
        **_means("unseen", unseen),
        **(_means("searched", searched) if searched else {}),
        "steps": trained.outcome.step,
        "costs": costs,
        "parameters": sum(p.numel() for p in trained.codec.parameters()),
        "codebook_size": trained.codec.codebook_size,
        "num_levels": trained.codec.num_levels,
        "utilisation": utilisation,
        "perplexity": perplexity,
        "precision": chosen.precision,
    }


@torch.no_grad()
def _judged(
    codec: Codec, files: Sequence[Path], *, refine: int, rounds: int = 0
) -> tuple[list[Verdict], list[Any]]:
    """What is said of each sound's reconstruction, and its codes [1, K, S]: the encoder's, or what a search of so many rounds finds."""
    verdicts, grids = [], []
    search = Search(codec, rounds) if rounds else None
    for file in files:
        sound = mono(file, most_seconds=MOST_SECONDS)
        gain = codec_gain(sound)
        given = torch.from_numpy(sound) * gain
        padded = F.pad(given, (0, -given.shape[1] % codec.step_length))
        if search is None:
            found = codec.quantizer(codec.latents(padded))
            codes, latents = found.codes, found.latents
        else:
            codes = search.codes(padded).transpose(1, 2)
            latents = codec.quantizer.decode(codes)
        decoded = codec.sound(codec.decoder(latents), refine=refine)[:, : given.shape[1]] / gain
        verdicts.append(judge(sound, decoded.numpy()))
        grids.append(codes.transpose(1, 2).numpy())
    return verdicts, grids


def _means(part: str, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Mel distances of a part, each and their mean, by the part's name, and the means of the other judges."""
    means = average(verdicts)
    others = {f"{part}_{name}": means[name] for name in ("stft", "visqol", "nsim")}
    return {part: means["mel"], f"{part}_each": [verdict.mel for verdict in verdicts], **others}
