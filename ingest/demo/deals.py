"""Deal registrations of the ordinary population and referrals.

Belongs here: registrations with their events, referrals good and bad.
Does not: the registrations that are cases (deal_cases.py).
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from ingest.demo import names
from ingest.demo.deal_cases import deal_cases
from ingest.demo.deal_desk import DealCase, Event, Registration
from ingest.demo.files import BOM, NDJSON, Version
from ingest.demo.world import Partner, World, between

DAY = timedelta(days=1)
PRESALES = (
    "Two discovery meetings and a demonstration for the operations team",
    "Site visit, requirements workshop and a costed proposal",
    "Introduced by our estimator; pilot agreed with the project executive",
)


def write_deals(world: World) -> list[DealCase]:
    """Write registrations, registration_events and referrals; returns the deal cases."""
    rng = world.rng("deals")
    stream = names.builder_names(world.rng("deal customers"))
    cases = deal_cases(world)
    registrations = [r for case in cases for r in case.registrations]
    registrations += _ordinary(world, rng, stream, len(registrations))
    rows: list[Version] = []
    events: list[Version] = []
    for r in registrations:
        row = {
            "registration_id": r.registration_id,
            "partner_id": r.partner_id,
            "customer_name": r.customer,
            "customer_domain": r.domain,
            "country": r.country,
            "submitted_at": r.submitted,
            "via_form": r.via_form,
            "is_renewal": r.is_renewal,
            "presales_description": r.presales,
            "procurement_published_on": r.published,
            "estimated_arr_usd": Decimal(rng.randint(10, 160)) * 500,
        }
        rows.append((r.day, row))
        for e in r.events:
            event = {
                "registration_id": r.registration_id,
                "event": e.event,
                "occurred_at": e.at,
                "decided_by": e.by,
                "reason": e.reason,
                "legal_exception": e.legal,
            }
            events.append((e.at.date(), event))
    rows.append(
        (
            world.end,
            {
                **rows[0][1],
                "registration_id": "REG-BAD-1",
                "submitted_at": f"{world.year}-13-01T10:00:00",
            },
        )
    )
    land = world.landing
    land.feed("registrations", rows, world.quarterly(), BOM)
    land.feed("registration_events", events, world.quarterly(), NDJSON)
    land.feed("referrals", _referrals(world, rng, stream), world.yearly())
    return cases


def _ordinary(world: World, rng: random.Random, stream, taken: int) -> list[Registration]:
    registrations: list[Registration] = []
    for p in world.of("reseller"):
        stay = p.stay("reseller")
        last = min(p.terminated or world.end, world.end)
        for _ in range(rng.randint(1, 6)):
            day = between(rng, stay.enrolled + 10 * DAY, last)
            if day > last:
                continue
            customer = next(stream)
            submitted = datetime.combine(day, time(rng.randint(15, 23), rng.randint(0, 59)))
            offset = rng.random() < 0.3
            r = Registration(
                f"REG-{taken + len(registrations) + 1:04d}",
                p.partner_id,
                customer,
                names.domain(customer, p.country),
                p.country,
                day,
                _stamp(submitted, offset),
                presales=rng.choice(PRESALES),
            )
            r.events.extend(e for e in _story(rng, submitted) if e.at.date() <= world.closing)
            registrations.append(r)
    return registrations


def _stamp(moment: datetime, offset: bool) -> str:
    """A UTC moment as text without an offset, or with that of the program's winter."""
    return (
        f"{moment - timedelta(hours=8):%Y-%m-%dT%H:%M:%S}-08:00" if offset else moment.isoformat()
    )


def _story(rng: random.Random, submitted: datetime) -> list[Event]:
    """What usually happens: an answer within days, then a close, an extension or silence."""
    answered = submitted + timedelta(
        days=rng.choices((1, 2, 3, 4, 13), weights=(30, 30, 20, 14, 6))[0]
    )
    by = rng.choice(("c.abbott", "m.reyes", "j.walsh"))
    draw = rng.random()
    if draw < 0.05:
        return [Event("withdrawn", answered, None)]
    if draw < 0.15:
        return [Event("rejected", answered, by, "outside supported regions")]
    events = [Event("approved", answered, by)]
    if draw < 0.30:
        requested_on = answered + timedelta(days=rng.randint(60, 84))
        events += [
            Event("extension_requested", requested_on, None),
            Event("extended", requested_on + DAY, by),
        ]
        closed = answered + timedelta(days=rng.randint(95, 170))
    elif draw < 0.45:
        return events
    else:
        closed = answered + timedelta(days=rng.randint(20, 88))
    events.append(Event("closed_won" if rng.random() < 0.62 else "closed_lost", closed, None))
    return events


def _referrals(world: World, rng: random.Random, stream) -> list[Version]:
    versions: list[Version] = []
    referrals = [(p, kind) for p in world.partners for kind in p.knobs.get("referrals", ())]
    for p in world.of("referral"):
        if not p.case:
            kinds = ("good", "good", "open", "open", "lost", "unqualified", "no_form")
            referrals += [(p, rng.choice(kinds)) for _ in range(rng.randint(1, 5))]
    for number, (p, kind) in enumerate(referrals, 1):
        row = _referral(world, rng, p, kind, next(stream))
        row["referral_id"] = f"R-{number:04d}"
        known = max(d for d in (row["closed_on"], row["qualified_on"], p.joined) if d)
        versions.append((known, row))
    return versions


def _referral(
    world: World, rng: random.Random, p: Partner, kind: str, customer: str
) -> dict[str, Any]:
    low, high = max(p.joined + 20 * DAY, date(world.year - 1, 1, 5)), world.end - 130 * DAY
    day = between(rng, date(world.year, 7, 1) if p.case and high else low, high)
    day = date(world.year, 10, 6) if kind == "late" else max(day, low)
    if kind == "before_enrolment":
        day = p.joined - 40 * DAY
    qualified = None if kind == "unqualified" else day + rng.randint(5, 20) * DAY
    outcome = {"open": "open", "lost": "lost", "unqualified": "disqualified"}.get(kind, "won")
    closed = None if outcome == "open" else day + rng.randint(40, 110) * DAY
    return {
        "partner_id": p.partner_id,
        "customer_name": customer,
        "customer_domain": names.domain(customer, p.country),
        "submitted_at": datetime.combine(day, time(rng.randint(15, 22), 20)),
        "via_form": kind != "no_form",
        "introduced_on": day + 3 * DAY if rng.random() < 0.7 else None,
        "qualified_on": qualified,
        "outcome": outcome,
        "closed_on": closed,
        "amount_usd": Decimal(rng.randint(20, 180)) * 500 if outcome == "won" else None,
    }
