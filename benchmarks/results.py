"""What benchmarks measured, kept as JSON: one file per benchmark, one entry per case.

Belongs here: writing and reading `benchmarks/results/`. Does not: clocks (measure.py) or how
results are shown (report.py).
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from benchmarks.measure import Contender, machine, versions

FOLDER = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Measured:
    """One contender of a case: one figure per round. `outcome`: why it did not finish, else
    None."""

    name: str
    seconds: list[float]
    processor: list[float]
    peak_mib: list[float]
    outcome: str | None = None

    @property
    def median(self) -> float | None:
        """Median wall seconds; None for one that did not finish."""
        return None if self.outcome else statistics.median(self.seconds)

    @property
    def work(self) -> float | None:
        """Median seconds of a processor; None for one that did not finish."""
        return None if self.outcome else statistics.median(self.processor)


@dataclass(frozen=True)
class Case:
    """Contenders measured side by side in one run on one input.

    `label` is the case's heading, `size` its place on a chart's axis (events, years, files),
    `baseline` the contender whose median is 1. `note` is a sentence below the table. `start_up` is
    the contender that only starts up, `starting` those that begin with just that.
    """

    label: str
    size: float
    baseline: str
    contenders: list[Measured]
    command: str
    note: str = ""
    start_up: str = ""
    starting: list[str] = field(default_factory=list)
    machine: str = field(default_factory=machine)
    versions: dict[str, str] = field(default_factory=versions)

    @property
    def rounds(self) -> int:
        """The most rounds that a contender ran."""
        return max(len(c.seconds) for c in self.contenders)

    def ratio(self, contender: Measured) -> float | None:
        """Median against the baseline's; None when either did not finish."""
        base = self._named(self.baseline).median
        return contender.median / base if contender.median is not None and base else None

    def ratio_beyond_start_up(self, contender: Measured, of: str = "median") -> float | None:
        """The same without what starting up takes, of those that do; else None.

        `of`: `median` of wall seconds, or `work`, of a processor's.
        """
        if contender.name not in self.starting or contender.outcome:
            return None
        start, base = self._named(self.start_up), self._named(self.baseline)
        if start.outcome or base.outcome:
            return None
        deducted = getattr(start, of) if self.baseline in self.starting else 0
        return (getattr(contender, of) - getattr(start, of)) / (getattr(base, of) - deducted)

    def _named(self, name: str) -> Measured:
        return next(c for c in self.contenders if c.name == name)


def case(
    label: str,
    size: float,
    contenders: list[Contender],
    baseline: Contender,
    command: str,
    note: str = "",
    start_up: Contender | None = None,
    starting: Sequence[Contender] = (),
) -> Case:
    """What `measure.alternate` left in these contenders, as a case to keep."""
    measured = [
        Measured(
            c.name,
            [round(value, 3) for value in c.seconds],
            [round(value, 3) for value in c.processor],
            [round(value, 1) for value in c.peak_mib],
            c.outcome,
        )
        for c in contenders
    ]
    names = [c.name for c in starting]
    start = start_up.name if start_up else ""
    return Case(label, size, baseline.name, measured, command, note, start, names)


def keep(benchmark: str, new: Case, folder: Path = FOLDER) -> None:
    """Write a case to `<benchmark>.json`, over the case of the same label, by size and label."""
    cases = {c.label: c for c in kept_cases(benchmark, folder)}
    cases[new.label] = new
    folder.mkdir(parents=True, exist_ok=True)
    rows = [asdict(c) for c in sorted(cases.values(), key=lambda c: (c.size, c.label))]
    text = json.dumps(rows, indent=1, ensure_ascii=False)
    (folder / f"{benchmark}.json").write_text(text + "\n", "utf-8")


def kept_cases(benchmark: str, folder: Path = FOLDER) -> list[Case]:
    """The cases of a benchmark, smallest first; none when it was never run."""
    path = folder / f"{benchmark}.json"
    if not path.exists():
        return []
    return [
        Case(**{**row, "contenders": [Measured(**c) for c in row["contenders"]]})
        for row in json.loads(path.read_text("utf-8"))
    ]
