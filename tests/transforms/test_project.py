"""The dbt project as a whole: unit tests, contracts and descriptions.

Belongs here: what must hold of every model. Does not: figures.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from scoring.published import MARTS
from tests.scoring.policy import __file__ as policy_tests
from tests.transforms.cast import merged, partner, reseller
from tests.transforms.warehouse import build_warehouse, dbt, parsed, query

OTHER_VENDOR = Path(policy_tests).with_name("fictional")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything there is, run, tested and unit-tested."""
    rows = merged(reseller("r"), partner("t", "technology", "services", "referral", "industry"))
    path = build_warehouse(tmp_path_factory.mktemp("project"), rows)
    dbt(path, "build", "--quiet")
    return path


def test_published_tables_have_exactly_their_columns(built: Path) -> None:
    # Benefits follow from the tiers, so that scoring writes them.
    written = {n.name for n in models("marts")}
    tables = [t for t in MARTS if t.name in written]
    assert len(tables) == len(written)
    for table in tables:
        with duckdb.connect(str(built), read_only=True) as con:
            columns = con.execute(
                "select column_name, data_type from duckdb_columns() "
                "where schema_name = ? and table_name = ? order by column_index",
                [table.schema, table.name],
            ).fetchall()
        assert columns == list(table.columns), table.name


def models(folder: str) -> list:
    """The project's models whose path begins with a folder."""
    nodes = parsed().nodes.values()
    return [n for n in nodes if n.resource_type == "model" and n.path.startswith(folder)]


@pytest.mark.parametrize("folder", ["marts", "intermediate"])
def test_every_description_opens_with_the_grain(folder: str) -> None:
    documented = models(folder)
    assert documented
    without = [n.name for n in documented if not n.description.startswith("One row")]
    assert without == []


def test_every_published_column_is_described() -> None:
    bare = [
        f"{n.name}.{c.name}"
        for n in models("marts")
        for c in n.columns.values()
        if not c.description
    ]
    assert bare == []


def test_every_grain_is_held_by_a_test() -> None:
    tested = {
        t.attached_node
        for t in parsed().nodes.values()
        if getattr(getattr(t, "test_metadata", None), "name", None) == "unique_grain"
    }
    assert [n.name for n in models("marts") if n.unique_id not in tested] == []


def test_unit_tests_can_be_left_out_by_their_tag() -> None:
    untagged = [u.name for u in parsed().unit_tests.values() if "unit" not in u.config.tags]
    assert untagged == []


def test_singular_tests_say_what_failing_means() -> None:
    tests = [
        n
        for n in parsed().nodes.values()
        if n.resource_type == "test" and getattr(n, "test_metadata", None) is None
    ]
    assert tests
    for test in tests:
        assert re.match(r"assert_[a-z_]+$", test.name), test.name
        assert "-- Fail" in test.raw_code, test.name


def test_a_parameter_that_is_not_there_is_no_bound() -> None:
    # least(null, 12) is 12: what a policy does not say, or two terms dispute, would be the window.
    bound = re.compile(r"(least|greatest)\([^()]*\{\{ *parameter_number\(", re.DOTALL)
    folder = Path(__file__).parents[2] / "transforms" / "models"
    files = list(folder.rglob("*.sql"))
    assert files
    assert [f.name for f in files if bound.search(f.read_text("utf-8"))] == []


def test_another_vendors_policy_needs_no_other_sql(tmp_path: Path) -> None:
    managers = [
        {
            "contact_id": f"c{i}",
            "partner_id": "t",
            "name": "M",
            "role": "partnership_manager",
            "active_from": "2024-01-01",
        }
        for i in (1, 2)
    ]
    rows = merged(reseller("r", "249999.9999"), partner("t", "keepers"), {"contacts": managers})
    for enrolment in rows["enrollments"]:
        if enrolment["program"] == "reseller":
            enrolment["program"] = "harbour_masters"
    path = build_warehouse(tmp_path, rows, policy=OTHER_VENDOR)
    dbt(path, "run", "--quiet")
    results = query(
        path,
        "select period, requirement, status from marts.fct_requirement_results "
        "where period in ('2025', '2025-Q1') order by all",
    )
    assert results == [
        ("2025", "HM-REVENUE", "not_met"),
        ("2025", "KP-MANAGERS", "met"),
        ("2025-Q1", "HM-REVENUE", "not_met"),
        ("2025-Q1", "KP-MANAGERS", "met"),
    ]
    # 200,000 was enough until the end of 2024, when there were no lines yet.
    minimum = "select distinct threshold from marts.fct_requirement_results where "
    assert query(path, minimum + "period = '2024' and requirement = 'HM-REVENUE'") == [(200000,)]
    rungs = "select tier, criterion, status from marts.fct_tier_eligibility where year = 2025"
    assert query(path, rungs + " order by all") == [
        ("beacon", "customers", "not_met"),
        ("beacon", "enrolled", "met"),
        ("lantern", "enrolled", "met"),
    ]
