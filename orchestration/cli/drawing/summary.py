"""The summary of a run: what changed, what needs a person, where everything is.

Belongs here: how a summary is drawn. Does not: what is in it (scoring/summary.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.text import Text

from orchestration.cli.drawing.control import totals
from orchestration.cli.drawing.tables import print_table, with_partner
from scoring.rows import Row
from scoring.summary import Summary
from scoring.vocabulary import Standing
from scoring.words import parted, plural

LISTED = 15
# What a person copies: a file's name, and a remedy with columns and commands in it.
VERBATIM = ("file", "message")
REVIEW_COLUMNS = ("program", *Standing, "end_recommended")
CONTROL_COLUMNS = ("total", "stated", "ours", "difference", "status")


def draw_summary(
    console: Console, summary: Summary, where: Mapping[str, object] | None = None
) -> None:
    """Print what changed, what needs a person, and where everything is."""
    console.print(Text(_headline(summary), style="bold"))
    if any(row["partners"] for row in summary.tiers):
        _print(console, f"Tiers for {summary.year + 1}", summary.tiers)
    if summary.moves:
        columns = ("previous_tier", "tier", "binding_criterion")
        _print(console, f"Moved ({plural(len(summary.moves), 'partner')})", summary.moves, columns)
    # With the review in its title a table fits 80 columns.
    for review in dict.fromkeys(row["review"] for row in summary.reviews):
        rows = [row for row in summary.reviews if row["review"] == review]
        _print(console, f"Review {review}, program memberships", rows, REVIEW_COLUMNS)
    console.print(Text("Needs a person", style="bold"))
    for line in _needs(summary):
        console.print(Text(f"  {line}"))
    lists: dict[str, tuple[list[Row], tuple[str, ...]]] = {
        "Tiers undetermined": (summary.undetermined_tiers, ("smallest_change",)),
        "Requirements to judge": (summary.needs_review, ("requirement", "reason")),
        "Files refused": (summary.refused, ("file", "message")),
        "Rows quarantined": (summary.quarantined, ("file", "rows")),
        "Agreements in conflict": (summary.conflicts, ("reason",)),
    }
    for title, (rows, shown) in lists.items():
        if rows:
            _print(console, title, rows, shown)
    if summary.control_totals:
        rows = totals(summary.control_totals)
        print_table(console, "Control totals", rows, CONTROL_COLUMNS, LISTED)
    if where:
        console.print(Text("Where the results are", style="bold"))
        for name, place in where.items():
            console.print(Text(f"  {name}: {place}"), soft_wrap=True)
        if summary.moves:
            command = f"plumbline explain {summary.moves[0]['partner_id']} --year {summary.year}"
            console.print(Text(f"Why a partner stands where it does: {command}"), soft_wrap=True)


def _headline(summary: Summary) -> str:
    known = f", known at {summary.known_at} UTC" if summary.known_at else ""
    return (
        f"{summary.year}: {plural(summary.partners, 'partner')}, policy {summary.policy_set} "
        f"({summary.policy_version[:12]}), as of {summary.as_of}{known}"
    )


def _needs(summary: Summary) -> list[str]:
    quarantined = sum(row["rows"] for row in summary.quarantined)
    counts = (
        (len(summary.undetermined_tiers), "undetermined tier"),
        (len(summary.needs_review), "requirement to judge"),
        (len(summary.refused), "refused file"),
        (quarantined, "quarantined row"),
        (len(summary.conflicts), "agreement conflict"),
        (sum(row["rows"] for row in summary.findings), "finding"),
        (sum(row["status"] != "agrees" for row in summary.control_totals), "open control total"),
        (summary.placeholders, "policy placeholder to confirm"),
        (summary.reported, "reported policy value to confirm"),
    )
    plurals = {
        "requirement to judge": "requirements to judge",
        "policy placeholder to confirm": "policy placeholders to confirm",
        "reported policy value to confirm": "reported policy values to confirm",
    }
    return [plural(count, one, plurals.get(one)) for count, one in counts if count] or ["nothing"]


def _print(console: Console, title: str, rows: list[Row], columns: tuple[str, ...] = ()) -> None:
    """The named columns (all when none are) with the partner before them where a row has one."""
    if "reason" in columns:
        rows = [{**row, "reason": parted(row["reason"] or "")} for row in rows]
    if columns and "partner_id" in rows[0]:
        rows, columns = with_partner(rows), ("partner", *columns)
    print_table(console, title, rows, columns, LISTED, VERBATIM)
