"""The words of one criterion in a proof: a no, a waiver, and what the data of today say instead.

Belongs here: scoring.explain_criteria over rows by hand. Does not: which rows there are.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scoring.explain_criteria import change_words, criterion_of
from scoring.policy.load import load_policy
from scoring.proof import SOURCED

METRICS = {metric.id: metric for metric in load_policy().metrics}
WORDED = {own.id: own for own in load_policy().sentences}


def stored(metric: str) -> dict[str, str | None]:
    """The policy's sentences as the warehouse holds them."""
    own = WORDED[metric]
    forms = {"missed": own.missed, "act": own.act}
    return {"metric": own.id, "about": own.about} | {
        f"{name}_{form}": getattr(counted, form)
        for name, counted in forms.items()
        for form in type(counted).model_fields
    }


def row(metric: str, value: object, status: str, **more: Any) -> dict[str, Any]:
    number = None if value is None else Decimal(str(value))
    about: dict[str, Any] = dict.fromkeys(
        ["clause", "clause_text", "document", "section", "reason", "underlying_status"]
    )
    about |= dict.fromkeys([*SOURCED, "parameter_label", "effective_from", "effective_to"])
    about |= dict.fromkeys(["parameter_document", "parameter_section", "parameter_status"])
    held = {
        "id": metric,
        "metric": metric,
        "status": status,
        "value": number,
        "threshold": Decimal(1),
        "comparator": ">=",
        "threshold_parameter": None,
        "threshold_source": "policy",
        "strength": None,
        "label": METRICS[metric].label,
        "unit": METRICS[metric].unit,
        "wording": stored(metric),
        "is_published": False,
        "status_now": status,
        "value_now": number,
        "threshold_now": Decimal(1),
    }
    return about | held | more


def sentence(held: dict[str, Any]) -> str:
    return criterion_of(held, "technology", {}, {}).sentence


def test_a_no_is_what_was_found_and_no_double_negation():
    assert sentence(row("program_compliance", 0, "not_met")) == (
        "Not every requirement of the program is met."
    )
    assert sentence(row("program_compliance", 1, "met")).endswith("the partner: yes.")
    late = "Complete business plan in time (1 yes, 0 no): 0; at least 1 needed. Short of it: late."
    assert sentence(row("business_plan_complete", 0, "not_met", reason=late)) == (
        "No complete business plan came in time. Short of it: late."
    )


def test_an_invitation_without_an_answer_is_no_no():
    assert sentence(row("invitation", 0, "needs_review")) == (
        "Invitation for the tier year, accepted in time: not answered yet."
    )


@pytest.mark.parametrize(
    ("underlying", "words"),
    [
        ("not_met", "it would not be met"),
        ("no_evidence", "evidence would be missing"),
        ("needs_review", "a person would have to judge it"),
        (None, "nothing but the waiver"),
    ],
)
def test_what_a_waiver_stands_for_is_what_it_replaced(underlying, words):
    held = row("arr_usd", None, "waived", underlying_status=underlying)
    assert words in (change_words(held) or "")


def test_what_the_data_of_today_say_is_in_words():
    held = row("listed_apps", 1, "met", is_published=True, status_now="not_met")
    assert criterion_of(held, "technology", {}, {}).since == "not met, 1"
