"""Everything that Dagster loads. Importing this declares; nothing runs."""

import dagster as dg

from orchestration.defs import (
    answers,
    dashboards,
    ingest,
    jobs,
    notifying,
    retention,
    scoring,
    sources,
    transforms,
)
from orchestration.defs.resources import Program
from orchestration.defs.schedules import configured_schedules

OWN_SCHEDULES, OWN_JOBS = configured_schedules({one.name for one in sources.known_sources()})

defs = dg.Definitions(
    assets=[
        *sources.ASSETS,
        *ingest.ASSETS,
        *transforms.ASSETS,
        *scoring.ASSETS,
        *answers.ASSETS,
        *dashboards.ASSETS,
    ],
    jobs=[*jobs.JOBS, retention.retention, *OWN_JOBS],
    schedules=[*jobs.SCHEDULES, retention.retention_monthly, *OWN_SCHEDULES],
    sensors=[*sources.SENSORS, *notifying.SENSORS],
    resources={"program": Program()},
    # DuckDB has one writer, and dbt runs in this process.
    executor=dg.in_process_executor,
)
