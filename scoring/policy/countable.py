"""Which rows a metric as data can count: entities that lead to a partner, and lines in force.

Belongs here: the columns of each, whose the rows are, and the coverage rule of the entity. Does
not: what a set counts of them (figures.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from ingest.judging.contract import Column, Entity, entities, entity, parse_column

Coverage = Literal["state", "partner"]
LINES = "lines_in_force"
# The columns of `lines_in_force` (int_figures__lines): lines on the days on which they count for
# ARR, with cancellations, renewals and successions already applied. A contraction lowers the
# quantity.
LINE_COLUMNS = {
    "end_customer": "text",
    "subscription_id": "text",
    "product": "optional text",
    "line_type": "enum(new,renewal,expansion,contraction)",
    "quantity": "optional decimal",
    "counts_from": "date",
    "counts_to": "date",
}
# The feed has metrics of its own; the others do not belong to any one partner.
NOT_COUNTED = {
    "usage_events": "use average_monthly_active_customers or bidirectional_apps",
    "control_totals": "figures are compared with them, and they are not figures themselves",
}
# The columns by which a row leads to its partner; the first that it has counts.
LEADS = {
    "partner_id": "partner",
    "app_id": "app",
    "registration_id": "registration",
    "agreement_id": "agreement",
}
# Kinds of a column that hold a day, and that hold a number.
DAYS = ("date", "timestamp", "month")
NUMBERS = ("int", "money", "decimal")


@dataclass(frozen=True)
class Countable:
    """Rows that can be counted. `entity` is the landed entity behind them, `by` how a row leads to
    its partner, `coverage` how the entity is covered (semantics 2)."""

    name: str
    entity: Entity
    columns: tuple[Column, ...]
    by: str
    coverage: Coverage

    def column(self, name: str) -> Column | None:
        """The column called `name`, or None."""
        return next((c for c in self.columns if c.name == name), None)

    def named(self, *kinds: str) -> tuple[str, ...]:
        """Names of the columns of some kinds; all without any."""
        return tuple(c.name for c in self.columns if not kinds or c.kind in kinds)


def _of(spec: Entity) -> Countable | None:
    leads = next((by for column, by in LEADS.items() if column in spec.required), None)
    if leads is None or spec.name in NOT_COUNTED:
        return None
    # Lines are covered for each partner by its reports.
    coverage: Coverage = "partner" if spec.name == "subscription_lines" else "state"
    return Countable(spec.name, spec, spec.columns, leads, coverage)


@cache
def countable() -> dict[str, Countable]:
    """All that can be counted, by name."""
    declared = {c.name: c for c in map(_of, entities()) if c is not None}
    columns = tuple(parse_column(name, kind) for name, kind in LINE_COLUMNS.items())
    lines = Countable(LINES, entity("subscription_lines"), columns, "line", "partner")
    return {**declared, LINES: lines}
