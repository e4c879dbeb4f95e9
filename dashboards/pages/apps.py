"""Apps and usage: calls, active customers, data flow, and what may be listed."""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count, figure
from dashboards.pages.apps_active import active_section, usage_rows
from dashboards.pages.common import Figures, app, assumed_under, clause, partner, status
from dashboards.pages.reasons import listing_checks, reasons, service_checks
from dashboards.reading import grouped
from dashboards.words import month
from scoring.words import plural, word

USAGE = "marts.fct_app_usage_by_month"
FLOW = "marts.fct_app_data_flow"
LISTINGS = "marts.fct_listings"
SERVICES = "marts.fct_service_listings"


def page(tables: Tables) -> Page:
    """Usage by month, then listings and data flow of the latest year; for an earlier year only what
    its own calls show, since listings are those of the run's day."""
    if tables.year is not None:
        return _of_year(tables)
    rows = tables.rows("fct_listings")
    eligible = [row for row in rows if row["eligible"]]
    idle = [row for row in rows if row["removal_candidate"]]
    lead = [
        Markup(
            "Of {} apps, {} may be listed as of {} and {} may not; {} have had no active customer "
            "for a year."
        ).format(
            count(len(rows), LISTINGS, {}),
            count(len(eligible), LISTINGS, {"eligible": True}),
            tables.run["as_of"],
            count(len(rows) - len(eligible), LISTINGS, {"eligible": False}),
            count(len(idle), LISTINGS, {"removal_candidate": True}),
        ),
        Markup(
            "A call counts when it succeeded while the company had the app installed, not as a "
            "demonstration. A customer is active in a month with a counted call."
        ),
    ]
    sections = [
        _removal(tables, idle),
        _usage(tables),
        active_section(tables),
        _listings(tables, rows),
        _flow(tables),
        _services(tables),
    ]
    return Page("apps.html", "Apps and usage", lead, [], sections)


def _of_year(tables: Tables) -> Page:
    """Usage and data flow of an earlier year."""
    lead = [
        Markup(
            "What the calls of {} and before show; listings are those of the run’s day: {}."
        ).format(tables.year, Markup('<a href="apps.html">apps and usage</a>'))
    ]
    sections = [_usage(tables), active_section(tables), _flow(tables)]
    return Page(tables.at("apps.html"), f"Apps and usage, {tables.year}", lead, [], sections)


def _removal(tables: Tables, rows: list[Row]) -> Section:
    body = []
    for row in rows:
        shown = Figures(LISTINGS, row, "app_id")
        owner = tables.apps.get(row["app_id"], {}).get("partner_id")
        last = shown("last_active_on", row["last_active_on"] or "never")
        body.append([app(tables, row["app_id"]), partner(tables, owner, ""), last])
    words = [
        Markup(
            "Listed without a break for a year, and without an active customer in it ({}). A "
            "person decides whether the app is removed."
        ).format(clause(tables, "APP-LOW-USAGE"))
    ]
    head = columns("App", "Partner", "@Last active on")
    table = Table("Apps with too little use", head, body, empty="every listed app is used")
    return Section("Candidates for removal", "removal", words, tables=[table])


def _usage(tables: Tables) -> Section:
    sums: dict = defaultdict(lambda: dict.fromkeys(("apps", "calls_read", "calls_write"), 0))
    for row in usage_rows(tables):
        entry = sums[row["month"]]
        entry["apps"] += 1
        entry["calls_read"] += row["calls_read"]
        entry["calls_write"] += row["calls_write"]
    body, points = [], []
    for when in sorted(sums, reverse=True):
        key = {"month": when}
        body.append(
            [
                cell(month(when)),
                count(sums[when]["apps"], USAGE, key),
                figure(sums[when]["calls_read"], USAGE, key, "sum(calls_read)"),
                figure(sums[when]["calls_write"], USAGE, key, "sum(calls_write)"),
            ]
        )
    for when in sorted(sums):
        for column, name in (("calls_read", "read"), ("calls_write", "write")):
            points.append({"month": month(when), "kind": name, "calls": sums[when][column]})
    drawn = []
    if points:
        svg = charts.stacked(
            points,
            x="month",
            y="calls",
            series="kind",
            order=["read", "write"],
            colours=[charts.CALM, charts.OPEN],
            y_title="counted calls",
            label="Counted calls by month, read and write",
        )
        last = max(sums)
        title = Markup("{} apps were in use in {}, and wrote {} times").format(
            count(sums[last]["apps"], USAGE, {"month": last}),
            month(last),
            figure(sums[last]["calls_write"], USAGE, {"month": last}, "sum(calls_write)"),
        )
        drawn = [Chart(title, svg, USAGE)]
    head = columns("Month", "#Apps in use", "#Calls that read", "#Calls that write")
    return Section("Usage", "usage", charts=drawn, tables=[Table("Usage by month", head, body)])


def _listings(tables: Tables, rows: list[Row]) -> Section:
    body = []
    against = count_by(
        [{"clause": name} for row in rows for name in row["reasons"] or []],
        lambda row: row["clause"],
    )
    for row in sorted(rows, key=lambda row: (bool(row["eligible"]), row["app_id"])):
        shown = Figures(LISTINGS, row, "app_id")
        owner = tables.apps.get(row["app_id"], {}).get("partner_id")
        state = status("eligible" if row["eligible"] else "not_eligible")
        body.append(
            [
                app(tables, row["app_id"]),
                partner(tables, owner, ""),
                shown("eligible", state),
                reasons(tables, shown, row, row["app_id"], listing_checks(tables)),
                shown("last_active_on", row["last_active_on"] or "never"),
            ]
        )
    words = []
    if against:
        worst = max(sorted(against), key=lambda name: against[name])
        words = [
            Markup("Most often in the way, for {} of {} ({}): {}").format(
                against[worst],
                plural(len(rows), "app"),
                clause(tables, worst),
                tables.clauses.get(worst, {}).get("text") or "",
            )
        ]
    head = columns("App", "Partner", "%May be listed", "What is in the way", "@Last active on")
    table = Table(f"Listing of every app, {tables.run['as_of']}", head, body, search=True)
    return Section("Marketplace listings", "listings", words, tables=[table])


def _flow(tables: Tables) -> Section:
    year = tables.year or tables.latest_flow_year
    rows = tables.where("fct_app_data_flow", "year", year)
    counts = count_by(rows, lambda row: (row["declared"], row["observed"]))
    kinds = ("bidirectional", "pull", "push", "none", "no_evidence")
    others = sorted({v for pair in counts for v in pair if v is not None} - set(kinds))
    order = [kind for kind in (*kinds, *others, None) if any(kind in pair for pair in counts)]
    body = []
    for declared in order:
        keys = [{"year": year, "declared": declared, "observed": o} for o in order]
        body.append(
            [
                cell(f"declared {word(declared)}" if declared else "nothing declared"),
                *(count(counts.get((declared, key["observed"]), 0), FLOW, key) for key in keys),
            ]
        )
    differing = []
    for row in rows:
        if row["declared"] is None or row["observed"] == row["declared"]:
            continue
        shown = Figures(FLOW, row, "year", "app_id")
        owner = tables.apps.get(row["app_id"], {}).get("partner_id")
        differing.append(
            [
                app(tables, row["app_id"]),
                partner(tables, owner, ""),
                shown.words("declared"),
                shown.words("observed"),
                shown("months_read"),
                shown("months_write"),
            ]
        )
    heads = columns("Declared", *(f"#{_observed_label(o)}" for o in order))
    detail = columns("App", "Partner", "Declared", "Seen", "#Months read", "#Months written")
    words = [
        Markup("What the calls show, beside what the partner declared ({}).{}").format(
            clause(tables, "TIER-BIDIRECTIONAL"), assumed_under(tables, "TIER-BIDIRECTIONAL")
        )
    ]
    listed = [
        Table(f"Apps by data flow, {year}", heads, body),
        Table(f"Where the two differ, {year}", detail, differing, search=True, empty="nowhere"),
    ]
    return Section("Data flow", "flow", words, tables=listed)


def _observed_label(observed: str | None) -> str:
    """The head of a column of observed flows."""
    if observed is None:
        return "Not determined"
    return "No data flow" if observed == "none" else f"Seen: {word(observed)}"


def _services(tables: Tables) -> Section:
    groups = grouped(tables.rows("fct_service_listings"), "eligible")
    body = []
    for eligible in (False, True):
        for row in groups.get(eligible, []):
            shown = Figures(SERVICES, row, "partner_id")
            state = status("eligible" if eligible else "not_eligible")
            body.append(
                [
                    partner(tables, row["partner_id"], ""),
                    shown("eligible", state),
                    reasons(tables, shown, row, row["partner_id"], service_checks(tables)),
                ]
            )
    words = [
        Markup("What a services partner gives for its tile ({}).{}").format(
            clause(tables, "SERV-BEN-LISTING"), assumed_under(tables, "SERV-BEN-LISTING")
        )
    ]
    head = columns("Partner", "May be listed", "What is in the way")
    table = Table("Listing of services partners", head, body, search=True)
    return Section("Services listings", "services", words, tables=[table])
