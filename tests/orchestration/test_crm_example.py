"""The documented configuration of both CRMs, pulled from local servers and landed by its maps."""

import shutil
from pathlib import Path

import pytest

from ingest.deliveries.settings import note_maps
from ingest.formats.map_store import read_maps
from ingest.people.store import people_of
from orchestration.map_folders import map_folders
from orchestration.settings import locations
from orchestration.sources import bring
from tests.crm import hubspot, salesforce
from tests.crm.server import SECRET, serving
from tests.ingest.sources.test_hubspot import company
from tests.ingest.sources.test_hubspot import deal as hubspot_deal
from tests.ingest.sources.test_salesforce import STAMP, account, deal
from tests.ingest.zone import Zone

EXAMPLE = Path(__file__).parents[2] / "docs/examples/crm"


def custom(number, **fields):
    return {
        "Id": f"a0b{number:012d}AAA",
        "IsDeleted": False,
        "SystemModstamp": STAMP,
        **fields,
    }


def registration(number, **more):
    known = {"Partner__r.Partner_Id__c": f"P-{number}", "Customer__c": f"Customer {number}"}
    known |= {"Customer_Domain__c": "c.example", "Country__c": "DE", "Is_Renewal__c": False}
    known |= {"Submitted__c": "2025-03-03T09:00:00.000+0000", "Via_Form__c": True}
    return custom(number, **known, Presales__c=None, Estimated_ARR__c=1.25e5, **more)


def event(number, outcome, **more):
    known = {"Registration__c": f"a0b{number:012d}", "Outcome__c": outcome}
    known |= {"Decided__c": "2025-03-05T10:00:00.000+0000", "Reason__c": None}
    return custom(10 + number, **known, Decided_By__c="ann@vendor.example", **more)


def owner(number, role, **more):
    known = {"Partner__r.Partner_Id__c": f"P-{number}", "Owner.Email": "ann@vendor.example"}
    return custom(20 + number, **known, Role__c=role, From__c="2024-01-01", To__c=None, **more)


@pytest.fixture
def sold():
    with serving(salesforce.answer) as org:
        org.objects = {
            "Account": [account(1)],
            "Opportunity": [deal(1)],
            "Deal_Registration__c": [registration(1), registration(2), registration(3)],
            "Registration_Event__c": [event(1, "Approved"), event(2, "On hold")],
            "Partner_Owner__c": [owner(1, "Partner Manager"), owner(2, "Channel Manager")],
        }
        yield org


@pytest.fixture
def hubbed():
    with serving(hubspot.answer) as hub:
        hub.tokens = 1
        one = {"registration_id": "HR-1", "partner_id": "P-9", "customer_name": "Hub & Co"}
        one |= {"submitted_at": "2025-04-01T08:00:00Z", "via_form": "true", "is_renewal": "false"}
        one |= {"estimated_arr": "9000.50"}
        became = {"registration_id": "HR-1", "registration_event": "rejected"}
        became |= {"occurred_at": "2025-04-03T08:00:00Z", "reason": "known"}
        whose = {"partner_id": "P-9", "owner_email": "bo@vendor.example", "owner_role": "channel"}
        hub.objects = {
            "companies": [company(1)],
            "deals": [hubspot_deal(1)],
            "deal_registrations": [
                hubspot.record(5, **one),
                hubspot.record(6, archived=True, **one | {"registration_id": "HR-2"}),
            ],
            "registration_events": [hubspot.record(7, **became)],
            "partner_owners": [hubspot.record(8, **whose, active_from="2024-06-01")],
        }
        yield hub


@pytest.fixture
def home(tmp_path, monkeypatch, sold, hubbed):
    for name in ("CONFIG", "LANDING", "WAREHOUSE", "SITE", "POLICY", "SECRETS", "MAPS"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    secrets = {"SALESFORCE_URL": sold.url, "SALESFORCE_CLIENT_ID": "c", "HUBSPOT_TOKEN": "token-1"}
    secrets |= {"SALESFORCE_CLIENT_SECRET": SECRET, "HUBSPOT_URL": hubbed.url}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def zone(home):
    zone = Zone(home)
    maps = read_maps(map_folders())
    assert maps.faulty == () and len(maps.own) == 6
    note_maps(zone.con, maps)
    return zone


def pulled(zone):
    """Pull both, as the command does; a file counts as received when it came."""
    brought = bring(locations())
    assert [fault for one in brought for fault in one.faults] == []
    zone.land()
    return {one.source: sum(thing.file is not None for thing in one.things) for one in brought}


def landed(zone, entity, columns):
    return zone.rows(f"select {columns} from landing.{entity} order by all")


def test_registrations_events_and_owners_of_both_land(zone):
    assert pulled(zone) == {"salesforce": 6, "hubspot": 6}
    ids = [f"a0b{n:012d}AAA" for n in (1, 2, 3)]
    columns = "registration_id, partner_id, customer_name, estimated_arr_usd::text, via_form"
    assert landed(zone, "registrations", columns) == [
        ("HR-1", "P-9", "Hub & Co", "9000.5000", True),
        *((key, f"P-{n}", f"Customer {n}", "125000.0000", True) for n, key in enumerate(ids, 1)),
    ]
    assert landed(zone, "registration_events", "registration_id, event, occurred_at::text") == [
        ("HR-1", "rejected", "2025-04-03 08:00:00"),
        (ids[0], "approved", "2025-03-05 10:00:00"),
    ]
    # A picklist value that no map names is never guessed.
    assert [(column, rule) for _, column, rule in zone.rules()] == [("event", "enum")]
    people = people_of(zone.store.parent, make=False)
    owners = landed(zone, "partner_owners", "partner_id, role, active_from::text, owner")
    assert sorted((*row, people.value(token)) for *row, token in owners) == [
        ("P-1", "partner_manager", "2024-01-01", "ann@vendor.example"),
        ("P-2", "channel_manager", "2024-01-01", "ann@vendor.example"),
        ("P-9", "channel_manager", "2024-06-01", "bo@vendor.example"),
    ]
    assert [len(landed(zone, name, "1")) for name in ("accounts", "opportunities")] == [2, 2]


def test_nothing_new_lands_nothing_and_a_change_replaces_its_row(zone, sold):
    pulled(zone)
    assert pulled(zone) == {"salesforce": 0, "hubspot": 0}
    first = sold.objects["Deal_Registration__c"][0]
    first |= {"Customer__c": "Renamed", "SystemModstamp": "2025-07-01T00:00:00.000+0000"}
    sold.objects["Deal_Registration__c"][1]["IsDeleted"] = True
    assert pulled(zone)["salesforce"] >= 1
    names = zone.rows(
        "select customer_name from landing.registrations where partner_id in ('P-1', 'P-2')"
        " qualify row_number() over (partition by registration_id order by _received_at desc,"
        " _file desc) = 1 order by registration_id"
    )
    assert names == [("Renamed",), ("Customer 2",)]
