"""Random small programs in the real landing layout, values crowded around every boundary.

Belongs here: the cast (partners and enrolments) and the order of generation.
Does not belong here: what partners show (programs_evidence.py), sales (programs_sales.py), apps
(programs_apps.py) and their usage (programs_usage.py), deals (programs_deals.py), who moves
(programs_moves.py), files (writer.py).
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from .writer import Landing

SIZES = {"small": (4, 6), "medium": (6, 9), "large": (9, 12)}
PROGRAMS = {
    "technology": 0.7,
    "services": 0.35,
    "referral": 0.3,
    "reseller": 0.55,
    "industry": 0.15,
}
DROPPABLE = [
    "contacts",
    "trainings",
    "conduct_cases",
    "order_forms",
    "business_plans",
    "reports",
    "listing_events",
    "installations",
    "apps",
    "marketing_activities",
    "agreements",
    "customer_references",
    "forecast_lines",
    "enablement_materials",
    "opportunities",
    "contact_requests",
    "usage_events",
    "fx_rates",
    "accounts",
    "test_customers",
]
ODD_NAMES = [
    "Åkerman & Söner AB",
    'O\'Brien; "Quoted", Ltd.',
    "=SUM(1,2) Co",
    "<b>Bold</b> LLC",
    "Zürich Bau G.m.b.H.",
    "日本建設 K.K.",
    "Plain Partner Inc",
]


@dataclass
class Cast:
    """What the parts of the generator share."""

    rng: random.Random
    land: Landing
    first: int  # first year
    year: int
    partners: list[str] = field(default_factory=list)
    enrolled: dict = field(default_factory=dict)  # (partner, program) -> first day
    agreements: dict = field(default_factory=dict)  # partner -> ids
    careful: set = field(default_factory=set)  # partners who do nearly everything right
    faulty: bool = False

    def chance(self, p: float) -> bool:
        return self.rng.random() < p

    def near(self, day: date, reach: int = 1) -> date:
        """A day at or right beside an edge."""
        return day + timedelta(days=self.rng.choice([0, 0, *range(-reach, reach + 1)]))

    def period_edge(self) -> date:
        """At or right beside the end of a half-year of the program's span."""
        y = self.rng.randint(self.first, self.year)
        return self.near(self.rng.choice([date(y, 6, 30), date(y, 12, 31)]))

    def any_day(self, first: date | None = None, last: date | None = None) -> date:
        first, last = first or date(self.first, 1, 1), last or date(self.year, 12, 31)
        return first + timedelta(days=self.rng.randrange(max(1, (last - first).days + 1)))

    def some_day(self) -> date:
        """Edge or anywhere, leap days included."""
        y = self.rng.randint(self.first, self.year)
        leap = date(y, 2, 29) if y % 4 == 0 else date(y, 2, 28)
        edges = [date(y, 1, 31), leap, date(y, 12, 31), date(y, 1, 1), date(y, 7, 1)]
        return self.rng.choice(
            [self.any_day(), self.period_edge(), self.near(self.rng.choice(edges))]
        )


def write_program(
    landing: Path,
    seed: int,
    *,
    size: str = "small",
    year: int = 2025,
    faulty: bool = False,
    unread: bool = False,
) -> None:
    """Write a random program of 4 to 12 partners and 2 to 3 years into an empty landing zone.

    faulty: with a few rows that break their contract; unread: with many, of every kind.
    """
    from . import programs_apps, programs_deals, programs_evidence, programs_moves, programs_sales
    from .programs_unread import spoil

    rng = random.Random(seed)
    due = datetime(year + 1, 2, 1, 8, tzinfo=UTC)  # midnight after January 31 in the zone
    last = rng.choice(
        [due - timedelta(seconds=1), due, due - timedelta(days=12), due + timedelta(days=9)]
    )
    land = Landing(landing, rng, last)
    land.faulty = faulty
    cast = Cast(rng, land, year - rng.choice([1, 1, 2]), year, faulty=faulty)
    for i in range(rng.randint(*SIZES[size])):
        _partner(cast, i)
    for partner in cast.partners:
        programs_evidence.papers(cast, partner)
        programs_evidence.people(cast, partner)
        programs_evidence.conduct(cast, partner)
        programs_evidence.marketing(cast, partner)
        programs_evidence.decisions(cast, partner)
    programs_moves.people(cast)
    programs_moves.successions(cast)
    programs_sales.write(cast)
    programs_apps.write(cast)
    programs_deals.write(cast)
    if cast.chance(0.45):
        land.absent |= set(rng.sample(DROPPABLE, rng.choice([1, 1, 2])))
    if faulty:
        _faults(cast)
    if unread:
        spoil(cast)
    land.root.mkdir(parents=True, exist_ok=True)
    land.write()


def _partner(c: Cast, i: int) -> None:
    rng = c.rng
    partner = f"P{i:02d}" if i != 2 else "P'02 %/x"
    c.partners.append(partner)
    if c.chance(0.55):
        c.careful.add(partner)
    ended = c.chance(0.1)
    c.land.put(
        "partners",
        partner_id=partner,
        name=rng.choice(ODD_NAMES),
        country="US",
        domain=f"partner{i}.com",
        region=rng.choice(["NA", "EU", None]),
        joined_on=date(c.first, 1, 1),
        status="terminated" if ended else "active",
        terminated_on=c.period_edge() if ended and c.chance(0.8) else None,
    )
    joins = [p for p, share in PROGRAMS.items() if c.chance(share)] or ["technology"]
    for program in joins:
        y = rng.randint(c.first, c.year) if i else c.first
        starts = [
            date(y, 1, 1),
            date(y, 1, 31),
            date(y, 2, 1),
            date(y, 12, 31),
            date(y, 7, 1),
            date(y, 4, 1),
            date(y, 4, 2),
            date(y, 6, 30),
            c.any_day(),
            date(y, 2, 29) if y % 4 == 0 else date(y, 2, 28),
        ]
        early = [date(c.first, 1, 1), c.any_day(date(c.first, 1, 1), date(c.first, 12, 31))]
        start = rng.choice(early if c.chance(0.5) or i == 0 else starts)
        _enrol(c, partner, program, start)


def _enrol(c: Cast, partner: str, program: str, start: date) -> None:
    rng = c.rng
    c.enrolled.setdefault((partner, program), start)
    ended = None
    if c.chance(0.15):
        y = rng.randint(min(start.year, c.year), c.year)
        ended = c.near(rng.choice([date(y, 12, 31), date(y, 6, 30), date(y, 10, 1)]))
        ended = ended if ended > start else None
    applied = start - timedelta(days=rng.choice([0, 1, 30]))
    if partner not in c.careful and c.chance(0.15):
        applied = rng.choice([None, c.period_edge()])
    c.land.put(
        "enrollments",
        partner_id=partner,
        program=program,
        enrolled_on=start,
        application_completed_on=applied,
        ended_on=ended,
    )
    if ended and c.chance(0.6):
        _enrol(c, partner, program, ended + timedelta(days=rng.choice([0, 0, 1, 40])))


def _faults(c: Cast) -> None:
    """A few rows that break their contract, few enough that no file is refused."""
    for entity, column, value in [
        ("contacts", "active_from", "31/12/2024"),
        ("agreements", "redlined", "maybe"),
        ("trainings", "track", "unknown track"),
        ("conduct_cases", "opened_on", "2025-02-30"),
        ("agreements", "executed_on", None),
    ]:
        rows = c.land.rows[entity]
        if len(rows) >= 4:
            key = {
                "contacts": "contact_id",
                "agreements": "agreement_id",
                "trainings": "training_id",
                "conduct_cases": "case_id",
            }[entity]
            rows.append({**c.rng.choice(rows), key: c.land.id("X"), column: value})
