"""One person erased from a small program: everything published holds, and no byte names them."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from ingest.erasing.holds import Hold, end_hold, set_hold
from ingest.erasing.log import NAME, START, canonical
from ingest.people.store import KEY, VALUES
from ingest.personal_data import held_in_files
from orchestration.cli.app import run as command
from orchestration.config import VARIABLE
from orchestration.defs.resources import Program
from orchestration.defs.retention import erase_people_whose_time_is_over, retention
from orchestration.erasing.erase import UNFINISHED, Erasure, erase, rebuild_last
from orchestration.erasing.kept import EraseRefused
from orchestration.ledger import publish
from orchestration.run import run_year
from orchestration.settings import Locations, locations
from orchestration.verification import verify
from orchestration.warehouse import look
from scoring.ledger.freeze import Request
from tests.faults.program import RECEIVED, arrive, receive

KIM, NAME_OF = "kim.ode@example.com", "Kimberly Odeson"
CONTACTS = """\
contact_id,partner_id,name,email,role,active_from,active_to,phone
K-1,steady,Kimberly Odeson,Kim.Ode@Example.com,technical_sales,2023-01-01,,+1 555 7411
kim.ode@example.com,short,Kimberly Odeson,kim.ode@example.com,partnership_manager,2023-01-01,,
K-2,steady,Bo Lund,bo@example.com,partnership_manager,2023-01-01,,
K-3,steady,Ada Gone,ada@example.com,sales,2023-01-01,2023-03-31,
"""
# The same person looks after a partner too.
OWNED = f"""\
partner_id,owner,role,active_from,active_to
alone,{KIM},partner_manager,2023-01-01,
"""
PAGE = {
    "data": [
        {
            "partner_id": "u",
            "crossbeam_record_id": "a",
            "partner_crossbeam_record_id": "b",
            "populations": [],
            "partner_populations": [],
            "partner_owner": {"owner_name": NAME_OF, "owner_email": KIM},
        }
    ],
    "pagination": {},
}
FILES = {
    "partner_activity/contacts-more.csv": CONTACTS,
    "partner_activity/partner_owners.csv": OWNED,
    "account_mapping/crossbeam/overlaps_accounts-1.json": json.dumps(PAGE),
    "decisions/governance_decisions-1.csv": (
        "review,partner_id,program,decision,decided_on,decided_by,rationale\n"
        f"2023-H2,alone,technology,end_status,2023-12-30,{KIM},as {KIM} wrote\n"
    ),
}
COUNTS = """
select partner_id, requirement, status, value from marts.fct_requirement_results
where period = '2023' order by all
"""

PEOPLE = """
select count(distinct lower(email)), count(distinct name) from landing.contacts
where email is not null
"""


@dataclass
class Story:
    """What was there before and after."""

    places: Locations
    counts: tuple[list, list]
    deliveries: tuple[list, list]
    people: tuple[list, list]
    refused: str
    plan: Erasure
    done: Erasure
    before: dict[Path, bytes]


def rows(places, query):
    with look(places.warehouse) as con:
        return con.execute(query).fetchall()


def files(places):
    return {path: path.read_bytes() for path in places.landing.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def erased(tmp_path_factory):
    home = tmp_path_factory.mktemp("erasing")
    places = locations(home / "landing", home / "p.duckdb", home / "site", "procore")
    arrive(places.landing, "first")
    for name, text in FILES.items():
        path = places.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    receive(places.landing, dict.fromkeys(FILES, RECEIVED["first"]))
    run_year(places, 2023)
    publish(places, Request("2023", "Ann"))
    export = ["export", "--to", str(home / "given"), "--format", "csv"]
    assert command([*export, "--warehouse", str(places.warehouse)]) == 0
    # As an earlier release wrote it: today's exports hold no address of a contact.
    (home / "given" / "dim_partners.csv").write_text(f"partner_id,name\nsteady,{NAME_OF}\n")
    deliveries = "from landing.deliveries order by all"
    people = rows(places, PEOPLE)
    before = rows(places, COUNTS), rows(places, deliveries), files(places)
    set_hold(places.store, Hold("D-1", "short", "Ann", "dispute", "2024-02-01"))
    with pytest.raises(EraseRefused) as refused:
        erase(places, [KIM], "Ann", "asked", write=True, rebuild=rebuild_last)
    end_hold(places.store, "D-1", "Ann", "settled", datetime(2024, 3, 1))
    plan = erase(places, [KIM], "Ann", "asked", write=False, rebuild=rebuild_last)
    assert files(places) == before[2]
    done = erase(places, [KIM], "Ann", "asked", write=True, rebuild=rebuild_last)
    return Story(
        places,
        (before[0], rows(places, COUNTS)),
        (before[1], rows(places, deliveries)),
        (people, rows(places, PEOPLE)),
        str(refused.value),
        plan,
        done,
        before[2],
    )


def test_a_hold_refuses_by_name(erased):
    assert "D-1: people of short, by Ann" in erased.refused


def test_the_plan_says_what_is_done(erased):
    assert not erased.plan.applied and erased.done.applied
    for part in ("kept", "landing"):
        assert getattr(erased.plan, part) == getattr(erased.done, part)
    assert {one.place for one in erased.done.landing} == FILES.keys()
    assert [one.why for one in erased.plan.left] == ["made again by `plumbline export`"]
    assert erased.done.proven == ["0001-2023"]


def test_everything_published_holds(erased):
    verified = verify(erased.places, None, None)
    assert [fault.text for fault in verified.faults] == []
    assert verified.computed == ["0001-2023"] and verified.erased == 4


def test_people_are_counted_as_before(erased):
    assert erased.counts[0] == erased.counts[1]
    assert erased.deliveries[0] == erased.deliveries[1]
    # A name's token depends on its contact, so that namesakes have different tokens.
    assert erased.people == ([(3, 4)], [(3, 4)])


def test_no_byte_of_anything_names_the_person(erased):
    marks = [KIM.encode(), NAME_OF.lower().encode(), b"odeson", b"555 7411"]
    holding = [
        path.relative_to(erased.places.landing.parent).as_posix()
        for path in erased.places.landing.parent.rglob("*")
        if path.is_file() and any(mark in path.read_bytes().lower() for mark in marks)
    ]
    assert holding == []
    assert erased.done.left == []


def test_nobody_else_changed(erased):
    after = files(erased.places)
    assert after.keys() == erased.before.keys()
    changed = {
        p.relative_to(erased.places.landing).as_posix()
        for p in after
        if after[p] != erased.before[p]
    }
    assert changed == FILES.keys()
    assert (
        b"K-2,steady,Bo Lund,bo@example.com"
        in after[erased.places.landing / "partner_activity/contacts-more.csv"]
    )
    assert (erased.places.warehouse.with_name(KEY).stat().st_mode & 0o777) == 0o600


def test_a_run_and_a_second_erasure_change_nothing(erased):
    before = rows(erased.places, "from landing.deliveries order by all")
    run_year(erased.places, 2023)
    assert rows(erased.places, "from landing.deliveries order by all") == before
    again = erase(erased.places, [KIM], "Ann", "asked", write=True, rebuild=rebuild_last)
    assert not again.applied and not again.kept and not again.landing


def test_what_was_cut_off_before_the_pages_is_finished_by_the_same_command(erased):
    """Files, tables and people are then as they should be, and only the note says what is left to
    do."""
    note, states = erased.places.warehouse.with_name(UNFINISHED), []

    def cut_off(places):
        states.append(note.exists())
        raise InterruptedError

    assert not note.exists()
    note.touch()
    with pytest.raises(InterruptedError):
        erase(erased.places, [KIM], "Ann", "asked", write=True, rebuild=cut_off)
    done = [
        erase(erased.places, [KIM], "Ann", "asked", write=True, rebuild=states.append).applied
        for _ in range(2)
    ]
    assert done == [True, False] and states == [True, erased.places] and not note.exists()


def forged(home, erased, change):
    """A copy of the program in which `change` edits the kept contacts and re-chains the record.

    Checked without computing first, which only reports how many files that leaves unchecked.
    """
    shutil.copytree(erased.places.landing.parent, home, dirs_exist_ok=True)
    places = locations(home / "landing", home / "p.duckdb", home / "site", "procore")
    log = places.store / NAME
    line = json.loads(log.read_text().splitlines()[0])
    change(places.store, line)
    log.write_text(f"{canonical({**line, 'previous': START})}\n")
    digests = verify(places, None, None, compute=False)
    assert digests.erased == len({one["new"] for one in line["files"]}) > 0
    home.joinpath("digests").write_text("\n".join(fault.text for fault in digests.faults))
    return [fault.text for fault in verify(places, None, None).faults]


def test_a_change_behind_the_record_is_found(erased, tmp_path):
    def no_managers(store, line):
        one = next(f for f in line["files"] if f["file"].endswith("contacts-more.csv"))
        data = (store / one["new"]).read_bytes().replace(b"partnership_manager", b"sales")
        (store / one["new"]).unlink()
        one["new"] = hashlib.sha256(data).hexdigest()
        (store / one["new"]).write_bytes(data)

    faults = forged(tmp_path, erased, no_managers)
    assert (tmp_path / "digests").read_text() == ""
    assert any("computed again" in fault for fault in faults), faults


def test_a_record_that_is_cut_or_not_chained_is_found(erased, tmp_path):
    assert forged(tmp_path / "a", erased, lambda store, line: None) == []
    assert any(
        "raw/" in fault
        for fault in forged(tmp_path / "b", erased, lambda s, line: line["files"].pop())
    )
    log = erased.places.store / NAME
    data = log.read_bytes()
    try:
        log.write_bytes(data + data)
        assert any(
            "erasures.jsonl line 2" in f.text for f in verify(erased.places, None, None).faults
        )
    finally:
        log.write_bytes(data)


def test_the_scheduled_job_erases_whose_time_is_over(erased, tmp_path, monkeypatch):
    """Last, since it changes the program: of the two people who are left only one has an end."""
    file = tmp_path / "plumbline.yaml"
    file.write_text("retention: {contacts: 6}\n")
    monkeypatch.setenv(VARIABLE, str(file))
    name = erase_people_whose_time_is_over.name
    program = Program(
        landing=str(erased.places.landing),
        warehouse=str(erased.places.warehouse),
        site=str(erased.places.site),
        policy=erased.places.policy,
    )
    done = retention.execute_in_process(
        run_config={"ops": {name: {"config": {"as_of": "2023-09-30", "by": "Ann"}}}},
        resources={"program": program},
    )
    assert done.success
    kept = {"": erased.places.store, " ": erased.places.landing}
    assert held_in_files(kept, "ada@example.com") == []
    assert "ada@" not in (erased.places.landing.parent / VALUES).read_text()
    assert held_in_files(kept, "bo@example.com")
    assert [fault.text for fault in verify(erased.places, None, None).faults] == []
