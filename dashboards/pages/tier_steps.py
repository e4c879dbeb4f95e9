"""Tiers that move within the year: on the page of tiers, and in a partner's history.

Belongs here: what `decisions.tier_steps` shows; nothing where the ladder has no rhythm. Does not:
the tier of a whole year (tiers.py).
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from dashboards.components import Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count
from dashboards.pages.common import Figures, criterion_label, partner, tier_label
from scoring.vocabulary import Movement

STEPS = "decisions.tier_steps"
PERIODS = """
select periods.period, periods.position, periods.year, steps.is_review
from intermediate.int_periods as periods
inner join policy.tier_steps as steps using (suffix)
"""


def _in_order(tables: Tables, rows: list[Row]) -> list[tuple[Row, Row]]:
    """Each row with its period, the latest first."""
    if not rows:
        return []
    periods = {row["period"]: row for row in tables.query(PERIODS)}
    known = [(row, periods[row["period"]]) for row in rows if row["period"] in periods]
    return sorted(known, key=lambda pair: (-pair[1]["position"], pair[0]["partner_id"]))


def steps_table(tables: Tables, partner_id: str) -> Table | None:
    """A partner's tier after each review, and after each month that raised it."""
    rows = _in_order(tables, tables.where("tier_steps", "partner_id", partner_id))
    shown = [r for r, period in rows if period["is_review"] or r["movement"] == Movement.UP]
    head = columns("Period", "Tier", "Movement", "@Since", "What is short", "#Gap to next")
    body = [_cells(tables, row)[1:] for row in shown]
    return Table("Tier by review", head, body) if body else None


def _cells(tables: Tables, row: Row) -> list[Markup]:
    shown = Figures(STEPS, row, "period", "partner_id")
    return [
        partner(tables, row["partner_id"], ""),
        cell(row["period"]),
        shown("tier", tier_label(tables, row["tier"])),
        shown.status("movement"),
        shown("moved_on"),
        shown("binding_criterion", criterion_label(tables, row["binding_criterion"])),
        shown("gap_to_next", "—" if row["gap_to_next"] is None else None),
    ]


def step_sections(tables: Tables) -> list[Section]:
    """One section with who rose and fell within the assessed year; none without a rhythm."""
    year = tables.tier_year - 1
    pairs = _in_order(tables, tables.rows("tier_steps"))
    rows = [row for row, period in pairs if period["year"] == year]
    if not rows:
        return []
    moved = [row for row in rows if row["movement"] in (Movement.UP, Movement.DOWN)]
    words = [Markup("Tiers move within the year: {}.").format(_counted(rows, moved))]
    head = columns(
        *("Partner", "%Period", "%Tier", "%Movement", "@Since", "What is short", "#Gap to next")
    )
    table = Table(
        f"Tiers that moved in {year}",
        head,
        [_cells(tables, row) for row in moved],
        search=True,
        empty="nobody moved",
    )
    return [Section("Moves within the year", "steps", words, tables=[table])]


def _counted(rows: Iterable[Row], moved: list[Row]) -> Markup:
    """How many rise and fall at each step, in chronological order."""
    periods = list(dict.fromkeys(row["period"] for row in rows))[::-1]
    tally = count_by(moved, lambda row: (row["period"], row["movement"]))
    return Markup("; ").join(
        Markup("{}: {} rise, {} fall").format(
            period,
            *(
                count(tally.get((period, move), 0), STEPS, {"period": period, "movement": move})
                for move in (Movement.UP, Movement.DOWN)
            ),
        )
        for period in periods
    )
