"""People by name, where the policy lets pages and Today show them; everywhere else they are tokens.

Belongs here: whom a token stands for, for those who may see it. Does not: where the values are
(ingest/people), or which columns name people (the contract).
"""

from __future__ import annotations

from datetime import date

import duckdb

from ingest.people.store import people_beside

# The policy's list of columns, as `contacts.name`.
SHOWN = "today.shown_people"
LISTED = """
select item from policy.lists
where parameter = $parameter and effective_from <= $as_of
    and (effective_to is null or effective_to > $as_of)
"""
RELATION = "named_people"


def named(con: duckdb.DuckDBPyConnection, as_of: date) -> dict[str, str]:
    """Token -> the value that it stands for, in the columns that the policy shows on the day."""
    rows = con.execute(LISTED, {"parameter": SHOWN, "as_of": as_of}).fetchall()
    columns = {column for (column,) in rows}
    if not columns:
        return {}
    values = people_beside(con).values
    return {token: value for (token, of), value in values.items() if of in columns}


def register_named(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Make `named_people` (token, name) readable by queries on this connection."""
    # Most modules only need the relation's name, so Polars is loaded only here.
    import polars as pl

    rows = sorted(named(con, as_of).items())
    schema = {"token": pl.String, "name": pl.String}
    con.register(RELATION, pl.DataFrame(rows, schema, orient="row").to_arrow())
