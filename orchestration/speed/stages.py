"""What each stage was last built from, so that a run with nothing new does not build it again.

Belongs here: digests of a stage's inputs, and what the stage reported then.
Does not: deciding whether a result is right; a stage is skipped only when every byte that could
change it is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from ingest.shortcuts import Shortcut, is_off
from orchestration.speed import contents
from orchestration.speed.code import code_digest

TABLE = """
create table if not exists run.stages (stage varchar, digest varchar, report varchar)
"""


def landed_digest(con: duckdb.DuckDBPyConnection) -> str:
    """sha256 over all that the transforms read: the request, the policy, every delivery.

    A delivery's content, its place in the order of receipt and what it was judged under determine
    its rows; the view of the usage feed names the files that it reads in place.
    """
    digest = hashlib.sha256()
    for query in (
        "select * from run.parameters",
        "select delivery_id, sha256, file, received_at, rows_accepted, status"
        " from landing.deliveries order by all",
        "select sql from duckdb_views() where schema_name = 'landing' order by all",
        "select * from landing.usage_in_force order by all",
        "select * from landing.judged_under order by all",
        "select * from resolved.resolved_under order by all",
    ):
        for row in con.execute(query).fetchall():
            digest.update(repr(row).encode())
    return digest.hexdigest()


def last_report(con: duckdb.DuckDBPyConnection, stage: str, digest: str = "") -> Any | None:
    """What the stage reported when it was last built; with a digest, only if it was built from
    exactly this.

    A plain run (PLUMBLINE_PLAIN) never gets an answer for a digest, so it builds every stage.
    """
    con.execute(TABLE)
    if digest and is_off(Shortcut.STAGES):
        return None
    rows = con.execute(
        "select report from run.stages where stage = ? and ? in ('', digest)", [stage, digest]
    ).fetchall()
    return json.loads(rows[0][0]) if rows else None


def is_built(con: duckdb.DuckDBPyConnection, stage: str, digest: str) -> bool:
    """Whether the stage was last built from exactly this; only reads."""
    row = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'run' and table_name = 'stages'"
    ).fetchone()
    if not row:
        return False
    query = "select 1 from run.stages where stage = ? and digest = ?"
    return con.execute(query, [stage, digest]).fetchone() is not None


def record(con: duckdb.DuckDBPyConnection, stage: str, digest: str, report: Any) -> None:
    """Remember what the stage was built from; forgets what it was built from before."""
    con.execute(TABLE)
    con.execute("begin")
    con.execute("delete from run.stages where stage = ?", [stage])
    con.execute("insert into run.stages values (?, ?, ?)", [stage, digest, json.dumps(report)])
    con.execute("commit")


def forget(con: duckdb.DuckDBPyConnection, stage: str) -> None:
    """Say that a stage is being built: until it is recorded again, it counts as not built, and
    nothing is known of its tables."""
    contents.forget(con, stage)
    con.execute(TABLE)
    con.execute("delete from run.stages where stage = ?", [stage])


def models_digest(con: duckdb.DuckDBPyConnection) -> str:
    """What the models depend on: everything that landed, and the models themselves."""
    return f"{landed_digest(con)} {models_code()}"


def models_code() -> str:
    """The models themselves, and what they are built by."""
    from orchestration.dbt import project_digest

    return f"{project_digest()} duckdb {duckdb.__version__}"


def built_digest(con: duckdb.DuckDBPyConnection) -> str:
    """What tables and decisions depend on: everything that landed, the models, the scoring code,
    and the publications that the decisions are laid over with."""
    from scoring.ledger.publications_used import noted

    heads = hashlib.sha256(repr(noted(con)).encode()).hexdigest()
    return f"{models_digest(con)} {code_digest('scoring')} {heads}"


def answers_digest(con: duckdb.DuckDBPyConnection) -> str:
    """What changes, actions and pages depend on: tables and decisions, and the default owners."""
    has_owners = con.execute(
        "select 1 from duckdb_tables() where schema_name = 'run' and table_name = 'role_owners'"
    ).fetchall()
    owners = con.execute("from run.role_owners order by all").fetchall() if has_owners else []
    named = hashlib.sha256(repr(owners).encode()).hexdigest()
    return f"{built_digest(con)} {named}"


def files_digests(folder: Path, names: Iterable[str]) -> dict[str, str | None]:
    """sha256 of each named file below a folder, None for a missing one, to see whether anybody
    changed them."""
    return {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if (folder / name).is_file()
        else None
        for name in sorted(names)
    }
