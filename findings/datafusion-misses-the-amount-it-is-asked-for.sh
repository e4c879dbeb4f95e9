#!/usr/bin/env bash
# datafusion 55.0.0: a number with a point in SQL is a binary float, and beside a decimal column it is
# made a decimal of fifteen places, with the float's own error: 8.20 is compared as 8.199999999999999,
# and 129.99 as 129.990000000000016. So "amount = 8.20" finds no row of 8.20 in a DECIMAL(18, 2), and
# neither "amount <= 8.20" nor "amount >= 129.99" has the limit itself. 10.05 is found, so that a test of
# one or two amounts shows nothing: of all amounts in cents up to 1000.00, one in twenty is missed.
# Written as a text, "amount = '8.20'", each is found, and so it is once numbers are read as decimals
# (datafusion.sql_parser.parse_float_as_decimal). The QueryBuilder of deltalake 1.6.6 is this engine.
# DuckDB 2.0.1 finds all of them as they are written.
#
# Output seen:
#   amount = 8.20: 0, read as decimals 1, DuckDB 1
#   amount <= 8.20: 0, read as decimals 1, DuckDB 1
#   amount = 10.05: 1, read as decimals 1, DuckDB 1
#   amount >= 129.99: 0, read as decimals 1, DuckDB 1
#   amount = '8.20': 1, read as decimals 1, DuckDB 1
#   equal to itself as a float, of 100000: 94871, DuckDB 100000
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet datafusion==55.0.0 pyarrow==26.0.1 duckdb==2.0.1
"$folder/env/bin/python" - <<'PY'
import sys
from decimal import Decimal

import duckdb
import pyarrow as pa
from datafusion import SessionConfig, SessionContext

KIND = pa.decimal128(18, 2)
deals = pa.table({"amount": pa.array(map(Decimal, ("8.20", "10.05", "129.99")), KIND)})
cents = [Decimal(each) / 100 for each in range(1, 100_001)]
every = pa.table({"amount": pa.array(cents, KIND), "asked": [float(each) for each in cents]})
exact = SessionConfig().set("datafusion.sql_parser.parse_float_as_decimal", "true")
floats, decimals = SessionContext(), SessionContext(exact)
for context in (floats, decimals):
    context.register_record_batches("deals", [deals.to_batches()])
floats.register_record_batches("every", [every.to_batches()])


def count(context, sql):
    return context.sql(sql).to_pydict()["n"][0]


seen = []
for condition in ("= 8.20", "<= 8.20", "= 10.05", ">= 129.99", "= '8.20'"):
    sql = f"select count(*) as n from deals where amount {condition}"
    rows = (count(floats, sql), count(decimals, sql), duckdb.sql(sql).fetchall()[0][0])
    seen.append(rows)
    print("amount {}: {}, read as decimals {}, DuckDB {}".format(condition, *rows))
sql = "select count(*) as n from every where amount = asked"
rows = (count(floats, sql), duckdb.sql(sql).fetchall()[0][0])
seen.append(rows)
print("equal to itself as a float, of {}: {}, DuckDB {}".format(len(cents), *rows))
expected = [(0, 1, 1), (0, 1, 1), (1, 1, 1), (0, 1, 1), (1, 1, 1), (94_871, 100_000)]
sys.exit(0 if seen == expected else 1)
PY
