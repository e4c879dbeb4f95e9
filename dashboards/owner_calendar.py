"""An owner's calendar: each action on the day on which it is due, as iCalendar (RFC 5545).

Belongs here: events with ids that stay the same from run to run. Does not: which actions there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event, vText

from scoring.actions.kinds import LABELS, OVERDUE, WAITING
from scoring.rows import Row

PRODUCT = "-//Plumbline//Partner programs//EN"
NAME = "Plumbline for "
PREFIX = {OVERDUE: "Overdue: ", WAITING: "Waiting: "}


def calendar(owner: str, rows: Iterable[Row], as_of: date) -> bytes:
    """A calendar of whole days: `rows` of decisions.actions with `partner` (its name).

    The stamp is the run's day and not the clock, so that the same data give the same bytes.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    # As text: for a name that icalendar does not know it would write a comma as it is, where a
    # reader may end the name.
    made["x-wr-calname"] = vText(f"{NAME}{owner}")
    for row in sorted(rows, key=lambda row: (row["due_on"], row["action_id"])):
        made.add_component(_event(row, datetime.combine(as_of, time.min, UTC)))
    return made.to_ical()


def _event(row: Row, stamp: datetime) -> Event:
    subject = row["reason"].partition(": ")[0]
    partner = row["partner"] or row["partner_id"]
    event = Event()
    event.add("uid", f"{row['action_id']}@plumbline")
    event.add("dtstamp", stamp)
    event.add("dtstart", row["due_on"])
    event.add("dtend", row["due_on"] + timedelta(days=1))
    whose = f", {partner}" if partner else ""
    event.add("summary", f"{PREFIX.get(row['state'], '')}{subject}{whose}")
    event.add("description", f"{row['reason']}\n{row['command']}")
    event.add("categories", [LABELS[row["kind"]]])
    # A due date is not an appointment: it does not block the day.
    event.add("transp", "TRANSPARENT")
    return event
