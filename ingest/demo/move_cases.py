"""The special partners whose people, apps or whole business moved, with their outcomes.

Belongs here: the list of cases, with their settings and the expected outcome as a sentence.
Does not: the rows that a move produces (moves.py).
"""

from __future__ import annotations

from datetime import date

from ingest.demo.world import Case, World


def move_cases(world: World) -> list[Case]:
    """Each pair of partners between which something moved, the one that had it first."""
    y = world.year
    launched = date(y - 2, 3, 1)
    alone = {"apps": 1, "launch": launched, "mac": 8}
    return [
        Case(
            "person-left-for-next",
            "services",
            f"its only certified person went to the next partner on {y}-09-15: SERV-CERTIFICATION "
            f"met for {y}-H1, not_met for {y}; the course says where she is now",
            {"cert": "moves_on", "moved_on": date(y, 9, 15)},
        ),
        Case(
            "person-came-certified",
            "services",
            f"nobody of its own is certified; one came certified on {y}-09-15 and it was announced "
            f"after: SERV-CERTIFICATION and SERV-MARKETING-FIRST met for {y}, not for {y}-H1",
            {"cert": "none", "announced_after": date(y, 9, 20)},
        ),
        Case(
            "app-sold",
            "technology",
            f"sold its only app on {y}-07-01: its window runs on to December with 0 from July",
            {**alone, "sold_on": date(y, 7, 1)},
        ),
        Case(
            "app-bought",
            "technology",
            f"owns the app of the partner before from {y}-07-01: calls from then on are its own",
            alone,
        ),
        Case(
            "app-named-anew",
            "technology",
            "its app comes in January under the next partner without owned_from: the next one's "
            "from the day after the receipt, finding app_moved",
            {**alone, "named_on": date(y + 1, 1, 10)},
        ),
        Case("app-taken-over", "technology", "the partner that the row names", alone),
        Case(
            "acquired",
            "technology reseller",
            f"became one with the next partner on {y}-10-01: rows for {y}-H1, none for {y}; its "
            f"tier for {y} is closed on that day",
            {**alone, "succession": date(y, 10, 1)},
        ),
        Case(
            "successor",
            "technology reseller",
            "has the people, apps, references, registrations and subscriptions of the partner "
            f"before from {y}-10-01 on: ARR of both at the end of {y}, booked each by its own",
            alone,
        ),
        Case(
            "ring-first",
            "industry",
            "its succession leads to the next partner and back: refused, finding succession_ring",
            {"succession": date(y, 3, 1)},
        ),
        Case(
            "ring-second",
            "industry",
            "its succession leads back to the partner before: refused, finding succession_ring",
            {"succession": date(y, 6, 1), "succession_back": True},
        ),
    ]
