"""Each configured source as an asset, and the sensor that sees new files in the landing zone.

Belongs here: what Dagster shows of a source, when it counts as overdue, when a run begins by
itself. Does not: fetching (orchestration/sources.py).
"""

import hashlib
from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration import settings
from orchestration.config import BadConfig
from orchestration.defs.jobs import annual_assessment
from orchestration.defs.owners import OPERATIONS
from orchestration.defs.resources import Program
from orchestration.source_events import SOURCES, figures
from orchestration.sources import Source, bring, configured

# A source without `fresh_hours` is overdue after a week.
FRESH_HOURS = 7 * 24
# A file that changed later than this may still be being written.
SETTLED = timedelta(minutes=1)
EVERY = 60


def known_sources() -> list[Source]:
    """The configured sources; none where plumbline.yaml is wrong, which every command reports."""
    try:
        return configured()
    except BadConfig:
        return []


def source_asset(source: Source) -> dg.AssetsDefinition:
    """A source as an asset that can be pulled by itself; it holds no lock of the warehouse."""
    hours = float(source.spec.get("fresh_hours") or FRESH_HOURS)

    @dg.asset(
        key=[SOURCES, source.name],
        group_name="ingest",
        owners=[OPERATIONS],
        kinds={"python"},
        tags={"kind": source.kind},
        freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=hours)),
        description=f"What the source {source.name} ({source.kind}) of plumbline.yaml brings into "
        f"{source.spec.get('into', 'the landing zone')}: files, rows, bytes and the last moment. "
        "Every run pulls it too.",
    )
    def pull(program: Program) -> dg.MaterializeResult:
        (brought,) = bring(program.places, [source.name])
        if brought.fault:
            raise dg.Failure(description=f"{source.name}: {brought.fault}", allow_retries=True)
        return dg.MaterializeResult(metadata=figures(brought))

    return pull


ASSETS = [source_asset(source) for source in known_sources()]


def objects_in_zone(places: settings.Locations) -> list[tuple[str, int, str]]:
    """(name, bytes, moment of the last change) of every file or object of the landing zone."""
    if places.address:
        from ingest.sources.objects import listing, open_store

        objects = listing(places.address, open_store(places.address))
        return [(one.key, one.size, one.modified) for one in objects]
    files = (path for path in places.landing.rglob("*") if path.is_file())
    listed = []
    for path in sorted(files):
        name = path.relative_to(places.landing)
        if not any(part.startswith(".") for part in name.parts):
            stat = path.stat()
            moment = datetime.fromtimestamp(stat.st_mtime, UTC).isoformat()
            listed.append((name.as_posix(), stat.st_size, moment))
    return listed


@dg.sensor(
    job=annual_assessment,
    name="landing_zone",
    minimum_interval_seconds=EVERY,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Starts the yearly job for the current year when the landing zone, a folder or an "
    "object store, holds new or changed files, and none was still being written a minute ago. The "
    "first look only remembers what is there. Off until started.",
)
def landing_zone(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Compare the names, sizes and moments of the files with those of the last look."""
    objects = objects_in_zone(settings.locations())
    mark = hashlib.sha256(repr(objects).encode()).hexdigest()
    if context.cursor in (None, mark):
        context.update_cursor(mark)
        return dg.SkipReason(f"nothing new among {len(objects)} files")
    now = datetime.now(UTC)
    fresh = [name for name, _, moment in objects if datetime.fromisoformat(moment) > now - SETTLED]
    if fresh:
        return dg.SkipReason(f"{fresh[0]} changed within the last minute; it may not be whole yet")
    context.update_cursor(mark)
    return dg.RunRequest(run_key=mark, partition_key=str(now.year))


SENSORS = [landing_zone]
