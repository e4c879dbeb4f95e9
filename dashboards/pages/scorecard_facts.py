"""What a scorecard shows besides the proof: ARR, usage, apps, deals, shared accounts, benefits.

Belongs here: one section per topic, left out where the partner has nothing. Does not: the proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from dashboards.components import Chart, Section, Table, columns
from dashboards.data import Row, Tables
from dashboards.figures import cell, figure
from dashboards.month_bars import month_columns
from dashboards.pages import intervals, minimum, reasons, referrals
from dashboards.pages.common import Figures, app, clause, program_label, status
from dashboards.words import money, month, people, share
from scoring.words import word

ARR_YEAR = "marts.fct_arr_by_partner_year"
ARR_MONTH = "marts.fct_arr_by_partner_month"
USAGE = "marts.fct_partner_usage_by_month"
LISTINGS = "marts.fct_listings"
FLOW = "marts.fct_app_data_flow"
SERVICES = "marts.fct_service_listings"
DEALS = "marts.fct_deal_registrations"
INFLUENCE = "marts.fct_partner_influence"
OVERLAPS = "marts.fct_overlaps"
BENEFITS = "marts.fct_benefits"
ROOT = "../"


def sections(tables: Tables, partner_id: str) -> Iterator[Section]:
    """The sections that the partner has rows for."""
    for make in (_arr, _usage, _listings, _deals, referrals.of_partner, _accounts, _benefits):
        section = make(tables, partner_id)
        if section is not None:
            yield section


def _arr(tables: Tables, partner_id: str) -> Section | None:
    rows = tables.where("fct_arr_by_partner_year", "partner_id", partner_id)
    months = tables.where("fct_arr_by_partner_month", "partner_id", partner_id)
    if not rows:
        return None
    body = []
    for row in reversed(rows):
        shown = Figures(ARR_YEAR, row, "partner_id", "year")
        known, least = row["arr_usd"], row["minimum_usd"]
        judged = minimum.results(tables, row["year"]).get(partner_id)
        body.append(
            [
                cell(str(row["year"])),
                shown("arr_usd", "no evidence" if known is None else money(known, least)),
                shown("minimum_usd", "—" if least is None else money(least)),
                shown("minimum_source", row["minimum_source"] or "—"),
                minimum.standing(judged),
                shown.money("booked_arr_usd"),
            ]
        )
    head = columns(
        "Year",
        "#ARR on December 31",
        "#Minimum",
        "Minimum from",
        "Meets it",
        "#Booked in the year",
    )
    tables_shown = [Table("ARR by year, US dollars", head, body)]
    drawn = []
    if months:
        moves = ("new", "expansion", "reactivation", "contraction", "churn", "arr_usd")
        lines = []
        minimums = {row["year"]: row["minimum_usd"] for row in rows}
        for row in reversed(months):
            figures = Figures(ARR_MONTH, row, "partner_id", "month")
            least = minimums.get(row["month"].year)
            lines.append(
                [
                    cell(month(row["month"])),
                    *(figures.money(name, least if name == "arr_usd" else None) for name in moves),
                ]
            )
        heads = columns(
            "Month", "#New", "#Expansion", "#Reactivation", "#Contraction", "#Churn", "#ARR"
        )
        tables_shown.append(Table("Movements by month, US dollars", heads, lines, folded=True))
        drawn = [
            _columns(months, "arr_usd", money, "ARR at each month’s end, US dollars", ARR_MONTH)
        ]
    return Section("ARR", "arr", charts=drawn, tables=tables_shown)


def _columns(rows: list[Row], column: str, show, title: str, source: str) -> Chart:
    values = [row[column] for row in rows]
    top = max((value for value in values if value is not None), default=0)
    months = [month(row["month"]) for row in rows]
    return Chart(title, month_columns(months, values, show(top), title), source)


def _usage(tables: Tables, partner_id: str) -> Section | None:
    rows = tables.where("fct_partner_usage_by_month", "partner_id", partner_id)
    if not rows:
        return None
    body = []
    for row in reversed(rows):
        figures = Figures(USAGE, row, "partner_id", "month")
        body.append([cell(month(row["month"])), figures("active_customers")])
    title = "Active customers by month, each company once"
    drawn = [_columns(rows, "active_customers", people, title, USAGE)]
    table = Table(title, columns("Month", "#Active customers"), body, folded=True)
    return Section("Usage", "usage", charts=drawn, tables=[table])


def _listings(tables: Tables, partner_id: str) -> Section | None:
    year = tables.latest_flow_year
    body = []
    for known in tables.apps_by_partner.get(partner_id, []):
        listing = tables.where("fct_listings", "app_id", known["app_id"])
        flows = tables.where("fct_app_data_flow", "app_id", known["app_id"])
        flow = next((row for row in flows if row["year"] == year), None)
        if not listing and not flow:
            continue
        body.append([app(tables, known["app_id"]), *_listed(tables, listing), *_flowing(flow)])
    shown = []
    if body:
        head = columns(
            "App",
            "May be listed",
            "What is in the way",
            "@Last active on",
            f"Data flow declared, {year}",
            "Seen",
        )
        shown.append(Table(f"Apps as of {tables.run['as_of']}", head, body))
    services = [
        [
            Figures(SERVICES, row, "partner_id")(
                "eligible", status("eligible" if row["eligible"] else "not_eligible")
            ),
            reasons.reasons(
                tables,
                Figures(SERVICES, row, "partner_id"),
                row,
                partner_id,
                reasons.service_checks(tables),
                ROOT,
            ),
        ]
        for row in tables.where("fct_service_listings", "partner_id", partner_id)
    ]
    if services:
        head = columns("May be listed", "What is in the way")
        shown.append(Table("Services listing", head, services))
    return Section("Listings", "listings", tables=shown) if shown else None


def _listed(tables: Tables, rows: list[Row]) -> list[Markup]:
    if not rows:
        return [Markup("—")] * 3
    row = rows[0]
    shown = Figures(LISTINGS, row, "app_id")
    return [
        shown("eligible", status("eligible" if row["eligible"] else "not_eligible")),
        reasons.reasons(tables, shown, row, row["app_id"], reasons.listing_checks(tables), ROOT),
        shown("last_active_on", row["last_active_on"] or "never"),
    ]


def _flowing(row: Row | None) -> list[Markup]:
    if row is None:
        return [Markup("—")] * 2
    shown = Figures(FLOW, row, "year", "app_id")
    return [shown.words("declared"), shown.words("observed")]


def _deals(tables: Tables, partner_id: str) -> Section | None:
    rows = tables.where("fct_deal_registrations", "partner_id", partner_id)
    if not rows:
        return None
    body = []
    for row in rows:
        shown = Figures(DEALS, row, "registration_id")
        sent = reasons.registrations(tables).get(row["registration_id"])
        body.append(
            [
                cell(row["registration_id"]),
                reasons.end_customer(sent, row["end_customer_id"]),
                reasons.amount(reasons.REGISTRATIONS, sent, "registration_id", "estimated_arr_usd"),
                shown.status("recommendation"),
                reasons.reasons(
                    tables, shown, row, row["registration_id"], reasons.deal_checks(tables), ROOT
                ),
                shown.status("state"),
                shown("respond_by"),
                shown("approval_expires_on", row["approval_expires_on"] or "—"),
            ]
        )
    head = columns(
        "@Registration",
        "End customer",
        "#Estimated ARR",
        "Recommended",
        "~Reasons",
        "State",
        "@Answer by",
        "@Approved to",
    )
    return Section("Deal registrations", "deals", tables=[Table("Registrations", head, body)])


def _accounts(tables: Tables, partner_id: str) -> Section | None:
    overlaps = tables.where("fct_overlaps", "partner_id", partner_id)
    influence = tables.where("fct_partner_influence", "partner_id", partner_id)
    if not overlaps:
        return None
    accounts = len({row["account_id"] for row in overlaps})
    words = [
        Markup("{} {} shared. The comparison below does not show a cause.").format(
            figure(accounts, OVERLAPS, {"partner_id": partner_id}, "count(distinct account_id)"),
            "account is" if accounts == 1 else "accounts are",
        )
    ]
    body = []
    for row in influence:
        shown = Figures(INFLUENCE, row, "year", "partner_id", "measure")
        show = money if row["measure"].endswith("_usd") else share
        body.append(
            [
                cell(word(row["measure"]).capitalize()),
                shown("value", show(row["value"])),
                shown("low", show(row["low"])),
                shown("high", show(row["high"])),
                shown("baseline", show(row["baseline"])),
                shown("count"),
            ]
        )
    head = intervals.compared("Measure", "Deals or customers counted")
    title = f"Shared accounts beside the others, {intervals.interval_name(tables)}"
    table = Table(title, head, body)
    return Section("Shared accounts", "accounts", words, tables=[table])


def _benefits(tables: Tables, partner_id: str) -> Section | None:
    rows = tables.where("fct_benefits", "partner_id", partner_id)
    had = [row for row in rows if row["status"] != "not_entitled"]
    if not rows:
        return None
    labels = tables.benefit_labels
    body = []
    for row in had:
        shown = Figures(BENEFITS, row, "partner_id", "benefit", "program")
        body.append(
            [
                cell(labels.get(row["benefit"]) or row["benefit"]),
                shown.status("status"),
                cell(program_label(tables, row["program"])),
                clause(tables, row["clause"], ROOT),
                shown.plain_sentence("reason"),
            ]
        )
    head = columns("Benefit", "Status", "Through", "Clause", "~Why")
    table = Table("Benefits", head, body, empty="none")
    return Section("Benefits", "benefits", tables=[table])
