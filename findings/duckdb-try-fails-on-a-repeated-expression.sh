#!/usr/bin/env bash
# duckdb 2.0.0: TRY(...) turns an error of its argument into NULL, but not where the failing expression
# stands in it twice. What is written twice is computed once, before the TRY and outside of it, and the
# query ends with the error. The same expression written once gives NULL, and so does a lambda that is
# given the value once.
#
# Output seen:
#   once: None
#   twice: Conversion Error
#   through a lambda: None
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet duckdb==2.0.0
"$folder/env/bin/python" - <<'PY'
import sys

import duckdb

con = duckdb.connect()
con.execute("create table words as select 'no' as word")


def asked(expression: str) -> str:
    try:
        return str(con.sql(f"select {expression} from words").fetchall()[0][0])
    except duckdb.Error as error:
        return str(error).split(":")[0]


seen = {
    "once": asked("try(cast(word as integer) + 1)"),
    "twice": asked("try(cast(word as integer) + abs(cast(word as integer)))"),
    "through a lambda": asked(
        "try(list_transform([cast(word as integer)], lambda n: n + abs(n))[1])"
    ),
}
for name, answer in seen.items():
    print(f"{name}: {answer}")
expected = {"once": "None", "twice": "Conversion Error", "through a lambda": "None"}
sys.exit(0 if seen == expected else 1)
PY
