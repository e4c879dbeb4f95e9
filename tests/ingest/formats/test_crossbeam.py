"""The account-mapping pages: keys kept apart, impossible moments put aside, non-pages refused."""

from __future__ import annotations

import json

import pytest

from ingest.formats.moments import is_moment
from ingest.judging.table import Refused

from .pages import BAD_MOMENT, overlap, page, read, signal


@pytest.mark.parametrize(
    ("name", "endpoint"),
    [
        ("overlaps_accounts.json", "overlaps/accounts"),
        ("v1_overlaps_accounts-12.json", "overlaps/accounts"),
        ("v1_signals_own-deals.json", "signals/own-deals"),
        ("partner-populations-3.json", "partner-populations"),
        ("v1_users_organization_id.json", "users/organization/id"),
        ("overlaps_accounts-2025-03.json", "overlaps/accounts"),
        ("overlaps_accounts-2025-03-01-12.json", "overlaps/accounts"),
        ("overlaps_accounts-20250301T040506Z-00001.json", "overlaps/accounts"),
        ("overlaps_accounts_2 (1).json", "overlaps/accounts"),
        ("populations-2025-03.json", "populations"),
    ],
)
def test_the_file_name_says_the_endpoint(name: str, endpoint: str) -> None:
    assert read(page([overlap() | signal() | {"id": 1}]), name).rows[0][0] == endpoint


@pytest.mark.parametrize("name", ["overlap_accounts.json", "overlaps.json", "populations_all.json"])
def test_a_page_of_no_endpoint_that_is_read_is_named_with_the_names_that_are(name: str) -> None:
    record = overlap() | {"id": "1"}
    (note,) = read(page([record]), name).notes
    endpoint = name.removesuffix(".json").replace("_", "/")
    assert note.kind == "unread_endpoint" and repr(endpoint) in note.message
    assert "partner-populations, overlaps_accounts, name it so" in note.message
    assert read(page([record]), "overlaps_accounts-2.json").notes == []
    assert read(page([signal()]), "signals_accounts.json").notes == []


def test_an_overlap_is_known_by_both_of_its_ids() -> None:
    records = [overlap(), overlap(partner_crossbeam_record_id="other")]
    table = read(page(records))
    keys = [row[1] for row in table.rows]
    assert keys == [
        '["297d66ea-as8a-5b37-93f0-a9205b7bbbee","0b4313d4"]',
        '["297d66ea-as8a-5b37-93f0-a9205b7bbbee","other"]',
    ]
    assert table.row_numbers == [1, 2]
    assert "is_deleted" not in json.loads(table.rows[0][2])  # absent is not false


@pytest.mark.parametrize(
    ("name", "record", "key"),
    [
        ("signals_accounts.json", signal(), '["044dd457",null]'),
        ("signals_leads.json", signal(signal_id="s1"), '["044dd457","s1"]'),
        ("populations.json", {"id": 17087}, '["17087"]'),
        ("partners.json", {"uuid": "5b55", "id": 1}, '["5b55"]'),
        # Two companies stand under one id in the vendor's samples, so a record goes by its place.
        (
            "v1_records_accounts-2.json",
            {"crossbeam_record_id": "x"},
            '["v1_records_accounts-2","1"]',
        ),
        ("something_new.json", {"id": 1}, '["something_new","1"]'),
    ],
)
def test_the_key_of_each_kind_of_record(name, record, key) -> None:
    assert read(page([record]), name).rows[0][1] == key


def test_an_impossible_moment_puts_its_record_aside() -> None:
    records = [signal(triggered_at=BAD_MOMENT), signal(event_id="b44bb0b5")]
    table = read(page(records), "signals_accounts.json")
    assert [row[1] for row in table.rows] == ['["b44bb0b5",null]']
    (broken,) = table.broken
    (fault,) = broken.faults
    assert (broken.row, broken.cell) == (1, "/data/0")
    assert (fault.rule, fault.cell, fault.column) == (
        "timestamp",
        "/data/0/triggered_at",
        "triggered_at",
    )
    assert fault.value == BAD_MOMENT


def test_moments_below_are_judged_too_but_not_a_crms_own_fields() -> None:
    deal = {"deal": {"close_date": "2025-02-30T00:00:00Z"}}
    (broken,) = read(page([signal(partner_data=deal)]), "signals_accounts.json").broken
    assert broken.faults[0].cell == "/data/0/partner_data/deal/close_date"
    assert not read(page([overlap()])).broken  # BAD_MOMENT stands in partner_source_data


@pytest.mark.parametrize(
    ("text", "real"),
    [
        ("2025-10-28T16:00:00.103+00:00", True),
        ("2025-10-28T16:00:00Z", True),
        ("2025-10-28", True),
        ("2024-02-29T00:00", True),
        (BAD_MOMENT, False),
        ("2025-02-29", False),
        ("2025-10-28T24:30:00Z", False),
        ("20251028", False),
        ("10/28/2025", False),
        ("2025-10-28T16:00:00.103+25:00", False),
        ("٢٠٢٥-10-28", False),
        ("2025-10-28T16:00:00.١", False),
    ],
)
def test_only_moments_of_the_calendar_are_moments(text: str, real: bool) -> None:
    assert is_moment(text) is real


def test_a_number_where_a_moment_belongs_is_not_guessed() -> None:
    (broken,) = read(page([signal(triggered_at=1761667200)]), "signals_accounts.json").broken
    assert broken.faults[0].rule == "timestamp"


def test_a_record_without_its_key_is_put_aside() -> None:
    (broken,) = read(page([overlap(partner_crossbeam_record_id=None)])).broken
    assert broken.faults[0].rule == "key"


def test_the_body_is_canonical_and_its_numbers_are_exact() -> None:
    one = read(b'{"data":[{"b":0.1000000000000000055511,"a":"\xc3\xa9"}]}', "x.json").rows[0][2]
    two = read(b'{"items": [ {"a":"\\u00e9", "b":0.1000000000000000055511} ]}', "x.json").rows[0][2]
    assert one == two == '{"a":"é","b":0.1000000000000000055511}'


def test_a_single_object_is_a_page_of_one() -> None:
    table = read(page({"uuid": "u1", "created_at": "never"}), "v1_partners_id.json")
    assert table.broken[0].faults[0].cell == "/data/created_at"
    assert read(page({"uuid": "u1"}), "v1_partners_id.json").rows[0][1] == '["u1"]'


def test_an_empty_page_lands_without_rows() -> None:
    table = read(page([], pagination={"has_more": False}))
    assert (table.rows, table.broken, table.notes) == ([], [], [])


def test_a_link_that_leads_elsewhere_is_noted() -> None:
    href = "https://api.example.com/v1/signals/accounts?limit=25"
    paging = {"has_more": True, "next_href": href}
    table = read(page([signal()], pagination=paging), "v1_signals_leads.json")
    assert [n.kind for n in table.notes] == ["has_more", "next_href"]
    table = read(page([signal()], pagination=paging), "v1_signals_accounts.json")
    assert [n.kind for n in table.notes] == ["has_more"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"partner_tag": ["id PK", "label"], "partner": ["id PK"]}', "layout"),
        (b"[1, 2]", "layout"),
        (b'{"data": [], "items": []}', "layout"),
        (b'{"data": "none"}', "layout"),
        (b'{"data": [{"id": 1}', "unreadable"),
        (b'{"data": [{"id": NaN}]}', "unreadable"),
        (b"", "empty"),
        (b'{"data": [' + b"[" * 100 + b"]" * 100 + b"]}", "size"),
        (b'{"data": ' + b"[" * 500_000, "size"),
    ],
)
def test_what_is_no_page_is_refused(data: bytes, rule: str) -> None:
    with pytest.raises(Refused) as caught:
        read(data, "populations.json")
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b'{"data": [{"id": 1, "id": 2}]}', "json"),
        (b'{"data": ["text"]}', "json"),
        (b'{"data": [{"id": 1, "name": "\\ud800"}]}', "text"),
        (b'{"data": [{"id": 1, "\\ud800": "x"}]}', "text"),
        (b'{"data": [{"id": true}]}', "key"),
    ],
)
def test_a_record_that_cannot_be_kept_is_put_aside(data: bytes, rule: str) -> None:
    table = read(data, "populations.json")
    assert not table.rows
    assert table.broken[0].faults[0].rule == rule
    repr(table).encode()  # nothing of it stops a later writer
