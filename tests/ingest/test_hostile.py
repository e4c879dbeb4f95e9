"""Bytes from people who mean harm or did not look: no file ends a run, none is half read."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.expectations import landed_checks
from tests.ingest.zone import Zone

OPPORTUNITIES = "opportunity_id,account_id,kind,channel,created_on,amount,currency\n"


def reconciled(zone):
    assert all(check.passed for check in landed_checks(zone.con))


@pytest.mark.parametrize(
    "amount",
    ["9" * 5000, "-" + "9" * 5000, "0." + "1" * 5000, "1e400", "inf", "nan", "0x10", "1_000", "١"],
)
def test_numbers_no_column_can_hold(zone, amount):
    zone.put("crm/opportunities.csv", OPPORTUNITIES + f"O1,A1,new,direct,2025-01-01,{amount},USD\n")
    zone.land()
    assert zone.rules() == [(2, "amount", "money")]
    assert len(zone.rows("select value from landing.quarantine")[0][0]) <= 200


def test_values_are_data(zone):
    nasty = [
        "'); drop table landing.accounts; --",
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "{{ 1 }}",
        "\u202eevil",
        "a\u0301",
        "\U0001f600",
        "NULL",
        "null",
        "N/A",
        "-",
        "0",
        "\\",
        "\\N",
    ]
    rows = "".join(f'A{i},"{name}"\n' for i, name in enumerate(nasty))
    zone.put("crm/accounts.csv", "account_id,name\n" + rows)
    zone.land()
    assert [r[0] for r in zone.rows("select name from landing.accounts order by _row")] == nasty


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x7f", "\x85", "\x9b", "\ufffe", "\uffff"])
def test_a_character_that_no_page_can_hold_breaks_its_row(zone, character):
    zone.put("crm/accounts.csv", f"account_id,name\nA1,Ac{character}me\nA2,Be\tta\n")
    zone.land()
    assert zone.rules() == [(2, "name", "text")]
    assert zone.rows("select name from landing.accounts") == [("Be\tta",)]
    reconciled(zone)


def test_nul_characters_break_their_row(zone):
    zone.put("crm/accounts.csv", b"account_id,name\nA1,Ac\0me\nA2,Beta\n")
    zone.land()
    assert zone.rules() == [(2, "name", "text")]
    assert zone.rows("select name from landing.accounts") == [("Beta",)]
    reconciled(zone)


def test_headers_made_to_hurt(zone):
    zone.put("crm/accounts-1.csv", b",".join(b"x%d" % i for i in range(1_000_000)))
    zone.put("crm/accounts-2.csv", b"account_id" + b"," * 3_000_000)
    zone.put(
        "crm/accounts-3.csv", 'account_id,name,"a""; drop table x; --",\'x\n' + "A1,Acme,1,2\n"
    )
    zone.put("crm/accounts-4.csv", "account_id,name," + "x" * 1_000_000 + "\nA1,Acme,1\n")
    zone.put("crm/accounts-5.csv", "account_id,name,_row,_delivery_id,_extra\nA9,Acme,1,2,3\n")
    zone.put("crm/accounts-6.csv", "account_id,name,,\nA6,Acme,,\n")
    zone.put("crm/accounts-8.csv", "account_id,name,,column 3,\nA8,Acme,1,2,3\n")
    zone.put("crm/accounts-7.csv", " " * 3_000_000 + "\naccount_id,name\nA7,Acme\n")
    zone.land()
    assert [zone.counts(f"crm/accounts-{i}.csv")[0] for i in range(1, 9)] == [
        "refused",
        "refused",
        *["accepted"] * 6,
    ]
    assert zone.rows("select _extra from landing.accounts where account_id = 'A8'") == [
        ('{"column 3\'":"1","column 3":"2","column 5":"3"}',)
    ]
    assert zone.rows("select _row, _extra from landing.accounts where account_id = 'A9'") == [
        (2, '{"_row":"1","_delivery_id":"2","_extra":"3"}')
    ]
    reconciled(zone)


def test_json_made_to_hurt(zone):
    bombs = {
        "1.json": "[" * 500_000,
        "2.json": '{"data": ' * 50_000 + "1" + "}" * 50_000,
        "3.json": '[{"account_id": ' + "9" * 100_000 + ', "name": "x"}]',
        "4.ndjson": "\n".join(f'{{"k{i}": 1}}' for i in range(10_000)),
        "5.json": '[{"account_id": "A", "name": "\\ud800"}]',
        "6.ndjson": '{"account_id": "A", "name": "x"}\n{"a":' + "[" * 100_000 + "\n",
        "7.json": "[]",
        "8.json": '{"account_id": "A8", "name": "one object"}',
    }
    for name, text in bombs.items():
        zone.put(f"crm/accounts-{name}", text)
    zone.land()
    statuses = {n: zone.counts(f"crm/accounts-{n}")[:4] for n in bombs}
    assert statuses["1.json"][0] == statuses["2.json"][0] == statuses["4.ndjson"][0] == "refused"
    assert statuses["3.json"] == ("accepted", 1, 1, 0)
    assert statuses["5.json"] == ("accepted", 1, 0, 1)
    assert statuses["6.ndjson"] == ("accepted", 2, 1, 1)
    # A list without an object is a delivery without rows.
    assert statuses["7.json"] == ("accepted", 0, 0, 0)
    assert statuses["8.json"] == ("accepted", 1, 1, 0)
    reconciled(zone)


def test_rows_that_no_frame_can_hold_refuse_their_file_alone(zone, monkeypatch):
    from ingest.deliveries import delivery

    judge = delivery.judge

    def stumble(spec, tables, choices, zone):
        if any("bad" in str(table.rows) for table in tables):
            raise pl.exceptions.ComputeError("nobody thought of these rows")
        return judge(spec, tables, choices, zone)

    monkeypatch.setattr(delivery, "judge", stumble)
    zone.put("crm/accounts-1.csv", "account_id,name\nA1,good\n")
    zone.put("crm/accounts-2.csv", "account_id,name\nA2,bad\n")
    zone.land()
    assert zone.counts("crm/accounts-1.csv")[0] == "accepted"
    assert zone.counts("crm/accounts-2.csv")[0] == "refused"
    assert "nobody thought" in zone.rows("select message from landing.quarantine")[0][0]


def test_files_too_big_to_be_read_whole_are_refused_unread(zone, monkeypatch):
    monkeypatch.setattr("ingest.deliveries.delivery.MOST_BYTES", 40)
    zone.put("crm/accounts-1.csv", "account_id,name\nA1,Acme\n")
    zone.put("crm/accounts-2.csv", "account_id,name\nA1,Acme\n" * 2)
    zone.land()
    assert zone.counts("crm/accounts-1.csv")[0] == "accepted"
    assert zone.rules("crm/accounts-2.csv") == [(None, None, "size")]


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return Zone(tmp_path_factory.mktemp("hostile"))


ENDINGS = ["csv", "json", "ndjson", "parquet", "xlsx", "txt"]
PLACES = [
    "crm/accounts",
    "reseller_reports/workbook",
    "reference/fx_rates",
    "app_usage/usage_events",
    "app_usage/api_call_activity/APP/x",
    "account_mapping/crossbeam/overlaps_accounts",
    "app_usage/installations/C1/page",
]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    place=st.sampled_from(PLACES),
    ending=st.sampled_from(ENDINGS),
    head=st.sampled_from(
        [
            b"",
            b"account_id,name\n",
            b"Date,USD,\n",
            b"PAR1",
            b"PK\x03\x04",
            b'{"data": [',
            b"\xff\xfe",
            b"app_id,company_id,occurred_at,http_method,response_code,call_count\n",
        ]
    ),
    body=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    ),
)
def test_no_bytes_end_a_run(shared, place, ending, head, body):
    file = f"{place}-{len(shared.received)}.{ending}"
    shared.put(file, head + body)
    shared.land()
    assert shared.counts(file)[0] in ("accepted", "refused", "duplicate")
    (shared.root / file).unlink()
    reconciled(shared)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(cut=st.integers(min_value=1, max_value=400))
def test_a_cut_file_never_harms_what_was_there(tmp_path_factory, cut):
    zone = Zone(tmp_path_factory.mktemp("cut"))
    header = (
        "partner_id,report_month,line_id,line_type,subscription_id,customer_name,"
        "term_start,term_end,amount,currency\n"
    )
    rows = "".join(
        f'P1,2025-03,L{i},new,S{i},"Acme, Inc",2025-03-01,2026-02-28,{i}00.00,USD\n'
        for i in range(1, 5)
    )
    whole = (header + rows).encode()
    zone.put("reseller_reports/subscription_lines-1.csv", whole, "2025-04-01T00:00:00")
    zone.put(
        "reseller_reports/subscription_lines-2.csv",
        whole[: min(cut, len(whole) - 1)],
        "2025-04-02T00:00:00",
    )
    zone.land()
    assert zone.counts("reseller_reports/subscription_lines-1.csv") == ("accepted", 4, 4, 0, 0)
    reconciled(zone)


HALF = "\\ud800"
LINE = (
    '{"partner_id": "P1", "report_month": "2025-03", "line_id": "L%s", "line_type": "new",'
    ' "subscription_id": "S1", "customer_name": "%s", "term_start": "2025-03-01",'
    ' "term_end": "2026-02-28", "amount": "1", "currency": "USD"}'
)


def test_half_a_character_costs_its_row_wherever_it_stands(zone):
    zone.put("crm/accounts-1.ndjson", f'{{"account_id": "A1", "name": "x"}}\n"{HALF}"\n')
    zone.put("crm/accounts-2.json", f'[{{"account_id": "A2", "name": "{HALF}"}}]')
    zone.put("crm/accounts-3.json", f'[{{"account_id": "A3", "name": "x", "{HALF}": "kept"}}]')
    zone.put("crm/accounts-4.json", f'[{{"account_id": ["{HALF}"], "name": "x"}}]')
    zone.put("crm/accounts-5.json", f'{{"{HALF}": 1}}')
    zone.land()
    counts = [zone.counts(f"crm/accounts-{i}.{'nd' * (i == 1)}json") for i in range(1, 6)]
    assert counts == [
        ("accepted", 2, 1, 1, 0),
        ("accepted", 1, 0, 1, 0),
        ("accepted", 1, 1, 0, 0),
        ("accepted", 1, 0, 1, 0),
        ("refused", 1, 0, 1, 0),
    ]
    (kept,) = zone.rows("select _extra from landing.accounts where account_id = 'A3'")
    assert kept == ('{"\\\\ud800":"kept"}',)
    reconciled(zone)


def test_a_line_with_half_a_character_is_still_put_down_to_its_report(zone):
    """RESL-REPORTS: a report that replaces another has no bad row, or replaces nothing."""
    path = "reseller_reports/subscription_lines"
    zone.put(f"{path}-1.ndjson", LINE % (1, "Acme"), "2025-04-01T00:00:00")
    text = LINE % (2, "Beta") + "\n" + LINE % (3, HALF)
    zone.put(f"{path}-2.ndjson", text, "2025-05-01T00:00:00")
    zone.land()
    assert zone.counts(f"{path}-2.ndjson") == ("accepted", 2, 0, 2, 0)
    assert {rule for _, _, rule in zone.rules(f"{path}-2.ndjson")} == {"text", "replacement"}
    reconciled(zone)
