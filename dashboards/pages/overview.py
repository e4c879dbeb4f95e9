"""The overview: where the program stands this year, in the figures that leadership asks for."""

from __future__ import annotations

from markupsafe import Markup

from dashboards import charts
from dashboards.data import Tables, count_by
from dashboards.figures import cell, figure, money
from dashboards.pages.common import plural, program_label, tier_label
from dashboards.parts import Chart, Column, Headline, Page, Section, Table

COMPLIANCE = "marts.fct_program_compliance"
ASSIGNMENTS = "decisions.tier_assignments"
ARR = "marts.fct_arr_by_partner_year"


def page(tables: Tables) -> Page:
    """Overview of the run's year."""
    return Page(
        path="index.html",
        title=f"Partner programs, {tables.run['year']}",
        lead=_lead(tables),
        headlines=_headlines(tables),
        sections=[_programs(tables), _tiers(tables)],
    )


def _period(tables: Tables) -> str:
    return tables.run["last_period"]


def _lead(tables: Tables) -> list[Markup]:
    period, tier_year = _period(tables), tables.run["year"] + 1
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
            _count(COMPLIANCE, {"period": period}, len(rows)),
            period,
            *(
                _count(COMPLIANCE, {"period": period, "status": s}, counts.get(s, 0))
                for s in ("compliant", "non_compliant", "undetermined")
            ),
        )
    ]
    if moves:
        said.append(
            Markup("For {} the tiers move {} up and {} down; {} stay.").format(
                tier_year,
                *(
                    _count(ASSIGNMENTS, {"tier_year": tier_year, "movement": m}, moves.get(m, 0))
                    for m in ("up", "down", "same")
                ),
            )
        )
    return said


def _count(table: str, key: dict, value: int) -> Markup:
    return figure(value, table, key, "count(*)")


def _headlines(tables: Tables) -> list[Headline]:
    year = tables.run["year"]
    arr_rows = tables.where("fct_arr_by_partner_year", "year", year)
    total = sum((row["arr_usd"] for row in arr_rows if row["arr_usd"] is not None), 0)
    meeting = sum(1 for row in arr_rows if row["meets_minimum"])
    judged = sum(1 for row in arr_rows if row["meets_minimum"] is not None)
    findings = len(tables.rows("fct_findings"))
    return [
        Headline(
            "Partners",
            _count("marts.dim_partners", {}, len(tables.rows("dim_partners"))),
            "in all programs, whatever their status",
        ),
        Headline(
            "Reseller ARR",
            figure(total, ARR, {"year": year}, "sum(arr_usd)", shown=money(total)),
            f"on December 31, {year}, US dollars",
        ),
        Headline(
            "Resellers at the minimum",
            _count(ARR, {"year": year, "meets_minimum": True}, meeting),
            f"of {judged} with a minimum to meet",
        ),
        Headline("Findings", _count("marts.fct_findings", {}, findings), "for a person to look at"),
    ]


def _programs(tables: Tables) -> Section:
    period = _period(tables)
    rows = tables.where("fct_program_compliance", "period", period)
    counts = count_by(rows, lambda row: (row["program"], row["status"]))
    body = []
    for program in tables.programs:
        members = sum(n for (p, _), n in counts.items() if p == program)
        cells = [cell(program_label(tables, program))]
        cells.append(_count(COMPLIANCE, {"period": period, "program": program}, members))
        for status in ("compliant", "non_compliant", "undetermined"):
            key = {"period": period, "program": program, "status": status}
            cells.append(_count(COMPLIANCE, key, counts.get((program, status), 0)))
        body.append(cells)
    columns = (
        Column("Program"),
        *(
            Column(name, numeric=True)
            for name in ("Partners", "Compliant", "Non-compliant", "Undetermined")
        ),
    )
    words = [Markup("Each program stands alone: a partner in several is counted in each.")]
    table = Table(f"Compliance by program, {period}", columns, body)
    return Section("Programs", "programs", words=words, tables=[table])


def _tiers(tables: Tables) -> Section:
    rows = tables.rows("tier_assignments")
    counts = count_by(rows, lambda row: (row["tier_year"], row["tier"]))
    years = sorted({year for year, _ in counts})
    order = list(tables.tiers)
    body = [
        [
            cell(str(year)),
            *(
                _count(ASSIGNMENTS, {"tier_year": year, "tier": tier}, counts.get((year, tier), 0))
                for tier in order
            ),
        ]
        for year in years
    ]
    labels = [tier_label(tables, tier) for tier in order]
    columns = (Column("Tier year"), *(Column(label, numeric=True) for label in labels))
    drawn = []
    if rows:
        points = [
            {"year": str(year), "tier": tier_label(tables, tier), "partners": count}
            for (year, tier), count in sorted(counts.items(), key=str)
        ]
        colours = list(charts.LADDER_COLOURS[: len(labels)])
        label = "Partners by tier and tier year"
        svg = charts.stacked_bars(
            points,
            x="year",
            y="partners",
            series="tier",
            order=labels,
            colours=colours,
            y_title="partners",
            label=label,
        )
        drawn = [Chart(_tier_title(tables, counts, years), svg, ASSIGNMENTS)]
    table = Table("Partners by tier and tier year", columns, body)
    return Section("Tiers", "tiers", charts=drawn, tables=[table])


def _tier_title(tables: Tables, counts: dict, years: list[int]) -> str:
    top = list(tables.tiers)[-2:]
    last = years[-1]
    reached = sum(counts.get((last, tier), 0) for tier in top)
    labels = " or ".join(tier_label(tables, tier) for tier in top)
    return f"{plural(reached, 'partner')} at {labels} for {last}"
