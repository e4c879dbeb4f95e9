"""Jobs and schedules: the yearly batch, the reviews, the channel manager's day.

Belongs here: what runs together and when. Does not: any date of a program; the schedules are
made from the policy's review periods.
"""

from datetime import date, timedelta
from typing import Any

import dagster as dg

from orchestration import settings
from orchestration.defs.launch_words import EVERYTHING as ALL_RECEIVED
from orchestration.defs.launch_words import PERIODS_END, WHOLE_YEAR
from orchestration.defs.resources import REQUEST_OP
from orchestration.defs.scoring import YEARS
from orchestration.launching import what_it_does

# Every run fetches from all sources by itself; as assets they can also be pulled one by one.
EVERYTHING = dg.AssetSelection.all() - dg.AssetSelection.key_prefixes("sources")


def _year(partition: str) -> dict[str, Any]:
    """The configuration that the Launchpad shows for a year: every default, and what it does."""
    return _request(partition, WHOLE_YEAR)


def _first_review(partition: str) -> dict[str, Any]:
    """The same for the review of a year's first period; a person can enter another."""
    from scoring.policy.load import load_policy

    first = min(load_policy(None).review_periods, key=lambda review: review.ends)
    return _request(partition, f"{partition}-{first.suffix}")


def _request(partition: str, review: str) -> dict[str, Any]:
    does = what_it_does(settings.locations(), int(partition))
    if review != WHOLE_YEAR:
        does = f"Reviews {review}. {does}"
    request = {
        "this_launch": does,
        "review": review,
        "as_of": PERIODS_END,
        "known_at": ALL_RECEIVED,
        "alone": False,
    }
    return {"ops": {REQUEST_OP: {"config": request}}}


annual_assessment = dg.define_asset_job(
    "annual_assessment",
    selection=EVERYTHING,
    executor_def=dg.in_process_executor,
    config=dg.PartitionedConfig(YEARS, run_config_for_partition_key_fn=_year),
    description="The yearly job: lands what is new, computes every period up to the chosen "
    "calendar year and assigns the tiers of the year after it (TIER-ANNUAL). Choose a year in the "
    "Launchpad: `this_launch` then says what it will do. A past year is computed together with "
    "the later ones that stand; nothing is deleted, and what is published stays.",
)
program_review = dg.define_asset_job(
    "program_review",
    selection=EVERYTHING,
    executor_def=dg.in_process_executor,
    config=dg.PartitionedConfig(YEARS, run_config_for_partition_key_fn=_first_review),
    description="The review of each program as of a review period's end (GOV-BIANNUAL): set "
    "`review` of run_request_and_policy to a period such as 2025-H1.",
)
channel_day = dg.define_asset_job(
    "channel_day",
    selection=EVERYTHING,
    executor_def=dg.in_process_executor,
    description="The channel manager's day: lands what is new and prepares the page of what is "
    "to be answered, what expires and what is overdue as of a day.",
)


def _review_schedules() -> list[dg.ScheduleDefinition]:
    """One schedule per review period, on the morning after it ends."""
    from scoring.policy.load import load_policy

    made = []
    for review in load_policy(None).review_periods:
        # A leap year, so that a period may end on February 29.
        day = date.fromisoformat(f"2000-{review.ends}") + timedelta(days=1)
        made.append(_review_schedule(review.suffix, f"0 6 {day.day} {day.month} *"))
    return made


def _review_schedule(suffix: str, cron: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"program_review_{suffix.lower()}",
        job=program_review,
        cron_schedule=cron,
        description=f"The {suffix} review, the morning after the period ends. Off until started.",
    )
    def review(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        ended = context.scheduled_execution_time - timedelta(days=1)
        config = {"ops": {REQUEST_OP: {"config": {"review": f"{ended.year}-{suffix}"}}}}
        return dg.RunRequest(partition_key=str(ended.year), run_config=config)

    return review


@dg.schedule(
    job=annual_assessment,
    cron_schedule="0 7 2 1 *",
    description="Early January: the tiers of the new year on the results of the one that ended. "
    "Off until started.",
)
def january_assessment(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Assess the calendar year before the scheduled moment's own."""
    return dg.RunRequest(partition_key=str(context.scheduled_execution_time.year - 1))


@dg.schedule(
    job=channel_day,
    cron_schedule="30 6 * * 1-5",
    description="Every working morning: what the channel manager has to do. Off until started.",
)
def channel_morning(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Prepare the scheduled day."""
    return day_request(context.scheduled_execution_time.date())


def day_request(day: date) -> dg.RunRequest:
    """The channel manager's day as of a day."""
    config = {
        "ops": {
            REQUEST_OP: {"config": {"as_of": str(day)}},
            "dashboards__today": {"config": {"as_of": str(day)}},
        }
    }
    return dg.RunRequest(partition_key=str(day.year), run_config=config)


JOBS = [annual_assessment, program_review, channel_day]
SCHEDULES = [january_assessment, channel_morning, *_review_schedules()]
