"""Tiers that move within the year: reviews raise and lower, months between them only raise.

Belongs here: the rhythm over hand-made frames. Does not: what the facts reach (test_tiers.py), the
whole pipeline (docs/examples/four_levels).
"""

from datetime import date

import polars as pl
import pytest

from scoring.tier_steps import (
    STANDING_SCHEMA,
    STEPS_SCHEMA,
    StepInputs,
    shown_steps,
    tier_steps,
    year_ends,
)
from scoring.tiers import assign_tiers
from tests.scoring.ladder_frames import decisions, eligibility, enrolments, published, rules

STONE, BRONZE, SILVER = (
    {"compliance": "met", "listed_apps": 1, "bidirectional_flow": 1, "average": average}
    for average in (0, 10, 50)
)
REVIEWS = ("Q1", "Q2", "Q3", "Q4")
ENDS = {"Q1": (3, 31), "M04": (4, 30), "M05": (5, 31), "Q2": (6, 30), "Q3": (9, 30), "Q4": (12, 31)}


NO_STEPS = tier_steps(StepInputs(), rules(years=()), pl.DataFrame())


def inputs(facts: dict[str, dict], falls=REVIEWS, upgrades_from=None) -> StepInputs:
    """The steps of 2025 and what the partner `p` reaches at each."""
    places = {name: place for place, name in enumerate(ENDS, start=1)}
    steps = [
        (places[n], f"2025-{n}", 2025, date(2025, *ENDS[n]), n in falls, n.startswith("Q"))
        for n in ENDS
    ]
    return StepInputs(
        steps=pl.DataFrame(steps, schema=STEPS_SCHEMA, orient="row"),
        eligibility=eligibility(*((places[name], "p", each) for name, each in facts.items())),
        upgrades_from=upgrades_from,
    )


def moves(stepped: StepInputs, final: pl.DataFrame | None = None) -> dict[str, tuple]:
    steps = tier_steps(stepped, rules(years=()), NO_STEPS if final is None else final)
    return {
        row["period"].removeprefix("2025-"): (row["tier"], row["movement"], row["moved_on"])
        for row in steps.iter_rows(named=True)
    }


def test_a_month_raises_and_a_review_lowers():
    facts = {"Q1": BRONZE, "M04": SILVER, "M05": STONE, "Q2": BRONZE, "Q3": STONE, "Q4": STONE}
    assert moves(inputs(facts)) == {
        "Q1": ("bronze", "first", date(2025, 3, 31)),
        "M04": ("silver", "up", date(2025, 4, 30)),
        "M05": ("silver", "same", date(2025, 4, 30)),
        "Q2": ("bronze", "down", date(2025, 6, 30)),
        "Q3": ("stone", "down", date(2025, 9, 30)),
        "Q4": ("stone", "same", date(2025, 9, 30)),
    }


def test_only_the_reviews_that_may_take_a_tier_away_do():
    facts = {"Q1": SILVER, "M04": STONE, "M05": STONE, "Q2": STONE, "Q3": BRONZE, "Q4": BRONZE}
    moved = moves(inputs(facts, falls=("Q4",)))
    assert [moved[name][0] for name in ENDS] == ["silver"] * 5 + ["bronze"]
    assert moved["Q4"][1] == "down"


@pytest.mark.parametrize(("lowest", "in_april"), [("bronze", "stone"), ("stone", "silver")])
def test_months_raise_from_the_named_tier_on(lowest, in_april):
    facts = {"Q1": STONE, "M04": SILVER, "M05": SILVER, "Q2": SILVER}
    moved = moves(inputs(facts, upgrades_from=lowest))
    assert moved["M04"][0] == moved["M05"][0] == in_april
    assert moved["Q2"][0] == "silver"


def test_who_was_not_there_at_a_step_begins_anew():
    moved = moves(inputs({"Q1": SILVER, "M04": SILVER, "Q2": BRONZE}))
    assert moved["Q2"] == ("bronze", "first", date(2025, 6, 30))


def test_a_published_step_stays_and_partners_go_on_from_it():
    facts = {"Q1": BRONZE, "M04": STONE, "M05": STONE, "Q2": STONE, "Q3": STONE}
    stepped = inputs(facts, falls=("Q3",))
    computed = tier_steps(stepped, rules(years=()), NO_STEPS)
    final = computed.filter(pl.col("period") == "2025-Q1").with_columns(tier=pl.lit("silver"))
    moved = moves(stepped, final)
    assert (moved["M04"][0], moved["Q2"][0], moved["Q3"][0]) == ("silver", "silver", "stone")
    again = tier_steps(stepped, rules(years=()), final)
    shown = shown_steps(again, final.with_columns(gap_to_next=pl.lit(7)))
    assert shown.height == len(facts)
    assert shown.filter(pl.col("period") == "2025-Q1")["gap_to_next"].to_list() == [7]


def test_the_years_tier_is_the_one_after_its_last_step():
    facts = {"Q1": SILVER, "M04": STONE, "M05": STONE, "Q2": STONE, "Q3": STONE, "Q4": STONE}
    stepped = inputs(facts, falls=("Q1",))
    done = tier_steps(stepped, rules(years=()), NO_STEPS)
    ends = year_ends(stepped.steps, done, rules(years=()))
    assert ends.rows() == [(2025, "p", "silver", 3)]
    assert dict(ends.schema) == STANDING_SCHEMA
    of_year = assign_tiers(
        eligibility((2025, "p", STONE)),
        rules(years=()),
        enrolments(),
        decisions(),
        published(),
        standing=ends,
    )
    row = of_year.assignments.row(0, named=True)
    assert (row["tier_year"], row["tier"], row["tier_low"]) == (2026, "silver", "stone")
