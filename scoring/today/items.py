"""A person's day from `decisions.actions`: what is due, what comes later, what waits for others.

Belongs here: the actions of a day as lists for people, by owner.
Does not: which actions there are, their owners, dates and commands (scoring.actions).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from scoring.actions.kinds import DONE, LABELS, OVERDUE, WAITING
from scoring.actions.table import actions
from scoring.published import ACTIONS
from scoring.rows import Row, fetch
from scoring.words import plural

# The lists of a day: due by it, due after it, waiting for an answer, done recently.
DUE, LATER, WAITED, FINISHED = "due", "later", "waiting", "done"


class NoSuchOwner(ValueError):
    """Nobody with that name has an action; the message names the people who have."""


@dataclass(frozen=True)
class Today:
    """The actions of `as_of`, of everybody or of `owner`; the earliest due day first.

    `items`: rows of decisions.actions, each with `partner` (its name) and `list` (DUE and so on).
    """

    as_of: date
    owner: str | None
    items: tuple[Row, ...]

    def of(self, name: str) -> list[Row]:
        """The rows of one list, in order."""
        return [row for row in self.items if row["list"] == name]

    def as_dict(self) -> dict[str, Any]:
        """Plain values: `as_of`, `owner`, `items`, and `counts` by list."""
        counts = {name: len(self.of(name)) for name in (DUE, LATER, WAITED, FINISHED)}
        return {
            "as_of": self.as_of.isoformat(),
            "owner": self.owner,
            "counts": counts,
            "items": [dict(row) for row in self.items],
        }


def headline(day: Today, dated: bool = True) -> str:
    """`2025-11-03: 12 things to do, 9 of them overdue; 30 later, 1 waiting for an answer`; without
    the day unless `dated`."""
    due = day.of(DUE)
    late = sum(row["state"] == OVERDUE for row in due)
    whose = f" for {day.owner}" if day.owner else ""
    words = f"{day.as_of}: " if dated else ""
    words += f"{plural(len(due), 'thing')} to do{whose}"
    words += f", {late} of them overdue" if late else ""
    rest = [f"{len(day.of(LATER))} later"] if day.of(LATER) else []
    if day.of(WAITED):
        rest.append(f"{len(day.of(WAITED))} waiting for an answer")
    return f"{words}; {', '.join(rest)}" if rest else words


def by_kind(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """Rows of each kind, in the order of the kinds."""
    rows = list(rows)
    grouped = [(kind, [row for row in rows if row["kind"] == kind]) for kind in LABELS]
    return [(kind, own) for kind, own in grouped if own]


def today(
    con: duckdb.DuckDBPyConnection, as_of: date | None = None, owner: str | None = None
) -> Today:
    """What there is to do on `as_of`, by default the run's own day, whose actions are published.

    For another day the same actions are worked out again from what the warehouse knows of facts up
    to it. Raises NoSuchOwner when nobody called `owner` has an action.
    """
    rows, day = _rows(con, as_of)
    partners = fetch(con, "select partner_id, name from marts.dim_partners")
    names = {row["partner_id"]: row["name"] for row in partners}
    if owner is not None:
        rows = _of_owner(rows, owner)
    items = [
        {**row, "partner": names.get(row["partner_id"]), "list": _list(row, day)} for row in rows
    ]
    return Today(day, owner, tuple(sorted(items, key=_order)))


def _rows(con: duckdb.DuckDBPyConnection, as_of: date | None) -> tuple[list[Row], date]:
    [run] = fetch(con, "select as_of from run.parameters")
    if as_of is not None and as_of != run["as_of"]:
        return actions(con, as_of).to_dicts(), as_of
    return fetch(con, ACTIONS.select), run["as_of"]


def _of_owner(rows: list[Row], owner: str) -> list[Row]:
    owned = [row for row in rows if row["owner"].casefold() == owner.casefold()]
    if not owned:
        names = ", ".join(sorted({row["owner"] for row in rows})) or "nobody"
        raise NoSuchOwner(f"{owner!r} has no action; these people and roles have: {names}")
    return owned


def _list(row: Row, as_of: date) -> str:
    if row["state"] in (DONE, WAITING):
        return FINISHED if row["state"] == DONE else WAITED
    return DUE if row["due_on"] is None or row["due_on"] <= as_of else LATER


def _order(row: Row) -> tuple[Any, ...]:
    no_day = row["due_on"] is None
    return (no_day, row["due_on"] or date.min, row["kind"], row["partner_id"] or "", row["reason"])
