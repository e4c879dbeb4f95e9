"""Apps and their life on the marketplace: listings, test customers, enablement, contact form.

Belongs here: apps of technology partners with launch and flow, and every event of their listing.
Does not: installations and calls (usage_plan.py, usage.py), activity reports (api_reports.py).
"""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from ingest.demo.files import NDJSON, Style, Version
from ingest.demo.moves import sold_apps
from ingest.demo.names import phrases, slug
from ingest.demo.world import App, Partner, World, between

DAY = timedelta(days=1)
WORDS = phrases("""
Daily Log, Invoice, Drawing, Budget, RFI, Timecard, Safety, Photo, Schedule, Bid, Permit,
Equipment, Model, Submittal, Field Report, Payroll, Commitments, Quality, Document, Crew
""")
ENDINGS = ("Sync", "Bridge", "Connector", "Assistant", "Viewer", "Link", "Studio", "Hub")
KINDS = ("data_connector", "data_connector", "data_connector", "embedded", "agentic", "other")


def write_apps(world: World) -> None:
    """Write apps, listing_events, test_customers, enablement_materials, contact_requests."""
    rng = world.rng("apps")
    shop = _Marketplace(world, rng)
    for p in world.of("technology"):
        shop.partner(p)
    land = world.landing
    shop.apps += sold_apps(world, shop.apps)
    land.feed("apps", shop.apps, world.snapshot_then_yearly())
    land.feed("listing_events", shop.events, world.quarterly(), Style(newline="\r\n"))
    land.feed("test_customers", shop.tests, world.yearly())
    land.feed("enablement_materials", shop.materials, world.yearly())
    land.feed("contact_requests", _contact_requests(world), world.yearly(), NDJSON)


class _Marketplace:
    """Collects the rows of all apps while partners are gone through."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self.world, self.rng = world, rng
        self.customers = [c for c in world.companies if c.company_id]
        self.apps: list[Version] = []
        self.events: list[Version] = []
        self.tests: list[Version] = []
        self.materials: list[Version] = []

    def partner(self, p: Partner) -> None:
        mac = p.knobs.get("mac", 7)
        most = 2 if mac < 45 else 3 if mac < 100 else 4
        count = p.knobs.get("apps") or self.rng.choice((1, 1, *range(1, most + 1)))
        special = p.knobs.get("app")
        if special in ("fedramp", "rule_old", "rule_new"):
            count = 2
        launch = (
            p.knobs.get("launch") or p.stay("technology").enrolled + self.rng.randint(20, 75) * DAY
        )
        for index in range(count):
            if index:
                launch = launch + self.rng.randint(60, 260) * DAY
            if launch > self.world.end - 30 * DAY and index:
                break
            self.app(p, index, launch if launch < self.world.end - 30 * DAY else None)
        if special != "no_support":
            self.material(p, None, "support", p.joined + 15 * DAY)

    def app(self, p: Partner, index: int, launch: date | None) -> None:
        rng, special = self.rng, p.knobs.get("app")
        second = special in ("fedramp", "rule_old", "rule_new") and index == 1
        if special == "never_launched" or (second and special != "fedramp"):
            launch = None
        app_id = f"APP-{len(self.world.apps) + 1:04d}"
        flow = (
            p.knobs.get("flow", "pull")
            if index == 0
            else rng.choice(("pull", p.knobs.get("flow", "pull")))
        )
        declared = p.knobs.get("declared", flow)
        if not p.case and rng.random() < 0.08:
            declared = rng.choice((None, "bidirectional"))
        app = App(app_id, p, f"{rng.choice(WORDS)} {rng.choice(ENDINGS)}", launch, flow, declared)
        self.world.apps.append(app)
        known = (launch or p.joined + 60 * DAY) - 30 * DAY
        bare = special == "incomplete"
        market = "fedramp" if second and special == "fedramp" else "commercial"
        row = {
            "app_id": app_id,
            "partner_id": p.partner_id,
            "name": f"{p.name.split()[0]} {app.name}",
            "kind": rng.choice(KINDS),
            "marketplace": market,
            "declared_data_flow": declared,
            "first_launched_on": launch if p.case or rng.random() < 0.75 else None,
            "description": f"{app.name} for teams that build with {p.name}.",
            "logo_url": None if bare else f"https://{p.domain}/apps/{slug(app.name)}.svg",
            "support_contact": None if bare else f"support@{p.domain}",
            "last_reviewed_on": None,
        }
        self.apps.append((known, row))
        reviewed = between(rng, max(known + 60 * DAY, date(self.world.year, 2, 1)), self.world.end)
        if rng.random() < 0.6 and reviewed <= self.world.end:
            self.apps.append((reviewed, {**row, "last_reviewed_on": reviewed}))
        self.listing(app, launch, special if index == 0 or second else None)
        if launch:
            self.material(p, app_id, "training", launch - 5 * DAY)

    def listing(self, app: App, launch: date | None, special: str | None) -> None:
        y = self.world.year
        if special in ("rule_old", "rule_new"):
            planned = date(2026, 5, 28) if special == "rule_old" else date(2026, 6, 1)
            self.event(app, "submitted", date(y, 11, 3))
            self.event(app, "validated", date(y, 12, 1))
            self.event(app, "listed", planned, "planned date", known=date(y, 12, 15))
            return
        submitted = (launch or app.partner.joined + 60 * DAY) - self.rng.randint(24, 40) * DAY
        self.event(app, "submitted", submitted)
        if not launch:
            return
        if self.rng.random() < 0.12 and not app.partner.case:
            self.event(app, "validation_failed", submitted + 6 * DAY, "data transfer not shown")
        self.event(app, "validated", launch - self.rng.randint(3, 12) * DAY)
        self.event(app, "listed", launch)
        if self.rng.random() < 0.3:
            self.event(app, "certified", launch + 30 * DAY)
        self.test(app, launch + 20 * DAY if special == "tested_late" else launch - 15 * DAY)
        if special == "removed":
            app.gone = date(y, 10, 10)
            self.event(app, "removed", app.gone, "support contact unreachable")
        elif special in ("reapplied", "reapplied_untested"):
            self.event(app, "removed", date(y, 3, 10), "low usage in its segment")
            self.event(app, "reapplied", date(y, 4, 2))
            if special == "reapplied":
                self.test(app, date(y, 5, 5))
            self.event(app, "validated", date(y, 5, 20))
            self.event(app, "listed", date(y, 6, 1))
        elif special == "unvalidated":
            self.event(app, "validation_failed", date(y, 8, 20), "token refresh broken")

    def event(
        self, app: App, event: str, day: date, reason: str = "", known: date | None = None
    ) -> None:
        row = {"app_id": app.app_id, "event": event, "occurred_on": day, "reason": reason}
        self.events.append((known or day, row))

    def test(self, app: App, day: date) -> None:
        company = self.rng.choice(self.customers)
        row = {"app_id": app.app_id, "company_id": company.company_id, "tested_on": day}
        self.tests.append((day, row))

    def material(self, p: Partner, app_id: str | None, kind: str, day: date) -> None:
        row = {
            "material_id": f"EM-{len(self.materials) + 1:04d}",
            "partner_id": p.partner_id,
            "app_id": app_id,
            "kind": kind,
            "url": f"https://{p.domain}/help/{kind}",
            "verified_on": day,
        }
        self.materials.append((day, row))


def _contact_requests(world: World) -> list[Version]:
    rng = world.rng("contact requests")
    versions: list[Version] = []

    def add(app: App, received: datetime, answered: datetime | None) -> None:
        zulu = len(versions) % 3 == 0
        row = {
            "request_id": f"CR-{len(versions) + 1:05d}",
            "app_id": app.app_id,
            "received_at": received.isoformat() + ("Z" if zulu else ""),
            "answered_at": answered and answered.isoformat() + ("+00:00" if zulu else ""),
        }
        versions.append(((answered or received).date(), row))

    partners_done: set[str] = set()
    for app in world.apps:
        p = app.partner
        if p.knobs.get("contact") and p.partner_id not in partners_done:
            partners_done.add(p.partner_id)
            requests, in_time = p.knobs["contact"]
            for i in range(requests):
                received = _midweek(date(world.year, 2, 4) + (i * 3) * DAY) + timedelta(
                    minutes=i % 50
                )
                late = received + 9 * DAY if i % 2 else None
                add(app, received, received + timedelta(hours=3) if i < in_time else late)
        elif app.launched and not p.knobs.get("contact"):
            days = (world.end - app.launched).days
            for _ in range(rng.randint(0, max(1, int(p.knobs.get("mac", 5) ** 0.5)))):
                day = app.launched + timedelta(days=rng.randint(0, days))
                received = datetime.combine(day, time(rng.randint(14, 22), rng.randint(0, 59)))
                draw = rng.random()
                hours = rng.randint(1, 22) if draw < 0.93 else rng.randint(120, 260)
                answered = None if draw > 0.985 else received + timedelta(hours=hours)
                add(app, received, answered if answered and answered.date() <= world.end else None)
    return versions


def _midweek(day: date) -> datetime:
    """Tuesday to Thursday noon of that week in the program's zone, far from any day's edge."""
    return datetime.combine(day - timedelta(days=day.weekday() - 1 - day.toordinal() % 3), time(20))
