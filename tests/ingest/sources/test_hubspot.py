"""HubSpot's objects through its API into the warehouse: pages, archived and merged records."""

import json
from datetime import UTC, datetime

import pytest

from ingest.sources.fetched import SourceError
from ingest.sources.hubspot import fetch
from tests.crm.hubspot import answer, record
from tests.crm.server import Answer, serving

FIRST, SECOND = datetime(2026, 1, 5, 8, tzinfo=UTC), datetime(2026, 1, 6, 8, tzinfo=UTC)


def company(number, **more):
    return record(number, name=f"Customer {number}", domain=f"c{number}.example", **more)


def deal(number, **more):
    known = {"dealname": "Deal", "dealtype": "newbusiness", "amount": "1200.50"}
    known |= {"createdate": "2025-03-01T07:59:00.000Z", "closedate": "2025-04-01T19:00:00Z"}
    known |= {"hs_is_closed": "true", "hs_is_closed_won": "false"}
    known |= {"hs_primary_associated_company": str(number), "deal_currency_code": "USD"}
    return record(number, **(known | more))


@pytest.fixture
def crm():
    with serving(answer) as serving_crm:
        serving_crm.tokens = 1  # a private app's token is given by hand
        serving_crm.objects = {
            "companies": [company(n) for n in (1, 2, 3, 9, 10)],
            "deals": [deal(1), deal(2, channel="partner", hs_is_closed="false")],
        }
        yield serving_crm


def pull(crm, zone, state, now=FIRST, waits=None, **more):
    spec = {"name": "hs", "url": crm.url, "token": "token-1", **more}
    waits = [] if waits is None else waits
    done = fetch(spec, zone.root, state, now, waits.append)
    for one in done:
        if one.file:
            zone.received[one.file] = f"{now:%Y-%m-%dT%H:%M:%S}"
    zone._list()
    return done


def faults(done):
    return [one.fault for one in done if one.fault]


def standing(zone, entity="accounts", key="account_id"):
    return [
        value
        for (value,) in zone.rows(
            f"select {key} from (from landing.{entity} qualify row_number() over (partition by"
            f" {key} order by _received_at desc, _file desc, _row desc) = 1)"
            f" where not coalesce(is_deleted, false) order by {key}::int"
        )
    ]


def test_every_record_comes_once_whatever_the_pages_are(crm, zone):
    waits = []
    done = pull(crm, zone, {}, waits=waits)
    assert faults(done) == [] and sum(one.rows for one in done if one.file) == 7
    # Four searches a second is what HubSpot allows.
    assert waits and all(0.2 < wait <= 0.25 for wait in waits)
    zone.land()
    assert zone.rules() == []
    assert standing(zone) == ["1", "2", "3", "9", "10"]
    assert zone.rows(
        "select account_id, kind, channel, created_on::text, closed_on::text, is_won, amount::text,"
        " currency from landing.opportunities order by 1"
    ) == [
        ("1", "new", "direct", "2025-02-28", "2025-04-01", False, "1200.5000", "USD"),
        ("2", "new", "partner", "2025-02-28", None, None, "1200.5000", "USD"),
    ]


def test_nothing_new_writes_nothing(crm, zone):
    state = {}
    pull(crm, zone, state)
    done = pull(crm, zone, json.loads(json.dumps(state)), SECOND)
    assert [one.file for one in done] == [None] * 4


def test_archived_and_merged_records_end(crm, zone):
    state = {}
    pull(crm, zone, state)
    crm.objects["deals"][0] = deal(1) | {"archived": True, "updatedAt": "later"}
    companies = crm.objects["companies"]
    companies[:] = [one for one in companies if one["id"] not in ("2", "3")]
    companies[0] = company(1, hs_merged_object_ids="2;3")
    pull(crm, zone, state, SECOND)
    zone.land()
    assert standing(zone) == ["1", "9", "10"]
    assert standing(zone, "opportunities", "opportunity_id") == ["2"]
    note = zone.rows("select message from landing.delivery_notes where kind = 'merged'")
    assert note == [("2 old ids of merged records land as deleted",)]


def test_a_record_archived_during_the_walk_moves_none_out_of_it(crm, zone):
    def archive(crm, request):
        if crm.count("POST", "companies/search") == 2:
            crm.objects["companies"][0]["archived"] = True

    crm.trouble = archive
    pull(crm, zone, {})
    zone.land()
    assert standing(zone) == ["2", "3", "9", "10"]


@pytest.mark.parametrize(
    ("trouble", "waited"),
    [
        (Answer({"policyName": "TEN_SECONDLY_ROLLING"}, 429, {"Retry-After": "10"}), 10.0),
        (Answer({"policyName": "SECONDLY"}, 429), 1.0),
    ],
)
def test_it_waits_while_asked_too_often(crm, zone, trouble, waited):
    answers, waits = [trouble], []
    crm.trouble = lambda *_: answers.pop() if answers else None
    assert faults(pull(crm, zone, {}, waits=waits)) == [] and waits[0] == waited


def test_it_waits_out_an_interval_with_nothing_left_and_ends_with_the_day(crm, zone):
    crm.headers = {
        "X-HubSpot-RateLimit-Remaining": "0",
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
    }
    waits = []
    pull(crm, zone, {}, waits=waits)
    assert 9 < waits[0] <= 10
    crm.headers = {"X-HubSpot-RateLimit-Daily-Remaining": "0"}
    assert "go on tomorrow" in faults(pull(crm, zone, {}, SECOND))[0]
    crm.headers = {}
    crm.trouble = lambda *_: Answer({"policyName": "DAILY", "message": "limit"}, 429)
    requests = len(crm.requests)
    assert "go on tomorrow" in faults(pull(crm, zone, {}, SECOND))[0]
    assert len(crm.requests) == requests + 4


def test_a_revoked_token_is_told_without_it(crm, zone):
    crm.revoked.add("token-1")
    fault = str(faults(pull(crm, zone, {})))
    assert "answers 401" in fault and "token-1" not in fault


def test_own_objects_and_what_is_missing(crm, zone, tmp_path):
    crm.objects["2-123"] = []
    objects = {"partners": {"properties": ["name"], "into": "crm/accounts"}}
    crm.objects["partners"] = [record(7, name="Seven")]
    (one, *_) = pull(crm, zone, {}, objects=objects)
    assert one.rows == 1 and "hs_merged_object_ids" in crm.requests[0].document["properties"]
    for wrong in ({"x/y": {}}, {"deals": {"into": "crm"}}, [1]):
        with pytest.raises(SourceError, match="objects"):
            pull(crm, zone, {}, objects=wrong)
    with pytest.raises(SourceError, match="client_id: is missing"):
        fetch({}, tmp_path, {})
