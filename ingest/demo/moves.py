"""Rows that a move produces: people and apps at their next partner, partners that merge.

Belongs here: rows that the cases of move_cases.py need in addition. Does not: those cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from ingest.demo.files import Version
from ingest.demo.world import Partner, World

DAY = timedelta(days=1)


def _next(world: World, p: Partner, back: bool = False) -> Partner:
    """The partner after one in the list of cases; the one before it where it leads back."""
    return world.partners[world.partners.index(p) + (-1 if back else 1)]


def _with(world: World, knob: str) -> Iterator[tuple[Partner, Any]]:
    return ((p, p.knobs[knob]) for p in world.partners if knob in p.knobs)


def moved_people(world: World, contacts: list[Version]) -> list[Version]:
    """The consultants who go on to the next partner, under their ids, at the new address."""
    versions: list[Version] = []
    for p, day in _with(world, "moved_on"):
        to = _next(world, p)
        certified = next(
            row
            for _, row in contacts
            if row["partner_id"] == p.partner_id and row["role"] == "other"
        )
        name = str(certified["email"]).split("@")[0]
        moved = {
            **certified,
            "partner_id": to.partner_id,
            "email": f"{name}@{to.domain}",
            "active_from": day,
        }
        versions.append((day, moved))
    return versions


def sold_apps(world: World, apps: list[Version]) -> list[Version]:
    """The apps that pass to the next partner: on a stated day, or by a row that only names it."""
    versions: list[Version] = []
    for knob in ("sold_on", "named_on"):
        for p, day in _with(world, knob):
            to = _next(world, p)
            # The last row of the app is what the buyer takes over.
            row = [r for _, r in apps if r["partner_id"] == p.partner_id][-1]
            bought = {
                **row,
                "partner_id": to.partner_id,
                "owned_from": day if knob == "sold_on" else None,
                "support_contact": f"support@{to.domain}",
            }
            versions.append((day, bought))
    return versions


def write_successions(world: World) -> None:
    """Write partner_successions."""
    versions: list[Version] = []
    for p, day in _with(world, "succession"):
        to = _next(world, p, back=bool(p.knobs.get("succession_back")))
        row = {"partner_id": p.partner_id, "successor_id": to.partner_id, "effective_on": day}
        versions.append((day - 10 * DAY, row))
    world.landing.feed("partner_successions", versions, world.yearly())
