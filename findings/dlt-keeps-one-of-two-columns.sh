#!/usr/bin/env bash
# dlt 1.31.0 with duckdb 2.0.1: the names of columns are made fit for a database before rows are written,
# and two names of a row that come out alike are one column: the value that stands later in the row is
# written, the other is gone, without an error or a warning. Reports of resellers and exports of CRMs tell
# such columns apart by a sign, "Discount (%)" and "Discount ($)", so that whether 10 or 250 is the discount
# depends on the order of the columns. With the naming convention "direct" both are kept.
#
# Output seen:
#   Discount (%) 10, Discount ($) 250 -> discountx 250
#   Discount ($) 250, Discount (%) 10 -> discountx 10
#   Q1 % 10, Q1 # 250 -> q1x 250
#   Amount 10, AMOUNT 250 -> amount 250
#   direct: Discount (%) 10, Discount ($) 250 -> Discount (%) 10, Discount ($) 250
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet 'dlt[duckdb]==1.31.0' duckdb==2.0.1
cd "$folder"
export DLT_DATA_DIR="$folder/dlt" RUNTIME__DLTHUB_TELEMETRY=false
PYTHONTZPATH= env/bin/python - <<'PY'
import os
import sys

import dlt
import duckdb


def loaded(number, row):
    """What stands in the table after a load of one row."""
    con = duckdb.connect()
    to = dlt.destinations.duckdb(con)
    pipeline = dlt.pipeline(f"load_{number}", destination=to, dataset_name="reports")
    pipeline.run([row], table_name="lines")
    found = con.execute("select * exclude (_dlt_load_id, _dlt_id) from reports.lines")
    names = [column[0] for column in found.description]
    [values] = found.fetchall()
    return dict(zip(names, values, strict=True))


def told(row):
    return ", ".join(f"{name} {value}" for name, value in row.items())


CASES = [
    (None, {"Discount (%)": 10, "Discount ($)": 250}, {"discountx": 250}),
    (None, {"Discount ($)": 250, "Discount (%)": 10}, {"discountx": 10}),
    (None, {"Q1 %": 10, "Q1 #": 250}, {"q1x": 250}),
    (None, {"Amount": 10, "AMOUNT": 250}, {"amount": 250}),
    (
        "direct",
        {"Discount (%)": 10, "Discount ($)": 250},
        {"Discount (%)": 10, "Discount ($)": 250},
    ),
]
same = []
for number, (naming, row, expected) in enumerate(CASES):
    if naming:
        os.environ["SCHEMA__NAMING"] = naming
    seen = loaded(number, row)
    same.append(seen == expected)
    print(f"{naming}: " if naming else "", told(row), " -> ", told(seen), sep="")
sys.exit(0 if all(same) else 1)
PY
