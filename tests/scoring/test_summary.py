"""The summary of a run: what changed, what needs a person, where it lies.

Belongs here: scoring.summary over a warehouse by hand. Does not: the figures it counts.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from rich.console import Console

from orchestration.cli.drawing.summary import draw_summary
from scoring.run import write_decisions
from scoring.summary import summarise
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, results, warehouse


@pytest.fixture
def con():
    built = warehouse()
    average = "average_monthly_active_customers"
    facts = {
        "riser": ({}, {"listed_apps": 1, average: Decimal(120)}),
        "open": ({}, {"listed_apps": 1, average: "no_evidence"}),
    }
    for partner, (before, now) in facts.items():
        enrol(built, partner, "technology", date(2023, 1, 1), f"{partner} [Ltd]")
        ladder_rows(built, 2024, partner, before)
        ladder_rows(built, 2025, partner, now)
        results(built, "2025", partner, "technology", [("TECH-STANDING", "needs_review", 0)])
        results(built, "2025-H2", partner, "technology", [("TECH-STANDING", "not_met", 1)])
    files = [("a.csv", "refused", 12), ("b.csv", "accepted", 3), ("c.csv", "accepted", 0)]
    for name, status, bad in files:
        row = {"delivery_id": name, "source": "crm", "entity": "accounts", "file": f"crm/{name}"}
        put(built, "landing.deliveries", row | {"status": status, "rows_quarantined": bad})
    put(built, "landing.quarantine", {"delivery_id": "a.csv", "message": "no column name"})
    term = {"period": "2025", "partner_id": "open", "parameter": "reseller.minimum_arr_usd"}
    reason = {"conflict": True, "conflict_reason": "A and B both state it."}
    put(built, "intermediate.int_policy__partner_values", term | reason)
    put(built, "marts.fct_findings", {"source": "crm", "entity": "accounts", "finding": "orphan"})
    write_decisions(built)
    yield built
    built.close()


def test_what_changed_and_what_needs_a_person(con):
    summary = summarise(con).as_dict()
    assert (summary["year"], summary["partners"], summary["as_of"]) == (2025, 2, "2025-12-31")
    assert summary["deliveries"] == {"accepted": 2, "refused": 1}
    by_tier = {row["tier"]: (row["partners"], row["up"]) for row in summary["tiers"]}
    assert by_tier == {
        "premier": (0, 0),
        "select": (1, 1),
        "foundation": (1, 0),
    }
    assert [(row["partner_id"], row["movement"]) for row in summary["moves"]] == [("riser", "up")]
    assert [row["partner_id"] for row in summary["undetermined_tiers"]] == ["open"]
    # Of the year, not of its reviews.
    assert [row["partner_id"] for row in summary["needs_review"]] == ["open", "riser"]
    assert summary["reviews"] == [
        {
            "review": "2025-H2",
            "program": "technology",
            "compliant": 0,
            "non_compliant": 2,
            "undetermined": 0,
            "end_recommended": 0,
        }
    ]
    assert [(row["file"], row["message"]) for row in summary["refused"]] == [
        ("crm/a.csv", "no column name")
    ]
    assert [(row["file"], row["rows"]) for row in summary["quarantined"]] == [("crm/b.csv", 3)]
    assert [row["reason"] for row in summary["conflicts"]] == ["A and B both state it."]
    assert [row["rows"] for row in summary["findings"]] == [1]
    assert summary["placeholders"] > 0


def test_reviews_are_a_table_on_80_columns(con):
    console = Console(width=80, force_terminal=False)
    with console.capture() as capture:
        draw_summary(console, summarise(con))
    lines = capture.get().splitlines()
    [place] = [n for n, line in enumerate(lines) if line.startswith("Review 2025-H2")]
    head = lines[place + 2]
    for word in ("program", "compliant", "non-compliant", "undetermined", "recommended"):
        assert word in head + lines[place + 3]
    assert lines[place + 1].startswith("╭")


def test_it_is_printed_with_where_everything_lies(con):
    console = Console(width=180, force_terminal=False)
    with console.capture() as capture:
        draw_summary(console, summarise(con), {"site": "somewhere/index.html"})
    text = capture.get()
    for words in (
        "2025: 2 partners, policy shipped (v1), as of 2025-12-31",
        "riser [Ltd]",
        "1 undetermined tier",
        "2 requirements to judge",
        "3 quarantined rows",
        "site: somewhere/index.html",
    ):
        assert words in text


def test_a_run_that_needs_nobody_says_so(con):
    for table in ("landing.deliveries", "marts.fct_findings", "marts.fct_requirement_results"):
        con.execute(f"delete from {table}")
    con.execute("delete from intermediate.int_policy__partner_values")
    con.execute("delete from decisions.tier_assignments where undetermined")
    con.execute("update policy.parameters set status = 'confirmed'")
    console = Console(width=180, force_terminal=False)
    with console.capture() as capture:
        draw_summary(console, summarise(con))
    assert "Needs a person\n  nothing" in capture.get()


def test_a_remedy_keeps_its_commands_and_names_as_they_are(con):
    remedy = (
        "the required column account_id is missing; let a column map say so: plumbline map "
        "acme_sales.csv --entity subscription_lines --save"
    )
    con.execute("update landing.deliveries set file = 'crm/acme_sales' where file = 'crm/a.csv'")
    con.execute("update landing.quarantine set message = ?", [remedy])
    for width in (300, 30):
        console = Console(width=width)
        with console.capture() as whole:
            draw_summary(console, summarise(con))
        text = " ".join(whole.get().split())
        assert "crm/acme_sales" in text
        assert remedy in text
