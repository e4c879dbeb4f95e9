#!/usr/bin/env bash
# polars 2.1.0: a strict vertical concat of two decimal columns of different scale takes the first
# frame's scale and cuts the digits of the second without an error, although the strict form is said
# to want equal types. Swapped, or with how="vertical_relaxed", every digit is kept. An amount of
# 1.2345 stacked below one of 1.23 becomes 1.23.
#
# Output seen:
#   strict, scale 2 first: Decimal(precision=38, scale=2) ['1.23', '1.23']
#   relaxed, scale 2 first: Decimal(precision=38, scale=4) ['1.2300', '1.2345']
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet polars==2.1.0
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
from decimal import Decimal

import polars as pl

two = pl.DataFrame({"amount": pl.Series([Decimal("1.23")], dtype=pl.Decimal(38, 2))})
four = pl.DataFrame({"amount": pl.Series([Decimal("1.2345")], dtype=pl.Decimal(38, 4))})
strict = pl.concat([two, four], how="vertical")
relaxed = pl.concat([two, four], how="vertical_relaxed")
print("strict, scale 2 first:", strict.schema["amount"], [str(x) for x in strict["amount"]])
print("relaxed, scale 2 first:", relaxed.schema["amount"], [str(x) for x in relaxed["amount"]])
assert [str(x) for x in strict["amount"]] == ["1.23", "1.23"]
assert [str(x) for x in relaxed["amount"]] == ["1.2300", "1.2345"]
PY
