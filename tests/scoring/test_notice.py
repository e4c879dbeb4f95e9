"""Notice before a fall: the tier is kept until the day and falls on it, on both sides of every
rule.

Belongs here: scoring.notice through assign_tiers, over a ladder by hand. Does not: the warehouse.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from scoring.notice import DAYS_SCHEMA, NoticeRules
from scoring.notice_words import notice_words
from scoring.tiers import assign_tiers, shown
from tests.scoring.ladder_frames import (
    GOOD,
    RUNGS,
    decisions,
    eligibility,
    enrolments,
    published,
    rules,
)

NAMES = {tier: tier.title() for tier in RUNGS}

HIGH = GOOD | {"average": 60}  # silver
LOW = GOOD | {"average": 20}  # bronze
STARTS = date(2026, 1, 1)


def notice(days, as_of=date(2025, 12, 31), partner=None, own=0):
    rows = [(year, None, days) for year in range(2020, 2031)]
    if partner:
        rows += [(year, partner, own) for year in range(2020, 2031)]
    frame = pl.DataFrame(rows, schema=DAYS_SCHEMA, orient="row")
    return NoticeRules(frame, as_of)


def assign(*facts, rule=None, final=None):
    rows = eligibility(*facts)
    firsts = enrolments(**{f[1]: date(2019, 1, 1) for f in facts})
    final = published() if final is None else final
    return assign_tiers(rows, rules(), firsts, decisions(), final, rule)


def last(result):
    return result.assignments.sort("tier_year").row(-1, named=True)


FALL = ((2024, "p", HIGH), (2025, "p", LOW))


@pytest.mark.parametrize(
    ("days", "as_of", "tier", "movement"),
    [
        (0, date(2025, 12, 31), "bronze", "down"),
        (30, date(2025, 12, 31), "silver", "same"),
        (30, date(2026, 1, 30), "silver", "same"),
        (30, date(2026, 1, 31), "bronze", "down"),
        (-5, date(2025, 12, 31), "bronze", "down"),
    ],
)
def test_a_tier_falls_when_its_notice_is_over_and_not_a_day_earlier(days, as_of, tier, movement):
    decision = last(assign(*FALL, rule=notice(days, as_of)))
    assert (decision["tier"], decision["movement"], decision["previous_tier"]) == (
        tier,
        movement,
        "silver",
    )
    assert (decision["tier_low"], decision["tier_high"]) == ("bronze", "bronze")


def test_a_notice_is_dated_and_says_what_would_keep_the_tier():
    notices = assign(*FALL, rule=notice(30)).notices
    [row] = notices.to_dicts()
    assert (row["tier_year"], row["tier"], row["falls_to"]) == (2026, "silver", "bronze")
    assert (row["announced_on"], row["falls_on"], row["is_over"]) == (
        STARTS,
        date(2026, 1, 31),
        False,
    )
    assert row["kept_by"].startswith("To keep Silver: average from 20 to at least 50 (30 more")


def test_without_notice_nothing_changes():
    plain = assign(*FALL)
    none = assign(*FALL, rule=notice(0))
    assert plain.assignments.equals(none.assignments) and plain.margins.equals(none.margins)
    assert none.notices.is_empty()


def test_a_rise_and_a_first_tier_need_no_notice():
    rule = notice(30)
    assert assign((2024, "p", LOW), (2025, "p", HIGH), rule=rule).notices.is_empty()
    assert last(assign((2024, "p", LOW), (2025, "p", HIGH), rule=rule))["movement"] == "up"
    assert assign((2025, "p", LOW), rule=rule).notices.is_empty()


def test_what_recovers_while_its_notice_runs_never_falls():
    decided = assign(*FALL, (2026, "p", HIGH), rule=notice(400, date(2026, 12, 31)))
    assert decided.assignments.sort("tier_year")["tier"].to_list() == ["silver"] * 3
    assert decided.notices["tier_year"].to_list() == [2026]


def test_a_notice_that_runs_past_the_year_is_not_given_again():
    facts = (*FALL, (2026, "p", LOW), (2027, "p", LOW))
    decided = assign(*facts, rule=notice(400, date(2027, 12, 31)))
    rows = decided.notices.to_dicts()
    assert [(r["tier_year"], r["announced_on"], r["falls_on"]) for r in rows] == [
        (2026, STARTS, date(2027, 2, 5)),
        (2027, STARTS, date(2027, 2, 5)),
    ]
    tiers = decided.assignments.sort("tier_year")
    assert tiers["tier"].to_list() == ["silver", "bronze", "bronze", "bronze"]
    # For each year, the tier that its partner had when the year before ended.
    assert tiers["previous_tier"].to_list() == [None, "silver", "silver", "bronze"]


def test_a_notice_of_a_whole_year_ends_with_it():
    decided = assign(*FALL, (2026, "p", LOW), rule=notice(365, date(2026, 12, 31)))
    assert decided.assignments.sort("tier_year")["tier"].to_list() == ["silver", "silver", "bronze"]
    assert decided.assignments.sort("tier_year")["movement"].to_list() == ["first", "same", "down"]


def test_a_partners_own_term_goes_before_the_policy():
    facts = [(y, p, f) for p in ("p", "q") for y, f in ((2024, HIGH), (2025, LOW))]
    decided = assign(*facts, rule=notice(30, partner="q", own=0))
    tiers = {
        r["partner_id"]: r["tier"] for r in decided.assignments.to_dicts() if r["tier_year"] > 2025
    }
    assert tiers == {"p": "silver", "q": "bronze"}


def test_a_tier_by_invitation_is_not_kept_without_one():
    invited = HIGH | {"average": 100, "invitation": 1}
    decided = assign((2024, "p", invited), (2025, "p", LOW), rule=notice(30))
    assert last(decided)["tier"] == "silver" and last(decided)["movement"] == "down"
    # Facts that reach the tier below it anyway: nothing is left to keep.
    assert assign((2024, "p", invited), (2025, "p", HIGH), rule=notice(30)).notices.is_empty()
    # With an invitation that the facts of a non-compliant program do not let through, it is kept.
    invited_low = LOW | {"compliance": 0, "invitation": 1}
    assert (
        last(assign((2024, "p", invited), (2025, "p", invited_low), rule=notice(30)))["tier"]
        == "gold"
    )


def test_a_published_notice_falls_by_what_was_published():
    kept = assign(*FALL, rule=notice(30)).assignments.filter(pl.col("tier_year") == 2026)
    assert kept["tier"].to_list() == ["silver"]
    late = (FALL[0], (2025, "p", HIGH))  # later data would have kept it; what is published stands
    for as_of, tier in ((date(2026, 1, 30), "silver"), (date(2026, 1, 31), "bronze")):
        decided = assign(*late, rule=notice(30, as_of), final=kept)
        rows = shown(decided.assignments, kept, decided.closings, decided.notices).filter(
            pl.col("tier_year") == 2026
        )
        assert rows["tier"].to_list() == [tier]
    # The next year's movement starts from the partner's tier at the end of the year.
    decided = assign(*late, (2026, "p", LOW), rule=notice(30, date(2026, 12, 31)), final=kept)
    assert last(decided)["previous_tier"] == "bronze" and last(decided)["movement"] == "same"


def test_a_sentence_says_what_is_announced():
    [row] = assign(*FALL, rule=notice(30)).notices.to_dicts()
    words = notice_words(row, NAMES)
    assert words.startswith(
        "kept by a notice of 2026-01-01, falls to Bronze on 2026-01-31. To keep"
    )
    [row] = assign(*FALL, rule=notice(30, date(2026, 3, 1))).notices.to_dicts()
    assert notice_words(row, NAMES) == (
        "announced on 2026-01-01, fell from Silver to Bronze on 2026-01-31"
    )
