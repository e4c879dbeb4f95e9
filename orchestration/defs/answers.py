"""Assets of what people act on: what changed and why, and what waits for whom.

Belongs here: what the two tables rest on, who answers by default, what is shown of them.
Does not: any change or action (scoring/), or a page (dashboards/).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration import progress
from orchestration.defs import decision_checks
from orchestration.defs.charts import bar_chart
from orchestration.defs.decision_checks import results_of, specs_of
from orchestration.defs.failures import HARMED, note_faults
from orchestration.defs.metadata import preview
from orchestration.defs.owners import ANALYSTS
from orchestration.defs.resources import WRITER_POOL, Program
from orchestration.defs.scoring import GROUP, REVIEWS, TIERS, YEARS, rows_of
from orchestration.role_owners import land_role_owners
from orchestration.speed import contents, stages
from orchestration.speed.memory import give_back

CHANGES = dg.AssetKey(["decisions", "changes"])
ACTIONS = dg.AssetKey(["decisions", "actions"])
STAGE = "answers"
ANSWER_TABLES = (decision_checks.CHANGES, decision_checks.ACTIONS)
# Without columns that name people: the history of runs outlasts an erasure.
SHOWN = "(select * exclude (owner, reason, command) from decisions.actions)"


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            CHANGES,
            group_name=GROUP,
            owners=[ANALYSTS],
            deps=[
                TIERS,
                REVIEWS,
                ["marts", "fct_program_compliance"],
                ["marts", "fct_requirement_results"],
                ["marts", "fct_tier_eligibility"],
                ["marts", "fct_arr_by_partner_month"],
                ["marts", "fct_partner_usage_by_month"],
            ],
            kinds={"polars", "duckdb"},
            partitions_def=YEARS,
            description="Every tier, compliance, recommendation, minimum or listing that differs "
            "from the year before and from the last publication, with its cause and the ARR and "
            "active customers at stake.",
        ),
        dg.AssetSpec(
            ACTIONS,
            group_name=GROUP,
            owners=[ANALYSTS],
            deps=[
                TIERS,
                REVIEWS,
                ["marts", "fct_control_totals"],
                ["marts", "fct_deal_registrations"],
                ["marts", "fct_listings"],
                ["marts", "fct_requirement_results"],
                ["staging", "stg_partner_activity__partner_owners"],
            ],
            kinds={"polars", "duckdb"},
            partitions_def=YEARS,
            description="Everything that waits for a person on the run's day: whose it is, by when "
            "it is due, what hangs on it, and the command that does it.",
        ),
    ],
    name=STAGE,
    pool=WRITER_POOL,
    check_specs=specs_of(*ANSWER_TABLES),
)
def answers(program: Program) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Compare, collect what waits, and keep where everybody stands for the next run to compare."""
    from scoring.changes.kept import leave

    with program.connect() as con:
        land_role_owners(con)
        digest = stages.answers_digest(con)
        harmed = contents.changed(con, STAGE)
        note_faults(con, (HARMED.format(table=table) for table in harmed))
        fresh = bool(harmed) or stages.last_report(con, STAGE, digest) is None
        leave(con, _write(con) if fresh else None)
        if fresh:
            give_back()
        else:
            progress.report("changes and actions", "nothing new")
        yield dg.MaterializeResult(
            asset_key=CHANGES,
            metadata={
                "dagster/row_count": rows_of(con, "decisions.changes"),
                "preview": preview(con, "decisions.changes"),
                "kinds": bar_chart(
                    con,
                    "select since || ' ' || period || ' ' || kind as name, count(*) as changes"
                    " from decisions.changes group by all order by 1",
                ),
            },
        )
        yield dg.MaterializeResult(
            asset_key=ACTIONS,
            metadata={
                "dagster/row_count": rows_of(con, "decisions.actions"),
                "preview": preview(con, SHOWN),
                "states": bar_chart(
                    con,
                    "select state || ' ' || kind as name, count(*) as actions"
                    " from decisions.actions group by all order by 1",
                ),
            },
        )
        yield from results_of(con, *ANSWER_TABLES)


def _write(con):
    """Write both tables; returns where everybody stands."""
    from orchestration.published_decisions import record_answers
    from scoring.actions.table import write_actions
    from scoring.changes.sides import computed
    from scoring.changes.table import write_changes

    stages.forget(con, STAGE)
    now = computed(con)
    report = {"changes": write_changes(con, now), "actions": write_actions(con)}
    record_answers(con, report)
    progress.report("changes and actions", f"{report['changes']} and {report['actions']}")
    return now


ASSETS = [answers]
