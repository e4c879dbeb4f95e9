"""Which rows of the warehouse a decision is frozen with.

Belongs here: a period's decisions as records, each with its facts and the digest of its evidence.
Does not: the publication around them (freeze.py), or deciding (scoring.run).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import duckdb

from scoring.ledger.records import DECISION, KINDS, LedgerRefusal, Record
from scoring.published import GOVERNANCE_REVIEWS, TIER_ASSIGNMENTS, TIER_STEPS
from scoring.rows import Row, fetch
from scoring.rungs import ladder_program

if TYPE_CHECKING:
    from scoring.run import Decisions

TABLES = {table.name: table for table in (TIER_ASSIGNMENTS, GOVERNANCE_REVIEWS, TIER_STEPS)}
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
# The steps of a ladder's rhythm that a review makes final: its own, and the months before it.
STEPS = """
    with steps as (
        select periods.period, periods.position, steps.is_review,
            lag(case when steps.is_review then periods.position end ignore nulls)
                over (order by periods.position) as reviewed
        from intermediate.int_periods as periods
        inner join policy.tier_steps as steps using (suffix)
    )
    select steps.period from steps
    inner join (from steps where period = $period and is_review) as own
        on steps.position <= own.position and steps.position > coalesce(own.reviewed, 0)
    order by steps.position
"""
STEP_CRITERIA = """
    select partner_id, tier, criterion, status, value, other_value, threshold, clause
    from marts.fct_tier_step_eligibility where period = $period
    order by partner_id, tier, criterion
"""
# The evidence of a decision, one line per row, in one order; program null means every program.
EVIDENCE = """
    with pairs as (
        select distinct partner_id, program from marts.fct_requirement_results
        where period = $period and ($program is null or program = $program)
        union
        select partner_id, $program from marts.fct_tier_step_eligibility
        where period = $period and $program is not null
    ),
    proof as (
        select pairs.partner_id, pairs.program, cast(to_json(struct_pack(
            metric := evidence.metric, source := evidence.source, entity := evidence.entity,
            file := evidence.file, row_number := evidence.row_number, cell := evidence.cell,
            evidence_date := evidence.evidence_date, detail := evidence.detail)) as varchar) as line
        from pairs
        inner join intermediate.int_metrics__evidence as evidence
            on evidence.period = $period and evidence.partner_id = pairs.partner_id
            and (evidence.program is null or evidence.program = pairs.program)
    )
    select partner_id, program, sha256(string_agg(line, chr(10) order by line)) as digest
    from proof group by partner_id, program
"""


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
    if rows[period] not in KINDS:
        raise LedgerRefusal(f"{period} is a month between reviews; publish the review after it")
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
    reviews = [
        _record(
            KINDS[kind],
            row,
            requirements=[r for r in results[row["partner_id"]] if r["program"] == row["program"]],
            evidence_digest=evidence.get((row["partner_id"], row["program"])),
        )
        for row in rows
    ]
    return reviews + _steps(con, computed, period)


def _steps(con: duckdb.DuckDBPyConnection, computed: Decisions, review: str) -> list[Record]:
    """The steps of a ladder's rhythm up to a review; their requirements are in the review's
    record."""
    program, steps = ladder_program(con) or "", []
    for period in (row["period"] for row in fetch(con, STEPS, period=review)):
        criteria = _by_partner(fetch(con, STEP_CRITERIA, period=period))
        evidence = evidence_digests(con, period, program)
        steps += [
            _record(
                TIER_STEPS.name,
                row,
                requirements=[],
                criteria=_without_partner(criteria[row["partner_id"]]),
                evidence_digest=evidence.get((row["partner_id"], program)),
            )
            for row in computed.computed_steps.iter_rows(named=True)
            if row["period"] == period
        ]
    return steps


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
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["partner_id"]].append(row)
    return grouped


def _without_partner(rows: list[Row]) -> list[Row]:
    """The rows without the partner, which the record's row already names."""
    return [{k: v for k, v in row.items() if k != "partner_id"} for row in rows]


def evidence_digests(
    con: duckdb.DuckDBPyConnection, period: str, program: str | None
) -> dict[tuple[str, str], str]:
    """(partner, program) -> sha256 over every row of evidence behind it in `period`."""
    rows = fetch(con, EVIDENCE, period=period, program=program)
    return {(row["partner_id"], row["program"]): row["digest"] for row in rows}
