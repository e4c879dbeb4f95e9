"""From the tables of a finished run to the records of a publication.

Belongs here: which rows of the warehouse a decision is frozen with. Does not: files (files.py),
what a person is shown before (preview.py), or deciding (scoring.run).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import duckdb

from ingest.resolved.kept import answers_of
from scoring.inputs import ladder_program
from scoring.ledger.erased import OPENING
from scoring.ledger.files import ANSWERS, DELIVERIES, POLICY, RECORDS, Ledger, lines
from scoring.ledger.records import (
    DECISION,
    END,
    KINDS,
    PUBLICATION,
    LedgerRefusal,
    Publication,
    Record,
    canonical,
    chained,
    name_of,
    sha256,
)
from scoring.policy import PolicySet, to_json
from scoring.published import GOVERNANCE_REVIEWS, TIER_ASSIGNMENTS
from scoring.rows import Row, fetch, fetch_one
from scoring.run import Decisions

# What says where in the ledger a record stands.
PLACE = ("sequence", "supersedes", "previous")
TABLES = {table.name: table for table in (TIER_ASSIGNMENTS, GOVERNANCE_REVIEWS)}
DELIVERIES_USED = """
    select delivery_id, source, entity, file, sha256, received_at, rows_read, rows_accepted,
        rows_quarantined, rows_duplicate, status
    from landing.deliveries
    where cast($known_at as timestamp) is null or received_at <= $known_at
    order by received_at, file, entity, delivery_id
"""
RESULTS = """
    select partner_id, program, requirement, status, strength, metric, value, comparator,
        threshold, threshold_source, gap, clause, evidence_count, evidence_date, underlying_status,
        other_value
    from marts.fct_requirement_results
    where period = $period and ($program is null or program = $program)
    order by partner_id, program, requirement
"""
CRITERIA = """
    select partner_id, tier, criterion, status, value, other_value, threshold, clause
    from marts.fct_tier_eligibility where cast(year as varchar) = $period
    order by partner_id, tier, criterion
"""
# How people landed; an earlier release, which says nothing of it, landed them as they came.
PEOPLE, TOKENS = "people", "tokens"
# The user's column maps under which deliveries were read.
COLUMN_MAPS = "select file, text from landing.column_maps order by rowid"
# What was read for a decision, one line per row, in one order; program null is of every program.
EVIDENCE = """
    with pairs as (
        select distinct partner_id, program from marts.fct_requirement_results
        where period = $period and ($program is null or program = $program)
    ),
    proof as (
        select pairs.partner_id, pairs.program, cast(to_json(struct_pack(
            metric := found.metric, source := found.source, entity := found.entity,
            file := found.file, row_number := found.row_number, cell := found.cell,
            evidence_date := found.evidence_date, detail := found.detail)) as varchar) as line
        from pairs
        inner join intermediate.int_metrics__evidence as found
            on found.period = $period and found.partner_id = pairs.partner_id
            and (found.program is null or found.program = pairs.program)
    )
    select partner_id, program, sha256(string_agg(line, chr(10) order by line)) as digest
    from proof group by partner_id, program
"""


@dataclass(frozen=True)
class Request:
    """What is asked to be published: the period, who, and what a second publication must say."""

    period: str
    by: str
    on: date | None = None
    reason: str | None = None
    supersedes: str | None = None
    disputes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frozen:
    """A publication ready to be written: `files` by name, `decisions` without their chain."""

    name: str
    head: str
    opening: Record
    decisions: tuple[Record, ...]
    files: Mapping[str, bytes]


def kind_of(con: duckdb.DuckDBPyConnection, period: str) -> str:
    """`year` or `review`; LedgerRefusal naming the periods that the last run computed."""
    rows = dict(con.execute("select period, kind from intermediate.int_periods").fetchall())
    if period not in rows:
        last = con.execute("select last_period from run.parameters").fetchone()
        review = "-" in period
        again = (
            f"plumbline review --period {period}" if review else f"plumbline run --year {period}"
        )
        raise LedgerRefusal(
            f"the last finished run went to {last[0] if last else 'nowhere'} and has no {period}; "
            f"run `{again}` first"
        )
    return rows[period]


def decision_records(
    con: duckdb.DuckDBPyConnection, computed: Decisions, period: str
) -> list[Record]:
    """The period's computed decisions, each with its row, margins, facts and evidence digest.

    A tier's facts are the criteria of every rung and the requirements of the ladder's program; a
    review's are the requirements of its program.
    """
    kind = kind_of(con, period)
    if kind == "year":
        return _tiers(con, computed, period)
    results = _by_partner(fetch(con, RESULTS, period=period, program=None))
    evidence = evidence_digests(con, period, None)
    rows = [
        row for row in computed.computed_reviews.iter_rows(named=True) if row["review"] == period
    ]
    return [
        _record(
            KINDS[kind],
            row,
            requirements=[r for r in results[row["partner_id"]] if r["program"] == row["program"]],
            evidence_digest=evidence.get((row["partner_id"], row["program"])),
        )
        for row in rows
    ]


def _tiers(con: duckdb.DuckDBPyConnection, computed: Decisions, period: str) -> list[Record]:
    program = ladder_program(con)
    year = int(period) + 1
    results = _by_partner(fetch(con, RESULTS, period=period, program=program))
    criteria = _by_partner(fetch(con, CRITERIA, period=period))
    evidence = evidence_digests(con, period, program)
    margins = _by_partner(
        row for row in computed.computed_margins.iter_rows(named=True) if row["tier_year"] == year
    )
    rows = (r for r in computed.computed_tiers.iter_rows(named=True) if r["tier_year"] == year)
    return [
        _record(
            KINDS["year"],
            row,
            margins=margins[row["partner_id"]],
            criteria=_without_partner(criteria[row["partner_id"]]),
            requirements=results[row["partner_id"]],
            evidence_digest=evidence.get((row["partner_id"], program or "")),
        )
        for row in rows
    ]


def _record(table: str, row: Row, *, requirements: list[Row], **more: Any) -> Record:
    key = [row[name] for name in TABLES[table].key]
    return {
        "kind": DECISION,
        "table": table,
        "key": key,
        "row": row,
        "requirements": _without_partner(requirements),
        **more,
    }


def _by_partner(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["partner_id"]].append(row)
    return found


def _without_partner(rows: list[Row]) -> list[Row]:
    """The partner stands in the record's row."""
    return [{k: v for k, v in row.items() if k != "partner_id"} for row in rows]


def evidence_digests(
    con: duckdb.DuckDBPyConnection, period: str, program: str | None
) -> dict[tuple[str, str], str]:
    """(partner, program) -> sha256 over every row of evidence behind it in `period`."""
    rows = fetch(con, EVIDENCE, period=period, program=program)
    return {(row["partner_id"], row["program"]): row["digest"] for row in rows}


def deliveries_used(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every delivery known to the run, in the order of receipt, with its digest and counts."""
    run = fetch_one(con, "from run.parameters") or {}
    return fetch(con, DELIVERIES_USED, known_at=run.get("known_at"))


def freeze(
    con: duckdb.DuckDBPyConnection,
    computed: Decisions,
    ledger: Ledger,
    request: Request,
    policy: PolicySet,
    code_version: str,
    demo_installations: Sequence[tuple[str, str]] | None = None,
    warehouse: str = "",
    erasures: Mapping[str, Any] | None = None,
) -> Frozen:
    """The publication that `request` asks for, from the run that the warehouse holds.

    `demo_installations`: the list declared beside the installation pages, which is no delivery.
    `warehouse`: the file's name, by which a ledger says whose it is. `erasures`: how far the
    record of erasures goes, None where nobody was erased.
    """
    kind = kind_of(con, request.period)
    sequence = len(ledger.publications) + 1
    name = name_of(sequence, request.period)
    run = fetch_one(con, "from run.parameters") or {}
    deliveries = deliveries_used(con)
    written = {
        ANSWERS: answers_of(con),
        POLICY: to_json(policy).encode("utf-8"),
        DELIVERIES: lines(deliveries),
    }
    known = _known(run["known_at"], deliveries, request.on)
    opening: Record = {
        "kind": PUBLICATION,
        "sequence": sequence,
        "period": request.period,
        "assessment": kind,
        "by": request.by,
        "on": request.on or known.date(),
        "known": known,
        "reason": request.reason,
        "supersedes": request.supersedes,
        "disputes": sorted(request.disputes),
        "run": {
            name: run[name] for name in ("year", "last_period", "as_of", "known_at", "time_zone")
        },
        "policy": {
            "set": policy.name,
            "version": policy.version,
            "sha256": sha256(written[POLICY]),
        },
        "code_version": code_version,
        "deliveries": {"count": len(deliveries), "sha256": sha256(written[DELIVERIES])},
        "answers": {"sha256": sha256(written[ANSWERS])},
        "acceptances": fetch(con, "from landing.acceptances order by all"),
        "demo_installations": demo_installations,
        "column_maps": fetch(con, COLUMN_MAPS),
        PEOPLE: TOKENS,
        "warehouse": warehouse,
        **({OPENING: erasures} if erasures else {}),
    }
    under = {
        "policy_set": policy.name,
        "policy_version": policy.version,
        "code_version": code_version,
        "deliveries": opening["deliveries"]["sha256"],
    }
    decisions = tuple(
        {**record, **under} for record in decision_records(con, computed, request.period)
    )
    closing = {"kind": END, "decisions": len(decisions)}
    written[RECORDS], head = chained([opening, *decisions, closing], ledger.head)
    return Frozen(name, head, opening, decisions, written)


def says_the_same(frozen: Frozen, current: Publication) -> bool:
    """Whether a publication would only repeat the one in force: the same decisions, on the same
    deliveries and policy, by the same person for the same reason. So a command that was cut off
    after its work was done can be given again and doubles nothing."""

    def said(opening: Record, decisions: Iterable[Record]) -> list[str]:
        bare = [{k: v for k, v in r.items() if k not in PLACE} for r in (opening, *decisions)]
        return [canonical(record) for record in bare]

    return said(frozen.opening, frozen.decisions) == said(current.opening, current.decisions)


def _known(known_at: datetime | None, deliveries: list[Row], on: date | None) -> datetime:
    """The clock of what is known (semantics 5), and never before the day that a person gave."""
    known = known_at or max((row["received_at"] for row in deliveries), default=datetime.min)
    return max(known, datetime.combine(on, time.min)) if on else known
