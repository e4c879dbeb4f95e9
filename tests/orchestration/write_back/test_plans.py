"""Published decisions into CRMs: the plan field by field, receipts, which decision counts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.cli.app import run
from orchestration.config import BadConfig
from orchestration.notify import destinations
from orchestration.write_back import destination
from scoring.ledger.records import sha256
from tests.crm.server import SECRET, Answer
from tests.orchestration.write_back.calls import (
    KEY,
    TIER,
    configure,
    counts,
    go,
    journal,
    publish,
)
from tests.scoring.test_ledger import decision


def test_a_plan_says_every_field_and_writes_nothing(home, crm):
    crm.objects[TIER] = [
        {"Id": "a01", KEY: "2025/P0", "Partner__c": "P0", "Tier__c": "Select", "Year__c": 2025.0}
        | {"Gap__c": 1.0, "Undetermined__c": False, "Published__c": "0001-2024"}
    ]
    outcome = go()
    assert counts(outcome) == {"create": 2, "update": 1} and outcome.all_faults == []
    assert [change.text for change in outcome.rows[0].changes] == ["Tier__c: Select -> Foundation"]
    assert len(outcome.rows[1].changes) == 6
    assert crm.count("PATCH") == 0 and not (home / "write-back").exists()


def test_records_are_written_with_a_receipt_each_and_a_repeat_changes_nothing(home, crm):
    outcome = go(apply=True)
    assert counts(outcome) == {"create": 3, "written": 3}
    held = {row[KEY]: row for row in crm.objects[TIER]}
    assert held["2025/P2"]["Tier__c"] == "Premier" and held["2025/P2"]["Year__c"] == 2025
    keys = [f"2025/P{n}" for n in range(3)]
    assert journal(home) == [(k, "sent") for k in keys] + [(k, "written") for k in keys]
    again = go(apply=True)
    assert counts(again) == {"same": 3} and crm.count("PATCH") == 1
    assert crm.count("DELETE") == 0


def test_only_what_is_published_now_is_written_and_what_was_stays(home, crm):
    go(apply=True)
    first = (home / "ledger" / "0001-2024" / "records.jsonl").read_bytes().splitlines()[-1]

    rows = [decision("P0", "select"), decision("P1", "select")]
    publish(home, rows, 2, previous=sha256(first), reason="late calls", supersedes="0001-2024")
    outcome = go()
    assert outcome.publications == ("0002-2024",)
    assert outcome.left == ((TIER, "2025/P2"),) and counts(outcome) == {"update": 2}
    go(apply=True)
    assert len(crm.objects[TIER]) == 3


def test_two_records_of_one_key_and_a_key_in_other_case_are_held_back(home, crm):
    crm.objects[TIER] = [
        {"Id": "a01", KEY: "2025/P0"},
        {"Id": "a02", KEY: "2025/P0"},
        {"Id": "a03", KEY: "2025/p1"},
    ]
    outcome = go(apply=True)
    assert counts(outcome) == {"create": 1, "held back": 2, "written": 1}
    assert "2 records have this key (a01, a02); merge them" in outcome.all_faults[0]
    assert "differs by case" in outcome.all_faults[1]
    assert [row.get("Tier__c") for row in crm.objects[TIER][:3]] == [None] * 3


def test_decisions_that_a_key_does_not_tell_apart_are_held_back(home, crm):
    text = (home / "plumbline.yaml").read_text("utf-8")
    configure(home, text + '      key: "tier of {tier_year}"\n      create: true\n')
    outcome = go()
    assert counts(outcome) == {"held back": 3} and "add a column to key" in outcome.all_faults[0]
    configure(home, text.replace("premier: Premier", "silver: S"))
    assert "values: does not list 'premier'" in str(go().all_faults)


def test_of_several_years_the_last_is_written_where_the_key_is_the_partner(home, crm):
    text = (home / "plumbline.yaml").read_text("utf-8")
    configure(home, text + '      key: "{partner_id}"\n      create: false\n')

    first = (home / "ledger" / "0001-2024" / "records.jsonl").read_bytes().splitlines()[-1]
    publish(home, [decision("P0", "premier", 2026)], 2, "2025", previous=sha256(first))
    crm.objects[TIER] = [{"Id": "001", KEY: "P0"}]
    outcome = go(apply=True)
    assert crm.objects[TIER][0]["Year__c"] == 2026
    # Missing records may not be created here.
    assert counts(outcome) == {"update": 1, "absent": 2, "written": 1}
    assert "create: is false" in outcome.all_faults[0]


def test_a_key_with_quotes_is_asked_for_as_it_is(home, crm):
    odd = "O'Neil \\ x"

    first = (home / "ledger" / "0001-2024" / "records.jsonl").read_bytes().splitlines()[-1]
    publish(home, [decision(odd, "select", 2026)], 2, "2025", previous=sha256(first))
    go(apply=True)
    assert counts(go()) == {"same": 4}


def test_the_command_says_plan_and_receipts_and_no_secret(home, crm, capfd):
    assert run(["write-back", "--to", "crm"]) == 0
    output = capfd.readouterr().out
    assert (
        "create Partner_Tier__c 2025/P1: Partner__c: empty -> P1; Tier__c: empty -> Select"
        in output
    )
    assert "nothing was written; `plumbline write-back --to crm --apply` writes it" in output
    assert run(["write-back", "--to", "crm", "--apply", "--json"]) == 0
    (entry,) = json.loads(capfd.readouterr().out)["destinations"]
    assert entry["counts"]["written"] == 3 and entry["rows"][0]["receipt"] == "written"
    crm.trouble = lambda crm, request: Answer(
        [{"errorCode": "X", "message": f"{SECRET} {request.token}"}], 403
    )
    assert run(["write-back", "--to", "crm"]) == 1
    texts = [*capfd.readouterr(), *(p.read_text("utf-8") for p in Path(home).rglob("*.jsonl"))]
    assert not any(SECRET in text or "token-" in text for text in texts)


def test_a_wrong_configuration_is_told_by_name(home, crm, capfd):
    text = (home / "plumbline.yaml").read_text("utf-8")
    for wrong, fault in (
        (text.replace("partner_id", "partner"), "there is no column 'partner'"),
        (text.replace("kind: salesforce", "kind: sugar"), "kind"),
        (text.replace("tiers:", "tears:"), "says nothing to write"),
        (text.replace(KEY, "x y"), "external_id"),
        (text + '      key: "{partner}"\n', "must be made of"),
        (text + "      create: maybe\n", "create: is true or false"),
    ):
        configure(home, wrong)
        with pytest.raises(BadConfig, match=fault):
            destination("crm")
    configure(home, text)
    assert run(["write-back", "--to", "crn"]) == 2
    assert "in `destinations:` of plumbline.yaml: crm" in capfd.readouterr().err
    # Messages still go to the rest.
    assert [place.url for place in destinations([], None)] == ["mailto://nobody.example"]
