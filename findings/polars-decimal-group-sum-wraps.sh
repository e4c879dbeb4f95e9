#!/usr/bin/env bash
# polars 2.1.0: the sum of a decimal(38, 0) column raises when it overflows, but the same sum inside
# group_by wraps around and gives a wrong, here negative, amount without an error.
#
# Output seen:
#   whole column: ComputeError overflow in decimal addition in sum
#   by group: negative
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet polars==2.1.0
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
from decimal import Decimal

import polars as pl

largest = [Decimal("9" * 38)] * 3
frame = pl.DataFrame({"partner": ["P"] * 3, "amount": pl.Series(largest, dtype=pl.Decimal(38, 0))})
try:
    frame.select(pl.col("amount").sum())
    raise SystemExit("the sum of the whole column no longer raises")
except pl.exceptions.ComputeError as error:
    print("whole column:", type(error).__name__, str(error).splitlines()[0])
total = frame.group_by("partner").agg(pl.col("amount").sum())["amount"].to_physical()[0]
print("by group:", "negative" if total < 0 else total)
assert total < 0
PY
