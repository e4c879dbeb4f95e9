"""The report of `plumbline check`: per file what it is, its counts, faults and notes.

Belongs here: how a report is drawn. Does not: what is in it (ingest/landing/check.py).
"""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.text import Text

from ingest.landing.check import NO_DELIVERY, CheckedFile, CheckReport
from orchestration.cli.drawing.tables import print_hanging
from scoring.words import plural

# Faults that a terminal shows per file.
SHOWN = 20


def draw_check(console: Console, report: CheckReport) -> None:
    """Print the report; values are data, so nothing in them is read as markup."""
    for file in report.files:
        for line in _lines(file):
            print_hanging(console, line)
    for fault in report.maps:
        print_hanging(console, fault)
    console.print(Text(_total(report), style="bold"))


def _total(report: CheckReport) -> str:
    """How many files there are of each kind, and what there is to correct."""
    standing = Counter(file.status for file in report.files)
    counts = ", ".join(f"{count:,} {status}" for status, count in sorted(standing.items()))
    rows = sum(file.rows_quarantined for file in report.files)
    paths = {file.file for file in report.files}
    files = plural(len(paths), "file")
    # A reseller's workbook is one file with four deliveries, each of which may have its own status.
    if len(report.files) > len(paths):
        files += f", {len(report.files):,} deliveries"
    return f"{files}: {counts or 'none'}; {plural(rows, 'row')} to mend"


def _lines(file: CheckedFile) -> list[str]:
    if file.status == NO_DELIVERY:
        return [f"{file.file}: {note}" for note in file.notes]
    table = f"{file.source}/{file.entity}" if file.entity else "no entity"
    how = f" ({file.layout})" if file.layout else ""
    lines = [
        f"{file.file}: {table}{how}: {file.status}: {plural(file.rows_read, 'row')} read,"
        f" {file.rows_accepted:,} accepted, {file.rows_quarantined:,} quarantined,"
        f" {file.rows_duplicate:,} duplicate"
    ]
    if file.reason:
        lines.append(f"  refused: {file.reason}")
    named = [f for f in file.faults if f.row is not None and f.rule != "refused"]
    for fault in named[:SHOWN]:
        place = fault.cell or f"row {fault.row}"
        lines.append(f"  {place}: {fault.message} [{fault.rule}]")
    # Rows that only say that their file is refused come last; if none of them is shown, those left
    # out have faults of their own.
    is_noise = any(f.rule == "refused" for f in file.faults)
    more = max(0, len(named) - SHOWN) + (0 if is_noise else file.faults_left_out)
    if more > 0:
        lines.append(f"  and {plural(more, 'more fault')}")
    lines += [f"  note: {note}" for note in file.notes]
    return lines
