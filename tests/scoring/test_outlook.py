"""Where a running year is heading: projections, how sure they are, what is due, renewals.

Belongs here: scoring.outlook, its arithmetic in tables and its rows on a demonstration year cut off
at the end of August. Does not: whether a requirement is judged right.
"""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from rich.console import Console

from orchestration.cli.drawing.outlook import draw_outlook
from scoring.outlook import OutlookError, outlook
from scoring.outlook.projection import Projected, calibrated, decimal, half_width, interval
from tests.conftest import DEMO_YEAR

AS_OF = date(DEMO_YEAR, 8, 31)
USAGE = "average_monthly_active_customers"


@pytest.fixture(scope="module")
def con(demo_run, tmp_path_factory):
    """The demonstration warehouse as of the end of August, one reseller's minimum on renewals."""
    path = tmp_path_factory.mktemp("outlook") / "august.duckdb"
    shutil.copyfile(demo_run.serving, path)
    connection = duckdb.connect(str(path))
    connection.execute("set timezone = 'UTC'")
    connection.execute("update run.parameters set as_of = ?", [AS_OF])
    connection.execute(
        "delete from intermediate.int_usage__partner_months where month > ?", [AS_OF]
    )
    connection.execute(
        """update marts.fct_requirement_results set status = 'not_met', value = 40000
        where period = ? and partner_id = 'P-0060' and metric = 'arr_usd'""",
        [str(DEMO_YEAR)],
    )
    connection.execute("delete from intermediate.int_arr__lines where partner_id = 'P-0060'")
    for line, type, ends, amount in (
        ("L-1", "renewal", date(DEMO_YEAR, 10, 31), 50_000),
        ("L-2", "expansion", date(DEMO_YEAR, 12, 30), 10_000),
        ("L-3", "renewal", date(DEMO_YEAR, 12, 31), 99_000),  # runs to the last day
        ("L-4", "renewal", date(DEMO_YEAR, 8, 30), 99_000),  # ended before the day
        ("L-5", "credit", date(DEMO_YEAR, 11, 30), -5_000),
    ):
        connection.execute(
            """insert into intermediate.int_arr__lines by name
            select 'P-0060' as partner_id, 'S-' || $line as subscription_id, $line as line_id,
                $type as line_type, date '2024-11-01' as term_start, $ends as term_end,
                $ends as counts_to, date '2024-11-01' as counts_from,
                cast($amount as decimal(18, 4)) as arr_usd, 'made.csv' as _file,
                900000 + cast($line[3:] as bigint) as line_number""",
            {"line": line, "type": type, "ends": ends, "amount": amount},
        )
    # L-6 ends as well, and has been renewed.
    connection.execute(
        """insert into intermediate.int_arr__lines by name
        select * replace ('S-6' as subscription_id, 'L-6' as line_id, 77000 as arr_usd,
            900006 as line_number)
        from intermediate.int_arr__lines where line_id = 'L-1' and partner_id = 'P-0060'
        union all
        select * replace ('S-6' as subscription_id, 'L-7' as line_id, 900007 as line_number,
            date '2025-11-01' as term_start, date '2026-10-31' as term_end,
            date '2025-11-01' as counts_from, date '2026-10-31' as counts_to)
        from intermediate.int_arr__lines where line_id = 'L-1' and partner_id = 'P-0060'"""
    )
    connection.execute(
        """insert into intermediate.int_arr__items
        select line_number, '' from intermediate.int_arr__lines where line_number > 900000"""
    )
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def outlook_of_year(con):
    return outlook(con, DEMO_YEAR)


WIDTHS = [
    # errors of past years, share asked for, the error that holds it
    ([], "0.8", None),
    (["0.1", "0.2", "0.3"], "0.8", None),  # 4 x 0.8 rounds up to the 4th of 3
    (["0.1", "0.2", "0.3", "0.4"], "0.8", "0.4"),
    (["0.4", "0.1", "0.3", "0.2"], "0.5", "0.3"),
    (["0.1"], "0.5", "0.1"),
]


@pytest.mark.parametrize(("errors", "share", "width"), WIDTHS)
def test_the_error_that_holds_a_share_of_the_next_ones(errors, share, width):
    width_found = half_width([Fraction(error) for error in errors], Fraction(share))
    assert width_found == (None if width is None else Fraction(width))


def test_an_interval_is_never_below_zero_and_none_over_nothing():
    assert interval(Fraction(10), Fraction(1, 4)) == (Fraction(15, 2), Fraction(25, 2))
    assert interval(Fraction(10), Fraction(2)) == (Fraction(0), Fraction(30))
    assert interval(Fraction(0), Fraction(1)) is None
    assert interval(Fraction(10), None) is None


def test_a_year_is_judged_by_the_errors_of_the_other_years():
    ends = {2022: [10, 10, 10, 10], 2023: [11, 12, 13, 30], 2024: [10, 10, 10, 10]}
    rows = [
        Projected(f"p{n}", year, Fraction(10), Fraction(10), Fraction(end))
        for year, each in ends.items()
        for n, end in enumerate(each)
    ]
    held = {(row.year, row.held, row.of) for row in calibrated("m", rows, Fraction(1, 2))}
    # 2023 by eight errors of 0; the others by four of 0 and .1 .2 .3 2, of which the 5th is .1
    assert held == {(2022, 4, 4), (2023, 0, 4), (2024, 4, 4)}
    alone = [row for row in rows if row.year == 2023]
    assert calibrated("m", alone, Fraction(1, 2)) == []


def test_figures_are_rounded_half_away_from_zero():
    assert decimal(Fraction(1, 80_000)) == Decimal("0.0000")
    assert decimal(Fraction(1, 20_000)) == Decimal("0.0001")
    assert decimal(Fraction(2, 3)) == Decimal("0.6667")


def test_pace_is_the_months_so_far_and_the_latest_three_for_the_rest(con, outlook_of_year):
    usage = con.execute(
        """select partner_id, list(active_customers order by month)
        from intermediate.int_usage__partner_months where year(month) = ?
        group by 1 having count(*) = 8""",
        [DEMO_YEAR],
    ).fetchall()
    full_year = dict(
        con.execute(
            "select partner_id, months from intermediate.int_usage__windows where period = ?",
            [str(DEMO_YEAR)],
        ).fetchall()
    )
    rows = {row["partner_id"]: row for row in outlook_of_year.pace if row["metric"] == USAGE}
    compared = 0
    for partner, months in usage:
        if full_year[partner] == 12 and partner in rows:
            whole = Fraction(sum(months) * 3 + sum(months[-3:]) * 4, 36)
            assert rows[partner]["projected"] == decimal(whole)
            assert rows[partner]["sure"] == decimal(Fraction(sum(months), 12))
            compared += 1
    assert compared > 20


def test_pace_says_on_which_side_of_the_threshold_the_interval_lies(outlook_of_year):
    words = {row["pace"] for row in outlook_of_year.pace}
    assert {"reached", "on_pace", "open", "behind"} <= words
    for row in outlook_of_year.pace:
        low, high = row["low"], row["high"]
        if row["pace"] == "reached":
            assert row["sure"] >= row["threshold"] and row["missing"] == 0
        elif low is not None:
            expected = "on_pace" if low >= row["threshold"] else "open"
            assert row["pace"] == ("behind" if high < row["threshold"] else expected)
            assert low <= row["projected"] <= high
    assert outlook_of_year.months_known == 8
    assert {row["months_left"] for row in outlook_of_year.pace} == {4}


def test_calibration_counts_every_partner_year_that_ended(con, outlook_of_year):
    """The last year's row for ARR, counted anew from the published months."""
    months = con.execute(
        """select year(now.month), now.arr_usd, ended.arr_usd
        from marts.fct_arr_by_partner_month as now
        inner join marts.fct_arr_by_partner_month as ended using (partner_id)
        where month(now.month) = 8 and ended.month = make_date(year(now.month), 12, 1)
            and now.arr_usd > 0 and ended.arr_usd is not null and year(now.month) < ?""",
        [DEMO_YEAR],
    ).fetchall()
    off = [(year, abs(end - now) / now) for year, now, end in months]
    years = sorted({year for year, _ in off})
    assert len(years) == 2
    for row in (each for each in outlook_of_year.calibration if each.measure == "arr_usd"):
        others = sorted(error for year, error in off if year != row.year)
        rank = -(-(len(others) + 1) * 8 // 10)
        own = [error for year, error in off if year == row.year]
        assert (row.held, row.of) == (sum(e <= others[rank - 1] for e in own), len(own))
    assert "year ends; it is meant to hold 80%" in " ".join(outlook_of_year.calibration_lines())


def test_what_is_due_has_its_day_and_what_is_late_says_so(con, outlook_of_year):
    assert {row["status"] for row in outlook_of_year.due} <= {
        "not_met",
        "no_evidence",
        "needs_review",
    }
    partners = con.execute(
        """select count(distinct (partner_id, program, requirement))
        from marts.fct_requirement_results where period = ?
            and status in ('not_met', 'no_evidence', 'needs_review')""",
        [str(DEMO_YEAR)],
    ).fetchone()[0]
    assert (
        len({(r["partner_id"], r["program"], r["requirement"]) for r in outlook_of_year.due})
        == partners
    )
    assert all(row["is_past"] == (row["due_by"] < AS_OF) for row in outlook_of_year.due)
    plans = [row for row in outlook_of_year.due if row["requirement"] == "RESL-PLAN"]
    assert {(row["due_by"], row["is_past"]) for row in plans} == {(date(DEMO_YEAR, 1, 31), True)}
    forecasts = {
        row["what"]: row["due_by"] for row in outlook_of_year.due if "forecast of" in row["what"]
    }
    assert forecasts[f"forecast of {DEMO_YEAR}-Q3"] == date(DEMO_YEAR, 9, 30)
    # A report of a month that is over still counts when it comes within the year.
    reports = {
        row["what"]: row["due_by"] for row in outlook_of_year.due if "report of" in row["what"]
    }
    assert reports[f"report of {DEMO_YEAR}-07, due on {DEMO_YEAR}-08-15"].month == 12
    assert reports[f"report of {DEMO_YEAR}-09, due on {DEMO_YEAR}-10-15"].month == 10


def test_renewals_are_named_where_the_minimum_rests_on_them(con, outlook_of_year):
    shown = [
        (row["line_id"], row["ends_on"].month, row["needed_usd"])
        for row in outlook_of_year.renewals
    ]
    assert shown == [("L-1", 10, 60_000), ("L-2", 12, 60_000)]
    con.execute("update intermediate.int_arr__lines set arr_usd = 9999 where line_id = 'L-2'")
    assert outlook(con, DEMO_YEAR).renewals == []


def test_it_prints_the_next_threshold_only(outlook_of_year):
    console = Console(width=220, force_terminal=False)
    with console.capture() as capture:
        draw_outlook(console, outlook_of_year)
    text = capture.get()
    assert f"{DEMO_YEAR} as of {AS_OF}" in text
    assert "Renewals that carry the minimum" in text
    keys = [(row["partner_id"], row["metric"]) for row in outlook_of_year.next_thresholds()]
    assert len(keys) == len(set(keys)) > 20


def test_another_year_is_no_answer(con):
    with pytest.raises(OutlookError, match="--as-of 2024-MM-DD"):
        outlook(con, DEMO_YEAR - 1)


def test_without_the_policys_word_there_is_no_interval(con):
    con.execute("begin transaction")
    con.execute("delete from policy.parameter_values where parameter = 'outlook.interval_share'")
    bare = outlook(con, DEMO_YEAR)
    con.execute("rollback")
    assert {row["low"] for row in bare.pace} == {None}
    assert bare.calibration == []
    assert bare.calibration_lines()[0].startswith("No interval")
