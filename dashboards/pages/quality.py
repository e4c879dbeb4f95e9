"""Data quality: what landed, what was refused or quarantined, what is missing or does not fit."""

from __future__ import annotations

from markupsafe import Markup

from dashboards.data import Tables, count_by
from dashboards.figures import cell, figure
from dashboards.pages.common import status
from dashboards.parts import Column, Page, Section, Table

DELIVERIES = "landing.deliveries"
QUARANTINE = "landing.quarantine"
FINDINGS = "marts.fct_findings"
COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_duplicate")


def page(tables: Tables) -> Page:
    """Deliveries, quarantine, coverage and findings."""
    deliveries = tables.rows("deliveries")
    totals = {name: sum(row[name] or 0 for row in deliveries) for name in COUNTS}
    refused = [row for row in deliveries if row["status"] == "refused"]
    lead = [
        Markup(
            "{} rows read = {} accepted + {} quarantined + {} duplicate, in {} deliveries, of "
            "which {} were refused whole."
        ).format(
            *(figure(totals[name], DELIVERIES, {}, f"sum({name})") for name in COUNTS),
            figure(len(deliveries), DELIVERIES, {}, "count(*)"),
            figure(len(refused), DELIVERIES, {"status": "refused"}, "count(*)"),
        )
    ]
    sections = [
        _refused(refused),
        _entities(deliveries),
        _quarantine(tables),
        _coverage(tables),
        _findings(tables),
    ]
    return Page("quality.html", "Data quality and coverage", lead, [], sections)


def _refused(rows: list[dict]) -> Section:
    body = [
        [
            cell(row["source"]),
            cell(row["entity"]),
            cell(row["file"]),
            figure(row["rows_read"], DELIVERIES, {"delivery_id": row["delivery_id"]}, "rows_read"),
        ]
        for row in rows
    ]
    columns = (Column("Source"), Column("Entity"), Column("File"), Column("Rows", numeric=True))
    return Section(
        "Refused deliveries",
        "refused",
        tables=[Table("Refused deliveries", columns, body, empty="none was refused")],
    )


def _entities(rows: list[dict]) -> Section:
    sums: dict = {}
    for row in rows:
        entry = sums.setdefault((row["source"], row["entity"]), dict.fromkeys(("n", *COUNTS), 0))
        entry["n"] += 1
        for name in COUNTS:
            entry[name] += row[name] or 0
    body = []
    for (source, entity), entry in sorted(sums.items(), key=str):
        key = {"source": source, "entity": entity}
        body.append(
            [
                cell(source),
                cell(entity),
                figure(entry["n"], DELIVERIES, key, "count(*)"),
                *(figure(entry[n], DELIVERIES, key, f"sum({n})") for n in COUNTS),
            ]
        )
    names = ("Deliveries", "Read", "Accepted", "Quarantined", "Duplicate")
    columns = (Column("Source"), Column("Entity"), *(Column(n, numeric=True) for n in names))
    return Section("What landed", "landed", tables=[Table("Rows by entity", columns, body)])


def _quarantine(tables: Tables) -> Section:
    files = {row["delivery_id"]: row["file"] for row in tables.rows("deliveries")}
    body = []
    for row in tables.rows("quarantine"):
        place = row["cell"] or ("" if row["row"] is None else f"row {row['row']}")
        body.append(
            [
                cell(files.get(row["delivery_id"], row["delivery_id"])),
                cell(place),
                cell(row["column"]),
                cell(row["value"]),
                cell(row["rule"]),
                cell(row["message"]),
            ]
        )
    columns = (
        Column("File"),
        Column("Place"),
        Column("Column"),
        Column("Value"),
        Column("Rule"),
        Column("What to do"),
    )
    return Section(
        "Quarantine",
        "quarantine",
        tables=[Table("Quarantined rows", columns, body, search=True, empty="empty")],
    )


def _coverage(tables: Tables) -> Section:
    table = "marts.fct_source_coverage"
    rows = tables.rows("fct_source_coverage")
    counts = count_by(rows, lambda row: (row["source"], row["entity"], row["status"]))
    body = []
    for (source, entity, state), count in sorted(counts.items(), key=str):
        key = {"source": source, "entity": entity, "status": state}
        body.append(
            [cell(source), cell(entity), status(state), figure(count, table, key, "count(*)")]
        )
    columns = (Column("Source"), Column("Entity"), Column("Status"), Column("Due", numeric=True))
    return Section(
        "Coverage", "coverage", tables=[Table("What was due and what came", columns, body)]
    )


def _findings(tables: Tables) -> Section:
    body = [
        [
            cell(row["source"]),
            cell(row["entity"]),
            cell(row["key"]),
            cell(row["finding"]),
            cell(row["detail"]),
        ]
        for row in tables.rows("fct_findings")
    ]
    columns = (
        Column("Source"),
        Column("Entity"),
        Column("Key"),
        Column("Finding"),
        Column("Detail"),
    )
    return Section(
        "Findings", "findings", tables=[Table("Findings", columns, body, search=True, empty="none")]
    )
