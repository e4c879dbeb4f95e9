"""Sensors that tell people: an action that has come due, and a check that has begun to fail.

Belongs here: when Dagster sends messages, and what it remembers of them. Does not: the words of the
digest (scoring/digest), where and how it is sent (orchestration/notify).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import dagster as dg

from orchestration import settings, warehouse
from orchestration.config import BadConfig
from orchestration.dagster_internals.checks import FAILED, PLANNED
from orchestration.notify import Destination, Outcome, destinations, notify, tell
from scoring.digest import news
from scoring.words import plural

# Actions become due day by day; a quarter of an hour is soon enough to try a failed send again.
EVERY_QUARTER = 15 * 60
EVERY_MINUTE = 60


class NotSent(Exception):
    """A message that a service did not accept; the tick fails, and the next one tries again."""


def places_to_tell() -> list[Destination] | dg.SkipReason:
    """The destinations of plumbline.yaml, or why nothing is sent."""
    try:
        return destinations((), None)
    except BadConfig as error:
        return dg.SkipReason(f"nothing is sent: {error}")


@dg.sensor(
    name="due_actions",
    minimum_interval_seconds=EVERY_QUARTER,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Sends what has come due or overdue by today, and what changed, to the "
    "destinations of plumbline.yaml, each thing once per stage, as `plumbline notify` does. A "
    "failed send fails the tick and is tried again. Off until started.",
)
def due_actions(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Send what is not yet in the list of sent messages beside the warehouse."""
    destinations = places_to_tell()
    if isinstance(destinations, dg.SkipReason):
        return destinations
    here = settings.locations()
    try:
        with warehouse.read(here) as con:
            latest = news(con, datetime.now(UTC).date())
    except (warehouse.WarehouseMissing, warehouse.WarehouseBusy) as reason:
        return dg.SkipReason(str(reason))
    return _skip_reason(notify(latest, destinations, here.warehouse.parent))


@dg.sensor(
    name="failed_checks",
    minimum_interval_seconds=EVERY_MINUTE,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="Names every check that has begun to fail, with what failing means, to the "
    "destinations of plumbline.yaml. One that fails again in the next run is told only after it "
    "has passed in between. A failed send fails the tick and is tried again. Off until started.",
)
def failed_checks(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Compare the checks that fail with those that were reported as failing."""
    destinations = places_to_tell()
    if isinstance(destinations, dg.SkipReason):
        return destinations
    since: dict[str, str] = json.loads(context.cursor) if context.cursor else {}
    failing = _failing(context, since)
    lines = {f"check {name} {run}": f"- {name}: {why}" for name, (run, why) in failing.items()}
    here = settings.locations()
    day = datetime.now(UTC).date()
    here.warehouse.parent.mkdir(parents=True, exist_ok=True)
    reason = _skip_reason(tell(lines, "failed check", destinations, here.warehouse.parent, day))
    context.update_cursor(json.dumps({name: run for name, (run, _) in failing.items()}))
    return reason


def _failing(
    context: dg.SensorEvaluationContext, since: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Maps `marts/table: check name` of every check whose last evaluation failed to the run in
    which it began to fail (`since` has what is known about that) and to what it found. A check that
    is only planned keeps its last known state."""
    assert context.repository_def is not None
    keys = list(context.repository_def.asset_graph.asset_check_keys)
    log = context.instance.event_log_storage
    failing = {}
    for key, record in log.get_latest_asset_check_execution_by_key(keys).items():
        name = f"{key.asset_key.to_user_string()}: {key.name.replace('_', ' ')}"
        if record.status is FAILED and record.event is not None:
            event = record.event.dagster_event
            data = event.asset_check_evaluation_data if event else None
            why = (data.description if data else None) or "see its metadata"
            failing[name] = (since.get(name, record.run_id), why)
        elif record.status is PLANNED and name in since:
            failing[name] = (since[name], "is being tried again")
    return dict(sorted(failing.items()))


def _skip_reason(outcomes: list[Outcome]) -> dg.SkipReason:
    """What was sent, as the tick shows it. Raises NotSent naming each place that accepted
    nothing."""
    faults = [f"{one.place}: {one.fault}" for one in outcomes if one.fault]
    if faults:
        raise NotSent("; ".join(faults))
    sent = [f"{one.place}: {plural(one.announced, 'thing')}" for one in outcomes if one.messages]
    return dg.SkipReason(f"told {', '.join(sent)}" if sent else "nothing new")


SENSORS = [due_actions, failed_checks]
