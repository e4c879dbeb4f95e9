"""Reading worked cases, turning them into landing rows, and telling a difference.

Belongs here: what needs no pipeline. Does not: whether the shipped cases hold (test_cases_hold.py).
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import duckdb
import pytest

from ingest.judging.contract import entity
from scoring.policy.case_facts import case_rows, landing_rows, months, months_on
from scoring.policy.case_run import compare_cases, write_landing
from scoring.policy.cases import Case, guarded, load_cases, shown_sides
from scoring.policy.load import load_policy
from scoring.policy.yaml_lines import PolicyError
from scoring.published import published

FICTIONAL = Path(__file__).with_name("fictional")
CASES = load_cases()
POLICY = load_policy()


def case(name: str) -> Case:
    return next(c for c in CASES.cases if c.case == name)


def broken(tmp_path: Path, old: str, new: str) -> Path:
    """A copy of the made-up set with its cases changed in one place."""
    folder = tmp_path / "set"
    copytree(FICTIONAL, folder)
    file = folder / "cases" / "alliance.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("old", "new", "line_holds", "words"),
    [
        ("says: One dollar", "sais: One dollar", "sais", "known keys are"),
        (
            "case: revenue-a-dollar-short",
            "case: revenue-exactly",
            "case: revenue-exactly",
            "stands twice",
        ),
        ("tier_assignments:", "tier_asignments:", "tier_asignments", "no published table"),
        ("case: beacon-lit", "case: Beacon lit", "case: Beacon lit", "pattern"),
    ],
)
def test_a_fault_in_a_case_names_its_line(
    tmp_path: Path, old: str, new: str, line_holds: str, words: str
) -> None:
    folder = broken(tmp_path, old, new)
    with pytest.raises(PolicyError) as caught:
        load_cases(folder)
    file, line, rest = str(caught.value).split(":", 2)
    assert line_holds in Path(file).read_text("utf-8").splitlines()[int(line) - 1]
    assert words in rest


def test_unknown_facts_and_columns_are_named(tmp_path: Path) -> None:
    cases = load_cases(broken(tmp_path, "contacts: [{}, {active_to", "contact: [{}, {active_to"))
    with pytest.raises(PolicyError, match=r"manager-left-in-june: unknown fact 'contact'"):
        landing_rows(cases)
    cases = load_cases(broken(tmp_path / "2", "{active_to: 2025", "{left_on: 2025"))
    with pytest.raises(PolicyError, match="contacts has no column left_on"):
        landing_rows(cases)
    cases = load_cases(broken(tmp_path / "3", "base: [keeper]", "base: [keepers]"))
    with pytest.raises(PolicyError, match=r"no base 'keepers'; master, keeper"):
        landing_rows(cases)


def test_a_set_without_cases_says_so(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"no cases; write ordinary\.yaml"):
        load_cases(tmp_path)


def test_rows_are_the_case_s_own() -> None:
    rows = case_rows(case("deal-taken"), CASES)
    assert {r["partner_id"] for r in rows["registrations"]} == {"deal-taken", "deal-taken.rival"}
    assert [r["registration_id"] for r in rows["registrations"]] == [
        "deal-taken.first",
        "deal-taken.second",
    ]
    assert {r["customer_domain"] for r in rows["registrations"]} == {"customer-deal-taken.com"}
    everything = landing_rows(CASES)
    for name in ("contacts", "agreements", "trainings", "registrations", "installations"):
        # A contact who comes back, leaves, or had a fault is delivered under the same key again.
        again = ("active_from", "active_to", "role") if name == "contacts" else ()
        unique = (*entity(name).key, *again)
        keys = [tuple(r.get(k) for k in unique) for r in everything[name]]
        assert len(keys) == len(set(keys)), name


def test_short_forms_are_spelt_out() -> None:
    rows = case_rows(case("tier-select-one-month-short"), CASES)
    assert len(rows["usage_events"]) == 11 * 100 * 2 + 99
    assert {r["company_id"] for r in rows["usage_events"]} == {
        f"tier-select-one-month-short.company-{n}" for n in range(1, 101)
    }
    reports = case_rows(case("reports-one-missing"), CASES)["reports"]
    assert [r["report_month"] for r in reports][::10] == ["2024-12", "2025-10"]
    assert str(reports[0]["received_on"]) == "2025-01-10"


def first(month: str) -> date:
    return next(iter(months(month, month)))


def test_months_and_their_ends() -> None:
    assert [str(m) for m in months("2024-11", "2025-01")] == [
        "2024-11-01",
        "2024-12-01",
        "2025-01-01",
    ]
    assert months_on(first("2024-12"), 1) == date(2025, 1, 1)
    assert months_on(first("2024-03").replace(day=31), -1) == date(2024, 2, 29)


def test_a_landing_zone_has_a_file_for_every_entity_and_covers_the_usage(tmp_path: Path) -> None:
    write_landing(CASES, "whole", tmp_path)
    files = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert {"partner_activity/waivers.csv", "decisions/waivers.csv"} & files == {
        "decisions/waivers.csv"
    }
    assert "app_usage/usage_events-2025-02.csv" in files
    assert "app_usage/usage_events-2024-12.csv" not in files
    listed = (tmp_path / "_received.csv").read_text("utf-8").splitlines()[1:]
    assert {line.split(",")[0] for line in listed} == files - {"_received.csv"}
    rates = (tmp_path / "reference/fx_rates/eurofxref-hist.csv").read_text("utf-8").splitlines()
    assert rates[0] == "Date,GBP,USD,"
    # One row for each day of a rate, the latest first as the bank publishes them.
    days = {line.split(",")[0]: line for line in rates[1:]}
    assert list(days) == sorted(days, reverse=True) and len(days) == len(rates) - 1
    assert days["2025-06-03"] == "2025-06-03,0.8400,1.1500,"
    assert days["2025-06-02"] == "2025-06-02,N/A,1.1400,"


def test_a_bare_landing_zone_has_partners_and_enrolments_only(tmp_path: Path) -> None:
    write_landing(CASES, "bare", tmp_path)
    files = sorted(p.stem for p in tmp_path.rglob("*.csv"))
    assert files == ["_received", "enrollments", "partners"]


def compared(status: str, value: str, expected: dict) -> list[str]:
    """Differences of one expected row against a table that holds one."""
    one = case("arr-exactly-the-minimum").model_copy(
        update={"expect": {"fct_requirement_results": [expected]}}
    )
    table = published("fct_requirement_results")
    with duckdb.connect() as con:
        con.execute("create schema marts")
        con.execute(table.ddl)
        con.execute(
            "insert into marts.fct_requirement_results (period, partner_id, program, requirement,"
            " status, value) values ('2025', 'arr-exactly-the-minimum', 'reseller', 'RESL-ARR',"
            " ?, ?)",
            [status, Decimal(value)],
        )
        return [d.deviation for d in compare_cases(con, [one], CASES.places)]


ROW = {"period": Decimal(2025), "requirement": "RESL-ARR"}


@pytest.mark.parametrize(
    ("expected", "difference"),
    [
        ({**ROW, "status": "met", "value": Decimal(100000)}, ""),
        ({**ROW, "status": "not_met"}, "status is met, expected not_met"),
        ({**ROW, "value": Decimal("100000.0001")}, "value is 100000.0000"),
        ({**ROW, "value": None}, "value is 100000.0000, expected None"),
        ({**ROW, "gap": Decimal(0)}, "gap is None, expected 0"),
        ({**ROW, "period": "2025-H1"}, "0 rows, one was expected"),
        ({**ROW, "absent": True}, "a row that should not be there"),
        ({**ROW, "period": "2025-H1", "absent": True}, ""),
        ({**ROW, "colour": "red"}, "has no column colour"),
    ],
)
def test_a_difference_is_told(expected: dict, difference: str) -> None:
    differing = compared("met", "100000", expected)
    assert len(differing) == bool(difference)
    assert not difference or difference in differing[0]


def test_a_case_shows_the_sides_of_its_clauses() -> None:
    assert shown_sides(case("arr-exactly-the-minimum"), POLICY) == ({"RESL-ARR"}, set())
    assert shown_sides(case("deal-renewal"), POLICY) == (set(), {"DEAL-NOT-RENEWAL"})
    meets, misses = shown_sides(case("tier-select-exactly-a-hundred"), POLICY)
    assert meets >= {"TIER-ANNUAL", "TIER-WINDOW", "TIER-BIDIRECTIONAL"}
    assert misses == {"TIER-PREMIER-INVITE"}


def test_a_case_guards_the_thresholds_of_its_rules_and_what_it_says() -> None:
    assert guarded(case("arr-first-year-over"), POLICY) == {
        "reseller.minimum_arr_usd",
        "reseller.arr_first_judged_months",
    }


def test_every_guard_is_a_parameter_or_a_table_of_dates() -> None:
    known = {p.id for p in POLICY.parameters} | {"agreement_versions", "review_periods"}
    assert {g for c in CASES.cases for g in c.guards} <= known


def test_every_case_says_something_and_expects_something() -> None:
    for one in CASES.cases:
        assert one.says.endswith(".")
        assert one.expect
    assert len(replace(CASES).cases) > 150
