"""What is fetched before anything lands, and what Dagster shows of it.

Belongs here: the asset that fetches and the one that records. Does not: fetching (ingest/sources/,
ingest/api/), a source as an asset of its own (sources.py), or its figures (source_events.py).
"""

from dataclasses import dataclass

import dagster as dg

from ingest.api.pull import NEEDED, Pulled, missing
from orchestration import progress, settings
from orchestration.defs.owners import OPERATIONS
from orchestration.defs.resources import WRITER_POOL, Program
from orchestration.pulling import pulled
from orchestration.source_events import event_of
from orchestration.sources import Brought, brought_for, configured

FETCHED = dg.AssetKey(["landing", "fetched_files"])
API_PULL = dg.AssetKey(["landing", "api_pull"])
# The source whose landing reads what a vendor's pull writes.
PULLED_SOURCES = ("account_mapping", "app_usage")


@dataclass(frozen=True)
class Fetch:
    """What the sources brought, and what was pulled from each vendor whose credentials are set."""

    brought: tuple[Brought, ...]
    pulled: dict[str, list[Pulled]]


# By run, from the asset that fetches to the one that records; both run in one process.
_fetched: dict[str, Fetch] = {}


@dg.asset(
    key=FETCHED,
    group_name="ingest",
    owners=[OPERATIONS],
    kinds={"python"},
    description="Files that the configured sources, the object store of the landing zone and the "
    "vendors' APIs brought into the landing zone. It holds no lock: a slow or dead server keeps no "
    "other run from the warehouse.",
)
def fetched_files(context: dg.AssetExecutionContext, program: Program) -> dg.MaterializeResult:
    """Fetch from everywhere; a source that fails is reported and stops nothing."""
    fetched = _fetched[context.run.run_id] = _fetch(program.places)
    metadata = {one.source: _words(one) for one in fetched.brought}
    sources = {source.name for source in configured()} if fetched.brought else set()
    for one in fetched.brought:
        if one.source in sources:
            context.log_event(event_of(one))
    return dg.MaterializeResult(metadata={**metadata, "vendors": len(fetched.pulled)})


def _fetch(places: settings.Locations) -> Fetch:
    vendors = [vendor for vendor in sorted(NEEDED) if not missing(vendor)]
    brought = tuple(brought_for(places))
    return Fetch(brought, {vendor: pulled(vendor, places.landing) for vendor in vendors})


def _words(one: Brought) -> str:
    return "; ".join([f"{len(one.things)} things", *one.faults])


@dg.asset(
    key=API_PULL,
    deps=[FETCHED],
    group_name="ingest",
    owners=[OPERATIONS],
    kinds={"python", "api"},
    pool=WRITER_POOL,
    description="Pages of the account-mapping API and of app installations, fetched into the "
    "landing zone as received when the vendor's credentials are in the environment. A vendor that "
    "can't be reached stops nothing: what was there stays, and the run names it.",
)
def api_pull(context: dg.AssetExecutionContext, program: Program) -> dg.MaterializeResult:
    """Record what was pulled from each vendor whose credentials are set, and name the other
    vendors."""
    fetched = _fetched.pop(context.run.run_id, None) or _fetch(program.places)
    metadata = {one.source: _words(one) for one in fetched.brought}
    done = []
    for vendor in sorted(NEEDED):
        if vendor not in fetched.pulled:
            lacking = ", ".join(missing(vendor))
            metadata[vendor] = f"not asked: set {lacking} in the environment to pull"
            continue
        pages = sum(len(one.files) for one in fetched.pulled[vendor])
        done += fetched.pulled[vendor]
        faults = [f"{one.endpoint}: {one.fault}" for one in fetched.pulled[vendor] if one.fault]
        metadata[vendor] = "; ".join(
            [f"{pages} pages of {len(fetched.pulled[vendor])} endpoints", *faults]
        )
        progress.report("pull", f"{vendor}: {pages} pages")
    with program.connect() as con:
        con.execute("delete from landing.api_pull")
        for one in done:
            row = [one.vendor, one.endpoint, len(one.files), one.fault]
            con.execute("insert into landing.api_pull values (?, ?, ?, ?)", row)
    return dg.MaterializeResult(metadata=metadata)
