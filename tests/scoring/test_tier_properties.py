"""Properties of the tiers that hold for every program and every partner.

Belongs here: hypothesis over made-up facts, against a slow plain reading of semantics 5.
Does not: single cases (test_tiers).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.tiers import assign_tiers
from tests.scoring.ladder_frames import (
    CRITERIA,
    RUNGS,
    decisions,
    eligibility,
    enrolments,
    published,
    rules,
    threshold_at,
)

OPEN = ("no_evidence", "needs_review")
PARTNERS = ("p", "q", "r")
YEARS = (2022, 2023, 2024)
NUMBERS = st.integers(0, 130)
FACTS = st.fixed_dictionaries(
    {
        "compliance": st.sampled_from(["met", "not_met", "no_evidence", "waived"]),
        "listed_apps": st.one_of(st.integers(0, 2), st.sampled_from(OPEN)),
        "average": st.one_of(NUMBERS, st.sampled_from([*OPEN, "waived"])),
        "bidirectional_flow": st.one_of(
            st.integers(0, 1), st.sampled_from(["no_evidence", "waived"])
        ),
        "invitation": st.one_of(st.integers(0, 1), st.just("needs_review")),
    }
)
HISTORY = st.lists(
    st.tuples(st.sampled_from(YEARS), st.sampled_from(PARTNERS), FACTS),
    unique_by=lambda row: row[:2],
    min_size=1,
    max_size=6,
)
QUICK = settings(max_examples=30, deadline=None)


def assign(rows: pl.DataFrame, overrides: bool = True) -> pl.DataFrame:
    firsts = enrolments(**dict.fromkeys(PARTNERS, date(2020, 1, 1)))
    return assign_tiers(rows, rules(overrides), firsts, decisions(), published()).assignments


def plain_tier(facts: dict, overrides: bool, open_passes: bool) -> str:
    """The tier of one partner and year, word for word and rung by rung."""

    def passes(criterion: str, rung: int) -> bool:
        fact = {"enrolled": "met", **facts}[criterion]
        if fact in OPEN:
            return open_passes
        if isinstance(fact, str):
            return fact in ("met", "waived")
        return fact >= threshold_at(criterion, rung)

    # `waived` stands in the made-up rows for a roll-up that is non-compliant (value 0).
    kept_back = facts["compliance"] in ("not_met", "waived")
    if overrides and passes("invitation", len(RUNGS)) and not kept_back:
        return RUNGS[-1]
    reached = RUNGS[0]
    for rung, tier in enumerate(RUNGS, start=1):
        applicable = [c for c in CRITERIA if threshold_at(c, rung) is not None]
        if not all(passes(criterion, rung) for criterion in applicable):
            break
        reached = tier
    return reached


@QUICK
@given(HISTORY, st.booleans())
def test_same_tiers_as_a_plain_reading(history, overrides):
    tiers = {
        (row["tier_year"] - 1, row["partner_id"]): (row["tier_low"], row["tier_high"])
        for row in assign(eligibility(*history), overrides).to_dicts()
    }
    assert tiers == {
        (year, partner): (plain_tier(facts, overrides, False), plain_tier(facts, overrides, True))
        for year, partner, facts in history
    }


@QUICK
@given(HISTORY)
def test_one_decision_for_each_partner_and_year_within_its_bounds(history):
    decided = assign(eligibility(*history))
    assert decided.height == len(history)
    assert decided.select("tier_year", "partner_id").is_unique().all()
    for row in decided.to_dicts():
        assert RUNGS.index(row["tier_low"]) <= RUNGS.index(row["tier_high"])
        assert row["tier"] == row["tier_low"]
        assert row["undetermined"] == (row["tier_low"] != row["tier_high"])


@QUICK
@given(HISTORY, st.randoms(use_true_random=False))
def test_blind_to_the_order_of_rows(history, random):
    rows = eligibility(*history)
    order = list(range(rows.height))
    random.shuffle(order)
    assert assign(rows[order]).equals(assign(rows))


@QUICK
@given(HISTORY)
def test_an_earlier_year_is_untouched_by_a_later_years_data(history):
    last = max(year for year, _, _ in history)
    earlier = [row for row in history if row[0] < last]
    whole = assign(eligibility(*history)).filter(pl.col("tier_year") <= last)
    assert whole.equals(assign(eligibility(*earlier)))


@QUICK
@given(FACTS, NUMBERS, NUMBERS)
def test_more_customers_never_cost_a_rung(facts, one, other):
    fewer, more = sorted((one, other))
    low, high = (
        assign(eligibility((2024, "p", facts | {"average": count}))).to_dicts()[0]
        for count in (fewer, more)
    )
    assert RUNGS.index(low["tier"]) <= RUNGS.index(high["tier"])


@QUICK
@given(FACTS)
def test_no_top_tier_without_an_accepted_invitation(facts):
    row = assign(eligibility((2024, "p", facts | {"invitation": 0}))).to_dicts()[0]
    assert RUNGS[-1] not in (row["tier_low"], row["tier_high"])


@QUICK
@given(FACTS)
def test_closing_the_gap_of_the_only_thing_missing_moves_up(facts):
    """Where customers alone keep a partner from the next rung, the stated gap is what it takes."""
    facts = facts | {"compliance": "met", "listed_apps": 1, "bidirectional_flow": 1}
    facts |= {
        "invitation": 0,
        "average": 0 if isinstance(facts["average"], str) else facts["average"],
    }
    before = assign(eligibility((2024, "p", facts))).to_dicts()[0]
    if before["binding_criterion"] != "average":
        return
    gap = before["gap_to_next"]
    after = assign(eligibility((2024, "p", facts | {"average": facts["average"] + gap})))
    short = assign(
        eligibility((2024, "p", facts | {"average": facts["average"] + gap - Decimal("0.0001")}))
    )
    place = RUNGS.index(before["tier"])
    assert after["tier"].to_list() == [RUNGS[place + 1]]
    assert short["tier"].to_list() == [RUNGS[place]]
