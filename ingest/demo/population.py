"""Who is in the program: the special partners first, then an ordinary population.

Belongs here: partners with their programs and knobs, customers and prospects, twins and names.
Does not: rows; what a partner sells, uses or signs.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ingest.demo import names
from ingest.demo.cases import cases
from ingest.demo.world import Company, Enrollment, Partner, World, between

MIXES = (
    ("technology", 50),
    ("technology referral", 8),
    ("services", 11),
    ("services referral", 6),
    ("reseller", 11),
    ("reseller services", 3),
    ("technology services", 3),
    ("technology reseller", 2),
    ("referral", 9),
    ("industry", 5),
    ("industry referral", 2),
)
# Share of technology partners by the range their average monthly active customers falls in.
# Spans of monthly active customers and their weights: small and middling Foundation partners, those
# just short of Select's figure, those above it, and those large enough to be invited to Premier.
SIZES = (
    ((0.6, 8.6), 45),
    ((11.5, 70.0), 25),
    ((90.0, 99.4), 6),
    ((100.4, 105.0), 6),
    ((105.0, 128.0), 11),
    ((132.0, 165.0), 7),
)
INVITED_ABOVE = 130
LAPSES = (
    ("manager", "left", 0.012),
    ("papers", "old", 0.02),
    ("app", "no_support", 0.012),
    ("app", "unvalidated", 0.012),
    ("training", "lapsed", 0.03),
    ("plan", "no_goals", 0.02),
    ("reports", "missing", 0.03),
    ("cert", "expired", 0.03),
    ("cert", "unannounced", 0.03),
)


def populate(world: World, count: int) -> None:
    """Fill the world's partners and companies; at least the special partners are there."""
    stream = names.partner_names(world.rng("partner names"))
    rng = world.rng("population")
    for case in cases(world):
        world.partners.append(_special(world, rng, stream, case))
    while len(world.partners) < count:
        world.partners.append(_ordinary(world, rng, stream))
    _companies(world, max(300, 4 * len(world.partners)))


def _partner_id(world: World) -> str:
    return f"P-{len(world.partners) + 1:04d}"


def _special(world: World, rng: random.Random, stream: Iterator[str], case) -> Partner:
    knobs = dict(case.knobs)
    name = knobs.pop("name", None) or next(stream)
    country = knobs.pop("country", None) or names.country(rng)
    joined = knobs.pop("joined", None) or between(
        rng, date(world.first_year, 1, 9), date(world.first_year, 2, 10)
    )
    stays = knobs.pop("stays", None) or [(joined, None)]
    no_application = knobs.get("papers") == "no_application"
    enrollments = [
        Enrollment(program, None if no_application else since - timedelta(days=14), since, until)
        for program in case.programs.split()
        for since, until in stays
    ]
    return Partner(
        partner_id=_partner_id(world),
        name=name,
        domain=knobs.pop("domain", None) or names.domain(name, country),
        country=country,
        region=names.REGION[country],
        joined=min(joined, stays[0][0]),
        enrollments=enrollments,
        terminated=knobs.pop("terminated", None),
        knobs={"clean": True, "mac": 7, "flow": "bidirectional", **knobs},
        case=case.slug,
    )


def _ordinary(world: World, rng: random.Random, stream: Iterator[str]) -> Partner:
    name, country = next(stream), names.country(rng)
    age = rng.choices((0, 1, 2), weights=(66, 20, 14))[0]
    first = world.first_year + age
    joined = between(rng, date(first, 1, 9), date(first, 6 if age == 0 else 10, 20))
    programs = rng.choices(MIXES, weights=[w for _, w in MIXES])[0][0].split()
    enrollments = []
    for index, program in enumerate(programs):
        since = joined if index == 0 else joined + timedelta(days=rng.randint(0, 120))
        applied = since - timedelta(days=rng.randint(5, 40))
        enrollments.append(Enrollment(program, applied, since))
    low, high = rng.choices([s for s, _ in SIZES], weights=[w for _, w in SIZES])[0]
    average = round(rng.uniform(low, high), 2)
    knobs: dict[str, Any] = {
        "mac": average,
        "flow": "bidirectional"
        if average > 85 or rng.random() < 0.55
        else rng.choice(("pull", "pull", "push")),
    }
    if average > INVITED_ABOVE:
        knobs["invite"] = [
            (y + 1, "accepted", between(rng, date(y + 1, 1, 4), date(y + 1, 1, 14)))
            for y in range(first, world.year + 1)
        ]
    for knob, value, share in LAPSES:
        if rng.random() < share:
            knobs.setdefault(knob, value)
    terminated = None
    if rng.random() < 0.025 and joined.year < world.year:
        terminated = between(rng, date(world.year - 1, 9, 1), date(world.year, 11, 30))
    return Partner(
        partner_id=_partner_id(world),
        name=name,
        domain=names.domain(name, country),
        country=country,
        region=names.REGION[country],
        joined=joined,
        enrollments=enrollments,
        terminated=terminated,
        knobs=knobs,
    )


def _companies(world: World, count: int) -> None:
    """Customers (with a company id) and, a third as many, prospects."""
    rng = world.rng("companies")
    stream = names.builder_names(rng)
    for index in range(count + count // 3):
        customer = index < count
        name, country = next(stream), names.country(rng)
        since = churned = None
        if customer:
            early = rng.random() < 0.78
            since = between(
                rng,
                date(world.first_year - 8, 1, 2) if early else world.start,
                world.start if early else date(world.year, 9, 30),
            )
            if rng.random() < 0.12:
                churned = between(rng, max(since, world.start) + timedelta(days=200), world.end)
                churned = min(churned, world.end)
        world.companies.append(
            Company(
                account_id=f"A-{index + 1:05d}",
                company_id=str(4_100_000 + index * 7) if customer else None,
                name=name,
                domain=names.domain(name, country),
                country=country,
                since=since,
                churned=churned if since and churned and churned > since else None,
            )
        )
