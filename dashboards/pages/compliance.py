"""Compliance: by program and requirement, and every requirement that is not met."""

from __future__ import annotations

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by
from dashboards.figures import cell, count
from dashboards.pages.common import Figures, clause, named, partner, program_label, rests_on
from dashboards.pages.compliance_heat import heat_section
from dashboards.words import gap_in_unit, measured
from scoring.vocabulary import FAILING, Standing, Status, Strength
from scoring.words import word

COMPLIANCE = "marts.fct_program_compliance"
RESULTS = "marts.fct_requirement_results"


def page(tables: Tables) -> Page:
    """Requirement results of the last period."""
    period, rows = tables.period, tables.results
    tally = count_by(rows, lambda row: (row["status"], row["strength"]))
    missed, unknown, unjudged = (
        count(
            tally.get((s, Strength.MUST), 0),
            RESULTS,
            {"period": period, "status": s, "strength": Strength.MUST},
        )
        for s in FAILING
    )
    failing = [
        row
        for row in tables.where("fct_program_compliance", "period", period)
        if row["status"] == Standing.NON_COMPLIANT
    ]
    lead = [
        Markup(
            "In {}, {} results of requirements that must be met are not met, in {} memberships "
            "(one can miss several); {} lack evidence and {} wait for a person's judgement."
        ).format(
            period,
            missed,
            count(len(failing), COMPLIANCE, {"period": period, "status": Standing.NON_COMPLIANT}),
            unknown,
            unjudged,
        ),
        Markup(
            "Only what must be met decides compliance; what should be met is advice and changes "
            "nothing. Each program is judged for itself ({})."
        ).format(clause(tables, "GOV-DISTINCT")),
    ]
    sections = [_program(tables, rows, program) for program in tables.programs]
    programs = [section for section in sections if section is not None]
    must = [row for row in rows if row["strength"] == Strength.MUST and row["status"] in FAILING]
    advice = [row for row in rows if row["strength"] != Strength.MUST and row["status"] in FAILING]
    head = Section(
        "Open requirements that must be met",
        "open",
        tables=[_open(tables, must, f"Open requirements that must be met, {period}")],
    )
    tail = Section(
        "Advice",
        "advice",
        [Markup("What should be met and is not. It never makes a partner non-compliant.")],
        tables=[_open(tables, advice, f"Open advice, {period}")],
    )
    shown = [heat_section(tables), head, *programs, tail]
    return Page(tables.at("compliance.html"), f"Compliance, {period}", lead, [], shown)


def _program(tables: Tables, rows: list[Row], program: str) -> Section | None:
    own = [row for row in rows if row["program"] == program]
    if not own:
        return None
    counts = count_by(own, lambda row: (row["requirement"], row["status"]))
    body, points = [], []
    for name in [name for p, name in tables.requirements if p == program]:
        rule = tables.requirements[(program, name)]
        advice = "" if rule["strength"] == Strength.MUST else " (advice)"
        label = named(f"{rule['label']}{advice}", name) + rests_on(tables, program, name)
        cells = [label, clause(tables, rule["clause"])]
        for status in Status:
            number = counts.get((name, status), 0)
            key = {
                "period": tables.period,
                "program": program,
                "requirement": name,
                "status": status,
            }
            cells.append(count(number, RESULTS, key))
            if number:
                words = f"{rule['label']}{advice}"
                points.append({"requirement": words, "status": word(status), "count": number})
        body.append(cells)
    title = program_label(tables, program)
    caption = f"{title}: partners by requirement and status, {tables.period}"
    svg = charts.stacked_rows(
        points,
        y="requirement",
        x="count",
        series="status",
        order=[word(status) for status in Status],
        colours=[charts.STATUS_COLOURS[status] for status in Status],
        x_title="partners",
        label=caption,
    )
    head = columns("Requirement", "Clause", *(f"#{word(s).capitalize()}" for s in Status))
    return Section(
        title,
        f"program-{program}",
        charts=[Chart(_title(tables, program, own), svg, RESULTS)],
        tables=[Table(caption, head, body)],
        program=title,
    )


def _title(tables: Tables, program: str, rows: list[Row]) -> Markup | str:
    failed = count_by(
        [r for r in rows if r["status"] == Status.NOT_MET], lambda r: r["requirement"]
    )
    if not failed:
        return "No requirement is missed"
    worst = max(sorted(failed), key=lambda name: failed[name])
    key = {
        "period": tables.period,
        "program": program,
        "requirement": worst,
        "status": Status.NOT_MET,
    }
    label = tables.requirements.get((program, worst), {}).get("label") or worst
    return Markup("Missed most often: {}, by {}").format(label, count(failed[worst], RESULTS, key))


def _open(tables: Tables, rows: list[Row], caption: str) -> Table:
    body = []
    for row in rows:
        shown = Figures(RESULTS, row, "period", "partner_id", "program", "requirement")
        unit = tables.metrics.get(row["metric"], {}).get("unit")
        value = row["value"]
        label = tables.requirements.get((row["program"], row["requirement"]), {}).get("label")
        body.append(
            [
                partner(tables, row["partner_id"], ""),
                cell(program_label(tables, row["program"])),
                named(label, row["requirement"])
                + rests_on(tables, row["program"], row["requirement"]),
                shown.status("status"),
                shown("value", "—" if value is None else measured(value, unit, row["threshold"])),
                shown("gap", gap_in_unit(row["gap"], unit)),
                shown.plain_sentence("reason"),
            ]
        )
    head = columns("Partner", "%Program", "%Requirement", "%Status", "#Value", "#Gap", "~Why")
    return Table(caption, head, body, search=True, empty="nothing is open")
