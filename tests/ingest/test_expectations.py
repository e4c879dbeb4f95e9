"""Great Expectations at the landing: what is judged, by which suite, and how it is reported."""

import os
import subprocess
import sys

import pytest
import yaml

from ingest.expectations import landed_checks
from ingest.expectations.suites import FOLDER, suite
from ingest.judging.contract import entities, entity, sources


def test_every_source_has_a_suite_whose_moments_are_columns():
    names = {path.stem for path in FOLDER.glob("*.yaml")}
    assert names == {*sources(), "every_delivery"}
    by_name = {spec.name: spec for spec in entities()}
    for source in sources():
        own = suite(source)
        assert len({e["name"] for e in own["expectations"]}) == len(own["expectations"])
        for name, column in own["moments"].items():
            assert by_name[name].source == source
            assert by_name[name].column(column).kind in ("date", "timestamp", "month")


def test_no_policy_value_stands_in_a_suite():
    common = yaml.safe_load((FOLDER / "every_delivery.yaml").read_text("utf-8"))
    (share,) = [e for e in common["expectations"] if e["name"] == "rows_mostly_good"]
    assert share["kwargs"]["max_value"] == "$refused_share"
    assert share["where"]["at_least"] == "$refused_minimum_rows"


def test_results_name_files_and_severity(zone):
    zone.put("crm/accounts-1.csv", "account_id,name\nA1,Acme\n")
    zone.put("crm/accounts-2.csv", "account_id,nom\nA1,Acme\n")
    zone.put("crm/accounts-3.csv", "account_id,name\nA1,\n")
    zone.put(
        "crm/opportunities.csv",
        "opportunity_id,account_id,kind,channel,created_on\nO1,A1,new,direct,2031-01-01\n",
    )
    report = zone.land()
    failed = {c.name: c for c in report.checks if not c.passed}
    assert set(failed) == {
        "crm.columns_complete",
        "crm.some_rows_good",
        "crm.columns_known",
        "crm.nothing_from_the_future",
    }
    assert failed["crm.columns_complete"].severity == "critical"
    assert "not so in crm/accounts-2.csv" in failed["crm.columns_complete"].sentence
    assert failed["crm.nothing_from_the_future"].severity == "warning"
    assert failed["crm.some_rows_good"].sentence.endswith("crm/accounts-3.csv")
    passed = [c for c in report.checks if c.passed]
    assert all(not c.failing and c.source == "crm" for c in passed)
    # Only what is critical is refused.
    assert [d.file for d in report.refused] == ["crm/accounts-2.csv"]


def test_a_share_is_judged_from_the_policys_rows_on(zone):
    zone.con.execute(
        "update policy.parameter_values set value = '3'"
        " where parameter = 'ingest.refused_minimum_rows'"
    )
    zone.con.execute(
        "update policy.parameter_values set value = '0.3333333333333333'"
        " where parameter = 'ingest.refused_share'"
    )
    zone.put("crm/accounts-1.csv", "account_id,name\nA1,Acme\nA2,\n")
    zone.put("crm/accounts-2.csv", "account_id,name\nA1,Acme\nA2,\nA3,\n")
    zone.land()
    assert zone.counts("crm/accounts-1.csv")[0] == "accepted"
    assert zone.counts("crm/accounts-2.csv")[0] == "refused"


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("update landing.deliveries set rows_read = rows_read + 1", "landed.reconciles"),
        ("delete from landing.quarantine", "landed.quarantine_complete"),
        ("delete from landing.accounts", "landed.rows_landed"),
        ("insert into landing.accounts (account_id) values ('A9')", "landed.rows_landed"),
        ("insert into landing.deliveries select * from landing.deliveries", "landed.ids_unique"),
        ("update landing.accounts set account_id = null", "landed.keys_filled"),
        ("update landing.deliveries set status = 'refused'", "landed.refused_lands_nothing"),
    ],
)
def test_landed_tables_are_held_against_each_other(zone, damage, check):
    zone.put("crm/accounts.csv", "account_id,name\nA1,Acme\nA2,\n")
    zone.land()
    assert all(c.passed for c in landed_checks(zone.con))
    zone.con.execute(damage)
    failed = [c.name for c in landed_checks(zone.con) if not c.passed]
    assert check in failed


def test_the_library_is_loaded_only_when_there_is_a_delivery_to_judge(tmp_path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.ingest.zone import Zone\n"
        f"zone = Zone(Path({str(tmp_path)!r}))\n"
        "zone.land()\n"
        "assert 'great_expectations' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=FOLDER.parents[1])
    assert entity("accounts")


JUDGED = """
import sys
from pathlib import Path
from tests.ingest.zone import Zone
zone = Zone(Path(sys.argv[1]))
zone.put("crm/accounts-1.csv", "account_id,name\\nA1,Acme\\nA2,\\n")
zone.put("crm/accounts-2.csv", "account_id,nobody_knows\\nA1,Acme\\n")
print(zone.land().checks)
print("scipy.stats._stats_py" in sys.modules)
"""


def test_the_library_judges_the_same_with_and_without_statistics(tmp_path):
    def judged(value: str) -> list[str]:
        (tmp_path / value).mkdir()
        done = subprocess.run(
            [sys.executable, "-c", JUDGED, str(tmp_path / value)],
            env={**os.environ, "PLUMBLINE_PLAIN": value},
            check=True,
            capture_output=True,
            text=True,
            cwd=FOLDER.parents[1],
        )
        return done.stdout.splitlines()

    (quick, put_off), (plain, loaded) = judged("0"), judged("1")
    assert (put_off, loaded) == ("False", "True")
    assert "passed=False" in quick and quick == plain
