"""The overview: where the program stands this year, in the figures that leadership asks for."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from dashboards import charts
from dashboards.data import Tables, count_by, summed
from dashboards.figures import cell, count, figure, total
from dashboards.pages.arr import YEAR as ARR
from dashboards.pages.arr import arr_chart
from dashboards.pages.arr_bridge import bridge
from dashboards.pages.common import program_label, tier_label
from dashboards.pages.waiting import waiting
from dashboards.parts import Chart, Headline, Page, Section, Table, columns
from dashboards.words import word

COMPLIANCE = "marts.fct_program_compliance"
REVIEWS = "decisions.governance_reviews"
ASSIGNMENTS = "decisions.tier_assignments"
TAKE_ALONG = Markup(
    '<span class="note">To take along: <a href="leadership.pdf">these pages as a PDF</a>, '
    '<a href="leadership.xlsx">as a workbook</a>.</span>'
)
STANDINGS = ("compliant", "undetermined", "non_compliant")


def page(tables: Tables) -> Page:
    """Overview of the run's last period."""
    return Page(
        path=tables.at("index.html"),
        title=f"Partner programs, {tables.period}",
        lead=_lead(tables),
        headlines=_headlines(tables),
        sections=[
            *([] if tables.year else [waiting(tables)]),
            _programs(tables),
            _tiers(tables),
            _arr(tables),
        ],
    )


def _lead(tables: Tables) -> list[Markup]:
    period, tier_year = tables.period, tables.tier_year
    rows = tables.where("fct_program_compliance", "period", period)
    counts = count_by(rows, lambda row: row["status"])
    moves = count_by(
        tables.where("tier_assignments", "tier_year", tier_year), lambda row: row["movement"]
    )
    said = [
        Markup(
            "Of {} program memberships in {}, {} are compliant, {} are not, and {} wait for "
            "evidence or a person."
        ).format(
            count(len(rows), COMPLIANCE, {"period": period}),
            period,
            *(
                count(counts.get(s, 0), COMPLIANCE, {"period": period, "status": s})
                for s in ("compliant", "non_compliant", "undetermined")
            ),
        )
    ]
    if moves:
        said.append(
            Markup(
                "For {} the tiers of {} partners rise, {} fall, {} stay, and {} are assigned for "
                "the first time."
            ).format(
                tier_year,
                *(
                    count(moves.get(m, 0), ASSIGNMENTS, {"tier_year": tier_year, "movement": m})
                    for m in ("up", "down", "same", "first")
                ),
            )
        )
    said.append(_arr_sentence(tables))
    if tables.review:
        said.append(_review_sentence(tables))
    if tables.year is None:
        said.append(TAKE_ALONG)
    return said


def _arr_sentence(tables: Tables) -> Markup:
    year = tables.arr_year
    now, before = (
        summed(tables.where("fct_arr_by_partner_year", "year", each), "arr_usd")
        for each in (year, year - 1)
    )
    said = Markup("Reseller ARR stood at {} at the end of {}").format(
        total(now, ARR, {"year": year}, "arr_usd"), year
    )
    if before:
        said += Markup(", after {} a year earlier").format(
            total(before, ARR, {"year": year - 1}, "arr_usd")
        )
    return said + "."


def _review_sentence(tables: Tables) -> Markup:
    rows = tables.where("governance_reviews", "review", tables.review)
    tally = count_by(rows, lambda row: row["recommended_action"])
    actions = ("end_status", "change_benefits", "remediate")
    return Markup(
        "Review {} recommends to end {} statuses, to change the benefits of {} and to remediate "
        '{}; <a href="{}">a person decides</a>.'
    ).format(
        tables.review,
        *(
            count(tally.get(a, 0), REVIEWS, {"review": tables.review, "recommended_action": a})
            for a in actions
        ),
        tables.at("governance.html"),
    )


def _headlines(tables: Tables) -> list[Headline]:
    year = tables.arr_year
    arr_rows = tables.where("fct_arr_by_partner_year", "year", year)
    amount = summed(arr_rows, "arr_usd")
    meeting = sum(1 for row in arr_rows if row["meets_minimum"])
    below = sum(1 for row in arr_rows if row["meets_minimum"] is False)
    findings = len(tables.rows("fct_findings"))
    members = tables.where("fct_program_compliance", "period", tables.period)
    below_figure = count(below, ARR, {"year": year, "meets_minimum": False})
    return [
        Headline(
            "Partners in a program",
            figure(
                len({row["partner_id"] for row in members}),
                COMPLIANCE,
                {"period": tables.period},
                "count(distinct partner_id)",
            ),
            Markup("in {} memberships").format(
                count(len(members), COMPLIANCE, {"period": tables.period})
            ),
        ),
        Headline(
            "Reseller ARR",
            total(amount, ARR, {"year": year}, "arr_usd"),
            f"on December 31, {year}, US dollars",
        ),
        Headline(
            "Resellers at their minimum",
            count(meeting, ARR, {"year": year, "meets_minimum": True}),
            Markup("and {} below it").format(below_figure),
        ),
        Headline(
            Markup('<a href="quality.html#findings">Findings</a>'),
            count(findings, "marts.fct_findings", {}),
            "in everything that was delivered",
        ),
    ]


def _programs(tables: Tables) -> Section:
    period = tables.period
    rows = tables.where("fct_program_compliance", "period", period)
    counts = count_by(rows, lambda row: (row["program"], row["status"]))
    body, points = [], []
    for program in tables.programs:
        label = program_label(tables, program)
        members = sum(n for (p, _), n in counts.items() if p == program)
        cells = [
            cell(label),
            count(members, COMPLIANCE, {"period": period, "program": program}),
        ]
        for status in STANDINGS:
            number = counts.get((program, status), 0)
            key = {"period": period, "program": program, "status": status}
            cells.append(count(number, COMPLIANCE, key))
            points.append({"program": label, "status": word(status), "partners": number})
        body.append(cells)
    caption = f"Partners by program and standing, {period}"
    svg = charts.stacked_rows(
        points,
        y="program",
        x="partners",
        series="status",
        order=[word(status) for status in STANDINGS],
        colours=[charts.STATUS_COLOURS[status] for status in STANDINGS],
        x_title="partners",
        label=caption,
    )
    missed = sum(counts.get((program, "non_compliant"), 0) for program in tables.programs)
    key = {"period": period, "status": "non_compliant"}
    title = Markup("{} memberships miss a requirement that must be met").format(
        count(missed, COMPLIANCE, key)
    )
    words = [
        Markup(
            "Each program stands alone: a partner in several is counted in each. "
            'What is missed, and by whom: <a href="{}">compliance</a>.'
        ).format(tables.at("compliance.html"))
    ]
    head = columns("Program", "#Partners", "#Compliant", "#Undetermined", "#Non-compliant")
    drawn = [Chart(title, svg, COMPLIANCE)] if rows else []
    return Section("Programs", "programs", words, drawn, [Table(caption, head, body)])


def _tiers(tables: Tables) -> Section:
    rows = tables.rows("tier_assignments")
    counts = count_by(rows, lambda row: (row["tier_year"], row["tier"]))
    years = sorted({year for year, _ in counts if year <= tables.tier_year})
    order = list(tables.tiers)
    body = [
        [
            cell(str(year)),
            *(
                count(counts.get((year, t), 0), ASSIGNMENTS, {"tier_year": year, "tier": t})
                for t in order
            ),
        ]
        for year in reversed(years)
    ]
    labels = [tier_label(tables, tier) for tier in order]
    caption = "Partners by tier and tier year"
    drawn = []
    if rows:
        points = [
            {"year": str(year), "tier": tier_label(tables, tier), "partners": number}
            for (year, tier), number in sorted(counts.items(), key=str)
            if year in years
        ]
        svg = charts.stacked(
            points,
            x="year",
            y="partners",
            series="tier",
            order=labels,
            colours=list(charts.LADDER_COLOURS[: len(labels)]),
            y_title="partners",
            label=caption,
        )
        drawn = [Chart(_tier_title(tables, counts, years[-1]), svg, ASSIGNMENTS)]
    words = [
        Markup(
            "A tier is assessed once, on the calendar year before, and nothing moves it within "
            'the year. Who moved and why: <a href="{}">tiers</a>.'
        ).format(tables.at("tiers.html"))
    ]
    head = columns("Tier year", *(f"#{label}" for label in labels))
    return Section("Tiers", "tiers", words, drawn, [Table(caption, head, body)])


def _tier_title(tables: Tables, counts: dict, year: int) -> Markup:
    top = list(tables.tiers)[-1]
    reached = count(counts.get((year, top), 0), ASSIGNMENTS, {"tier_year": year, "tier": top})
    return Markup("{} at {} for {}").format(reached, tier_label(tables, top), year)


def _arr(tables: Tables) -> Section:
    words = [
        Markup('Each reseller against its minimum: <a href="{}">ARR</a>.').format(
            tables.at("arr.html")
        )
    ]
    part = bridge(tables, tables.arr_year)
    charts_ = [*part.charts, *arr_chart(tables)]
    tables_ = [replace(table, folded=True) for table in part.tables]
    return Section("ARR", "arr", words, charts_, tables_)
