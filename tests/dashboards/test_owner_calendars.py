"""The calendars of the owners, read by a second library (vobject) as a calendar would read them.

Belongs here: what another program sees of an owner's calendar. Does not: the page beside it.
"""

from __future__ import annotations

from datetime import date

import vobject

from dashboards.owner_calendar import calendar

DAY = date(2025, 3, 12)
ROW = {
    "action_id": "registration-0123456789ab",
    "partner_id": "P-1",
    "partner": "Łódź; Safety, Ltd",
    "kind": "registration",
    "due_on": date(2025, 3, 31),
    "state": "open",
    "reason": "Registration REG-1 of A, B: Submitted and not answered.\nApprove or reject it.",
    "command": "plumbline explain P-1 --year 2025 --deal 'REG 1; x'",
}


def events(data: bytes) -> dict[str, vobject.base.Component]:
    """Uid -> event, as vobject reads a calendar."""
    (parsed,) = vobject.readComponents(data.decode("utf-8"))
    return {event.uid.value: event for event in parsed.contents.get("vevent", [])}


def test_another_library_reads_every_word_and_day_of_it():
    (event,) = events(calendar("Ann", [ROW], DAY)).values()
    assert (event.dtstart.value, event.dtend.value) == (date(2025, 3, 31), date(2025, 4, 1))
    assert event.summary.value == "Registration REG-1 of A, B, Łódź; Safety, Ltd"
    assert event.description.value == f"{ROW['reason']}\n{ROW['command']}"
    assert event.transp.value == "TRANSPARENT"


def test_the_name_of_a_calendar_is_whole_with_a_comma_in_it():
    (parsed,) = vobject.readComponents(calendar("Reyes, Ann", [ROW], DAY).decode("utf-8"))
    (name,) = parsed.contents["x-wr-calname"]
    assert name.value == "Plumbline for Reyes, Ann"


def test_an_event_keeps_its_id_when_its_state_day_and_words_change():
    later = ROW | {"state": "overdue", "due_on": date(2025, 4, 2), "reason": "Other: words."}
    before = events(calendar("Ann", [ROW], DAY))
    after = events(calendar("Ann", [later], date(2025, 4, 3)))
    assert before.keys() == after.keys() == {"registration-0123456789ab@plumbline"}
    assert [event.summary.value for event in after.values()] == [
        "Overdue: Other, Łódź; Safety, Ltd"
    ]


def test_every_owner_of_an_action_has_a_calendar_of_all_that_is_not_done(demo_run, demo_con):
    owned: dict[str, dict[str, date]] = {}
    for owner, action, due_on in demo_con.execute(
        "select owner, action_id, due_on from decisions.actions where state <> 'done'"
    ).fetchall():
        owned.setdefault(owner, {})[f"{action}@plumbline"] = due_on
    assert len(owned) > 2
    read = {}
    for path in (demo_run.site / "owners").glob("*.ics"):
        (parsed,) = vobject.readComponents(path.read_text("utf-8"))
        name = parsed.contents["x-wr-calname"][0].value
        read[name.removeprefix("Plumbline for ")] = {
            event.uid.value: event.dtstart.value for event in parsed.contents.get("vevent", [])
        }
        assert path.with_suffix(".html").exists()
    assert {owner: read.get(owner) for owner in owned} == owned
