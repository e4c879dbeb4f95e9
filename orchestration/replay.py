"""Computes decisions again from kept deliveries and a recorded policy, outside the warehouse.

Belongs here: the stages of a run in their order, into a temporary warehouse that is deleted.
Does not: Dagster, the site, or comparing (scoring/ledger/).
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.deliveries.landing_tables import create_tables
from ingest.landing.replay import Sources, land_again
from ingest.resolved.kept import Answers, answering
from ingest.resolved.resolve import resolve
from orchestration.periods import RunRequest, land_request
from orchestration.rebuilding import NotBuilt, build_tables
from orchestration.warehouse import connect
from scoring.ledger.decided import decision_records
from scoring.ledger.freeze import deliveries_used
from scoring.ledger.records import Record
from scoring.policy.land import land_policy
from scoring.policy.model import PolicySet
from scoring.rows import Row
from scoring.run import Published, decide

# The models that decisions and their records read; dbt also builds those that these read.
READ_MODELS = (
    "fct_tier_eligibility",
    "fct_tier_step_eligibility",
    "fct_program_compliance",
    "fct_requirement_results",
    "int_metrics__evidence",
)


class ReplayFailed(RuntimeError):
    """The decisions could not be computed again; the message says at which step and why."""


@dataclass(frozen=True)
class Inputs:
    """Everything that a run's decisions follow from; `answers` is what libraries answered then."""

    request: RunRequest
    policy: PolicySet
    deliveries: Sequence[Mapping[str, Any]]
    acceptances: Sequence[Mapping[str, Any]]
    demo_installations: Sequence[Sequence[str]] | None
    published: Published
    column_maps: Sequence[Mapping[str, str]] = ()
    answers: Answers | None = None
    people_as_tokens: bool = True


def replay(inputs: Inputs, sources: Sources, period: str) -> tuple[list[Record], list[Row]]:
    """The period's decisions as records, and the deliveries as they landed this time."""
    with answering(inputs.answers):
        return _replayed(inputs, sources, period)


def _replayed(inputs: Inputs, sources: Sources, period: str) -> tuple[list[Record], list[Row]]:
    # Silence Great Expectations' notices about its own folders, which would mix with the answer.
    logging.getLogger("great_expectations.data_context").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="plumbline-replay-") as folder:
        warehouse = Path(folder) / "plumbline.duckdb"
        with connect(warehouse) as con:
            create_tables(con)
            land_policy(con, inputs.policy)
            land_request(con, inputs.request, inputs.policy, inputs.policy.name)
            land_again(
                con,
                inputs.deliveries,
                sources,
                inputs.acceptances,
                inputs.demo_installations,
                inputs.column_maps,
                people_as_tokens=inputs.people_as_tokens,
            )
            resolve(con)
        try:
            build_tables(warehouse, READ_MODELS)
        except NotBuilt as error:
            raise ReplayFailed(f"dbt could not build the tables again: {error}") from error
        with connect(warehouse) as con:
            computed = decide(con, inputs.published)
            return decision_records(con, computed, period), deliveries_used(con)
