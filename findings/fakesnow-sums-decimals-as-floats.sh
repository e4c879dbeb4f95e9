#!/usr/bin/env bash
# fakesnow 0.12.1 with duckdb 2.0.1 and sqlglot 30.22.0: the argument of every SUM is cast to DOUBLE
# unless it is a cast already, so that a sum of NUMBER(18, 4) is a float that does not equal its own
# decimal, and a sum of whole numbers is "3.0" as text. Snowflake sums a NUMBER exactly, as a NUMBER.
# Written out as a cast, the same sum is exact.
# Seen:
#   0.1 + 0.2 by sum(n): 0.30000000000000004, equals 0.3: False
#   1 + 2 as text: 3.0
#   0.1 + 0.2 by sum(cast(n as number(18, 4))): 0.3000, equals 0.3: True
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet fakesnow==0.12.1 duckdb==2.0.1 sqlglot==30.22.0 \
  snowflake-connector-python==4.8.1 pyarrow==26.0.1
"$work/venv/bin/python" -W ignore - <<'PY'
import sys

import fakesnow
import snowflake.connector

TWO = "(select cast(0.1 as number(18, 4)) as n union all select cast(0.2 as number(18, 4)))"
with fakesnow.patch(), snowflake.connector.connect(database="d", schema="s") as con:

    def ask(query):
        return con.cursor().execute(query).fetchone()

    total, same = ask(f"select sum(n), sum(n) = cast(0.3 as number(18, 4)) from {TWO}")
    text = ask("select cast(sum(n) as string) from (select 1 as n union all select 2)")[0]
    cast = "sum(cast(n as number(18, 4)))"
    exact, is_exact = ask(f"select {cast}, {cast} = cast(0.3 as number(18, 4)) from {TWO}")
print(f"0.1 + 0.2 by sum(n): {total}, equals 0.3: {same}")
print(f"1 + 2 as text: {text}")
print(f"0.1 + 0.2 by {cast}: {exact}, equals 0.3: {is_exact}")
seen = (str(total), same, text, str(exact), is_exact)
sys.exit(0 if seen == ("0.30000000000000004", False, "3.0", "0.3000", True) else 1)
PY
