"""ARR: each reseller compared with its minimum, and how the total changed."""

from __future__ import annotations

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Row, Tables
from dashboards.figures import cell, count, figure, total
from dashboards.pages import minimum
from dashboards.pages.arr_bridge import MONTH, MOVEMENTS, bridge, month_totals
from dashboards.pages.common import Figures, assumed_under, clause, partner
from dashboards.words import money, month
from scoring.vocabulary import FAILING, Status
from scoring.words import plural, word

YEAR = "marts.fct_arr_by_partner_year"
RESULTS = minimum.RESULTS
COLOURS = (charts.CALM, charts.SOFT, charts.GOOD, charts.OPEN, charts.BAD)
DRAWN = 24


def page(tables: Tables) -> Page:
    """ARR at the end of the latest year (RESL-ARR)."""
    year = tables.arr_year
    rows = tables.where("fct_arr_by_partner_year", "year", year)
    results = minimum.results(tables, year)
    others = sum(row["partner_id"] not in results and bool(row["arr_usd"]) for row in rows)
    free = f" No minimum is asked of {plural(others, 'other partner')} with ARR." if others else ""
    lead = [
        Markup("On December 31, {}, of {} resellers {}.{}").format(
            year,
            count(len(results), RESULTS, {"period": str(year), "metric": minimum.METRIC}),
            minimum.tally(tables, year),
            free,
        ),
        Markup(
            "ARR is what subscriptions in force that day bring in twelve months, in US dollars. "
            "The minimum is the policy's ({}) or the partner's own agreement's.{}"
        ).format(clause(tables, "RESL-ARR"), assumed_under(tables, "RESL-ARR")),
    ]
    sections = [
        _minimum(tables, rows, year),
        bridge(tables, year),
        _months(tables),
        _resellers(tables, rows, year),
    ]
    return Page(tables.at("arr.html"), f"ARR, {year}", lead, [], sections)


def arr_chart(tables: Tables) -> list[Chart]:
    """ARR of all partners at each month's end; no chart without a month."""
    totals = {
        when: sums for when, sums in month_totals(tables).items() if sums["arr_usd"] is not None
    }
    if not totals:
        return []
    points = [{"month": month(m), "arr": float(t["arr_usd"])} for m, t in totals.items()]
    svg = charts.line(
        points,
        x="month",
        y="arr",
        y_title="ARR, US dollars",
        label="ARR of all partners at each month's end, US dollars",
    )
    first, last = min(totals), max(totals)
    title = Markup("ARR went from {} in {} to {} in {}").format(
        total(totals[first]["arr_usd"], MONTH, {"month": first}, "arr_usd"),
        month(first),
        total(totals[last]["arr_usd"], MONTH, {"month": last}, "arr_usd"),
        month(last),
    )
    return [Chart(title, svg, MONTH)]


def _months(tables: Tables) -> Section:
    totals = month_totals(tables)
    body, points = [], []
    for when in sorted(totals, reverse=True):
        cells = [cell(month(when))]
        for column in (*MOVEMENTS, "arr_usd"):
            cells.append(total(totals[when].get(column), MONTH, {"month": when}, column))
        body.append(cells)
    for when, sums in totals.items():
        for column in MOVEMENTS:
            value = float(sums.get(column) or 0)
            points.append({"month": month(when), "kind": word(column), "usd": value})
    drawn = arr_chart(tables)
    if points:
        svg = charts.stacked(
            points,
            x="month",
            y="usd",
            series="kind",
            order=[word(column) for column in MOVEMENTS],
            colours=list(COLOURS),
            y_title="change of ARR, US dollars",
            label="Movements of ARR by month, US dollars",
        )
        drawn.append(Chart("ARR gained and lost, by month", svg, MONTH))
    head = columns(
        "Month", "#New", "#Expansion", "#Reactivation", "#Contraction", "#Churn", "#ARR at the end"
    )
    words = [
        Markup(
            "Opening ARR and the month's movements add up to the closing ARR, except in a month in "
            "which a partner's ARR becomes unknown, or known again."
        )
    ]
    table = Table("Movements by month, US dollars", head, body, folded=True)
    return Section("How ARR moved", "movements", words, drawn, [table])


def _distance(row: Row):
    if row["arr_usd"] is None or row["minimum_usd"] is None:
        return None
    return row["arr_usd"] - row["minimum_usd"]


def _minimum(tables: Tables, rows: list[Row], year: int) -> Section:
    results = minimum.results(tables, year)
    state = {partner: row["status"] for partner, row in results.items()}
    # A partner that is not yet judged has no minimum, so its distance is not a shortfall.
    judged = [
        row
        for row in rows
        if _distance(row) is not None
        and state.get(row["partner_id"], minimum.NOT_YET) != minimum.NOT_YET
    ]
    judged.sort(key=lambda row: (_distance(row), row["partner_id"]))
    below = sum(status == Status.NOT_MET for status in state.values())
    drawn = []
    if judged:
        points = [
            {
                "partner": f"{tables.partner_name(row['partner_id'])} ({row['partner_id']})"[:48],
                "usd": float(_distance(row)),
                "distance": money(_distance(row)),
            }
            for row in judged[:DRAWN]
        ]
        svg = charts.distances(
            points,
            name="partner",
            value="usd",
            text="distance",
            title="ARR above or below the minimum, US dollars",
            label=f"Distance of ARR from the minimum, {year}, US dollars",
        )
        key = {"period": str(year), "metric": minimum.METRIC, "status": Status.NOT_MET}
        title = Markup("{} below their minimum; the {} lowest of {} judged are drawn").format(
            count(below, RESULTS, key), len(points), len(judged)
        )
        drawn = [Chart(title, svg, YEAR)]
    short = [row for row in rows if state.get(row["partner_id"]) in FAILING]
    short.sort(key=lambda row: list(minimum.STATES).index(state[row["partner_id"]]))
    listed = [
        Table(
            f"Below the minimum, or not settled, December 31, {year}",
            HEAD,
            [_reseller(tables, row, results) for row in short],
            empty="every reseller that is judged meets its minimum",
        )
    ]
    early = [row for row in rows if state.get(row["partner_id"]) == minimum.NOT_YET]
    if early:
        body = [_reseller(tables, row, results) for row in early]
        listed.append(Table(f"Not yet judged on December 31, {year}", HEAD, body))
    return Section("Below the minimum", "minimum", charts=drawn, tables=listed)


HEAD = columns(
    "Partner", "#ARR", "#Minimum", "#Distance", "%Minimum from", "%Meets it", "#Booked in the year"
)


def _reseller(tables: Tables, row: Row, results: dict[str, Row]) -> list[Markup]:
    shown = Figures(YEAR, row, "partner_id", "year")
    key = {"partner_id": row["partner_id"], "year": row["year"]}
    distance = _distance(row)
    return [
        partner(tables, row["partner_id"], ""),
        shown(
            "arr_usd",
            "no evidence" if row["arr_usd"] is None else money(row["arr_usd"], row["minimum_usd"]),
        ),
        shown("minimum_usd", "—" if row["minimum_usd"] is None else money(row["minimum_usd"])),
        figure(
            distance,
            YEAR,
            key,
            "arr_usd - minimum_usd",
            "—" if distance is None else money(distance),
        ),
        shown("minimum_source", row["minimum_source"] or "—"),
        minimum.standing(results.get(row["partner_id"])),
        shown.money("booked_arr_usd"),
    ]


def _resellers(tables: Tables, rows: list[Row], year: int) -> Section:
    results = minimum.results(tables, year)
    table = Table(
        f"ARR on December 31, {year}, US dollars",
        HEAD,
        [_reseller(tables, row, results) for row in rows],
        search=True,
    )
    return Section("Each partner", "resellers", tables=[table])
