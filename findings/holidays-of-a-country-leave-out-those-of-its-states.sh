#!/usr/bin/env bash
# holidays 0.109 beside workalendar 17.0.0: asked for a country alone, holidays gives the days of its
# national law and no more. Of Australia it leaves out a Monday that it names in each of the nine states
# and territories, of the United Kingdom two days that three of its four parts have, of Canada
# Thanksgiving. is_working_day() counts them as days of work, so that five business days after
# 2026-12-24 end a day early in all of Australia. workalendar's calendar of Australia, and of the United
# Kingdom, has these days off. With the code of a part, holidays has them too.
#
# Output seen:
#   AU 2026-12-28: off in 9 of 9 parts, for AU a working day, workalendar off
#   GB 2026-04-06: off in 3 of 4 parts, for GB a working day, workalendar off
#   GB 2026-08-31: off in 3 of 4 parts, for GB a working day, workalendar off
#   CA 2026-10-12: off in 9 of 13 parts, for CA a working day, workalendar working
#   fifth business day after 2026-12-24: AU 2027-01-04, AU-NSW 2027-01-05
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet holidays==0.109 workalendar==17.0.0
"$folder/env/bin/python" - <<'PY'
import sys
from datetime import date

import holidays
from workalendar.registry import registry

seen = []
for country, day in (
    ("AU", date(2026, 12, 28)),
    ("GB", date(2026, 4, 6)),
    ("GB", date(2026, 8, 31)),
    ("CA", date(2026, 10, 12)),
):
    whole = holidays.country_holidays(country)
    parts = [holidays.country_holidays(country, subdiv=part) for part in whole.subdivisions]
    off = sum(not part.is_working_day(day) for part in parts)
    own = "a working day" if whole.is_working_day(day) else "off"
    other = "working" if registry.get(country)().is_working_day(day) else "off"
    seen.append((country, off, len(parts), own, other))
    print(f"{country} {day}: off in {off} of {len(parts)} parts, for {country} {own}, workalendar {other}")
fifth = [
    holidays.country_holidays("AU", subdiv=part).get_nth_working_day(date(2026, 12, 24), 5)
    for part in (None, "NSW")
]
print(f"fifth business day after 2026-12-24: AU {fifth[0]}, AU-NSW {fifth[1]}")
expected = [
    ("AU", 9, 9, "a working day", "off"),
    ("GB", 3, 4, "a working day", "off"),
    ("GB", 3, 4, "a working day", "off"),
    ("CA", 9, 13, "a working day", "working"),
]
sys.exit(0 if seen == expected and fifth == [date(2027, 1, 4), date(2027, 1, 5)] else 1)
PY
