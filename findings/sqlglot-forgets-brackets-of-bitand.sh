#!/usr/bin/env bash
# sqlglot 30.30.0, Snowflake to DuckDB: the function BITAND becomes the operator & without brackets,
# which binds less than + and * there: a count of two bits comes out as something else, without an
# error. BITOR and BITXOR likewise. A cast around each call keeps them apart.
# Seen:
#   SELECT n & 1 + m & 1 FROM (SELECT 1 AS n, 1 AS m): 0 (2 in Snowflake)
#   with casts: 2
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet sqlglot==30.30.0 duckdb==2.0.1
"$work/venv/bin/python" - <<'PY'
import sys

import duckdb
import sqlglot

ROW = "from (select 1 as n, 1 as m)"


def translated(expression):
    (sql,) = sqlglot.transpile(f"select {expression} {ROW}", read="snowflake", write="duckdb")
    return sql, duckdb.execute(sql).fetchone()[0]


sql, plain = translated("bitand(n, 1) + bitand(m, 1)")
_, cast = translated("cast(bitand(n, 1) as int) + cast(bitand(m, 1) as int)")
print(f"{sql}: {plain} (2 in Snowflake)")
print(f"with casts: {cast}")
sys.exit(0 if (plain, cast) == (0, 2) else 1)
PY
