"""The schedules that `plumbline.yaml` names, beside those of the product.

Belongs here: what a configured schedule starts and for which year. Does not: jobs (jobs.py), or the
shape of the section (orchestration/config_model.py).
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

import dagster as dg

from orchestration.config import BadConfig, config_file, section
from orchestration.config_model import section_faults
from orchestration.defs.jobs import annual_assessment, channel_day, day_request
from orchestration.source_events import SOURCES

ASSESSMENT, DAY = annual_assessment.name, channel_day.name
PULLING = "pull_"


def bad_schedules(names: set[str]) -> list[str]:
    """What is wrong with the section, given the sources that there are; empty when nothing is."""
    declared = section("schedules")
    faults = section_faults("schedules", dict(declared)) if declared else []
    if faults:
        return faults
    for name, spec in declared.items():
        where = f"schedules: {name}"
        if not _is_cron(spec["cron"]):
            fields = "minute, hour, day, month, day of the week"
            faults.append(f"{where}: cron: {spec['cron']!r} is not a cron line ({fields})")
        if spec.get("zone", "UTC") not in available_timezones():
            faults.append(
                f"{where}: zone: {spec['zone']!r} is not a time zone, as Europe/Berlin is"
            )
        if ("job" in spec) == ("pull" in spec):
            faults.append(f"{where}: say either `job:` or `pull:`")
        elif "pull" in spec and spec["pull"] not in names:
            faults.append(f"{where}: pull: there is no source {spec['pull']!r}")
        elif "year" in spec and spec.get("job") != ASSESSMENT:
            faults.append(f"{where}: year: only {ASSESSMENT} takes one")
    return faults


def _is_cron(line: str) -> bool:
    """Whether Dagster makes a schedule of a cron line."""
    try:
        dg.ScheduleDefinition(job_name=DAY, cron_schedule=line)
    except dg.DagsterInvalidDefinitionError:
        return False
    return True


def configured_schedules(sources: set[str]) -> tuple[list[dg.ScheduleDefinition], list[Any]]:
    """The schedules of the configuration and the jobs that they need; none where the section is
    wrong, which `plumbline doctor` reports."""
    try:
        if bad_schedules(sources):
            return [], []
        wanted = section("schedules")
    except BadConfig:
        return [], []
    pulls = sorted({spec["pull"] for spec in wanted.values() if "pull" in spec})
    jobs = {name: _pull_job(name) for name in pulls}
    made = [_schedule(name, spec, jobs) for name, spec in sorted(wanted.items())]
    return made, list(jobs.values())


def _pull_job(source: str) -> Any:
    return dg.define_asset_job(
        f"{PULLING}{source.replace('-', '_')}",
        selection=dg.AssetSelection.assets([SOURCES, source]),
        executor_def=dg.in_process_executor,
        description=f"Pulls the source {source} of plumbline.yaml, without a run.",
    )


def _schedule(name: str, spec: Mapping[str, Any], jobs: Mapping[str, Any]) -> dg.ScheduleDefinition:
    started = spec.get("started", False)
    status = dg.DefaultScheduleStatus.RUNNING if started else dg.DefaultScheduleStatus.STOPPED
    job = (
        jobs[spec["pull"]]
        if "pull" in spec
        else {ASSESSMENT: annual_assessment}.get(spec["job"], channel_day)
    )

    @dg.schedule(
        name=f"own_{name.replace('-', '_')}",
        job=job,
        cron_schedule=spec["cron"],
        execution_timezone=spec.get("zone", "UTC"),
        default_status=status,
        description=f"`schedules: {name}` of {config_file()}.",
    )
    def own(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        day = context.scheduled_execution_time.date()
        if "pull" in spec:
            return dg.RunRequest()
        if spec["job"] == ASSESSMENT:
            back = 1 if spec.get("year", "last") == "last" else 0
            return dg.RunRequest(partition_key=str(day.year - back))
        return day_request(day)

    return own
