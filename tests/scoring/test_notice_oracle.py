"""Notices against a plain recomputation: any facts, any notice, any day."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.notice import DAYS_SCHEMA, NoticeRules
from scoring.tiers import assign_tiers
from tests.oracle.notice import Year, stands
from tests.scoring.ladder_frames import (
    GOOD,
    RUNGS,
    decisions,
    eligibility,
    enrolments,
    published,
    rules,
)

# The facts that reach each rung; the highest comes by invitation, whatever the facts.
FACTS = {1: {}, 2: GOOD, 3: GOOD | {"average": 60}}
FIRST = 2020


@st.composite
def histories(draw):
    rungs = draw(st.lists(st.integers(1, 4), min_size=1, max_size=6))
    gaps = draw(st.lists(st.booleans(), min_size=len(rungs), max_size=len(rungs)))
    years, year = [], FIRST
    for rung, gap in zip(rungs, gaps, strict=True):
        year += 1 + gap * draw(st.integers(0, 1))
        years.append(Year(year, rung, invited=rung == 4))
    return years


@settings(max_examples=150, deadline=None)
@given(
    years=histories(),
    days=st.sampled_from([-1, 0, 1, 30, 364, 365, 366, 367, 400, 731, 1000, 4000]),
    as_of=st.dates(date(FIRST, 12, 31), date(FIRST + 14, 12, 31)),
)
def test_notices_are_what_the_text_says(years, days, as_of):
    rows = eligibility(
        *(
            (one.year, "p", FACTS.get(one.reached, FACTS[3]) | {"invitation": int(one.invited)})
            for one in years
        )
    )
    frame = pl.DataFrame(
        [(one.year, None, days) for one in years], schema=DAYS_SCHEMA, orient="row"
    )
    decided = assign_tiers(
        rows,
        rules(years=range(FIRST, FIRST + 15)),
        enrolments(p=date(2010, 1, 1)),
        decisions(),
        published(),
        NoticeRules(frame, as_of),
    )
    notices = {row["tier_year"]: row for row in decided.notices.to_dicts()}
    expected = stands(years, days, as_of, invited_rung=4)
    got = decided.assignments.sort("tier_year").to_dicts()
    for one, stand, row in zip(years, expected, got, strict=True):
        name = RUNGS[stand.rung - 1]
        before = None if stand.before is None else RUNGS[stand.before - 1]
        assert (row["tier_year"], row["tier"], row["previous_tier"]) == (one.year + 1, name, before)
        notice = notices.get(one.year + 1, {"announced_on": None, "falls_on": None})
        assert (notice["announced_on"], notice["falls_on"]) == (stand.announced, stand.falls)
