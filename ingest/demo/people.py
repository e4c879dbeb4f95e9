"""People and what they learn: contacts, trainings, certifications, marketing, references, tiles.

Belongs here: contacts and trainings of every partner, and what the services program asks for.
Does not: agreements and plans (papers.py).
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from ingest.demo import names
from ingest.demo.files import BOM, NDJSON, TITLED, UTF16_TAB, Version
from ingest.demo.moves import moved_people
from ingest.demo.world import Partner, World, add_months, between

DAY = timedelta(days=1)


def write_people(world: World) -> None:
    """Write contacts, trainings, marketing_activities, customer_references, partner_listings."""
    rng = world.rng("people")
    contacts: list[Version] = []
    trainings: list[Version] = []
    for p in world.partners:
        team = _Team(world, rng, p)
        team.manager()
        if p.program("reseller"):
            team.sellers()
        if p.program("services"):
            team.consultants()
        team.others()
        contacts += team.contacts
        trainings += team.trainings
    contacts += moved_people(world, contacts)
    contacts.append(
        (
            world.end - 40 * DAY,
            {
                "contact_id": "C-BAD-1",
                "partner_id": "P-0001",
                "name": "No Such Role",
                "role": "boss",
                "active_from": world.end - 40 * DAY,
            },
        )
    )
    land = world.landing
    land.feed("contacts", contacts, world.quarterly(), BOM)
    land.feed("trainings", trainings, world.snapshot_then_yearly(), UTF16_TAB)
    land.feed("marketing_activities", _marketing(world), world.yearly(), TITLED)
    land.feed("customer_references", _references(world), world.yearly(), NDJSON)
    land.feed("partner_listings", _tiles(world), world.yearly())


class _Team:
    """Builds one partner's contacts and trainings."""

    def __init__(self, world: World, rng: random.Random, partner: Partner) -> None:
        self.world, self.rng, self.p = world, rng, partner
        self.contacts: list[Version] = []
        self.trainings: list[Version] = []
        self.names: set[str] = set()

    def person(self, role: str, since: date, until: date | None = None, email: str = "") -> str:
        name = names.person(self.rng)
        while name in self.names:  # one partner's people differ in their addresses
            name = names.person(self.rng)
        self.names.add(name)
        row: dict[str, Any] = {
            "contact_id": f"C-{self.p.partner_id[2:]}-{len(self.names)}",
            "partner_id": self.p.partner_id,
            "name": name,
            "email": email or names.email(name, self.p.domain),
            "role": role,
            "active_from": since,
        }
        self.contacts.append((since, row))
        if until:
            self.contacts.append((until, {**row, "active_to": until}))
        self.last_email = row["email"]
        return row["contact_id"]

    def course(self, contact: str, track: str, first: date, until: date | None = None) -> None:
        """A passed course and its renewals every two years, or one that runs out on `until`."""
        done = first
        while done <= self.world.end:
            expires = until or add_months(done, 24) - DAY
            self.training(contact, track, done, True, expires)
            if until:
                return
            done = expires - self.rng.randint(10, 50) * DAY

    def training(
        self,
        contact: str,
        track: str,
        done: date | None,
        passed: bool | None,
        expires: date | None,
        enrolled: date | None = None,
    ) -> None:
        course = {
            "sales": "Channel Sales Foundations",
            "technical_sales": "Technical Sales Essentials",
            "services_certification": "Implementation Consultant Certification",
        }[track]
        known = done or enrolled
        assert known is not None, "a training was begun or completed"
        begun = enrolled or known - self.rng.randint(5, 30) * DAY
        row: dict[str, Any] = {
            "training_id": f"TR-{self.p.partner_id[2:]}-{len(self.trainings) + 1}",
            "partner_id": self.p.partner_id,
            "contact_id": contact,
            "course": course,
            "track": track,
            "enrolled_on": begun,
            "completed_on": done,
            "passed": passed,
            "expires_on": expires,
        }
        self.trainings.append((known, row))

    def manager(self) -> None:
        state, since = self.p.knobs.get("manager"), self.p.joined
        if state == "none":
            return
        if state == "left":
            self.person("partnership_manager", since, date(self.world.year, 4, 14))
        elif self.rng.random() < 0.18:
            handover = between(self.rng, since + 120 * DAY, self.world.end)
            stayed = handover > self.world.end
            self.person("partnership_manager", since, None if stayed else handover)
            if not stayed:
                self.person("partnership_manager", handover)
        else:
            self.person("partnership_manager", since)

    def sellers(self) -> None:
        case, y = self.p.knobs.get("training"), self.world.year
        since = self.p.stay("reseller").enrolled
        ready = since + self.rng.randint(0, 9) * DAY
        gone = date(y, 8, 31) if case == "left" else None
        seller = self.person("sales", self.p.joined, gone)
        if case == "one_person":
            self.course(seller, "technical_sales", ready)
        else:
            twin = self.last_email if case == "same_email" else ""
            other = self.person("technical_sales", self.p.joined, email=twin)
            self.course(other, "technical_sales", ready)
        if case == "enrolled":
            self.training(seller, "sales", None, None, None, ready)
        else:
            self.course(seller, "sales", ready, date(y, 5, 31) if case == "lapsed" else None)
        if self.rng.random() < 0.3:
            extra = self.person("sales", self.p.joined)
            done = ready + 90 * DAY
            if done <= self.world.end and not self.p.case:
                self.training(extra, "sales", done, False, None)

    def consultants(self) -> None:
        case, y = self.p.knobs.get("cert"), self.world.year
        since = self.p.stay("services").enrolled
        gone = date(y, 9, 30) if case == "left" else None
        one = self.person("other", self.p.joined, gone)
        if case == "none":
            self.training(one, "services_certification", since + 9 * DAY, False, None)
            return
        until = date(y, 10, 31) if case == "expired" else None
        self.course(one, "services_certification", certified_on(self.p), until)
        if self.rng.random() < 0.5 and case is None:
            two = self.person("other", self.p.joined)
            self.course(two, "services_certification", certified_on(self.p) + 40 * DAY)

    def others(self) -> None:
        for role, share in (("support", 0.45), ("executive", 0.3)):
            if self.rng.random() < share:
                self.person(role, self.p.joined)


def certified_on(p: Partner) -> date:
    """The day on which a services partner's first person passes."""
    return p.stay("services").enrolled + (int(p.partner_id[2:]) % 7) * DAY


def _marketing(world: World) -> list[Version]:
    rng = world.rng("marketing")
    versions: list[Version] = []

    def add(
        p: Partner, kind: str, day: date, status: str = "approved", announces: bool = False
    ) -> None:
        decided = None if status == "submitted" else day + rng.randint(1, 6) * DAY
        row = {
            "activity_id": f"MA-{len(versions) + 1:05d}",
            "partner_id": p.partner_id,
            "kind": kind,
            "announces_certification": announces,
            "occurred_on": day,
            "submitted_on": day - rng.randint(0, 9) * DAY,
            "status": status,
            "decided_on": decided,
        }
        versions.append((decided or day, row))

    kinds = ("webinar", "joint blog post", "customer story", "trade show", "newsletter", "workshop")
    for p in world.of("services"):
        cert, day = p.knobs.get("cert"), certified_on(p)
        if cert == "early":
            add(p, "press release", day - 12 * DAY, announces=True)
        elif p.knobs.get("announced_after"):
            add(p, "press release", p.knobs["announced_after"], announces=True)
        elif cert not in ("unannounced", "none"):
            status = "rejected" if cert == "rejected" else "approved"
            add(p, "press release", day + 3 * DAY, status, announces=True)
        quarters = p.knobs.get("quarters")
        for month in world.months()[1::3]:
            if month < p.joined or (p.terminated and month > p.terminated):
                continue
            wanted = (month.month // 3) < quarters if quarters is not None else rng.random() < 0.8
            if wanted:
                status = rng.choices(("approved", "rejected", "submitted"), weights=(93, 4, 3))[0]
                status = "approved" if p.case else status
                add(p, rng.choice(kinds), month + rng.randint(0, 27) * DAY, status)
    technology = [p for p in world.of("technology") if not p.case]
    for p in rng.sample(technology, len(technology) // 3):
        add(p, rng.choice(kinds), between(rng, p.joined + 30 * DAY, world.end - 20 * DAY))
    return versions


def _references(world: World) -> list[Version]:
    rng = world.rng("references")
    versions: list[Version] = []
    for p in world.partners:
        if not (p.program("services") or p.program("reseller")):
            continue
        for year in range(p.joined.year, world.year + 1):
            if p.knobs.get("references") == 0 or rng.random() < 0.25:
                continue
            day = between(rng, max(p.joined, date(year, 1, 10)), date(year, 12, 10))
            status = rng.choices(("accepted", "offered", "withdrawn"), weights=(70, 22, 8))[0]
            row = {
                "reference_id": f"RF-{len(versions) + 1:04d}",
                "partner_id": p.partner_id,
                "customer_name": rng.choice(world.companies).name,
                "provided_on": day,
                "status": status,
            }
            versions.append((day, row))
    return versions


def _tiles(world: World) -> list[Version]:
    rng = world.rng("tiles")
    versions: list[Version] = []
    for p in world.of("services"):
        width = (
            p.knobs.get("logo")
            or rng.choices((1200, 800, 512, 400, 256), weights=(30, 30, 20, 12, 8))[0]
        )
        if rng.random() < 0.06 and not p.case:
            continue
        provided = certified_on(p) + 10 * DAY
        row = {
            "partner_id": p.partner_id,
            "company_information": f"{p.name} helps builders in {p.country} with roll-outs.",
            "logo_url": f"https://{p.domain}/brand/logo.png",
            "logo_width_px": width,
            "provided_on": provided,
        }
        versions.append((provided, row))
    return versions
