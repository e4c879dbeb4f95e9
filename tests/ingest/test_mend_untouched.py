"""A file for mending that nobody has corrected brings nothing in; corrected as it says, it does.

Belongs here: rows whose fault the form of the exported file would hide. Does not: the way of a
mended row through the landing in general (test_mend.py).
"""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.deliveries.discover import digest
from ingest.formats.map_store import Maps, MapText
from ingest.landing.check import check
from ingest.quarantine.mend import quarantined
from ingest.quarantine.mend_files import export
from orchestration.cli.app import run
from tests.ingest.formats.books import filled, line
from tests.ingest.zone import warehouse

PAGE = "app_usage/installations/C1/page-1.json"
LINES = (
    "partner_id,report_month,line_id,line_type,subscription_id,customer_name,term_start,term_end,"
    "amount,currency\n"
)
GERMAN = """
id: lines
title: Zeilen
entity: subscription_lines
header: [Partner, Monat, Zeile, Betrag]
decimal: ","
group: "."
columns:
  partner_id: Partner
  report_month: Monat
  line_id: Zeile
  line_type: {constant: new}
  subscription_id: Zeile
  customer_name: Kunde
  term_start: {from: Von, format: "%d.%m.%Y"}
  term_end: {from: Bis, format: "%d.%m.%Y"}
  amount: Betrag
  currency: {constant: EUR}
"""
ABOVE = "Partner,Monat,Zeile,Kunde,Von,Bis,Betrag\n"


def page(**installation):
    whole = {"id": "I1", "app_uid": "A1", "installed_at": "2025-01-01T00:00:00Z", **installation}
    return json.dumps([whole])


def exported(zone, folder):
    """(path, row, columns) of the only file that went out."""
    work = quarantined(zone.con, zone.root, zone.store)
    (file,), _ = export(work, folder, zone.store)
    text = (folder / file.path).read_text("utf-8-sig")
    return folder / file.path, list(csv.DictReader(io.StringIO(text)))


def refilled(path, row, **values):
    """Write the row as a person leaves it who corrected these values."""
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(row))
        writer.writeheader()
        writer.writerow({**row, **values})


HIDDEN = {
    "an end that is missing": (
        PAGE,
        page(status="uninstalled"),
        {"uninstalled_at": "2025-03-01T00:00:00Z"},
    ),
    "an end too many": (
        PAGE,
        page(status="installed", uninstalled_at="2025-02-01T00:00:00Z"),
        {"uninstalled_at": ""},
    ),
    "a status that is none": (PAGE, page(status="frozen"), {"uninstalled_at": ""}),
    "another company": (PAGE, page(company_id="C2"), {"company_id": "C1"}),
    "an object for an optional value": (
        "crm/accounts.json",
        '[{"account_id":"AC2","name":"Y","domain":{"x":1}}]',
        {"domain": "y.com"},
    ),
    "a list for a required value": (
        "crm/accounts.json",
        '[{"account_id":"AC2","name":["Y"]}]',
        {"name": "Y"},
    ),
    "a key in two spellings": (
        "crm/accounts.json",
        '[{"account_id":"AC2","name":"Y","NAME":"Z"}]',
        {"name": "Y"},
    ),
    "a row that is too short": (
        "crm/accounts.csv",
        "account_id,name,domain\nA1,x\n",
        {"account_id": "A1"},
    ),
    "a row that is too long": (
        "crm/accounts.csv",
        "account_id,name,domain\nA1,Acme, Inc,acme.com\n",
        {"account_id": "A1", "name": "Acme, Inc", "domain": "acme.com"},
    ),
    "a column twice": (
        "crm/accounts.csv",
        "account_id,name,name\nA1,x,y\n",
        {"name": "y"},
    ),
    "a day and an object": (
        "crm/accounts.json",
        '[{"account_id":"A1","name":"","domain":{"x":1}}]',
        {"name": "Y", "domain": "y.com"},
    ),
}


@pytest.mark.parametrize("case", HIDDEN)
def test_a_faulty_row_stays_out_until_it_is_corrected(zone, tmp_path, case):
    file, content, right = HIDDEN[case]
    zone.put(file, content)
    zone.land()
    path, (row,) = exported(zone, tmp_path / "mend")
    (untouched,) = check([path]).files
    assert (untouched.rows_accepted, untouched.rows_quarantined) == (0, 1)
    assert all(fault.message for fault in untouched.faults)
    if len(right) > 1 and case == "a day and an object":
        refilled(path, row, name="Y")
        assert check([path]).files[0].rows_accepted == 0
    refilled(path, row, **right)
    (mended,) = check([path]).files
    assert (mended.rows_accepted, mended.faults) == (1, ())


def test_what_the_record_says_stays_visible(zone, tmp_path):
    zone.put(PAGE, page(status="uninstalled"))
    zone.land()
    _, (row,) = exported(zone, tmp_path / "mend")
    assert (row["status"], row["uninstalled_at"]) == ("uninstalled", "<correct this>")
    assert "in uninstalled_at" in row["_message"]


@pytest.mark.parametrize(
    ("rule", "edit", "column"),
    [
        ("formula", lambda sheet: sheet.cell(2, 4, "=A1"), "customer_name"),
        ("long_number", lambda sheet: sheet.cell(2, 6, 1234567890123456789), "product"),
        ("merged_cells", lambda sheet: sheet.merge_cells("F2:G2"), "product"),
        ("fields", lambda sheet: sheet.cell(2, 15, "?"), "line_id"),
    ],
)
def test_a_cell_of_a_workbook_that_cannot_be_relied_on_is_marked(
    zone, tmp_path, rule, edit, column
):
    book = filled(tmp_path, {"Subscriptions": [line()]}, lambda book: edit(book["Subscriptions"]))
    zone.put("reseller_reports/P-1-2025-03.xlsx", book)
    zone.land()
    path, (row,) = exported(zone, tmp_path / "mend")
    assert row["_rule"] == rule
    assert row[column].startswith("<correct this")
    assert check([path]).files[0].rows_accepted == 0


def test_a_thousands_dot_or_a_decimal_one_is_asked_of_a_person(zone, tmp_path):
    """The file is refused for what another partner's line shows of its numbers."""
    lines = "P{0},2025-03,L{0},new,S{0},Acme,2025-03-01,2026-02-28,{1},EUR\n"
    zone.put(
        "reseller_reports/subscription_lines.csv",
        LINES + lines.format(1, "1.000") + lines.format(2, '"2,50"'),
    )
    zone.land()
    written, _ = export(quarantined(zone.con, zone.root, zone.store), tmp_path / "mend", zone.store)
    for file in written:
        assert check([tmp_path / "mend" / file.path]).files[0].rows_accepted == 0


def test_whole_numbers_of_usage_go_out_as_such_and_nested_values_empty(zone, tmp_path):
    table = pa.table(
        {
            "app_id": ["a", "a"],
            "company_id": [None, "c"],
            "occurred_at": ["2025-06-01T00:00:00", "yesterday"],
            "http_method": ["GET", "GET"],
            "response_code": [200.0, 200.0],
            "call_count": [2.0, 3.0],
        }
    )
    (zone.root / "app_usage").mkdir()
    pq.write_table(table, zone.root / "app_usage/usage_events-2025-06.parquet")
    zone.land()
    path, (first, second) = exported(zone, tmp_path / "mend")
    assert (first["call_count"], second["response_code"]) == ("2", "200")
    assert {fault.column for fault in check([path]).files[0].faults} == {
        "company_id",
        "occurred_at",
    }


def mapped(zone, *rows):
    zone.put("reseller_reports/subscription_lines/lines.csv", ABOVE + "".join(rows))
    zone.land(maps=Maps((MapText("maps/lines.yaml", GERMAN),)))


def test_a_mapped_row_says_in_which_form_it_comes_back(zone, tmp_path):
    mapped(
        zone,
        "P1,2025-03,L1,Acme,01.03.2025,2026-02-28,300 EUR\n",
        'P1,2025-03,L2,Acme,01.03.2025,28.02.2026,"1.300,00"\n',
    )
    path, (wrong, good) = exported(zone, tmp_path / "mend")
    # The good values are in our form already. The day was none in the map's form and would be one
    # in ours, so a person has to say that it is meant.
    assert (good["amount"], good["term_end"]) == ("1300.00", "2026-02-28")
    assert (wrong["amount"], wrong["term_start"]) == ("300 EUR", "2025-03-01")
    assert wrong["term_end"] == "<correct this: 2026-02-28>"
    assert wrong["_message"].startswith("this file is read in our own form")
    assert "1234.56" in wrong["_message"]
    refilled(path, wrong, amount="300.00", term_end="2026-02-28")
    (mended,) = check([path]).files
    assert (mended.rows_accepted, mended.faults) == (1, ())


def test_a_ragged_row_of_a_mapped_file_shows_what_was_delivered(zone, tmp_path):
    name = "Acme " + "x" * 300
    mapped(zone, f"P1,2025-03,L1,{name}, Inc,01.03.2025,28.02.2026,300\n")
    path, (row,) = exported(zone, tmp_path / "mend")
    assert f"P1|2025-03|L1|{name}| Inc|01.03.2025|28.02.2026|300" in row["partner_id"]
    assert check([path]).files[0].rows_accepted == 0


def test_an_amount_that_the_map_would_compute_over_the_term_is_not_taken_as_it_is(zone, tmp_path):
    zone.put(
        "reseller_reports/subscription_lines/lines.csv",
        ABOVE + "P1,2025-03,L1,Acme,01.03.2025,28/02/2026,300\n",
    )
    per = GERMAN.replace("amount: Betrag", "amount: {from: Betrag, per: month}")
    zone.land(maps=Maps((MapText("maps/lines.yaml", per),)))
    path, (row,) = exported(zone, tmp_path / "mend")
    refilled(path, row, term_end="2026-02-28")
    assert check([path]).files[0].rows_accepted == 0
    refilled(path, row, term_end="2026-02-28", amount="3600")
    assert check([path]).files[0].rows_accepted == 1


def test_a_file_that_somebody_has_mended_is_never_overwritten(zone, tmp_path, capsys):
    zone.con.close()
    file = tmp_path / "w.duckdb"
    zone.con = warehouse(path=str(file))
    zone.put("crm/accounts.csv", "account_id,name\nA1,\n")
    zone.put("crm/opportunities.json", '[{"opportunity_id":"O1"}]')
    zone.land()
    zone.con.close()
    folder = tmp_path / "mend"
    places = ["--landing", str(zone.root), "--warehouse", str(file), "--to", str(folder)]
    assert run(["quarantine", "export", *places]) == 0
    (accounts,) = folder.rglob("accounts-mend-*.csv")
    (others,) = folder.rglob("opportunities-mend-*.csv")
    assert all(one.is_dir() for one in folder.iterdir())
    # An untouched one is written again, also with other bytes than before.
    record = tmp_path / ".mend.exported.json"
    listed = json.loads(record.read_text())
    others.write_text("as an earlier release wrote it")
    listed[others.relative_to(folder).as_posix()] = digest(others)
    record.write_text(json.dumps(listed))
    mended = accounts.read_text().replace("A1,,", "A1,Acme,")
    accounts.write_text(mended)
    capsys.readouterr()
    assert run(["quarantine", "export", *places]) == 1
    captured = capsys.readouterr()
    assert accounts.read_text() == mended
    assert "_rule" in others.read_text("utf-8-sig")
    assert f"fault: {accounts} was changed since it was exported" in captured.err
    assert str(accounts) not in captured.out and str(others) in captured.out
