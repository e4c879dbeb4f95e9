"""Account mapping and influence: who shares accounts with us, and how those compare with others."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Column, Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count, figure, total
from dashboards.pages.common import Figures, assumed_under, clause, named, partner
from dashboards.pages.intervals import compared, interval_name
from dashboards.words import money, share
from scoring.words import plural, word

OVERLAPS = "marts.fct_overlaps"
INFLUENCE = "marts.fct_partner_influence"
COSELL = "intermediate.int_mapping__cosell"
POPULATIONS = ("customers", "open_opportunities", "prospects", None)
SHARES = ("win_rate", "retention")
# What a measure's `count` counts.
COUNTED = {"retention": "Customers counted"}
DRAWN = 20
FEWEST = 5


def page(tables: Tables) -> Page:
    """Overlaps by population and partner, then influence with its intervals."""
    rows = tables.rows("fct_overlaps")
    partners = {row["partner_id"] for row in rows}
    accounts = {row["account_id"] for row in rows}
    lead = [
        Markup("{} partners share {} of our accounts, in {} overlaps.").format(
            figure(len(partners), OVERLAPS, {}, "count(distinct partner_id)"),
            figure(len(accounts), OVERLAPS, {}, "count(distinct account_id)"),
            count(len(rows), OVERLAPS, {}),
        ),
        Markup(
            "This page compares shared accounts with all others. A difference does not show a "
            "cause: partners and customers choose each other ({}).{}"
        ).format(
            clause(tables, "BEN-ACCOUNT-MAPPING"), assumed_under(tables, "TIER-PREMIER-STRATEGY")
        ),
    ]
    sections = [_populations(rows), *_influence(tables), _cosell(tables), _partners(tables, rows)]
    return Page("accounts.html", "Account mapping and influence", lead, [], sections)


def _side(value: str | None) -> str:
    return word(value) if value else "not stated"


def _populations(rows: list[Row]) -> Section:
    counts = count_by(rows, lambda row: (row["population"], row["partner_population"]))
    body, points = [], []
    for ours in POPULATIONS:
        cells = [cell(f"ours: {_side(ours)}")]
        for theirs in POPULATIONS:
            number = counts.get((ours, theirs), 0)
            key = {"population": ours, "partner_population": theirs}
            cells.append(count(number, OVERLAPS, key))
            if number:
                points.append(
                    {"ours": f"ours: {_side(ours)}", "theirs": _side(theirs), "overlaps": number}
                )
        body.append(cells)
    drawn = []
    if points:
        svg = charts.stacked_rows(
            points,
            y="ours",
            x="overlaps",
            series="theirs",
            order=[_side(theirs) for theirs in POPULATIONS],
            colours=[charts.GOOD, charts.OPEN, charts.SOFT, charts.QUIET],
            x_title="overlaps",
            label="Overlaps by what the account is to us and to the partner",
        )
        of_both = {"population": "customers", "partner_population": "customers"}
        number = counts.get(("customers", "customers"), 0)
        title = Markup(
            "{} of {} overlaps {} of both sides; the colour shows what the account is to "
            "the partner"
        ).format(
            count(number, OVERLAPS, of_both),
            count(len(rows), OVERLAPS, {}),
            "is a customer" if number == 1 else "are customers",
        )
        drawn = [Chart(title, svg, OVERLAPS)]
    head = columns("What it is to us", *(f"#Theirs: {_side(p)}" for p in POPULATIONS))
    table = Table("Overlaps by population", head, body)
    return Section("Shared accounts", "overlaps", charts=drawn, tables=[table])


def _influence(tables: Tables) -> list[Section]:
    rows = tables.rows("fct_partner_influence")
    sections = []
    for measure in dict.fromkeys(row["measure"] for row in rows):
        chosen = [row for row in rows if row["measure"] == measure]
        sections.append(_measure(tables, measure, chosen))
    if not sections:
        table = Table("Influence", columns("Partner"), [], empty="no partner shares an account")
        sections = [Section("Influence", "influence", tables=[table])]
    return sections


def _measure(tables: Tables, measure: str, rows: list[Row]) -> Section:
    show = share if measure in SHARES else money
    body = []
    for row in sorted(rows, key=lambda row: (-(row["count"] or 0), row["partner_id"])):
        shown = Figures(INFLUENCE, row, "year", "partner_id", "measure")
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                shown("value", show(row["value"])),
                shown("low", show(row["low"])),
                shown("high", show(row["high"])),
                shown("baseline", show(row["baseline"])),
                shown("count"),
            ]
        )
    drawn = []
    enough = [
        row
        for row in rows
        if measure in SHARES and row["value"] is not None and (row["count"] or 0) >= FEWEST
    ]
    enough.sort(key=lambda row: (-row["count"], row["partner_id"]))
    if enough:
        points = [
            {
                "partner": f"{tables.partner_name(row['partner_id'])} ({row['partner_id']})"[:48],
                **{
                    c: float(row[c])
                    for c in ("value", "low", "high", "baseline")
                    if row[c] is not None
                },
            }
            for row in enough[:DRAWN]
        ]
        svg = charts.intervals(
            points,
            name="partner",
            title=f"{word(measure)}: point and {interval_name(tables)}; the mark is the other "
            "accounts",
            label=f"{word(measure)} on shared accounts with its interval, beside other accounts",
        )
        title = _finding(measure, enough[:DRAWN])
        drawn = [Chart(title, svg, INFLUENCE)]
    words = [Markup(WORDS[measure])] if measure in WORDS else []
    if measure not in SHARES and rows:
        words.append(_total(measure, rows))
    head = compared("Partner", COUNTED.get(measure, "Deals counted"))
    year = max((row["year"] for row in rows), default="")
    table = Table(f"{word(measure).capitalize()} by partner, {year}", head, body, search=True)
    return Section(word(measure).capitalize(), f"measure-{measure}", words, drawn, [table])


def _total(measure: str, rows: list[Row]) -> Markup:
    """The total of a measure that can be added over all partners."""
    whole = sum((row["value"] for row in rows if row["value"] is not None), Decimal(0))
    year = max(row["year"] for row in rows)
    return Markup("In all: {} over {}.").format(
        total(whole, INFLUENCE, {"year": year, "measure": measure}, "value"),
        plural(len(rows), "partner"),
    )


def _finding(measure: str, rows: list[Row]) -> str:
    """How many intervals lie entirely on one side of the other accounts' value, which alone is
    significant."""
    known = [row for row in rows if row["baseline"] is not None]
    above = sum(1 for row in known if row["low"] > row["baseline"])
    below = sum(1 for row in known if row["high"] < row["baseline"])
    lies = "lies" if above == 1 else "lie"
    return (
        f"{word(measure).capitalize()}: {above} of {plural(len(known), 'partner')} {lies} clearly "
        f"above the other accounts, {below} clearly below"
    )


WORDS = {
    "influenced_revenue_usd": "Won revenue on shared accounts, other than renewals, split equally "
    "between the partners that share them, so that no dollar is counted twice. Sourced revenue is "
    "not part of it. On other accounts: what as many of those would have brought at their mean, "
    "before any split. The interval follows from the spread of the amounts, so it needs two deals.",
    "win_rate": "The share of closed opportunities, other than renewals, that were won on shared "
    "accounts, compared with all other accounts.",
    "retention": "The share of customers at the year's start that were still customers at its end, "
    "on shared accounts, compared with all other accounts.",
}


def _cosell(tables: Tables) -> Section:
    rows = tables.read(
        COSELL,
        f"select * from {COSELL} order by open_opportunities desc, partner_id, account_id",
    )
    chosen = [row for row in rows if row["open_opportunities"]]
    body = []
    for row in chosen:
        shown = Figures(COSELL, row, "partner_id", "account_id")
        body.append(
            [
                named(row["account_name"], row["account_id"]),
                partner(tables, row["partner_id"], ""),
                shown.words("reason"),
                shown("open_opportunities"),
            ]
        )
    words = [
        Markup(
            "Accounts on which one side could help the other sell now: a reason to talk, and part "
            "of no figure."
        )
    ]
    head = columns("Account", "Partner", "Why", "#Our open deals")
    table = Table("Shared accounts with an open deal of ours", head, body, True, "there are none")
    return Section("Selling together", "cosell", words, tables=[table])


def _partners(tables: Tables, rows: list[Row]) -> Section:
    counts: dict = defaultdict(lambda: defaultdict(int))
    for row in rows:
        counts[row["partner_id"]][row["population"]] += 1
    body = []
    for partner_id in sorted(counts, key=lambda p: (-sum(counts[p].values()), p)):
        cells = [partner(tables, partner_id, "")]
        key = {"partner_id": partner_id}
        cells.append(count(sum(counts[partner_id].values()), OVERLAPS, key))
        for ours in POPULATIONS:
            number = counts[partner_id].get(ours, 0)
            cells.append(count(number, OVERLAPS, {**key, "population": ours}))
        body.append(cells)
    head = (
        Column("Partner"),
        Column("Overlaps", numeric=True),
        *(Column(f"Ours: {_side(p)}", numeric=True) for p in POPULATIONS),
    )
    table = Table("Overlaps by partner", head, body, search=True)
    return Section("Each partner", "partners", tables=[table])
