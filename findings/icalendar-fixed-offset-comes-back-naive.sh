#!/usr/bin/env bash
# icalendar 7.3.0 writes a time with a fixed offset under the zone name "UTC+02:00", which no reader
# knows, itself included: read back, the event has no zone at all and its moment is lost. A time in
# UTC or in a named zone keeps its moment.
#
# Output seen:
#   DTSTART;TZID="UTC+02:00":20260105T090000
#   fixed offset read back: 2026-01-05 09:00:00 zone None
#   UTC read back: 2026-01-05 07:00:00+00:00
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet icalendar==7.3.0
PYTHONTZPATH= "$folder/env/bin/python" - <<'PY'
from datetime import datetime, timedelta, timezone

from icalendar import Calendar, Event


def there_and_back(moment):
    event, calendar = Event(), Calendar()
    event.add("uid", "1")
    event.add("dtstart", moment)
    calendar.add_component(event)
    text = calendar.to_ical().decode()
    return text, Calendar.from_ical(text).walk("VEVENT")[0]["dtstart"].dt


moment = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=2)))
text, back = there_and_back(moment)
print(next(line for line in text.splitlines() if line.startswith("DTSTART")))
print("fixed offset read back:", back, "zone", back.tzinfo)
_, utc = there_and_back(moment.astimezone(timezone.utc))
print("UTC read back:", utc)
assert 'TZID="UTC+02:00"' in text and back.tzinfo is None and utc == moment
PY
