"""Builds a table that is kept by month with compiled SQL, as dbt's own materialization does.

Belongs here: what transforms/macros/by_month.sql says, on a connection instead of in dbt; a test
holds the two together. Does not: which models are built (direct.py).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import duckdb

from ingest.shortcuts import Shortcut, is_off

Digests = dict[str, str]
"""Month (ISO day) -> digest of all that its rows rest on."""

DIGESTS = "macro.plumbline.usage_month_digests"
BODY = re.compile(r"\{%-? macro .*?%\}(.*)\{%-? endmacro -?%\}", re.DOTALL)
REFERENCE = re.compile(r"\{\{ ref\('(\w+)'\) \}\}|\{\{ source\('(\w+)', '(\w+)'\) \}\}")
REQUEST = "select cast(run as varchar) from run.parameters as run"
COMMENT = """
select comment from duckdb_tables()
where database_name = current_database() and table_name = ? and comment is not null
"""


def kept_by(node: Mapping[str, Any]) -> str | bool:
    """What a model's `meta` says: the table by month from which it is made, true for one that is
    made from the feed, false for any other model or where nothing is kept."""
    by_month: str | bool = node["config"].get("meta", {}).get("by_month", False)
    return False if is_off(Shortcut.MONTHS) else by_month


def build(
    con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], node: Mapping[str, Any], sql: str
) -> None:
    """Build a model's table, or only the months whose inputs changed, in one transaction.

    `sql` is the compiled SQL of the whole table, `con` has the warehouse as its current database.
    Raises duckdb.Error, also where the macro has more in it than is understood here.
    """
    target = node["relation_name"]
    now, before = _inputs(con, manifest, node, sql), _built(con, node["name"])
    stale = sorted(
        month for month in {*(before or {}), *now} if (before or {}).get(month) != now.get(month)
    )
    con.execute("begin transaction")
    try:
        if before is None or len(stale) * 2 > len(now):
            con.execute(f"create or replace table {target} as (\n{sql}\n)")
        elif stale:
            listed = ", ".join(f"date '{month}'" for month in stale)
            con.execute(f"delete from {target} where month in ({listed})")
            whole = f"select * from (\n{sql}\n) as whole"
            con.execute(f"insert into {target} {whole} where month in ({listed})")
        con.execute(f"comment on table {target} is '{json.dumps(now)}'")
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def _inputs(
    con: duckdb.DuckDBPyConnection, manifest: Mapping[str, Any], node: Mapping[str, Any], sql: str
) -> Digests:
    rests_on = kept_by(node)
    if isinstance(rests_on, str):
        ((request,),) = con.execute(REQUEST).fetchall()
        months = list((_built(con, rests_on) or {}).items())
    else:
        request, months = "", con.execute(_digest_query(manifest)).fetchall()
    return {month: _md5(inputs + request + sql) for month, inputs in months}


def _built(con: duckdb.DuckDBPyConnection, table: str) -> Digests | None:
    """The digests of the inputs with which a table was built; None for one that is not there or
    was built as a whole."""
    comments = con.execute(COMMENT, [table]).fetchall()
    return json.loads(comments[0][0]) if comments else None


def _digest_query(manifest: Mapping[str, Any]) -> str:
    """The macro's text with the names of its tables; what else a macro may have stays in it."""
    places = {("", n["name"]): n["relation_name"] for n in manifest["nodes"].values()}
    for source in manifest["sources"].values():
        places[source["source_name"], source["name"]] = source["relation_name"]
    text = manifest["macros"][DIGESTS]["macro_sql"]
    body = BODY.search(text)

    def place(reference: re.Match[str]) -> str:
        model, source, table = reference.groups()
        return str(places["", model] if model else places[source, table])

    return REFERENCE.sub(place, body[1] if body else text)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
