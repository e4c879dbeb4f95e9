"""How much may be lost before a rung is lost, by the figures and by an invitation.

Belongs here: the margins of assigned tiers. Does not: which rung is reached (test_tiers.py).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from scoring.tiers import assign_tiers
from tests.scoring.test_tiers import GOOD, decisions, eligibility, enrolments, published, rules


def test_margin_before_the_rung_is_lost():
    result = assign_tiers(
        eligibility((2025, "p", GOOD | {"average": 14}), (2025, "q", {})),
        rules(),
        enrolments(p=date(2019, 1, 1), q=date(2019, 1, 1)),
        decisions(),
        published(),
    )
    # The lowest rung can't be lost, so q has no row.
    assert set(result.margins["partner_id"]) == {"p"}
    average = result.margins.filter(pl.col("criterion") == "average").to_dicts()[0]
    assert average["margin"] == Decimal("4.0000")
    assert average["sentence"] == "Average: may fall by 4, from 14 to 10, before Bronze is lost."
    apps = result.margins.filter(pl.col("criterion") == "listed_apps").to_dicts()[0]
    assert apps["sentence"] == "Listed apps: exactly 1; anything less loses Bronze."


def test_a_margin_says_where_the_invitation_would_still_hold_the_rung():
    facts = GOOD | {"average": 100, "listed_apps": 3, "invitation": 1}
    result = assign_tiers(
        eligibility((2025, "p", facts)),
        rules(),
        enrolments(p=date(2019, 1, 1)),
        decisions(),
        published(),
    )
    held = result.margins.filter(pl.col("tier") == "gold")
    sentences = dict(held.select("criterion", "sentence").iter_rows())
    assert sentences["average"].endswith("with less, only the accepted invitation holds Gold.")
    assert sentences["listed_apps"].endswith(
        "beyond that, only the accepted invitation holds Gold."
    )
    assert "only the" not in sentences["compliance"] + sentences["invitation"]
