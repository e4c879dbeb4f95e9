"""Foreign tables through the shipped maps, and a map's own rules on small tables."""

from __future__ import annotations

import json
import os
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.formats.map_model import ColumnMap
from ingest.formats.map_store import shipped_maps
from ingest.formats.reading import read as read_file
from ingest.judging.contract import entities, entity
from ingest.judging.table import RawTable, ReadContext, Refused

REAL = os.environ.get("PLUMBLINE_REAL_DATA", "")
real = [
    pytest.mark.real,
    pytest.mark.skipif(not REAL, reason="PLUMBLINE_REAL_DATA names no folder of real input"),
]
WHEN = datetime(2025, 4, 2, 5)  # still April 1 in the program's zone


def read(text: str | bytes, file: str) -> RawTable:
    source, name = file.split("/")[:2]
    context = ReadContext(source, name, file, WHEN, {"time_zone": "America/Los_Angeles"})
    data = text.encode() if isinstance(text, str) else text
    return read_file(Path(file), data, context)[0]


def records(table: RawTable) -> list[dict[str, str | None]]:
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]


def kinds(table: RawTable) -> list[str]:
    return [note.kind for note in table.notes]


def test_each_map_gives_every_required_column_of_its_entity() -> None:
    assert len(shipped_maps()) == 13
    known = {e.name for e in entities()}
    for layout in shipped_maps():
        assert layout.entity in known
        assert set(entity(layout.entity).required) <= set(layout.columns)


def test_our_own_layout_needs_no_map() -> None:
    header = "account_id,name,Account Name,Website\n"
    table = read(header + "1,Acme,x,y\n", "crm/accounts/a.csv")
    assert table.header == ("account_id", "name", "Account Name", "Website")


REPORT = (
    '"Account ID","Account Name","Opportunity ID","Type","Lead Source","Created Date",'
    '"Close Date","Closed","Won","Amount","Amount Currency","Description"\n'
    '"A1","M\xfcller","O1","New Business","Web","1/31/2025","12/1/2025","0","0","1,200.50","EUR",'
    '"two\r\nlines"\n'
    '"","","O2","Renewal","Partner","02/01/2025","03/05/2025","1","1","700","EUR",""\n'
    '"A2","Beta","O3","Renewal","Web","2025-02-01","03/05/2025","1","1","7","EUR",""\n'
)
FOOTER = (
    '\n"Filtered By:"\n"Grand Totals (3 records)"\n'
    '"Confidential Information - Do Not Distribute"\n'
    '"Copyright (c) 2000-2025 salesforce.com, inc. All rights reserved."\n'
)


def test_a_salesforce_report_with_its_encoding_footer_groups_and_dates() -> None:
    table = read((REPORT + FOOTER).encode("iso-8859-1"), "crm/opportunities/report.csv")
    one, two = records(table)
    assert one == {
        "opportunity_id": "O1",
        "account_id": "A1",
        "kind": "new",
        "channel": "direct",
        "created_on": "2025-01-31",
        "closed_on": None,  # open: its close date is only expected
        "is_won": None,
        "amount": "1200.50",
        "currency": "EUR",
    }
    assert (two["account_id"], two["channel"], two["closed_on"]) == ("A1", "partner", "2025-03-05")
    (broken,) = table.broken  # an ISO date is not in the declared format
    assert (broken.row, broken.faults[0].rule, broken.faults[0].value) == (4, "date", "2025-02-01")
    assert table.extra is not None
    assert json.loads(table.extra[0] or "")["Description"] == "two\r\nlines"
    assert json.loads(table.extra[0] or "")["Account Name"] == "Müller"
    assert "footer" in kinds(table)


def test_a_footer_that_promises_more_rows_means_a_file_cut_short() -> None:
    text = REPORT + FOOTER.replace("(3 records)", "(4 records)")
    with pytest.raises(Refused, match="says 4 records and the table has 3") as caught:
        read(text, "crm/opportunities/report.csv")
    assert caught.value.rule == "truncated"


def test_a_short_row_inside_the_table_is_no_footer() -> None:
    text = REPORT.replace('"A2"', '"Grand Totals (9 records)"\n"A2"')
    table = read(text, "crm/opportunities/report.csv")
    assert [b.faults[0].rule for b in table.broken] == ["fields", "date"]


FOUR = FOOTER.replace("(3 records)", "(4 records)")


def test_a_line_of_several_values_after_the_table_is_no_footer() -> None:
    table = read(REPORT + '"A9","half a row"\n' + FOUR, "crm/opportunities/report.csv")
    assert [(b.row, b.faults[0].rule) for b in table.broken] == [(4, "date"), (5, "fields")]


def test_latin_text_without_a_map_stays_refused() -> None:
    with pytest.raises(Refused, match="utf-8"):
        read("account_id,name\n1,M\xfcller\n".encode("latin-1"), "crm/accounts/a.csv")


def test_an_account_report_and_its_deleted_rows() -> None:
    text = '"Account ID","Account Name","Website","Deleted"\n"A1","Acme","acme.com","0"\n'
    table = read(text + '"A2","Gone","","1"\n', "crm/accounts/r.csv")
    assert records(table) == [
        {"account_id": "A1", "name": "Acme", "domain": "acme.com", "country": None}
    ]
    assert "left_out" in kinds(table)


HISTORY = (
    "id,account_id,plan_id,state,current_period_started_at,current_period_ends_at,currency,"
    "subtotal,quantity,updated_at\n"
    "s1,a,p,active,2025-03-01 06:00:00,2025-04-01 06:00:00,USD,10.0,1,2025-03-01 06:00:00\n"
    "s1,a,p,active,2025-02-01 08:00:00,2025-03-01 08:00:00,USD,10.0,1,2025-02-01 08:00:00\n"
    "s2,a,p,active,2025-02-01 08:00:00,2025-03-01 08:00:00,USD,20.0,1,2025-02-01 08:00:00\n"
    "s2,a,p,expired,2025-02-01 08:00:00,2025-03-01 08:00:00,USD,20.0,1,2025-02-09 08:00:00\n"
)


def test_of_a_history_the_newest_version_counts_and_only_while_active() -> None:
    table = read(HISTORY, "reseller_reports/subscription_lines/P-7/recurly-2025-03.csv")
    (row,) = records(table)
    assert (row["subscription_id"], row["partner_id"], row["report_month"]) == (
        "s1",
        "P-7",
        "2025-03",
    )
    # The period ends where the next starts; a month stays a month, whatever the program's zone.
    assert (row["term_start"], row["term_end"]) == ("2025-03-01", "2025-03-31")
    assert table.row_numbers == [2]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("reseller_reports/subscription_lines/recurly-2025-03.csv", "whose it is"),
        ("reseller_reports/subscription_lines/P-7/recurly.csv", "must hold its month once"),
        ("reseller_reports/subscription_lines/P-7/2025-03-2025-04.csv", "month once"),
    ],
)
def test_an_export_that_does_not_say_whose_and_when_is_refused(file: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read(HISTORY, file)


def test_a_row_cut_short_is_still_put_down_to_its_partner_and_month() -> None:
    file = "reseller_reports/subscription_lines/P-7/recurly-2025-03.csv"
    (broken,) = read(HISTORY + "s3,a\n", file).broken
    assert (broken.row, broken.faults[0].rule) == (6, "fields")
    assert broken.fields[:3] == ("P-7", "2025-03", None)


CHARGES = (
    "id,account_id,charge_number,charge_type,effective_start_date,effective_end_date,"
    "is_last_segment,mrr,segment,tcv,transaction_currency,version,name,quantity\n"
    "c1,a,C-1,Recurring,2025-01-01,2025-07-01,FALSE,10,1,60,USD,9,User,1\n"
    "c2,a,C-1,Recurring,2025-07-01,2026-01-01,TRUE,20,2,120,USD,10,User,2\n"
    "c3,a,C-2,Usage,2025-01-01,2026-01-01,TRUE,,1,,USD,1,Call,\n"
    "c4,a,C-3,Recurring,2025-01-01,,TRUE,5,1,,USD,1,Evergreen,1\n"
)


def test_of_a_charges_segments_the_current_one_counts() -> None:
    table = read(CHARGES, "reseller_reports/subscription_lines/P-7/zuora-2025-03.csv")
    rows = records(table)
    assert [(r["line_id"], r["amount"], r["term_end"]) for r in rows] == [
        ("c2", "120", "2025-12-31"),  # version 10 comes after version 9
        ("c4", None, None),  # an evergreen has no value over its term: the judge quarantines it
    ]


def microsoft(mpn: str, subtotal: str = "20.07", start: str = "10/3/2025", total: str = "") -> str:
    return (
        f"PartnerId,CustomerId,CustomerName,CustomerDomainName,{mpn},OrderId,OrderDate,SkuId,"
        "ProductName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,Total,Currency,"
        "SubscriptionId,ChargeStartDate,ChargeEndDate\n"
        f"P,C,Contoso,contoso.com,6034453,O1,10/3/2025,006G,Suite,New,6.692,3,{subtotal},0,"
        f"{subtotal},USD,S1,{start},10/2/2026\n"
    )


@pytest.mark.parametrize("mpn", ["MpnId", "MPNID"])
def test_the_reconciliation_file_is_month_first_under_either_spelling(mpn: str) -> None:
    table = read(microsoft(mpn), "reseller_reports/subscription_lines/recon-2025-10.csv")
    (row,) = records(table)
    assert (row["term_start"], row["term_end"]) == ("2025-10-03", "2026-10-02")
    assert (row["partner_id"], row["amount"], row["line_type"]) == ("6034453", "20.07", "new")
    assert row["line_id"] == "O1/S1/006G/New/10/3/2025/10/2/2026"
    assert "arithmetic" not in kinds(table)  # 6.692 x 3 = 20.076, rounded down


def test_sums_that_are_not_the_published_arithmetic_are_noted_and_kept() -> None:
    file = "reseller_reports/subscription_lines/recon-2025-10.csv"
    table = read(microsoft("MpnId", "20.08"), file)
    assert records(table)[0]["amount"] == "20.08"
    assert "arithmetic" in kinds(table)


def test_a_day_first_date_is_not_turned_round() -> None:
    file = "reseller_reports/subscription_lines/recon-2025-10.csv"
    (broken,) = read(microsoft("MpnId", start="31/10/2025"), file).broken
    assert (broken.faults[0].rule, broken.faults[0].column) == ("date", "term_start")


def test_crossbeams_salesforce_object() -> None:
    text = (
        "xbeamprod__Account__c,xbeamprod__Partner_Account__c,xbeamprod__Partner_Name__c,"
        "xbeamprod__Population__c,xbeamprod__Partner_Population__c,IsDeleted\n"
        "001,Wayne,Justice League,Customers,Open Opportunities,false\n"
    )
    (row,) = records(read(text, "account_mapping/overlaps/sf.csv"))
    assert (row["population"], row["partner_population"]) == ("customers", "open_opportunities")
    assert (row["seen_on"], row["is_deleted"]) == ("2025-04-01", "false")


def made(**changes: object) -> ColumnMap:
    """A small map; `changes` replace parts of its YAML."""
    form = {
        "id": "m",
        "title": "t",
        "entity": "accounts",
        "header": ["Id"],
        "columns": {"account_id": "Id", "name": "Name"},
    }
    return ColumnMap.model_validate(form | changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"columns": {"account_id": "Id"}}, "accounts needs name"),
        ({"columns": {"account_id": "Id", "name": "N", "nme": "N"}}, "no column nme"),
        ({"header": []}, "at least 1"),
        ({"colour": "red"}, "colour"),
        ({"rows": [{"drop": {"a": ["b"]}, "keep": {"a": ["b"]}}]}, "exactly one"),
        ({"columns": {"account_id": {"constant": "1", "from": "x"}, "name": "N"}}, "exactly one"),
    ],
)
def test_a_map_that_says_nothing_clear_is_an_error(changes: dict, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        made(**changes)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("fivetran_recurly/subscription_history_data.csv", "5695"),
        ("fivetran_zuora/zuora_rate_plan_charge_data.csv", "49"),
    ],
)
@pytest.mark.parametrize("marks", [pytest.param(None, marks=real)])
def test_monthly_value_of_the_real_exports(name: str, answer: str, marks: None) -> None:
    file = "reseller_reports/subscription_lines/P-1/export-2022-08.csv"
    table = read(Path(REAL, name).read_bytes(), file)
    monthly = Decimal(0)
    for row in records(table):
        start = datetime.fromisoformat(row["term_start"] or "")
        end = datetime.fromisoformat(row["term_end"] or "")
        # Every term here ends on the eve of the day on which it began.
        months = (end.year - start.year) * 12 + end.month - start.month
        assert start.day - end.day == 1
        monthly += Decimal(row["amount"] or "") / months
    assert monthly == Decimal(answer)
    assert not table.broken


@pytest.mark.parametrize("name", ["sf_opportunity_data.csv", "sf_opportunity_history_data.csv"])
@pytest.mark.parametrize("marks", [pytest.param(None, marks=real)])
def test_the_real_pipeline_is_empty_because_every_row_is_deleted(name: str, marks: None) -> None:
    table = read(Path(REAL, "fivetran_salesforce", name).read_bytes(), f"crm/opportunities/{name}")
    assert (table.rows, table.broken) == ([], [])
    assert "10 rows left out: is_deleted is true" in [n.message for n in table.notes]
