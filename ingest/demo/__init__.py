"""The demonstration program: a made-up partner program in the real source layouts.

Belongs here: `write_demo`, which writes a landing zone, and the summary it returns.
Does not: anything that reads one; nothing of it touches a warehouse or the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.demo.api_reports import write_api_reports
from ingest.demo.apps import write_apps
from ingest.demo.cases import cases
from ingest.demo.crm import write_crm
from ingest.demo.deals import write_deals
from ingest.demo.decisions import write_decisions
from ingest.demo.files import Landing
from ingest.demo.mapping import write_mapping
from ingest.demo.moves import write_successions
from ingest.demo.owners import write_owners
from ingest.demo.papers import write_papers
from ingest.demo.people import write_people
from ingest.demo.population import populate
from ingest.demo.reseller import write_reseller
from ingest.demo.totals import write_totals
from ingest.demo.usage import write_usage
from ingest.demo.usage_plan import plan_usage, write_installations
from ingest.demo.world import World

__all__ = ["DemoCase", "DemoSummary", "write_demo"]


@dataclass(frozen=True)
class DemoCase:
    """A named special case: `key` is a partner id, or registration ids for a deal."""

    slug: str
    key: str
    name: str
    outcome: str


@dataclass(frozen=True)
class DemoSummary:
    """What was written: counts, bytes, and every named case with the outcome it should have."""

    landing: Path
    year: int
    partners: int
    files: int
    bytes_written: int
    usage_events: int
    rows: dict[str, int]
    cases: tuple[DemoCase, ...]

    def case(self, slug: str) -> DemoCase:
        """The case of that slug; KeyError where there is none."""
        for case in self.cases:
            if case.slug == slug:
                return case
        raise KeyError(f"no demonstration case {slug!r}")


def write_demo(
    landing: Path,
    *,
    partners: int = 300,
    year: int = 2025,
    usage_events: int = 200_000,
    seed: int = 7,
    conflicts: bool = False,
    progress: Callable[[str], None] | None = None,
) -> DemoSummary:
    """Write a demonstration program of the years `year`-2 to `year` into an empty landing zone.

    The special partners are always written, so fewer than about a hundred `partners` give these
    alone. Every planned app-customer-month gets at least one call, so `usage_events` is a floor's
    complement: fewer than the plan needs give the plan's number. `conflicts` adds a partner with
    two agreement overrides in force at once, a policy conflict for which a run exits 1. Same
    arguments, same bytes. Raises FileExistsError where the landing zone already holds files.
    """
    landing = Path(landing)
    if landing.exists() and any(landing.iterdir()):
        raise FileExistsError(f"{landing} holds files already; give an empty or new folder")
    landing.mkdir(parents=True, exist_ok=True)
    tell = progress or (lambda step: None)
    world = World(year, seed, Landing(landing), usage_events, conflicts)
    populate(world, partners)
    tell("partners")
    write_papers(world)
    write_people(world)
    write_owners(world)
    write_successions(world)
    tell("apps")
    write_apps(world)
    plan = plan_usage(world)
    write_installations(world, plan)
    write_api_reports(world)
    events = write_usage(world, plan, tell)
    write_reseller(world, tell)
    tell("deals, account mapping, crm, decisions")
    deals = write_deals(world)
    write_mapping(world)
    write_crm(world)
    write_decisions(world)
    write_totals(world)
    world.landing.finish()
    return _summary(world, events, deals)


def _summary(world: World, events: int, deals) -> DemoSummary:
    by_case = {p.case: p for p in world.partners if p.case}
    named = [
        DemoCase(case.slug, by_case[case.slug].partner_id, by_case[case.slug].name, case.outcome)
        for case in cases(world)
    ]
    for deal in deals:
        ids = " ".join(r.registration_id for r in deal.registrations)
        named.append(
            DemoCase(f"deal-{deal.slug}", ids, deal.registrations[0].customer, deal.outcome)
        )
    return DemoSummary(
        landing=world.landing.root,
        year=world.year,
        partners=len(world.partners),
        files=len(world.landing.received),
        bytes_written=world.landing.bytes_written,
        usage_events=events,
        rows=dict(sorted(world.landing.rows.items())),
        cases=tuple(named),
    )
