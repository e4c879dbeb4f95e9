"""Papers of the partnership: partners, enrollments, agreements and their terms, conduct, plans.

Belongs here: what is signed, submitted or decided about a partner as a whole.
Does not: people and their training (people.py), order forms (reseller.py), decisions/.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from ingest.demo.files import BOM, PIPE, TITLED, Version
from ingest.demo.world import TYPES, VERSIONS, Partner, World, between, version_on

DAY = timedelta(days=1)
REDLINABLE = TYPES["technology"][:2]


def write_papers(world: World) -> None:
    """Write partners, enrollments, agreements, agreement_terms, conduct_cases and both plans."""
    land = world.landing
    land.feed("partners", _partners(world), world.quarterly())
    land.feed("enrollments", _enrollments(world), world.snapshot_then_yearly(), BOM)
    agreements, terms = _agreements(world)
    land.feed("agreements", agreements, world.snapshot_then_yearly())
    land.feed("agreement_terms", terms, world.yearly())
    land.feed("conduct_cases", _conduct(world), world.yearly(), PIPE)
    land.feed("business_plans", _business_plans(world), world.yearly())
    land.feed("marketing_plans", _marketing_plans(world), world.yearly(), TITLED)


def _partners(world: World) -> list[Version]:
    versions: list[Version] = []
    for p in world.partners:
        row = {
            "partner_id": p.partner_id,
            "name": p.name,
            "domain": p.domain,
            "country": p.country,
            "region": p.region,
            "joined_on": p.joined,
            "status": "active",
        }
        versions.append((p.joined, row))
        if p.terminated:
            gone = {**row, "status": "terminated", "terminated_on": p.terminated}
            versions.append((p.terminated, gone))
    return versions


def _enrollments(world: World) -> list[Version]:
    versions: list[Version] = []
    for p in world.partners:
        for e in p.enrollments:
            row = {
                "partner_id": p.partner_id,
                "program": e.program,
                "application_completed_on": e.applied,
                "enrolled_on": e.enrolled,
            }
            versions.append((e.enrolled, row))
            if e.ended:
                versions.append((e.ended, {**row, "ended_on": e.ended}))
    return versions


def _stays(partner: Partner) -> list[tuple[date, date | None, set[str]]]:
    """(first day, last day or None, types to sign) for each stay of the partner."""
    stays: dict[date | None, tuple[date, set[str]]] = {}
    for e in partner.enrollments:
        since, types = stays.get(e.ended, (e.enrolled, set()))
        stays[e.ended] = (min(since, e.enrolled), types | set(TYPES[e.program]))
    return sorted((since, until, types) for until, (since, types) in stays.items())


def _agreements(world: World) -> tuple[list[Version], list[Version]]:
    rng = world.rng("agreements")
    versions: list[Version] = []
    terms: list[Version] = []
    for p in world.partners:
        papers = p.knobs.get("papers")
        for since, until, types in _stays(p):
            days = _signing_days(rng, world, since, until, papers)
            for kind in sorted(types):
                if papers == "no_developer_terms" and kind == "developer_terms":
                    continue
                for index, day in enumerate(days):
                    latest = index == len(days) - 1
                    ended = until if latest else days[index + 1]
                    version = "2023.1" if papers == "old" else version_on(day)
                    if papers == "unknown_version" and kind == "developer_terms" and latest:
                        version = "2024.X"
                    row = {
                        "agreement_id": _agreement_id(p, kind, day),
                        "partner_id": p.partner_id,
                        "agreement_type": kind,
                        "version": version,
                        "executed_on": day,
                        "redlined": papers == "redline" and latest and kind in REDLINABLE,
                    }
                    versions.append((day, row))
                    if ended:
                        versions.append((ended, {**row, "ended_on": ended}))
                    if kind == "reseller_terms":
                        terms += _terms(p, row, ended)
    return versions, terms


def _agreement_id(p: Partner, kind: str, day: date) -> str:
    short = {
        "framework": "FW",
        "technology_addendum": "TA",
        "developer_terms": "DT",
        "services_terms": "ST",
        "referral_terms": "RF",
        "reseller_terms": "RS",
        "industry_terms": "IN",
    }[kind]
    return f"AG-{p.partner_id[2:]}-{short}-{day:%Y%m%d}"


def _signing_days(
    rng: random.Random, world: World, since: date, until: date | None, papers: str | None
) -> list[date]:
    days = [since - timedelta(days=rng.randint(0, 9))]
    for change, _ in reversed(VERSIONS):
        again = change + timedelta(days=rng.randint(8, 88))
        if papers != "old" and days[-1] < change and again <= min(until or world.end, world.end):
            days.append(again)
    return days


def _terms(p: Partner, agreement: dict, ended: date | None) -> list[Version]:
    versions: list[Version] = []
    for value, since, until in p.knobs.get("override", ()):
        start = max(since, agreement["executed_on"])
        stop = min(d for d in (until, ended - DAY if ended else None, date.max) if d)
        if start <= stop:
            row = {
                "agreement_id": agreement["agreement_id"],
                "parameter": "reseller.minimum_arr_usd",
                "value": value,
                "effective_from": start,
                "effective_to": None if stop == date.max else stop,
            }
            versions.append((start, row))
    return versions


def _conduct(world: World) -> list[Version]:
    rng = world.rng("conduct")
    versions: list[Version] = []
    special = [p for p in world.partners if p.knobs.get("conduct")]
    ordinary = [p for p in world.partners if not p.knobs.get("clean")]
    cases = [(p, *p.knobs["conduct"]) for p in special]
    for p in rng.sample(ordinary, len(ordinary) // 30):
        opened = between(rng, p.joined + 30 * DAY, world.end - 60 * DAY)
        severity, outcome = rng.choice(
            (
                ("minor", "upheld"),
                ("minor", "dismissed"),
                ("major", "dismissed"),
                ("minor", "upheld"),
            )
        )
        cases.append((p, severity, outcome, opened, opened + rng.randint(14, 55) * DAY))
    for index, (p, severity, outcome, opened, closed) in enumerate(cases, 1):
        row = {
            "case_id": f"CC-{index:03d}",
            "partner_id": p.partner_id,
            "opened_on": opened,
            "severity": severity,
            "outcome": "open",
            "note": rng.choice(
                (
                    "Complaint by a customer",
                    "Misleading claim in a campaign",
                    "Unanswered escalation",
                    "Use of the logo without approval",
                )
            ),
        }
        versions.append((opened, row))
        if closed:
            versions.append((closed, {**row, "outcome": outcome, "closed_on": closed}))
    return versions


def _business_plans(world: World) -> list[Version]:
    rng = world.rng("business plans")
    versions: list[Version] = []
    for p in world.of("reseller"):
        enrolled = p.stay("reseller").enrolled
        for year in range(enrolled.year, world.year + 2):
            if enrolled > date(year, 1, 31):
                continue
            low = max(enrolled, date(year, 1, 4))
            submitted = between(rng, low, date(year, 1, 15 if year > world.year else 29))
            plan = p.knobs.get("plan") if year == world.year else None
            submitted = plan if isinstance(plan, date) else submitted
            row = {
                "plan_id": f"BP-{p.partner_id[2:]}-{year}",
                "partner_id": p.partner_id,
                "plan_year": year,
                "submitted_on": submitted,
                "has_financial_targets": True,
                "has_marketing_activities": True,
                "has_goals": plan != "no_goals",
                "arr_target_usd": Decimal(rng.randrange(110, 420)) * 1000,
            }
            if year <= world.year or rng.random() < 0.5:
                versions.append((submitted, row))
    return versions


def _marketing_plans(world: World) -> list[Version]:
    rng = world.rng("marketing plans")
    versions: list[Version] = []
    for p in world.of("reseller"):
        for year in range(p.stay("reseller").enrolled.year, world.year + 1):
            if rng.random() < 0.4:
                continue
            submitted = between(rng, max(date(year, 1, 10), p.joined), date(year, 11, 20))
            status = rng.choices(("approved", "rejected", "submitted"), weights=(75, 12, 13))[0]
            funding = None if status == "submitted" else Decimal(rng.randrange(2, 50)) * 1000
            row = {
                "plan_id": f"MP-{p.partner_id[2:]}-{year}",
                "partner_id": p.partner_id,
                "submitted_on": submitted,
                "status": status,
                "funding_usd": funding,
            }
            versions.append((submitted, row))
    return versions
