"""Assets of the scoring stage: the annual tiers, the reviews of each program, the benefits.

Belongs here: partitions, what the decisions rest on, what is shown of them.
Does not: deciding anything (scoring/).
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import duckdb

from orchestration import progress
from orchestration.defs import decision_checks
from orchestration.defs.charts import bar_chart
from orchestration.defs.decision_checks import results_of, specs_of
from orchestration.defs.failures import DECIDED_FROM, HARMED, note_faults
from orchestration.defs.metadata import preview
from orchestration.defs.owners import ANALYSTS
from orchestration.defs.request import POLICY
from orchestration.defs.resources import WRITER_POOL, Program
from orchestration.speed import contents, stages

GROUP = "scoring"
TIERS = dg.AssetKey(["decisions", "tier_assignments"])
MARGINS = dg.AssetKey(["decisions", "tier_margins"])
NOTICES = dg.AssetKey(["decisions", "tier_notices"])
STEPS = dg.AssetKey(["decisions", "tier_steps"])
REVIEWS = dg.AssetKey(["decisions", "governance_reviews"])
BENEFITS = dg.AssetKey(["marts", "fct_benefits"])
DECISION_TABLES = (
    decision_checks.TIERS,
    decision_checks.MARGINS,
    decision_checks.NOTICES,
    decision_checks.STEPS,
    decision_checks.REVIEWS,
)
# One partition per calendar year that is assessed. They reach some years into the future, because a
# program may be planned; which year a run computes is never taken from the clock.
YEARS = dg.TimeWindowPartitionsDefinition(
    start="2000", fmt="%Y", cron_schedule="0 0 1 1 *", end_offset=5
)


def _spec(key: dg.AssetKey, description: str, deps: Sequence[Any] = DECIDED_FROM) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        group_name=GROUP,
        owners=[ANALYSTS],
        deps=deps,
        kinds={"polars", "duckdb"},
        partitions_def=YEARS,
        description=description,
    )


@dg.multi_asset(
    specs=[
        _spec(
            TIERS,
            "The tier of each partner for each tier year up to the year after the assessed one, "
            "with the interval that missing evidence leaves open, the binding criterion, the gap "
            "to the next tier and the smallest change that would reach it.",
        ),
        _spec(
            MARGINS,
            "How far each partner lies from every criterion of the tier that it holds and of the "
            "next one, in the criterion's own unit.",
        ),
        _spec(
            NOTICES,
            "Falls that the policy announces before they happen: the tier kept, the one fallen "
            "to, the day of each, and what would keep the tier for good.",
        ),
        _spec(
            STEPS,
            "The tier of each partner after each review and month at which the ladder's rhythm "
            "moves tiers within the year; empty where the policy has no rhythm.",
        ),
        _spec(
            REVIEWS,
            "The review of each partner in each program for every half-year: outcome, findings, "
            "recommended action. A person's decision stands beside it; nothing here ends a "
            "status.",
            [["marts", "fct_program_compliance"], ["marts", "fct_requirement_results"]],
        ),
    ],
    name="decisions",
    pool=WRITER_POOL,
    check_specs=specs_of(*DECISION_TABLES),
)
def decisions(program: Program) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Assign the tiers and prepare the reviews; what was published is shown as published."""
    from orchestration.published_decisions import DECISION_TABLES as WRITTEN
    from orchestration.published_decisions import lay_publications, record_decisions
    from orchestration.shown_results import MENDED, decision_faults
    from scoring.ledger.files import read_ledger
    from scoring.run import write_decisions

    with program.connect() as con:
        harmed = decision_faults(con, read_ledger(program.places.ledger))
        note_faults(con, (MENDED.format(fault=fault) for fault in harmed))
        # Until they are recorded again, nothing is known about the tables and notes that are
        # written now.
        contents.forget(con, "decisions")
        published = lay_publications(con, program.places)
        digest = stages.built_digest(con)
        if harmed or stages.last_report(con, "decisions", digest) is None:
            stages.forget(con, "decisions")
            counts = write_decisions(con, published)
            record_decisions(con, digest, counts)
            progress.report("scoring", f"{counts.tier_assignments} tier assignments")
        else:
            contents.record(con, "decisions", WRITTEN)
            progress.report("scoring", "nothing new")
        yield dg.MaterializeResult(
            asset_key=TIERS,
            metadata={
                "dagster/row_count": rows_of(con, "decisions.tier_assignments"),
                "preview": preview(con, "decisions.tier_assignments"),
                "tiers": bar_chart(
                    con,
                    "select tier_year || ' ' || tier as name, count(*) as partners"
                    " from decisions.tier_assignments group by all order by 1",
                ),
            },
        )
        yield dg.MaterializeResult(
            asset_key=REVIEWS,
            metadata={
                "dagster/row_count": rows_of(con, "decisions.governance_reviews"),
                "preview": preview(con, "decisions.governance_reviews"),
                "outcomes": bar_chart(
                    con,
                    "select review || ' ' || outcome as name, count(*) as partners"
                    " from decisions.governance_reviews group by all order by 1",
                ),
            },
        )
        for key, table in (
            (MARGINS, decision_checks.MARGINS),
            (NOTICES, decision_checks.NOTICES),
            (STEPS, decision_checks.STEPS),
        ):
            yield dg.MaterializeResult(
                asset_key=key,
                metadata={
                    "dagster/row_count": rows_of(con, table),
                    "preview": preview(con, table),
                },
            )
        yield from results_of(con, *DECISION_TABLES)


def rows_of(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table has."""
    return con.execute(f"select count(*) from {table}").fetchall()[0][0]


@dg.asset(
    key=BENEFITS,
    group_name=GROUP,
    owners=[ANALYSTS],
    deps=[TIERS, ["marts", "dim_partners"], ["intermediate", "int_benefits__facts"], POLICY],
    kinds={"polars", "duckdb"},
    pool=WRITER_POOL,
    description="What each partner receives on the run's day: of each benefit's rows in the "
    "policy the first that applies, by program, tier and decided governance outcome.",
)
def benefits(program: Program) -> dg.MaterializeResult:
    """Read the benefits matrix for every partner; it waits for the tiers of the day."""
    from orchestration.published_decisions import record_benefits
    from scoring.benefits import write_benefits

    with program.connect() as con:
        digest = stages.built_digest(con)
        written = stages.last_report(con, "benefits", digest)
        harmed = contents.changed(con, "benefits")
        note_faults(con, (HARMED.format(table=table) for table in harmed))
        if written is None or harmed:
            stages.forget(con, "benefits")
            written = write_benefits(con)
            record_benefits(con, digest, written)
            progress.report("scoring", f"{written} benefits of partners")
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": written,
                "preview": preview(con, "marts.fct_benefits"),
                "statuses": bar_chart(
                    con,
                    "select status as name, count(*) as benefits"
                    " from marts.fct_benefits group by all order by 1",
                ),
            },
        )


ASSETS = [decisions, benefits]
