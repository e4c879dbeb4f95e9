"""People land as tokens: only one file says for whom they stand, and rules count as before."""

from __future__ import annotations

import pytest

from ingest.erasing.files import without
from ingest.erasing.person import is_theirs, person_of
from ingest.people.store import EARLIER_KEY, KEY, VALUES, people_of
from ingest.people.tokens import TOKEN
from tests.ingest.zone import Zone, warehouse

CONTACTS = """\
contact_id,partner_id,name,email,role,active_from,phone
C-1,P1,Kim Ode,Kim@Example.com,sales,2024-01-01,555 7411
C-2,P1,Kim Ode, kim@example.com ,sales,2024-01-01,
bo@example.com,P2,Bo Lund,,sales,2024-01-01,
C-4,P2,Al,not an address,boss,2024-01-01,
C-5,P2,Zoë Ñu,,sales,2024-01-01,
C-6,P2,Too,many,fields,of,kim@example.com,2024-01-01
"""
TRAININGS = """\
training_id,partner_id,contact_id,course,track,completed_on,passed
T-1,P2,bo@example.com,A,sales,2024-02-01,yes
T-2,P1,C-1,A,sales,2024-02-01,yes
"""
APPS = """\
app_id,partner_id,name,kind,marketplace,support_contact
A-1,P1,App,embedded,commercial,Desk@Example.com
A-2,P1,App,embedded,commercial,Ask Kim Ode
A-3,P1,App,embedded,commercial,
"""
ROWS = "select contact_id, name, email, _extra from landing.contacts order by _row"
NAMES = ("kim", "bo@", "lund", "zoë", "desk@", "7411")


@pytest.fixture
def landed(tmp_path):
    """Contacts, trainings and apps in a warehouse that is a file."""
    with warehouse(path=str(tmp_path / "p.duckdb")) as con:
        zone = Zone(tmp_path, con)
        zone.put("partner_activity/contacts.csv", CONTACTS)
        zone.put("partner_activity/trainings.csv", TRAININGS)
        zone.put("app_usage/apps.csv", APPS)
        zone.land()
        yield zone


def test_tables_hold_tokens_and_one_file_says_for_whom(landed):
    rows = landed.rows(ROWS)
    assert len({name for _, name, _, _ in rows}) == 4
    (one, _, first, extra), (_, _, second, _), (third, *_), *_ = rows
    assert one == "C-1" and TOKEN.fullmatch(third) and TOKEN.fullmatch(extra)
    # One address in two writings is one person's still.
    assert first.lower() == second.strip().lower() and first != second
    assert landed.rows("select contact_id from landing.trainings order by 1") == [
        ("C-1",),
        (third,),
    ]
    desks = [
        one for (one,) in landed.rows("select support_contact from landing.apps order by app_id")
    ]
    assert TOKEN.fullmatch(desks[0]) and TOKEN.fullmatch(desks[1]) and desks[2] is None
    people = people_of(landed.store.parent, make=False)
    assert people.plain(first) == "Kim@Example.com" and people.plain(third) == "bo@example.com"
    assert people.values[extra, "contacts._extra"] == '{"phone":"555 7411"}'
    for name in (KEY, VALUES):
        assert (landed.store.parent / name).stat().st_mode & 0o777 == 0o600


def test_no_byte_of_the_warehouse_names_anybody(landed):
    landed.con.execute("checkpoint")
    data = (landed.store.parent / "p.duckdb").read_bytes().decode("latin-1").lower()
    named = [name for name in NAMES if name.encode().decode("latin-1") in data]
    assert named == []
    faults = landed.rows('select "column", value, rule from landing.quarantine order by all')
    assert [(column, value) for column, value, _ in faults] == [("role", "boss"), (None, None)]


def test_a_key_that_stays_lands_nothing_anew_and_another_one_everything(landed):
    before, folder = landed.rows(ROWS), landed.store.parent
    assert landed.land().rejudged == 0
    kept = (folder / VALUES).read_bytes()
    (folder / VALUES).unlink()
    assert landed.land().rejudged == 3
    assert landed.rows(ROWS) == before
    assert (folder / VALUES).read_bytes().split(b"\n")[1:] == kept.split(b"\n")[1:]
    (folder / KEY).unlink()
    assert landed.land().rejudged == 3
    after = landed.rows(ROWS)
    assert not {row[1] for row in after} & {row[1] for row in before}
    (folder / KEY).rename(folder / EARLIER_KEY)
    assert landed.land().rejudged == 0 and landed.rows(ROWS) == after


def test_without_a_person_a_file_lands_as_it_did(landed):
    before, folder = landed.rows(ROWS), landed.store.parent
    people = people_of(folder, make=False)
    kim = person_of(landed.con, "kim@example.com", people)
    assert kim.ids == {"C-1", "C-2"} and kim.names == ("Kim Ode",)
    made = without(kim, CONTACTS.encode(), "contacts.csv", "contacts")
    theirs = is_theirs(landed.con, kim)
    assert people.forget(theirs) == 5
    assert sorted(set(people.values.values())) == [
        "Ask Kim Ode",
        "Bo Lund",
        "Desk@Example.com",
        "Zoë Ñu",
        "bo@example.com",
    ]
    landed.put("partner_activity/contacts.csv", made.data.decode(), "2024-06-01T00:00:00Z")
    landed.land()
    latest = "where _received_at = (select max(_received_at) from landing.contacts)"
    after = landed.rows(ROWS.replace("order by", f"{latest} order by"))
    assert [row[:3] for row in after] == [row[:3] for row in before]
    assert "Kim Ode" not in people_of(folder, make=False).values.values()
