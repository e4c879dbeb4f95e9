"""Doing what a message says works: for each rule, a file that breaks it and the corrected one.

Belongs here: refused files and quarantined rows put right as their own message asks. Does not: the
wording itself (test_remedies.py), or mending by a person's acceptance (test_acceptances.py).
"""

import io
import json
import os
import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.cli.app import run
from tests.ingest.zone import Zone, warehouse

ACCOUNTS, LINES = "crm/accounts.csv", "reseller_reports/subscription_lines/P1/{}.csv"
HEADER = "account_id,name,customer_since\n"
LINE_HEADER = (
    "report_month,line_id,line_type,subscription_id,customer_name,term_start,term_end,amount,"
    "currency\n"
)
ROW = "2025-03,L1,{0},S1,Acme,2025-03-01,{1},{2},{3}\n"
OPPORTUNITIES = (
    "Opportunity ID,Account ID,Created Date,Close Date,Closed,Won,Type,Lead Source,Amount,"
    "Amount Currency\n"
)
REPORT = OPPORTUNITIES + "O1,A1,01/05/2025,02/05/2025,1,1,Renewal,Partner,5.00,USD\n"
FOOTER = '"Grand Totals ({} records)"\n"Copyright (c) 2000-2025 salesforce.com, inc."\n'


def line(kind="new", end="2026-02-28", amount="100", currency="USD"):
    header = f"partner_id,{LINE_HEADER}"
    return header + "P1," + ROW.format(kind, end, amount, currency)


REFUSED = {
    # rule: (file, content, what its message asks for, the content that does it)
    "required_column": (ACCOUNTS, "account_id\nA1\n", "add it to the file", HEADER + "A1,Acme,\n"),
    "required_column below a title": (
        ACCOUNTS,
        "Accounts of the desk,,\nas of 2025-12-31,,\n" + HEADER + "A1,Acme,\n",
        "row 3: delete the rows above it",
        HEADER + "A1,Acme,\n",
    ),
    "repeated_column": (
        ACCOUNTS,
        "account_id,name,name\nA1,x,y\n",
        "name each column once",
        "account_id,name,other name\nA1,x,y\n",
    ),
    "encoding": (
        ACCOUNTS,
        (HEADER + "A1,Café,\n").encode("cp1252"),
        "save it as utf-8",
        HEADER + "A1,Café,\n",
    ),
    "empty": (ACCOUNTS, b"", "deliver it again", HEADER + "A1,Acme,\n"),
    "truncated": (
        "crm/opportunities.csv",
        REPORT + FOOTER.format(2),
        "export the report again",
        REPORT + FOOTER.format(1),
    ),
    "declared": (
        "crm/opportunities.csv",
        REPORT.replace("01/05/2025", "25/05/2025"),
        "have the file written in one way",
        REPORT.replace("01/05/2025", "05/25/2024"),
    ),
    "locale": (
        "reseller_reports/subscription_lines.csv",
        line(amount="1.000") + "P1," + ROW.format("new", "2026-02-28", '"2,50"', "USD"),
        "write 1234.56",
        line(amount="1000.00"),
    ),
    "format": (
        "crm/accounts.ods",
        b"PK\x03\x04 no table",
        "csv",
        None,  # saved under the ending that is told
    ),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_refused_file_put_right_as_its_message_asks_is_taken_in(zone, rule):
    file, content, words, right = REFUSED[rule]
    zone.put(file, content)
    zone.land()
    refusals = zone.rows('select rule, message from landing.quarantine where "row" is null')
    assert [r for r, _ in refusals] == [rule.split()[0]]
    assert words.lower() in refusals[0][1].lower()
    if right is None:
        file, right = "crm/accounts.csv", HEADER + "A1,Acme,\n"
    zone.put(file, right, "2025-07-01T00:00:00")
    zone.land()
    status, _, accepted, quarantined, _ = zone.counts(file)
    assert (status, quarantined) == ("accepted", 0) and accepted > 0


ROWS = {
    # rule: (file, content, what the row's message asks for, the content that does it)
    "date": (ACCOUNTS, HEADER + "A1,x,1.2.2025\n", "YYYY-MM-DD", HEADER + "A1,x,2025-02-01\n"),
    "date of no day": (
        ACCOUNTS,
        HEADER + "A1,x,2025-02-29\n",
        "an existing day",
        HEADER + "A1,x,2025-02-28\n",
    ),
    "required": (ACCOUNTS, HEADER + "A1,,\n", "fill it", HEADER + "A1,x,\n"),
    "text": (ACCOUNTS, HEADER + "A1,x\x1b,\n", "remove it", HEADER + "A1,x,\n"),
    "fields": (ACCOUNTS, HEADER + "A1,x,y,\n", "quote a value", HEADER + 'A1,"x,y",\n'),
    "money": ("reseller_reports/subscription_lines.csv", line(amount="1 000"), "digits", line()),
    "term": (
        "reseller_reports/subscription_lines.csv",
        line(end="2025-02-28"),
        "the last day of the term",
        line(),
    ),
    "sign": ("reseller_reports/subscription_lines.csv", line(amount="-5"), "at least 0", line()),
    "enum": ("reseller_reports/subscription_lines.csv", line("fresh"), "none of new", line("new")),
    "iso4217": (
        "reseller_reports/subscription_lines.csv",
        line(currency="Dollar"),
        "e.g. USD",
        line(),
    ),
    "bool": (
        "reseller_reports/reports.csv",
        "partner_id,report_month,received_on,declares_no_sales\nP1,2025-03,2025-04-01,perhaps\n",
        "write true or false",
        "partner_id,report_month,received_on,declares_no_sales\nP1,2025-03,2025-04-01,false\n",
    ),
    "month": (
        "reseller_reports/reports.csv",
        "partner_id,report_month,received_on,declares_no_sales\nP1,03/2025,2025-04-01,no\n",
        "YYYY-MM",
        "partner_id,report_month,received_on,declares_no_sales\nP1,2025-03,2025-04-01,no\n",
    ),
    "timestamp": (
        "app_usage/contact_requests.csv",
        "request_id,app_id,received_at\nR1,A1,yesterday\n",
        "2025-03-01T09:30:00Z",
        "request_id,app_id,received_at\nR1,A1,2025-03-01T09:30:00Z\n",
    ),
    "call_count": (
        "app_usage/usage_events-2025-03.csv",
        "app_id,company_id,occurred_at,http_method,response_code,call_count\n"
        "A1,C1,2025-03-01T09:30:00Z,GET,200,0\n",
        "below 1",
        "app_id,company_id,occurred_at,http_method,response_code,call_count\n"
        "A1,C1,2025-03-01T09:30:00Z,GET,200,1\n",
    ),
}


@pytest.mark.parametrize("rule", ROWS)
def test_a_row_put_right_as_its_message_asks_lands(zone, rule):
    file, content, words, right = ROWS[rule]
    zone.put(file, content)
    zone.land()
    broken = zone.rows("select rule, message from landing.quarantine")
    assert [r for r, _ in broken] == [rule.split()[0]]
    assert words in broken[0][1]
    zone.put(file, right, "2025-07-01T00:00:00")
    zone.land()
    assert zone.counts(file) == ("accepted", 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("file", "better", "words"),
    [
        ("crm/firms.csv", "crm/accounts-firms.csv", "its name must start with accounts"),
        ("CRM/accounts.csv", "crm/accounts.csv", "the sources are"),
    ],
)
def test_a_file_in_no_place_is_taken_in_where_its_message_says(zone, file, better, words):
    zone.put(file, HEADER + "A1,Acme,\n")
    zone.land()
    assert words in zone.rows("select message from landing.quarantine")[0][0]
    zone.put(better, HEADER + "A1,Acme,\n")
    zone.land()
    assert zone.counts(better)[0] == "accepted"


def test_what_shrank_comes_in_under_another_name(zone):
    for parameter, value in {"share": "0.5", "minimum_rows": "10"}.items():
        zone.con.execute(
            "insert into policy.parameter_values values (?, date '2000-01-01', null, ?, 0)",
            [f"ingest.shrunken_{parameter}", value],
        )
    few, many = (HEADER + "".join(f"A{i},x,\n" for i in range(n)) for n in (3, 30))
    zone.put(ACCOUNTS, many)
    zone.land()
    zone.put(ACCOUNTS, few, "2025-07-01T00:00:00")
    zone.land()
    assert zone.counts(ACCOUNTS)[0] == "refused"
    (message,) = zone.rows("select message from landing.quarantine where rule = 'shrunken'")[0]
    assert "a part of it under another name" in message
    zone.put("crm/accounts-part.csv", few, "2025-07-01T00:00:00")
    zone.land()
    assert zone.counts("crm/accounts-part.csv")[0] == "accepted"


def calls(company):
    out = io.BytesIO()
    columns = {
        "app_id": ["a", "a"],
        "company_id": ["c", company],
        "occurred_at": ["2025-06-01T00:00:00", "2025-06-02T00:00:00"],
        "http_method": ["GET", "GET"],
        "response_code": [200, 200],
        "call_count": [1, 2],
    }
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_what_is_exported_for_mending_is_mended_by_the_commands_that_are_told(
    tmp_path, monkeypatch, capsys
):
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    for name in ("LANDING", "WAREHOUSE", "SITE", "CONFIG", "POLICY"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    monkeypatch.setenv("PLUMBLINE_HOME", str(home))
    before = dict(os.environ)
    file = home / "plumbline.duckdb"
    zone = Zone(elsewhere, warehouse(path=str(file)))
    # Refused, so that nothing in the warehouse says where the zone of the run lay.
    zone.put("app_usage/usage_events-2025-06.parquet", calls(None))
    zone.put("crm/accounts.csv", HEADER + "A1,,\nA2,Acme,soon\n")
    zone.store = home / "raw"
    zone.con.execute("update policy.parameter_values set value = '1' where parameter like '%rows'")
    zone.con.execute(
        "update policy.parameter_values set value = '0.4' where parameter like '%refused_share'"
    )
    zone.land()
    zone.con.close()
    mending = tmp_path / "mending"
    export = ["quarantine", "export", "--to", str(mending), "--json"]
    assert run(export) == 0
    answer = json.loads(capsys.readouterr().out)
    (left,) = [one for one in answer["left_out"] if "usage" in one["file"]]
    assert "--landing" in left["message"]
    os.environ.clear()
    os.environ.update(before)
    assert run([*export, "--landing", str(zone.root)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert {one["entity"] for one in answer["files"]} == {"usage_events", "accounts"}
    for one in answer["files"]:
        path = mending / one["path"]
        text = (
            path.read_text("utf-8-sig").replace("A1,,", "A1,Alder,").replace("soon", "2025-01-01")
        )
        path.write_text(re.sub("^a,,", "a,c2,", text, flags=re.M), "utf-8")
    for folder in mending.iterdir():
        shutil.copytree(folder, zone.root, dirs_exist_ok=True)
    zone.con = warehouse_again(file)
    zone.land()
    zone.con.close()
    os.environ.clear()
    os.environ.update(before)
    assert run(["quarantine", "list", "--json", "--landing", str(zone.root)]) == 0
    assert json.loads(capsys.readouterr().out) == []


def warehouse_again(file):
    import duckdb

    return duckdb.connect(str(file))
