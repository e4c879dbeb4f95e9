"""The channel manager's day: what waits for an answer, lapses, or is overdue.

Belongs here: the items of a day as data, their order, their table for people.
Does not: which rows are items (deals, papers, judgements), how far ahead (policy `today.*`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from scoring.rows import fetch
from scoring.today import deals, judgements, papers
from scoring.words import plural

# Each gives the columns of COLUMNS for `$as_of`.
QUERIES = {
    "registration": deals.REGISTRATIONS,
    "extension": deals.EXTENSIONS,
    "approval": deals.APPROVALS,
    "report": papers.REPORTS,
    "training": papers.TRAININGS,
    "agreement": papers.AGREEMENTS,
    "agreement_version": papers.VERSIONS,
    "waiver": papers.WAIVERS,
    "case": judgements.CASES,
    "invitation": judgements.INVITATIONS,
    "quarantine": judgements.QUARANTINE,
    "undetermined_tier": judgements.UNDETERMINED,
}
COLUMNS = ("due", "partner_id", "subject", "what", "why", "clause", "next_step")
LABELS = {
    "registration": "Registrations to answer",
    "extension": "Extensions to answer",
    "approval": "Approvals ending",
    "report": "Reports due and overdue",
    "training": "Trainings lapsing",
    "agreement": "Agreements ending",
    "agreement_version": "Agreement versions to renew",
    "waiver": "Waivers ending",
    "case": "Conduct cases open",
    "invitation": "Invitations unanswered",
    "quarantine": "Quarantine to work",
    "undetermined_tier": "Tiers undetermined",
}
# Kinds whose date is a deadline: before the day it has been missed. Elsewhere it says since when.
DEADLINES = (
    "registration",
    "extension",
    "approval",
    "report",
    "training",
    "agreement",
    "agreement_version",
    "waiver",
    "invitation",
)


@dataclass(frozen=True)
class Item:
    """One thing to do: `due` is its deadline, or the day since when it waits."""

    due: date | None
    kind: str
    partner_id: str | None
    partner: str | None
    subject: str
    what: str
    why: str
    clause: str | None
    next_step: str
    overdue: bool


@dataclass(frozen=True)
class Today:
    """The items of `as_of`, earliest date first."""

    as_of: date
    items: tuple[Item, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values: `as_of`, `items`, and `counts` by kind."""
        counts = {kind: sum(item.kind == kind for item in self.items) for kind in QUERIES}
        return {
            "as_of": self.as_of.isoformat(),
            "items": [
                asdict(item) | {"due": item.due.isoformat() if item.due else None}
                for item in self.items
            ],
            "counts": counts,
        }

    def render(self, console: Console) -> None:
        """Print one table a kind, in the order of the kinds; nothing to do is said."""
        console.print(Text(f"{self.as_of}: {plural(len(self.items), 'thing')} to do", style="bold"))
        for kind in QUERIES:
            items = [item for item in self.items if item.kind == kind]
            if items:
                console.print(_table(kind, items))


def today(con: duckdb.DuckDBPyConnection, as_of: date) -> Today:
    """What there is to do on `as_of`, from what the warehouse knows of facts up to that day.

    Dates of deal registrations and reports are judged as of the day itself; tiers are those of the
    last run. Sorted by date, kind, partner and subject.
    """
    partners = fetch(con, "select partner_id, name from marts.dim_partners")
    names = {row["partner_id"]: row["name"] for row in partners}
    items = []
    for kind, query in QUERIES.items():
        columns = ", ".join(COLUMNS)
        for found in fetch(con, f"select {columns} from ({query}) as items", as_of=as_of):
            overdue = kind in DEADLINES and found["due"] is not None and found["due"] < as_of
            name = names.get(found["partner_id"])
            items.append(Item(kind=kind, partner=name, overdue=overdue, **found))
    return Today(as_of, tuple(sorted(items, key=_order)))


def _order(item: Item) -> tuple:
    return (
        item.due is None,
        item.due or date.min,
        item.kind,
        item.partner_id or "",
        item.subject,
        item.what,
    )


def _table(kind: str, items: list[Item]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.title, table.title_justify = f"{LABELS[kind]} ({len(items)})", "left"
    table.title_style = "bold"
    table.add_column(no_wrap=True, min_width=10)
    table.add_column(overflow="fold")
    for item in items:
        when = Text(str(item.due) if item.due else "", style="red" if item.overdue else "")
        partner = " ".join(part for part in (item.partner_id, item.partner) if part)
        clause = f" ({item.clause})" if item.clause else ""
        words = Text(f"{partner}: " if partner else "").append(f"{item.what}{clause}", "bold")
        words.append(f"\n{item.why} {item.next_step}")
        table.add_row(when, words)
    return table
