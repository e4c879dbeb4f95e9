#!/usr/bin/env bash
# openlineage-sql 1.54.0, the parser behind the column lineage of OpenLineage's integrations, names columns
# that the target does not have: those of `insert into arr (usd) select amount` are called amount, and the
# second branch of a union all becomes a column of its own, under the name that it has in its branch,
# while the column that it flows into lacks it as a source. In a union inside a subquery or a common table
# expression the second branch is lost altogether. No error is reported, and the tables are right. The
# README says that a larger part of SQL is to be supported some day, and names no limit of what is there.
# sqlglot 30.30.0 names both sources.
# It matters because lineage is asked what a figure rests on: the second reseller's amounts flow into no
# column that exists, and a change to them is said to reach no report.
#
# Output seen:
#   columns in duckdb: usd
#   insert into arr (usd) select amount from north: amount <- north.amount
#   insert into arr select usd from north union all select amount from south: amount <- south.amount; usd <- north.usd
#   create table arr as select usd from (select n.usd from north n union all select s.amount from south s) u: usd <- north.usd
#   the last by sqlglot: usd <- north.usd, south.amount
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet openlineage-sql==1.54.0 sqlglot==30.30.0 duckdb==2.0.1
"$folder/env/bin/python" - <<'PY'
import sys

import duckdb
from openlineage_sql import parse
from sqlglot.lineage import lineage

INNER = "select n.usd from north n union all select s.amount from south s"
EXPECTED = {
    "insert into arr (usd) select amount from north": "amount <- north.amount",
    "insert into arr select usd from north union all select amount from south": (
        "amount <- south.amount; usd <- north.usd"
    ),
    f"create table arr as select usd from ({INNER}) u": "usd <- north.usd",
}
con = duckdb.connect()
con.execute("create table north as select 1 as amount, 2 as usd")
con.execute("create table south as select 3 as amount")


def by_openlineage(sql):
    """What the parser says of each column of the target."""
    read = parse([sql], dialect="duckdb")
    assert not read.errors and [table.name for table in read.out_tables] == ["arr"]
    return "; ".join(
        sorted(
            f"{column.descendant.name} <- "
            + ", ".join(sorted(f"{source.origin.name}.{source.name}" for source in column.lineage))
            for column in read.column_lineage
        )
    )


results, columns = {}, set()
for sql in EXPECTED:
    con.execute("drop table if exists arr")
    if sql.startswith("insert"):
        con.execute("create table arr (usd integer)")
    con.execute(sql)
    columns |= {name for name, *_ in con.execute("describe arr").fetchall()}
    results[sql] = by_openlineage(sql)
print(f"columns in duckdb: {', '.join(sorted(columns))}")
for sql, sources in results.items():
    print(f"{sql}: {sources}")
tables = {"north": {"usd": "int"}, "south": {"amount": "int"}}
node = lineage("usd", f"select usd from ({INNER}) u", schema=tables, dialect="duckdb")
ends = sorted(
    f"{end.source.name}.{end.name.split('.')[-1]}" for end in node.walk() if not end.downstream
)
print(f"the last by sqlglot: usd <- {', '.join(ends)}")
right = results == EXPECTED and columns == {"usd"} and ends == ["north.usd", "south.amount"]
sys.exit(0 if right else 1)
PY
