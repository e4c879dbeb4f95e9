"""Random small programs in the real landing layout, values crowded around every boundary.

Belongs here: the cast (partners, enrolments, papers, decisions) and the order of generation.
Does not belong here: sales (programs_sales.py), apps and usage (programs_apps.py), deals
(programs_deals.py), who moves (programs_moves.py), files (writer.py).
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from .constants import REQUIRED_AGREEMENTS, REQUIREMENTS
from .dates import anniversary, month_end
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
    landing: Path, seed: int, *, size: str = "small", year: int = 2025, faulty: bool = False
) -> None:
    """Write a random program of 4 to 12 partners and 2 to 3 years into an empty landing zone."""
    from . import programs_apps, programs_deals, programs_moves, programs_sales

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
        _papers(cast, partner)
        _people(cast, partner)
        _conduct(cast, partner)
        _marketing(cast, partner)
        _decisions(cast, partner)
    programs_moves.people(cast)
    programs_moves.successions(cast)
    programs_sales.write(cast)
    programs_apps.write(cast)
    programs_deals.write(cast)
    if cast.chance(0.45):
        land.absent |= set(rng.sample(DROPPABLE, rng.choice([1, 1, 2])))
    if faulty:
        _faults(cast)
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


def _papers(c: Cast, partner: str) -> None:
    rng, ids = c.rng, []
    mine = {prog: day for (p, prog), day in c.enrolled.items() if p == partner}
    kinds = {k for prog in mine for k in REQUIRED_AGREEMENTS.get(prog, ["framework"])}
    start = min(mine.values())
    careful = partner in c.careful

    def sign(kind, version, on, ended=None):
        ids.append(c.land.id("A"))
        c.land.put(
            "agreements",
            agreement_id=ids[-1],
            partner_id=partner,
            agreement_type=kind,
            version=version,
            executed_on=on,
            ended_on=ended,
            redlined=not careful and c.chance(0.1),
        )

    for kind in sorted(kinds):
        if careful or c.chance(0.92):
            version = rng.choices(["2023.1", "2025.1", "2021.4"], [60, 30, 0 if careful else 10])[0]
            on = start if careful else rng.choice([start, start, c.period_edge(), c.some_day()])
            ended = c.period_edge() if not careful and c.chance(0.12) else None
            sign(kind, version, on, ended if ended and ended > on else None)
        if c.chance(0.97 if careful else 0.4):
            sign(kind, "2025.1", c.near(date(2025, 7, 1), 40))
    c.agreements[partner] = ids
    if "reseller" in mine and ids and c.chance(0.45):
        for agreement in rng.sample(ids, min(len(ids), rng.choice([1, 1, 1, 2]))):
            a = c.period_edge() if c.chance(0.5) else date(c.first, 1, 1)
            b = rng.choice([None, None, max(a, c.period_edge())])
            value = rng.choice(["60000", "99999.9999", "100000.0001", "150000", "0", "25000.5"])
            c.land.put(
                "agreement_terms",
                agreement_id=agreement,
                effective_from=a,
                effective_to=b,
                parameter="reseller.minimum_arr_usd",
                value=value,
            )


def _people(c: Cast, partner: str) -> None:
    rng, contacts, careful = c.rng, [], partner in c.careful
    for n in range(rng.randint(3 if careful else 1, 5)):
        role = (
            "partnership_manager"
            if n == 0 and (careful or c.chance(0.85))
            else rng.choice(["sales", "technical_sales", "support", "executive", "other"])
        )
        contact = c.land.id("C")
        email = rng.choice(
            [None, f"{contact.lower()}@x{partner[-1]}.com", f"same@{partner[1:3]}.com"]
        )
        start = rng.choice([date(c.first, 1, 1), date(c.first, 1, 1), c.some_day()])
        to = c.period_edge() if c.chance(0.2) else None
        if careful and n < 3 and c.chance(0.9):
            start, to, email = date(c.first, 1, 1), None, f"{contact.lower()}@ok.com"
        c.land.put(
            "contacts",
            contact_id=contact,
            partner_id=partner,
            name=f"Person {contact}",
            email=email,
            role=role,
            active_from=start,
            active_to=to if to and to >= start else None,
        )
        contacts.append(contact)
    programs = {prog for (p, prog) in c.enrolled if p == partner}
    tracks = ["other"]
    tracks += ["sales", "technical_sales"] * 2 if "reseller" in programs else []
    tracks += ["services_certification"] * 2 if "services" in programs else []
    for track in tracks:
        done = rng.choice([c.some_day(), date(c.first, 3, 1), None])
        done = date(c.first, 3, 1) if careful and c.chance(0.8) else done
        expires = None
        if done and c.chance(0.1 if careful else 0.4):
            expires = rng.choice([c.period_edge(), anniversary(done, 12), anniversary(done, 24)])
        c.land.put(
            "trainings",
            training_id=c.land.id("T"),
            partner_id=partner,
            track=track,
            contact_id=rng.choice(contacts),
            course=f"{track} course",
            enrolled_on=date(c.first, 1, 5),
            completed_on=done,
            expires_on=expires,
            passed=(careful and c.chance(0.8)) or rng.choice([True, True, True, False, None]),
        )


def _conduct(c: Cast, partner: str) -> None:
    weights = [92, 6, 2] if partner in c.careful else [60, 30, 10]
    for _ in range(c.rng.choices([0, 1, 2], weights)[0]):
        opened = c.some_day()
        outcome = c.rng.choice(["open", "dismissed", "upheld", "upheld"])
        closed = max(opened, c.period_edge()) if c.chance(0.7) and outcome != "open" else None
        c.land.put(
            "conduct_cases",
            case_id=c.land.id("K"),
            partner_id=partner,
            opened_on=opened,
            closed_on=closed,
            severity=c.rng.choice(["minor", "major", "severe"]),
            outcome=outcome,
            note="a, b; c",
        )


def _marketing(c: Cast, partner: str) -> None:
    rng = c.rng
    if partner in c.careful and c.chance(0.8):
        on = date(c.first, rng.choice([2, 3]), rng.choice([1, 2, 28]))
        c.land.put(
            "marketing_activities",
            activity_id=c.land.id("M"),
            partner_id=partner,
            kind="news",
            announces_certification=True,
            occurred_on=on,
            submitted_on=on,
            status="approved",
            decided_on=on,
        )
    for _ in range(rng.randint(0, 7)):
        on = c.some_day()
        status = rng.choices(["approved", "submitted", "rejected"], [75, 15, 10])[0]
        decided = rng.choice([None, on, c.period_edge(), on + timedelta(days=9)])
        c.land.put(
            "marketing_activities",
            activity_id=c.land.id("M"),
            partner_id=partner,
            kind="post",
            announces_certification=c.chance(0.5),
            occurred_on=on,
            submitted_on=on,
            status=status,
            decided_on=None if status == "submitted" else decided,
        )
    for _ in range(rng.randint(0, 2)):
        c.land.put(
            "customer_references",
            reference_id=c.land.id("R"),
            partner_id=partner,
            customer_name="Ref Co",
            provided_on=c.some_day(),
            status=rng.choice(["offered", "accepted", "withdrawn"]),
        )
    for y in range(c.first, c.year + 1):
        if c.chance(0.85):
            whole = c.chance(0.98 if partner in c.careful else 0.7)
            c.land.put(
                "business_plans",
                plan_id=c.land.id("B"),
                partner_id=partner,
                plan_year=y,
                submitted_on=c.near(date(y, 1, 31)) if c.chance(0.3) else date(y, 1, 9),
                has_financial_targets=whole or c.chance(0.5),
                has_goals=True,
                has_marketing_activities=whole or c.chance(0.5),
            )
    if c.chance(0.3):
        c.land.put(
            "marketing_plans",
            plan_id=c.land.id("MP"),
            partner_id=partner,
            submitted_on=c.some_day(),
            status="approved",
        )
    if c.chance(0.6):
        c.land.put(
            "partner_listings",
            partner_id=partner,
            provided_on=c.some_day(),
            company_information=rng.choice([None, "We build.", "We build."]),
            logo_url=rng.choice([None, "https://x.com/l.png", "https://x.com/l.png"]),
            logo_width_px=rng.choice([None, 399, 400, 401]),
        )


def _decisions(c: Cast, partner: str) -> None:
    rng = c.rng
    mine = [prog for (p, prog) in c.enrolled if p == partner]
    if "technology" in mine:
        for tier_year in range(c.first + 1, c.year + 2):
            if c.chance(0.35):
                status = rng.choices(
                    ["invited", "accepted", "declined", "withdrawn"], [35, 45, 10, 10]
                )[0]
                c.land.put(
                    "premier_invitations",
                    partner_id=partner,
                    tier_year=tier_year,
                    status=status,
                    decided_on=c.near(date(tier_year, 1, 31)),
                    decided_by="VP",
                    sponsor="CPO",
                    rationale="strategy",
                )
    for program in mine:
        ids = [r[0] for r in REQUIREMENTS if r[1] == program]
        ids += ["bidirectional_flow"] * 4 if program == "technology" else []
        for _ in range(rng.choice([0, 0, 1, 2])):
            if ids:
                a = c.some_day()
                c.land.put(
                    "waivers",
                    waiver_id=c.land.id("W"),
                    partner_id=partner,
                    program=program,
                    requirement=rng.choice(ids),
                    valid_from=a,
                    valid_to=max(a, rng.choice([c.period_edge(), date(c.year, 12, 31)])),
                    granted_by="GM",
                    reason="agreed",
                )
        if c.chance(0.15):
            y = rng.randint(c.first, c.year)
            half, end = rng.choice([("H1", date(y, 6, 30)), ("H2", date(y, 12, 31))])
            c.land.put(
                "governance_decisions",
                review=f"{y}-{half}",
                partner_id=partner,
                program=program,
                decided_on=end + timedelta(days=rng.randint(1, 40)),
                decision=rng.choice(["maintain", "remediate", "change_benefits", "end_status"]),
                decided_by="board",
                rationale="talked",
            )
    if c.chance(0.1):
        c.land.put(
            "summit_invitations",
            partner_id=partner,
            summit_year=c.year,
            decided_by="VP",
            decided_on=month_end(date(c.year, 3, 1)),
        )


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
