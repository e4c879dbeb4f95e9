"""Who is responsible for an action: the partner's owner in that role, else the role's default.

Belongs here: roles and how an owner is found. Does not: which kind belongs to which role (policy
lists `today.<role>_kinds`), or the file of defaults (plumbline.yaml, read by the orchestrator).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb
import polars as pl

from ingest.people.tokens import TOKEN
from scoring.named_people import named
from scoring.rows import Row, fetch

ANALYST = "analyst"
ROLES = ("partner_manager", "channel_manager", "integration_manager", ANALYST)
DEFAULTS = "run.role_owners"
OWNED = {"partner_id": pl.String, "role": pl.String, "owner": pl.String}

KINDS = """
select lists.item as kind, split_part(split_part(lists.parameter, '.', 2), '_kinds', 1) as role
from policy.lists as lists
where lists.parameter like 'today.%\\_kinds' escape '\\'
    and lists.effective_from <= $as_of
    and (lists.effective_to is null or lists.effective_to > $as_of)
"""
NAMED = """
select partner_id, role, arg_max(owner, (active_from, owner)) as owner
from staging.stg_partner_activity__partner_owners
where active_from <= $as_of and (active_to is null or active_to >= $as_of)
group by partner_id, role
"""


def land_defaults(con: duckdb.DuckDBPyConnection, defaults: Mapping[str, str]) -> None:
    """Replace `run.role_owners` (role, owner) by what plumbline.yaml says."""
    con.execute(f"create or replace table {DEFAULTS} (role varchar, owner varchar)")
    rows = sorted(defaults.items())
    if rows:
        con.executemany(f"insert into {DEFAULTS} values (?, ?)", rows)


def default_owners(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Role -> its owner where no partner_owners row names a person; by default the role's own
    name."""
    owners = {role: role for role in ROLES}
    table = fetch(
        con,
        "select 1 as there from duckdb_tables()"
        " where schema_name = 'run' and table_name = 'role_owners'",
    )
    if table:
        rows = fetch(con, f"select role, owner from {DEFAULTS}")
        owners |= {row["role"]: row["owner"] for row in rows}
    return owners


def owners_on(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Row]:
    """Partner, role and owner on a day, of the people whom the policy lets appear."""
    return by_name(fetch(con, NAMED, as_of=as_of), named(con, as_of))


def by_name(rows: Iterable[Row], people: Mapping[str, str]) -> list[Row]:
    """Rows of NAMED with the owners' names from `people`, by token; rows of other owners are left
    out, so that the role's default applies."""
    shown = ({**row, "owner": people.get(row["owner"], row["owner"])} for row in rows)
    return [row for row in shown if not TOKEN.fullmatch(row["owner"])]


def with_owner(con: duckdb.DuckDBPyConnection, rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Adds `role` and `owner` to rows of (kind, partner_id, ...); neither is ever null."""
    kinds = con.sql(KINDS, params={"as_of": as_of}).pl()
    owners = pl.DataFrame(owners_on(con, as_of), OWNED, orient="row")
    defaults = default_owners(con)
    return (
        rows.join(kinds, on="kind", how="left", maintain_order="left")
        .with_columns(role=pl.col("role").fill_null(ANALYST))
        .join(owners, on=["partner_id", "role"], how="left", maintain_order="left")
        .with_columns(
            owner=pl.coalesce("owner", pl.col("role").replace_strict(defaults, default=None))
        )
        .with_columns(owner=pl.coalesce("owner", "role"))
    )
