"""The tier of each partner and year: rungs, invitations, open evidence, history, closing.

Belongs here: semantics 5 in tables with a comment per row. Does not: policy values, the warehouse.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from scoring.measures import Measure, without_yes_no
from scoring.policy.load import load_policy
from scoring.tiers import assign_tiers, shown
from tests.scoring.ladder_frames import (
    GOOD,
    decisions,
    eligibility,
    enrolments,
    published,
    rules,
)

LONG_AGO = {"p": date(2019, 5, 1)}


def assigned(rows, the_rules=None, decided=None, final=None, **firsts):
    """The assignments as dicts, in order."""
    result = assign_tiers(
        rows,
        the_rules or rules(),
        enrolments(**(firsts or LONG_AGO)),
        decisions() if decided is None else decided,
        published() if final is None else final,
    )
    return result.assignments.to_dicts()


RUNG_CASES = [
    # facts beyond enrolment, tier, tier_high
    ({}, "stone", "stone"),  # nothing but enrolled: the lowest rung
    (GOOD, "bronze", "bronze"),  # everything for the second rung, exactly at 10
    (GOOD | {"average": 9}, "stone", "stone"),  # one customer short
    (GOOD | {"average": 50}, "silver", "silver"),  # exactly at the third rung's 50
    (GOOD | {"average": 49}, "bronze", "bronze"),  # one below it
    # flow is waived, which is an exception that a person granted
    (GOOD | {"average": 70, "bidirectional_flow": "waived"}, "silver", "silver"),
    (GOOD | {"average": 500}, "silver", "silver"),  # the top is closed without an invitation
    (GOOD | {"average": 500, "invitation": 1}, "gold", "gold"),  # invited and accepted
    ({"compliance": "met", "invitation": 1}, "gold", "gold"),  # invited whatever the facts
    (GOOD | {"compliance": 0, "invitation": 1}, "stone", "stone"),  # but never non-compliant
    (GOOD | {"compliance": 0, "average": 500}, "stone", "stone"),  # non-compliance costs rung 2
    (GOOD | {"average": 500, "invitation": "waived"}, "silver", "silver"),  # can't be waived
    # open evidence: worst and best
    (GOOD | {"average": "no_evidence"}, "stone", "silver"),  # usage not covered
    (GOOD | {"bidirectional_flow": "no_evidence"}, "bronze", "bronze"),  # 10 customers: no matter
    (GOOD | {"average": 60, "bidirectional_flow": "no_evidence"}, "bronze", "silver"),
    (GOOD | {"average": "needs_review"}, "stone", "silver"),  # too few months
    (GOOD | {"invitation": "needs_review"}, "bronze", "gold"),  # pending, would be honoured
    (GOOD | {"compliance": 0, "invitation": "needs_review"}, "stone", "stone"),  # would not be
    (GOOD | {"compliance": "no_evidence"}, "stone", "bronze"),  # the roll-up is open
    # the exception is `non_compliant` only, so an undetermined program keeps no invitation back
    (GOOD | {"compliance": "no_evidence", "invitation": 1}, "gold", "gold"),
    (GOOD | {"compliance": "no_evidence", "invitation": "needs_review"}, "stone", "gold"),
    # a waived criterion does not make a non-compliant program compliant: the facts decide
    (GOOD | {"compliance": "waived", "invitation": 1}, "bronze", "bronze"),
    (GOOD | {"average": "no_evidence", "invitation": 1}, "gold", "gold"),  # facts don't matter
    (GOOD | {"listed_apps": "not_applicable"}, "bronze", "bronze"),  # nothing was expected
]


@pytest.mark.parametrize(("facts", "tier", "high"), RUNG_CASES)
def test_rung(facts, tier, high):
    (row,) = assigned(eligibility((2025, "p", facts)))
    assert (row["tier_year"], row["tier"], row["tier_low"]) == (2026, tier, tier)
    assert (row["tier_high"], row["undetermined"]) == (high, tier != high)


def test_a_rung_above_a_failed_one_is_not_reached():
    rows = eligibility((2025, "p", GOOD | {"average": 60})).with_columns(
        # Only the second rung's own threshold fails, as where a policy asks less further up.
        status=pl.when((pl.col("tier") == "bronze") & (pl.col("criterion") == "average"))
        .then(pl.lit("not_met"))
        .otherwise("status")
    )
    assert assigned(rows)[0]["tier"] == "stone"


def test_nobody_falls_below_the_lowest_rung():
    (row,) = assigned(eligibility((2025, "p", GOOD | {"enrolled": 0})))
    assert (row["tier"], row["tier_high"]) == ("stone", "stone")


def test_invitation_does_not_outweigh_facts_where_the_policy_says_no():
    facts = GOOD | {"average": 60, "invitation": 1}
    (row,) = assigned(eligibility((2025, "p", facts)), rules(overrides=False))
    assert (row["tier"], row["binding_criterion"], row["gap_to_next"]) == (
        "silver",
        "average",
        Decimal("40.0000"),
    )


def test_partners_own_term_lets_its_invitation_outweigh_facts():
    facts = {"compliance": "met", "invitation": 1}
    rows = eligibility((2025, "p", facts), (2025, "q", facts))
    decided = assigned(rows, rules(partner="p"), p=date(2019, 1, 1), q=date(2019, 1, 1))
    assert {row["partner_id"]: row["tier"] for row in decided} == {"p": "gold", "q": "stone"}


def test_two_terms_that_disagree_leave_the_tier_open():
    facts = {"compliance": "met", "invitation": 1}
    (row,) = assigned(eligibility((2025, "p", facts)), rules(overrides=None, partner="p"))
    assert (row["tier"], row["tier_high"]) == ("stone", "gold")
    assert "between Stone and Gold: terms of its agreements disagree" in row["smallest_change"]


HISTORY_CASES = [
    # first enrolled, facts of 2024 (None: no row), of 2025, published for 2025, previous, movement
    (date(2019, 1, 1), GOOD, GOOD, None, "bronze", "same"),
    (date(2019, 1, 1), GOOD, {}, None, "bronze", "down"),
    # three rungs at once
    (date(2019, 1, 1), {}, GOOD | {"average": 100, "invitation": 1}, None, "stone", "up"),
    # first enrolled in the year: was on the lowest rung, yet nothing was assigned for it
    (date(2025, 3, 1), None, GOOD, None, "stone", "first"),
    # enrolled before, but no assignment of that year (enrolled again): nothing to compare with
    (date(2019, 1, 1), None, GOOD, None, None, "first"),
    # what was published counts, not what would be computed today
    (date(2019, 1, 1), GOOD, GOOD, "silver", "silver", "down"),
    (date(2019, 1, 1), None, GOOD, "stone", "stone", "up"),
]


@pytest.mark.parametrize(("first", "before", "now", "final", "previous", "movement"), HISTORY_CASES)
def test_previous_tier_and_movement(first, before, now, final, previous, movement):
    facts = [(2024, "p", before)] if before is not None else []
    row = assigned(
        eligibility(*facts, (2025, "p", now)),
        final=published((2025, "p", final)) if final else None,
        p=first,
    )[-1]
    assert (row["previous_tier"], row["movement"]) == (previous, movement)


NEXT_CASES = [
    # facts, binding criterion, gap, words that the smallest change holds
    (GOOD | {"average": "9.25"}, "average", "0.75", "average from 9.3 to at least 10 (0.8 more"),
    (GOOD, "average", "40", "For Silver: average from 10 to at least 50"),
    (GOOD | {"bidirectional_flow": 0}, "average", "40", "bidirectional flow from 0 to at least 1"),
    # only an invitation leads to the top where it outweighs the facts
    (GOOD | {"average": 60}, "invitation", "1", "For Gold: invitation accepted"),
    ({"compliance": "met", "invitation": 1}, None, None, None),  # the top: nothing to gain
    (
        GOOD | {"average": "no_evidence"},
        "average",
        None,
        "Undetermined between Stone and Silver: average has no evidence (apps and usage events).",
    ),
    (GOOD | {"invitation": "needs_review"}, "average", "40", "invitation is unanswered"),
]


@pytest.mark.parametrize(("facts", "binding", "gap", "words"), NEXT_CASES)
def test_what_leads_up(facts, binding, gap, words):
    facts = {
        k: Decimal(v) if isinstance(v, str) and v[0].isdigit() else v for k, v in facts.items()
    }
    (row,) = assigned(eligibility((2025, "p", facts)))
    assert row["binding_criterion"] == binding
    assert row["gap_to_next"] == (None if gap is None else Decimal(gap))
    assert (words is None and row["smallest_change"] is None) or words in row["smallest_change"]


def test_what_leads_up_and_what_holds_are_told_in_the_words_of_the_policy():
    policy = load_policy()
    labels = {metric.id: metric for metric in policy.metrics}
    words = {
        own.id: Measure(without_yes_no(labels[own.id].label), labels[own.id].unit, own)
        for own in policy.sentences
    }
    facts = eligibility(
        (2025, "p", GOOD | {"average": 96, "bidirectional_flow": 0}),
        (2025, "q", GOOD | {"average": 0, "compliance": "no_evidence"}),
    )
    worded = replace(rules(), measures=words)
    decided = assign_tiers(facts, worded, enrolments(), decisions(), published())
    low, open_one = decided.assignments.sort("partner_id").to_dicts()
    assert low["smallest_change"] == "For Silver: have a listed app both read and write data."
    assert open_one["smallest_change"].startswith(
        "For Bronze: deliver what shows whether the program's requirements are met; raise the"
    )
    held = dict(decided.margins.select("criterion", "sentence").iter_rows())
    assert held["compliance"] == (
        "Bronze is lost where not every requirement of the program is met."
    )
    assert held["average"] == (
        f"{words['average_monthly_active_customers'].label}: "
        "may fall by 86, from 96 to 10, before Bronze is lost."
    )


def test_a_figure_in_doubt_that_would_pass_has_no_gap():
    rows = eligibility((2025, "p", GOOD | {"average": "needs_review"})).with_columns(
        value=pl.when(pl.col("criterion") == "average").then(Decimal(13)).otherwise("value")
    )
    (row,) = assigned(rows)
    assert (row["tier"], row["binding_criterion"], row["gap_to_next"]) == ("stone", "average", 0)


CLOSING_CASES = [
    # decisions, closed_on of tier year 2025, of tier year 2026
    ([], None, None),
    ([("2025-H2", "end_status", date(2026, 2, 3))], None, date(2026, 2, 3)),
    # decided in 2025: that year's row closes, not the next
    ([("2025-H1", "end_status", date(2025, 8, 1))], date(2025, 8, 1), None),
    # the first of two in one year
    (
        [
            ("2025-H1", "end_status", date(2025, 8, 1)),
            ("2024-H2", "end_status", date(2025, 2, 1)),
        ],
        date(2025, 2, 1),
        None,
    ),
    ([("2025-H2", "change_benefits", date(2026, 2, 3))], None, None),  # no end
    ([("2026-H2", "end_status", date(2027, 2, 3))], None, None),  # after both years
    ([("2018-H2", "end_status", date(2019, 2, 3))], None, None),  # before both
]


@pytest.mark.parametrize(("decided", "first_year", "second_year"), CLOSING_CASES)
def test_closing_is_no_tier_move(decided, first_year, second_year):
    rows = eligibility((2024, "p", GOOD), (2025, "p", GOOD))
    recorded = decisions(*[(r, "p", d, on, f"because {r}") for r, d, on in decided])
    assignments = assigned(rows, decided=recorded)
    assert [row["tier"] for row in assignments] == ["bronze", "bronze"]
    assert [row["closed_on"] for row in assignments] == [first_year, second_year]
    reasons = [row["closed_reason"] for row in assignments]
    assert [bool(reason) for reason in reasons] == [bool(first_year), bool(second_year)]


def test_a_published_year_is_shown_as_published():
    decided = assign_tiers(
        eligibility((2024, "p", GOOD), (2025, "p", GOOD), (2024, "late", GOOD)),
        rules(),
        enrolments(p=date(2019, 1, 1), late=date(2019, 1, 1)),
        decisions(("2024-H2", "p", "end_status", date(2025, 3, 1), "ended")),
        published((2025, "p", "silver")),
    )
    kept = published((2025, "p", "silver"))
    final = shown(decided.assignments, kept, decided.closings).to_dicts()
    # The year as published, with nobody added; only the later closing is laid beside it.
    assert [(row["tier_year"], row["partner_id"]) for row in final] == [(2025, "p"), (2026, "p")]
    assert (final[0]["tier"], final[0]["input_digest"]) == ("silver", "final")
    assert (final[0]["closed_on"], final[0]["closed_reason"]) == (date(2025, 3, 1), "ended")
    assert final[1]["policy_version"] == "hand-made"


def test_a_published_tier_is_closed_also_where_its_partner_has_no_row_any_more():
    # The partner was marked as terminated, without a day, after its status had been ended.
    kept = published((2026, "p", "silver"), (2026, "q", "bronze"))
    decided = assign_tiers(
        eligibility((2025, "q", GOOD)),
        rules(),
        enrolments(p=date(2019, 1, 1), q=date(2019, 1, 1)),
        decisions(("2025-H2", "p", "end_status", date(2026, 3, 1), "ended")),
        kept,
    )
    rows = shown(decided.assignments, kept, decided.closings).to_dicts()
    assert [(row["partner_id"], row["tier"], row["closed_on"]) for row in rows] == [
        ("p", "silver", date(2026, 3, 1)),
        ("q", "bronze", None),
    ]


def test_digest_follows_the_inputs_of_its_own_decision():
    def digests(facts, order=1):
        rows = eligibility((2025, "p", facts), (2025, "q", GOOD))[::order]
        decided = assigned(rows, p=date(2019, 1, 1), q=date(2019, 1, 1))
        return {row["partner_id"]: row["input_digest"] for row in decided}

    assert digests(GOOD) == digests(GOOD, order=-1)
    changed = digests(GOOD | {"average": 11})
    assert changed["p"] != digests(GOOD)["p"]
    assert changed["q"] == digests(GOOD)["q"]
    assert all(len(digest) == 64 for digest in changed.values())


def test_nobody_to_judge_gives_an_empty_table_of_the_right_types():
    empty = assign_tiers(eligibility(), rules(), enrolments(), decisions(), published())
    assert empty.assignments.is_empty()
    assert empty.assignments.schema["gap_to_next"] == pl.Decimal(38, 4)
