"""What a page shows needs no key to be read: units with figures, words with clauses.

Belongs here: whole pages of the demonstration, beside the tables that they show. Does not:
figures against their tables (test_figures.py), or whether sentences are true (test_true_words.py).
"""

from __future__ import annotations

import re
from decimal import Decimal

import duckdb
import pytest

from dashboards.data import Tables
from dashboards.pages.common import status
from dashboards.pages.headlines import and_unknown
from dashboards.pages.intervals import interval_name
from scoring.words import word
from tests.dashboards.test_true_words import text_of

ARR_CELL = re.compile(
    r'data-key="[^"]*requirement=RESL-ARR"[^>]*data-column="(?:value|gap|threshold)"[^>]*>([^<]*)<'
)


@pytest.fixture
def con(demo_run):
    with duckdb.connect(str(demo_run.serving), read_only=True) as con:
        yield con


@pytest.mark.parametrize("page", ["compliance.html", "partners/P-0055.html"])
def test_arr_of_a_requirement_is_shown_in_dollars(demo_site, page):
    shown = ARR_CELL.findall((demo_site / page).read_text("utf-8"))
    assert len(shown) > 1
    assert {text for text in shown if "$" not in text} <= {"—"}


def test_what_keeps_an_app_from_its_listing_is_said_in_words(con, demo_site):
    page = text_of(demo_site / "apps.html")
    details = con.execute(
        "select distinct detail from intermediate.int_listings__checks where not is_met"
        " and clause = 'APP-VALIDATION'"
        " union select distinct detail from intermediate.int_listings__services where not is_met"
    ).fetchall()
    assert len(details) > 1
    assert [detail for (detail,) in details if detail not in page] == []


def test_a_scorecard_says_what_its_app_lacks(con, demo_site):
    [(partner, detail)] = con.execute(
        "select owners.partner_id, checks.detail from intermediate.int_listings__checks as checks"
        " inner join intermediate.int_apps__owners as owners using (app_id)"
        " where checks.detail = 'never validated' order by all limit 1"
    ).fetchall()
    assert detail in text_of(demo_site / "partners" / f"{partner}.html")


def test_control_totals_of_money_have_its_unit(con, demo_site):
    page = text_of(demo_site / "quality.html")
    [(stated,)] = con.execute(
        "select stated from marts.fct_control_totals where measure = 'arr_usd'"
        " and status = 'differs' order by all limit 1"
    ).fetchall()
    assert f"${round(stated):,}" in page
    assert "arr usd" not in page


def test_only_what_was_due_counts_as_missing(con, demo_site):
    page = (demo_site / "quality.html").read_text("utf-8")
    key = "source=app_usage;entity=api_call_activity;status=missing"
    [shown] = re.findall(rf'data-key="{key}"[^>]*>([^<]*)<', page)
    [(undue, due)] = con.execute(
        "select count(*) filter (due is null), count(*) filter (due is not null)"
        " from marts.fct_source_coverage"
        " where entity = 'api_call_activity' and status = 'missing'"
    ).fetchall()
    assert undue > 0
    assert shown == f"{due:,}"


def test_unknown_arr_is_counted_behind_the_amount():
    rows = [{"partner_id": p, "arr_usd": None} for p in ("a", "a", "b")]
    known = {"partner_id": "c", "arr_usd": Decimal(5)}
    assert and_unknown([*rows, known]) == ", and 2 whose ARR is unknown"
    assert and_unknown([known, {"partner_id": None, "arr_usd": None}]) == ""


@pytest.mark.parametrize(
    ("deviations", "name"),
    [(1.96, "95 % interval"), (3, "99.7 % interval"), (None, "interval")],
)
def test_an_interval_is_called_by_what_it_holds(deviations, name):
    """The number of deviations is the policy's; a page that always said 95 % would be wrong."""
    with duckdb.connect() as con:
        con.execute("create schema run; create schema policy")
        con.execute("create table run.parameters as select date '2025-12-31' as as_of")
        con.execute(
            "create table policy.parameter_values as select * from (values"
            " ('influence.interval_z', date '2000-01-01', date '2026-01-01', ?::double),"
            " ('influence.interval_z', date '2026-01-01', null, 9))"
            " as held(parameter, effective_from, effective_to, number) where number is not null",
            [deviations],
        )
        assert interval_name(Tables(con)) == name


def test_actions_part_the_thousands_of_a_reason(con):
    reasons = con.execute(
        "select reason from decisions.actions where kind = 'requirement' and clause = 'RESL-ARR'"
    ).fetchall()
    assert reasons
    assert [reason for (reason,) in reasons if "at least 100000 needed" in reason] == []


def test_what_agrees_looks_good_and_what_differs_open():
    assert str(status("agrees")) == "<span class=s-good>agrees</span>"
    assert str(status("differs")) == "<span class=s-open>differs</span>"


@pytest.mark.parametrize("kind", ["has_more", "demo_unknown", "points_nowhere", "domain_of_many"])
def test_a_kind_of_finding_is_no_riddle(kind):
    assert word(kind) != kind.replace("_", " ")
