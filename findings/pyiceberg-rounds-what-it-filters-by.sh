#!/usr/bin/env bash
# pyiceberg 0.12.0: the number of a filter is turned into the column's type before rows are compared, and
# rounded on the way. Of customers with 1 to 4 seats in use, "seats < 2.5" finds those with 1 alone, as
# 2.5 becomes 2; "seats > 3.5" finds nobody, as 3.5 becomes 4; and "seats = 2.5" finds a customer. A
# Python float, as a quotient is, becomes cents beside a column of DECIMAL(18, 2): below 10.014 there is
# no 10.01. A deletion by such a filter leaves rows that it names. The same number as a text beside
# the decimals raises ValueError, and as a float beside the whole numbers TypeError. DuckDB 2.0.1 compares
# all of them as they are.
#
# Output seen:
#   seats < 2.5: pyiceberg [1], duckdb [1, 2]
#   seats > 3.5: pyiceberg [], duckdb [4]
#   seats = 2.5: pyiceberg [2], duckdb []
#   amount < 10.014 (a float): pyiceberg [1], duckdb [1, 2]
#   left after deleting seats < 2.5: [2, 3, 4]
#   amount < 10.014 as text: ValueError; seats < 2.5 as a float: TypeError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet 'pyiceberg[sql-sqlite,pyarrow]==0.12.0' \
  pyarrow==26.0.1 sqlalchemy==2.1.9 duckdb==2.0.1
"$folder/env/bin/python" -W ignore - "$folder" <<'PY'
import sys
from decimal import Decimal

import duckdb
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.expressions import LessThan

rows = pa.table(
    {
        "seats": pa.array([1, 2, 3, 4], pa.int64()),
        "amount": pa.array(map(Decimal, ("10.00", "10.01", "10.02", "10.03")), pa.decimal128(18, 2)),
    }
)
place = sys.argv[1]
catalog = SqlCatalog("here", uri=f"sqlite:///{place}/catalog.db", warehouse=f"file://{place}")
catalog.create_namespace("crm")
table = catalog.create_table("crm.customers", schema=rows.schema)
table.append(rows)


def by_iceberg(condition):
    try:
        return sorted(table.scan(row_filter=condition).to_arrow()["seats"].to_pylist())
    except (TypeError, ValueError) as error:
        return type(error).__name__


seen = []
for words, condition in (
    ("seats < 2.5", "seats < 2.5"),
    ("seats > 3.5", "seats > 3.5"),
    ("seats = 2.5", "seats = 2.5"),
    ("amount < 10.014 (a float)", LessThan("amount", 10.014)),
):
    answer = by_iceberg(condition)
    sql = f"select seats from rows where {words.removesuffix(' (a float)')} order by seats"
    other = [seats for (seats,) in duckdb.sql(sql).fetchall()]
    seen.append((answer, other))
    print(f"{words}: pyiceberg {answer}, duckdb {other}")
raised = (by_iceberg("amount < 10.014"), by_iceberg(LessThan("seats", 2.5)))
table.delete("seats < 2.5")
left = by_iceberg("seats > 0")
print(f"left after deleting seats < 2.5: {left}")
print(f"amount < 10.014 as text: {raised[0]}; seats < 2.5 as a float: {raised[1]}")
expected = [([1], [1, 2]), ([], [4]), ([2], []), ([1], [1, 2])]
right = seen == expected and left == [2, 3, 4] and raised == ("ValueError", "TypeError")
sys.exit(0 if right else 1)
PY
