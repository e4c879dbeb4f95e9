"""Deal registrations as the demonstration writes them, and the desk that numbers them.

Belongs here: their shapes and how a case registration is made.
Does not: which cases there are (deal_cases.py, deal_customers.py); ordinary ones (deals.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ingest.demo import names
from ingest.demo.crm import direct_account
from ingest.demo.world import World

PRESALES = "Needs analysis with the controller, two demonstrations, a draft order"


@dataclass(frozen=True)
class Event:
    """One event of a registration."""

    event: str
    at: datetime
    by: str | None
    reason: str | None = None
    legal: bool | None = None


@dataclass
class Registration:
    """One registration and what happened to it; `submitted` is the text that lands."""

    registration_id: str
    partner_id: str
    customer: str
    domain: str | None
    country: str | None
    day: date
    submitted: str
    via_form: bool = True
    is_renewal: bool = False
    presales: str | None = PRESALES
    published: date | None = None
    events: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class DealCase:
    """A named case of one or more registrations and its outcome."""

    slug: str
    outcome: str
    registrations: tuple[Registration, ...]


class Desk:
    """Writes the case registrations with running numbers and fresh customers."""

    def __init__(self, world: World) -> None:
        self.world, self.number = world, 0
        self.stream = names.owner_names(world.rng("deal case customers"))
        clean = {"credits", "currency-eur", "churn-and-return", "long-and-leap", "early-renewal"}
        self.sellers = [p for p in world.partners if p.case in clean]
        self.technology = next(p for p in world.partners if p.case == "mac-1")

    def register(
        self,
        month: int,
        day: int,
        *events: tuple,
        by: int | None = None,
        at: str = "18:00:00",
        like: Registration | None = None,
        **more: Any,
    ) -> Registration:
        """A registration of that day with events (name, month, day, options)."""
        self.number += 1
        p = self.sellers[(self.number if by is None else by) % len(self.sellers)]
        on = date(self.world.year, month, day)
        name = like.customer if like else next(self.stream)
        fields = {
            "partner_id": p.partner_id,
            "customer": name,
            "country": p.country,
            "domain": like.domain if like else names.domain(name, p.country),
            "submitted": f"{on}T{at}",
        } | more
        registration = Registration(registration_id=f"REG-{self.number:04d}", day=on, **fields)
        for name, month_, day_, *rest in events:
            moment = datetime(self.world.year, month_, day_, 19)
            who = "m.reyes" if name in ("approved", "rejected", "returned", "extended") else None
            registration.events.append(Event(name, moment, who, **(rest[0] if rest else {})))
        return registration

    def pursue(self, r: Registration, created: date) -> None:
        """A direct opportunity of the vendor on the registration's customer."""
        account = direct_account(self.world, r.customer, r.country or "United States", r.domain)
        row = {
            "account_id": account.account_id,
            "kind": "new",
            "channel": "direct",
            "created_on": created,
            "amount": Decimal("48000"),
            "currency": "USD",
        }
        self.world.direct_opportunities.append((created, row))
