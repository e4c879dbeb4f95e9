"""The values behind a figure that no document gives: placeholders, and what others reported of the
vendor's page.

Belongs here: which of them bear on which requirement, criterion or clause. Does not: how many
results rest on each (assumptions.py), or how sure one is in words (words.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from scoring.rows import Row, fetch
from scoring.vocabulary import UNCONFIRMED
from scoring.words import how_sure

OF_RULES = """
    select rests.program, rests.tier, rests.rule, parameters.*
    from intermediate.int_policy__assumed as rests
    inner join policy.parameters as parameters using (parameter)
    order by rests.program, rests.tier nulls first, rests.rule, parameters.parameter
"""
OF_PARAMETERS = """
    from policy.parameters
    where status in ('placeholder', 'reported') and list_contains($parameters, parameter)
    order by parameter
"""
# (program, tier or None, requirement or criterion)
Rule = tuple[str, str | None, str]


@dataclass(frozen=True)
class Assumed:
    """One placeholder or reported value; `said`: how certain it is, with who read it and when."""

    parameter: str
    label: str
    status: str
    said: str
    reported_by: str | None = None
    read_on: str | None = None

    @property
    def sentence(self) -> str:
        """`Exchange rate's age (fx.rate_max_age_days): a placeholder until someone confirms it`."""
        return f"{self.label} ({self.parameter}): {self.said}"

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return dict(vars(self))


def assumed_of(row: Row) -> Assumed:
    """A row of policy.parameters that is a placeholder or reported."""
    return Assumed(
        parameter=row["parameter"],
        label=row["label"],
        status=row["status"],
        said=how_sure(row) or "",
        reported_by=row["reported_by"],
        read_on=row["read_on"],
    )


def rows_by_rule(con: duckdb.DuckDBPyConnection) -> dict[Rule, list[Row]]:
    """For each requirement, and each tier's criterion, the rows of policy.parameters that it rests
    on and that nobody has confirmed; a rule without any is not there."""
    by_rule: dict[Rule, list[Row]] = {}
    for row in fetch(con, OF_RULES):
        by_rule.setdefault((row["program"], row["tier"], row["rule"]), []).append(row)
    return by_rule


def assumed_by_rule(con: duckdb.DuckDBPyConnection) -> dict[Rule, tuple[Assumed, ...]]:
    """`rows_by_rule` as Assumed."""
    return {rule: tuple(map(assumed_of, rows)) for rule, rows in rows_by_rule(con).items()}


def assumed_values(con: duckdb.DuckDBPyConnection, parameters: Iterable[str]) -> list[Assumed]:
    """Those of the parameters that nobody has confirmed, by parameter."""
    rows = fetch(con, OF_PARAMETERS, parameters=sorted(parameters))
    return [assumed_of(row) for row in rows]


def kinds(values: Iterable[Assumed]) -> str:
    """`reported, placeholder`: the statuses among them, each once; empty where there is none."""
    statuses = {one.status for one in values}
    return ", ".join(str(kind) for kind in UNCONFIRMED if kind in statuses)


def each_once(groups: Iterable[Iterable[Assumed]]) -> list[Assumed]:
    """The members of all groups, each once, by parameter."""
    by_parameter = {one.parameter: one for group in groups for one in group}
    return [by_parameter[name] for name in sorted(by_parameter)]
