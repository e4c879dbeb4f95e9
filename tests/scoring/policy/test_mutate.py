"""The nudges of a policy, and that a nudge which no case notices is found.

Belongs here: mutants, batches and the check on the made-up vendor's set through the real pipeline.
Does not: the shipped set's nudges, which `plumbline policy mutate` reports.
"""

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from ingest.shortcuts import VARIABLE
from orchestration.cases import rebuild, runner
from orchestration.speed.contents import content
from scoring.policy.case_run import WAREHOUSE, evaluate
from scoring.policy.cases import load_cases, rule_of
from scoring.policy.load import load_policy
from scoring.policy.mutants import Mutant, mutants, nudged, rules, step
from scoring.policy.mutate import _status_after, batches, guarding, mutate
from scoring.policy.values import Comparator
from scoring.policy.yaml_lines import PolicyError

FICTIONAL = Path(__file__).with_name("fictional")
EXAMPLE = Path(__file__).parents[3] / "docs/examples/four_levels"
POLICY = load_policy()
CASES = load_cases()


@pytest.mark.parametrize(
    ("value", "expected"),
    [("100000", "1"), ("0.9", "0.1"), ("0.95", "0.01"), ("0", "1"), ("1E+2", "1")],
)
def test_a_step_is_one_in_the_last_digit(value: str, expected: str) -> None:
    assert step(Decimal(value)) == Decimal(expected)


def labels(subject: str) -> set[str]:
    return {m.label.removeprefix(f"{subject}: ") for m in mutants(POLICY) if m.subject == subject}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("reseller.minimum_arr_usd", {"100000 -> 100001", "100000 -> 99999"}),
        ("technology.contact_answered_share_minimum", {"0.9 -> 1.0", "0.9 -> 0.8"}),
        ("reseller.plan_due", {"01-31 -> 02-01", "01-31 -> 01-30"}),
        ("technology.invitation_overrides_facts", {"true -> false"}),
        ("conduct.severities", {"major, severe -> severe", "major, severe -> major"}),
        ("listing.test_customer_rule", {"2026-05-29 -> 2026-05-30", "2026-05-29 -> 2026-05-28"}),
        ("customers.legal_forms", set()),
        ("program.time_zone", set()),
        ("RESL-ARR", {">= -> <="}),
        ("TECH-NO-REDLINES", {"<= -> >="}),
        ("select/listed_apps", {">= -> <="}),
        (
            "agreement_versions",
            {
                "2023-01-01 -> 2023-01-02",
                "2023-01-01 -> 2022-12-31",
                "2025-07-01 -> 2025-07-02",
                "2025-07-01 -> 2025-06-30",
            },
        ),
        (
            "review_periods",
            {
                "H1 starts 01-01 -> 01-02",
                "H1 ends 06-30 -> 07-01",
                "H1 ends 06-30 -> 06-29",
                "H2 starts 07-01 -> 07-02",
                "H2 starts 07-01 -> 06-30",
                "H2 ends 12-31 -> 12-30",
            },
        ),
    ],
)
def test_each_place_is_nudged_to_both_sides(subject: str, expected: set[str]) -> None:
    assert labels(subject) == expected


def test_every_number_and_every_rule_has_a_nudge() -> None:
    subjects = {m.subject for m in mutants(POLICY)}
    assert {p.id for p in POLICY.parameters if p.kind == "number"} <= subjects
    assert {r.id for r in POLICY.requirements} <= subjects


def test_a_nudge_changes_the_set_in_one_place_and_its_version() -> None:
    for mutant in mutants(POLICY):
        changed = mutant.change(POLICY)
        assert changed.version != POLICY.version, mutant.label
        different = [
            name
            for name in type(POLICY).model_fields
            if name != "version" and getattr(changed, name) != getattr(POLICY, name)
        ]
        assert len(different) == 1, mutant.label
    flipped = next(m for m in mutants(POLICY) if m.subject == "RESL-ARR").change(POLICY)
    kinds = {r.id: r.comparator for r in flipped.requirements}
    assert kinds["RESL-ARR"] is Comparator.AT_MOST
    assert kinds["RESL-MANAGER"] is Comparator.AT_LEAST


def test_a_month_and_day_stays_within_the_year() -> None:
    due = POLICY.parameter("reseller.plan_due")
    assert nudged(due, "12-31") == ["12-30"]
    assert nudged(due, "01-01") == ["01-02"]


def test_nudges_that_share_a_case_do_not_share_a_rebuild() -> None:
    one, two = CASES.cases[:2]
    members = [Mutant(name, "1", "2", lambda p: p) for name in ("a", "b", "c")]
    guards = {members[0].label: (one,), members[1].label: (two,), members[2].label: (one,)}
    assert batches(members, guards, exact=False) == [[members[0], members[1]], [members[2]]]
    assert batches(members, guards, exact=True) == [[m] for m in members]


def test_guards_are_the_cases_of_the_rule_or_those_that_say_so() -> None:
    by_label = {m.label: m for m in mutants(POLICY)}
    late = guarding(by_label["reseller.plan_due: 01-31 -> 01-30"], POLICY, CASES)
    assert {c.case for c in late} == {
        "plan-on-the-last-day",
        "plan-one-day-late",
        "plan-enrolled-on-the-due-day",
        "plan-enrolled-after-the-due-day",
    }
    flipped = guarding(by_label["RESL-PLAN: >= -> <="], POLICY, CASES)
    assert "plan-without-goals" in {c.case for c in flipped}


def test_a_step_within_the_year_has_no_value_among_the_years_own_rows() -> None:
    policy = load_policy(EXAMPLE)
    case = load_cases(EXAMPLE).cases[0]
    expected = {"period": "2025-Q1", "tier": "ready", "criterion": "users", "status": "not_met"}
    name = rule_of(expected)
    judged = {(case.case, name): [{"year": 2025, "value": Decimal(9), "threshold": Decimal(10)}]}
    rule = rules(policy)[name]
    assert _status_after(rule, rule, policy, case, expected, judged) is None


def test_the_check_finds_what_no_case_notices(tmp_path: Path) -> None:
    policy, cases = load_policy(FICTIONAL), load_cases(FICTIONAL)
    short = replace(
        cases, cases=tuple(c for c in cases.cases if c.case != "revenue-a-dollar-short")
    )
    report = mutate(policy, short, runner(policy), rebuild, tmp_path)
    # The dollar short was the only case between 249,999 and the minimum; quarters lack cases.
    assert "harbour_masters.minimum_arr_usd: 250000 -> 249999" in report.unnoticed
    assert {
        "harbour_masters.minimum_arr_usd: 250000 -> 250001",
        "harbour_masters.minimum_arr_usd: 200000 -> 200001",
        "harbour_masters.minimum_arr_usd: 200000 -> 199999",
        "harbour_masters.minimum_arr_usd: 2025-01-01 -> 2024-12-31",
        "keepers.managers_required: 2 -> 3",
        "keepers.managers_required: 2 -> 1",
        "HM-REVENUE: >= -> <=",
        "beacon/customers: >= -> <=",
        "review_periods: Q2 ends 06-30 -> 06-29",
    } <= set(report.noticed)
    assert "review_periods: Q4 starts 10-01 -> 10-02" in report.unnoticed
    assert dict(report.accepted) == {
        "keepers.enrolments_required: 1 -> 0": "every assessed partner is enrolled",
        "lantern/enrolled: >= -> <=": "every assessed partner is enrolled",
    }


def test_cases_that_fail_before_any_nudge_stop_the_check(tmp_path: Path) -> None:
    policy, cases = load_policy(FICTIONAL), load_cases(FICTIONAL)
    wrong = next(c for c in cases.cases if c.case == "revenue-exactly").model_copy(
        update={"expect": {"dim_partners": [{"programs": ["technology"]}]}}
    )
    with pytest.raises(PolicyError, match=r"1 differences before any nudge.*make the cases hold"):
        mutate(policy, replace(cases, cases=(wrong,)), runner(policy), rebuild, tmp_path)


def test_rebuilding_by_compiled_sql_gives_what_dbt_builds(tmp_path: Path, monkeypatch) -> None:
    policy, cases = load_policy(FICTIONAL), load_cases(FICTIONAL)
    assert evaluate(replace(cases, cases=cases.cases[:3]), runner(policy), tmp_path) == []
    warehouse = tmp_path / "whole" / WAREHOUSE
    other = next(m for m in mutants(policy) if m.subject == "HM-REVENUE").change(policy)
    by_dbt = shutil.copyfile(warehouse, tmp_path / "dbt.duckdb")
    with monkeypatch.context() as plain:
        plain.setenv(VARIABLE, "1")
        rebuild(by_dbt, other)
    # The runner above has had the same models compiled.
    monkeypatch.delattr("orchestration.rebuilding.run_dbt")
    directly = shutil.copyfile(warehouse, tmp_path / "directly.duckdb")
    rebuild(directly, other)
    assert held(directly) == held(by_dbt) != held(warehouse)


def held(warehouse: Path) -> dict[str, str]:
    """What each table holds that was computed after the landing."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        places = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name in"
            " ('staging', 'intermediate', 'marts', 'decisions') order by all"
        ).fetchall()
        return {place: content(con, place) for (place,) in places}
