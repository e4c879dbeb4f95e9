"""The vendor's own CRM: accounts and opportunities, and the European Central Bank's rates.

Belongs here: accounts, opportunities (won more often where a partner overlaps), fx_rates.
Does not: overlaps themselves (mapping.py), registered deals (deals.py).
"""

from __future__ import annotations

import random
import zipfile
from datetime import date, timedelta
from importlib import resources
from typing import Any

from ingest.demo.files import SEMICOLON, Version, received_on
from ingest.demo.names import domain
from ingest.demo.world import Company, World, add_months, between, cents

DAY = timedelta(days=1)


def write_crm(world: World) -> None:
    """Write accounts, opportunities and fx_rates; the deals' own accounts are in the world."""
    rng = world.rng("crm")
    _reseller_accounts(world, rng)
    accounts: list[Version] = []
    for c in world.companies:
        row = {
            "account_id": c.account_id,
            "name": c.name,
            "domain": c.domain,
            "country": c.country,
            "company_id": c.company_id,
            "customer_since": c.since,
        }
        accounts.append((c.since or world.start, row))
        if c.churned:
            accounts.append((c.churned, {**row, "churned_on": c.churned}))
    land = world.landing
    land.feed("accounts", accounts, world.snapshot_then_yearly(), SEMICOLON)
    # A row cut off after three fields, and one row twice.
    twice = f"O-TWICE,A-00002,new,direct,{world.year}-05-02,,,1200.00,USD,\n" * 2
    short = {f"{world.year}-06": "O-BAD-3,A-00001,new\n" + twice}
    land.feed("opportunities", _opportunities(world, rng), world.quarterly(), extra=short)
    land.resend(f"crm/accounts-{world.year - 1}.csv", "crm/accounts-resent.csv", world.end)
    write_fx_rates(world)


def _reseller_accounts(world: World, rng: random.Random) -> None:
    """A third of the customers that resellers report are known to the CRM too."""
    number = 0
    for pid, customers in world.reseller_customers.items():
        country = next(p.country for p in world.partners if p.partner_id == pid)
        for name, host in customers:
            number += 1
            if number % 3 == 0:
                world.companies.append(Company(f"A-9{number:04d}", None, name, host, country, None))


def _opportunities(world: World, rng: random.Random) -> list[Version]:
    versions: list[Version] = []
    count = 0

    def add(
        c: Company, kind: str, created: date, win: float, size: float, channel: str = "direct"
    ) -> None:
        nonlocal count
        count += 1
        closed = created + rng.randint(20, 150) * DAY
        currency = "USD" if rng.random() < 0.85 else rng.choice(("EUR", "GBP", "CAD"))
        row: dict[str, Any] = {
            "opportunity_id": f"O-{count:05d}",
            "account_id": c.account_id,
            "kind": kind,
            "channel": channel,
            "created_on": created,
            "amount": cents(rng.lognormvariate(size, 0.7)),
            "currency": currency,
        }
        versions.append((created, row))
        if closed <= world.end:
            versions.append((closed, {**row, "closed_on": closed, "is_won": rng.random() < win}))

    for c in world.companies:
        if c.account_id.startswith("A-D"):  # the deals' accounts bring their own
            continue
        near = c.account_id in world.overlapping
        if c.since is None:
            channel = "partner" if c.account_id.startswith("A-9") else "direct"
            for _ in range(rng.choices((0, 1, 2), weights=(25, 50, 25))[0]):
                day = between(rng, world.start, world.end - 10 * DAY)
                add(c, "new", day, 0.37 if near else 0.24, 10.3, channel)
            continue
        last = min(c.churned or world.end, world.end)
        for year in range(world.first_year, world.year + 1):
            due = add_months(c.since, 12 * (year - c.since.year))
            if c.since < due <= last:
                add(c, "renewal", due - rng.randint(40, 110) * DAY, 0.97, 10.6)
            if rng.random() < (0.3 if near else 0.18) and date(year, 11, 1) <= last:
                day = between(rng, max(c.since, date(year, 1, 5)), date(year, 11, 1))
                add(c, "expansion", day, 0.55 if near else 0.42, 9.6)
    for number, (created, row) in enumerate(world.direct_opportunities, 1):
        versions.append((created, {**row, "opportunity_id": f"O-D{number:03d}"}))
    bad = {"account_id": "A-00001", "kind": "new", "channel": "direct", "created_on": "2025-02-30"}
    versions.append(
        (world.end, {**bad, "opportunity_id": "O-BAD-1", "amount": "100", "currency": "USD"})
    )
    versions.append(
        (world.end, {**bad, "opportunity_id": "O-BAD-2", "created_on": world.end, "kind": "upsell"})
    )
    versions.append(
        (
            world.end,
            {
                **bad,
                "opportunity_id": "O-LOST-1",
                "created_on": world.end,
                "account_id": "A-NOWHERE",
            },
        )
    )
    return versions


def direct_account(world: World, name: str, country: str, host: str | None = None) -> Company:
    """An account made for a deal's direct opportunity, findable by its A-D id."""
    number = sum(c.account_id.startswith("A-D") for c in world.companies) + 1
    company = Company(f"A-D{number:03d}", None, name, host or domain(name, country), country, None)
    world.companies.append(company)
    return company


def write_fx_rates(world: World) -> None:
    """Write the bank's file from the year before the first one, in its published layout."""
    packed = resources.files("currency_converter") / "eurofxref-hist.zip"
    with packed.open("rb") as raw, zipfile.ZipFile(raw) as archive:
        header, *lines = archive.read("eurofxref-hist.csv").decode().splitlines()
    low, high = f"{world.first_year - 1}-01-01", world.closing.isoformat()
    in_range = [line for line in lines if low <= line[:10] <= high]
    data = "\n".join([header, *in_range]) + "\n"
    name = "reference/fx_rates/eurofxref-hist.csv"
    world.landing.write(name, data.encode(), received_on(world.closing, 16))
