#!/usr/bin/env bash
# sqlglot 30.30.0 from Spark to DuckDB (duckdb 2.0.1), held against pyspark 4.3.0 itself: four expressions
# are written over word for word although the two engines mean different things by them, without an error
# or a warning at the highest level of unsupported. A cast to INT cuts in Spark and rounds in DuckDB, so
# that 2.9 licences are 2 in one and 3 in the other. TIMESTAMPDIFF counts whole months, and DATE_DIFF, what
# it becomes, the turns of the month. DAYOFWEEK counts from 1 in Spark and from 0 in DuckDB. DECIMAL
# without places has none in Spark and three in DuckDB. MONTHS_BETWEEN and ADD_MONTHS, which DuckDB
# does not have, are rewritten and agree. The project says that it aims at semantically correct SQL.
# It matters because SQLMesh and others test warehouse SQL in DuckDB by this translation: terms in
# months, seats and weekdays that pass there are others in production.
#
# Output seen:
#   CAST(2.9 AS INT): Spark 2, DuckDB 3
#   TIMESTAMPDIFF(MONTH, DATE '2026-01-31', DATE '2026-02-01'): Spark 0, DuckDB 1
#   DAYOFWEEK(DATE '2026-01-31'): Spark 7, DuckDB 6
#   CAST('12.5' AS DECIMAL): Spark 13, DuckDB 12.500
#   MONTHS_BETWEEN(DATE '2026-02-28', DATE '2026-01-31'): Spark 1.0, DuckDB 1.0
#   ADD_MONTHS(DATE '2026-02-28', 1): Spark 2026-03-28, DuckDB 2026-03-28
# Needs Java 17.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet sqlglot==30.30.0 duckdb==2.0.1 pyspark==4.3.0
cd "$folder"
env/bin/python - 2>spark.log <<'PY' || { cat spark.log; exit 1; }
import sys

import duckdb
import sqlglot
from pyspark.sql import SparkSession
from sqlglot import ErrorLevel

EXPECTED = {
    "CAST(2.9 AS INT)": ("2", "3"),
    "TIMESTAMPDIFF(MONTH, DATE '2026-01-31', DATE '2026-02-01')": ("0", "1"),
    "DAYOFWEEK(DATE '2026-01-31')": ("7", "6"),
    "CAST('12.5' AS DECIMAL)": ("13", "12.500"),
    "MONTHS_BETWEEN(DATE '2026-02-28', DATE '2026-01-31')": ("1.0", "1.0"),
    "ADD_MONTHS(DATE '2026-02-28', 1)": ("2026-03-28", "2026-03-28"),
}
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .getOrCreate()
)
results = {}
for expression in EXPECTED:
    sql = f"SELECT {expression}"
    [written] = sqlglot.transpile(
        sql, read="spark", write="duckdb", unsupported_level=ErrorLevel.RAISE
    )
    by_spark, by_duckdb = spark.sql(sql).collect()[0][0], duckdb.execute(written).fetchone()[0]
    results[expression] = (str(by_spark), str(by_duckdb))
    print("{}: Spark {}, DuckDB {}".format(expression, *results[expression]))
spark.stop()
sys.exit(0 if results == EXPECTED else 1)
PY
