"""From marts to `decisions.*`: the whole scoring stage over a warehouse by hand.

Belongs here: what is read and written, types, one transaction. Does not: the rules' own tables.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import polars as pl
import pytest

from scoring.actions.table import write_actions
from scoring.changes.table import write_changes
from scoring.published import DECISIONS
from scoring.reviews import REVIEW_SCHEMA
from scoring.rows import fetch
from scoring.run import Published, write_decisions
from scoring.tiers import ASSIGNMENT_SCHEMA
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, results, warehouse

GOOD = {"listed_apps": 2, "average_monthly_active_customers": Decimal("112.5")}


@pytest.fixture
def con():
    built = warehouse()
    enrol(built, "acme", "technology", date(2023, 2, 1), "Acme")
    enrol(built, "acme", "reseller", date(2023, 2, 1))
    ladder_rows(built, 2024, "acme", {})
    ladder_rows(built, 2025, "acme", GOOD)
    for period in ("2024-H1", "2024-H2", "2025-H1", "2025-H2"):
        results(built, period, "acme", "technology", [("TECH-MANAGER", "met", 1)])
        results(built, period, "acme", "reseller", [("RESL-PLAN", "not_met", 0)])
    # A year is no review.
    results(built, "2025", "acme", "reseller", [("RESL-PLAN", "not_met", 0)])
    yield built
    built.close()


def test_tables_have_exactly_the_published_columns_and_types(con):
    counts = write_decisions(con)
    assert (counts.tier_assignments, counts.governance_reviews) == (2, 8)
    write_changes(con)
    write_actions(con)
    for table in DECISIONS:
        described = con.execute(f"describe {table.qualified}").fetchall()
        assert tuple((name, kind) for name, kind, *_ in described) == table.columns


def test_tiers_are_read_from_the_marts_and_the_policy(con):
    write_decisions(con)
    first, second = fetch(con, "from decisions.tier_assignments")
    assert (first["tier_year"], first["tier"], first["movement"]) == (2025, "foundation", "first")
    assert (second["tier"], second["previous_tier"], second["movement"]) == (
        "select",
        "foundation",
        "up",
    )
    assert second["policy_version"] == "v1"
    # What the third rung of the shipped policy asks for beside the second's.
    assert (second["binding_criterion"], second["gap_to_next"]) == ("invitation", 1)


def test_an_accepted_invitation_outweighs_the_facts_by_the_shipped_parameter(con):
    con.execute("delete from marts.fct_tier_eligibility")
    ladder_rows(con, 2025, "acme", {"invitation": 1})
    write_decisions(con)
    assert fetch(con, "from decisions.tier_assignments")[0]["tier"] == "premier"


def test_a_partners_own_agreement_may_say_that_it_does_not(con):
    con.execute("delete from marts.fct_tier_eligibility")
    ladder_rows(con, 2025, "acme", {"invitation": 1})
    put(
        con,
        "intermediate.int_policy__partner_values",
        {
            "period": "2025",
            "partner_id": "acme",
            "parameter": "technology.invitation_overrides_facts",
            "value": "false",
            "source": "A-1",
            "conflict": False,
        },
    )
    write_decisions(con)
    assert fetch(con, "from decisions.tier_assignments")[0]["tier"] == "foundation"


def test_reviews_follow_the_policys_ladder_of_actions(con):
    write_decisions(con)
    actions = fetch(
        con,
        """select recommended_action, findings from decisions.governance_reviews
        where program = 'reseller' order by review""",
    )
    assert [row["recommended_action"] for row in actions] == [
        "remediate",
        "change_benefits",
        "end_status",
        "end_status",
    ]
    assert actions[0]["findings"] == ["RESL-PLAN"]


def own_term(con, parameter, value, conflict=False):
    for review in ("2024-H1", "2024-H2", "2025-H1", "2025-H2"):
        put(
            con,
            "intermediate.int_policy__partner_values",
            {
                "period": review,
                "partner_id": "acme",
                "parameter": parameter,
                "value": value,
                "source": "A-1",
                "conflict": conflict,
            },
        )


@pytest.mark.parametrize("conflict", [False, True])
def test_a_partners_own_agreement_states_its_steps(con, conflict):
    own_term(con, "governance.escalation", "remediate, remediate", conflict)
    write_decisions(con)
    actions = con.execute(
        """select recommended_action from decisions.governance_reviews
        where program = 'reseller' order by review limit 3"""
    ).fetchall()
    usual = [("remediate",), ("change_benefits",), ("end_status",)]
    assert actions == (usual if conflict else [("remediate",)] * 3)


@pytest.mark.parametrize(("severity", "ends"), [("major", True), ("severe", False)])
def test_a_partners_own_agreement_states_which_cases_end_its_status(con, severity, ends):
    own_term(con, "conduct.ending_severities", "major")
    opened = {"case_id": "c1", "partner_id": "acme", "opened_on": date(2024, 5, 1)}
    case = {**opened, "severity": severity, "outcome": "upheld"}
    put(con, "staging.stg_partner_activity__conduct_cases", case)
    write_decisions(con)
    ended = con.execute(
        """select review from decisions.governance_reviews
        where program = 'technology' and recommended_action = 'end_status'"""
    ).fetchall()
    assert ended == ([("2024-H1",)] if ends else [])


SEVERE_CASES = [
    # severity, outcome, opened, closed, review in which every program is to end
    ("severe", "upheld", date(2024, 5, 1), date(2024, 8, 1), "2024-H2"),
    ("severe", "upheld", date(2024, 5, 1), None, "2024-H1"),  # decided without a day: as opened
    ("major", "upheld", date(2024, 5, 1), date(2024, 8, 1), None),  # not a severity that ends
    ("severe", "dismissed", date(2024, 5, 1), date(2024, 8, 1), None),
    ("severe", "open", date(2024, 5, 1), None, None),
]


@pytest.mark.parametrize(("severity", "outcome", "opened", "closed", "review"), SEVERE_CASES)
def test_an_upheld_severe_case_ends_the_status_in_all_programs(
    con, severity, outcome, opened, closed, review
):
    put(
        con,
        "staging.stg_partner_activity__conduct_cases",
        {
            "case_id": "c1",
            "partner_id": "acme",
            "opened_on": opened,
            "closed_on": closed,
            "severity": severity,
            "outcome": outcome,
        },
    )
    write_decisions(con)
    ended = fetch(
        con,
        """select review from decisions.governance_reviews
        where program = 'technology' and recommended_action = 'end_status'""",
    )
    assert [row["review"] for row in ended] == ([review] if review else [])


def test_a_decision_is_recorded_beside_and_closes_the_tier(con):
    put(
        con,
        "staging.stg_decisions__governance_decisions",
        {
            "review": "2025-H2",
            "partner_id": "acme",
            "program": "Technology",
            "decision": "end_status",
            "decided_on": date(2026, 3, 2),
            "rationale": "Left the market",
        },
        {
            # As people write it.
            "review": "2025-h2 ",
            "partner_id": "acme",
            "program": "Reseller",
            "decision": "remediate",
            "decided_on": date(2026, 3, 3),
            "rationale": "One more chance",
        },
    )
    write_decisions(con)
    tier = fetch(con, "from decisions.tier_assignments where tier_year = 2026")[0]
    assert (tier["tier"], tier["closed_on"], tier["closed_reason"]) == (
        "select",
        date(2026, 3, 2),
        "Left the market",
    )
    decided = fetch(
        con,
        """select program, decided_action, recommended_action from decisions.governance_reviews
        where review = '2025-H2' order by program""",
    )
    assert [row["decided_action"] for row in decided] == ["remediate", "end_status"]
    assert decided[1]["recommended_action"] == "maintain"


def test_a_decision_taken_back_under_another_spelling_closes_nothing(con):
    row = {"partner_id": "acme", "rationale": "As heard"}
    decided = [
        ("2025-H2", "technology", "end_status", date(2026, 3, 2)),
        (" 2025-h2", "Technology", "maintain", date(2026, 3, 9)),
    ]
    for review, program, decision, on in decided:
        made = {"review": review, "program": program, "decision": decision, "decided_on": on}
        put(con, "staging.stg_decisions__governance_decisions", row | made)
    write_decisions(con)
    [tier] = fetch(con, "from decisions.tier_assignments where tier_year = 2026")
    assert (tier["closed_on"], tier["closed_reason"]) == (None, None)


def test_published_periods_are_shown_and_counted_as_published(con):
    final = Published(
        pl.DataFrame(
            [{"tier_year": 2025, "partner_id": "acme", "tier": "premier", "movement": "first"}],
            schema=ASSIGNMENT_SCHEMA,
        ),
        pl.DataFrame(
            [
                {
                    "review": "2025-H1",
                    "partner_id": "acme",
                    "program": "reseller",
                    "outcome": "compliant",
                    "findings": [],
                    "consecutive_non_compliant": 0,
                    "recommended_action": "maintain",
                }
            ],
            schema=REVIEW_SCHEMA,
        ),
    )
    write_decisions(con, final)
    tiers = fetch(con, "from decisions.tier_assignments")
    assert [(row["tier"], row["movement"]) for row in tiers] == [
        ("premier", "first"),
        ("select", "down"),
    ]
    last = fetch(
        con,
        """from decisions.governance_reviews where program = 'reseller' and review = '2025-H2'""",
    )[0]
    assert (last["consecutive_non_compliant"], last["recommended_action"]) == (1, "remediate")


def test_a_failure_leaves_the_former_decisions(con):
    write_decisions(con)
    before = fetch(con, "from decisions.tier_assignments")
    con.execute("delete from marts.fct_tier_eligibility where year = 2025")
    con.execute("drop table decisions.tier_margins")
    con.execute("create view decisions.tier_margins as select 1 as one")
    with pytest.raises(duckdb.Error):
        write_decisions(con)
    assert fetch(con, "from decisions.tier_assignments") == before


def test_a_program_without_tiers_has_reviews_and_no_assignments(con):
    for table in ("policy.tiers", "policy.tier_criteria", "marts.fct_tier_eligibility"):
        con.execute(f"delete from {table}")
    counts = write_decisions(con)
    assert (counts.tier_assignments, counts.governance_reviews) == (0, 8)
