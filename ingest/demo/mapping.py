"""Account mapping: API pages of one tool, and the flat layout of another.

Belongs here: partners, populations, overlaps and signals as the vendor's API returns them.
Does not: what an overlap means for revenue; the accounts themselves (crm.py).
"""

from __future__ import annotations

import random
import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from ingest.demo import names
from ingest.demo.crm import direct_account
from ingest.demo.files import Version, received_on
from ingest.demo.world import Company, Partner, World, between

BASE = "https://api.crossbeam.com/v1"
PAGE = 100
OURS = {"customers": 17059, "prospects": 17060, "open_opportunities": 17086}
TITLES = {
    "customers": "Customers",
    "prospects": "Prospects",
    "open_opportunities": "Open Opportunities",
}
DAY = timedelta(days=1)


def write_mapping(world: World) -> None:
    """Write the API pages for about a third of the partners and flat overlaps for some others."""
    rng = world.rng("mapping")
    drawn = [p for p in world.partners if p.case == "five-programs" or rng.random() < 0.33]
    mapped = [p for p in drawn if "overlap_after" not in p.knobs]
    accounts = world.companies[:]
    flat, api = mapped[1::5], [p for i, p in enumerate(mapped) if i % 5 != 1 or i == 0]
    _api(world, rng, api, accounts)
    _flat(world, rng, flat, accounts)


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _ours(c: Company) -> str:
    return "customers" if c.company_id and not c.churned else "prospects"


def _pairs(rng: random.Random, accounts: list[Company]) -> list[tuple[Company, str, str]]:
    """Accounts that overlap with one partner, our population and theirs."""
    picked = rng.sample(accounts, rng.randint(6, 26))
    theirs = rng.choices(tuple(OURS), weights=(55, 25, 20), k=len(picked))
    ours = [
        "open_opportunities" if _ours(c) == "prospects" and rng.random() < 0.4 else _ours(c)
        for c in picked
    ]
    return list(zip(picked, ours, theirs, strict=True))


def _api(
    world: World, rng: random.Random, partners: list[Partner], accounts: list[Company]
) -> None:
    items, overlaps, populations, leads = [], [], [], []
    ids = {}
    for number, p in enumerate(partners):
        ids[p.partner_id] = _uuid(rng)
        tags = [{"id": _uuid(rng), "label": p.region}] if rng.random() < 0.4 else []
        items.append({"tags": tags, "name": p.name, "domain": p.domain, "uuid": ids[p.partner_id]})
        theirs = {kind: 20_000 + 10 * number + at for at, kind in enumerate(OURS)}
        populations += [_population(theirs[kind], kind) for kind in OURS]
        populations.append(_population(20_009 + 10 * number, None))
        for c, ours, kind in _pairs(rng, accounts):
            world.overlapping.add(c.account_id)
            one = _overlap(rng, p, ids[p.partner_id], c, ours, kind, theirs)
            overlaps.append(one)
            if rng.random() < 0.04:  # two of the partner's records match one of our accounts
                twin = {**one, "partner_crossbeam_record_id": _uuid(rng)}
                overlaps.append({**twin, "partner_record_name": c.name + " (branch)"})
            if rng.random() < 0.02:
                leads.append(
                    {**one, "record_email": f"info@{c.domain}", "partner_record_type": "lead"}
                )
    overlaps[-1] = {**overlaps[-1], "is_deleted": True}
    lost = {**overlaps[0], "record_id": "A-UNKNOWN", "crossbeam_record_id": "not-a-uuid"}
    overlaps.append({**lost, "partner_crossbeam_record_id": _uuid(rng)})
    items.append(
        {
            "tags": [],
            "name": "Nobody We Know",
            "domain": "nobody-we-know.example",
            "uuid": _uuid(rng),
        }
    )
    _offset_pages(world, "partners", items, 25)
    own = [*(_population(i, kind) for kind, i in OURS.items()), _population(17087, None)]
    _write(world, "populations", 0, {"data": own, "warnings": []})
    _write(world, "partner-populations", 0, {"data": populations, "warnings": []})
    _cursor_pages(world, rng, "overlaps/accounts", overlaps, PAGE)
    _cursor_pages(world, rng, "overlaps/leads", leads, PAGE)
    _cursor_pages(world, rng, "signals/accounts", _signals(world, rng, overlaps), PAGE)


def _population(number: int, kind: str | None) -> dict[str, Any]:
    return {
        "description": None,
        "name": TITLES[kind] if kind else "Leads",
        "population_type": "companies" if kind else "people",
        "id": number,
        "standard_type": kind,
    }


def _overlap(
    rng: random.Random,
    p: Partner,
    partner_uuid: str,
    c: Company,
    ours: str,
    kind: str,
    theirs: dict[str, int],
) -> dict[str, Any]:
    owner, form = names.person(rng), names.FORMS.get(c.country, "Inc.")
    return {
        "partner_name": p.name,
        "partner_logo_url": f"https://{p.domain}/logo.png",
        "populations": [{"id": OURS[ours], "name": TITLES[ours]}],
        "partner_owner": {
            "owner_name": owner,
            "owner_email": names.email(owner, p.domain),
            "owner_phone": None,
            "crossbeam_owner_id": _uuid(rng),
        },
        "partner_source_data": [{"field_name": "Account Name", "field_value": c.name}],
        "partner_record_website": c.domain,
        "partner_populations": [{"id": theirs[kind], "name": TITLES[kind]}],
        "crossbeam_record_id": _uuid(rng),
        "record_id": c.account_id,
        "record_name": c.name,
        "record_website": c.domain,
        "record_email": None,
        "partner_record_type": "account",
        "partner_id": partner_uuid,
        "partner_record_name": c.name if rng.random() < 0.7 else f"{c.name} {form}",
        "partner_crossbeam_record_id": _uuid(rng),
    }


def _signals(
    world: World, rng: random.Random, overlaps: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    signals = []
    for one in rng.sample(overlaps, min(60, len(overlaps))):
        day = between(rng, date(world.year, 1, 5), world.end - 40 * DAY)
        won = rng.random() < 0.5
        at = datetime(day.year, day.month, day.day, rng.randint(8, 20), 15)
        close = at + 30 * DAY
        signal = {
            "event_id": _uuid(rng),
            "signal_id": _uuid(rng),
            "event_type": "partner_deal_closed_won" if won else "partner_deal_opened",
            "triggered_at": at.isoformat(timespec="milliseconds") + "+00:00",
            "record_type": "account",
            "record_id": one["record_id"],
            "record_name": one["record_name"],
            "partner_id": one["partner_id"],
            "partner_name": one["partner_name"],
            "populations": [{**one["populations"][0], "segment": _segment(one["populations"])}],
            "partner_data": {
                "deal": {
                    "close_date": close.isoformat(timespec="milliseconds") + "+00:00",
                    "open_date": (at - 20 * DAY).isoformat(timespec="milliseconds") + "+00:00",
                    "name": f"{one['record_name']} rollout",
                    "is_closed": won,
                    "is_won": won,
                    "stage": "Closed Won" if won else "Discovery",
                }
            },
            "partner_populations": [{**one["partner_populations"][0]}],
        }
        signals.append(signal)
    signals.append(signals[0])  # delivered at least once
    signals.append({**signals[1], "signal_id": _uuid(rng)})  # one event, two rows
    bad = f"{world.year}-10-028T16:00:00.103+00:00"  # as the vendor's own samples have it
    signals.append({**signals[2], "event_id": _uuid(rng), "triggered_at": bad})
    return signals


def _segment(populations: list[dict[str, Any]]) -> str:
    return populations[0]["name"].lower().replace(" ", "_")


def _write(world: World, endpoint: str, page: int, document: dict[str, Any]) -> None:
    number = f"-{page}" if page else ""
    name = f"account_mapping/crossbeam/{endpoint.replace('/', '_')}{number}.json"
    world.landing.json(name, document, received_on(world.closing, 4, page % 60))


def _offset_pages(world: World, endpoint: str, items: list[dict[str, Any]], size: int) -> None:
    for page, at in enumerate(range(0, len(items), size), 1):
        more = at + size < len(items)
        href = f"{BASE}/{endpoint}?limit={size}&page={page + 1}" if more else None
        paging = {"limit": size, "page": page, "next_href": href}
        _write(
            world,
            endpoint,
            page,
            {"data": items[at : at + size], "pagination": paging, "warnings": []},
        )


def _cursor_pages(
    world: World, rng: random.Random, endpoint: str, items: list[dict[str, Any]], size: int
) -> None:
    for page, at in enumerate(range(0, max(1, len(items)), size), 1):
        more = at + size < len(items)
        cursor = f"{rng.getrandbits(160):040x}" if more else None
        href = f"{BASE}/{endpoint}?limit={size}&cursor={cursor}" if more else None
        paging = {"has_more": more, "next_href": href, "next_cursor": cursor}
        _write(world, endpoint, page, {"data": items[at : at + size], "pagination": paging})


def _flat(
    world: World, rng: random.Random, partners: list[Partner], accounts: list[Company]
) -> None:
    versions: list[Version] = []
    for p in partners:
        for c, ours, kind in _pairs(rng, accounts):
            world.overlapping.add(c.account_id)
            seen_on = between(rng, max(p.joined, world.start), world.end - 20 * DAY)
            row = {
                "partner_id": p.partner_id,
                "account_id": c.account_id,
                "account_name": c.name,
                "account_domain": c.domain,
                "population": ours,
                "partner_record_name": c.name,
                "partner_record_domain": c.domain,
                "partner_population": kind,
                "seen_on": seen_on,
                "is_deleted": False,
            }
            versions.append((seen_on, row))
            if rng.random() < 0.05:
                gone = seen_on + 15 * DAY
                versions.append((gone, {**row, "seen_on": gone, "is_deleted": True}))
    world.landing.feed("overlaps", versions + _sightings(world), world.yearly())


def _sightings(world: World) -> list[Version]:
    """The overlap of each partner whose case is the day on which it saw an account in common; the
    account's one deal was won on June 30."""
    versions: list[Version] = []
    won = date(world.year, 6, 30)
    for p in world.partners:
        if "overlap_after" not in p.knobs:
            continue
        name = f"Common Ground {p.partner_id[2:]}"
        account = direct_account(world, name, p.country)
        deal = {
            "account_id": account.account_id,
            "kind": "new",
            "channel": "direct",
            "created_on": won - timedelta(days=60),
            "closed_on": won,
            "is_won": True,
            "amount": Decimal("40000"),
            "currency": "USD",
        }
        world.direct_opportunities.append((won, deal))
        seen_on = won + timedelta(days=p.knobs["overlap_after"])
        row = {
            "partner_id": p.partner_id,
            "account_id": account.account_id,
            "account_name": account.name,
            "account_domain": account.domain,
            "population": "prospects",
            "partner_record_name": account.name,
            "partner_record_domain": account.domain,
            "partner_population": "customers",
            "seen_on": seen_on,
            "is_deleted": False,
        }
        versions.append((seen_on, row))
    return versions
