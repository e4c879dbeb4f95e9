"""Known answers on real input: reseller sales, account-mapping pages, API calls."""

import csv
import shutil
from decimal import Decimal

import duckdb
import pytest

from orchestration.run import run_year
from orchestration.settings import locations
from tests.real.adventureworks import write_landing

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def reseller_run(real_data, tmp_path_factory):
    """The yearly job for 2013 on every reseller sale; yields (connection, expected rows)."""
    home = tmp_path_factory.mktemp("adventureworks")
    write_landing(real_data / "adventureworks", home / "landing")
    run_year(locations(home / "landing", home / "plumbline.duckdb", home / "site", None), 2013)
    with (real_data / "adventureworks/expected_reseller_year.csv").open() as handle:
        expected = list(csv.DictReader(handle))
    con = duckdb.connect(str(home / "plumbline.duckdb"), read_only=True)
    yield con, expected
    con.close()


def test_arr_at_each_years_end_is_the_years_sales(reseller_run):
    con, expected = reseller_run
    ours = {
        (partner, year): arr
        for partner, year, arr in con.execute(
            "select partner_id, year, arr_usd from marts.fct_arr_by_partner_year"
        ).fetchall()
    }
    assert len(expected) == 2103
    for row in expected:
        key = (row["ResellerAlternateKey"], int(row["calendar_year"]))
        wanted = Decimal(row["sales_amount"])
        # A reseller without any report yet has no evidence for nothing sold.
        assert (ours.get(key) or Decimal(0)) == wanted, key


def test_how_many_meet_the_minimum(reseller_run):
    con, _ = reseller_run
    counted = con.execute(
        "select year, count(*) from marts.fct_arr_by_partner_year where meets_minimum"
        " and year between 2011 and 2013 group by year order by year"
    ).fetchall()
    assert counted == [(2011, 70), (2012, 122), (2013, 153)]


def test_a_near_miss_is_explained_down_to_its_rows(reseller_run):
    from scoring.explain import explain

    con, _ = reseller_run
    proof = explain(con, "AW00000196", 2013).to_json()
    arr = next(c for c in proof["criteria"] if c["clause"] == "RESL-ARR")
    assert (arr["status"], Decimal(str(arr["value"]))) == ("not_met", Decimal("99975.8188"))
    assert arr["evidence"]
    for row in arr["evidence"]:
        assert row["file"].startswith("reseller_reports/subscription_lines-2013") or row["row"]


def _landed(home, source, data):
    landing = home / "landing"
    shutil.copytree(data, landing / source, ignore=shutil.ignore_patterns("README*"))
    run_year(locations(landing, home / "plumbline.duckdb", home / "site", None), 2025)
    return duckdb.connect(str(home / "plumbline.duckdb"), read_only=True)


def test_every_page_of_the_account_mapping_vendor_lands(real_data, tmp_path):
    con = _landed(tmp_path, "account_mapping/crossbeam", real_data / "crossbeam")
    deliveries = con.execute(
        "select file, status, rows_read, rows_accepted, rows_quarantined, rows_duplicate"
        " from landing.deliveries"
    ).fetchall()
    landed = [row for row in deliveries if row[1] == "accepted"]
    assert len(landed) == 22
    assert all(row[2] == row[3] + row[4] + row[5] for row in deliveries)
    quarantined = con.execute(
        "select value, cell from landing.quarantine join landing.deliveries using (delivery_id)"
        " where status = 'accepted'"
    ).fetchall()
    assert quarantined
    assert {value for value, _ in quarantined} == {"2025-10-028T16:00:00.103+00:00"}
    keys = con.execute(
        "select count(*), count(distinct (endpoint, record_key, _file, _row))"
        " from landing.crossbeam_records"
    ).fetchone()
    assert keys[0] == keys[1] > 0


def test_calls_of_the_activity_report(real_data, tmp_path):
    landing = tmp_path / "landing"
    folder = landing / "app_usage/api_call_activity/APP-1"
    folder.mkdir(parents=True)
    source = real_data / "procore_api_call_activity/calls.csv"
    shutil.copy(source, folder / "calls.csv")
    (landing / "partner_activity").mkdir()
    (landing / "partner_activity/partners.csv").write_text(
        "partner_id,name,joined_on,status\nP1,One,2015-01-01,active\n"
    )
    (landing / "partner_activity/enrollments.csv").write_text(
        "partner_id,program,application_completed_on,enrolled_on\n"
        "P1,technology,2015-01-01,2015-01-01\n"
    )
    (landing / "app_usage/apps.csv").write_text(
        "app_id,partner_id,name,kind,marketplace,first_launched_on\n"
        "APP-1,P1,One,data_connector,commercial,2015-01-01\n"
    )
    places = locations(landing, tmp_path / "plumbline.duckdb", tmp_path / "site", None)

    def answers():
        run_year(places, 2015)
        with duckdb.connect(str(places.warehouse), read_only=True) as con:
            calls = con.execute(
                'select sum("count"), sum("count") filter (response_code = 404),'
                ' sum("count") filter (response_code = 403),'
                ' sum("count") filter (response_code = 200)'
                " from staging.stg_app_usage__api_call_activity"
            ).fetchone()
            flow = con.execute(
                "select observed, months_read, months_write from marts.fct_app_data_flow"
                " where year = 2015"
            ).fetchall()
            return calls, flow

    first = answers()
    assert first[0] == (10_000, 213, 2, 9_126)
    assert first[1] and first[1][0][1] > 0
    shutil.copy(source, folder / "again.csv")
    assert answers() == first
