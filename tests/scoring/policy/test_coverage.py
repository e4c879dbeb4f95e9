"""The policy against its clauses: the shipped set is covered, and gaps are reported.

Belongs here: coverage from cases as written. Does not: running them.
"""

from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.policy.cases import load_cases, shown_sides
from scoring.policy.coverage import coverage, coverage_of
from scoring.policy.load import load_policy
from scoring.policy.model import Enforcement

POLICY = load_policy()
CASES = load_cases()


def test_the_shipped_policy_is_covered() -> None:
    covered = coverage_of()
    assert covered.problems == ()
    assert covered.complete
    assert len(covered.rows) == 100


@pytest.mark.parametrize(
    "clause", [c.id for c in POLICY.clauses if c.kind == "rule"], ids=lambda c: c
)
def test_a_rule_has_cases_on_both_sides(clause: str) -> None:
    row = next(r for r in coverage(POLICY, CASES).rows if r.clause == clause)
    assert row.meets
    assert row.misses
    assert row.enforced_by


def test_a_rule_that_lost_its_cases_is_a_problem() -> None:
    shown = {case.case: set().union(*shown_sides(case, POLICY)) for case in CASES.cases}
    left = replace(CASES, cases=tuple(c for c in CASES.cases if "RESL-ARR" not in shown[c.case]))
    problems = coverage(POLICY, left).problems
    assert any(p.startswith("RESL-ARR: no case meets or misses it") for p in problems)
    assert any(p.startswith("RESL-ARR: no case in which it is not met") for p in problems)


def test_a_left_out_clause_is_a_problem() -> None:
    fewer = POLICY.model_copy(
        update={"clauses": tuple(c for c in POLICY.clauses if c.id != "DEAL-PRICING")}
    )
    problems = coverage(fewer, CASES).problems
    assert problems == (
        "guide: 78 clauses of 79 statements counted in it; add what is missing, or correct the "
        "count",
    )


def test_a_case_that_shows_an_unknown_clause_is_a_problem() -> None:
    odd = CASES.cases[0].model_copy(update={"misses": ("NO-SUCH",)})
    problems = coverage(POLICY, replace(CASES, cases=(*CASES.cases, odd))).problems
    assert len(problems) == 1
    assert "NO-SUCH" in problems[0]


def test_a_person_s_decision_without_a_record_is_a_problem() -> None:
    clauses = tuple(
        c.model_copy(update={"enforced_by": Enforcement(checks=("fct_listings.reasons",))})
        if c.id == "TIER-PREMIER-SPONSOR"
        else c
        for c in POLICY.clauses
    )
    problems = coverage(POLICY.model_copy(update={"clauses": clauses}), CASES).problems
    assert len(problems) == 1
    assert "no record says where" in problems[0]


def test_a_row_is_plain_data() -> None:
    row = coverage(POLICY, CASES).rows[0].as_row()
    assert list(row) == [
        "clause",
        "document",
        "section",
        "strength",
        "kind",
        "enforced_by",
        "meets",
        "misses",
        "problem",
    ]


def test_documents_say_how_many_statements_were_counted() -> None:
    assert {d.id: d.statements for d in POLICY.documents if d.statements} == {
        "guide": Decimal(79),
        "faq": Decimal(21),
    }
