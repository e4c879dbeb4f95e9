"""What Dagster shows of a configured source: its figures, as an event of the source's asset.

Belongs here: events of sources, within a run and outside of one. Does not: fetching
(orchestration/sources.py), or the assets (defs/pull.py, defs/sources.py).
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import dagster as dg

from orchestration.settings import Locations
from orchestration.sources import Brought, configured

SOURCES = "sources"


def figures(one: Brought) -> dict[str, int | str | dg.MetadataValue]:
    """Files, rows and bytes that a source brought, and the moment, as Dagster shows them."""
    written = [thing for thing in one.things if thing.file]
    now = datetime.now(UTC)
    return {
        "files": len(written),
        "bytes": sum(thing.size for thing in written),
        "dagster/row_count": sum(thing.rows or 0 for thing in written),
        "last_moment": dg.MetadataValue.timestamp(now),
        "notes": "; ".join([*(t.note for t in one.things if t.note), *one.faults]) or "none",
    }


def event_of(one: Brought) -> dg.AssetMaterialization | dg.AssetObservation:
    """A source that answered is fresh, even with nothing new; one that failed is only observed."""
    key = dg.AssetKey([SOURCES, one.source])
    if one.fault:
        return dg.AssetObservation(key, metadata={"fault": one.fault})
    return dg.AssetMaterialization(key, metadata=figures(one))


def renew(places: Locations, brought: Iterable[Brought]) -> None:
    """Show in Dagster what was fetched outside a run, so that its sources count as fresh there."""
    from orchestration.instance import prepare_instance, quick_history

    named = {source.name for source in configured()}
    prepare_instance(places)
    quick_history()
    with dg.DagsterInstance.get() as instance:
        for one in brought:
            if one.source in named:
                instance.report_runless_asset_event(event_of(one))
