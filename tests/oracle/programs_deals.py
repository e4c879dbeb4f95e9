"""CRM, deal registrations, referrals and overlaps of a random program.

Belongs here: what sales systems send. Does not belong here: reseller reports, apps.
"""

from datetime import date, timedelta
from decimal import Decimal

from .programs_usage import midnight

# (name, domain, country): the same, possible and different customers, free-mail and shared hosts
ENDS = [
    ("Acme Corp", "acme.com", "US"),
    ("ACME Corporation", "eu.acme.com", "DE"),
    ("Acme", None, "US"),
    ("Bolt & Sons Ltd", "bolt.co.uk", "GB"),
    ("Bolt and Sons", "shop.bolt.co.uk", "GB"),
    ("Zürich Bau GmbH", None, "CH"),
    ("ZURICH BAU G.m.b.H.", ["zbau", "gmail.com"][1], "CH"),
    ("Zurich Bau", None, None),
    ("Foo", "foo.github.io", "US"),
    ("Foo Inc", "foo.com", "US"),
    ("Foo LLC", None, "US"),
    ("Acme Corp", "acme-global.com", "US"),  # a rebrand
    ("Bolt & Sons", "bolt.example.zendesk.com", "GB"),
    ("Zurich Bau", "zurich-bau.blogspot.ch", "CH"),
    ("One Tenant", "tower.com", "US"),
    ("Two Tenant", "www.tower.com", "US"),
    ("Three Tenant", "tower.com", "US"),
    ("Four Tenant", "tower.com", "US"),
    ("Five Tenant", "tower.com", None),
]


def write(c) -> None:
    _crm(c)
    resellers = [p for (p, prog) in c.enrolled if prog == "reseller"]
    pool = list(dict.fromkeys(resellers)) or c.partners
    instants = [midnight(c.some_day()) + timedelta(hours=9) for _ in range(3)]
    for _ in range(c.rng.randint(4, 14)):
        partner = c.rng.choice(pool if c.chance(0.93) else c.partners)
        _registration(c, partner, instants)
    for partner in c.partners:
        for _ in range(c.rng.choice([0, 0, 1, 2])):
            _referral(c, partner)
    _overlaps(c)


def _crm(c) -> None:
    rng, land = c.rng, c.land
    for n, (name, domain, country) in enumerate(ENDS):
        since = c.any_day() if c.chance(0.3) else None
        land.put(
            "accounts",
            account_id=f"AC{n}",
            name=name,
            domain=domain,
            country=country,
            company_id=f"co{n}",
            customer_since=since,
            churned_on=since + timedelta(days=200) if since and c.chance(0.3) else None,
            is_deleted=True if _is_deleted(c, n) else None,
        )
        for k in range(rng.choice([0, 0, 1, 2])):
            created = c.some_day()
            closed = created + timedelta(days=rng.choice([0, 30, 200])) if c.chance(0.6) else None
            land.put(
                "opportunities",
                opportunity_id=f"OP{n}-{k}",
                account_id=f"AC{n}",
                kind=rng.choice(["new", "expansion", "renewal"]),
                created_on=created,
                channel=rng.choice(["direct", "partner"]),
                closed_on=closed,
                is_won=c.chance(0.5) if closed else None,
                amount=Decimal("1000"),
                currency="USD",
                is_deleted=_is_deleted(c, n + k + 1),
            )


def _is_deleted(c, number: int) -> bool:
    """Some records of each program, without a draw that would move every other."""
    return (len(c.partners) + number) % 6 == 0


def _registration(c, partner: str, instants: list) -> None:
    rng, land = c.rng, c.land
    # Few customers, so that registrations meet, at the edges of what blocks.
    name, domain, country = rng.choice(ENDS[:4] if c.chance(0.5) else ENDS)
    day = c.some_day()
    start = c.enrolled.get((partner, "reseller"))
    if start and c.chance(0.8):
        day = rng.choice([start, start + timedelta(days=1), c.any_day(min(start, day))])
    at = rng.choice(
        [
            midnight(day),
            midnight(day) - timedelta(seconds=1),
            midnight(day) + timedelta(hours=10),
            rng.choice(instants),
            rng.choice(instants[-4:]),
        ]
    )
    instants.append(midnight(at.date() + timedelta(days=rng.choice([89, 90, 91, 92]))))
    ref = land.id("D")
    published = c.near(day) if c.chance(0.1) else None
    land.put(
        "registrations",
        registration_id=ref,
        partner_id=partner,
        customer_name=name,
        customer_domain=domain,
        country=country,
        submitted_at=at,
        via_form=c.chance(0.93),
        is_renewal=c.chance(0.07),
        procurement_published_on=published,
        presales_description="demo" if c.chance(0.92) else None,
    )

    def event(kind, when, legal=None):
        land.put(
            "registration_events",
            registration_id=ref,
            event=kind,
            occurred_at=when,
            decided_by="CM",
            legal_exception=legal,
        )

    kind = rng.choice(["none", "approved", "approved", "approved", "rejected", "withdrawn"])
    answer = at + timedelta(days=rng.choice([0, 1, 5, 6, 7, 8, 9]))
    if c.chance(0.15):
        event("returned", at + timedelta(days=1))
    if kind in ("rejected", "withdrawn"):
        event(kind, answer)
    if kind != "approved":
        return
    event("approved", answer, c.chance(0.15))
    edge = midnight(answer.date() + timedelta(days=90))
    ends = [edge, edge + timedelta(days=1), edge - timedelta(seconds=1), edge + timedelta(days=2)]
    if c.chance(0.35):
        request = rng.choice([*ends, answer + timedelta(days=30)])
        event("extension_requested", request)
        event(
            rng.choice(["extended", "extended", "extension_refused"]),
            request + timedelta(hours=rng.choice([0, 30])),
        )
        if c.chance(0.3):
            event("extended", request + timedelta(days=60))
    if c.chance(0.5):
        shift = timedelta(days=rng.choice([0, 90, -40]))
        close = max(rng.choice(ends) + shift, answer + timedelta(hours=1))
        end = rng.choice(["closed_won", "closed_won", "closed_lost", "withdrawn"])
        event(end, close)
        instants.append(midnight(close.date() + timedelta(days=rng.choice([364, 365, 366, 367]))))


def _referral(c, partner: str) -> None:
    rng = c.rng
    day = c.some_day()
    outcome = rng.choice(["won", "won", "open", "lost", "disqualified"])
    decided = outcome != "open"
    c.land.put(
        "referrals",
        referral_id=c.land.id("RF"),
        partner_id=partner,
        customer_name="Lead",
        submitted_at=midnight(day) - timedelta(seconds=rng.choice([0, 1])),
        via_form=c.chance(0.9),
        outcome=outcome,
        qualified_on=day + timedelta(days=20) if c.chance(0.8) else None,
        closed_on=day + timedelta(days=rng.choice([60, 200])) if decided else None,
        amount_usd=Decimal("5000"),
    )


def _overlaps(c) -> None:
    populations = ["customers", "prospects", "open_opportunities"]
    for partner in c.partners:
        for n in c.rng.sample(range(len(ENDS)), c.rng.choice([0, 1, 3])):
            name, domain, _ = ENDS[n]
            c.land.put(
                "overlaps",
                partner_id=partner,
                account_id=f"AC{n}",
                account_name=name,
                account_domain=domain,
                population=c.rng.choice(populations),
                partner_record_name=name,
                partner_population=c.rng.choice(populations),
                seen_on=c.any_day(date(c.first, 2, 1)),
            )
