"""The demonstration's years as a vendor experiences them: each run, published, and proved much
later.

Belongs here: the story, told at any size: `python -m tests.orchestration.demonstration_years`.
Does not: what it must show (test_demonstration_years.py).
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.demo import write_demo
from orchestration.ledger import publish
from orchestration.run import run_year
from orchestration.settings import Locations, locations
from orchestration.verification import verify
from scoring.ledger.files import read_ledger
from scoring.ledger.freeze import Request
from scoring.ledger.verify import Verification
from scoring.policy.load import policy_dir

LAST = 2025
PUBLISHED_YEARS = (2023, 2024)
# A year is assessed on what was received by the end of the January after it.
ASSESSED = "{}-02-01"


@dataclass(frozen=True)
class Story:
    """What was proved at the end, how many decisions there were, how many files each run had."""

    verified: Verification
    decisions: Counter
    files: dict[int, int]
    places: Locations


def tell(home: Path, partners: int, usage_events: int) -> Story:
    """Run and publish 2023 and 2024 on what had come by then, run 2025 under a changed policy,
    and prove both publications."""
    whole = home / "whole"
    write_demo(whole, partners=partners, year=LAST, usage_events=usage_events)
    places = locations(home / "landing", home / "plumbline.duckdb", home / "site", None)
    files = {}
    for year in (*PUBLISHED_YEARS, LAST):
        before = ASSESSED.format(year + 1) if year < LAST else None
        files[year] = hand_over(whole, places.landing, before)
        if year == LAST:
            places = replace(places, policy=later_policy(home / "policy"))
        run_year(places, year)
        if year < LAST:
            publish(places, Request(str(year), "Ann"))
    decisions = Counter(
        {p.period: len(p.decisions) for p in read_ledger(places.ledger).publications}
    )
    return Story(verify(places, None, None), decisions, files, places)


def hand_over(whole: Path, landing: Path, before: str | None) -> int:
    """Put into the landing zone what was received before a day (ISO), with the moments of
    receipt; None for everything. Returns how many files lie there."""
    with (whole / "_received.csv").open(newline="", encoding="utf-8") as file:
        moments = {row["file"]: row["received_at"] for row in csv.DictReader(file)}
    received = {name: at for name, at in moments.items() if before is None or at < before}
    for name in received:
        (landing / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(whole / name, landing / name)
    with (landing / "_received.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("file", "received_at"), *sorted(received.items())])
    return len(received)


def later_policy(folder: Path) -> str:
    """The shipped set with thresholds of 100 raised to 120 from a day within the first published
    year: computing the published years under it would move partners."""
    shutil.copytree(policy_dir(), folder)
    path = folder / "tiers.yaml"
    before, after = "{2000-01-01: 100}", "{2000-01-01: 100, 2023-07-01: 120}"
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")
    return str(folder)


def main() -> int:
    """Tell the story at the demonstration's own size; exit code 1 when a decision did not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.orchestration.demonstration_years")
    parser.add_argument("--partners", type=int, default=300)
    parser.add_argument("--usage-events", type=int, default=200_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="plumbline-years-") as home:
        story = tell(Path(home), options.partners, options.usage_events)
    for year, count in story.files.items():
        print(f"{year}: run on {count} files")
    for period, count in sorted(story.decisions.items()):
        print(f"{period}: {count} decisions published")
    for fault in story.verified.faults:
        print(f"fault: {fault}")
    print(f"{len(story.verified.faults)} faults")
    return 1 if story.verified.faults else 0


if __name__ == "__main__":
    sys.exit(main())
