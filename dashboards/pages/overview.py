"""The overview: the state of the program this year, in the figures that leadership asks for."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Tables, count_by
from dashboards.figures import cell, count, figure
from dashboards.links import filtered
from dashboards.pages import first_screen
from dashboards.pages.arr import arr_chart
from dashboards.pages.arr_bridge import bridge
from dashboards.pages.common import program_label, tier_label
from dashboards.pages.headlines import headlines
from scoring.vocabulary import Standing
from scoring.words import word

COMPLIANCE = "marts.fct_program_compliance"
ASSIGNMENTS = "decisions.tier_assignments"
TAKE_ALONG = Markup(
    '<span class="note">Downloads: <a href="leadership.pdf">the answers on two pages with '
    'their appendix (PDF)</a>, <a href="leadership.pptx">as slides</a>, '
    '<a href="leadership.xlsx">every table as a workbook</a>.</span>'
)


def page(tables: Tables) -> Page:
    """Overview of the run's last period."""
    return Page(
        path=tables.at("index.html"),
        title=f"Partner programs, {tables.period}",
        lead=_lead(tables),
        headlines=headlines(tables),
        banner=first_screen.banner(tables),
        sections=[
            *first_screen.causes(tables),
            *([] if tables.year else [first_screen.decisions(tables)]),
            _programs(tables),
            _tiers(tables),
            _arr(tables),
        ],
    )


def _lead(tables: Tables) -> list[Markup]:
    period = tables.period
    rows = tables.where("fct_program_compliance", "period", period)
    counts = count_by(rows, lambda row: row["status"])
    lines = [
        Markup(
            "{} partners are in {} program memberships in {}: {} compliant, {} not, and {} "
            "waiting for evidence or a person."
        ).format(
            figure(
                len({row["partner_id"] for row in rows}),
                COMPLIANCE,
                {"period": period},
                "count(distinct partner_id)",
            ),
            count(len(rows), COMPLIANCE, {"period": period}),
            period,
            *(
                count(counts.get(s, 0), COMPLIANCE, {"period": period, "status": s})
                for s in (Standing.COMPLIANT, Standing.NON_COMPLIANT, Standing.UNDETERMINED)
            ),
        )
    ]
    if tables.year is None:
        lines.append(TAKE_ALONG)
    return lines


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
        for status in Standing:
            number = counts.get((program, status), 0)
            key = {"period": period, "program": program, "status": status}
            shown = count(number, COMPLIANCE, key)
            point = {"program": label, "status": word(status), "partners": number}
            # The list of partners is the run's own; earlier years have none.
            if tables.year is None:
                behind = filtered("partners.html", program=label, status=word(status))
                point["href"] = behind
                if number:
                    shown = Markup('<a href="{}">{}</a>').format(behind, shown)
            cells.append(shown)
            points.append(point)
        body.append(cells)
    caption = f"Partners by program and standing, {period}"
    svg = charts.stacked_rows(
        points,
        y="program",
        x="partners",
        series="status",
        order=[word(status) for status in Standing],
        colours=[charts.STATUS_COLOURS[status] for status in Standing],
        x_title="partners",
        label=caption,
    )
    missed = sum(counts.get((program, Standing.NON_COMPLIANT), 0) for program in tables.programs)
    key = {"period": period, "status": Standing.NON_COMPLIANT}
    who = "membership misses" if missed == 1 else "memberships miss"
    title = Markup("{} {} a requirement that must be met").format(
        count(missed, COMPLIANCE, key), who
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
    if years:
        points = [
            {
                "year": str(year),
                "tier": tier_label(tables, tier),
                "partners": number,
                "href": filtered(_tiers_of(tables, year), tier=tier_label(tables, tier)),
            }
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


def _tiers_of(tables: Tables, tier_year: int) -> str:
    """The page of a tier year, where the site has it."""
    latest = tables.run["year"]
    has_page = tier_year - 1 in tables.earlier_years
    return f"tiers-{tier_year - 1}.html" if has_page and tier_year - 1 < latest else "tiers.html"


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
