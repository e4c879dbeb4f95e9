"""Why a partner has no decision in a period: the cause, and what to ask instead.

Belongs here: the sentences of scoring.no_decision over a warehouse by hand. Does not: proofs
that exist.
"""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

from orchestration.cli.app import WRONG_USE, _exit_code
from scoring.explain import NoSuchProgram, NothingToExplainError, explain
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import enrol, put, results, warehouse


@pytest.fixture(scope="module")
def con():
    with closing(warehouse()) as built:
        for partner in ("GONE", "BOUGHT", "STAYS", "ENDED", "LATE"):
            enrol(built, partner, "reseller", date(2023, 2, 1), f"{partner} Sales")
        results(built, "2025", "STAYS", "reseller", [("RESL-MANAGER", "met", 1)])
        for partner in ("BOUGHT", "ENDED"):
            results(built, "2024", partner, "reseller", [("RESL-MANAGER", "met", 1)])
        put(
            built,
            "intermediate.int_partners__successions",
            {
                "partner_id": "BOUGHT",
                "successor_id": "STAYS",
                "effective_on": date(2025, 7, 1),
                "is_in_ring": False,
            },
        )
        ended = {"partner_id": "ENDED", "program": "reseller", "enrolled_on": date(2023, 2, 1)}
        put(
            built,
            "staging.stg_partner_activity__enrollments",
            {**ended, "ended_on": date(2025, 7, 1)},
        )
        gone = {"partner_id": "GONE", "terminated_on": date(2025, 3, 1)}
        put(built, "staging.stg_partner_activity__partners", gone)
        write_decisions(built)
        yield built


def answer(con, partner: str, year: int, program: str | None = None) -> str:
    with pytest.raises(NothingToExplainError) as refused:
        explain(con, partner, year, program)
    return str(refused.value)


def test_a_year_that_nobody_computed_is_no_absence(con):
    words = answer(con, "STAYS", 2031)
    assert "2031 has not been computed" in words and "`plumbline run --year 2031`" in words
    assert "was not in any program" not in words


def test_who_became_one_with_another_is_sent_there(con):
    words = answer(con, "BOUGHT", 2025)
    assert "it became one with STAYS (STAYS Sales) on 2025-07-01" in words
    command = words.split("`")[1].removeprefix("plumbline explain ")
    partner, _, year = command.split()
    assert explain(con, partner, int(year)).decision["partner_id"] == "STAYS"


def test_how_a_membership_ended_is_named(con):
    assert (
        "its enrolment in reseller ended on 2025-07-01. It was in a program at the end of: 2024"
        in answer(con, "ENDED", 2025)
    )
    assert "was terminated on 2025-03-01" in answer(con, "GONE", 2025)


def test_a_program_that_the_policy_lacks_is_wrong_use_and_those_it_has_are_named(con):
    with pytest.raises(NoSuchProgram, match="no program 'tech'; choose one of technology") as error:
        explain(con, "STAYS", 2025, "tech")
    assert _exit_code(error.value) == WRONG_USE
