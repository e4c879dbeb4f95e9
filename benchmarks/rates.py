"""What one more of something costs, from the kept results: for docs/scale.md.

Belongs here: slopes between the smallest and the largest size measured. Does not: measuring.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.results import FOLDER, Case, kept_cases


@dataclass(frozen=True)
class Rate:
    """A contender of a benchmark: `per` is the number of units in which its cost is given."""

    benchmark: str
    contender: str
    label: str
    unit: str
    per: float


RATES = (
    Rate("usage", "Plumbline's usage step", "summing the feed, once a file", "events", 1e9),
    Rate(
        "usage",
        "Plumbline's whole landing of the feed, and the step",
        "landing the feed, and the step",
        "events",
        1e9,
    ),
    Rate("landing", "landing, from nothing", "landing small files", "files", 1e4),
    Rate("yearly_run", "plumbline run, cold", "the whole yearly run", "partners", 1e3),
    Rate("years", "plumbline run, cold", "one more year of deliveries", "years", 1),
)


def table(folder: Path = FOLDER) -> str:
    """What grows, the sizes between which it was measured, and what a number of further units
    costs."""
    lines = [
        "| what grows | measured from, to | fixed part, s | s more | for so many more | peak MiB |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    rows = [row for rate in RATES if (row := _row(rate, kept_cases(rate.benchmark, folder)))]
    return "\n".join([*lines, *rows]) if rows else "Not measured yet."


def _row(rate: Rate, cases: list[Case]) -> str | None:
    """None where fewer than two sizes were measured."""
    points = [
        (case.size, measured.median, max(measured.peak_mib))
        for case in cases
        for measured in case.contenders
        if measured.name == rate.contender and measured.median is not None
    ]
    if len({size for size, _, _ in points}) < 2:
        return None
    (small, first, low), (large, last, high) = min(points), max(points)
    slope = (last - first) / (large - small)
    fixed = max(0.0, first - slope * small)
    return (
        f"| {rate.label} | {small:,.0f} to {large:,.0f} {rate.unit} | {fixed:.0f} |"
        f" {slope * rate.per:.1f} | {_count(rate)} | {low:.0f} to {high:.0f} |"
    )


def _count(rate: Rate) -> str:
    return f"1 {rate.unit.removesuffix('s')}" if rate.per == 1 else f"{rate.per:,.0f} {rate.unit}"
