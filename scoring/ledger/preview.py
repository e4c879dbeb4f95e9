"""What a person should know before a publication makes decisions final.

Belongs here: who moves and what the decisions rest on, and which of it stops a publication.
Does not: freezing or writing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from scoring.assumptions import assumptions
from scoring.ledger.compare import Change, changes
from scoring.ledger.freeze import Frozen
from scoring.ledger.records import Publication
from scoring.rows import Row, fetch
from scoring.rungs import ladder_program
from scoring.vocabulary import Action, Movement, Standing
from scoring.words import plural

# `--require` names; each is a list of the preview that has to be empty.
REQUIREMENTS = {
    "no-moves": "moves",
    "no-placeholders": "placeholders",
    "no-reported": "reported",
    "no-waivers": "waivers",
    "no-undetermined": "undetermined",
    "no-missing-sources": "sources",
}
OPEN = """
    select partner_id, program, requirement, status, reason
    from marts.fct_requirement_results
    where period = $period and status in ('no_evidence', 'needs_review')
        and strength = 'must' and ($program is null or program = $program)
    order by all
"""
# Sources that the rules read and that did not come, came late, or are older than the period's end,
# so that facts of its last days may be missing.
SOURCES = """
    with programs as (
        select distinct program from marts.fct_requirement_results
        where period = $period and ($program is null or program = $program)
    ),
    metrics as (
        select metric from policy.requirements inner join programs using (program)
        union
        select metric from policy.tier_criteria where $kind = 'year'
    ),
    read as (
        select distinct source, entity, bool_or(coverage = 'state') as is_state
        from policy.metric_reads inner join metrics using (metric) group by source, entity
    ),
    delivered as (
        select deliveries.source, deliveries.entity, max(deliveries.received_at) as received_at
        from landing.deliveries as deliveries cross join run.parameters as run
        where deliveries.status = 'accepted'
            and (run.known_at is null or deliveries.received_at <= run.known_at)
        group by all
    ),
    gaps as (
        select coverage.source, coverage.entity, coverage.status, coverage.partner_id,
            coverage.month, coverage.received
        from marts.fct_source_coverage as coverage
        inner join read on coverage.source = read.source and coverage.entity = read.entity
        cross join (from intermediate.int_periods where period = $period) as period
        where coverage.status in ('missing', 'late')
            and (coverage.month is null
                or coverage.month between period.starts_on and period.ends_on)
        union all
        select read.source, read.entity, 'stale', null, null, cast(received_at as date)
        from read
        inner join delivered on read.source = delivered.source and read.entity = delivered.entity
        cross join (from intermediate.int_periods where period = $period) as period
        where read.is_state and read.source <> 'decisions'
            and cast(received_at as date) <= period.ends_on
    )
    select source, entity, status, count(*) as gaps, count(distinct partner_id) as partners,
        min(month) as first_month, max(month) as last_month, max(received) as last_received
    from gaps group by source, entity, status order by source, entity, status
"""


@dataclass(frozen=True)
class Preview:
    """What a publication would make final, and what it rests on; every list is complete."""

    publication: str
    period: str
    decisions: int
    head: str
    supersedes: str | None
    moves: list[Row]
    changes: list[Change]
    placeholders: list[Row]
    reported: list[Row]
    waivers: list[Row]
    undetermined: list[Row]
    sources: list[Row]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def stopped_by(self, required: Iterable[str]) -> list[str]:
        """The conditions in `required` (names of REQUIREMENTS) that do not hold, in words."""
        return [
            f"{name}: {plural(len(rows), 'row')} of {REQUIREMENTS[name]}"
            for name in required
            if (rows := getattr(self, REQUIREMENTS[name]))
        ]


def preview(con: duckdb.DuckDBPyConnection, frozen: Frozen, current: Publication | None) -> Preview:
    """The preview of a frozen publication; `current` is the one of the same period in force."""
    opening = frozen.opening
    period, kind = opening["period"], opening["assessment"]
    program = ladder_program(con) if kind == "year" else None
    parameters = {"period": period, "kind": kind, "program": program}
    rows = [record["row"] for record in frozen.decisions]
    rests_on = assumptions(con, period, program)
    return Preview(
        publication=frozen.name,
        period=period,
        decisions=len(rows),
        head=frozen.head,
        supersedes=current.name if current else None,
        moves=[*_moves(rows), *_recommended(rows)],
        changes=changes(current.decisions, frozen.decisions) if current else [],
        placeholders=[_cut(row, ("parameter", "label", "value")) for row in rests_on.placeholders],
        reported=[
            _cut(row, ("parameter", "label", "value", "reported_by", "read_on"))
            for row in rests_on.reported
        ],
        waivers=rests_on.waivers,
        undetermined=_undetermined(rows) + fetch(con, OPEN, **parameters),
        sources=fetch(con, SOURCES, **parameters),
    )


def _moves(rows: list[Row]) -> list[Row]:
    names = ("partner_id", "period", "previous_tier", "tier", "movement", "binding_criterion")
    moved = (Movement.UP, Movement.DOWN)
    return [_cut(row, names) for row in rows if row.get("movement") in moved]


def _recommended(rows: list[Row]) -> list[Row]:
    """For a review: those for whom something other than carrying on is recommended."""
    names = ("partner_id", "program", "outcome", "findings", "recommended_action")
    return [
        _cut(row, names)
        for row in rows
        if row.get("recommended_action", Action.MAINTAIN) != Action.MAINTAIN
    ]


def _undetermined(rows: list[Row]) -> list[Row]:
    names = ("partner_id", "program", "tier_low", "tier_high", "outcome", "smallest_change")
    return [
        _cut(row, names)
        for row in rows
        if row.get("undetermined") or row.get("outcome") == Standing.UNDETERMINED
    ]


def _cut(row: Row, names: Iterable[str]) -> Row:
    return {name: row[name] for name in names if name in row}
