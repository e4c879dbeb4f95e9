"""What the ledger made final, noted in the warehouse beside what a run computes.

Belongs here: the rows of `run.publications` and `run.published_*`, which proofs and pages read.
Does not: the ledger itself (files.py), or which publications count (published.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import duckdb

from scoring.ledger.decided import evidence_digests
from scoring.ledger.records import Publication, Record
from scoring.published import TIER_STEPS
from scoring.rows import fetch
from scoring.rungs import ladder_program

PUBLICATIONS, DECISIONS = "run.publications", "run.published_decisions"
CRITERIA, REQUIREMENTS = "run.published_criteria", "run.published_requirements"
NOTES = (PUBLICATIONS, DECISIONS, CRITERIA, REQUIREMENTS)


def note(con: duckdb.DuckDBPyConnection, publications: Iterable[Publication]) -> None:
    """Replace the notes by `publications`, those whose rows replace this warehouse's decisions."""
    counted = list(publications)
    con.execute("begin transaction")
    for table, rows in (
        (PUBLICATIONS, [_publication(p) for p in counted]),
        (DECISIONS, [row for p in counted for row in _decisions(con, p)]),
        (CRITERIA, [row for p in counted for row in criteria_rows(p)]),
        (REQUIREMENTS, [row for p in counted for row in requirement_rows(p)]),
    ):
        con.execute(f"delete from {table}")
        _insert(con, table, rows)
    con.execute("commit")


def noted(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """The rows of `run.publications`; none in a warehouse without the table."""
    row = con.execute(
        "select count(*) from duckdb_tables()"
        " where schema_name = 'run' and table_name = 'publications'"
    ).fetchone()
    if not row or not row[0]:
        return []
    return con.execute(f"select * from {PUBLICATIONS} order by sequence").fetchall()


def _publication(p: Publication) -> Record:
    return {
        "sequence": p.sequence,
        "name": p.name,
        "period": p.period,
        "assessment": p.kind,
        "head": p.head,
    }


def _program(con: duckdb.DuckDBPyConnection, p: Publication, record: Record) -> str:
    """The program of a record: a review names it; a tier belongs to the ladder's."""
    return (ladder_program(con) or "") if p.kind == "year" else record["row"]["program"]


def _decisions(con: duckdb.DuckDBPyConnection, p: Publication) -> Iterator[Record]:
    """A row per decision; `rows_as_published` is null where this warehouse has no such period."""
    reached = {row["period"] for row in fetch(con, "from intermediate.int_periods")}
    now = evidence_digests(con, p.period, None) if p.period in reached else None
    for record in p.decisions:
        # Partner and program are in the review with which it was published.
        if record["table"] == TIER_STEPS.name:
            continue
        partner, program = record["row"]["partner_id"], _program(con, p, record)
        then = record["evidence_digest"]
        yield {
            "publication": p.name,
            "period": p.period,
            "assessment": p.kind,
            "partner_id": partner,
            "program": program,
            "published_by": p.opening["by"],
            "published_on": p.opening["on"],
            "policy_version": p.opening["policy"]["version"],
            "rows_as_published": None if now is None else now.get((partner, program)) == then,
        }


def criteria_rows(p: Publication) -> Iterator[Record]:
    """The tier criteria that a year's publication was judged on."""
    for record in p.decisions if p.kind == "year" else ():
        for row in record.get("criteria", []):
            yield {"year": int(p.period), "partner_id": record["row"]["partner_id"], **row}


def requirement_rows(p: Publication) -> Iterator[Record]:
    """The requirement results that a publication's decisions were judged on."""
    for record in p.decisions:
        for row in record["requirements"]:
            yield {"period": p.period, "partner_id": record["row"]["partner_id"], **row}


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    # A command that only reads the notes need not wait for the library.
    import polars as pl

    frame = pl.DataFrame(rows, infer_schema_length=None)
    con.register("noted_rows", frame)
    con.execute(f"insert into {table} by name from noted_rows")
    con.unregister("noted_rows")
