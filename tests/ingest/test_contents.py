"""Files that are not what their name says, and lists and lines written in an odd way: each is named
as what it is, and what the message asks for works."""

import gzip
import json

import openpyxl
import pytest

from ingest.formats.draft import draft_map
from orchestration.cli.app import run
from tests.ingest.test_remedies import refusal
from tests.ingest.usage_feed import put

TEXT = "account_id,name\n1,Acme\n2,Bolt\n"
ROWS = [{"account_id": "1", "name": "Acme"}, {"account_id": "2", "name": "Bolt"}]


def names(zone):
    return zone.rows("select name from landing.accounts order by all")


@pytest.mark.parametrize(
    ("file", "data", "words", "remedied"),
    [
        ("accounts.csv", json.dumps(ROWS).encode(), "holds JSON", "accounts-2.json"),
        ("accounts.csv", json.dumps(ROWS, indent=1).encode(), "holds JSON", "accounts-2.json"),
        ("accounts.txt", b'{"account_id":"1","name":"A"}\n' * 2, "holds JSON", "accounts-2.json"),
        ("accounts.json", TEXT.encode(), "holds delimited text", "accounts-2.csv"),
        ("accounts.xlsx", TEXT.encode(), "holds delimited text", "accounts-2.csv"),
    ],
)
def test_what_a_file_holds_is_named_and_under_that_name_it_lands(zone, file, data, words, remedied):
    zone.put(f"crm/{file}", data)
    zone.land()
    rule, message = refusal(zone, f"crm/{file}")
    assert rule == "format" and words in message and file.rpartition(".")[2] in message
    assert f"end in .{remedied.rpartition('.')[2]}" in message
    zone.put(f"crm/{remedied}", data, "2025-06-02T00:00:00")
    zone.land()
    assert zone.counts(f"crm/{remedied}")[:2] == ("accepted", 2)


def test_packed_files_and_workbooks_under_another_name(zone, tmp_path):
    zone.put("crm/accounts-1.csv", gzip.compress(TEXT.encode()))
    openpyxl.Workbook().save(tmp_path / "book.xlsx")
    zone.put("crm/accounts-2.csv", (tmp_path / "book.xlsx").read_bytes())
    zone.put("reseller_reports/workbook/march.xlsx", b"partner_id,report_month\nP1,2025-03\n")
    zone.land()
    assert "gzip, although its name ends in .csv" in refusal(zone, "crm/accounts-1.csv")[1]
    assert "is a workbook, although" in refusal(zone, "crm/accounts-2.csv")[1]
    book = refusal(zone, "reseller_reports/workbook/march.xlsx")[1]
    assert "holds delimited text, although its name ends in .xlsx" in book


@pytest.mark.parametrize("text", ["[]", '{"data": []}', '{"items": [], "next": null}'])
def test_a_list_without_rows_is_a_delivery_without_rows(zone, text):
    zone.put("crm/accounts.json", text)
    zone.land()
    assert zone.counts("crm/accounts.json") == ("accepted", 0, 0, 0, 0)


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_under_a_name_of_its_own_is_named(zone, indent):
    zone.put("crm/accounts.json", json.dumps({"accounts": ROWS}, indent=indent))
    zone.land()
    assert "a list named 'accounts'; name it data" in refusal(zone, "crm/accounts.json")[1]
    zone.put("crm/accounts.json", json.dumps({"data": ROWS}, indent=indent), "2025-06-02T00:00:00")
    zone.land()
    assert names(zone) == [("Acme",), ("Bolt",)]


@pytest.mark.parametrize("text", ["[]", "[{}]", '{"data": []}'])
def test_no_map_is_drafted_or_saved_of_nothing(tmp_path, monkeypatch, text):
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    path = tmp_path / "accounts.json"
    path.write_text(text)
    with pytest.raises(ValueError, match="no row that names columns"):
        draft_map(path)
    assert run(["map", str(path), "--entity", "accounts", "--save"]) != 0
    assert not (tmp_path / "maps").exists()


def test_lines_quoted_as_a_whole_are_known_and_without_the_quotes_they_land(zone):
    zone.put("crm/accounts.csv", "".join(f'"{one}"\n' for one in TEXT.split()))
    zone.land()
    message = refusal(zone, "crm/accounts.csv")[1]
    assert "every line is quoted as a whole" in message and "title" not in message
    zone.put("crm/accounts.csv", TEXT, "2025-06-02T00:00:00")
    zone.land()
    assert names(zone) == [("Acme",), ("Bolt",)]


def test_parquet_of_the_feed_is_led_to_what_works(zone):
    path = put(zone, "usage_events-1.parquet", {})
    import polars as pl

    frame = pl.read_parquet(path).rename({"app_id": "app"})
    frame.write_parquet(path)
    zone.land()
    message = refusal(zone, "app_usage/usage_events-1.parquet")[1]
    assert "rename it there" in message and "plumbline map" not in message
    frame.rename({"app": "app_id"}).write_parquet(path)
    zone.land()
    assert zone.rows("select count(*) from landing.usage_events") == [(1,)]


def test_a_currency_twice_is_said_in_a_sentence(zone):
    zone.put("reference/eurofxref-hist.csv", "Date,USD,USD,\n2025-01-03,1.03,1.04,\n")
    zone.land()
    assert refusal(zone, "reference/eurofxref-hist.csv") == (
        "repeated_column",
        "the header names USD more than once; name each currency once",
    )


@pytest.mark.parametrize("amount", ["123456789012345", "999999999999999.5"])
def test_an_amount_of_too_many_digits_is_told_the_rule(zone, amount):
    header = "opportunity_id,account_id,kind,channel,created_on,amount,currency\n"
    zone.put("crm/opportunities.csv", f"{header}O1,A1,new,direct,2025-01-01,{amount},USD\n")
    zone.land()
    ((message,),) = zone.rows("select message from landing.quarantine")
    assert f"'{amount}'" in message and "at most 14 digits" in message


PAGE = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Sign in</body></html>"
SHEET = '<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com"></Workbook>'


@pytest.mark.parametrize("ending", ["csv", "json", "xls", "txt"])
@pytest.mark.parametrize(("text", "words"), [(PAGE, "a web page (HTML)"), (SHEET, "holds XML")])
def test_a_page_or_xml_in_place_of_a_table_is_named(zone, ending, text, words):
    zone.put(f"crm/accounts.{ending}", text)
    zone.land()
    rule, message = refusal(zone, f"crm/accounts.{ending}")
    assert rule == "format" and words in message and "plumbline map" not in message


@pytest.mark.parametrize("header", ["<none>,account_id,name", "a<b,account_id,name"])
def test_a_header_with_an_angle_bracket_is_no_page(zone, header):
    zone.put("crm/accounts.csv", f"{header}\nx,1,Acme\n")
    zone.land()
    assert names(zone) == [("Acme",)]


@pytest.mark.parametrize(
    "file", ["crm/accounts.csv", "reference/eurofxref-hist", "app_usage/usage_events"]
)
@pytest.mark.parametrize("ending", ["gz", "zip", "bz2", "tgz"])
def test_a_packed_file_is_to_be_unpacked_whichever_reader_it_meets(zone, file, ending):
    zone.put(f"{file}.{ending}", gzip.compress(TEXT.encode()))
    zone.land()
    message = refusal(zone, f"{file}.{ending}")[1]
    assert f"ending in .{ending} is not read" in message and "although" not in message
    assert "unpack it" in message and "deliver what is in it" in message


def test_readers_of_a_layout_of_their_own_know_other_content_too(zone, tmp_path):
    openpyxl.Workbook().save(tmp_path / "book.xlsx")
    zone.put("reference/eurofxref-hist.csv", gzip.compress(TEXT.encode()))
    zone.put("reference/eurofxref-hist.xlsx", (tmp_path / "book.xlsx").read_bytes())
    zone.put("app_usage/api_call_activity/A1/1.csv", PAGE)
    report = "Date,Response Code,HTTP Method,Normalized Route,Count\n2025-01-03,200,GET,/x,1\n"
    zone.put("app_usage/api_call_activity/A1/2.csv", f"API Call Activity\nApp A1\n\n{report}")
    zone.land()
    assert "packed with gzip" in refusal(zone, "reference/eurofxref-hist.csv")[1]
    assert "as csv" in refusal(zone, "reference/eurofxref-hist.xlsx")[1]
    assert "a web page" in refusal(zone, "app_usage/api_call_activity/A1/1.csv")[1]
    message = refusal(zone, "app_usage/api_call_activity/A1/2.csv")[1]
    assert "stand in row 4: delete the rows above it" in message
    zone.put("app_usage/api_call_activity/A1/3.csv", report)
    zone.land()
    assert zone.counts("app_usage/api_call_activity/A1/3.csv")[:2] == ("accepted", 1)


def test_a_list_deep_inside_is_named_and_lands_alone(zone):
    zone.put("crm/accounts.json", json.dumps({"status": "ok", "result": {"rows": ROWS}}))
    zone.land()
    message = refusal(zone, "crm/accounts.json")[1]
    assert message == "the rows stand in a list named 'result.rows'; deliver that list alone"
    zone.put("crm/accounts.json", json.dumps(ROWS), "2025-06-02T00:00:00")
    zone.land()
    assert names(zone) == [("Acme",), ("Bolt",)]


def test_a_file_without_names_of_columns_is_told_so_and_with_them_it_lands(zone, tmp_path):
    row = "1,Acme,{},2025-01-31\n"
    rows = row.format("acme.com") + row.format("acme.org")
    zone.put("crm/accounts.csv", rows)
    zone.land()
    message = refusal(zone, "crm/accounts.csv")[1]
    assert "row 1 holds values, as '2025-01-31'" in message and "plumbline map" not in message
    with pytest.raises(ValueError, match="put a row with their names above it"):
        draft_map(zone.root / "crm/accounts.csv", "accounts")
    zone.put("crm/accounts.csv", f"account_id,name,domain,customer_since\n{rows}", "2025-06-02")
    zone.land()
    assert (
        zone.counts(
            "crm/accounts.csv",
        )[0]
        == "accepted"
    )


def test_months_as_names_of_columns_are_names(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("Kunde,Name,2025-01-01,2025-02-01\n1,Acme,100,200\n")
    assert "entity: accounts" in draft_map(path, "accounts")


@pytest.mark.parametrize(("end", "status"), [("", "refused"), ("\n", "accepted")])
def test_lines_of_json_that_were_cut_are_refused_as_csv_is(zone, end, status):
    lines = [json.dumps({"account_id": str(n), "name": f"A{n}"}) for n in range(12)]
    zone.put("crm/accounts.ndjson", "\n".join([*lines, lines[0][:20]]) + end)
    zone.land()
    assert zone.counts("crm/accounts.ndjson")[0] == status
    if status == "refused":
        assert refusal(zone, "crm/accounts.ndjson")[0] == "truncated"
