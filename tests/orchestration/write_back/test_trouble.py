"""What goes wrong on the way into a CRM: refusals, kills, waits, lost halves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from orchestration.write_back.journal import Journal, WriteBackBusy
from scoring.ledger.records import LedgerBroken
from tests.crm.server import Answer
from tests.orchestration.write_back.calls import KEY, TIER, counts, go, journal, states


def test_partial_failures_are_kept_apart_and_tried_again(home, crm):
    crm.failing = {"2025/P1": "FIELD_CUSTOM_VALIDATION_EXCEPTION"}
    outcome = go(apply=True)
    assert states(outcome) == [
        ("2025/P0", "written"),
        ("2025/P1", "failed"),
        ("2025/P2", "written"),
    ]
    (fault,) = outcome.all_faults
    assert "2025/P1: not written: FIELD_CUSTOM_VALIDATION_EXCEPTION" in fault
    planned = go()
    assert list(planned.tried_before) == [(TIER, "2025/P1")] and counts(planned)["create"] == 1
    crm.failing = {}
    assert states(go(apply=True)) == [("2025/P1", "written")]
    assert go().tried_before == {}


def test_what_the_crm_keeps_otherwise_is_told(home, crm):
    crm.keeps = {"Tier__c": lambda value: value[:4]}
    outcome = go(apply=True)
    assert {state for _, state in states(outcome)} == {"differs"}
    assert "Tier__c: Foun -> Foundation" in outcome.all_faults[0]


def test_nothing_is_sent_while_another_call_writes(home, crm):
    with Journal(home, "crm").held(), pytest.raises(WriteBackBusy):
        go(apply=True)


def test_a_call_that_dies_after_sending_is_taken_up(home, crm):
    """The upsert goes through and its answer never comes: the next call reads and settles."""

    crm.trouble = lambda crm, request: Answer([], 500) if request.method == "PATCH" else None
    outcome = go(apply=True)
    assert outcome.receipts == {} and "after 5 attempts" in outcome.all_faults[0]
    assert {state for _, state in journal(home)} == {"sent"}
    # Meanwhile the CRM had written two of them all the same.
    crm.trouble = lambda *_: None
    for key, tier in (("2025/P0", "Foundation"), ("2025/P1", "Select")):
        values = {"Partner__c": key[5:], "Tier__c": tier, "Year__c": 2025, "Gap__c": 1}
        row = {"Id": key, KEY: key, "Undetermined__c": False, "Published__c": "0001-2024"}
        crm.objects.setdefault(TIER, []).append(row | values)
    assert states(go(apply=True)) == [
        ("2025/P0", "taken up"),
        ("2025/P1", "taken up"),
        ("2025/P2", "written"),
    ]


KILLED = """
import os, signal
from orchestration.write_back import destination, write_back, work
from orchestration.settings import locations

work.hold_program = lambda *_: None
work._read_back = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
write_back(locations(), destination("crm"), apply=True)
"""


def test_a_kill_between_writing_and_reading_back_is_taken_up(home, crm):
    done = subprocess.run([sys.executable, "-c", KILLED], env=os.environ.copy(), check=False)
    assert done.returncode == -signal.SIGKILL
    assert {state for _, state in journal(home)} == {"sent"}
    with (home / "write-back" / "crm.jsonl").open("a") as file:
        file.write('{"object": "cut off')
    outcome = go(apply=True)
    assert counts(outcome) == {"same": 3, "written": 3} and len(crm.objects[TIER]) == 3
    assert {state for _, state in states(outcome)} == {"taken up"}
    assert states(go(apply=True)) == []


def test_waits_and_tokens_are_as_published(home, crm):
    answers = [
        Answer([{"errorCode": "INVALID_SESSION_ID"}], 401),
        Answer({}, 429, {"Retry-After": "3"}),
    ]
    crm.trouble = lambda *_: answers.pop(0) if answers else None
    assert counts(go(apply=True)) == {"create": 3, "written": 3} and crm.tokens == 2


def test_a_batch_that_is_refused_whole_is_parted_until_the_bad_one_stands_alone(home, crm):
    def picky(crm, request):
        keys = [one[KEY] for one in request.document["records"]] if request.document else []
        wrong = [{"errorCode": "JSON_PARSER_ERROR", "message": "no such value"}]
        return Answer(wrong, 400) if "2025/P1" in keys else None

    crm.trouble = picky
    assert states(go(apply=True)) == [
        ("2025/P0", "written"),
        ("2025/P1", "failed"),
        ("2025/P2", "written"),
    ]


def test_a_field_that_is_not_there_is_told_before_anything_is_written(home, crm):
    crm.unknown.add("Gap__c")
    outcome = go(apply=True)
    assert "No such column 'Gap__c'" in outcome.all_faults[0] and crm.count("PATCH") == 0


def test_a_ledger_that_was_changed_writes_nothing(home, crm):
    path = home / "ledger" / "0001-2024" / "records.jsonl"
    path.write_text(path.read_text("utf-8").replace("premier", "select"), "utf-8")
    with pytest.raises(LedgerBroken):
        go(apply=True)
    assert crm.requests == []


def test_hubspot_takes_them_alike(home, hub):
    hub.failing = {"2025/P1": "VALIDATION_ERROR"}
    outcome = go(apply=True)
    assert states(outcome) == [
        ("2025/P0", "written"),
        ("2025/P1", "failed"),
        ("2025/P2", "written"),
    ]
    assert "VALIDATION_ERROR" in outcome.all_faults[0]
    hub.failing = {}
    assert states(go(apply=True)) == [("2025/P1", "written")]
    assert counts(go()) == {"same": 3}
    held = {row["properties"]["plumbline_key"]: row for row in hub.objects["tiers"]}
    assert held["2025/P2"]["properties"]["Undetermined__c"] == "false"
    assert hub.count("DELETE") == 0
