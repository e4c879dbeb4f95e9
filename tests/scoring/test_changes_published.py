"""Changes of tiers that were published: their causes are what was published with them.

Belongs here: scoring.changes where later data contradict a publication. Does not: other changes
(test_changes.py), or what is shown as published (test_run.py).
"""

from __future__ import annotations

from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest

from scoring.changes.table import write_changes
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, warehouse
from tests.scoring.test_changes import compared, side, standing

AVERAGE = "average_monthly_active_customers"


@pytest.fixture
def con():
    with closing(warehouse()) as built:
        enrol(built, "p", "technology", date(2023, 1, 1), "Partner")
        for year, customers in ((2024, 5), (2025, 500)):
            ladder_rows(built, year, "p", {"listed_apps": 1, AVERAGE: customers})
        write_decisions(built)
        yield built


def published(con, year):
    """Note the criteria of a year as those of a publication."""
    con.execute(
        """insert into run.published_criteria by name
        select year, partner_id, tier, criterion, status, value, threshold, clause
        from marts.fct_tier_eligibility where year = ?""",
        [year],
    )


def tier_change(con):
    write_changes(con)
    [row] = con.sql("select cause, clause from decisions.changes where kind = 'tier'").fetchall()
    return row


@pytest.mark.parametrize("later", [Decimal(7), None])
def test_a_published_rise_is_not_explained_by_what_came_later(con, later):
    before = tier_change(con)
    assert "500" in before[0] and before[1] == "TIER-WINDOW"
    published(con, 2025)
    con.execute(
        "update marts.fct_tier_eligibility set value = $1, status = 'not_met' "
        "where year = 2025 and criterion = $2",
        [later, AVERAGE],
    )
    if later is None:
        con.execute("delete from marts.fct_tier_eligibility where year = 2025")
    assert tier_change(con) == before


def test_a_tier_without_any_criteria_is_named_alone():
    rows = compared(side([standing("tier", "low")]), side([standing("tier", "high")]))
    assert [(row["cause"], row["clause"]) for row in rows] == [("Reached High.", None)]


def test_another_years_publication_explains_nothing_of_this_one(con):
    published(con, 2024)
    put(con, "run.published_criteria", {"year": 2025, "partner_id": "q", "tier": "select"})
    assert "500" in tier_change(con)[0]
