"""Which company uses which app in which month, and the installations behind that use.

Belongs here: monthly active customers per partner (ordinary curves and exact cases), installations.
Does not: single calls (usage.py).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from ingest.demo.files import Version, received_on
from ingest.demo.world import App, Partner, World, next_month

SEASON = (0.90, 0.93, 1.00, 1.04, 1.06, 1.07, 1.03, 1.05, 1.06, 1.05, 0.97, 0.84)
JSON_COMPANIES = 24
DAY = timedelta(days=1)

Cell = tuple[int, str, str]
"""(index of the app in world.apps, company_id, flow): one app-customer-month to fill with calls."""


@dataclass
class UsagePlan:
    """Cells by month, and [first month, last month] of each (app index, company)."""

    cells: dict[date, list[Cell]] = field(default_factory=dict)
    spans: dict[tuple[int, str], list[date]] = field(default_factory=dict)
    demo: set[tuple[int, str]] = field(default_factory=set)

    def add(self, month: date, app: int, company: str, flow: str, installed: bool = True) -> None:
        """Plan calls of a company through an app in a month, held by an installation or not."""
        self.cells[month].append((app, company, flow))
        if installed:
            span = self.spans.setdefault((app, company), [month, month])
            span[0], span[1] = min(span[0], month), max(span[1], month)


def plan_usage(world: World) -> UsagePlan:
    """Decide every app-customer-month of the three years."""
    rng = world.rng("usage plan")
    plan = UsagePlan({month: [] for month in world.months()})
    stable = [c.company_id for c in world.companies if c.company_id and not c.churned]
    by_partner: dict[str, list[int]] = {}
    for index, app in enumerate(world.apps):
        by_partner.setdefault(app.partner.partner_id, []).append(index)
    for p in world.of("technology"):
        apps = [i for i in by_partner.get(p.partner_id, []) if world.apps[i].launched]
        if apps:
            _partner(world, plan, rng, p, apps, stable)
    return plan


def _opens(app: App) -> date:
    """The first month whose calls are all on or after the app's launch."""
    assert app.launched is not None, f"{app.app_id} was never launched"
    return app.launched if app.launched.day == 1 else next_month(app.launched)


def _counts(world: World, rng: random.Random, p: Partner, first: date) -> dict[date, int]:
    """Monthly active customers of a partner from its first month on."""
    months = [m for m in world.months() if m >= first and not (p.terminated and m > p.terminated)]
    exact = p.knobs.get("mac_exact")
    target = sum(exact) / len(exact) if exact else p.knobs.get("mac", 7)
    growth = rng.uniform(1.004, 1.03)
    middle = date(world.year, 7, 1)
    raw = {}
    for age, month in enumerate(months):
        apart = (month.year - middle.year) * 12 + month.month - middle.month
        ramp = min(1.0, (age + 2) / 7)
        raw[month] = ramp * growth**apart * SEASON[month.month - 1] * rng.uniform(0.93, 1.07)
    window = [m for m in months if m.year == world.year]
    length = len([m for m in world.months() if m.year == world.year and next_month(m) > first])
    scale = target * max(1, length) / sum(raw[m] for m in window) if window else target
    counts = {m: math.floor(value * scale + rng.random()) for m, value in raw.items()}
    if exact:
        counts.update(zip(window[-len(exact) :], exact, strict=True))
    return counts


def _partner(
    world: World, plan: UsagePlan, rng: random.Random, p: Partner, apps: list[int], pool: list[str]
) -> None:
    special, y = p.knobs.get("app"), world.year
    first = min(_opens(world.apps[i]) for i in apps)
    if special == "low_usage":
        counts = {m: 5 for m in world.months() if first <= m <= date(y - 1, 11, 1)}
    elif special == "demo_only":
        counts = {}
    else:
        counts = _counts(world, rng, p, first)
    size = min(len(pool), math.ceil(1.12 * max(counts.values(), default=0)) + 3)
    users = rng.sample(pool, size)
    for month, count in counts.items():
        reach = min(size, math.ceil(count * 1.1) + 2)
        live = [i for i in apps if _opens(world.apps[i]) <= month]
        live = [i for i in live if (world.apps[i].gone or date.max) >= month]
        for at in rng.sample(range(reach), min(count, reach)):
            if not live:
                continue
            main = live[at % len(live)]
            plan.add(month, main, users[at], world.apps[main].flow)
            if len(live) > 1 and at % 8 == 0:
                other = live[(at + 1) % len(live)]
                plan.add(month, other, users[at], world.apps[other].flow)
    _uncounted(world, plan, rng, special, apps[0], pool)


def _uncounted(
    world: World,
    plan: UsagePlan,
    rng: random.Random,
    special: str | None,
    app: int,
    pool: list[str],
) -> None:
    """Calls that must not count: demonstration installs, before the launch, no installation."""
    months = [m for m in world.months() if m >= _opens(world.apps[app])]
    if special == "demo_only":
        for company in rng.sample(pool, 9):
            plan.demo.add((app, company))
            for month in months:
                plan.add(month, app, company, "bidirectional")
    elif special == "before_launch":
        for (index, company), _ in list(plan.spans.items()):
            if index == app:
                for month in (date(world.year, 2, 1), date(world.year, 3, 1)):
                    plan.add(month, app, company, "pull")
    elif months and rng.random() < 0.15:
        sandbox = f"400000{rng.randint(1, 9)}"
        plan.demo.add((app, sandbox))
        for month in months[-14:]:
            plan.add(month, app, sandbox, "pull")
    if months and rng.random() < 0.05:
        strangers = [c for c in pool if (app, c) not in plan.spans]
        # In a program of tens of thousands somebody's app is installed at every company.
        if strangers:
            plan.add(months[-1], app, rng.choice(strangers), "pull", installed=False)


def write_installations(world: World, plan: UsagePlan) -> None:
    """Write installations: csv for most companies, the platform's API pages for some."""
    rng = world.rng("installations")
    versions: list[Version] = []
    pages: dict[str, list[dict[str, Any]]] = {}
    real = sorted({company for key in plan.spans if key not in plan.demo for company in key[1:]})
    demo = {company for _, company in plan.demo}
    paged = set(rng.sample([c for c in real if c not in demo], min(JSON_COMPANIES, len(real) // 4)))
    for number, ((index, company), (first, last)) in enumerate(plan.spans.items(), 1):
        app = world.apps[index]
        installed = datetime.combine(
            first - rng.randint(1, 25) * DAY, time(rng.randint(8, 23), rng.randint(0, 59))
        )
        removed = None
        if last < date(world.year, 9, 1) and rng.random() < 0.6:
            after = next_month(last) + rng.randint(3, 40) * DAY
            removed = datetime.combine(after, time(rng.randint(8, 23), rng.randint(0, 59)))
        if company in paged:
            pages.setdefault(company, []).append(_api_item(rng, number, app, installed, removed))
            continue
        row = {
            "installation_id": f"IN-{number:06d}",
            "app_id": app.app_id,
            "company_id": company,
            "is_demo": (index, company) in plan.demo,
            "installed_at": installed.isoformat() + ("Z" if number % 4 == 0 else ""),
        }
        versions.append((installed.date(), row))
        if removed:
            versions.append((removed.date(), {**row, "uninstalled_at": removed.isoformat()}))
    world.landing.feed("installations", versions, world.snapshot_then_yearly())
    for company, items in sorted(pages.items()):
        for page, at in enumerate(range(0, len(items), 25), 1):
            name = f"app_usage/installations/{company}/app_installations-{page}.json"
            world.landing.json(name, items[at : at + 25], received_on(world.closing, 5, page))


def _api_item(
    rng: random.Random, number: int, app: App, installed: datetime, removed: datetime | None
) -> dict:
    def user() -> dict:
        number = rng.randint(10_000, 99_999)
        return {"id": number, "login": f"admin{number}@example.com", "name": f"Admin {number}"}

    return {
        "id": 700_000 + number,
        "app_uid": app.app_id,
        "status": "uninstalled" if removed else "installed",
        "installed_at": installed.isoformat() + "Z",
        "uninstalled_at": removed.isoformat() + "Z" if removed else None,
        "installer": user(),
        "uninstaller": user() if removed else None,
        "semantic_version": f"{rng.randint(1, 4)}.{rng.randint(0, 12)}.0",
        "components": [{"type": rng.choice(("data_connector", "full_screen", "side_panel"))}],
        "developer_app": {"uid": app.app_id, "name": app.name},
    }
