"""Control totals for people: an action where they differ, the command's answer, the summary.

Belongs here: what is made of fct_control_totals. Does not: the comparison itself.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from rich.console import Console

from orchestration.cli.drawing.summary import draw_summary
from scoring.actions.table import actions
from scoring.control import control_totals
from scoring.run import write_decisions
from scoring.summary import summarise
from tests.scoring.hand_warehouse import enrol, put, warehouse


@pytest.fixture
def con():
    built = warehouse()
    enrol(built, "p", "reseller", date(2024, 12, 10), "Partner")
    for source, partner, status, ours in (
        ("Finance", None, "differs", 120),
        ("Finance", "p", "agrees", 100),
        ("CRM", "p", "in_doubt", 103),
        ("Marketplace", "p", "not_computed", None),
    ):
        row = {"period": "2025", "measure": "arr_usd", "partner_id": partner, "source": source}
        row |= {"as_of": date(2026, 1, 5), "stated": Decimal(100), "ours": ours}
        row |= {"difference": None if ours is None else ours - 100, "tolerance": Decimal(1)}
        put(built, "marts.fct_control_totals", row | {"status": status, "reason": "Why."})
    write_decisions(built)
    yield built
    built.close()


def waiting(con, as_of):
    rows = actions(con, as_of).to_dicts()
    return [row for row in rows if row["kind"] == "control_total"]


def test_a_difference_waits_for_somebody_and_keeps_its_id(con):
    day = date(2026, 1, 10)
    differing = {(row["partner_id"], row["source_key"]): row for row in waiting(con, day)}
    assert sorted(key[1] for key in differing) == ["2025 arr_usd Finance", "2025 arr_usd p CRM"]
    whole = differing[None, "2025 arr_usd Finance"]
    assert whole["due_on"] == date(2026, 1, 15)
    assert whole["command"] == "plumbline control --period=2025"
    assert "Finance has 100.0000, ours is 120.0000, the difference 20.0000" in whole["reason"]
    con.execute("update marts.fct_control_totals set ours = 130, difference = 30")
    again = [row for row in waiting(con, day) if row["partner_id"] is None]
    assert [row["action_id"] for row in again] == [whole["action_id"]]


def test_a_total_stated_after_the_day_waits_for_nobody(con):
    assert waiting(con, date(2026, 1, 4)) == []


def test_the_command_answers_by_period_and_the_summary_lists_all(con):
    assert len(control_totals(con).rows) == 4
    assert len(control_totals(con, "2025").differing) == 3
    assert control_totals(con, "2024").rows == ()
    summary = summarise(con)
    assert [row["status"] for row in summary.control_totals] == [
        "differs",
        "in_doubt",
        "not_computed",
        "agrees",
    ]
    console = Console(width=200, record=True)
    draw_summary(console, summary)
    text = console.export_text()
    assert "3 open control totals" in text and "│         20 │" in text
