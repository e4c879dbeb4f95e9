"""What moved and why: both sides of each kind of change, their causes, and what is at stake.

Belongs here: scoring.changes over frames by hand and a warehouse by hand.
Does not: tiers, compliance or reviews themselves.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from scoring.changes.answer import changes
from scoring.changes.difference import differences
from scoring.changes.facts import FACTS, Facts
from scoring.changes.kept import leave
from scoring.changes.sides import STAKES, STANDING, Side, computed
from scoring.changes.table import NothingToCompare, since_year, write_changes
from scoring.measures import Measure
from scoring.policy.load import load_policy
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, results, warehouse

LADDER = {"low": 1, "high": 2}
LABELS = {"low": "Low", "high": "High"}
# Metrics that the shipped policy words; other facts are described by their label.
MEASURES = {
    own.id: Measure(own.id, metric.unit, own)
    for own in load_policy().sentences
    for metric in load_policy().metrics
    if metric.id == own.id
}


def side(standing=(), facts=(), stakes=()) -> Side:
    """A side of one partner in one period; what a row does not name is null."""
    place = {"period": "2025", "partner_id": "p", "program": "reseller"}

    def frame(rows, schema):
        kept = [{name: {**place, **row}.get(name) for name in schema} for row in rows]
        return pl.DataFrame(kept, schema=schema, orient="row")

    con = duckdb.connect()
    con.register("facts", frame(facts, FACTS))
    return Side(frame(standing, STANDING), Facts(con, "from facts"), frame(stakes, STAKES))


def fact(name, status, value=None, threshold=None, **more):
    return {
        "kind": "compliance",
        "name": name,
        "label": name.title(),
        "status": status,
        "value": None if value is None else Decimal(value),
        "threshold": None if threshold is None else Decimal(threshold),
        "comparator": ">=",
        "clause": f"C-{name}",
        "position": 1,
        **more,
    }


def compared(before: Side, after: Side) -> list[dict]:
    return differences("year-before", before, after, LADDER, LABELS, MEASURES).to_dicts()


def standing(kind, value, **more):
    return {"kind": kind, "value": value, **more}


def test_what_stands_as_it_stood_is_no_change():
    same = side([standing("compliance", "compliant")])
    assert compared(same, same) == []


def test_a_requirement_newly_missed_is_the_cause_and_one_missed_before_is_not():
    before = side(
        [standing("compliance", "undetermined")],
        [fact("plan", "no_evidence"), fact("reports", "met", 12, 12), fact("old", "not_met", 0, 1)],
    )
    after = side(
        [standing("compliance", "non_compliant")],
        [
            fact("plan", "met", 1, 1),
            fact("reports", "not_met", 9, 12),
            fact("old", "not_met", 0, 1),
        ],
    )
    (row,) = compared(before, after)
    assert (row["before"], row["after"]) == ("undetermined", "non_compliant")
    assert row["cause"] == "Reports: 9 (12 before), at least 12 needed."
    assert row["clause"] == "C-reports"


def test_a_requirement_met_again_is_the_cause():
    before = side([standing("compliance", "non_compliant")], [fact("plan", "not_met", 0, 1)])
    after = side([standing("compliance", "compliant")], [fact("plan", "waived", 0, 1)])
    (row,) = compared(before, after)
    assert row["cause"] == "Plan: waived now."


def test_a_threshold_that_moved_is_said():
    before = side([standing("compliance", "compliant")], [fact("arr", "met", 60, 50, unit="USD")])
    after = side(
        [standing("compliance", "non_compliant")], [fact("arr", "not_met", 60, 100, unit="USD")]
    )
    (row,) = compared(before, after)
    assert "60 USD, at least 100 USD needed, where 50 USD sufficed before" in row["cause"]


def test_a_near_miss_is_not_rounded_away():
    before = side([standing("compliance", "compliant")], [fact("arr", "met", 100, 100, unit="USD")])
    missed = fact("arr", "not_met", "99.9999", 100, unit="USD")
    (row,) = compared(before, side([standing("compliance", "non_compliant")], [missed]))
    assert "99.9999 USD" in row["cause"]


WORDED = [
    # metric, comparator, before, now, threshold, what the cause says
    ("agreements_redlined", "<=", 0, 2, 0, "Two standard agreements carry changes (none before)."),
    ("listed_apps", ">=", 1, 0, 1, "No app was listed at the end of the year (one before)."),
    # The sentence counts what is missing; that twelve came before is no number of the same thing.
    ("reports_received", ">=", 12, 11, 12, "One monthly report is missing."),
    ("arr_usd", ">=", 102000, 72000, 100000, "Annual recurring revenue is $72,000, below the"),
    ("certification_announced", ">=", 1, 0, 1, "The certification has not been announced."),
]


@pytest.mark.parametrize(("metric", "sign", "then", "now", "limit", "cause"), WORDED)
def test_a_cause_is_told_in_the_words_of_the_policy(metric, sign, then, now, limit, cause):
    unit = MEASURES[metric].unit
    measure = {"metric": metric, "unit": unit, "comparator": sign}
    before = side([standing("compliance", "compliant")], [fact("x", "met", then, limit, **measure)])
    missed = fact("x", "not_met", now, limit, **measure)
    (row,) = compared(before, side([standing("compliance", "non_compliant")], [missed]))
    assert row["cause"].startswith(cause)


def test_an_open_question_keeps_the_figure_as_far_as_it_is_known():
    measure = {"metric": "arr_usd", "unit": "USD"}
    before = side([standing("compliance", "compliant")], [fact("x", "met", 120, 100, **measure)])
    open_one = fact(
        "x", "needs_review", 110, 100, words="X: 110; 100 needed. In doubt: y", **measure
    )
    (row,) = compared(before, side([standing("compliance", "undetermined")], [open_one]))
    assert row["cause"] == (
        "A person has to judge whether annual recurring revenue reaches the minimum: "
        "110 USD (120 USD before), at least 100 USD needed (In doubt: y)."
    )


def criterion(tier, name, status, value, threshold, **more):
    return fact(name, status, value, threshold, kind="tier", tier=tier, **more)


def test_a_tier_falls_by_what_it_misses_and_rises_by_what_it_reached():
    met = side(
        [standing("tier", "high")], [criterion("high", "apps", "met", 1, 1)], [{"customers": 7}]
    )
    missed = side(
        [standing("tier", "low")], [criterion("high", "apps", "not_met", 0, 1)], [{"customers": 3}]
    )
    (down,) = compared(met, missed)
    assert (down["cause"], down["customers"]) == (
        "Missed for High: Apps: 0 (1 before), at least 1 needed.",
        3,
    )
    (up,) = compared(missed, met)
    assert up["cause"] == "Reached High: Apps: 1 (0 before), at least 1 needed."


def test_an_invited_partner_did_not_reach_what_it_still_misses():
    invited = fact("invited", "met", 1, 1, kind="tier", tier="high", unit="yes or no", position=2)
    before = side(
        [standing("tier", "low")],
        [criterion("high", "apps", "not_met", 0, 1), {**invited, "status": "not_met"}],
    )
    after = side([standing("tier", "high")], [criterion("high", "apps", "not_met", 0, 1), invited])
    (row,) = compared(before, after)
    assert row["cause"] == "Reached High: Invited: yes."


def test_a_roll_up_is_explained_by_what_is_behind_it():
    rolled = criterion("high", "compliance", "not_met", 0, 1, metric="program_compliance")
    before = side([standing("tier", "high")], [{**rolled, "status": "met"}])
    after = side([standing("tier", "low")], [rolled, fact("plan", "not_met", 0, 1)])
    (row,) = compared(before, after)
    assert row["cause"] == "Missed for High: Plan: 0, at least 1 needed."


def test_whoever_comes_or_leaves_is_a_change_and_keeps_what_it_was_worth():
    present = side([standing("compliance", "compliant")], stakes=[{"arr_usd": Decimal(500)}])
    gone = side(stakes=[{"arr_usd": Decimal(0)}])
    (left,) = compared(present, gone)
    assert (left["after"], left["cause"]) == (None, "No longer in the program.")
    assert left["arr_usd"] == 500
    (came,) = compared(gone, present)
    assert (came["before"], came["cause"]) == (
        None,
        "New in the program. Nothing that must be met is missed.",
    )


def test_a_minimum_says_what_it_was():
    def of(status, value):
        held = fact("arr", status, value, 100, metric="arr_usd", unit="USD")
        return side([standing("minimum", status, clause="C-arr")], [held])

    (row,) = compared(of("met", 120), of("not_met", 80))
    assert (
        row["cause"] == "Annual recurring revenue is $80, below the minimum of $100 ($120 before)."
    )


@pytest.fixture
def con():
    built = warehouse()
    enrol(built, "p", "technology", date(2023, 1, 1), "Partner")
    enrol(built, "p", "reseller", date(2023, 1, 1))
    good = {"listed_apps": 1, "average_monthly_active_customers": 500}
    ladder_rows(built, 2024, "p", good | {"bidirectional_flow": Decimal(1)})
    ladder_rows(built, 2025, "p", {"listed_apps": 0})
    for period, status in (("2024", "met"), ("2025", "not_met"), ("2025-H2", "not_met")):
        results(built, period, "p", "reseller", [("RESL-PLAN", status, int(status == "met"))])
    results(built, "2024-H2", "p", "reseller", [("RESL-PLAN", "met", 1)])
    write_decisions(built)
    yield built
    built.close()


def test_the_table_compares_each_period_with_the_year_before(con):
    write_changes(con)
    rows = con.sql(
        "select period, kind, before, after from decisions.changes order by period, kind"
    ).fetchall()
    assert ("2025", "tier", "select", "foundation") in rows
    assert ("2025", "compliance", "compliant", "non_compliant") in rows
    assert ("2025-H2", "recommendation", "maintain", "remediate") in rows
    # Nothing is compared with a year that was not computed.
    assert {row[0][:4] for row in rows} == {"2025"}


def test_the_answer_takes_a_year_and_names_those_there_are(con):
    write_changes(con)
    assert changes(con).since == "year-before"
    assert {r["kind"] for r in changes(con, "2024").rows} == {r["kind"] for r in changes(con).rows}
    with pytest.raises(NothingToCompare, match="there are: 2024"):
        since_year(con, 2019)
    with pytest.raises(NothingToCompare, match="nothing has been published yet"):
        changes(con, "last-published")
    with pytest.raises(NothingToCompare, match="write last-run"):
        changes(con, "yesterday")


def test_what_the_last_run_left_is_compared_with_this_one(con):
    leave(con, computed(con))
    with pytest.raises(NothingToCompare, match="seen one run"):
        changes(con, "last-run")
    con.execute("delete from marts.fct_requirement_results where period = '2025'")
    con.execute(
        "update marts.fct_program_compliance set status = 'compliant' where period = '2025'"
    )
    leave(con, computed(con))
    (row,) = changes(con, "last-run").rows
    assert (row["kind"], row["before"], row["after"]) == (
        "compliance",
        "non_compliant",
        "compliant",
    )
    # A run that finds nothing new leaves what the last one left.
    leave(con, None)
    assert changes(con, "last-run").rows == ()


def test_money_at_stake_counts_a_partner_once(con):
    for month, arr in ((date(2024, 12, 1), 900), (date(2025, 12, 1), 700)):
        row = {"partner_id": "p", "month": month, "arr_usd": arr}
        put(con, "marts.fct_arr_by_partner_month", row)
    write_changes(con)
    changed = changes(con)
    assert len(changed.rows) > 1
    assert {row["arr_usd"] for row in changed.rows if row["period"] == "2025"} == {Decimal(700)}
    from scoring.changes.answer import money_at_stake

    assert money_at_stake(changed.rows) == 700
