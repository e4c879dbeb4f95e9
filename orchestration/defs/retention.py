"""The job that erases people whose retention time (plumbline.yaml) is over, and its schedule.

Belongs here: when it runs and what it reports. Does not: whose time is over, or erasing
(orchestration/erasing).
"""

import json
import subprocess
import sys
from datetime import date

import dagster as dg

from orchestration.defs.resources import Program

START = "from orchestration.entry import main; main()"
BY = "the schedule retention_monthly"


class RetentionRequest(dg.Config):
    """The day on which times are judged (empty: the run's), and who is recorded."""

    as_of: str = ""
    by: str = BY


@dg.op(description="`plumbline retention --apply`: an erasure like any other, proven and recorded.")
def erase_people_whose_time_is_over(
    context: dg.OpExecutionContext, config: RetentionRequest, program: Program
) -> None:
    """Erase in a process of its own, since it runs the program again.

    Raises dg.Failure with that process's output if it fails.
    """
    places = program.places
    command = ["retention", "--apply", "--json", "--by", config.by]
    command += ["--landing", places.address or str(places.landing)]
    command += ["--warehouse", str(places.warehouse)]
    command += ["--site", places.site_address or str(places.site)]
    command += ["--policy", places.policy] if places.policy else []
    command += ["--as-of", date.fromisoformat(config.as_of).isoformat()] if config.as_of else []
    done = subprocess.run([sys.executable, "-c", START, *command], capture_output=True, text=True)
    try:
        answer = json.loads(done.stdout)
    except json.JSONDecodeError:
        raise dg.Failure(done.stderr.strip() or f"exit code {done.returncode}") from None
    for left in answer["left"]:
        context.log.warning(f"still names a person: {left['place']}: {left['why']}")
    context.log.info(f"{answer['people']} people whose retention time is over")
    context.add_output_metadata({"people": answer["people"], "left": len(answer["left"])})


@dg.job(
    executor_def=dg.in_process_executor,
    description="Erases people whose retention time (`retention:` in plumbline.yaml) is over.",
)
def retention() -> None:
    """One step."""
    erase_people_whose_time_is_over()


@dg.schedule(
    job=retention,
    cron_schedule="0 5 1 * *",
    description="Erases, on the first of each month, people whose retention time is over. Off "
    "until started.",
)
def retention_monthly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Judge the times on the scheduled day."""
    day = context.scheduled_execution_time.date()
    config = {"ops": {erase_people_whose_time_is_over.name: {"config": {"as_of": str(day)}}}}
    return dg.RunRequest(run_config=config)
