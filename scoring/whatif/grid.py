"""Many settings at once: a grid of outcomes, and the frontier of one threshold.

Belongs here: many questions about facts that are read once. Does not: answering one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

import duckdb
import polars as pl

from scoring.published_frames import PolarsType
from scoring.vocabulary import Status
from scoring.whatif.answer import checked_facts
from scoring.whatif.facts import Facts
from scoring.whatif.judge import Setting, judged
from scoring.whatif.variants import outcomes


def grid(
    con: duckdb.DuckDBPyConnection, year: int, values: Mapping[str, Sequence[Setting]]
) -> pl.DataFrame:
    """One row for each combination of `values` (parameter to the values to try).

    Columns: each parameter as text, `tier_moves` and `standing_moves` against the policy as it is,
    then partners per tier (`tier:<id>`) and pairs per program and standing (`<program>:<status>`).
    """
    settings = [dict(zip(values, each, strict=True)) for each in product(*values.values())]
    facts = checked_facts(con, year, settings[0] if settings else {})
    counts = outcomes(facts, settings)
    texts = [{name: str(value) for name, value in each.items()} for each in settings]
    return pl.DataFrame([{**text, **row} for text, row in zip(texts, counts, strict=True)])


def frontier(con: duckdb.DuckDBPyConnection, year: int, parameter: str) -> pl.DataFrame:
    """Every value of a threshold at which somebody's answer changes, lowest first.

    The figures measured for its rules are the only values at which anything can change: with the
    threshold set to one of them, exactly the partners on its good side pass. Columns: threshold,
    partners (whose figure it is), passing, tier_moves, standing_moves, and partners per tier
    (`tier:<id>`).
    """
    facts = checked_facts(con, year, {parameter: Decimal(0)})
    turning = facts.rules.filter(
        (pl.col("threshold_parameter") == parameter)
        & pl.col("by_policy")
        & pl.col("fixed_status").is_null()
        & pl.col("value").is_not_null()
    )
    steps = (
        turning.group_by(threshold="value")
        .agg(partners=pl.col("partner_id").unique().sort())
        .sort("threshold")
    )
    settings = [{parameter: value} for value in steps["threshold"]]
    passing = (_passing(facts, each, parameter) for each in settings)
    columns = ("tier_moves", "standing_moves", *(f"tier:{tier}" for tier in facts.ladder.tiers))
    rows = [
        {**step, "passing": count, **{name: row[name] for name in columns}}
        for step, count, row in zip(
            steps.to_dicts(), passing, outcomes(facts, settings), strict=True
        )
    ]
    schema: dict[str, PolarsType] = {
        "threshold": pl.Decimal(38, 4),
        "partners": pl.List(pl.String),
        **dict.fromkeys(("passing", *columns), pl.Int64),
    }
    return pl.DataFrame(rows, schema=schema)


def _passing(facts: Facts, settings: Mapping[str, Setting], parameter: str) -> int:
    """How many partners pass a rule whose threshold is `parameter`."""
    held = judged(facts, settings).filter(
        (pl.col("threshold_parameter") == parameter)
        & pl.col("status").is_in([Status.MET, Status.WAIVED])
    )
    return held["partner_id"].n_unique()
