"""Who would move if the policy said something else, with their ARR and usage.

Belongs here: from settings to moves.
Does not: judging (scoring.whatif.judge), drawing, or parameters that change what is measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from scoring.assumed import Assumed
from scoring.vocabulary import Standing
from scoring.whatif.facts import Facts, measured
from scoring.whatif.judge import PAIR, Outcome, Setting, changeable, outcome


class WhatIfError(ValueError):
    """The question can't be answered from measured facts; the message says which ones can."""


@dataclass(frozen=True)
class WhatIf:
    """`tiers`: partners whose tier (or its upper bound) would differ; `standings`: pairs whose
    roll-up would; both with name, arr_usd and monthly_active_customers; `counts`: partners per tier
    and pairs per standing, now and then; `assumed` the unconfirmed values that the answer rests on,
    without those that were set."""

    year: int
    settings: dict[str, Setting]
    tiers: pl.DataFrame
    standings: pl.DataFrame
    counts: pl.DataFrame
    assumed: tuple[Assumed, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain rows; decimals stay decimals."""
        return {
            "year": self.year,
            "settings": dict(self.settings),
            "tiers": self.tiers.to_dicts(),
            "standings": self.standings.to_dicts(),
            "counts": self.counts.to_dicts(),
            "assumed": [one.to_json() for one in self.assumed],
        }


def what_if(con: duckdb.DuckDBPyConnection, year: int, settings: Mapping[str, Setting]) -> WhatIf:
    """The year's tiers and standings with `settings` in force on its last day; writes nothing.

    Compared with the year as this run computed it, published or not. Settings are thresholds of
    requirements and criteria, and whether an accepted invitation outweighs the facts. Raises
    WhatIfError for a parameter that changes what is measured, a value of the wrong kind, and a year
    that the warehouse does not hold.
    """
    facts = checked_facts(con, year, settings)
    return compare(facts, settings)


def checked_facts(
    con: duckdb.DuckDBPyConnection, year: int, settings: Mapping[str, Setting]
) -> Facts:
    """The facts of `year`, after checking that they can answer `settings`.

    WhatIfError when nobody is in that year's ledger, or a setting is not a threshold or not of its
    kind.
    """
    facts = measured(con, year)
    if facts.pairs.is_empty():
        raise WhatIfError(f"nobody was in a program at the end of {year}; run that year first")
    known = changeable(facts)
    for name, value in settings.items():
        if name not in known:
            raise WhatIfError(
                f"{name} is not a threshold of a requirement or tier: it changes what is measured, "
                f"so it takes a run under a set with that value. Thresholds are: {', '.join(known)}"
            )
        if isinstance(value, bool) != (known[name] == "boolean"):
            raise WhatIfError(f"{name}: {value!r} is not a {known[name]}")
    return facts


def compare(facts: Facts, settings: Mapping[str, Setting], now: Outcome | None = None) -> WhatIf:
    """`what_if` for facts already read; `now` is their outcome without any setting."""
    now, then = now or outcome(facts, {}), outcome(facts, settings)
    tiers = (
        now.tiers.join(then.tiers, on="partner_id", suffix="_then")
        .filter(
            (pl.col("tier") != pl.col("tier_then"))
            | (pl.col("tier_high") != pl.col("tier_high_then"))
        )
        .join(facts.beside, on="partner_id", how="left")
        .select(
            "partner_id",
            "name",
            "tier",
            "tier_then",
            "tier_high",
            "tier_high_then",
            "arr_usd",
            "monthly_active_customers",
        )
        .sort("partner_id")
    )
    standings = (
        now.standings.join(then.standings, on=PAIR, suffix="_then")
        .filter(pl.col("status") != pl.col("status_then"))
        .join(_reasons(now, then), on=PAIR, how="left")
        .join(facts.beside, on="partner_id", how="left")
        .select(
            *PAIR,
            "name",
            "status",
            "status_then",
            "requirements",
            "arr_usd",
            "monthly_active_customers",
        )
        .sort(PAIR)
    )
    counts = _counts(facts, now).join(
        _counts(facts, then), on=["what", "value"], suffix="_then", how="left"
    )
    left = tuple(one for one in facts.assumed if one.parameter not in settings)
    return WhatIf(facts.year, dict(settings), tiers, standings, counts, left)


def _reasons(now: Outcome, then: Outcome) -> pl.DataFrame:
    """The requirements of each pair whose own status would differ."""
    key = [*PAIR, "tier", "id"]
    return (
        now.results.select(*key, "status")
        .join(then.results.select(*key, "status"), on=key, suffix="_then", nulls_equal=True)
        .filter(pl.col("tier").is_null() & (pl.col("status") != pl.col("status_then")))
        .group_by(PAIR)
        .agg(requirements=pl.col("id").sort())
    )


def _counts(facts: Facts, outcome: Outcome) -> pl.DataFrame:
    """what (`tier` or a program), value, partners; includes tiers and standings that nobody has."""
    tiers = [("tier", tier) for tier in reversed(facts.ladder.tiers)]
    programs = facts.pairs["program"].unique().sort()
    spine = tiers + [(program, status) for program in programs for status in Standing]
    counted = pl.concat(
        [
            outcome.tiers.select(what=pl.lit("tier"), value="tier"),
            outcome.standings.select(what="program", value="status"),
        ]
    )
    counted = counted.group_by("what", "value").agg(partners=pl.len().cast(pl.Int64))
    frame = pl.DataFrame(spine, schema={"what": pl.String, "value": pl.String}, orient="row")
    return frame.join(
        counted, on=["what", "value"], how="left", maintain_order="left"
    ).with_columns(pl.col("partners").fill_null(0))
