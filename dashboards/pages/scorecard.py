"""A partner's scorecard: from the decision to the row, for every program of the partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from markupsafe import Markup

from dashboards.data import Tables
from dashboards.figures import cell, figure, page_name, people
from dashboards.pages.common import (
    clause,
    money_figure,
    program_label,
    status_figure,
    tier_label,
)
from dashboards.parts import Column, Headline, Page, Section, Table

ASSIGNMENTS = "decisions.tier_assignments"
ELIGIBILITY = "marts.fct_tier_eligibility"
RESULTS = "marts.fct_requirement_results"
COMPLIANCE = "marts.fct_program_compliance"
# A scorecard lists this many rows of evidence for one figure and says how many more there are;
# `plumbline explain` lists all.
EVIDENCE_SHOWN = 25


def pages(tables: Tables) -> Iterator[Page]:
    """One page for each partner, in the order of their ids."""
    evidence = _evidence(tables)
    for partner_id in tables.partners:
        yield _page(tables, partner_id, evidence.get(partner_id, {}))


def _evidence(tables: Tables) -> dict[str, dict[tuple, list[dict]]]:
    """partner -> (program or None, metric) -> rows behind the last period's value."""
    rows = tables.query(
        "select partner_id, program, metric, source, entity, file, row_number, cell,"
        " evidence_date, detail from intermediate.int_metrics__evidence where period in"
        " (select last_period from run.parameters) order by all"
    )
    found: dict = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row["partner_id"]][(row["program"], row["metric"])].append(row)
    return found


def _page(tables: Tables, partner_id: str, evidence: dict) -> Page:
    partner = tables.partners[partner_id]
    sections = [*_tiers(tables, partner_id, evidence), *_programs(tables, partner_id, evidence)]
    sections += [*_arr(tables, partner_id), *_usage(tables, partner_id)]
    return Page(
        path=f"partners/{page_name(partner_id)}",
        title=tables.partner_name(partner_id),
        lead=_lead(tables, partner_id, partner),
        headlines=_headlines(tables, partner_id),
        sections=sections,
    )


def _lead(tables: Tables, partner_id: str, partner: dict) -> list[Markup]:
    where = ", ".join(p for p in (partner.get("region"), partner.get("country")) if p)
    programs = ", ".join(program_label(tables, p) for p in partner.get("programs") or [])
    words = Markup("{} · {} · {}").format(partner_id, programs or "no program", where or "—")
    return [words]


def _headlines(tables: Tables, partner_id: str) -> list[Headline]:
    year, period = tables.run["year"], tables.run["last_period"]
    found = []
    for row in tables.where("tier_assignments", "partner_id", partner_id):
        if row["tier_year"] == year + 1:
            key = {"tier_year": row["tier_year"], "partner_id": partner_id}
            value = figure(row["tier"], ASSIGNMENTS, key, "tier", tier_label(tables, row["tier"]))
            found.append(Headline(f"Tier for {row['tier_year']}", value, _movement(tables, row)))
    for row in tables.where("fct_program_compliance", "partner_id", partner_id):
        if row["period"] == period:
            key = {n: row[n] for n in ("period", "partner_id", "program")}
            value = status_figure(row, COMPLIANCE, key, "status")
            found.append(Headline(program_label(tables, row["program"]), value, period))
    return found


def _movement(tables: Tables, row: dict) -> str:
    before = tier_label(tables, row["previous_tier"])
    return f"{row['movement']}, before: {before}" if row["previous_tier"] else row["movement"]


def _tiers(tables: Tables, partner_id: str, evidence: dict) -> list[Section]:
    rows = tables.where("tier_assignments", "partner_id", partner_id)
    if not rows:
        return []
    history = []
    for row in rows:
        key = {"tier_year": row["tier_year"], "partner_id": partner_id}

        def shown(column: str, text: str | None = None, row=row, key=key) -> Markup:
            return figure(row[column], ASSIGNMENTS, key, column, shown=text)

        history.append(
            [
                cell(str(row["tier_year"])),
                shown("tier", tier_label(tables, row["tier"])),
                shown("movement"),
                shown("binding_criterion"),
                shown("gap_to_next"),
                shown("smallest_change"),
            ]
        )
    columns = (
        Column("Tier year"),
        Column("Tier"),
        Column("Movement"),
        Column("Binding criterion"),
        Column("Gap to next", numeric=True),
        Column("Smallest change up"),
    )
    tables_shown = [
        Table("Tier by tier year", columns, history),
        _criteria(tables, partner_id, evidence),
    ]
    return [Section("Why this tier", "tier", tables=tables_shown)]


def _criteria(tables: Tables, partner_id: str, evidence: dict) -> Table:
    year = tables.run["year"]
    body = []
    for row in tables.where("fct_tier_eligibility", "partner_id", partner_id):
        if row["year"] != year:
            continue
        key = {n: row[n] for n in ("year", "partner_id", "tier", "criterion")}
        body.append(
            [
                cell(tier_label(tables, row["tier"])),
                cell(row["criterion"]),
                status_figure(row, ELIGIBILITY, key, "status"),
                figure(row["value"], ELIGIBILITY, key, "value"),
                figure(row["threshold"], ELIGIBILITY, key, "threshold"),
                clause(tables, row["clause"]),
            ]
        )
    columns = (
        Column("Tier"),
        Column("Criterion"),
        Column("Status"),
        Column("Value", numeric=True),
        Column("Threshold", numeric=True),
        Column("Clause"),
    )
    return Table(f"Criteria of each tier on the results of {year}", columns, body)


def _programs(tables: Tables, partner_id: str, evidence: dict) -> Iterator[Section]:
    period = tables.run["last_period"]
    by_program: dict = defaultdict(list)
    for row in tables.where("fct_requirement_results", "partner_id", partner_id):
        if row["period"] == period:
            by_program[row["program"]].append(row)
    for program, rows in by_program.items():
        body = []
        for row in rows:
            key = {n: row[n] for n in ("period", "partner_id", "program", "requirement")}
            source = row["threshold_source"]
            body.append(
                [
                    cell(row["requirement"]),
                    status_figure(row, RESULTS, key, "status"),
                    cell(row["strength"]),
                    figure(row["value"], RESULTS, key, "value"),
                    Markup("{} {}").format(
                        row["comparator"] or "", figure(row["threshold"], RESULTS, key, "threshold")
                    ),
                    cell(source if source != "policy" else "policy"),
                    figure(row["gap"], RESULTS, key, "gap"),
                    clause(tables, row["clause"]),
                    _why(row, evidence),
                ]
            )
        columns = (
            Column("Requirement"),
            Column("Status"),
            Column("Strength"),
            Column("Value", numeric=True),
            Column("Threshold", numeric=True),
            Column("Threshold from"),
            Column("Gap", numeric=True),
            Column("Clause"),
            Column("Why, and the rows behind it"),
        )
        title = f"{program_label(tables, program)}: requirements, {period}"
        yield Section(
            program_label(tables, program),
            f"program-{program}",
            tables=[Table(title, columns, body)],
        )


def _why(row: dict, evidence: dict) -> Markup:
    rows = evidence.get((row["program"], row["metric"])) or evidence.get((None, row["metric"]))
    sentence = Markup("{}").format(row["reason"] or "")
    if not rows:
        return sentence
    items = Markup("").join(
        Markup("<li>{}</li>").format(_place(item)) for item in rows[:EVIDENCE_SHOWN]
    )
    more = len(rows) - EVIDENCE_SHOWN
    tail = Markup("<li>and {} more rows</li>").format(people(more)) if more > 0 else Markup("")
    return Markup("{}<details><summary>{} of evidence</summary><ul>{}{}</ul></details>").format(
        sentence, f"{people(len(rows))} {'row' if len(rows) == 1 else 'rows'}", items, tail
    )


def _place(item: dict) -> str:
    place = item["cell"] or (f"row {item['row_number']}" if item["row_number"] else "")
    where = " ".join(part for part in (item["file"], place) if part)
    return f"{item['detail']} ({where or item['entity']})" if item["detail"] else where


def _arr(tables: Tables, partner_id: str) -> list[Section]:
    rows = tables.where("fct_arr_by_partner_year", "partner_id", partner_id)
    if not rows:
        return []
    table = "marts.fct_arr_by_partner_year"
    body = []
    for row in rows:
        key = {"partner_id": partner_id, "year": row["year"]}
        body.append(
            [
                cell(str(row["year"])),
                money_figure(row, table, key, "arr_usd"),
                money_figure(row, table, key, "minimum_usd"),
                figure(row["minimum_source"], table, key, "minimum_source"),
                figure(row["meets_minimum"], table, key, "meets_minimum"),
                money_figure(row, table, key, "booked_arr_usd"),
            ]
        )
    columns = (
        Column("Year"),
        Column("ARR on December 31", numeric=True),
        Column("Minimum", numeric=True),
        Column("Minimum from"),
        Column("Meets it"),
        Column("Booked in the year", numeric=True),
    )
    return [Section("ARR", "arr", tables=[Table("ARR by year, US dollars", columns, body)])]


def _usage(tables: Tables, partner_id: str) -> list[Section]:
    rows = tables.where("fct_partner_usage_by_month", "partner_id", partner_id)
    if not rows:
        return []
    table = "marts.fct_partner_usage_by_month"
    body = [
        [
            cell(f"{row['month']:%Y-%m}"),
            figure(
                row["active_customers"],
                table,
                {"partner_id": partner_id, "month": row["month"]},
                "active_customers",
            ),
        ]
        for row in rows
    ]
    columns = (Column("Month"), Column("Active customers", numeric=True))
    shown = Table("Active customers by month, each company once", columns, body)
    return [Section("Usage", "usage", tables=[shown])]
