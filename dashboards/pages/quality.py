"""Data quality: what landed, what was refused or quarantined, what is missing or inconsistent."""

from __future__ import annotations

from markupsafe import Markup

from dashboards import charts
from dashboards.components import Chart, Page, Section, Table, columns
from dashboards.data import Row, Tables, count_by, summed
from dashboards.figures import cell, count, figure
from dashboards.pages.common import Figures, app, partner
from dashboards.pages.control import control_section
from dashboards.reading import grouped
from dashboards.words import month, people
from scoring.words import plural, word

DELIVERIES = "landing.deliveries"
QUARANTINE = "landing.quarantine"
COVERAGE = "marts.fct_source_coverage"
FINDINGS = "marts.fct_findings"
COUNTS = ("rows_read", "rows_accepted", "rows_quarantined", "rows_duplicate")
# How many rows of each kind of finding, or of each gap in a source, are listed; the tables have
# all.
LISTED = 200


def page(tables: Tables) -> Page:
    """Deliveries, quarantine, coverage and findings."""
    deliveries = tables.rows("deliveries")
    totals = {name: summed(deliveries, name) for name in COUNTS}
    refused = [row for row in deliveries if row["status"] == "refused"]
    lead = [
        Markup(
            "{} rows were read: {} accepted, {} quarantined, {} duplicates. Of {} deliveries, {} "
            "were refused whole."
        ).format(
            *(
                figure(totals[name], DELIVERIES, {}, f"sum({name})", people(totals[name] or 0))
                for name in COUNTS
            ),
            count(len(deliveries), DELIVERIES, {}),
            count(len(refused), DELIVERIES, {"status": "refused"}),
        ),
        Markup(
            "Nothing is dropped silently: rows that break their contract wait in quarantine with "
            "the reason, and deliveries that were due and did not come are listed."
        ),
    ]
    sections = [
        _refused(tables, refused),
        _quarantine(tables),
        _coverage(tables),
        control_section(tables),
        _findings(tables),
        _entities(deliveries),
    ]
    return Page("quality.html", "Data quality and coverage", lead, [], sections)


def _refused(tables: Tables, rows: list[Row]) -> Section:
    reasons = grouped(tables.rows("quarantine"), "delivery_id")
    body = []
    for row in rows:
        faults = reasons.get(row["delivery_id"], [])
        body.append(
            [
                cell(row["file"]),
                cell(row["source"]),
                cell(row["entity"]),
                figure(
                    row["rows_read"], DELIVERIES, {"delivery_id": row["delivery_id"]}, "rows_read"
                ),
                cell(faults[0]["message"] if faults else ""),
            ]
        )
    head = columns("File", "Source", "Entity", "#Rows", "~Why")
    table = Table("Refused deliveries", head, body, empty="none was refused")
    return Section("Refused deliveries", "refused", tables=[table])


def _quarantine(tables: Tables) -> Section:
    files = {row["delivery_id"]: row["file"] for row in tables.rows("deliveries")}
    rows = tables.rows("quarantine")
    body = []
    for row in rows[:LISTED]:
        place = row["cell"] or ("" if row["row"] is None else f"row {row['row']}")
        body.append(
            [
                cell(
                    ", ".join(
                        part
                        for part in (files.get(row["delivery_id"], row["delivery_id"]), place)
                        if part
                    )
                ),
                cell(row["column"]),
                cell(row["value"]),
                cell(row["rule"]),
                cell(row["message"]),
            ]
        )
    head = columns("File and place", "%Column", "Value", "%Rule", "~What to do")
    table = Table("Quarantined rows and values", head, body, search=True, empty="empty")
    return Section("Quarantine", "quarantine", [_listed(len(rows), QUARANTINE, {})], tables=[table])


def _listed(number: int, table: str, key: dict) -> Markup:
    total = Markup("{} in all.").format(count(number, table, key))
    return Markup("{} The first {} are listed.").format(total, LISTED) if number > LISTED else total


def _coverage(tables: Tables) -> Section:
    rows = tables.rows("fct_source_coverage")
    counted = [row for row in rows if row["status"] != "missing" or _is_due(row)]
    undue = len(rows) - len(counted)
    by_app = {(row["source"], row["entity"]) for row in rows if row["app_id"] is not None}
    counts = count_by(counted, lambda row: (row["source"], row["entity"], row["status"]))
    states = sorted({row["status"] for row in rows}, key=str)
    pairs = sorted({(row["source"], row["entity"]) for row in rows}, key=str)
    body = []
    for source, entity in pairs:
        cells = [cell(entity), cell(source)]
        for state in states:
            key = {"source": source, "entity": entity, "status": state}
            number = counts.get((source, entity, state), 0)
            is_due_only = state == "missing" and (source, entity) in by_app
            column = "count(due)" if is_due_only else "count(*)"
            cells.append(figure(number, COVERAGE, key, column))
        body.append(cells)
    due = [row for row in rows if row["status"] == "missing" and _is_due(row)]
    holes = []
    for row in due[:LISTED]:
        shown = Figures(COVERAGE, row, "source", "entity", "partner_id", "app_id", "month")
        who = partner(tables, row["partner_id"], "") if row["partner_id"] else Markup("—")
        holes.append(
            [
                cell(row["entity"]),
                app(tables, row["app_id"]) if row["app_id"] else who,
                cell(month(row["month"]) if row["month"] else "—"),
                shown("due", row["due"] or "—"),
                shown.status("status"),
            ]
        )
    head = columns("Entity", "Source", *(f"#{word(state).capitalize()}" for state in states))
    words = [
        Markup("A missing month or report is not a zero: figures that need it have no evidence.")
    ]
    if undue:
        words.append(
            Markup(
                "For {} of an app no activity report came. None was due, so they do not count "
                "as missing."
            ).format(plural(undue, "month"))
        )
    listed = [
        Table("What was due and what came", head, body),
        Table(
            "What is missing",
            columns("%Entity", "Of whom", "@Month", "@Due", "%Status"),
            holes,
            search=True,
            empty="nothing is missing",
        ),
    ]
    return Section("Coverage", "coverage", words, tables=listed)


def _is_due(row: Row) -> bool:
    """Whether a report or a month was due."""
    return row["due"] is not None or row["app_id"] is None


def _findings(tables: Tables) -> Section:
    rows = tables.rows("fct_findings")
    groups = grouped(rows, "finding")
    ordered = sorted(groups, key=lambda kind: (-len(groups[kind]), str(kind)))
    overview = [
        [cell(word(kind)), count(len(groups[kind]), FINDINGS, {"finding": kind})]
        for kind in ordered
    ]
    # Rare kinds first: a hundred equal remarks must not hide the one that matters.
    listed = [row for kind in reversed(ordered) for row in groups[kind][:LISTED]]
    body = [
        [
            cell(word(row["finding"])),
            cell(row["key"]),
            cell(row["entity"]),
            cell(row["source"]),
            cell(row["detail"]),
        ]
        for row in listed
    ]
    drawn = []
    if rows:
        points = [
            {"finding": word(kind), "kind": "findings", "count": len(groups[kind])}
            for kind in ordered
        ]
        svg = charts.stacked_rows(
            points,
            y="finding",
            x="count",
            series="kind",
            order=["findings"],
            colours=[charts.CALM],
            x_title="findings",
            label="Findings by kind",
        )
        title = Markup("{} findings; the most are: {}").format(
            count(len(rows), FINDINGS, {}), word(ordered[0])
        )
        drawn = [Chart(title, svg, FINDINGS)]
    shown = [
        Table("Findings by kind", columns("Finding", "#How many"), overview, empty="none"),
        Table(
            "Findings, the rarest kinds first",
            columns("%Finding", "Key", "%Entity", "%Source", "~Detail"),
            body,
            search=True,
            empty="none",
        ),
    ]
    words = []
    if len(listed) < len(rows):
        words.append(
            Markup(
                "Of each kind the first {} are listed here, {} of {}; the table holds all."
            ).format(LISTED, f"{len(listed):,}", count(len(rows), FINDINGS, {}))
        )
    return Section("Findings", "findings", words, drawn, shown)


def _entities(rows: list[Row]) -> Section:
    pairs: dict = {}
    for row in rows:
        pairs.setdefault((row["source"], row["entity"]), []).append(row)
    body = []
    for (source, entity), own in sorted(pairs.items(), key=lambda pair: str(pair[0])):
        key = {"source": source, "entity": entity}
        body.append(
            [
                cell(entity),
                cell(source),
                count(len(own), DELIVERIES, key),
                *(figure(summed(own, name), DELIVERIES, key, f"sum({name})") for name in COUNTS),
            ]
        )
    words = [Markup("For every delivery: read = accepted + quarantined + duplicate.")]
    head = columns(
        "Entity", "Source", "#Deliveries", "#Read", "#Accepted", "#Quarantined", "#Duplicate"
    )
    table = Table("Rows by entity", head, body)
    return Section("What landed", "landed", words, tables=[table])
