"""The special resellers whose lines are in doubt, end early, or can't be read, with their outcomes.

Belongs here: the list of cases with their knobs and the sentence that says what must come out.
Does not: the lines themselves (line_cases.py, line_slips.py), or what is delivered (reseller.py).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ingest.demo.world import Case, World


def doubt_cases(world: World) -> list[Case]:
    """Resellers around what ends, prices and doubts a line, and a chain of successions."""
    y = world.year

    def sell(slug: str, outcome: str, **knobs: Any) -> Case:
        return Case(slug, "reseller", outcome, knobs)

    return [
        sell(
            "currency-withdrawn",
            "three years in a currency that joined the euro before they began: priced through its"
            " irrevocable rate, and only so is the minimum met",
            arr="60000.0000",
            lines="withdrawn",
        ),
        sell(
            "currency-stale",
            "a line in roubles, whose last rate is years old: ARR no_evidence, finding stale_rate",
            arr="120000.0000",
            lines="stale",
        ),
        sell(
            "shared-subscription-1",
            "reports one customer's subscription that the next partner reports too: ARR 110,000,"
            " 60,000 without it: RESL-ARR needs_review, finding subscription_at_two_partners",
            arr="60000.0000",
            lines="shared",
        ),
        sell(
            "shared-subscription-2",
            "the other one of the two: needs_review as well",
            arr="60000.0000",
            lines="shared",
        ),
        sell(
            "line-unread",
            f"ARR 85,000 and a line of {y}-09 whose amount is not a number: RESL-ARR needs_review,"
            " naming file, row, value and rule",
            arr="85000.0000",
            reports="unread",
        ),
        sell(
            "line-mended",
            f"the same, and the report of {y}-09 delivered again in {y}-11 without a fault: ARR"
            " 105,000, met, and nothing in doubt",
            arr="85000.0000",
            reports="mended",
        ),
        sell(
            "line-ends",
            "what ends lines: contractions with what they take from, a stub before its first year,"
            " a renewal taken back, a line cancelled on its first day, a difference in euros",
            lines="ends",
        ),
        sell(
            "line-slips",
            "products that nobody knows, a part renewed of what was renewed whole, ids alike, one"
            " subscription of two customers: findings unknown_product, whole_ended_by_part,"
            " ids_alike, subscription_of_two_customers",
            lines="slips",
        ),
        sell(
            "chain-first",
            f"became one with the next partner on {y}-06-01, and so with the one after on"
            f" {y}-10-01",
            arr="30000.0000",
            succession=date(y, 6, 1),
        ),
        sell(
            "chain-second",
            f"became one with the next partner on {y}-10-01: no row for {y}",
            arr="40000.0000",
            succession=date(y, 10, 1),
        ),
        sell(
            "chain-last",
            f"has the subscriptions of both before from {y}-10-01 on: ARR 120,000 and RESL-ARR"
            " met, by a chain of successions",
            arr="50000.0000",
        ),
    ]
