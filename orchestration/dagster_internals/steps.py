"""Why a step failed."""

import dagster as dg
from dagster._core.execution.plan.objects import ErrorSource


def was_interrupted(event: dg.DagsterEvent) -> bool:
    """Whether somebody ended a step with Ctrl-C, which Dagster counts as the step's failure."""
    return event.is_step_failure and event.step_failure_data.error_source is ErrorSource.INTERRUPT
