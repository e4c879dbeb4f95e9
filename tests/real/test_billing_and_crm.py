"""Known answers of billing and CRM exports with history, through their maps and the whole job.

Belongs here: what a run makes of vendors' own exports. Does not: a map's rules on small tables
(tests/ingest/formats/test_column_maps.py).
"""

import csv
import shutil
from decimal import Decimal

import duckdb
import pytest

from orchestration.run import run_year
from orchestration.settings import locations

pytestmark = pytest.mark.real

RECURLY, ZUORA = "P-RECURLY", "P-ZUORA"
LINES = "reseller_reports/subscription_lines"
EXPORTS = {
    "fivetran_recurly/subscription_history_data.csv": f"{LINES}/{RECURLY}/recurly-2022-08.csv",
    "fivetran_zuora/zuora_rate_plan_charge_data.csv": f"{LINES}/{ZUORA}/zuora-2022-12.csv",
    "fivetran_salesforce/sf_opportunity_data.csv": "crm/opportunities/sf_opportunity_data.csv",
    "fivetran_salesforce/sf_opportunity_history_data.csv": "crm/opportunities/sf_history.csv",
    "fivetran_salesforce/sf_account_data.csv": "crm/accounts/sf_account_data.csv",
}


@pytest.fixture(scope="module")
def exports_run(real_data, tmp_path_factory):
    """The yearly job for 2022 on the exports as two resellers' reports; a read-only connection."""
    home = tmp_path_factory.mktemp("exports")
    landing = home / "landing"
    for theirs, ours in EXPORTS.items():
        (landing / ours).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(real_data / theirs, landing / ours)
    people = landing / "partner_activity"
    people.mkdir()
    partners = "".join(f"{p},{p},2019-01-01,active\n" for p in (RECURLY, ZUORA))
    (people / "partners.csv").write_text("partner_id,name,joined_on,status\n" + partners)
    enrolled = "".join(f"{p},reseller,2019-01-01,2019-01-01\n" for p in (RECURLY, ZUORA))
    head = "partner_id,program,application_completed_on,enrolled_on\n"
    (people / "enrollments.csv").write_text(head + enrolled)
    run_year(locations(landing, home / "plumbline.duckdb", home / "site", None), 2022)
    con = duckdb.connect(str(home / "plumbline.duckdb"), read_only=True)
    yield con
    con.close()


def test_recurlys_monthly_value_is_its_active_versions_not_its_history(exports_run, real_data):
    (booked,) = exports_run.execute(
        "select booked_arr_usd from marts.fct_arr_by_partner_year"
        " where partner_id = ? and year = 2022",
        [RECURLY],
    ).fetchone()
    assert booked == 12 * Decimal("5695")
    # The file's own history comes to the wrong figure: the difference is one older version.
    export = real_data / "fivetran_recurly/subscription_history_data.csv"
    with export.open(encoding="utf-8", newline="") as handle:
        active = [r for r in csv.DictReader(handle) if r["state"] == "active"]
    assert sum(Decimal(r["subtotal"]) for r in active) == Decimal("5794")


def test_recurlys_month_ends_hold_what_ran_on_that_day(exports_run):
    months = exports_run.execute(
        "select month, arr_usd from marts.fct_arr_by_partner_month"
        " where partner_id = ? and month in (date '2022-07-01', date '2022-08-01') order by month",
        [RECURLY],
    ).fetchall()
    # 5,596 a month ran from July 20 to August 19, 99 a month from August 11 to September 10.
    assert [arr for _, arr in months] == [12 * Decimal("5596"), 12 * Decimal("99")]


def test_zuoras_arr_is_its_current_segments(exports_run):
    years = exports_run.execute(
        "select year, arr_usd from marts.fct_arr_by_partner_year where partner_id = ?"
        " and year between 2020 and 2022 order by year",
        [ZUORA],
    ).fetchall()
    # The charge runs since 2019; a report of December 2022 is evidence from that year's end on.
    assert years == [(2020, None), (2021, None), (2022, Decimal("588.0000"))]


def test_salesforces_pipeline_is_empty_because_every_row_is_deleted(exports_run, real_data):
    assert exports_run.execute("select count(*) from landing.opportunities").fetchone() == (0,)
    counts = exports_run.execute(
        "select status, rows_read, rows_quarantined from landing.deliveries"
        " where entity = 'opportunities' order by file"
    ).fetchall()
    assert counts == [("accepted", 0, 0), ("accepted", 0, 0)]
    notes = exports_run.execute(
        "select distinct message from landing.delivery_notes join landing.deliveries"
        " using (delivery_id) where entity = 'opportunities' and kind = 'left_out'"
    ).fetchall()
    assert notes == [("10 rows left out: is_deleted is true",)]
    export = real_data / "fivetran_salesforce/sf_opportunity_data.csv"
    with export.open(encoding="utf-8", newline="") as handle:
        missed = sum(Decimal(r["amount"] or 0) for r in csv.DictReader(handle))
    assert missed == Decimal("24530001")


def test_salesforces_deleted_accounts_are_no_accounts(exports_run, real_data):
    export = real_data / "fivetran_salesforce/sf_account_data.csv"
    with export.open(encoding="utf-8", newline="") as handle:
        alive = {r["id"] for r in csv.DictReader(handle) if r["is_deleted"].lower() != "true"}
    landed = exports_run.execute("select account_id from landing.accounts").fetchall()
    assert {account for (account,) in landed} == alive
