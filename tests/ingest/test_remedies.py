"""Messages that say what a person can do, and that doing it works."""

import io
import json
import random
import re
import resource
import shlex
import subprocess
import sys
import time
import zipfile
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
import yaml

from ingest.deliveries.settings import Settings
from ingest.expectations.plain import judge_plainly
from ingest.expectations.profile import COLUMNS
from ingest.expectations.suites import judge_deliveries
from ingest.formats.other_formats import OLE
from ingest.judging.contract import sources
from ingest.landing.check import MOST_FAULTS, check
from orchestration.cli.app import run
from scoring.policy.yaml_lines import PolicyError
from scoring.policy.yaml_lines import read as read_policy
from tests.ingest.test_losses_of_entities import book

WORKBOOK = "reseller_reports/workbook/march.xlsx"
ENCRYPTED = OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
OLD = OLE + bytes(504) + "Workbook".encode("utf-16-le") + bytes(500)


def packed(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


ODS = packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content="<x/>")
XLSB = packed(**{"xl/workbook.bin": b"x", "[Content_Types].xml": "<x/>"})


def refusal(zone, file):
    return zone.rows(
        "select q.rule, q.message from landing.quarantine as q"
        ' join landing.deliveries using (delivery_id) where q."row" is null and file = ?',
        file,
    )[0]


@pytest.mark.parametrize(
    ("data", "rule", "words"),
    [
        (ENCRYPTED, "encrypted", "Encrypt with Password"),
        (OLD, "format", r"before 2007 \(.xls\)"),
        (XLSB, "format", r"binary workbook \(.xlsb\)"),
        (ODS, "format", "OpenDocument"),
    ],
)
def test_a_workbook_of_another_kind_is_named_and_saved_as_told_it_lands(
    zone, tmp_path, data, rule, words
):
    zone.put(WORKBOOK, data, "2025-05-01T00:00:00")
    zone.land()
    refused = refusal(zone, WORKBOOK)
    assert refused[0] == rule and re.search(words, refused[1])
    zone.put(WORKBOOK, book(tmp_path, 3), "2025-05-02T00:00:00")
    zone.land()
    assert zone.counts(WORKBOOK)[0] == "accepted"


def table_book() -> bytes:
    """A workbook with one sheet, which is no report."""
    made, data = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["account_id", "name"])
    made.save(data)
    return data.getvalue()


def test_a_workbook_where_a_table_is_wanted_is_to_be_saved_as_csv(zone, tmp_path):
    zone.put("crm/accounts.xlsx", table_book())
    zone.put("crm/accounts-1.xlsx", book(tmp_path, 1))
    zone.put("crm/accounts-2.xlsx", ENCRYPTED)
    zone.put("crm/accounts-3.csv.gz", b"x")
    zone.land()
    assert "CSV UTF-8" in refusal(zone, "crm/accounts.xlsx")[1]
    assert "directly into reseller_reports/" in refusal(zone, "crm/accounts-1.xlsx")[1]
    assert "password" in refusal(zone, "crm/accounts-2.xlsx")[1]
    assert "unpack it" in refusal(zone, "crm/accounts-3.csv.gz")[1]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of one's own, with an empty landing zone."""
    monkeypatch.setenv("PLUMBLINE_HOME", str(tmp_path))
    for name in ("LANDING", "WAREHOUSE", "SITE", "CONFIG"):
        monkeypatch.delenv(f"PLUMBLINE_{name}", raising=False)
    (tmp_path / "landing/crm/accounts").mkdir(parents=True)
    return tmp_path


def test_a_missing_column_leads_to_a_map_by_a_command_that_works(home, monkeypatch, capsys):
    path = home / "landing/crm/accounts/firms.csv"
    path.write_text("Account Nr,Company name\n1,Acme\n")
    assert run(["check", str(path), "--json"]) == 1
    (file,) = json.loads(capsys.readouterr().out)["files"]
    command = file["reason"].rpartition(": ")[2]
    monkeypatch.chdir(home)  # the file is named as reports name it, below the landing zone
    assert command.startswith("plumbline map ")
    assert run(shlex.split(command)[1:]) == 0
    capsys.readouterr()
    (saved,) = (home / "maps").iterdir()
    document = yaml.safe_load(saved.read_text())
    document["columns"] = {"account_id": "Account Nr", "name": "Company name"}
    document["header"] = ["Account Nr", "Company name"]
    saved.write_text(yaml.safe_dump(document))
    assert run(["check", "crm/accounts/firms.csv"]) == 0


def test_the_list_of_receipts_says_what_is_wrong_in_it_until_it_is_right(zone):
    zone.put("crm/accounts.csv", "account_id,name\nA1,x\n")
    listed = zone.root / "_received.csv"
    listed.write_text(
        "file,received_at\ncrm/accounts.csv,2025-05-01\ncrm/accounts.csv,2025-05-02\n"
        "crm/acounts.csv,2025-05-01\n"
    )
    zone.land()
    rule, message = refusal(zone, "_received.csv")
    assert rule == "received"
    assert "row 3: crm/accounts.csv is listed before" in message
    assert "crm/acounts.csv" in message and "not there" in message
    listed.write_text("file,received_at\ncrm/accounts.csv,2025-05-02\n")
    zone.land()
    assert zone.rows("select count(*) from landing.deliveries where status = 'refused'") == [(0,)]
    # A file that landed may be taken away.
    (zone.root / "crm/accounts.csv").unlink()
    zone.land()
    assert zone.rows("select count(*) from landing.deliveries where status = 'refused'") == [(0,)]


def test_check_too_says_what_a_list_of_receipts_names_in_vain(home, capsys):
    (home / "landing/crm/accounts/own.csv").write_text("account_id,name\n1,Acme\n")
    listed = home / "landing/_received.csv"
    listed.write_text("file,received_at\ncrm/accounts/onw.csv,2025-05-01\n")
    assert run(["check", str(home / "landing"), "--json"]) == 1
    files = {one["file"]: one for one in json.loads(capsys.readouterr().out)["files"]}
    assert "crm/accounts/onw.csv" in files["_received.csv"]["reason"]
    listed.write_text("file,received_at\ncrm/accounts/own.csv,2025-05-01\n")
    assert run(["check", str(home / "landing")]) == 0


def test_what_check_answers_is_bounded(zone):
    text = "account_id,name\n" + "A1,\n" * 3000
    path = zone.put("crm/accounts.csv", text)
    (file,) = check([path], landing=zone.root).files
    assert (len(file.faults), file.faults_left_out) == (MOST_FAULTS, 3000 - MOST_FAULTS)


def test_what_check_answers_of_many_files_is_bounded_and_leaves_none_unexplained(zone, monkeypatch):
    monkeypatch.setattr("ingest.landing.check.MOST_IN_ALL", 50)
    for number in range(5):
        zone.put(f"crm/accounts-{number}.csv", "account_id,name\n" + f"A{number},\n" * 30)
    files = check([zone.root], landing=zone.root).files
    assert [len(file.faults) for file in files] == [30, 20, 3, 3, 3]
    assert [file.faults_left_out for file in files] == [0, 10, 27, 27, 27]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{b}: &{b} [{', '.join([f'*{a}'] * 8)}]\n"
            for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "a: " + "[" * 5000 + "]" * 5000,
        "\n".join(" " * level + "a:" for level in range(3000)),
        "a: " + "9" * 1_000_000,
        "a: 1e" + "9" * 1_000_000,
        "a: &a [*a]",
        "a: 1.0e+999999999",
        "a: \x00",
        "a: \x1b[31m",
    ],
)
def test_a_policy_file_that_unfolds_is_refused_by_name_within_a_second(tmp_path, text):
    path = tmp_path / "huge.yaml"
    path.write_text(text)
    started = time.process_time()
    with pytest.raises(PolicyError, match="huge") as caught:
        read_policy(path)
    assert time.process_time() - started < 1
    assert len(str(caught.value)) < 500


def test_check_of_a_small_file_takes_less_than_three_seconds_of_a_processor(home):
    path = home / "landing/crm/accounts/own.csv"
    path.write_text("account_id,name\n1,Acme\n")
    program = "from orchestration.entry import main; main()"  # as `plumbline` itself starts
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program, "check", str(path)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3


def any_facts(rng):
    """A delivery of any kind: good ones, broken ones, and those on every edge of a rule."""
    row = {name: rng.choice((None, None, "x")) for name in COLUMNS}
    return row | {
        "rows_read": rng.choice((0, 1, 9, 10, 11)),
        "rows_good": rng.choice((0, 1, 10)),
        "quarantined_share": rng.choice((0.0, 0.49, 0.5, 0.51, 1.0)),
        "days_past_receipt": rng.choice((None, -1.0, 0.0, 1.0, 1.01, 40.0)),
    }


@pytest.mark.parametrize("source", sources())
def test_check_judges_as_great_expectations_does(source):
    rng = random.Random(source)
    rows = [any_facts(rng) | {"delivery_id": f"d{i}", "file": f"f{i}"} for i in range(300)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    for rules in (Settings(refused_share=Decimal("0.5"), refused_minimum_rows=10), Settings()):
        assert judge_plainly(source, rows, rules) == judge_deliveries(source, frame, rules)
