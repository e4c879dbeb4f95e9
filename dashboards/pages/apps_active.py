"""Monthly active customers: the apps with the most, and every app compared with a year before."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Section, Table, columns
from dashboards.data import Row, Tables
from dashboards.figures import figure
from dashboards.pages.common import app, clause, partner
from dashboards.words import month

USAGE = "marts.fct_app_usage_by_month"
DRAWN = 15


def usage_rows(tables: Tables) -> list[Row]:
    """Calls by app and month, up to the year looked at."""
    rows = tables.rows("fct_app_usage_by_month")
    return [row for row in rows if tables.year is None or row["month"].year <= tables.year]


def active_section(tables: Tables) -> Section:
    """Active customers of each app in the last month there is."""
    last = max((row["month"] for row in usage_rows(tables)), default=None)
    if last is None:
        table = Table("Active customers", columns("App"), [], empty="no month has a counted call")
        return Section("Monthly active customers", "active", tables=[table])
    before = date(last.year - 1, last.month, 1)
    now = tables.where("fct_app_usage_by_month", "month", last)
    then = {row["app_id"]: row for row in tables.where("fct_app_usage_by_month", "month", before)}
    ranked = sorted(now, key=lambda row: (-row["active_customers"], row["app_id"]))
    head = columns("App", "Partner", f"#{month(last)}", f"#{month(before)}", "#Reads", "#Writes")
    body = [_cells(tables, row, then.get(row["app_id"])) for row in ranked]
    words = [
        Markup(
            "A customer is active in a month with a counted call ({}). The tiers rest on the mean "
            "of a partner's months, customers of several of its apps counted once."
        ).format(clause(tables, "TIER-WINDOW"))
    ]
    table = Table(f"Active customers by app, {month(last)}", head, body, search=True)
    return Section(
        "Monthly active customers",
        "active",
        words,
        [_chart(tables, ranked[:DRAWN], last)],
        [table],
    )


def _cells(tables: Tables, row: Row, before: Row | None) -> list[Markup]:
    def shown(of: Row | None, column: str) -> Markup:
        if of is None:
            return Markup("—")
        key = {"app_id": of["app_id"], "month": of["month"]}
        return figure(of[column], USAGE, key, column)

    owner = tables.apps.get(row["app_id"], {}).get("partner_id")
    return [
        app(tables, row["app_id"]),
        partner(tables, owner, ""),
        shown(row, "active_customers"),
        shown(before, "active_customers"),
        shown(row, "calls_read"),
        shown(row, "calls_write"),
    ]


def _chart(tables: Tables, rows: list[Row], last: date) -> Chart:
    def name(row: Row) -> str:
        known = tables.apps.get(row["app_id"], {}).get("name") or row["app_id"]
        return f"{known} ({row['app_id']})"[:48]

    kind = "active customers"
    svg = charts.stacked_rows(
        [{"app": name(row), "kind": kind, "customers": row["active_customers"]} for row in rows],
        y="app",
        x="customers",
        series="kind",
        order=[kind],
        colours=[charts.CALM],
        x_title=f"customers active in {month(last)}",
        label=f"The {len(rows)} apps with the most active customers in {month(last)}",
    )
    top = rows[0]
    key = {"app_id": top["app_id"], "month": last}
    title = Markup("{} leads with {} active customers in {}").format(
        name(top), figure(top["active_customers"], USAGE, key, "active_customers"), month(last)
    )
    return Chart(title, svg, USAGE)
