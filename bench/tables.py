"""Lines of results -> Markdown tables. One function a table; each takes the lines of its file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bench.records import Record

__all__ = ["codebooks", "markdown", "memory", "newest", "quality", "speed", "steps"]


def _identity(line: Record) -> str:
    """Name what makes two runs the same: their settings, whatever the commit."""
    key = {name: value for name, value in line.get("key", {}).items() if name != "commit"}
    return json.dumps(key, sort_keys=True)


def newest(lines: Sequence[Record]) -> list[Record]:
    """Of the runs with the same settings the last, in the order in which the settings first came up.

    Examples
    --------
    >>> newest([{"key": {"seed": 0, "commit": "a"}}, {"key": {"seed": 0, "commit": "b"}}])
    [{'key': {'seed': 0, 'commit': 'b'}}]
    """
    return list({_identity(line): line for line in lines}.values())


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Draw a table, its first column to the left and the others to the right.

    Examples
    --------
    >>> print(markdown(["what", "figure"], [["mel", "1.20"]]))
    | what | figure |
    | --- | ---: |
    | mel | 1.20 |
    """
    ruler = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, ruler, *rows))


def quality(lines: Sequence[Record]) -> str:
    """Own and never-seen sounds of each run, the ceilings beside them."""
    header = [
        "collection",
        "sounds",
        "mel",
        "ceiling mel",
        "ceiling linear",
        "mel / ceiling mel",
        "mel left/right",
    ]
    header += ["STFT", "ceilings", "ViSQOL", "ceilings", "NSIM", "ceilings", "ViSQOL scored (repeated)"]
    rows = []
    for line in newest(lines):
        for part, said in (("own", "own"), ("unseen", "never seen")):
            figures = line[part]
            model, mel, linear = figures["model"], figures["mel_ceiling"], figures["linear_ceiling"]
            rows.append(
                [
                    f"{_run(line)}, {said}",
                    str(figures["sounds"]),
                    _number(model["mel_mid"]),
                    _number(mel["mel_mid"]),
                    _number(linear["mel_mid"]),
                    _number(model["mel_mid"] / mel["mel_mid"]) if mel["mel_mid"] else "-",
                    _number(model["mel"]),
                    _number(model["stft"]),
                    f"{_number(mel['stft'])} / {_number(linear['stft'])}",
                    _number(model["visqol"]),
                    f"{_number(mel['visqol'])} / {_number(linear['visqol'])}",
                    _number(model["nsim"]),
                    f"{_number(mel['nsim'])} / {_number(linear['nsim'])}",
                    f"{model['visqol_scored']} ({model['visqol_repeated']})",
                ]
            )
    return markdown(header, rows)


def codebooks(lines: Sequence[Record]) -> str:
    """Utilisation and perplexity of every level over one full encode of the sounds trained on."""
    header = ["collection", "entries", "utilisation % by level", "perplexity % of the entries by level"]
    header += ["training minutes"]
    rows = []
    for line in newest(lines):
        size = line["codebook_size"]
        rows.append(
            [
                _run(line),
                str(size),
                " ".join(f"{100 * share:.0f}" for share in line["utilisation"]),
                " ".join(f"{100 * value / size:.0f}" for value in line["perplexity"]),
                f"{line['training']['seconds'] / 60:.1f}",
            ]
        )
    return markdown(header, rows)


def speed(lines: Sequence[Record]) -> str:
    """Show times real time of each codec, and how many times faster Distill is on as many channels."""
    header = [
        "codec",
        "channels",
        "parameters",
        "encode x real time",
        "decode x real time",
        "both x real time",
    ]
    header += ["Distill is faster, both"]
    rows = []
    for line in newest(lines):
        ours = {codec["channels"]: codec["both_x"] for codec in line["codecs"] if codec["name"] == "Distill"}
        for codec in line["codecs"]:
            times = ours.get(codec["channels"])
            itself = codec["name"] == "Distill" or times is None
            rows.append(
                [
                    codec["name"],
                    str(codec["channels"]),
                    f"{codec['parameters'] / 1e6:.1f} M",
                    *(
                        f"{codec[which]:.{1 if codec[which] < 100 else 0}f}"
                        for which in ("encode_x", "decode_x", "both_x")
                    ),
                    "-" if itself else f"{times / codec['both_x']:.0f} x",
                ]
            )
    return markdown(header, rows)


def memory(lines: Sequence[Record]) -> str:
    """Peak resident memory of each job, in a process of its own."""
    rows = [
        [job["job"], f"{job['peak_gib']:.2f}", f"{job['seconds']:.0f}"]
        for line in newest(lines)
        for job in line["jobs"]
    ]
    return markdown(["job", "peak GiB", "seconds"], rows)


def steps(lines: Sequence[Record]) -> str:
    """How much of the machine's matmul rate a training step reaches, and where its time goes."""
    parts = []
    for line in newest(lines):
        rates = [f"{rate['dtype']} {rate['gflops']:.0f}" for rate in line["matmul_rates"]]
        rows = [
            ["steps timed", str(line["steps"])],
            ["mean step", f"{1000 * line['step_seconds']:.0f} ms"],
            ["operations a step", f"{line['step_flops'] / 1e9:.1f} GFLOP"],
            ["rate over the whole step", f"{line['gflops']:.0f} GFLOP/s"],
            ["matmul rate at the commonest shape", f"{', '.join(rates)} GFLOP/s"],
            ["share of the float32 matmul rate", f"{100 * line['share_of_matmul']:.0f} %"],
            ["waiting for data", f"{100 * line['share_waiting']:.1f} %"],
        ]
        top = [[row["name"], f"{100 * row['share']:.1f}", str(row["calls"])] for row in line["operators"]]
        parts.append(markdown([f"training step, {line['key']['stage']}", "figure"], rows))
        parts.append(markdown(["operator", "% of the step's own time", "calls a step"], top))
    return "\n\n".join(parts)


def _run(line: Record) -> str:
    key = line["key"]
    return f"{key['collection']} ({key['tier']}, {key['minutes']:g} min, seed {key['seed']})"


def _number(value: Any) -> str:
    return "-" if value is None else f"{value:.2f}"
