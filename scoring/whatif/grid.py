"""Many settings at once: a grid of outcomes, and the frontier of one threshold.

Belongs here: repeated questions over facts read once. Does not: answering one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

import duckdb
import polars as pl

from scoring.whatif.answer import WhatIf, checked_facts, compare
from scoring.whatif.facts import Facts
from scoring.whatif.judge import Outcome, Setting, outcome


def grid(
    con: duckdb.DuckDBPyConnection, year: int, values: Mapping[str, Sequence[Setting]]
) -> pl.DataFrame:
    """One row for each combination of `values` (parameter to the values to try).

    Columns: each parameter as text, `tier_moves` and `standing_moves` against the policy as it is,
    then partners a tier (`tier:<id>`) and pairs a program and standing (`<program>:<status>`).
    """
    settings = [dict(zip(values, each, strict=True)) for each in product(*values.values())]
    facts = checked_facts(con, year, settings[0] if settings else {})
    now = outcome(facts, {})
    return pl.DataFrame([_row(facts, each, now) for each in settings])


def _row(facts: Facts, settings: Mapping[str, Setting], now: Outcome) -> dict[str, object]:
    answer = compare(facts, settings, now)
    counts = {
        f"{row['what']}:{row['value']}": row["partners_then"] for row in answer.counts.to_dicts()
    }
    return {
        **{name: str(value) for name, value in settings.items()},
        "tier_moves": answer.tiers.height,
        "standing_moves": answer.standings.height,
        **counts,
    }


def frontier(con: duckdb.DuckDBPyConnection, year: int, parameter: str) -> pl.DataFrame:
    """Every value of a threshold at which somebody's answer turns, lowest first.

    The figures measured for its rules are the only values at which anything can change: with the
    threshold set to one of them, exactly the partners on its good side pass. Columns: threshold,
    partners (whose figure it is), passing, tier_moves, standing_moves, and partners a tier
    (`tier:<id>`).
    """
    facts = checked_facts(con, year, {parameter: Decimal(0)})
    judged = facts.rules.filter(
        (pl.col("threshold_parameter") == parameter)
        & pl.col("by_policy")
        & pl.col("fixed_status").is_null()
        & pl.col("value").is_not_null()
    )
    steps = (
        judged.group_by(threshold="value")
        .agg(partners=pl.col("partner_id").unique().sort())
        .sort("threshold")
    )
    now, found = outcome(facts, {}), []
    for step in steps.to_dicts():
        settings = {parameter: step["threshold"]}
        rules = outcome(facts, settings).results.filter(
            (pl.col("threshold_parameter") == parameter) & pl.col("status").is_in(["met", "waived"])
        )
        answer = compare(facts, settings, now)
        found.append(
            {
                **step,
                "passing": rules["partner_id"].n_unique(),
                "tier_moves": answer.tiers.height,
                "standing_moves": answer.standings.height,
                **{f"tier:{tier}": count for tier, count in _tier_counts(answer).items()},
            }
        )
    held = (f"tier:{tier}" for tier in _tier_counts(compare(facts, {}, now)))
    schema = {
        "threshold": pl.Decimal(38, 4),
        "partners": pl.List(pl.String),
        **dict.fromkeys(("passing", "tier_moves", "standing_moves", *held), pl.Int64),
    }
    return pl.DataFrame(found, schema=schema)


def _tier_counts(answer: WhatIf) -> dict[str, int]:
    rows = answer.counts.filter(pl.col("what") == "tier").to_dicts()
    return {row["value"]: row["partners_then"] or 0 for row in rows}
