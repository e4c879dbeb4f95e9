"""The proof of a decision: its shape, its evidence, its words, and who is meant.

Belongs here: scoring.explain and scoring.proof over a warehouse by hand. Does not: whether a value
is right; values are read, never judged again.
"""

from __future__ import annotations

import json
import time
from contextlib import closing
from datetime import date
from decimal import Decimal

import pytest
from rich.console import Console

from orchestration.cli.drawing.proof import draw_proof
from scoring.explain import NothingToExplainError, explain
from scoring.partners import PartnerLookupError, find_partner
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import enrol, ladder_rows, put, results, warehouse

KEYS = [
    "id",
    "status",
    "value",
    "comparator",
    "threshold",
    "threshold_source",
    "clause",
    "evidence",
]


@pytest.fixture(scope="module")
def con():
    built = warehouse()
    enrol(built, "T-1", "technology", date(2023, 2, 1), "Acme [beta] Apps")
    enrol(built, "R-1", "reseller", date(2023, 2, 1), "Twin")
    enrol(built, "R-2", "reseller", date(2025, 9, 1), "Twin")
    facts = {"listed_apps": 2, "average_monthly_active_customers": Decimal("9.25")}
    facts |= {"bidirectional_flow": 0}
    ladder_rows(built, 2025, "T-1", facts)
    results(
        built,
        "2025",
        "T-1",
        "technology",
        # The last is advice, on which compliance does not rest.
        [
            ("TECH-MANAGER", "met", 1),
            ("TECH-STANDING", "met", 0),
            ("TECH-RESPONSIVE", "met", 1),
        ],
    )
    results(
        built,
        "2025",
        "R-1",
        "reseller",
        [("RESL-ARR", "not_met", Decimal("60000.1234")), ("RESL-REFERENCE", "no_evidence", None)],
    )
    evidence = [
        ("T-1", "technology", "average_monthly_active_customers", "app_usage", "usage_events", 7),
        ("T-1", None, "partnership_managers", "partner_activity", "contacts", 3),
        ("T-1", "referral", "partnership_managers", "partner_activity", "contacts", 99),
        ("T-1", None, "contact_answered_share", "app_usage", "contact_requests", 55),
        ("R-1", "reseller", "arr_usd", "reseller_reports", "subscription_lines", 5),
    ]
    for partner, program, metric, source, entity, row in evidence:
        put(
            built,
            "intermediate.int_metrics__evidence",
            {
                "period": "2025",
                "partner_id": partner,
                "program": program,
                "metric": metric,
                "source": source,
                "entity": entity,
                "file": f"{source}/{entity}.csv",
                "row_number": row,
                "detail": "[red]60,000.1234 USD a year[/red]",
            },
        )
    write_decisions(built)
    yield built
    built.close()


def shown(proof) -> str:
    console = Console(width=160, force_terminal=False, record=True)
    with console.capture() as capture:
        draw_proof(console, proof, {"select": "Select"})
    return capture.get()


def test_json_has_the_published_shape(con):
    proof = json.loads(json.dumps(explain(con, "T-1", 2025).to_json()))
    assert set(proof) == {"decision", "criteria"}
    for criterion in proof["criteria"]:
        assert list(criterion)[: len(KEYS)] == KEYS
        for row in criterion["evidence"]:
            assert {"source", "entity", "file", "row", "cell"} <= set(row)


def test_a_tiers_proof_holds_each_criterion_where_a_rung_states_it(con):
    proof = explain(con, "T-1", 2025).to_json()
    assert (proof["decision"]["tier"], proof["decision"]["tier_year"]) == ("foundation", 2026)
    stated = [(row["tier"], row["id"], row["status"]) for row in proof["criteria"]]
    assert stated == [
        ("foundation", "enrolled", "met"),
        ("select", "compliance", "met"),
        ("select", "listed_apps", "met"),
        ("select", "average_monthly_active_customers", "not_met"),
        ("select", "bidirectional_flow", "not_met"),
        ("premier", "invitation", "not_met"),
    ]
    average = proof["criteria"][3]
    assert (average["value"], average["threshold"], average["comparator"]) == (9.25, 100, ">=")
    assert (average["threshold_source"], average["clause"]) == ("policy", "TIER-WINDOW")
    rule = average["threshold_rule"]
    assert (rule["status"], rule["read_on"]) == ("reported", "2026-08, 2026-09")
    assert rule["reported_by"] == "three readers of the vendor's partner page"
    assert average["change"] == "raise the monthly average of active customers to 100"
    assert [(row["file"], row["row"]) for row in average["evidence"]] == [
        ("app_usage/usage_events.csv", 7)
    ]


def test_compliance_rests_on_the_programs_requirements_and_their_rows(con):
    compliance = explain(con, "T-1", 2025).to_json()["criteria"][1]
    assert [row["id"] for row in compliance["requirements"]] == [
        "TECH-STANDING",
        "TECH-MANAGER",
        "TECH-RESPONSIVE",
    ]
    # Rows of any program count, those of another program do not.
    assert [row["row"] for row in compliance["evidence"]] == [3]


def test_a_partners_own_term_is_named_as_the_source_of_its_threshold(con):
    term = {
        "period": "2025",
        "partner_id": "T-1",
        "parameter": "technology.select_active_customers",
        "value": "12",
        "source": "AGR-7",
        "conflict": False,
    }
    put(con, "intermediate.int_policy__partner_values", term)
    try:
        criteria = explain(con, "T-1", 2025).to_json()["criteria"]
    finally:
        con.execute("delete from intermediate.int_policy__partner_values")
    assert [row["threshold_source"] for row in criteria if row["tier"] == "select"] == [
        "policy",
        "policy",
        "AGR-7",
        "policy",
    ]


def test_a_reseller_without_tiers_is_explained_by_its_requirements(con):
    proof = explain(con, "R-1", 2025).to_json()
    assert (proof["decision"]["program"], proof["decision"]["status"]) == (
        "reseller",
        "non_compliant",
    )
    arr, reference = proof["criteria"]
    assert (arr["id"], arr["value"], arr["threshold"]) == ("RESL-ARR", 60000.1234, 100000)
    assert arr["evidence"][0]["detail"] == "[red]60,000.1234 USD a year[/red]"
    assert arr["change"] == "raise annual recurring revenue by $40,000"
    assert (reference["value"], reference["strength"]) == (None, "should")


def test_the_tree_reads_as_sentences_and_data_stays_data(con):
    text = shown(explain(con, "T-1", 2025))
    assert "Acme [beta] Apps" in text  # no markup from data
    assert "Foundation for 2026, on the results of 2025; its first assignment" in text
    assert "app_usage/usage_events.csv, row 7" in text
    assert "clause TIER-WINDOW (faq, Tier Designation Questions)" in text
    assert "a placeholder until someone confirms it" in text
    assert "reported by three readers" in text
    assert "Select: " in text and "select: " not in text
    reseller = shown(explain(con, "R-1", 2025, "reseller"))
    assert "[red]60,000.1234 USD a year[/red]" in reseller


LOOKUPS = [
    # typed, words of the error
    ("T-2", "T-1 (Acme [beta] Apps)"),  # a slip in the id
    ("acme beta aps", "Near: T-1"),  # a slip in the name
    ("Twin", "2 partners are called 'Twin': R-1, R-2"),  # a name twice
    ("zzzzzz qqq", "nor one like it"),
]


@pytest.mark.parametrize(("typed", "words"), LOOKUPS)
def test_who_is_not_found_is_helped(con, typed, words):
    with pytest.raises(PartnerLookupError) as error:
        explain(con, typed, 2025)
    assert words in str(error.value)


def test_a_name_is_found_without_regard_to_case(con):
    assert explain(con, "acme [BETA] apps", 2025).decision["partner_id"] == "T-1"


def test_an_id_that_was_judged_is_itself_and_not_the_one_that_looks_like_it():
    with closing(warehouse()) as con:
        enrol(con, "p3", "reseller", date(2023, 2, 1), "Crane")
        row = {"period": "2025", "partner_id": "P3", "program": "reseller"}
        put(con, "marts.fct_program_compliance", row | {"status": "non_compliant"})
        assert [find_partner(con, typed).partner_id for typed in ("p3", "P3", "crane")] == [
            "p3",
            "P3",
            "p3",
        ]


def test_no_decision_says_what_there_is(con):
    with pytest.raises(NothingToExplainError) as error:
        explain(con, "R-1", 2024, "reseller")
    assert "It was in a program at the end of: 2025 (reseller)." in str(error.value)
    with pytest.raises(NothingToExplainError) as error:
        explain(con, "R-2", 2025)
    assert "in no program at the end of any period" in str(error.value)


def test_it_answers_in_well_under_a_second(con):
    explain(con, "T-1", 2025)
    started = time.perf_counter()
    explain(con, "T-1", 2025)
    assert time.perf_counter() - started < 1
