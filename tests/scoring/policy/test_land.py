"""A set as rows of the warehouse, as a recorded text, and with values replaced.

Belongs here: what leaves the policy package. Does not: what the sets say.
"""

import gzip
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copyfile

import duckdb
import pytest

from scoring.policy.archive import from_json, to_json
from scoring.policy.land import insert, land_policy, policy_rows
from scoring.policy.load import load_policy
from scoring.policy.overrides import with_overrides
from scoring.policy.tables import DDL
from scoring.policy.yaml_lines import PolicyError

FICTIONAL = Path(__file__).with_name("fictional")
EXAMPLE = Path(__file__).parents[3] / "docs/examples/four_levels"
RECORDED = Path(__file__).with_name("recorded")
MINIMUM = "reseller.minimum_arr_usd"
THEIRS = "harbour_masters.minimum_arr_usd"


def landed(*policies) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for policy in policies:
        land_policy(con, policy)
    return con


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return con.sql(sql).fetchall()


@pytest.mark.parametrize(
    "place", [None, FICTIONAL, EXAMPLE], ids=["shipped", "fictional", "example"]
)
def test_rows_land_together_as_one_by_one(place) -> None:
    policy = load_policy(place)
    con = landed(policy)
    for table, expected in policy_rows(policy).items():
        con.execute(f"create or replace temp table single as from policy.{table} limit 0")
        if expected:
            marks = ", ".join("?" * len(expected[0]))
            con.executemany(f"insert into single values ({marks})", expected)
        assert rows(con, f"from policy.{table}") == rows(con, "from single"), table


def test_figures_of_one_column_keep_their_own_scale() -> None:
    con, figures = duckdb.connect(), []
    values = [Decimal("0.25"), Decimal("3"), Decimal("1.50"), "text", None, date(2025, 1, 31), 7]
    for together in (True, False):
        con.execute("create or replace table said (value varchar)")
        for part in [values] if together else [[value] for value in values]:
            insert(con, "said", [(value,) for value in part])
        figures.append(rows(con, "from said"))
    assert figures[0] == figures[1] and ("1.50",) in figures[0] and ("3",) in figures[0]


def test_another_vendor_is_a_directory_and_its_rows_replace_the_first() -> None:
    con = landed(load_policy(), load_policy(FICTIONAL))
    assert rows(con, "select program, label, position, has_tiers from policy.programs") == [
        ("keepers", "Keepers", 1, True),
        ("harbour_masters", "Harbour Masters", 2, False),
    ]
    assert rows(con, "select suffix, starts_month, ends_day from policy.review_periods") == [
        ("Q1", 1, 31),
        ("Q2", 4, 30),
        ("Q3", 7, 30),
        ("Q4", 10, 31),
    ]
    assert rows(con, "select tier, tier_rank, criterion, inherited from policy.tier_criteria") == [
        ("lantern", 1, "enrolled", False),
        ("beacon", 2, "enrolled", True),
        ("beacon", 2, "customers", False),
    ]
    assert rows(con, "select count(*) from policy.requirements") == [(2,)]


def test_a_value_ends_where_its_successor_begins() -> None:
    con = landed(load_policy(FICTIONAL))
    values = rows(
        con,
        "select effective_from, effective_to, value, number from policy.parameter_values "
        f"where parameter = '{THEIRS}'",
    )
    assert values == [
        (date(2000, 1, 1), date(2025, 1, 1), "200000", Decimal("200000.0000")),
        (date(2025, 1, 1), None, "250000", Decimal("250000.0000")),
    ]


def test_lists_booleans_and_month_days_land_as_themselves() -> None:
    con = landed(load_policy())
    items = "select item from policy.lists where parameter = 'reseller.training_roles'"
    assert rows(con, f"{items} order by position") == [("sales",), ("technical_sales",)]
    values = "select value, number from policy.parameter_values where parameter = 'technology."
    assert rows(con, f"{values}invitation_overrides_facts'") == [("true", Decimal(1))]
    assert rows(con, f"{values}invitation_due'") == [("01-31", None)]


def test_a_requirement_row_is_a_whole_rule() -> None:
    con = landed(load_policy())
    rules = rows(
        con,
        "select requirement, clause, comparator, threshold_parameter, threshold_expected, "
        "first_judged_after from policy.requirements "
        "where requirement in ('RESL-ARR', 'RESL-FORECAST') order by 1",
    )
    assert rules == [
        ("RESL-ARR", "RESL-ARR", ">=", MINIMUM, False, "reseller.arr_first_judged_months"),
        ("RESL-FORECAST", "RESL-REPORTS", ">=", None, True, None),
    ]


def test_every_table_is_filled_and_landing_twice_gives_the_same_rows() -> None:
    con = landed(load_policy(EXAMPLE))
    of_example = {table for table in DDL if rows(con, f"from policy.{table}")}
    con = landed(load_policy())
    before = {table: rows(con, f"from policy.{table}") for table in DDL}
    assert {table for table in DDL if before[table]} | of_example == set(DDL)
    land_policy(con, load_policy())
    assert {table: rows(con, f"from policy.{table}") for table in DDL} == before


def test_a_failed_landing_leaves_the_earlier_rows() -> None:
    con = landed(load_policy(FICTIONAL))
    policy = load_policy()
    broken = policy.model_copy(
        update={"metrics": (policy.metrics[0].model_copy(update={"reads": {"sailors": "state"}}),)}
    )
    with pytest.raises(KeyError):
        land_policy(con, broken)
    assert rows(con, "select count(*) from policy.programs") == [(2,)]


def test_a_benefit_ends_with_a_row_that_says_no() -> None:
    con = landed(load_policy())
    last = rows(
        con,
        "select distinct status, condition, program from policy.benefits "
        "qualify position = max(position) over (partition by benefit)",
    )
    assert last == [("not_entitled", None, None)]
    first = rows(
        con,
        "select program, condition, status from policy.benefits "
        "where benefit = 'RESL-BEN-MARKETING' order by position",
    )
    assert first == [
        ("reseller", "end_status", "not_entitled"),
        ("reseller", "change_benefits", "conditional"),
        ("reseller", "marketing_plan_approved", "entitled"),
        ("reseller", "enrolled", "conditional"),
        (None, None, "not_entitled"),
    ]


def test_the_version_is_the_content_and_nothing_else(tmp_path: Path) -> None:
    text = (FICTIONAL / "handbook.yaml").read_text("utf-8")
    for other in FICTIONAL.glob("*.yaml"):
        if other.name != "handbook.yaml":
            copyfile(other, tmp_path / other.name)
    (tmp_path / "other.yaml").write_text("# a remark\n" + text.replace("5}", "5.0}"), "utf-8")
    same = load_policy(tmp_path).version
    assert same == load_policy(FICTIONAL).version
    (tmp_path / "other.yaml").write_text(text.replace("250000", "250000.01"), "utf-8")
    assert load_policy(tmp_path).version != same
    assert len(same) == 64


@pytest.mark.parametrize("source", [None, FICTIONAL])
def test_a_recorded_set_reads_back_the_same(source) -> None:
    policy = load_policy(source)
    back = from_json(to_json(policy))
    assert back.version == policy.version
    assert back == policy.model_copy(update={"files": {}})


@pytest.mark.parametrize("record", sorted(RECORDED.glob("*.json.gz")), ids=lambda path: path.name)
def test_a_set_recorded_by_an_earlier_release_still_reads(record) -> None:
    """A key that came later, and says nothing there, does not change its version."""
    text = gzip.decompress(record.read_bytes()).decode()
    assert from_json(text).version == json.loads(text)["version"]


def test_a_changed_record_is_refused() -> None:
    text = to_json(load_policy(FICTIONAL)).replace("250000", "25")
    with pytest.raises(PolicyError, match="take the record from a backup"):
        from_json(text)


def test_an_override_holds_always_or_from_a_day_on() -> None:
    policy = load_policy(FICTIONAL)
    always = with_overrides(policy, [f"{THEIRS}=60000.5"])
    assert always.value_at(THEIRS, date(2024, 1, 1)) == Decimal("60000.5")
    assert always.version != policy.version
    later = with_overrides(policy, [f"{THEIRS}@2026-01-01=1"])
    assert later.value_at(THEIRS, date(2025, 12, 31)) == Decimal(250000)
    assert later.value_at(THEIRS, date(2026, 1, 1)) == Decimal(1)
    shipped = with_overrides(
        load_policy(),
        [
            "deal.registering_programs=reseller, services",
            "technology.invitation_overrides_facts=false",
        ],
    )
    day = date(2025, 1, 1)
    assert shipped.value_at("deal.registering_programs", day) == ("reseller", "services")
    assert shipped.value_at("technology.invitation_overrides_facts", day) is False


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ([f"{MINIMUM}=1", f"{MINIMUM}=2"], "two overrides of reseller.minimum_arr_usd at once"),
        ([f"{MINIMUM}=much"], "'much' is not a number"),
        ([f"{MINIMUM}=NaN"], "'NaN' is not a number"),
        ([f"{MINIMUM}@2026-02-30=1"], "is not a date"),
        (["deal.registering_programs=pirates"], "unknown item 'pirates' of programs"),
        (["minimum"], "write parameter=value"),
        (["reseller.minimum=1"], "no parameter"),
    ],
)
def test_a_bad_override_says_what_to_write(overrides: list[str], words: str) -> None:
    with pytest.raises(PolicyError, match=words):
        with_overrides(load_policy(), overrides)
