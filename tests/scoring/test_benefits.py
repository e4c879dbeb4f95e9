"""The benefits matrix: which of a benefit's rows decides, for programs, tiers and decisions.

Belongs here: the pure function, in tables. Does not: what holds of a partner (unit tests of dbt).
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from scoring.benefits import (
    BENEFITS_SCHEMA,
    FACTS_SCHEMA,
    RANKS_SCHEMA,
    benefits,
    ranks_on_the_day,
)
from scoring.run import write_decisions
from tests.scoring.hand_warehouse import enrol, put, warehouse

# benefit, program, tier_rank, status, condition; positions follow.
TILE = [
    ("TILE", "tech", None, "not_entitled", "end_status"),
    ("TILE", "tech", None, "conditional", "change_benefits"),
    ("TILE", "tech", None, "entitled", "app_eligible"),
    ("TILE", "tech", None, "conditional", "enrolled"),
    ("TILE", None, None, "not_entitled", None),
]
MEETINGS = [
    ("MEET", None, None, "entitled", "enrolled"),
    ("MEET", None, None, "not_entitled", None),
]
LOUNGE = [
    ("LOUNGE", "tech", 3, "entitled", "enrolled"),
    ("LOUNGE", "tech", None, "by_invitation", "enrolled"),
    ("LOUNGE", None, None, "not_entitled", None),
]
WHERE = {"TILE": TILE, "MEET": MEETINGS, "LOUNGE": LOUNGE}


def decide(
    benefit: str, facts: list[tuple[str | None, str]], rank: int | None = None
) -> tuple[str, str | None, str]:
    """Status, program and reason that partner `p` has of one benefit."""
    rows = [
        (name, f"C-{name}", program, tier, status, condition, f"{condition or 'otherwise'}", place)
        for place, (name, program, tier, status, condition) in enumerate(WHERE[benefit], start=1)
    ]
    decided = benefits(
        pl.DataFrame({"partner_id": ["p"]}),
        pl.DataFrame(rows, schema=BENEFITS_SCHEMA, orient="row"),
        pl.DataFrame([("p", *fact) for fact in facts], schema=FACTS_SCHEMA, orient="row"),
        pl.DataFrame([("p", rank)] if rank else [], schema=RANKS_SCHEMA, orient="row"),
    ).to_dicts()
    assert [(row["partner_id"], row["benefit"], row["clause"]) for row in decided] == [
        ("p", benefit, f"C-{benefit}")
    ]
    return decided[0]["status"], decided[0]["program"], decided[0]["reason"]


@pytest.mark.parametrize(
    ("benefit", "facts", "expected"),
    [
        # Nothing holds: the last row, and the benefit's own program all the same.
        ("TILE", [], ("not_entitled", "tech", "otherwise")),
        ("MEET", [], ("not_entitled", None, "otherwise")),
        # An enrolment anywhere gives the benefits for every partner, and none of another program.
        ("MEET", [("serv", "enrolled")], ("entitled", None, "enrolled")),
        ("TILE", [("serv", "enrolled")], ("not_entitled", "tech", "otherwise")),
        ("TILE", [("tech", "enrolled")], ("conditional", "tech", "enrolled")),
        # What holds of the partner counts in a program only while it is enrolled there.
        (
            "TILE",
            [("tech", "enrolled"), (None, "app_eligible")],
            ("entitled", "tech", "app_eligible"),
        ),
        (
            "TILE",
            [("serv", "enrolled"), (None, "app_eligible")],
            ("not_entitled", "tech", "otherwise"),
        ),
        # A decision comes before other conditions, but only in its own program.
        (
            "TILE",
            [("tech", "enrolled"), ("tech", "change_benefits"), (None, "app_eligible")],
            ("conditional", "tech", "change_benefits"),
        ),
        (
            "TILE",
            [("tech", "enrolled"), ("serv", "change_benefits"), (None, "app_eligible")],
            ("entitled", "tech", "app_eligible"),
        ),
        (
            "TILE",
            [("tech", "end_status"), (None, "app_eligible")],
            ("not_entitled", "tech", "end_status"),
        ),
        ("MEET", [("tech", "end_status")], ("not_entitled", None, "otherwise")),
        ("MEET", [("tech", "end_status"), ("serv", "enrolled")], ("entitled", None, "enrolled")),
    ],
)
def test_the_first_row_that_applies_decides(benefit, facts, expected):
    assert decide(benefit, facts) == expected


@pytest.mark.parametrize(
    ("rank", "status"),
    [(None, "by_invitation"), (2, "by_invitation"), (3, "entitled"), (4, "entitled")],
)
def test_a_tier_carries_its_benefits_upwards(rank, status):
    assert decide("LOUNGE", [("tech", "enrolled")], rank)[0] == status


def test_every_partner_has_every_benefit_once():
    rows = [
        (name, name, program, tier, status, condition, "", place)
        for matrix in WHERE.values()
        for place, (name, program, tier, status, condition) in enumerate(matrix, start=1)
    ]
    facts = [("p", "tech", "enrolled"), ("p", None, "app_eligible"), ("p", "tech", "enrolled")]
    decided = benefits(
        pl.DataFrame({"partner_id": ["p", "q"]}),
        pl.DataFrame(rows, schema=BENEFITS_SCHEMA, orient="row"),
        pl.DataFrame(facts, schema=FACTS_SCHEMA, orient="row"),
        pl.DataFrame([], schema=RANKS_SCHEMA, orient="row"),
    )
    assert decided.height == 2 * len(WHERE)
    assert decided.select("partner_id", "benefit").n_unique() == decided.height


def test_the_rung_is_that_of_the_runs_day_and_whoever_joined_is_on_the_lowest():
    con = warehouse()
    enrol(con, "kept", "technology", date(2023, 2, 1))
    enrol(con, "closed", "technology", date(2023, 2, 1))
    enrol(con, "joined", "technology", date(2025, 5, 1))
    enrol(con, "back", "technology", date(2025, 5, 1))  # it had a tier, which was closed
    enrol(con, "reseller", "reseller", date(2025, 5, 1))
    enrol(con, "unknown", "technology", date(2024, 5, 1))  # nobody knows its tier of 2025
    enrol(con, "gone", "technology", date(2025, 5, 1))
    con.execute(
        "update staging.stg_partner_activity__enrollments set ended_on = '2025-12-31'"
        " where partner_id = 'gone'"
    )
    write_decisions(con)
    for partner, closed_on in (
        ("kept", None),
        ("closed", date(2025, 12, 31)),
        ("back", "2025-04-01"),
    ):
        row = {"tier_year": 2025, "partner_id": partner, "tier": "select", "closed_on": closed_on}
        put(con, "decisions.tier_assignments", row)
    ranks = dict(ranks_on_the_day(con).iter_rows())
    con.close()
    assert ranks == {"kept": 2, "joined": 1}
