#!/usr/bin/env bash
# icalendar 7.3.2: a property that the library does not know by name, such as X-WR-CALNAME (the name of
# a calendar), is written without the escapes of text: a comma stays a comma. RFC 5545 says that the
# value of such a property is text by default, and another reader, vobject 0.9.9, ends the value at the
# comma, so that a calendar named "Partners, Ann" is called "Partners" there. Written as vText it is
# escaped, and comes back whole, as SUMMARY does, which both know.
#
# Output seen:
#   written: X-WR-CALNAME:Partners, Ann
#   read as: Partners
#   written as text: X-WR-CALNAME:Partners\, Ann
#   read as: Partners, Ann
#   a summary is read as: Partners, Ann
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet icalendar==7.3.2 vobject==0.9.9
"$folder/env/bin/python" - <<'PY'
import sys

import vobject
from icalendar import Calendar, Event, vText

TOLD = "Partners, Ann"


def made(as_text: bool) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//none//EN")
    calendar.add("version", "2.0")
    if as_text:
        calendar["x-wr-calname"] = vText(TOLD)
    else:
        calendar.add("x-wr-calname", TOLD)
    event = Event()
    event.add("uid", "1")
    event.add("summary", TOLD)
    calendar.add_component(event)
    return calendar.to_ical().decode()


seen = []
for as_text, name in ((False, "written"), (True, "written as text")):
    text = made(as_text)
    (read,) = vobject.readComponents(text)
    seen.append((name, next(line for line in text.splitlines() if line.startswith("X-WR"))))
    seen.append(("read as", read.contents["x-wr-calname"][0].value))
seen.append(("a summary is read as", read.vevent.summary.value))
for name, value in seen:
    print(f"{name}: {value}")
expected = [
    ("written", "X-WR-CALNAME:Partners, Ann"),
    ("read as", "Partners"),
    ("written as text", "X-WR-CALNAME:Partners\\, Ann"),
    ("read as", "Partners, Ann"),
    ("a summary is read as", "Partners, Ann"),
]
sys.exit(0 if seen == expected else 1)
PY
