#!/usr/bin/env bash
# fakesnow 0.12.1 with sqlglot 30.22.0: trim(text, characters), and rtrim and ltrim likewise, are sent
# to DuckDB as trim(text) unless the text is a cast to text already: the characters are dropped, and
# blanks are taken from both ends instead. Snowflake takes those characters, from the end or the ends
# that the name says.
# Seen:
#   rtrim('7500.', '.'): '7500.'
#   rtrim(' a', '.'): 'a'
#   ltrim('00a', '0'): '00a'
#   rtrim(rtrim('7500.00', '0'), '.'): '7500.'
#   trim('..7500.', '.'): '..7500.'
#   rtrim(cast('7500.' as string), '.'): '7500'
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

EXPECTED = {
    "rtrim('7500.', '.')": "7500.",
    "rtrim(' a', '.')": "a",
    "ltrim('00a', '0')": "00a",
    "rtrim(rtrim('7500.00', '0'), '.')": "7500.",
    "trim('..7500.', '.')": "..7500.",
    "rtrim(cast('7500.' as string), '.')": "7500",
}
seen = {}
with fakesnow.patch(), snowflake.connector.connect(database="d", schema="s") as con:
    for call in EXPECTED:
        seen[call] = con.cursor().execute(f"select {call}").fetchone()[0]
        print(f"{call}: {seen[call]!r}")
sys.exit(0 if seen == EXPECTED else 1)
PY
