"""Ratios to the earlier build, a line for each commit, and what got worse since.

Belongs here: reading and writing `benchmarks/results/history.jsonl`, and judging new ratios by it.
Does not: measuring (quick.py).
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import machine
from benchmarks.reference import COMMIT, PROJECT
from benchmarks.results import FOLDER

HISTORY = FOLDER / "history.jsonl"
# A ratio that got worse by half.
WORSE = 1.5


@dataclass(frozen=True)
class Ratio:
    """The ratio of one command of this build to the same command of the earlier one, on one input.

    `processor`, `wall` and `peak` (memory) are this build's median over the other's; `rounds` is
    how often each ran.
    """

    pair: str
    partners: int
    rounds: int
    processor: float
    wall: float
    peak: float

    @property
    def words(self) -> str:
        """The ratio as a line."""
        return (
            f"{self.pair}, {self.partners} partners: {self.processor:.2f} of the processor time,"
            f" {self.wall:.2f} of the time, {self.peak:.2f} of the memory"
        )


def keep(ratios: list[Ratio], path: Path = HISTORY) -> None:
    """Write the line of the checked-out commit, replacing the same pairs; its other pairs stay."""
    commit = _git("rev-parse", "HEAD")
    lines = _lines(path)
    of_commit = [line for line in lines if line["commit"] == commit]
    before = [Ratio(**ratio) for line in of_commit for ratio in line["ratios"]]
    measured = {(ratio.pair, ratio.partners) for ratio in ratios}
    stays = [ratio for ratio in before if (ratio.pair, ratio.partners) not in measured]
    line = {
        "commit": commit,
        "day": _git("show", "--no-patch", "--format=%cs", "HEAD"),
        "reference": COMMIT[:7],
        "machine": machine(),
        "ratios": [asdict(ratio) for ratio in [*stays, *ratios]],
    }
    lines = [*(each for each in lines if each["commit"] != commit), line]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in lines), "utf-8")


def worse(ratios: list[Ratio], path: Path = HISTORY) -> list[str]:
    """A sentence for each ratio of processor time that is worse by half than the best kept."""
    sentences = []
    for ratio in ratios:
        earlier = [
            each["processor"]
            for line in _lines(path)
            for each in line["ratios"]
            if (each["pair"], each["partners"]) == (ratio.pair, ratio.partners)
        ]
        if earlier and ratio.processor > WORSE * min(earlier):
            sentences.append(
                f"{ratio.pair} at {ratio.partners} partners: {ratio.processor:.2f} of the earlier"
                f" build's processor time, and {min(earlier):.2f} at best before"
            )
    return sentences


def is_kept(partners: int, path: Path = HISTORY) -> bool:
    """Whether any line holds a ratio at this many partners."""
    return any(each["partners"] == partners for line in _lines(path) for each in line["ratios"])


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _git(*words: str) -> str:
    command = ["git", "-C", str(PROJECT), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
