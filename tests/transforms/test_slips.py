"""Mistyped values: absurd terms and dates change nobody else's figures.

Belongs here: rows that pass the landing contract and still make no sense. Does not: rows that the
contract refuses (tests/ingest).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transforms.cast import merged, partner, reseller, term
from tests.transforms.judged import result, roll_up
from tests.transforms.test_ledger import findings
from tests.transforms.warehouse import build_warehouse, dbt, query

HUGE = "9" * 40
TERMS = {
    "reseller.minimum_arr_usd": HUGE,
    "agreements.version_grace_days": "999999999999",
    "reseller.arr_first_judged_months": "888888888888",
    "reseller.report_due_day": "-77777777777",
    "reseller.plan_due": "02-31",
    "reseller.training_roles": ",".join(["sales"] * 60),
    "reseller.references_required": "9" * 30,
    "reseller.arr_measure": "'; drop table marts.dim_partners; --",
}


@pytest.fixture(scope="module")
def slips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = merged(
        reseller("sane"),
        reseller("slipped"),
        {"agreement_terms": [term("slipped-framework", v, p) for p, v in TERMS.items()]},
        partner("ancient", "referral", "technology", "services", since="0201-01-01"),
    )
    path = build_warehouse(tmp_path_factory.mktemp("slips"), rows)
    dbt(path, "build", "--quiet", "--exclude-resource-type", "unit_test")
    return path


def test_one_partners_slips_are_its_own(slips: Path) -> None:
    assert roll_up(slips, "sane") == {"reseller": "compliant"}
    assert result(slips, "slipped", "RESL-MANAGER")["status"] == "met"


def test_what_is_no_value_needs_a_person(slips: Path) -> None:
    unusable = {key.split("/")[1] for _, key in findings(slips, "term_not_of_kind")}
    numbers_and_lists = {"reseller.minimum_arr_usd", "reseller.training_roles"}
    assert unusable == numbers_and_lists | {"reseller.arr_measure"}
    assert result(slips, "slipped", "RESL-TRAINING")["status"] == "needs_review"


def test_an_absurd_value_is_taken_at_its_word(slips: Path) -> None:
    # Judged first after some ten thousand years: not yet.
    assert result(slips, "slipped", "RESL-ARR")["status"] == "not_applicable"
    # February 31 is read as the month's last day: the plan of January 31 is in time.
    assert result(slips, "slipped", "RESL-PLAN")["status"] == "met"
    assert result(slips, "slipped", "RESL-REFERENCE")["status"] == "not_met"
    assert result(slips, "slipped", "RESL-AGREEMENT")["status"] == "met"


def test_an_enrolment_of_another_age_has_its_own_periods(slips: Path) -> None:
    counted = query(slips, "select count(*) from marts.fct_program_compliance where period = '300'")
    assert counted == [(3,)]
    partners = "select count(distinct partner_id) from marts.fct_program_compliance"
    assert query(slips, partners) == [(3,)]
