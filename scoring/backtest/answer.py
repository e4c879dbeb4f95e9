"""Who would have moved in each past year under other thresholds, and who was treated differently.

Belongs here: the years together. Does not: judging, pairing, or drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl

from scoring.backtest.equal_facts import twins
from scoring.rows import Row, fetch, fetch_one
from scoring.vocabulary import Status
from scoring.whatif.answer import WhatIf, WhatIfError, checked_facts, compare
from scoring.whatif.judge import Outcome, Setting, outcome

YEARS = "select distinct year from intermediate.int_ledger__pairs order by year"
ARR = """
    select coalesce(sum(arr_usd), 0) as arr_usd from marts.fct_arr_by_partner_year
    where year = $year and list_contains($partners, partner_id)
"""
APP_CUSTOMERS = """
    select count(distinct calls.company_id) as customers
    from intermediate.int_usage__call_months as calls
    where calls.outcome = 'counted' and year(calls.month) = $year
        and list_contains($partners, calls.partner_id)
"""
END_CUSTOMERS = """
    select count(distinct end_customer) as customers from intermediate.int_arr__customer_days
    where day = make_date($year, 12, 31) and arr_usd > 0 and list_contains($partners, partner_id)
"""


@dataclass(frozen=True)
class YearBack:
    """One past year: who would have moved (`answer`), requirements newly failed, and what is
    affected.

    `arr_usd` is of the partners that move; `app_customers` and `end_customers` are theirs, each
    counted once; `twins` are under the tested policy, and `under` says whether also under the one
    in force.
    """

    answer: WhatIf
    newly_failed: list[Row]
    partners: list[str]
    arr_usd: Decimal
    app_customers: int
    end_customers: int
    twins: list[Row]

    def as_dict(self) -> dict[str, Any]:
        """Plain rows; decimals stay decimals."""
        return {
            **self.answer.as_dict(),
            "newly_failed": self.newly_failed,
            "affected": {
                "partners": self.partners,
                "arr_usd": self.arr_usd,
                "app_customers": self.app_customers,
                "end_customers": self.end_customers,
            },
            "twins": self.twins,
        }


@dataclass(frozen=True)
class Backtest:
    """Every year on hand, oldest first."""

    years: list[YearBack]

    def as_dict(self) -> dict[str, Any]:
        """`{years: [...]}`."""
        return {"years": [year.as_dict() for year in self.years]}


def backtest(
    con: duckdb.DuckDBPyConnection, settings: Mapping[int, Mapping[str, Setting]]
) -> Backtest:
    """Each year of `settings` (year to the settings in force on its last day); writes nothing.

    Raises WhatIfError for a parameter that changes what is measured, as `what_if` does.
    """
    if not settings:
        raise WhatIfError("no year is in the warehouse; run one first")
    return Backtest([_year(con, year, settings[year]) for year in sorted(settings)])


def years_on_hand(con: duckdb.DuckDBPyConnection) -> list[int]:
    """The years that the warehouse holds a ledger of."""
    return [row["year"] for row in fetch(con, YEARS)]


def _year(con: duckdb.DuckDBPyConnection, year: int, settings: Mapping[str, Setting]) -> YearBack:
    facts = checked_facts(con, year, settings)
    now, then = outcome(facts, {}), outcome(facts, settings)
    answer = compare(facts, settings, now)
    moved = {*answer.tiers["partner_id"], *answer.standings["partner_id"]}
    parameters = {"year": year, "partners": sorted(moved)}
    return YearBack(
        answer=answer,
        newly_failed=_newly_failed(now, then),
        partners=sorted(moved),
        arr_usd=(fetch_one(con, ARR, **parameters) or {})["arr_usd"],
        app_customers=(fetch_one(con, APP_CUSTOMERS, **parameters) or {})["customers"],
        end_customers=(fetch_one(con, END_CUSTOMERS, **parameters) or {})["customers"],
        twins=_twins(twins(con, facts, now), twins(con, facts, then)),
    )


def _newly_failed(now: Outcome, then: Outcome) -> list[Row]:
    """requirement (or tier/criterion), program, partners that fail it then and do not now."""
    key = ["partner_id", "program", "tier", "id"]
    failed = (
        now.results.select(*key, "status")
        .join(then.results.select(*key, "status"), on=key, suffix="_then", nulls_equal=True)
        .filter((pl.col("status") != Status.NOT_MET) & (pl.col("status_then") == Status.NOT_MET))
        .with_columns(
            requirement=pl.when(pl.col("tier").is_null())
            .then("id")
            .otherwise(pl.format("{}/{}", "tier", "id"))
        )
        .group_by("program", "requirement")
        .agg(partners=pl.col("partner_id").unique().sort())
        .sort("program", "requirement")
    )
    return failed.to_dicts()


def _twins(now: list[Row], then: list[Row]) -> list[Row]:
    """Pairs under the tested policy, `both` where they exist today too, and those that would
    cease."""
    pairs = [{**row, "under": "both" if row in now else "tested"} for row in then]
    pairs += [{**row, "under": "in force"} for row in now if row not in then]
    return sorted(pairs, key=lambda r: (r["what"], r["program"], r["partner_id"], r["other_id"]))
