"""What a path that is named to `check` is: the same answer, whichever way it is named."""

import json
import os
import re

import pytest

from ingest.landing.check import check
from orchestration.cli.app import run
from tests.ingest.formats.books import filled, line
from tests.ingest.test_check import printed

ACCOUNTS = "account_id,name\nA1,Acme\n"


def ways(zone, path):
    """The piece of one path as the whole zone, its folder and it alone give it."""
    # A reason may name a path that its file does not have in the report, so both are compared.
    for named in (zone.root, path.parent, path):
        report = check([named], landing=zone.root)
        (file,) = (f for f in report.files if f.reason)
        yield file.file, file.status, file.reason


def test_a_link_does_not_spoil_the_file_beside_it(zone):
    path = zone.put("crm/accounts.csv", ACCOUNTS)
    (path.parent / "accounts-link.csv").symlink_to(path)
    files = {f.file: f for f in check([path.parent], landing=zone.root).files}
    assert files["crm/accounts.csv"].status == "accepted"
    assert files["crm/accounts-link.csv"].status == "refused"
    assert "is a link" in files["crm/accounts-link.csv"].reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (b"accounts-\xff.csv", "rename it"),
        (b"accounts-new\nline.csv", "rename it"),
        (b"accounts-fifo.csv", "not a regular file"),
        (b"accounts-link.csv", "is a link"),
        (b"accounts-dangling.csv", "is a link"),
        (b"leads.csv", "entity"),
    ],
    ids=str,
)
def test_one_path_has_one_answer(zone, name, words):
    good = zone.put("crm/accounts.csv", ACCOUNTS)
    path = good.parent / os.fsdecode(name)
    if b"fifo" in name:
        os.mkfifo(path)
    elif b"link" in name:
        path.symlink_to(good)
    elif b"dangling" in name:
        path.symlink_to("nothing.csv")
    else:
        path.write_text(ACCOUNTS)
    answers = list(ways(zone, path))
    assert len({(file, status) for file, status, _ in answers}) == 1
    for file, status, reason in answers:
        assert status == "refused"
        assert words in reason
        assert file.encode().decode() == file


def test_a_name_that_is_not_utf8_is_shown_and_ends_no_command(zone, capsys):
    path = zone.put("crm/accounts.csv", ACCOUNTS)
    (path.parent / os.fsdecode(b"accounts-\xff.csv")).write_text(ACCOUNTS)
    for flags in ([], ["--json"]):
        assert run(["check", str(path.parent), "--landing", str(zone.root), *flags]) == 1
        captured = capsys.readouterr()
        assert r"accounts-\xff.csv" in captured.out.replace("\\\\", "\\")
        assert "codec" not in captured.out + captured.err
    nothing = str(path.parent / os.fsdecode(b"no\xff.csv"))
    assert run(["check", nothing, "--landing", str(zone.root)]) == 2
    # The frame of an error breaks a long path anywhere.
    assert r"\xff" in re.sub(r"[│\s]", "", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("crm/.accounts.csv", "a run skips crm/.accounts.csv: a name with a dot before it"),
        ("crm/~$accounts.csv", "lock"),
        ("crm/_temporary/accounts.csv", "rename _temporary"),
    ],
)
def test_a_file_that_a_run_skips_is_not_accepted(zone, name, words):
    path = zone.put(name, ACCOUNTS)
    (file,) = check([path], landing=zone.root).files
    assert (file.status, file.rows_accepted) == ("refused", 0)
    assert words in file.reason and "rename" in file.reason
    zone.put("crm/accounts.csv", ACCOUNTS)
    assert [f.file for f in check([zone.root]).files] == ["crm/accounts.csv"]


LISTS = {
    "_received.csv": (
        "file,received_at\ncrm/accounts.csv,2025-01-01T00:00:00Z\n",
        "file,received_at\ncrm/accounts.csv,yesterday\n",
    ),
    "_accepted.csv": (
        "file,sha256,accepted_by,accepted_on,reason\n",
        "file,sha256,accepted_by,accepted_on,reason\ncrm/accounts.csv,1,A,never,x\n",
    ),
    "app_usage/installations/_demo.csv": ("company_id,installation_id\nC1,\n", "who\nC1\n"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_the_landing_zone_is_called_one_and_its_form_is_checked(zone, name):
    good, faulty = LISTS[name]
    zone.put("crm/accounts.csv", ACCOUNTS)
    path = zone.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(good)
    for landing in (zone.root, None):
        report = check([path], landing=landing)
        assert not report.has_faults
        assert [f.status for f in report.files] == ["no delivery"]
        assert "the landing zone's list of" in printed(report)
        assert json.dumps(report.as_dict())
    path.write_text(faulty)
    (file,) = check([path], landing=zone.root).files
    assert file.status == "refused"
    assert path.name in file.reason
    assert "entity" not in file.reason


def test_the_lists_of_a_folder_are_no_files_of_it(zone):
    zone.put("app_usage/installations/_demo.csv", "company_id,installation_id\nC1,\n")
    zone.put("app_usage/installations.csv", "installation_id\n")
    report = check([zone.root / "app_usage"], landing=zone.root)
    assert [f.file for f in report.files] == ["app_usage/installations.csv"]


def test_a_next_page_is_not_asked_for_where_it_is_there(zone):
    page = {"data": [], "pagination": {"has_more": True}}
    for number in (1, 2, 4):
        zone.put(f"account_mapping/crossbeam/overlaps_accounts-{number}.json", json.dumps(page))
    files = check([zone.root]).files
    assert [(f.file[-6], bool(f.notes)) for f in files] == [("1", False), ("2", True), ("4", True)]


def test_counts_have_one_form(zone):
    rows = "".join(f"A{number},Acme\n" for number in range(1598))
    zone.put("crm/accounts.csv", "account_id,name\n" + rows)
    assert "1,598 rows read, 1,598 accepted, 0 quarantined" in printed(check([zone.root]))


@pytest.mark.parametrize(
    "name", ["reports-2025-04.xlsx", "reports/april.xlsx", "subscription_lines/P1/april.xlsx"]
)
def test_a_report_s_workbook_under_a_name_of_something_else_says_where_it_belongs(
    zone, tmp_path, name
):
    book = filled(tmp_path, {"Subscriptions": [line()]})
    path = zone.put(f"reseller_reports/{name}", book)
    (file,) = check([path], landing=zone.root).files
    assert file.status == "refused"
    remedy = re.search(r"reseller_reports/<partner>-2025-04\.xlsx", file.reason)
    assert remedy is not None
    better = remedy[0].replace("<partner>", "P-1")
    report = check([zone.put(better, book)], landing=zone.root)
    assert not report.has_faults
    assert {f.entity for f in report.files} >= {"reports", "subscription_lines"}


def test_the_remedy_for_an_encoding_is_one_that_works(zone):
    """A column map names an encoding only for a layout that is not ours."""
    latin = "Caf\u00e9".encode("latin-1")
    own = zone.put("crm/accounts.csv", b"account_id,name\nA1," + latin + b"\n")
    foreign = zone.put("crm/accounts-firms.csv", b"Nr,Firma\n1," + latin + b"\n")
    files = {f.file: f.reason for f in check([own, foreign], landing=zone.root).files}
    assert "save it as utf-8 (in Excel: " in files["crm/accounts.csv"]
    assert "column map" not in files["crm/accounts.csv"]
    assert "name the encoding that it has in a column map" in files["crm/accounts-firms.csv"]


def test_a_file_is_received_when_the_list_says_however_it_is_named(zone):
    for day, name in enumerate(("late", "early")):
        path = zone.put(f"crm/accounts-{name}.csv", ACCOUNTS, f"2025-06-0{2 - day}T00:00:00")
        os.utime(path, (day * 86400, day * 86400))
    for named in (zone.root, zone.root / "crm"):
        files = check([named], landing=zone.root).files
        assert {f.file: f.status for f in files} == {
            "crm/accounts-early.csv": "accepted",
            "crm/accounts-late.csv": "duplicate",
        }
