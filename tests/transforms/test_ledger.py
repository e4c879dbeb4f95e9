"""The compliance ledger from landed rows to published tables, on a few partners.

Belongs here: what only the chain of models as a whole can show. Does not: single rules (the models'
own unit tests), figures of ARR and usage (test_revenue_usage.py).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.transforms.cast import agreement, merged, partner, reseller, term, without
from tests.transforms.judged import result, roll_up
from tests.transforms.warehouse import build_warehouse, dbt, query

MARTS = ("+marts.compliance", "+marts.tiers", "+marts.partners", "+marts.coverage")
MARTS += ("+int_metrics__evidence",)
CASE = {"opened_on": "2025-06-30", "closed_on": "2025-07-01", "severity": "severe"}
WAIVER = {"granted_by": "GM", "reason": "agreed", "valid_from": "2025-01-01"}
PARTS = [
    reseller("exact"),
    reseller("short", "99999.9999"),
    reseller("own_term", "60000"),
    {"agreement_terms": [term("own_term-framework", "60000")]},
    reseller("two_terms"),
    {"agreement_terms": [term("two_terms-framework", "1"), term("two_terms-reseller_terms", "1")]},
    reseller("no_number"),
    {"agreement_terms": [term("no_number-framework", "sixty thousand")]},
    reseller("own_due_day"),
    {"agreement_terms": [term("own_due_day-framework", "01-30", "reseller.plan_due")]},
    reseller("first_year", "1", since="2025-01-02"),
    reseller("judged", "1", since="2024-12-31"),
    reseller("case_open_in_h1"),
    {
        "conduct_cases": [
            {**CASE, "case_id": "K", "partner_id": "case_open_in_h1", "outcome": "upheld"}
        ]
    },
    without(reseller("waived"), "business_plans", partner_id="waived"),
    {
        "waivers": [
            {
                **WAIVER,
                "waiver_id": "W1",
                "partner_id": "waived",
                "program": "Reseller",
                "requirement": "RESL-PLAN",
                "valid_to": "2025-12-31",
            },
            {
                **WAIVER,
                "waiver_id": "W2",
                "partner_id": "waived",
                "program": "reseller",
                "requirement": "RESL-NOTHING",
                "valid_to": "2025-12-31",
            },
        ]
    },
    without(reseller("late_report"), "reports", report_month=date(2025, 3, 1)),
    {
        "reports": [
            {
                "partner_id": "late_report",
                "report_month": date(2025, 3, 1),
                "received_on": "2025-04-16",
                "declares_no_sales": True,
            }
        ]
    },
    {
        "governance_decisions": [
            {
                "partner_id": "exact",
                "review": review,
                "program": "services" if review == "2025-H2" else "reseller",
            }
            for review in (" 2025-h1", "2025-H2", "2025-H3", "2025")
        ]
    },
    partner("industrial", "industry", "technology"),
    {
        "premier_invitations": [
            {
                "partner_id": "industrial",
                "tier_year": 2026,
                "status": "accepted",
                "decided_on": "2026-01-05",
                "decided_by": "x",
                "sponsor": "y",
                "rationale": "z",
            }
        ]
    },
    {
        "partners": [
            {
                "partner_id": "left",
                "name": "Left",
                "joined_on": "2024-01-01",
                "status": "terminated",
                "terminated_on": "2025-12-31",
            }
        ],
        "enrollments": [
            {"partner_id": "left", "program": "referral", "enrolled_on": "2024-01-01"},
            {
                "partner_id": "nobody",
                "program": "referral",
                "enrolled_on": "2025-05-01",
                "ended_on": "2025-04-01",
            },
            {"partner_id": "nobody", "program": "industry", "enrolled_on": "2025-05-01"},
        ],
    },
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = build_warehouse(tmp_path_factory.mktemp("ledger"), merged(*PARTS))
    # Data tests included: what they hold must hold of these partners too.
    only = ("--exclude-resource-type", "unit_test", "--indirect-selection", "buildable")
    dbt(path, "build", "--quiet", *only, "--select", *MARTS)
    return path


def findings(path: Path, finding: str) -> set[tuple[str, str]]:
    """(entity, key) of each finding of a kind."""
    sql = f"select entity, key from marts.fct_findings where finding = '{finding}'"
    return set(query(path, sql))


def test_exactly_the_minimum_is_enough_and_everything_rolls_up(ledger: Path) -> None:
    row = result(ledger, "exact", "RESL-ARR")
    assert (row["status"], row["value"], row["gap"]) == ("met", Decimal(100000), 0)
    assert roll_up(ledger, "exact") == {"reseller": "compliant"}


def test_one_ten_thousandth_short_is_short(ledger: Path) -> None:
    row = result(ledger, "short", "RESL-ARR")
    assert (row["status"], row["gap"]) == ("not_met", Decimal("0.0001"))
    assert row["reason"] == ("Annual recurring revenue: 99999.9999; at least 100000 needed.")
    assert roll_up(ledger, "short") == {"reseller": "non_compliant"}


def test_a_partners_own_term_replaces_the_policys(ledger: Path) -> None:
    row = result(ledger, "own_term", "RESL-ARR")
    assert (row["status"], row["threshold"]) == ("met", Decimal(60000))
    assert row["threshold_source"] == "own_term-framework"


def test_two_terms_in_force_need_a_person_who_sees_both(ledger: Path) -> None:
    row = result(ledger, "two_terms", "RESL-ARR")
    assert (row["status"], row["threshold"], row["gap"]) == ("needs_review", None, None)
    for name in ("two_terms-framework", "two_terms-reseller_terms"):
        assert name in row["threshold_source"] and name in row["reason"]
    assert roll_up(ledger, "two_terms") == {"reseller": "undetermined"}
    open_conflicts = "select conflict from marts.fct_policy_conflicts where ruled_by is null"
    assert set(query(ledger, open_conflicts)) == {
        ("agreement_terms no_number reseller.minimum_arr_usd",),
        ("agreement_terms two_terms reseller.minimum_arr_usd",),
    }


def test_a_term_that_is_no_number_is_never_read_as_one(ledger: Path) -> None:
    row = result(ledger, "no_number", "RESL-ARR")
    assert (row["status"], row["threshold"]) == ("needs_review", None)
    assert "sixty thousand" in row["reason"]
    key = "no_number-framework/reseller.minimum_arr_usd/2024-01-01"
    assert findings(ledger, "term_not_of_kind") == {("agreement_terms", key)}


def test_a_term_on_what_a_metric_reads_counts_too(ledger: Path) -> None:
    row = result(ledger, "own_due_day", "RESL-PLAN")
    assert row["status"] == "not_met"
    assert row["reason"].endswith("plan own_due_day-plan came 1 days late.")


def test_the_first_year_is_not_judged_and_its_anniversary_is(ledger: Path) -> None:
    early = result(ledger, "first_year", "RESL-ARR")
    assert (early["status"], early["value"], early["gap"]) == ("not_applicable", None, None)
    assert "2026-01-02" in early["reason"]
    assert result(ledger, "judged", "RESL-ARR")["status"] == "not_met"


def test_a_case_is_open_until_it_closes(ledger: Path) -> None:
    assert result(ledger, "case_open_in_h1", "RESL-STANDING", "2025-H1")["status"] == "needs_review"
    assert result(ledger, "case_open_in_h1", "RESL-STANDING", "2025-H2")["status"] == "not_met"
    assert result(ledger, "case_open_in_h1", "RESL-STANDING", "2024")["status"] == "met"


def test_a_waiver_keeps_what_it_waives_and_ends_with_its_span(ledger: Path) -> None:
    row = result(ledger, "waived", "RESL-PLAN")
    assert (row["status"], row["underlying_status"], row["gap"]) == ("waived", "not_met", 1)
    assert row["reason"].startswith("Waived by GM until 2025-12-31.")
    assert roll_up(ledger, "waived") == {"reseller": "compliant"}
    assert result(ledger, "waived", "RESL-PLAN", "2024")["status"] == "not_met"
    assert findings(ledger, "waives_nothing") == {("waivers", "W2")}


def test_a_decision_that_no_review_stands_beside_is_a_finding(ledger: Path) -> None:
    keys = {("governance_decisions", f"{review}/exact/reseller") for review in ("2025-H3", "2025")}
    assert findings(ledger, "unknown_period") == keys
    keys = {("governance_decisions", "2025-H2/exact/services")}
    assert findings(ledger, "decides_nothing") == keys


def test_a_late_report_counts_and_is_listed(ledger: Path) -> None:
    assert result(ledger, "late_report", "RESL-REPORTS")["status"] == "met"
    assert findings(ledger, "late_report") == {("reports", "late_report/2025-03")}
    row = query(
        ledger,
        "select due, received, status from marts.fct_source_coverage where entity = 'reports' "
        "and partner_id = 'late_report' and month = date '2025-03-01'",
    )
    assert row == [(date(2025, 4, 15), date(2025, 4, 16), "late")]


def test_a_program_without_requirements_is_compliant(ledger: Path) -> None:
    assert roll_up(ledger, "industrial")["industry"] == "compliant"


def test_the_terminated_leave_and_the_unknown_stay(ledger: Path) -> None:
    assert roll_up(ledger, "left") == {}
    assert roll_up(ledger, "left", "2025-H1") == {"referral": "non_compliant"}
    assert roll_up(ledger, "nobody") == {"industry": "compliant"}
    assert ("enrollments", "nobody/industry/2025-05-01") in findings(ledger, "points_nowhere")
    assert findings(ledger, "reversed_dates") == {("enrollments", "nobody/referral/2025-05-01")}
    partners = dict(query(ledger, "select partner_id, programs from marts.dim_partners"))
    assert partners["industrial"] == ["industry", "technology"]
    assert partners["left"] == [] and "nobody" not in partners


def test_every_rung_is_shown_with_its_inherited_criteria(ledger: Path) -> None:
    rows = query(
        ledger,
        "select tier, criterion, status, clause from marts.fct_tier_eligibility "
        "where year = 2025 and partner_id = 'industrial'",
    )
    statuses = {(tier, criterion): status for tier, criterion, status, _ in rows}
    assert len(rows) == 1 + 5 + 6
    assert statuses["foundation", "enrolled"] == statuses["premier", "enrolled"] == "met"
    assert statuses["premier", "invitation"] == "met"
    assert statuses["select", "compliance"] == "not_met"


def test_evidence_leads_to_file_and_row(ledger: Path) -> None:
    rows = query(
        ledger,
        "select entity, file, row_number, evidence_date from intermediate.int_metrics__evidence "
        "where period = '2025' and partner_id = 'exact' and metric = 'business_plan_complete'",
    )
    plan = next(
        i for i, r in enumerate(merged(*PARTS)["business_plans"], 2) if r["partner_id"] == "exact"
    )
    file = "partner_activity/business_plans.csv"
    assert rows == [("business_plans", file, plan, date(2025, 1, 31))]
    row = result(ledger, "exact", "RESL-PLAN")
    assert (row["evidence_count"], row["evidence_date"]) == (1, date(2025, 1, 31))


def test_what_was_never_delivered_is_no_evidence_unless_dates_decide(tmp_path: Path) -> None:
    rows = merged(reseller("quiet"), partner("new", "services", since="2025-12-30"))
    absent = ["business_plans", "customer_references", "marketing_activities", "reports"]
    for name in absent:
        rows.pop(name, None)
    path = build_warehouse(tmp_path, rows, without=absent)
    dbt(path, "run", "--quiet", "--select", "+marts.compliance")
    assert result(path, "quiet", "RESL-PLAN")["status"] == "no_evidence"
    assert result(path, "quiet", "RESL-REFERENCE")["status"] == "no_evidence"
    assert result(path, "quiet", "RESL-REFERENCE", "2025-H1")["status"] == "not_applicable"
    assert result(path, "quiet", "RESL-REPORTS")["threshold"] == 12
    assert result(path, "new", "SERV-MARKETING-QTR")["status"] == "not_applicable"
    assert roll_up(path, "quiet") == {"reseller": "undetermined"}


def test_a_run_known_at_a_past_moment_knows_nothing_later(tmp_path: Path) -> None:
    rows = merged(
        reseller("p"),
        {
            "conduct_cases": [
                {
                    **CASE,
                    "case_id": "K",
                    "partner_id": "p",
                    "outcome": "upheld",
                    "_received_at": "2026-01-11",
                }
            ],
            "agreements": [agreement("p", "framework", version="1", _received_at="2026-01-12")],
        },
    )
    path = build_warehouse(tmp_path, rows, known_at="2026-01-10 23:00:00")
    dbt(path, "run", "--quiet", "--select", "+marts.compliance")
    assert result(path, "p", "RESL-STANDING")["status"] == "met"
    assert result(path, "p", "RESL-AGREEMENT")["status"] == "met"
