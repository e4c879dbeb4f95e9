"""`check`: what each file is and what is wrong with it, with nothing written."""

import io
import json
from decimal import Decimal

import pytest
from rich.console import Console

from ingest.deliveries.settings import Settings
from ingest.formats.template import write_template
from ingest.landing.check import check
from orchestration.cli.drawing.checked import draw_check

POLICY = Settings(Decimal("0.5"), 10, ("technology",), "America/Los_Angeles")


def printed(report):
    out = io.StringIO()
    draw_check(Console(file=out, width=200), report)
    return out.getvalue()


def test_a_landing_zone_is_judged_as_it_would_land(zone):
    zone.put("crm/accounts.csv", "account_id;name\nA1;Acme\nA2;\n")
    zone.put("crm/leads.csv", "x")
    before = sorted(zone.root.rglob("*"))
    report = check([zone.root], settings=POLICY)
    assert sorted(zone.root.rglob("*")) == before
    assert not zone.store.exists()
    files = {f.file: f for f in report.files}
    accounts = files["crm/accounts.csv"]
    assert (accounts.entity, accounts.layout, accounts.status) == (
        "accounts",
        "utf-8, semicolon",
        "accepted",
    )
    assert (accounts.rows_read, accounts.rows_accepted, accounts.rows_quarantined) == (2, 1, 1)
    (fault,) = accounts.faults
    assert (fault.row, fault.column, fault.rule) == (3, "name", "required")
    assert files["crm/leads.csv"].status == "refused"
    assert report.has_faults
    assert json.loads(json.dumps(report.as_dict()))["files"][0]["rows_read"] == 2
    text = printed(report)
    assert "row 3: name is required and empty; fill it [required]" in text
    assert "crm/leads.csv names no entity of crm" in text


def test_a_single_file_says_by_its_path_or_name_what_it_is(zone, tmp_path):
    inside = zone.put("crm/accounts/eu.csv", "account_id,name\nA1,Acme\n")
    outside = tmp_path / "opportunities-draft.csv"
    outside.write_text("opportunity_id,account_id,kind,channel,created_on\nO,A,new,direct,x\n")
    unknown = tmp_path / "whatever.csv"
    unknown.write_text("x")
    files = {f.file: f for f in check([inside, outside, unknown], landing=zone.root).files}
    assert files["crm/accounts/eu.csv"].status == "accepted"
    assert files["crm/opportunities-draft.csv"].rows_quarantined == 1
    assert files["whatever.csv"].status == "refused"
    assert "does not say which entity" in files["whatever.csv"].reason


def test_clean_files_have_no_faults(zone):
    path = zone.put("crm/accounts.csv", "account_id,name\nA1,Acme\n")
    report = check([path])
    assert not report.has_faults
    assert "1 accepted, 0 quarantined" in printed(report)


def test_the_policys_share_refuses_and_values_are_no_markup(zone):
    rows = "".join(f"O{i},A,[bold red]{i}[/],direct,2025-01-01\n" for i in range(30))
    header = "opportunity_id,account_id,kind,channel,created_on\n"
    path = zone.put("crm/opportunities.csv", header + rows)
    report = check([path], settings=POLICY)
    assert report.files[0].status == "refused"
    assert "30 of 30 rows break the contract" in report.files[0].reason
    text = printed(report)
    assert "[bold red]0[/]" in text
    assert "and 10 more faults" in text


def test_usage_parquet_is_judged_too(zone):
    import polars as pl

    path = zone.put("app_usage/usage_events/01.parquet", b"")
    pl.DataFrame(
        {
            "app_id": ["A"],
            "company_id": ["C"],
            "occurred_at": ["2025-01-01"],
            "http_method": ["GET"],
            "response_code": [200],
            "call_count": [0],
        }
    ).write_parquet(path)
    (file,) = check([path]).files
    assert [f.rule for f in file.faults] == ["call_count"]


def test_a_path_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file"):
        check([tmp_path / "nothing.csv"])


def test_no_value_commands_the_terminal_that_shows_it(zone):
    nasty = "\x1b]0;title\x07\x1b[2J\u202e\x9b31m"
    zone.put("crm/accounts.csv", f"account_id,name,customer_since,{nasty}\nA1,x,{nasty},y\n")
    text = printed(check([zone.root], settings=POLICY))
    assert not set(text) & set(nasty[:1] + "\x07\u202e\x9b")
    assert r"\x1b]0;title\x07\x1b[2J\u202e\x9b31m" in text


def test_a_workbook_is_one_file_and_as_many_deliveries_as_it_has_tables(zone, tmp_path):
    file = tmp_path / "filled.xlsx"
    write_template(file, "P1", "2025-03")
    zone.put("reseller_reports/workbook/P1-2025-03.xlsx", file.read_bytes())
    zone.put("crm/accounts.csv", "account_id;name\nA1;Acme\n")
    text = printed(check([zone.root], settings=POLICY))
    assert "2 files, 5 deliveries: 5 accepted; 0 rows to mend" in text
    assert "accepted: 1 row read, 1 accepted" in text
