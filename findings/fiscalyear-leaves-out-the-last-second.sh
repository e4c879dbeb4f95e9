#!/usr/bin/env bash
# fiscalyear 0.4.0: a fiscal year ends at 23:59:59 of its last day, and the next begins at 00:00:00. A
# moment within that last second, as every feed with milliseconds has some, is in neither of them, and
# asked for its own fiscal year it names the one before the one that it ends: a quarter of a second before
# fiscal year 2026 it is in the last quarter of 2024, a year off. A moment on the second, and every other
# one, names the year that it is in. Rows need their moments cut to whole seconds before they are asked.
#
# Output seen:
#   2025-09-30 23:59:58.750000: fiscal year 2025 Q4, in 2025: True, in 2026: False
#   2025-09-30 23:59:59: fiscal year 2025 Q4, in 2025: True, in 2026: False
#   2025-09-30 23:59:59.750000: fiscal year 2024 Q4, in 2025: False, in 2026: False
#   2025-10-01 00:00:00: fiscal year 2026 Q1, in 2025: False, in 2026: True
#   two rows a second for a day: 172800, in one of the two years: 172799
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet fiscalyear==0.4.0
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
import sys
from datetime import datetime, timedelta

from fiscalyear import FiscalDateTime, FiscalYear

before, after = FiscalYear(2025), FiscalYear(2026)
seen = []
for moment in (
    FiscalDateTime(2025, 9, 30, 23, 59, 58, 750000),
    FiscalDateTime(2025, 9, 30, 23, 59, 59),
    FiscalDateTime(2025, 9, 30, 23, 59, 59, 750000),
    FiscalDateTime(2025, 10, 1),
):
    year, quarter = moment.fiscal_year, moment.fiscal_quarter
    within = (moment in before, moment in after)
    seen.append((year, quarter, *within))
    print(f"{moment}: fiscal year {year} Q{quarter}, in 2025: {within[0]}, in 2026: {within[1]}")
start, step = datetime(2025, 9, 30, 12), timedelta(milliseconds=500)
rows = [start + n * step for n in range(2 * 24 * 60 * 60)]
placed = sum(row in before or row in after for row in rows)
print(f"two rows a second for a day: {len(rows)}, in one of the two years: {placed}")
expected = [
    (2025, 4, True, False),
    (2025, 4, True, False),
    (2024, 4, False, False),
    (2026, 1, False, True),
]
sys.exit(0 if seen == expected and len(rows) - placed == 1 else 1)
PY
