#!/usr/bin/env bash
# pyiceberg 0.12.0: a filter "not in" with two values or more lets rows through whose value is null, and
# with one value it does not, so that a longer list of tiers to leave out brings more partners, not fewer.
# delete() with the same filter leaves these rows alone: what a scan shows beforehand as the rows to
# go is more than what goes, and they match again afterwards. overwrite() with the filter keeps them
# beside the rows that were to replace them, and so counts a partner twice. The documentation calls the
# syntax of filters similar to SQL's WHERE and says nothing of null in a list; DuckDB 2.0.1 leaves null out
# of both, as SQL does.
# It matters because partners without a tier, deals without an answer and accounts without an owner are
# null, and their counts and sums depend on the length of a list.
#
# Output seen:
#   tier not in ('Gold'): pyiceberg [3, 4], duckdb [3, 4]
#   tier not in ('Gold', 'Silver'): pyiceberg [1, 4], duckdb [4]
#   deleted by tier not in ('Gold', 'Silver'): [4], matching afterwards: [1]
#   overwritten by what it matches: [1, 1, 2, 3, 4]
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet 'pyiceberg[sql-sqlite,pyarrow]==0.12.0' \
  pyarrow==26.0.1 sqlalchemy==2.1.9 duckdb==2.0.1
"$folder/env/bin/python" -W ignore - "$folder" <<'PY'
import sys

import duckdb
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog

rows = pa.table({"partner": [1, 2, 3, 4], "tier": [None, "Gold", "Silver", "Bronze"]})
place = sys.argv[1]
catalog = SqlCatalog("here", uri=f"sqlite:///{place}/catalog.db", warehouse=f"file://{place}")
catalog.create_namespace("crm")


def filled(name):
    table = catalog.create_table(f"crm.{name}", schema=rows.schema)
    table.append(rows)
    return table


def partners(table, condition="partner > 0"):
    return sorted(table.scan(row_filter=condition).to_arrow()["partner"].to_pylist())


def by_duckdb(condition):
    sql = f"select partner from rows where {condition} order by partner"
    return [partner for (partner,) in duckdb.execute(sql).fetchall()]


ONE, TWO = "tier not in ('Gold')", "tier not in ('Gold', 'Silver')"
table = filled("partners")
shown = [(condition, partners(table, condition), by_duckdb(condition)) for condition in (ONE, TWO)]
for condition, matching, other in shown:
    print(f"{condition}: pyiceberg {matching}, duckdb {other}")

table.delete(TWO)
deleted = sorted(set(rows["partner"].to_pylist()) - set(partners(table)))
left = partners(table, TWO)
print(f"deleted by {TWO}: {deleted}, matching afterwards: {left}")

table = filled("replaced")
table.overwrite(table.scan(row_filter=TWO).to_arrow(), overwrite_filter=TWO)
replaced = partners(table)
print(f"overwritten by what it matches: {replaced}")
results = [matching for _, matching, _ in shown] + [other for _, _, other in shown]
results += [deleted, left, replaced]
expected = [[3, 4], [1, 4], [3, 4], [4], [4], [1], [1, 1, 2, 3, 4]]
sys.exit(0 if results == expected else 1)
PY
