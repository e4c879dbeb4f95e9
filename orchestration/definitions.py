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

defs = dg.Definitions(
    assets=[
        *sources.ASSETS,
        *ingest.ASSETS,
        *transforms.ASSETS,
        *scoring.ASSETS,
        *answers.ASSETS,
        *dashboards.ASSETS,
    ],
    jobs=[*jobs.JOBS, retention.retention],
    schedules=[*jobs.SCHEDULES, retention.retention_monthly],
    sensors=[*sources.SENSORS, *notifying.SENSORS],
    resources={"program": Program()},
    # DuckDB has one writer, and dbt runs in this process.
    executor=dg.in_process_executor,
)
