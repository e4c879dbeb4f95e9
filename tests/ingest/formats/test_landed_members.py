"""Of a vendor's record lands what a model reads; the people that it names do not."""

import json

from ingest.formats.crossbeam import landed
from tests.transforms.member_names import members_read

OVERLAP = {
    "partner_name": "Acme",
    "partner_id": "u-1",
    "record_id": "A1",
    "record_name": "Kim Ode",
    "is_deleted": False,
    "populations": [{"id": 7, "name": "Kim's accounts"}, "odd"],
    "partner_populations": [],
    "crossbeam_record_id": "r",
    "partner_crossbeam_record_id": "p",
    "partner_owner": {"owner_name": "Kim Ode", "owner_email": "kim@example.com"},
}


def test_owners_and_leads_do_not_land():
    body = landed("overlaps/leads", json.dumps(OVERLAP))
    assert "Kim" not in body and "kim@example.com" not in body
    assert json.loads(body) == {
        "partner_name": "Acme",
        "partner_id": "u-1",
        "record_id": "A1",
        "is_deleted": False,
        "populations": [{"id": 7}, {}],
        "partner_populations": [],
        "crossbeam_record_id": "r",
        "partner_crossbeam_record_id": "p",
    }


def test_numbers_keep_their_digits_and_unknown_endpoints_land_nothing():
    assert (
        landed("populations", '{"id": 12345678901234567890.10}') == '{"id":12345678901234567890.10}'
    )
    assert landed("users", '{"name": "Kim", "email": "kim@example.com"}') == "{}"


def test_every_member_that_a_model_reads_lands():
    read = members_read()
    assert read["overlaps"] >= {"record_id", "populations", "is_deleted"}
    for family, names in read.items():
        members = {name: name for name in names}
        assert json.loads(landed(family, json.dumps(members))).keys() == members.keys(), family


def test_in_the_warehouse_no_owner_is_found(zone):
    page = {"data": [OVERLAP], "pagination": {}}
    zone.put("account_mapping/crossbeam/overlaps_leads-1.json", json.dumps(page))
    zone.put("crm/accounts.csv", "account_id,name\nA1,Acme\n")
    zone.land()
    [(body,)] = zone.rows("select body from landing.crossbeam_records")
    assert "example.com" not in body
    assert any(b"kim@example.com" in path.read_bytes() for path in zone.store.iterdir())
