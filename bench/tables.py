"""Lines of results -> Markdown tables. One function a table; each takes the lines of its file."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bench.records import Record

__all__ = [
    "COLLECTIONS",
    "LEAST_CHANGED",
    "augment",
    "in_order",
    "markdown",
    "memory",
    "newest",
    "number",
    "speed",
    "steps",
]

COLLECTIONS = ("ambient-20", "percussive-50", "tonal-50", "loops-8", "field-12", "mixed-200")
LEAST_CHANGED = 0.2  # share of the codes that a variation shall change


def _identity(line: Record) -> str:
    """Name what makes two runs the same: their settings, whatever the commit."""
    key = {name: value for name, value in line.get("key", {}).items() if name != "commit"}
    return json.dumps(key, sort_keys=True)


def newest(lines: Sequence[Record], *, also: Callable[[Record], str] = lambda line: "") -> list[Record]:
    """Of the runs with the same settings the last, in the order in which the settings first came up.

    Parameters
    ----------
    also : function
        Names what else tells two runs apart.

    Examples
    --------
    >>> newest([{"key": {"seed": 0, "commit": "a"}}, {"key": {"seed": 0, "commit": "b"}}])
    [{'key': {'seed': 0, 'commit': 'b'}}]
    """
    return list({(_identity(line), also(line)): line for line in lines}.values())


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]], *, words: Sequence[int] = (0,)) -> str:
    """Draw a table, the columns of words to the left and those of figures to the right.

    Examples
    --------
    >>> print(markdown(["what", "figure"], [["mel", "1.20"]]))
    | what | figure |
    | --- | ---: |
    | mel | 1.20 |
    """
    ruler = ["---" if column in words else "---:" for column in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, ruler, *rows))


def number(figure: float | None) -> str:
    """Show a figure with two places, and a dash where there is none."""
    return "-" if figure is None else f"{figure:.2f}"


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
        own = [
            [f"share of the {line['precision']} matmul rate", f"{100 * line['share_of_own_matmul']:.0f} %"]
        ]
        if line["precision"] == "float32":
            own = []  # the row before it says so
        rows = [
            ["steps timed", str(line["steps"])],
            ["mean step", f"{1000 * line['step_seconds']:.0f} ms"],
            ["operations a step", f"{line['step_flops'] / 1e9:.1f} GFLOP"],
            ["rate over the whole step", f"{line['gflops']:.0f} GFLOP/s"],
            ["matmul rate at the commonest shape", f"{', '.join(rates)} GFLOP/s"],
            ["share of the float32 matmul rate", f"{100 * line['share_of_matmul']:.0f} %"],
            *own,
            ["waiting for data", f"{100 * line['share_waiting']:.1f} %"],
        ]
        top = [[row["name"], f"{100 * row['share']:.1f}", str(row["calls"])] for row in line["operators"]]
        parts.append(
            markdown([f"training step, {line['key']['stage']}, {line['precision']}", "figure"], rows)
        )
        parts.append(markdown(["operator", "% of the step's own time", "calls a step"], top))
    return "\n\n".join(parts)


def augment(lines: Sequence[Record]) -> str:
    """Each variation in a row, a column a collection: codes changed at all levels, and at level 1."""
    kept = in_order(newest(lines))
    if not kept:
        return ""
    header = ["variation", *(f"{line['key']['collection']}: all / level 1 %" for line in kept), "note"]
    rows = []
    for variation in kept[0]["variations"]:
        name = variation["name"]
        figures = [next(row for row in line["variations"] if row["name"] == name) for line in kept]
        shares = [f"{100 * row['changed']:.0f} / {100 * row['changed_by_level'][0]:.0f}" for row in figures]
        rows.append([_amount(name, kept[0]["amounts"]), *shares, _remark(name, figures)])
    return markdown(header, rows, words=(0, len(header) - 1))


def _amount(name: str, amounts: Record) -> str:
    """Name a variation with how far it goes."""
    reach = {
        "gain": "up to {gain_db:g} dB up or down",
        "eq": "up to {eq_db:g} dB a band",
        "pitch": "up to {pitch_semitones:g} semitones",
        "time": "up to {time_ratio:g} times as long or short",
        "noise": "{noise_db:g} dB against the peak",
        "shift": "half a step",
    }
    return f"{name}, {reach[name].format(**amounts)}" if name in reach else name


def _remark(name: str, figures: Sequence[Record]) -> str:
    """Say what a figure needs said beside it."""
    if name == "polarity":
        return "nothing to change: the encoder hears magnitudes"
    remarks = ["against both neighbours"] if name == "shift" else []
    if any(row["changed"] < LEAST_CHANGED for row in figures):
        remarks.append(f"below the {100 * LEAST_CHANGED:.0f} % aimed at")
    return ", ".join(remarks)


def in_order(lines: Sequence[Record]) -> list[Record]:
    """Sort by collection in the order of the documents, others behind them by name; stable otherwise."""

    def place(line: Record) -> tuple[int, str]:
        name = line["key"]["collection"]
        return (COLLECTIONS.index(name) if name in COLLECTIONS else len(COLLECTIONS), name)

    return sorted(lines, key=place)
