"""Compliance: by program and requirement, and every requirement that is not met."""

from __future__ import annotations

from markupsafe import Markup

from dashboards import charts
from dashboards.data import Tables, count_by
from dashboards.figures import cell, figure
from dashboards.pages.common import WORDS, clause, partner, program_label, status
from dashboards.parts import Chart, Column, Page, Section, Table

RESULTS = "marts.fct_requirement_results"
STATUSES = ("met", "waived", "not_met", "no_evidence", "needs_review", "not_applicable")


def page(tables: Tables) -> Page:
    """Requirement results of the last period."""
    period = tables.run["last_period"]
    rows = tables.where("fct_requirement_results", "period", period)
    must = [r for r in rows if r["status"] == "not_met" and r["strength"] == "must"]
    key = {"period": period, "status": "not_met", "strength": "must"}
    lead = [
        Markup("{} requirements that must be met are not, in {}.").format(
            figure(len(must), RESULTS, key, "count(*)"), period
        ),
        Markup("Only what must be met decides compliance; what should be met is advice."),
    ]
    sections = [_program(tables, rows, program, period) for program in tables.programs]
    sections = [section for section in sections if section is not None]
    sections.append(_failed(tables, rows, period))
    return Page("compliance.html", f"Compliance, {period}", lead, [], sections)


def _program(tables: Tables, rows: list[dict], program: str, period: str) -> Section | None:
    own = [row for row in rows if row["program"] == program]
    if not own:
        return None
    counts = count_by(own, lambda row: (row["requirement"], row["status"]))
    requirements = [name for p, name in tables.requirements if p == program]
    body, points = [], []
    for name in requirements:
        total = sum(counts.get((name, s), 0) for s in STATUSES)
        cells = [clause(tables, tables.requirements[(program, name)]["clause"])]
        cells.insert(0, cell(name))
        for wanted in STATUSES:
            count = counts.get((name, wanted), 0)
            key = {"period": period, "program": program, "requirement": name, "status": wanted}
            cells.append(figure(count, RESULTS, key, "count(*)"))
            if count:
                points.append(
                    {
                        "requirement": name,
                        "status": wanted,
                        "count": count,
                        "share": count / total,
                        "word": WORDS.get(wanted, wanted),
                    }
                )
        body.append(cells)
    label = f"{program_label(tables, program)}: partners by requirement and status"
    svg = charts.heatmap(
        points, x="status", y="requirement", status="status", statuses=list(STATUSES), label=label
    )
    columns = (
        Column("Requirement"),
        Column("Clause"),
        *(Column(WORDS.get(s, s).capitalize(), numeric=True) for s in STATUSES),
    )
    return Section(
        program_label(tables, program),
        f"program-{program}",
        charts=[Chart(_title(own), svg, RESULTS)],
        tables=[
            Table(
                f"{program_label(tables, program)}: partners by requirement and status",
                columns,
                body,
            )
        ],
    )


def _title(rows: list[dict]) -> str:
    failed = count_by([r for r in rows if r["status"] == "not_met"], lambda r: r["requirement"])
    if not failed:
        return "No requirement is failed"
    worst = max(sorted(failed), key=lambda name: failed[name])
    return f"{worst} is failed most often, by {failed[worst]}"


def _failed(tables: Tables, rows: list[dict], period: str) -> Section:
    body = []
    for row in rows:
        if row["status"] not in ("not_met", "no_evidence", "needs_review"):
            continue
        key = {name: row[name] for name in ("period", "partner_id", "program", "requirement")}
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                cell(program_label(tables, row["program"])),
                cell(row["requirement"]),
                figure(row["status"], RESULTS, key, "status", shown=status(row["status"])),
                cell(row["strength"]),
                figure(row["value"], RESULTS, key, "value"),
                figure(row["gap"], RESULTS, key, "gap"),
                cell(row["reason"]),
            ]
        )
    columns = (
        Column("Partner"),
        Column("Program"),
        Column("Requirement"),
        Column("Status"),
        Column("Strength"),
        Column("Value", numeric=True),
        Column("Gap", numeric=True),
        Column("Why"),
    )
    table = Table(
        f"Not met, without evidence, or for a person, {period}",
        columns,
        body,
        search=True,
        empty="every requirement is met",
    )
    return Section("What is open", "open", tables=[table])
