"""Runs the yearly job and the reviews in this process, through the same Dagster job as the UI.

Belongs here: one run from a request to its outcome. Does not: drawing progress or the summary.
"""

from __future__ import annotations

import logging
import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orchestration import progress, settings
from orchestration.bucket_stores import follow, keep_raw
from orchestration.described.lineage import reported
from orchestration.memory_limit import TOO_LITTLE, holding, limits, with_remedy
from orchestration.outputs import follow_site, put_site
from orchestration.past_runs import begin, places_for
from orchestration.program import hold_program
from orchestration.pulling import pulled_ahead
from orchestration.sources import brought_before
from orchestration.speed import unchanged
from orchestration.warehouse import staying_open, write_lock

# The class name in front of an error message that was written for people.
OWN_ERROR = re.compile(r"^(?:ingest|scoring|dashboards|orchestration)\.[\w.]+: ")


class RunFailed(RuntimeError):
    """The job did not finish; the message says which step and why."""


@dataclass(frozen=True)
class RunOutcome:
    """The result of a finished run: places, the period, and why it must exit 1, if it must
    (README.md, exit codes)."""

    places: settings.Locations
    year: int
    period: str
    faults: tuple[str, ...]


def run_year(
    places: settings.Locations,
    year: int,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
    alone: bool = False,
) -> RunOutcome:
    """Run `annual_assessment` for calendar year `year`; raises RunFailed or WarehouseBusy.

    Later periods that the warehouse has stay, unless the year is to be computed `alone`. A run as
    known at a past moment is kept beside the warehouse (past_runs.py); `places` of the outcome say
    where.
    """
    config = _request_config(as_of, known_at)
    if alone:
        config["alone"] = True
    return _run(places_for(places, known_at), places, "annual_assessment", str(year), config)


def run_review(
    places: settings.Locations,
    period: str,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> RunOutcome:
    """Run `program_review` for one review period such as 2025-H1."""
    from orchestration.periods import review_request
    from scoring.policy.load import load_policy

    review_request(load_policy(places.policy or None), period, as_of, known_at)
    config = {"review": period, **_request_config(as_of, known_at)}
    return _run(places_for(places, known_at), places, "program_review", period, config)


def _request_config(as_of: date | None, known_at: datetime | None) -> dict[str, Any]:
    config: dict[str, Any] = {}
    if as_of:
        config["as_of"] = as_of.isoformat()
    if known_at:
        config["known_at"] = known_at.isoformat()
    return config


def _run(
    places: settings.Locations,
    program: settings.Locations,
    job: str,
    period: str,
    config: dict[str, Any],
) -> RunOutcome:
    purpose, year = f"plumbline {job} {period}", int(period.split("-")[0])
    hold_program(places)
    with (
        places.exported(),
        brought_before(places) as unfetched,
        pulled_ahead(places, purpose),
        write_lock(places, purpose),
    ):
        follow(places)
        follow_site(places)
        begin(program, places)
        read = unchanged.inputs(places, {"job": job, "period": period, **config})
        last = unchanged.finished(places, read)
        with staying_open(places.warehouse):
            with reported(places, job, period) as lineage:
                if last is not None:
                    unchanged.skip(places, last, period)
                else:
                    _execute(places, job, year, config)
                    keep_raw(places)
            unsent = filter(None, [put_site(places)])
            faults = (*unfetched, *run_faults(places), *lineage.faults, *unsent)
        if last is None or not last.skipped:
            unchanged.note(places, read, skipped=last is not None)
        return RunOutcome(places, year, period, faults)


def _execute(places: settings.Locations, job: str, year: int, config: dict[str, Any]) -> None:
    _load(places)
    import dagster as dg

    from orchestration.definitions import defs
    from orchestration.defs.jobs import REQUEST_OP
    from orchestration.instance import (
        COMMAND_TAG,
        end_dead_runs,
        prepare_instance,
        quick_history,
        runs_belong_to_the_ui,
    )

    # Dagster's own log lines would drown the progress; failures are reported by RunFailed.
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    prepare_instance(places)
    quick_history()
    with dg.DagsterInstance.get() as instance:
        end_dead_runs(instance)
        runs_belong_to_the_ui(instance, job)
        before = ""
        for limit in limits():
            if before:
                progress.report("run", f"{before} of memory were not enough; again with {limit}")
            with holding(limit):
                run_id = str(uuid.uuid4())
                result = defs.resolve_job_def(job).execute_in_process(
                    instance=instance,
                    run_id=run_id,
                    tags={COMMAND_TAG: run_id},
                    partition_key=f"{year:04d}",
                    run_config={
                        "ops": {REQUEST_OP: {"config": config}},
                        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                    },
                    raise_on_error=False,
                )
            if result.success or TOO_LITTLE not in _failure_text(result):
                break
            before = limit
    if not result.success:
        from orchestration.dagster_internals.steps import was_interrupted

        if any(was_interrupted(event) for event in result.all_events):
            raise KeyboardInterrupt
        raise RunFailed(with_remedy(_failure_text(result), limit))


def _load(places: settings.Locations) -> None:
    """Load the libraries of a cold run while another process parses a changed dbt project."""
    from orchestration.speed import prebuild

    if prebuild.begin(places.site):
        from dbt.cli import main  # noqa: F401

        from ingest.expectations.suites import library

        library()


def _failure_text(result: Any) -> str:
    lines = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause or error
            text = (event.step_failure_data.user_failure_data or None) and (
                event.step_failure_data.user_failure_data.description
            )
            message = OWN_ERROR.sub("", cause.message.strip())
            lines.append(f"{event.step_key}: {text or message}")
    return "\n".join(lines) or "the run failed before its first step"


def run_faults(places: settings.Locations) -> list[str]:
    """Why a finished run must exit 1: refused files, and two terms in force for one parameter."""
    from ingest.deliveries.kept_results import standing_refusals
    from orchestration.warehouse import connect

    with connect(places.warehouse) as con:
        refused = standing_refusals(con)
        conflicts = con.execute(
            "select distinct partner_id, parameter, conflict_reason"
            " from intermediate.int_policy__partner_values where conflict order by all"
        ).fetchall()
        unpulled = con.execute(
            "select vendor, endpoint, fault from landing.api_pull where fault is not null"
            " order by all"
        ).fetchall()
        maps = con.execute(
            "select fault from landing.column_maps where fault is not null"
        ).fetchall()
        broken = con.execute("select fault from run.faults order by 1").fetchall()
    faults = [refusal.sentence for refusal in refused]
    faults += [f"{partner} {parameter}: {reason}" for partner, parameter, reason in conflicts]
    faults += [f"{vendor} {endpoint}: not pulled: {fault}" for vendor, endpoint, fault in unpulled]
    faults += [fault for (fault,) in [*sorted(maps), *broken]]
    return faults
