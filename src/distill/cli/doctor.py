"""``distill doctor``: what this machine can do, as a table."""

from __future__ import annotations

from distill.cli.options import AsJson, Asked, Home
from distill.cli.telling import document, line, table

__all__ = ["doctor"]


def doctor(
    device: Asked = "auto",
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Look at this machine: what is there, whether the GPU works, how long training will take.

    Takes some seconds and changes nothing.
    """
    from distill import api

    report = api.doctor(home=home, device=device)
    if as_json:
        document(report.as_json())
        return
    free = "not known" if report.free_memory_bytes is None else f"{report.free_memory_bytes / 2**30:.1f} GB"
    difference = "none" if report.difference_db is None else f"{report.difference_db:.0f} dB"
    rates = ", ".join(f"{name} {rate / 1e9:,.0f} billion/s" for name, rate in report.device.rates.items())
    kinds = {True: "yes", False: "no"}
    rows = [
        ("versions", ", ".join(f"{name} {version}" for name, version in report.versions.items())),
        ("device", report.device.sentence),
        ("tried", ", ".join(f"{kind}: {failure or 'works'}" for kind, failure in report.tried.items())),
        ("multiplications", rates),
        ("decodes as the CPU", f"difference: {difference}"),
        ("free memory", free),
        ("free disk", f"{report.free_disk_bytes / 2**30:.1f} GB"),
        ("your folder", f"{report.home} ({report.num_models} models)"),
        ("sound files", ", ".join(name for name, can in report.formats.items() if can)),
        ("browser interface", kinds[report.has_ui]),
        *(("training", sentence) for sentence in report.tiers.values()),
        *(("look at", problem) for problem in report.problems),
    ]
    table(("", ""), rows)
    line(report.verdict, style="red" if report.home_fault else "yellow" if report.problems else "green")
