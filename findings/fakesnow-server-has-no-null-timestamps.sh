#!/usr/bin/env bash
# fakesnow 0.12.1 as a server: a TIMESTAMP_NTZ that is null comes as 1970-01-01 00:00:00 out of
# fetchall() and fetch_arrow_batches() of snowflake-connector-python 4.8.1, although the server itself
# knows it as null (`t is null` is true). fakesnow makes the struct of seconds and fraction that the
# driver expects of a column whose rows are null without saying which of them are. A null cast to text
# stays one.
# Seen:
#   is null there: True
#   fetchall: 1970-01-01 00:00:00
#   fetch_arrow_batches: 1970-01-01 00:00:00
#   as text: None
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet 'fakesnow[server]==0.12.1' duckdb==2.0.1 sqlglot==30.22.0 \
  snowflake-connector-python==4.8.1 pyarrow==26.0.1
"$work/venv/bin/python" -W ignore - 2>/dev/null <<'PY'
import sys

output, sys.stdout = sys.stdout, sys.stderr
import fakesnow
import snowflake.connector

with fakesnow.server() as given, snowflake.connector.connect(
    **given, database="d", schema="s"
) as con:
    cursor = con.cursor()
    moment = "cast(null as timestamp_ntz)"
    is_null = cursor.execute(f"select {moment} is null").fetchone()[0]
    row = cursor.execute(f"select {moment} as t").fetchall()[0][0]
    (part,) = cursor.execute(f"select {moment} as t").fetch_arrow_batches()
    arrow = part[0][0].as_py()
    text = cursor.execute(f"select to_varchar({moment})").fetchone()[0]
print(f"is null there: {is_null}", file=output)
print(f"fetchall: {row}", file=output)
print(f"fetch_arrow_batches: {arrow}", file=output)
print(f"as text: {text}", file=output)
zero = "1970-01-01 00:00:00"
sys.exit(0 if (is_null, str(row), str(arrow), text) == (True, zero, zero, None) else 1)
PY
