"""Compliance at a glance: the share of those judged that meets each requirement, year by year."""

from __future__ import annotations

from fractions import Fraction

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Section, Table, columns
from dashboards.data import Tables
from dashboards.figures import cell, figure
from dashboards.pages.common import named, program_label
from scoring.vocabulary import Strength

RESULTS = "marts.fct_requirement_results"
# Shares at which the shade steps up: below half, to eight, nine and nineteen twentieths.
STEPS = tuple(Fraction(n, 100) for n in (50, 80, 90, 95, 99))
# A result that lacks evidence or a person's judgement is neither a pass nor a failure.
JUDGED = "status in ('met', 'not_met')"
MET = "status = 'met'"


def heat_section(tables: Tables) -> Section:
    """A square for each requirement and calendar year; one chart per program."""
    years = _years(tables)
    counts = _counts(tables)
    drawn, body = [], []
    for program in tables.programs:
        rows = [(n, r) for (p, n), r in tables.requirements.items() if p == program]
        points = []
        for name, rule in rows:
            if not any((year, program, name) in counts for year in years):
                continue
            label = rule["label"] + ("" if rule["strength"] == Strength.MUST else " (advice)")
            cells = [named(label, name), cell(program_label(tables, program))]
            for year in years:
                met, judged = counts.get((year, program, name), (0, 0))
                cells += _cells(met, judged, year, program, name)
                points.append(_point(label, year, met, judged, rule["strength"]))
            body.append(cells)
        if points:
            drawn.append(_chart(program_label(tables, program), points))
    head = columns(
        "Requirement",
        "%Program",
        *(f"#{heading} {year}" for year in years for heading in ("Met", "Judged")),
    )
    table = Table("Partners that meet each requirement, and judged", head, body, search=True)
    words = [
        Markup(
            "The share of the partners with a result that meet each requirement, rounded down. "
            "Results that are waived or not yet due, or that lack evidence or a judgement, are "
            "left out."
        )
    ]
    return Section("At a glance", "glance", words, drawn, [table])


def _years(tables: Tables) -> list[str]:
    until = int(tables.period[:4])
    rows = tables.query(f"select distinct period from {RESULTS} order by 1")
    names = [row["period"] for row in rows if row["period"].isdigit()]
    return [name for name in names if int(name) <= until]


def _counts(tables: Tables) -> dict[tuple[str, str, str], tuple[int, int]]:
    rows = tables.read(
        RESULTS,
        f"select period, program, requirement, count(*) filter ({MET}) as met,"
        f" count(*) filter ({JUDGED}) as judged from {RESULTS} group by all order by all",
    )
    return {(r["period"], r["program"], r["requirement"]): (r["met"], r["judged"]) for r in rows}


def _cells(met: int, judged: int, year: str, program: str, name: str) -> list[Markup]:
    key = {"period": year, "program": program, "requirement": name}
    return [
        figure(met, RESULTS, key, f"count(*) filter ({MET})"),
        figure(judged, RESULTS, key, f"count(*) filter ({JUDGED})"),
    ]


def _point(label: str, year: str, met: int, judged: int, strength: str) -> dict:
    share = Fraction(met, judged) if judged else None
    step = None if share is None else sum(share >= limit for limit in STEPS)
    # Rounded down, so that 100 % means all.
    text = "—" if share is None else f"{int(share * 100)} %"
    return {
        "requirement": label,
        "year": year,
        "step": step,
        "share met": text,
        "strength": strength,
    }


def _chart(program: str, points: list[dict]) -> Chart:
    svg = charts.heat(
        points,
        x="year",
        y="requirement",
        step="step",
        text="share met",
        label=f"{program}: share of judged partners that meet each requirement, by year",
    )
    last = max(point["year"] for point in points)
    low = [
        point
        for point in points
        if point["year"] == last
        and point["step"] is not None
        and point["strength"] == Strength.MUST
    ]
    worst = min(low, key=lambda p: int(p["share met"].split()[0]), default=None)
    title = f"{program}: nobody was judged in {last}"
    if worst and worst["share met"] == "100 %":
        title = f"{program}: what must be met is met by all who were judged in {last}"
    elif worst:
        title = f"{program}: the fewest partners, {worst['share met']}, meet {worst['requirement']}"
    return Chart(title, svg, RESULTS)
