"""What people decided: invitations, waivers, governance decisions, summit invitations.

Belongs here: the files under decisions/.
Does not: what the product computes or recommends.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from ingest.demo.files import Cut, Version, received_on
from ingest.demo.world import World, between

DAY = timedelta(days=1)
BOARD = "Partner program board"


def write_decisions(world: World) -> None:
    """Write the four decision entities."""
    land = world.landing
    land.feed("premier_invitations", _invitations(world), _by_february(world))
    land.feed("waivers", _waivers(world), world.yearly())
    land.feed("governance_decisions", _governance(world), world.quarterly())
    land.feed("summit_invitations", _summit(world), world.yearly())


def _by_february(world: World) -> list[Cut]:
    """One file per tier year, received after the January in which its invitations are answered."""
    cuts = [
        Cut(str(year), date(year, 2, 10), received_on(date(year, 2, 12)))
        for year in range(world.first_year + 1, world.year + 1)
    ]
    return [*cuts, Cut(str(world.year + 1), world.closing, received_on(world.closing, 15))]


def _invitations(world: World) -> list[Version]:
    rng = world.rng("invitations")
    versions: list[Version] = []
    for p in world.partners:
        for tier_year, status, decided in p.knobs.get("invite", ()):
            row = {
                "partner_id": p.partner_id,
                "tier_year": tier_year,
                "status": status,
                "decided_on": decided,
                "decided_by": BOARD,
                "sponsor": rng.choice(("VP Product", "Chief Revenue Officer", "VP Ecosystem")),
                "rationale": "Fills a product gap and moves retention of joint customers",
            }
            versions.append((decided, row))
    return versions


def _waivers(world: World) -> list[Version]:
    versions: list[Version] = []
    for p in world.partners:
        for program, requirement, since, until in p.knobs.get("waivers", ()):
            row = {
                "waiver_id": f"W-{len(versions) + 1:03d}",
                "partner_id": p.partner_id,
                "program": program,
                "requirement": requirement,
                "valid_from": since,
                "valid_to": until,
                "granted_by": BOARD,
                "reason": "Successor being hired"
                if requirement.startswith("TECH")
                else "A one-way feed is what customers asked for",
            }
            versions.append((since, row))
    return versions


def _governance(world: World) -> list[Version]:
    y = world.year
    decided = (
        ("no-manager", f"{y}-H1", "remediate", "A new manager by September"),
        ("training-lapsed", f"{y}-H1", "remediate", "Renew the sales course within 60 days"),
        ("arr-override-expired", f"{y}-H1", "remediate", "Growth plan agreed for the year"),
        ("training-one-person", f"{y - 1}-H1", "remediate", "A second person is to be trained"),
        ("training-one-person", f"{y - 1}-H2", "remediate", "Course booked, board was lenient"),
        ("training-one-person", f"{y}-H1", "change_benefits", "Marketing funds withheld"),
        ("cert-none", f"{y - 1}-H2", "change_benefits", "Tile hidden until someone passes"),
        ("cert-none", f"{y}-H1", "end_status", "No certified person in two years"),
        ("waiver-expired", f"{y}-H1", "maintain", "Waived until September"),
        ("conduct-severe", f"{y}-H2", "end_status", "Severe case upheld"),
        ("plan-feb-1", f"{y}-H1", "maintain", "One day late, plan is sound"),
    )
    by_case = {p.case: p for p in world.partners if p.case}
    versions: list[Version] = []
    for case, review, decision, why in decided:
        p = by_case[case]
        year, half = int(review[:4]), review[-1]
        day = date(year, 7, 22) if half == "1" else date(year + 1, 1, 13)
        row: dict[str, Any] = {
            "review": review,
            "partner_id": p.partner_id,
            "program": p.enrollments[0].program,
            "decision": decision,
            "decided_on": day,
            "decided_by": BOARD,
            "rationale": why,
        }
        versions.append((day, row))
    return versions


def _summit(world: World) -> list[Version]:
    rng = world.rng("summit")
    versions: list[Version] = []
    for year in range(world.first_year + 1, world.year + 1):
        invited = [
            p for p in world.partners if p.joined < date(year - 1, 10, 1) and not p.terminated
        ]
        for p in sorted(rng.sample(invited, len(invited) // 6), key=lambda p: p.partner_id):
            day = between(rng, date(year, 2, 3), date(year, 3, 20))
            row = {
                "partner_id": p.partner_id,
                "summit_year": year,
                "decided_by": "VP Ecosystem",
                "decided_on": day,
            }
            versions.append((day, row))
    return versions
