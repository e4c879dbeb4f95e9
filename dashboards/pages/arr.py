"""ARR: each reseller against its minimum, and how the total moved."""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from dashboards import charts
from dashboards.data import Tables
from dashboards.figures import cell, figure, money
from dashboards.pages.common import money_figure, partner
from dashboards.parts import Chart, Column, Page, Section, Table

YEAR = "marts.fct_arr_by_partner_year"
MONTH = "marts.fct_arr_by_partner_month"
MOVEMENTS = ("new", "expansion", "reactivation", "contraction", "churn")


def page(tables: Tables) -> Page:
    """ARR at the end of the run's year (RESL-ARR)."""
    year = tables.run["year"]
    rows = tables.where("fct_arr_by_partner_year", "year", year)
    meeting = [row for row in rows if row["meets_minimum"]]
    below = [row for row in rows if row["meets_minimum"] is False]
    unknown = [row for row in rows if row["arr_usd"] is None]
    lead = [
        Markup(
            "On December 31, {}, {} resellers meet their minimum ARR and {} do not; for {} "
            "partners ARR can't be stated, because evidence is missing."
        ).format(
            year,
            figure(len(meeting), YEAR, {"year": year, "meets_minimum": True}, "count(*)"),
            figure(len(below), YEAR, {"year": year, "meets_minimum": False}, "count(*)"),
            figure(len(unknown), YEAR, {"year": year, "arr_usd": None}, "count(*)"),
        )
    ]
    return Page(
        "arr.html", f"ARR, {year}", lead, [], [_months(tables), _resellers(tables, rows, year)]
    )


def _months(tables: Tables) -> Section:
    totals: dict = defaultdict(lambda: defaultdict(int))
    for row in tables.rows("fct_arr_by_partner_month"):
        for column in ("arr_usd", *MOVEMENTS):
            totals[row["month"]][column] += row[column] or 0
    body = []
    for month in sorted(totals):
        cells = [cell(f"{month:%Y-%m}")]
        for column in (*MOVEMENTS, "arr_usd"):
            value = totals[month][column]
            cells.append(
                figure(value, MONTH, {"month": month}, f"sum({column})", shown=money(value))
                if value
                else figure(value, MONTH, {"month": month}, f"sum({column})", shown="0")
            )
        body.append(cells)
    names = ("New", "Expansion", "Reactivation", "Contraction", "Churn", "ARR at month end")
    columns = (Column("Month"), *(Column(name, numeric=True) for name in names))
    drawn = []
    if totals:
        points = [{"month": str(m), "arr": float(totals[m]["arr_usd"])} for m in sorted(totals)]
        label = "Reseller ARR at each month's end, US dollars"
        svg = charts.line(points, x="month", y="arr", y_title="ARR, US dollars", label=label)
        first, last = (totals[m]["arr_usd"] for m in (min(totals), max(totals)))
        title = f"ARR went from {money(first)} to {money(last)}"
        drawn = [Chart(title, svg, MONTH)]
    table = Table("Movements by month, US dollars", columns, body)
    return Section("How ARR moved", "movements", charts=drawn, tables=[table])


def _resellers(tables: Tables, rows: list[dict], year: int) -> Section:
    body = []
    for row in rows:
        key = {"partner_id": row["partner_id"], "year": year}
        distance = None
        if row["arr_usd"] is not None and row["minimum_usd"] is not None:
            distance = row["arr_usd"] - row["minimum_usd"]
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                money_figure(row, YEAR, key, "arr_usd"),
                money_figure(row, YEAR, key, "minimum_usd"),
                figure(distance, YEAR, key, "arr_usd - minimum_usd", shown=money(distance)),
                figure(row["minimum_source"], YEAR, key, "minimum_source"),
                figure(row["meets_minimum"], YEAR, key, "meets_minimum"),
                money_figure(row, YEAR, key, "booked_arr_usd"),
            ]
        )
    columns = (
        Column("Partner"),
        Column("ARR", numeric=True),
        Column("Minimum", numeric=True),
        Column("Distance", numeric=True),
        Column("Minimum from"),
        Column("Meets it"),
        Column("Booked in the year", numeric=True),
    )
    table = Table(f"ARR on December 31, {year}, US dollars", columns, body, search=True)
    return Section("Each reseller", "resellers", tables=[table])
