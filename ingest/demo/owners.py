"""Who looks after each partner on the vendor's side, by role and date.

Belongs here: rows of partner_owners. Does not: the partners' own people (people.py).
"""

from __future__ import annotations

from datetime import date

from ingest.demo.files import Version
from ingest.demo.world import World

# Role -> the programs whose partners have one, and the people who share the work.
TEAMS = {
    "partner_manager": (
        ("technology", "services", "referral", "industry", "reseller"),
        ("a.reyes@vendor.example", "c.ito@vendor.example", "m.okafor@vendor.example"),
    ),
    "channel_manager": (
        ("reseller",),
        ("j.lindqvist@vendor.example", "s.moreau@vendor.example", "t.alvarez@vendor.example"),
    ),
    "integration_manager": (
        ("technology",),
        ("h.nakamura@vendor.example", "p.dlamini@vendor.example"),
    ),
}
# One partner in so many has nobody of a role named, and one in so many was handed over.
UNNAMED, HANDED_OVER = 20, 8


def write_owners(world: World) -> None:
    """Write partner_owners: most partners have one person per role, some were handed over."""
    rng = world.rng("owners")
    handed_over = date(world.year, 7, 1)
    versions: list[Version] = []
    for p in world.partners:
        for role, (programs, people) in TEAMS.items():
            if not any(p.program(name) for name in programs) or rng.randrange(UNNAMED) == 0:
                continue
            first, second = rng.sample(people, 2)
            row = {
                "partner_id": p.partner_id,
                "owner": first,
                "role": role,
                "active_from": p.joined,
                "active_to": None,
            }
            versions.append((p.joined, row))
            if p.joined < handed_over and rng.randrange(HANDED_OVER) == 0:
                ended = date(world.year, 6, 30)
                versions.append((handed_over, {**row, "active_to": ended}))
                versions.append((handed_over, {**row, "owner": second, "active_from": handed_over}))
    world.landing.feed("partner_owners", versions, world.yearly())
