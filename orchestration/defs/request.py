"""Assets that a run begins with: what it was asked for, and the policy as rows.

Belongs here: the run's configuration in the UI. Does not: what a period is
(orchestration/periods.py), reading a policy set (scoring/policy).
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg
from pydantic import Field

from orchestration import asides, periods, progress
from orchestration.defs.failures import FAULTS
from orchestration.defs.metadata import preview
from orchestration.defs.owners import LEADERSHIP, OPERATIONS
from orchestration.defs.resources import REQUEST_OP, WRITER_POOL, Program, moment
from orchestration.program import hold_program
from scoring.policy import PolicySet

GROUP = "ingest"
REQUEST = dg.AssetKey(["run", "parameters"])
POLICY = dg.AssetKey(["policy", "policy_set"])


class RequestConfig(dg.Config):
    """What to run. A partitioned run takes its year from the partition; nothing need be set."""

    year: int | None = Field(
        default=None, description="Calendar year to compute; default: the chosen partition."
    )
    review: str | None = Field(
        default=None, description="A review period such as 2025-H1, instead of a whole year."
    )
    as_of: str | None = Field(
        default=None,
        description="Day of deal registration, listings and referrals, as 2025-12-31; default: "
        "the period's end.",
    )
    known_at: str | None = Field(
        default=None,
        description="Use only what had been received by this moment (UTC), as "
        "2026-01-15T00:00:00; default: everything. Such a run lies beside the warehouse, in "
        "files named after the moment.",
    )
    alone: bool = Field(
        default=False,
        description="Leave no period after the chosen one; `plumbline delete` sets it.",
    )


def _request(
    context: dg.AssetExecutionContext, config: RequestConfig, policy: PolicySet
) -> periods.RunRequest:
    as_of = date.fromisoformat(config.as_of) if config.as_of else None
    known_at = moment(config.known_at) if config.known_at else None
    if config.review:
        return periods.review_request(policy, config.review, as_of, known_at)
    tagged = context.run.tags.get("dagster/partition")
    year = config.year or (int(tagged) if tagged else None)
    if year is None:
        raise dg.Failure("a run needs a year: choose a partition, or set `year` or `review`")
    return periods.year_request(year, as_of, known_at)


def _told(asked: periods.RunRequest, request: periods.RunRequest) -> str:
    if asked.last_period == request.last_period:
        return request.last_period
    return f"{asked.last_period}, with the periods up to {request.last_period} that stand"


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
    from scoring.policy import land_policy, load_policy

    hold_program(program.places)
    policy = load_policy(program.places.policy or None)
    asked = _request(context, config, policy)
    asides.begin(program.given, program.places)
    with program.connect() as con:
        standing = None if config.alone else periods.standing_request(con)
        as_of = date.fromisoformat(config.as_of) if config.as_of else None
        request = periods.beside(policy, standing, asked, as_of)
        con.execute(FAULTS)
        con.execute("delete from run.faults")
        land_policy(con, policy)
        periods.land_request(con, request, policy, policy.name)
        unconfirmed = dict(
            con.execute("select status, count(*) from policy.parameters group by 1").fetchall()
        )
        progress.report("policy", f"{policy.name}, {_told(asked, request)}")
        yield dg.MaterializeResult(
            asset_key=REQUEST, metadata={"request": preview(con, "run.parameters")}
        )
        yield dg.MaterializeResult(
            asset_key=POLICY,
            metadata={
                "policy_version": policy.version,
                "placeholders": unconfirmed.get("placeholder", 0),
                "reported_values": unconfirmed.get("reported", 0),
                "requirements": preview(con, "policy.requirements"),
            },
        )
