#!/usr/bin/env bash
# currencyconverter 0.18.23: asked to fill missing rates (fallback_on_missing_rate=True), it interpolates
# by default between the rate before and the next rate after, so that an amount of a Saturday changes when
# Monday's rate arrives: the same day converted on Sunday and on Tuesday gives two results, and the second
# rests on a rate that nobody could know on the day. Only fallback_on_missing_rate_method="last_known"
# keeps the first answer.
#
# Output seen (100 USD of 2025-03-08, a Saturday, in EUR):
#   default method: 92.5926 with rates up to Friday, 92.0245 once Monday's rate is known
#   last_known: 92.5926 with rates up to Friday, 92.5926 once Monday's rate is known
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet currencyconverter==0.18.23
cd "$folder"
printf 'Date,USD,\n2025-03-07,1.08,\n' >friday.csv
printf 'Date,USD,\n2025-03-10,1.10,\n2025-03-07,1.08,\n' >monday.csv
env/bin/python - <<'PY'
import sys
from datetime import date

from currency_converter import CurrencyConverter

SATURDAY = date(2025, 3, 8)
seen = []
for name, method in (("default method", {}), ("last_known", {"fallback_on_missing_rate_method": "last_known"})):
    amounts = []
    for file in ("friday.csv", "monday.csv"):
        # Beyond the last rate there is nothing to interpolate, and the last rate counts.
        rates = CurrencyConverter(
            file, fallback_on_wrong_date=True, fallback_on_missing_rate=True, **method
        )
        amounts.append(f"{rates.convert(100, 'USD', 'EUR', date=SATURDAY):.4f}")
    seen.append((name, *amounts))
    print(f"{name}: {amounts[0]} with rates up to Friday, {amounts[1]} once Monday's rate is known")
expected = [("default method", "92.5926", "92.0245"), ("last_known", "92.5926", "92.5926")]
sys.exit(0 if seen == expected else 1)
PY
