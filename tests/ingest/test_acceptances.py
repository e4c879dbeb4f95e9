"""Files cut short or shrunken are refused; a person's acceptance lands one of them for good."""

import json
from datetime import date

import pytest

from ingest.deliveries.acceptances import ACCEPTED_FILE, Acceptance, acceptances
from ingest.deliveries.settings import settings_of
from ingest.expectations import landed_checks
from ingest.landing.check import check
from ingest.landing.record_acceptance import BadRequest, record, word_for
from orchestration.cli.app import run
from tests.ingest.zone import Zone, warehouse

HEADER = "account_id,name\n"
FILE = "crm/accounts.csv"


def accounts(count, first=0, end="\n"):
    return HEADER + "\n".join(f"A{i},Name {i}" for i in range(first, first + count)) + end


@pytest.fixture
def judged(tmp_path):
    """A zone whose policy refuses files that shrank below half of 100 rows or more."""
    zone = Zone(tmp_path)
    for parameter, value in (("share", "0.5"), ("minimum_rows", "100")):
        zone.con.execute(
            "insert into policy.parameter_values values (?, date '2000-01-01', null, ?, 0)",
            [f"ingest.shrunken_{parameter}", value],
        )
    return zone


def shrink(zone, before, after):
    zone.put(FILE, accounts(before), "2025-01-01T00:00:00")
    zone.land()
    zone.put(FILE, accounts(after), "2025-02-01T00:00:00")
    zone.land()
    return zone.counts(FILE)


def test_a_file_that_lost_most_of_its_rows_is_refused_and_the_earlier_stand(judged):
    assert shrink(judged, 100, 49) == ("refused", 49, 0, 49, 0)
    assert judged.rows("select count(*) from landing.accounts") == [(100,)]
    assert (None, None, "shrunken") in judged.rules(FILE)
    assert all(result.passed for result in landed_checks(judged.con))


@pytest.mark.parametrize(("before", "after"), [(100, 50), (99, 1)])
def test_on_the_share_and_below_the_least_rows_it_lands(judged, before, after):
    assert shrink(judged, before, after)[0] == "accepted"


def test_a_part_under_another_name_lands_and_so_do_reports_by_month(judged):
    judged.put(FILE, accounts(100), "2025-01-01T00:00:00")
    judged.put("crm/accounts-new.csv", accounts(3, first=100), "2025-02-01T00:00:00")
    judged.land()
    assert judged.counts("crm/accounts-new.csv")[0] == "accepted"


def test_a_second_short_file_is_measured_by_the_good_one(judged):
    shrink(judged, 200, 60)
    judged.put(FILE, accounts(55), "2025-03-01T00:00:00")
    judged.land()
    assert judged.counts(FILE)[0] == "refused"
    judged.con.execute("delete from landing.judged_under")
    judged.con.execute("insert into landing.judged_under select 'crm', 'another policy'")
    judged.land()
    assert judged.rows("select status from landing.deliveries order by received_at") == [
        ("accepted",),
        ("refused",),
        ("refused",),
    ]


def test_a_last_line_that_is_cut_refuses_the_file_and_of_few_rows_costs_its_row(judged):
    judged.put(FILE, accounts(9, end="\nA9"), "2025-01-01T00:00:00")
    judged.put("crm/accounts-few.csv", accounts(8, end="\nA9"), "2025-01-01T00:00:00")
    judged.put("crm/accounts-whole.csv", accounts(9, end="\nA9\n"), "2025-01-01T00:00:00")
    judged.land()
    assert judged.counts(FILE) == ("refused", 10, 0, 10, 0)
    assert (None, None, "truncated") in judged.rules(FILE)
    assert judged.counts("crm/accounts-few.csv") == ("accepted", 9, 8, 1, 0)
    assert judged.counts("crm/accounts-whole.csv") == ("accepted", 10, 9, 1, 0)


def test_a_word_takes_one_delivery_in_and_is_kept(judged):
    shrink(judged, 100, 3)
    judged.put("crm/accounts-cut.csv", accounts(10, 200, end="\nA9"), "2025-02-02T00:00:00")
    judged.land()
    record(judged.root, word_for(judged.root, judged.root / FILE, "Ada", "they merged", None))
    report = judged.land()
    assert report.rejudged == 1
    assert judged.counts(FILE) == ("accepted", 3, 3, 0, 0)
    assert judged.counts("crm/accounts-cut.csv")[0] == "refused"
    assert judged.rows(
        "select file, accepted_by, accepted_on, reason from landing.acceptances"
    ) == [(FILE, "Ada", date(2025, 2, 1), "they merged")]
    (note,) = judged.rows("select message from landing.delivery_notes where kind = 'accepted'")
    assert "Ada" in note[0]
    assert "they merged" in note[0]
    assert judged.land().rejudged == 0
    # Other bytes at the path are judged again.
    judged.put(FILE, accounts(1, 900), "2025-03-01T00:00:00")
    judged.land()
    assert judged.counts(FILE)[0] == "accepted"


def test_a_word_does_not_make_an_unreadable_file_readable(judged):
    judged.put(FILE, "account_id\nA1\n")
    record(
        judged.root, word_for(judged.root, judged.root / FILE, "Ada", "please", date(2025, 1, 1))
    )
    judged.land()
    assert judged.counts(FILE)[0] == "refused"
    assert judged.land().rejudged == 0


def test_a_warehouse_built_anew_comes_to_the_same_answer(judged, tmp_path):
    judged.put(FILE, accounts(10, end="\nA9"))
    record(judged.root, word_for(judged.root, judged.root / FILE, "Ada", "the rest is empty", None))
    (tmp_path / "anew").mkdir()
    anew = Zone(tmp_path / "anew")
    anew.root = judged.root
    anew.land()
    assert anew.counts(FILE) == ("accepted", 11, 10, 1, 0)


def test_lists_of_words_that_cannot_be_read_are_named(judged):
    (judged.root / ACCEPTED_FILE).write_text("file,sha256\nx,y\n")
    report = judged.land()
    assert [d.file for d in report.refused] == [ACCEPTED_FILE]
    with pytest.raises(BadRequest, match="correct the list"):
        record(judged.root, Acceptance("x", "y", "Ada", date(2025, 1, 1), "why"))


def test_the_same_word_twice_is_one_line(judged):
    judged.put(FILE, accounts(1))
    for _ in range(2):
        record(judged.root, word_for(judged.root, judged.root / FILE, "Ada", "why", None))
    assert len(acceptances(judged.root)[0]) == 1


@pytest.mark.parametrize("who", [("=HYPERLINK(1)", "why"), ("Ada", "@SUM(A1)")])
def test_a_word_is_no_formula_in_the_list_that_people_open(judged, who):
    judged.put(FILE, accounts(1))
    with pytest.raises(BadRequest, match="is a formula to a spreadsheet"):
        record(judged.root, word_for(judged.root, judged.root / FILE, *who, None))
    assert not (judged.root / "_accepted.csv").exists()


def test_check_shows_what_would_land_and_records_nothing(judged, capsys):
    path = judged.put(FILE, accounts(10, end="\nA9"))
    arguments = ["check", str(path), "--landing", str(judged.root), "--json"]
    assert run(arguments) == 1
    assert json.loads(capsys.readouterr().out)["files"][0]["status"] == "refused"
    assert run([*arguments, "--accept", FILE, "--by", "Ada", "--reason", "the rest is empty"]) == 1
    assert json.loads(capsys.readouterr().out)["files"][0]["rows_accepted"] == 10
    assert not (judged.root / ACCEPTED_FILE).exists()
    assert run([*arguments, "--accept", FILE]) == 2
    assert run([*arguments, "--by", "Ada"]) == 2
    assert run([*arguments, "--accept", "../x", "--by", "Ada", "--reason", "y"]) == 2


def test_a_file_of_another_entity_is_told_so(judged):
    path = judged.put("crm/opportunities.csv", accounts(2))
    (file,) = check([path], landing=judged.root).files
    assert "those of crm/accounts" in file.reason


def test_without_a_share_in_the_policy_nothing_is_called_shrunken(zone):
    assert settings_of(warehouse()).shrunken_share is None
    assert shrink(zone, 100, 1)[0] == "accepted"
