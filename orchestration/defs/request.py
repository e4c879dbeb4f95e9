"""Assets that a run begins with: what it was asked to do, and the policy as rows.

Belongs here: the run's configuration in the UI. Does not: what a period is
(orchestration/periods.py), reading a policy set (scoring/policy).
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg
from pydantic import Field

from orchestration import past_runs, periods, progress
from orchestration.defs.failures import FAULTS
from orchestration.defs.launch_words import EVERYTHING, PERIODS_END, WHOLE_YEAR, chosen
from orchestration.defs.metadata import preview
from orchestration.defs.owners import LEADERSHIP, OPERATIONS
from orchestration.defs.resources import REQUEST_OP, WRITER_POOL, Program, moment
from orchestration.program import hold_program
from orchestration.speed.unchanged import LOOKED_AT
from scoring.policy.model import PolicySet
from scoring.vocabulary import Certainty

GROUP = "ingest"
REQUEST = dg.AssetKey(LOOKED_AT)
POLICY = dg.AssetKey(["policy", "policy_set"])


class RequestConfig(dg.Config):
    """What to run. The year is that of the chosen partition; nothing has to be set."""

    this_launch: str = Field(
        default="computes the year of the chosen partition",
        description="What this launch will do, told for the chosen partition; changing it changes "
        "nothing.",
    )
    year: int | None = Field(
        default=None,
        description="Calendar year to compute, where no partition is chosen.",
    )
    review: str | None = Field(
        default=WHOLE_YEAR,
        description="A review period such as 2025-H1, instead of the whole year.",
    )
    as_of: str | None = Field(
        default=PERIODS_END,
        description="Day of deal registration, listings and referrals, as 2025-12-31.",
    )
    known_at: str | None = Field(
        default=EVERYTHING,
        description="Use only what had been received by this moment (UTC), as "
        "2026-01-15T00:00:00. Such a run lies beside the warehouse, in files named after the "
        "moment.",
    )
    alone: bool = Field(
        default=False,
        description="false: years after the chosen one that stand are computed with it and stay. "
        "true: no later one is left; `plumbline delete` sets it.",
    )


def _request(
    context: dg.AssetExecutionContext, config: RequestConfig, policy: PolicySet
) -> periods.RunRequest:
    as_of = _day(config)
    known = chosen(config.known_at)
    known_at = moment(known) if known else None
    if review := chosen(config.review):
        return periods.review_request(policy, review, as_of, known_at)
    tagged = context.run.tags.get("dagster/partition")
    year = config.year or (int(tagged) if tagged else None)
    if year is None:
        raise dg.Failure("a run needs a year: choose a partition, or set `year` or `review`")
    return periods.year_request(year, as_of, known_at)


def _day(config: RequestConfig) -> date | None:
    day = chosen(config.as_of)
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        message = f"as_of: {day!r} is not a date; write it as 2025-12-31, or leave {PERIODS_END!r}"
        raise dg.Failure(message) from None


def _in_words(wanted: periods.RunRequest, request: periods.RunRequest) -> str:
    if wanted.last_period == request.last_period:
        return request.last_period
    return f"{wanted.last_period}, with the periods up to {request.last_period} that stand"


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            REQUEST,
            group_name=GROUP,
            owners=[OPERATIONS],
            kinds={"duckdb"},
            description="What this run was asked for: year, last period, as-of day, known-at "
            "moment, time zone and policy. Every model reads it; none knows a clock.",
        ),
        dg.AssetSpec(
            POLICY,
            group_name=GROUP,
            owners=[LEADERSHIP],
            kinds={"yaml", "duckdb"},
            description="The policy set as rows: clauses, dated parameters, requirements, tiers, "
            "review periods, benefits, conflicts. Edited as YAML under scoring/policy/sets.",
        ),
    ],
    name=REQUEST_OP,
    pool=WRITER_POOL,
)
def run_request_and_policy(
    context: dg.AssetExecutionContext, config: RequestConfig, program: Program
) -> Iterator[dg.MaterializeResult]:
    """Land the policy set and the one row that says what this run computes."""
    from scoring.policy.land import land_policy
    from scoring.policy.load import load_policy

    hold_program(program.places)
    policy = load_policy(program.places.policy or None)
    wanted = _request(context, config, policy)
    past_runs.begin(program.configured, program.places)
    with program.connect() as con:
        standing = None if config.alone else periods.standing_request(con)
        request = periods.beside(policy, standing, wanted, _day(config))
        con.execute(FAULTS)
        con.execute("delete from run.faults")
        land_policy(con, policy)
        periods.land_request(con, request, policy, policy.name)
        unconfirmed = dict(
            con.execute("select status, count(*) from policy.parameters group by 1").fetchall()
        )
        computed = _in_words(wanted, request)
        progress.report("policy", f"{policy.name}, {computed}")
        context.log.info(f"This run computes {computed}, by the policy {policy.name}.")
        yield dg.MaterializeResult(
            asset_key=REQUEST,
            metadata={"computes": computed, "request": preview(con, "run.parameters")},
        )
        yield dg.MaterializeResult(
            asset_key=POLICY,
            metadata={
                "policy_version": policy.version,
                "placeholders": unconfirmed.get(Certainty.PLACEHOLDER, 0),
                "reported_values": unconfirmed.get(Certainty.REPORTED, 0),
                "requirements": preview(con, "policy.requirements"),
            },
        )
