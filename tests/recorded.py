"""What `make coverage` shows: lines covered per folder, and seconds per test file.

Belongs here: reading the two reports of a test run and putting them into tables.
Does not: running the tests (the Makefile does).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

SLOWEST = 10


def covered(report: dict) -> list[tuple[str, int, int]]:
    """Folder (two levels of it), covered lines and all lines, from a JSON report of coverage.py."""
    lines: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file, counts in report["files"].items():
        folder = "/".join(Path(file).parts[:-1][:2])
        lines[folder][0] += counts["summary"]["covered_lines"]
        lines[folder][1] += counts["summary"]["num_statements"]
    return [(folder, hit, every) for folder, (hit, every) in sorted(lines.items()) if every]


def seconds(report: ElementTree.Element) -> list[tuple[str, float]]:
    """Test file (as a module's name) and the seconds of its tests, the slowest first."""
    taken: dict[str, float] = defaultdict(float)
    for case in report.iter("testcase"):
        taken[case.get("classname", "")] += float(case.get("time", "0"))
    return sorted(taken.items(), key=lambda item: (-item[1], item[0]))


def tables(coverage: Path, junit: Path) -> str:
    """Both tables as Markdown. Raises FileNotFoundError for a report that is not there."""
    rows = covered(json.loads(coverage.read_text("utf-8")))
    text = ["| folder | lines | covered |", "| --- | --: | --: |"]
    text += [f"| {folder} | {every:,} | {hit / every:.0%} |" for folder, hit, every in rows]
    hit, every = sum(row[1] for row in rows), sum(row[2] for row in rows)
    text += [f"| all | {every:,} | {hit / max(every, 1):.0%} |", ""]
    times = seconds(ElementTree.parse(junit).getroot())
    text += [f"| test file, the slowest {SLOWEST} | seconds |", "| --- | --: |"]
    text += [f"| {name} | {taken:,.1f} |" for name, taken in times[:SLOWEST]]
    text += [f"| all {len(times)} | {sum(taken for _, taken in times):,.1f} |"]
    return "\n".join(text) + "\n"


if __name__ == "__main__":
    sys.stdout.write(tables(Path(sys.argv[1]), Path(sys.argv[2])))
