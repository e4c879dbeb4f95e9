"""Salesforce's records through its API into the warehouse: pages, deletions, limits, refusals."""

import json
from datetime import UTC, datetime

import pytest

from ingest.api.client import vendors
from ingest.formats.salesforce_ids import long_id
from ingest.sources.fetched import SourceError
from ingest.sources.salesforce import fetch
from tests.crm.salesforce import answer
from tests.crm.server import SECRET, Answer, serving

FIRST, SECOND = datetime(2026, 1, 5, 8, tzinfo=UTC), datetime(2026, 1, 6, 8, tzinfo=UTC)
STAMP = "2025-06-01T00:00:00.000+0000"


def account(number, **more):
    row = {"Id": f"001{number:012d}AAA", "Name": f"Customer {number}", "IsDeleted": False}
    return {**row, "Website": f"c{number}.example", "SystemModstamp": STAMP, **more}


def deal(number, **more):
    row = {"Id": f"006{number:012d}AAA", "AccountId": f"001{number:012d}AAA", "IsDeleted": False}
    row |= {"Type": "New Business", "LeadSource": "Web", "CreatedDate": "2025-03-01T07:59:00.000Z"}
    row |= {"CloseDate": "2025-04-01", "IsClosed": True, "IsWon": True, "Amount": 1.2e7}
    return {**row, "SystemModstamp": STAMP, **more}


@pytest.fixture
def crm():
    with serving(answer) as org:
        org.objects = {
            "Account": [account(n) for n in (1, 2, 3)],
            "Opportunity": [deal(1), deal(2, IsClosed=False, LeadSource="Partner", Amount=None)],
        }
        yield org


def pull(crm, zone, state, now=FIRST, waits=None, **more):
    spec = {"name": "sf", "url": crm.url, "client_id": "c", "client_secret": SECRET, **more}
    waits = [] if waits is None else waits
    done = fetch(spec, zone.root, state, now, waits.append)
    for one in done:
        if one.file:
            zone.received[one.file] = f"{now:%Y-%m-%dT%H:%M:%S}"
    zone._list()
    return done


def faults(done):
    return [one.fault for one in done if one.fault]


def accounts(zone):
    """What the models see: the latest version of each, the deleted ones apart."""
    return zone.rows(
        "select account_id, name from (from landing.accounts qualify row_number() over (partition"
        " by account_id order by _received_at desc, _file desc) = 1)"
        " where not coalesce(is_deleted, false) order by 1"
    )


def test_pages_are_kept_as_received_and_land_by_the_shipped_maps(crm, zone):
    done = pull(crm, zone, {})
    assert [one.rows for one in done] == [2, 1, 2]
    kept = (zone.root / done[0].file).read_bytes()
    assert b"nextRecordsUrl" in kept and len(json.loads(kept)["records"]) == 2
    assert done[0].file == "crm/accounts/sf-accounts-20260105T080000Z-00001.json"
    zone.land()
    assert zone.rules() == []
    assert [name for _, name in accounts(zone)] == ["Customer 1", "Customer 2", "Customer 3"]
    deals = zone.rows(
        "select opportunity_id, account_id, kind, channel, created_on::text, closed_on::text,"
        " is_won, amount::text from landing.opportunities order by 1"
    )
    first = (f"006{1:012d}AAA", f"001{1:012d}AAA", "new", "direct")
    # One minute before midnight in the program's zone, and an amount that came as 1.2E7.
    assert deals[0] == (*first, "2025-02-28", "2025-04-01", True, "12000000.0000")
    assert deals[1][3:] == ("partner", "2025-02-28", None, None, None)


def test_the_second_pull_writes_nothing_and_the_third_what_changed(crm, zone):
    state = {}
    pull(crm, zone, state)
    done = pull(crm, zone, json.loads(json.dumps(state)), SECOND)
    assert [(one.file, one.note) for one in done] == [(None, "nothing new")] * 2
    crm.objects["Account"][2]["Name"] = "Renamed"
    done = pull(crm, zone, state, SECOND)
    assert [one.file is not None for one in done] == [True, False]
    zone.land()
    assert accounts(zone)[2][1] == "Renamed"


def test_a_deleted_and_a_merged_record_end_and_a_restored_one_is_back(crm, zone):
    state = {}
    pull(crm, zone, state)
    gone = account(2, IsDeleted=True, MasterRecordId=account(1)["Id"], SystemModstamp="x1")
    crm.objects["Account"][1] = gone
    pull(crm, zone, state, SECOND)
    zone.land()
    assert [name for _, name in accounts(zone)] == ["Customer 1", "Customer 3"]
    crm.objects["Account"][1] = account(2, SystemModstamp="x2")
    pull(crm, zone, state, datetime(2026, 1, 7, tzinfo=UTC))
    zone.land()
    assert len(accounts(zone)) == 3


def test_records_that_vanish_without_a_deletion_are_told_and_stay(crm, zone):
    state = {}
    pull(crm, zone, state)
    del crm.objects["Account"][0]
    done = pull(crm, zone, state, SECOND)
    assert any("1 records fewer than last time" in (one.note or "") for one in done)
    zone.land()
    assert len(accounts(zone)) == 3


def test_ids_of_15_and_18_characters_name_one_record(crm, zone):
    assert long_id("001A0000006Vm9r") == long_id("001a0000006vm9riac") == "001A0000006Vm9rIAC"
    assert [long_id(text) for text in ("A1", "", "001A0000006Vm9r999")] == [
        "A1",
        "",
        "001A0000006Vm9r999",
    ]
    crm.objects = {"Account": [account(1, Id="001A0000006Vm9rIAC")]}
    crm.objects["Opportunity"] = [deal(1, Id="006A0000006Vm9r", AccountId="001A0000006Vm9r")]
    pull(crm, zone, {})
    zone.land()
    assert zone.rows(
        "select opportunity_id from landing.opportunities join landing.accounts using (account_id)"
    ) == [("006A0000006Vm9rIAC",)]


def test_own_queries_land_where_they_say(crm, zone):
    crm.objects["Team__c"] = [
        {"Id": "a1", "Partner__c": "P1", "Owner__c": "ada@example.com", "SystemModstamp": STAMP}
    ]
    query = "SELECT Id, Partner__c, Owner__c, SystemModstamp FROM Team__c"
    queries = {"owners": {"query": query, "into": "partner_activity/partner_owners"}}
    (one,) = pull(crm, zone, {}, queries=queries)
    assert one.file.startswith("partner_activity/partner_owners/sf-owners-")
    with pytest.raises(SourceError, match="SystemModstamp too"):
        pull(crm, zone, {}, queries={"x": {"query": "SELECT Id FROM Team__c", "into": "crm"}})


def test_a_token_that_ran_out_is_renewed_and_a_wrong_secret_is_told_without_it(crm, zone):
    crm.revoked.add("token-1")
    assert faults(pull(crm, zone, {})) == [] and crm.tokens == 2
    fault = str(faults(pull(crm, zone, {}, SECOND, client_secret="wr0ng")))
    assert "invalid_client" in fault and "wr0ng" not in fault


def test_it_waits_as_asked_and_ends_where_the_days_requests_are_used(crm, zone):
    waits = []
    answers = [Answer({}, 429, {"Retry-After": "7"}), Answer({}, 503), None]
    crm.trouble = lambda *_: answers.pop(0) if answers else None
    assert faults(pull(crm, zone, {}, waits=waits)) == [] and waits == [7.0, 2.0]
    crm.trouble = lambda *_: Answer(
        [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit exceeded."}], 403
    )
    requests = len(crm.requests)
    limited = faults(pull(crm, zone, {}, SECOND))
    assert all("go on tomorrow" in one for one in limited) and len(crm.requests) == requests + 2


def test_a_share_of_the_days_requests_is_left_to_others(crm, zone):
    crm.headers = {"Sforce-Limit-Info": "api-usage=96/100"}
    state = {}
    limited = faults(pull(crm, zone, state))
    assert len(limited) == 2 and "96 of the day's 100 requests" in limited[0]
    assert crm.count("GET") == 1 and state == {}
    crm.headers = {}
    assert faults(pull(crm, zone, state, SECOND)) == []


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        ({"nextRecordsUrl": "https://evil.example/services/data/v62.0/query/1"}, "not followed"),
        ({"nextRecordsUrl": "/services/data/v62.0/sobjects/Account"}, "not followed"),
        ({"nextRecordsUrl": None}, "names no next one"),
        ({"done": True, "totalSize": 9}, "2 of 9 records came"),
        ({"records": None}, "not a page of a query"),
    ],
)
def test_a_walk_that_does_not_end_as_published_is_a_fault_and_is_asked_anew(
    crm, zone, spoil, fault
):
    def wrong(crm, request):
        if "FROM Account" not in request.query.get("q", ""):
            return None
        return Answer({**answer(crm, request).body, **spoil})

    crm.trouble = wrong
    state = {}
    done = pull(crm, zone, state)
    assert fault in faults(done)[0] and len(faults(done)) == 1
    assert "sf-accounts" not in state and "sf-opportunities" in state
    crm.trouble = lambda *_: None
    assert faults(pull(crm, zone, state, SECOND)) == []
    zone.land()
    assert len(accounts(zone)) == 3


def test_a_drip_and_a_page_cut_short_end(crm, zone, monkeypatch):
    monkeypatch.setitem(vendors()["patience"], "timeout_seconds", 0.5)
    cuts = [Answer({"totalSize": 1}, cut=True)]
    crm.trouble = lambda *_: cuts.pop() if cuts else None
    assert faults(pull(crm, zone, {})) == []
    crm.trouble = lambda *_: Answer({"records": [], "done": True}, drip=0.1)
    assert "no whole answer within" in faults(pull(crm, zone, {}, SECOND))[0]


def test_a_query_that_is_wrong_is_told_in_the_vendors_words(crm, zone):
    crm.unknown.add("Website")
    assert "No such column 'Website'" in faults(pull(crm, zone, {}))[0]


def test_what_is_missing_and_plain_http_are_told(tmp_path):
    with pytest.raises(SourceError, match="client_secret: is missing"):
        fetch({"url": "https://x.example", "client_id": "c"}, tmp_path, {})
    spec = {"url": "http://x.example", "client_id": "c", "client_secret": "d"}
    with pytest.raises(SourceError, match="https only"):
        fetch(spec, tmp_path, {})
