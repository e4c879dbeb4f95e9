"""The demonstration's world: its years, partners, customers, and helpers that every topic shares.

Belongs here: dataclasses without behaviour, dates, delivery times, random streams.
Does not: rows of any entity (topic modules), the special partners (cases.py).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from ingest.demo.files import Cut, Landing, received_on

# The dates of the shipped policy's agreement versions; a partner signs again after each.
VERSIONS = ((date(2025, 7, 1), "2025.1"), (date(2023, 1, 1), "2023.1"))
TYPES = {
    "technology": ("framework", "technology_addendum", "developer_terms"),
    "services": ("framework", "services_terms"),
    "referral": ("framework", "referral_terms"),
    "reseller": ("framework", "reseller_terms"),
    "industry": ("framework", "industry_terms"),
}


@dataclass(frozen=True)
class Case:
    """One case: its slug, its programs, the outcome, and the knobs that make it so."""

    slug: str
    programs: str
    outcome: str
    knobs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Enrollment:
    """One stay of a partner in a program; `ended` is the first day without it."""

    program: str
    applied: date | None
    enrolled: date
    ended: date | None = None


@dataclass
class Partner:
    """A partner and the knobs that topic modules read to write its rows."""

    partner_id: str
    name: str
    domain: str
    country: str
    region: str
    joined: date
    enrollments: list[Enrollment]
    knobs: dict[str, Any] = field(default_factory=dict)
    case: str = ""
    terminated: date | None = None

    def program(self, name: str) -> Enrollment | None:
        """The latest stay in a program, or None."""
        stays = [e for e in self.enrollments if e.program == name]
        return stays[-1] if stays else None

    def stay(self, name: str) -> Enrollment:
        """The latest stay in a program that the partner is known to have been in."""
        return [e for e in self.enrollments if e.program == name][-1]


@dataclass
class Company:
    """A customer or prospect of the vendor."""

    account_id: str
    company_id: str | None
    name: str
    domain: str
    country: str
    since: date | None
    churned: date | None = None


@dataclass
class App:
    """An app with what the usage plan needs: launch, flow, whether it is on the market."""

    app_id: str
    partner: Partner
    name: str
    launched: date | None
    flow: str
    declared: str | None
    gone: date | None = None


@dataclass
class World:
    """All that topics share while one demonstration is written."""

    year: int
    seed: int
    landing: Landing
    usage_events: int
    conflicts: bool = False
    partners: list[Partner] = field(default_factory=list)
    companies: list[Company] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    reseller_customers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    overlapping: set[str] = field(default_factory=set)
    direct_opportunities: list[tuple[date, dict[str, Any]]] = field(default_factory=list)

    @property
    def first_year(self) -> int:
        """The first of the three years."""
        return self.year - 2

    @property
    def start(self) -> date:
        """The first day of the history."""
        return date(self.first_year, 1, 1)

    @property
    def end(self) -> date:
        """The last day of the assessed year."""
        return date(self.year, 12, 31)

    @property
    def closing(self) -> date:
        """The day of the last delivery, in the January after the assessed year."""
        return date(self.year + 1, 1, 16)

    def rng(self, topic: str) -> random.Random:
        """A separate random stream for each topic, so that topics do not disturb each other."""
        return random.Random(f"{self.seed}/{topic}")

    def of(self, program: str) -> Iterator[Partner]:
        """Partners that ever were in a program."""
        return (p for p in self.partners if p.program(program))

    def months(self) -> list[date]:
        """First days of the 36 months."""
        return [date(y, m, 1) for y in range(self.first_year, self.year + 1) for m in range(1, 13)]

    def yearly(self) -> list[Cut]:
        """A delivery a year, received in the January after it."""
        return [
            Cut(str(y), date(y, 12, 31), received_on(date(y + 1, 1, 12)))
            for y in range(self.first_year, self.year)
        ] + [Cut(str(self.year), self.closing, received_on(self.closing))]

    def quarterly(self) -> list[Cut]:
        """A delivery a quarter, received on the fifth day after it; the last one in January."""
        cuts = []
        for month in self.months():
            if month.month % 3 == 0:
                through = next_month(month) - timedelta(days=1)
                received = received_on(through + timedelta(days=5))
                cuts.append(Cut(f"{month:%Y-%m}", through, received))
        cuts[-1] = Cut(cuts[-1].label, self.closing, received_on(self.closing, 8))
        return cuts

    def snapshot_then_yearly(self) -> list[Cut]:
        """An initial snapshot a month into the first year, then yearly updates."""
        early = date(self.first_year, 1, 31)
        return [Cut("initial", early, received_on(early, 6)), *self.yearly()]


def next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the first of the following month where there is none."""
    index = day.year * 12 + day.month - 1 + months
    try:
        return date(index // 12, index % 12 + 1, day.day)
    except ValueError:
        return next_month(date(index // 12, index % 12 + 1, 1))


def term_end(start: date, months: int) -> date:
    """The last day of a term of whole months."""
    return add_months(start, months) - timedelta(days=1)


def between(rng: random.Random, low: date, high: date) -> date:
    """A day from low to high, both included; low where high is earlier."""
    return low + timedelta(days=rng.randint(0, max(0, (high - low).days)))


def version_on(day: date) -> str:
    """The agreement version signed on a day."""
    return next((version for since, version in VERSIONS if day >= since), "2021.1")


def cents(value: float | int) -> Decimal:
    """A drawn figure as money with two places (the draw is rounded, never the money)."""
    return Decimal(round(value * 100)) / Decimal(100)
