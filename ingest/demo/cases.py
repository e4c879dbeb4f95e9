"""The special partners in order, each a named case with its expected outcome.

Belongs here: the list of cases, with those of identity, of conduct and of accounts in common.
Does not: how a knob becomes rows (topic modules); technology partners (tier_cases.py and
app_cases.py); resellers and other channels (channel_cases.py); who and what moved
(move_cases.py); lines in doubt (doubt_cases.py); deal registrations (deal_cases.py).
"""

from __future__ import annotations

from datetime import date

from ingest.demo.app_cases import app_cases
from ingest.demo.channel_cases import channel_cases
from ingest.demo.doubt_cases import doubt_cases
from ingest.demo.move_cases import move_cases
from ingest.demo.tier_cases import tier_cases
from ingest.demo.world import Case, World


def cases(world: World) -> list[Case]:
    """Every special partner, in the order of their ids."""
    return [
        *_people(world),
        *tier_cases(world),
        *app_cases(world),
        *_conduct(world),
        *channel_cases(world),
        *move_cases(world),
        *doubt_cases(world),
        *_sightings(world),
    ]


def _people(world: World) -> list[Case]:
    y = world.year
    return [
        Case(
            "five-programs",
            "technology services referral reseller industry",
            "compliant in all five programs; each judged by its own requirements",
        ),
        Case(
            "same-name-1",
            "technology",
            "shares its name with the next partner, not its domain",
            {"name": "Ridge Systems", "country": "United States", "domain": "ridgesystems.com"},
        ),
        Case(
            "same-name-2",
            "reseller",
            "shares its name with the partner before, not its domain",
            {"name": "Ridge Systems", "country": "Canada", "domain": "ridge-systems.ca"},
        ),
        Case(
            "terminated",
            "technology referral",
            f"terminated on {y}-08-15: rows for {y}-H1, none for {y} and {y}-H2",
            {"terminated": date(y, 8, 15)},
        ),
        Case(
            "left-and-back",
            "technology",
            f"technology ended {y - 1}-06-30, anew from {y}-02-01: no rows for {y - 1}-H2, "
            "movement `first`, clocks start anew",
            {
                "stays": [(date(y - 2, 2, 1), date(y - 1, 6, 30)), (date(y, 2, 1), None)],
                "launch": date(y - 2, 4, 1),
                "mac": 6,
            },
        ),
        Case("industry-only", "industry", "compliant, no requirement set"),
    ]


def _sightings(world: World) -> list[Case]:
    """Accounts in common that were seen on the day of a deal's close, and a day later."""
    return [
        Case(
            "seen-by-the-close",
            "industry",
            "saw its one account in common on the day its deal was won: 40,000 USD influenced",
            {"overlap_after": 0},
        ),
        Case(
            "seen-after-the-close",
            "industry",
            "saw its one account in common a day after its deal was won: nothing influenced",
            {"overlap_after": 1},
        ),
    ]


def _conduct(world: World) -> list[Case]:
    y = world.year

    def case(slug: str, outcome: str, severity: str, state: str, closed: date | None) -> Case:
        knobs = {
            "conduct": (severity, state, date(y, 9, 9), closed),
            "mac": 116,
            "flow": "bidirectional",
        }
        return Case(slug, "technology referral", outcome, knobs)

    decided = date(y, 11, 20)
    return [
        case(
            "conduct-open",
            "an open case: TECH-STANDING needs_review, no tier lost: select",
            "major",
            "open",
            None,
        ),
        case(
            "conduct-upheld",
            "a major case upheld: TECH-STANDING not_met, foundation",
            "major",
            "upheld",
            decided,
        ),
        case(
            "conduct-severe",
            "a severe case upheld: end_status recommended in all its programs",
            "severe",
            "upheld",
            decided,
        ),
        case("conduct-minor", "a minor case upheld: TECH-STANDING met", "minor", "upheld", decided),
        case(
            "conduct-dismissed",
            "the case was dismissed: TECH-STANDING met",
            "major",
            "dismissed",
            decided,
        ),
    ]
