#!/usr/bin/env bash
# ibis-framework 12.0.0 on duckdb 2.0.1: the mean of a decimal column has that column's own type, and
# what the database answers is turned into it. DuckDB computes 1.5 as the average of 1 and 2 licences in
# DECIMAL(38, 0), the type of a whole number from Snowflake or Oracle; ibis hands back 2. The database
# goes by its own number: a filter "mean >= 2" leaves the group out whose mean is shown as 2. A mean of
# amounts in cents is a whole cent, and which one depends on the way out: execute() rounds a half to the
# even cent, to_pyarrow() away from zero. The standard deviation of cents is rounded to cents too. In a
# column of integers the same mean is 1.5. The documentation of mean() says that it returns the mean of
# the column and names no type.
# It matters because averages are held against thresholds (customers per app, licences per deal).
#
# Output seen:
#   1 and 2 licences: decimal(38, 0) 2, int64 1.5
#   the groups of "mean >= 2": none
#   10.00 and 10.01: execute() 10.00, to_pyarrow() 10.01, DuckDB 10.005
#   deviation of 10.00 and 10.01: 0.01, DuckDB 0.0071
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet 'ibis-framework[duckdb]==12.0.0' duckdb==2.0.1
"$folder/env/bin/python" -W ignore - <<'PY'
import sys
from decimal import Decimal

import ibis
import pyarrow as pa

licences, amounts = [Decimal(1), Decimal(2)], [Decimal("10.00"), Decimal("10.01")]
deals = ibis.memtable(
    pa.table(
        {
            "partner": ["a", "a"],
            "licences": pa.array(licences, pa.decimal128(38, 0)),
            "counted": pa.array([1, 2]),
            "amount": pa.array(amounts, pa.decimal128(18, 2)),
        }
    )
)
con = ibis.duckdb.connect()


def by_duckdb(expression):
    """What DuckDB answers to the SQL that ibis writes."""
    return con.con.execute(
        str(ibis.to_sql(expression)).replace(deals.get_name(), "deals")
    ).fetchone()[0]


con.con.register("deals", deals.to_pyarrow())
mean, counted = deals.licences.mean(), deals.counted.mean()
by_partner = deals.group_by("partner").agg(mean=mean)
groups = by_partner.filter(by_partner["mean"] >= 2).execute()["partner"].to_list()
amount, deviation = deals.amount.mean(), deals.amount.std()
results = [
    (str(mean.type()), mean.execute(), counted.execute(), groups),
    (amount.execute(), amount.to_pyarrow().as_py(), by_duckdb(amount)),
    (deviation.execute(), round(by_duckdb(deviation), 4)),
]
print(f"1 and 2 licences: {results[0][0]} {results[0][1]}, int64 {results[0][2]}")
print(f'the groups of "mean >= 2": {", ".join(groups) or "none"}')
print("10.00 and 10.01: execute() {}, to_pyarrow() {}, DuckDB {}".format(*results[1]))
print("deviation of 10.00 and 10.01: {}, DuckDB {}".format(*results[2]))
expected = [
    ("decimal(38, 0)", 2, 1.5, []),
    (Decimal("10.00"), Decimal("10.01"), 10.005),
    (Decimal("0.01"), 0.0071),
]
sys.exit(0 if results == expected else 1)
PY
