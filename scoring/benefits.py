"""What each partner receives: the policy's benefits matrix, by partner, program and tier.

Belongs here: which row of a benefit decides, and writing `marts.fct_benefits` when tiers are known.
Does not: what is true of a partner (int_benefits__facts), or any benefit by name.
"""

from __future__ import annotations

import duckdb
import polars as pl

from scoring.inputs import read
from scoring.published import published
from scoring.published_frames import write_table

# Conditions that are themselves about one program's enrolment. Any other condition, in a row of a
# program, also needs a running enrolment in it.
OF_ENROLMENT = ("enrolled", "end_status")

BENEFITS_SCHEMA = {
    "benefit": pl.String(),
    "clause": pl.String(),
    "program": pl.String(),
    "tier_rank": pl.Int64(),
    "status": pl.String(),
    "condition": pl.String(),
    "reason": pl.String(),
    "position": pl.Int64(),
}
FACTS_SCHEMA = {"partner_id": pl.String(), "program": pl.String(), "condition": pl.String()}
RANKS_SCHEMA = {"partner_id": pl.String(), "rank": pl.Int64()}


def benefits(
    partners: pl.DataFrame, rows: pl.DataFrame, facts: pl.DataFrame, ranks: pl.DataFrame
) -> pl.DataFrame:
    """One row per partner and benefit: of the benefit's rows, the first that applies.

    partners: `partner_id`. rows: BENEFITS_SCHEMA, the matrix. facts: FACTS_SCHEMA, what holds on
    the day; a null program holds whatever the program. ranks: RANKS_SCHEMA, the rung of the
    ladder on the day; a row with a tier applies on that rung and above.
    Result: `partner_id, benefit, status, program, clause, reason`; a benefit without a row that
    applies has none. `program` is the benefit's own, null where it is for every program.
    """
    offered = partners.select("partner_id").unique().join(rows, how="cross")
    in_program = facts.filter(pl.col("program").is_not_null()).unique()
    of_partner = facts.filter(pl.col("program").is_null()).select("partner_id", "condition")
    anywhere = facts.select("partner_id", "condition").unique().with_columns(anywhere=True)
    about = ["partner_id", "condition"]
    enrolled = in_program.filter(pl.col("condition") == "enrolled").select("partner_id", "program")
    keys = ["partner_id", "program", "condition"]
    offered = (
        offered.join(in_program.with_columns(here=True), on=keys, how="left")
        .join(of_partner.unique().with_columns(itself=True), on=about, how="left")
        .join(anywhere, on=about, how="left")
        .join(enrolled.with_columns(running=True), on=["partner_id", "program"], how="left")
        .join(ranks, on="partner_id", how="left")
        .with_columns(pl.col("here", "itself", "anywhere", "running").fill_null(False))
    )
    return (
        offered.filter(_applies())
        .sort("partner_id", "benefit", "position")
        .unique(["partner_id", "benefit"], keep="first", maintain_order=True)
        .join(_own_programs(rows), on="benefit", how="left")
        .select(
            "partner_id",
            "benefit",
            "status",
            pl.coalesce("program", "own_program").alias("program"),
            "clause",
            "reason",
        )
    )


def _applies() -> pl.Expr:
    """Whether a row of the matrix holds for its partner."""
    of_enrolment = pl.col("condition").is_in(OF_ENROLMENT)
    holds = (
        pl.when(pl.col("condition").is_null())
        .then(pl.lit(True))
        .when(pl.col("program").is_null())
        .then(pl.col("anywhere"))
        .when(of_enrolment)
        .then(pl.col("here"))
        .otherwise(pl.col("running") & (pl.col("here") | pl.col("itself")))
    )
    high_enough = pl.col("tier_rank").is_null() | (pl.col("rank") >= pl.col("tier_rank")).fill_null(
        False
    )
    return holds & high_enough


def _own_programs(rows: pl.DataFrame) -> pl.DataFrame:
    """The program of each benefit that belongs to exactly one."""
    named = rows.filter(pl.col("program").is_not_null())
    return (
        named.group_by("benefit")
        .agg(pl.col("program").unique().sort())
        .filter(pl.col("program").list.len() == 1)
        .select("benefit", pl.col("program").list.first().alias("own_program"))
    )


def ranks_on_the_day(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """RANKS_SCHEMA: the rung of each partner on the run's day.

    It is the assignment for the day's year, unless it was closed by then; whoever joined in that
    year has none and is on the lowest rung for the rest of it (TIER-START, semantics 5).
    """
    return read(
        con,
        """with run as (select as_of, extract(year from as_of) as year from run.parameters),
        of_year as (
            select assigned.* from decisions.tier_assignments as assigned
            inner join run on assigned.tier_year = run.year
        )
        select of_year.partner_id, tiers.tier_rank as rank
        from of_year
        cross join run
        inner join policy.tiers as tiers on of_year.tier = tiers.tier
        where of_year.closed_on is null or of_year.closed_on > run.as_of
        union all
        select distinct joined.partner_id, lowest.rank
        from staging.stg_partner_activity__enrollments as joined
        inner join run on extract(year from joined.enrolled_on) = run.year
        inner join (select program, min(tier_rank) as rank from policy.tiers group by program)
            as lowest on joined.program = lowest.program
        anti join of_year on joined.partner_id = of_year.partner_id
        where joined.enrolled_on <= run.as_of
            and (joined.ended_on is null or joined.ended_on > run.as_of)""",
        RANKS_SCHEMA,
    )


def write_benefits(con: duckdb.DuckDBPyConnection) -> int:
    """Replace `marts.fct_benefits`; needs the marts and `decisions.tier_assignments`.

    Returns the number of rows.
    """
    partners = read(con, "from marts.dim_partners", {"partner_id": pl.String()})
    rows = read(
        con,
        """select benefits.*, tiers.tier_rank from policy.benefits as benefits
        left join policy.tiers as tiers on benefits.tier = tiers.tier""",
        BENEFITS_SCHEMA,
    )
    facts = read(con, "from intermediate.int_benefits__facts", FACTS_SCHEMA)
    decided = benefits(partners, rows, facts, ranks_on_the_day(con))
    return write_table(con, published("fct_benefits"), decided)
