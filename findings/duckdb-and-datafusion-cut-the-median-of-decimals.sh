#!/usr/bin/env bash
# duckdb 2.0.1 and datafusion 55.0.0: the median of an even number of decimals is cut to the column's
# places. DuckDB's own description of median says that numeric types give the average of the two values in
# the middle, and so whole numbers do, as a DOUBLE: the median of 1 and 2 licences is 1.5 as BIGINT, and 1
# as DECIMAL(18, 0), the type that such a column has when it comes from Snowflake, Oracle or Spark.
# quantile_cont, the interpolating quantile, answers likewise, and mad, the median of the distances from
# it, calls the two equal. DataFusion's median agrees, while its percentile_cont(0.5), the same quantity,
# is 1.5. avg is not cut in either, and polars 2.1.0 answers 1.5. With cents half a cent is lost,
# always towards zero. Cast to DOUBLE, or to a decimal of one more place, the median is right.
# It matters because medians of seats and of days to an answer are published and compared with limits.
#
# Output seen (of 1 and 2):
#   duckdb median: BIGINT 1.5, DECIMAL(18, 0) 1, DECIMAL(18, 1) 1.5
#   duckdb quantile_cont(0.5): BIGINT 1.5, DECIMAL(18, 0) 1; avg: DECIMAL(18, 0) 1.5
#   duckdb mad: BIGINT 0.5, DECIMAL(18, 0) 0
#   duckdb median of 10.00 and 10.01: 10.00
#   datafusion: median 1, percentile_cont 1.5, avg 1.5
#   polars median: 1.5
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet duckdb==2.0.1 datafusion==55.0.0 polars==2.1.0 \
  pyarrow==26.0.1
"$folder/env/bin/python" - <<'PY'
import sys
from decimal import Decimal

import datafusion
import duckdb
import polars as pl
import pyarrow as pa


def by_duckdb(aggregate, kind, values="(1), (2)"):
    sql = f"select {aggregate} from (select v::{kind} as v from (values {values}) as t(v))"
    return duckdb.execute(sql).fetchone()[0]


def compared(aggregate, *kinds):
    return [by_duckdb(aggregate, kind) for kind in kinds]


licences = pa.table({"v": pa.array([Decimal(1), Decimal(2)], pa.decimal128(18, 0))})
context = datafusion.SessionContext()
context.from_arrow(licences, name="licences")
sql = "select median(v) m, percentile_cont(0.5) within group (order by v) p, avg(v) a from licences"
[row] = context.sql(sql).to_pylist()

median = compared("median(v)", "bigint", "decimal(18, 0)", "decimal(18, 1)")
quantile = compared("quantile_cont(v, 0.5)", "bigint", "decimal(18, 0)")
average = by_duckdb("avg(v)", "decimal(18, 0)")
deviation = compared("mad(v)", "bigint", "decimal(18, 0)")
cents = by_duckdb("median(v)", "decimal(18, 2)", "(10.00), (10.01)")
other = [row["m"], row["p"], row["a"]]
by_polars = pl.from_arrow(licences)["v"].median()

print("duckdb median: BIGINT {}, DECIMAL(18, 0) {}, DECIMAL(18, 1) {}".format(*median))
print(
    "duckdb quantile_cont(0.5): BIGINT {}, DECIMAL(18, 0) {}; ".format(*quantile)
    + f"avg: DECIMAL(18, 0) {average}"
)
print("duckdb mad: BIGINT {}, DECIMAL(18, 0) {}".format(*deviation))
print(f"duckdb median of 10.00 and 10.01: {cents}")
print("datafusion: median {:g}, percentile_cont {:g}, avg {:g}".format(*map(float, other)))
print(f"polars median: {by_polars}")
results = [median, quantile, average, deviation, cents, other, by_polars]
expected = [[1.5, 1, 1.5], [1.5, 1], 1.5, [0.5, 0], Decimal("10.00"), [1, 1.5, 1.5], 1.5]
sys.exit(0 if results == expected else 1)
PY
