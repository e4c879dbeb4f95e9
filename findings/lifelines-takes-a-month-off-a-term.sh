#!/usr/bin/env bash
# lifelines 0.30.3 with pandas 2.3.3: datetimes_to_durations turns the start and end dates of customers into
# durations. It takes a month for 30.436875 days and a year for 365.2425, and cuts what is left over. So a
# customer from the 1st of January to the next 1st of January stayed eleven months and no year, unless the
# 29th of February lies between; one from the 15th of January to the 15th of March stayed one month, and a
# month that begins in February, April, June, September or November is none. The documentation calls
# these "time units given by freq" and refers to pandas' frequencies, in which M and Y are months and years
# of the calendar; the same dates are 12 and 1 there.
# It matters because contracts of a year end on their anniversary: the survival curve shows all who do
# not renew as gone a month before their term was over, and renewal rates by month are a month off.
#
# Output seen (months and years):
#   2025-01-01 to 2026-01-01: lifelines 11 and 0, pandas 12 and 1
#   2024-01-01 to 2025-01-01: lifelines 12 and 1, pandas 12 and 1
#   2026-01-15 to 2026-03-15: lifelines 1 and 0, pandas 2 and 0
#   2026-04-01 to 2026-05-01: lifelines 0 and 0, pandas 1 and 0
#   three contracts of 12 months, still running after 11: 0 of 3
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet lifelines==0.30.3 pandas==2.3.3
export MPLCONFIGDIR="$folder"
"$folder/env/bin/python" - <<'PY'
import sys

import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import datetimes_to_durations

EXPECTED = {
    ("2025-01-01", "2026-01-01"): (11, 0, 12, 1),
    ("2024-01-01", "2025-01-01"): (12, 1, 12, 1),
    ("2026-01-15", "2026-03-15"): (1, 0, 2, 0),
    ("2026-04-01", "2026-05-01"): (0, 0, 1, 0),
}


def durations(starts, ends, freq):
    return datetimes_to_durations(starts, ends, fill_date="2027-01-01", freq=freq)


results = {}
for start, end in EXPECTED:
    by_lifelines = [int(durations([start], [end], freq)[0][0]) for freq in "MY"]
    by_pandas = [(pd.Period(end, freq) - pd.Period(start, freq)).n for freq in "MY"]
    results[start, end] = (*by_lifelines, *by_pandas)
    line = "{} to {}: lifelines {} and {}, pandas {} and {}"
    print(line.format(start, end, *results[start, end]))

starts, ends = ["2025-01-01", "2025-03-01", "2025-07-01"], ["2026-01-01", "2026-03-01", "2026-07-01"]
curve = KaplanMeierFitter().fit(*durations(starts, ends, "M"))
running = round(3 * curve.predict(11))
print(f"three contracts of 12 months, still running after 11: {running} of 3")
sys.exit(0 if results == EXPECTED and running == 0 else 1)
PY
