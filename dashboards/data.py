"""What the pages read: whole published tables, once, as rows.

Belongs here: reading. Does not: choosing or arranging rows for a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import duckdb

from scoring.published import PUBLISHED, published

Row = dict[str, Any]


class Tables:
    """Rows of published tables and of the policy, read at first use, in key order."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._rows: dict[str, list[Row]] = {}
        self._indexes: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def query(self, sql: str, parameters: list[Any] | None = None) -> list[Row]:
        """Rows of any query as dictionaries."""
        cursor = self._con.execute(sql, parameters or [])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]

    def rows(self, name: str) -> list[Row]:
        """All rows of a published table; none when the warehouse does not hold it yet."""
        if name not in self._rows:
            table = published(name)
            present = self.query(
                "select 1 as there from information_schema.tables"
                " where table_schema = ? and table_name = ?",
                [table.schema, table.name],
            )
            self._rows[name] = self.query(table.select) if present else []
        return self._rows[name]

    def where(self, name: str, column: str, value: Any) -> list[Row]:
        """Rows of a published table whose `column` is `value`."""
        index = self._indexes.get((name, column))
        if index is None:
            index = defaultdict(list)
            for row in self.rows(name):
                index[row[column]].append(row)
            self._indexes[(name, column)] = index
        return index.get(value, [])

    @cached_property
    def run(self) -> Row:
        """The run's parameters."""
        return self.query("select * from run.parameters")[0]

    @cached_property
    def clauses(self) -> Mapping[str, Row]:
        """Clause id -> document, section and words."""
        rows = self.query("select * from policy.clauses order by clause")
        return {row["clause"]: row for row in rows}

    @cached_property
    def programs(self) -> Mapping[str, Row]:
        """Program id -> its row, in the policy's order."""
        rows = self.query("select * from policy.programs order by position")
        return {row["program"]: row for row in rows}

    @cached_property
    def requirements(self) -> Mapping[tuple[str, str], Row]:
        """(program, requirement) -> its row, in the policy's order."""
        rows = self.query("select * from policy.requirements order by position")
        return {(row["program"], row["requirement"]): row for row in rows}

    @cached_property
    def tiers(self) -> Mapping[str, Row]:
        """Tier id -> its row, lowest first."""
        rows = self.query("select * from policy.tiers order by tier_rank")
        return {row["tier"]: row for row in rows}

    @cached_property
    def metrics(self) -> Mapping[str, Row]:
        """Metric id -> label, unit and window."""
        return {row["metric"]: row for row in self.query("select * from policy.metrics")}

    @cached_property
    def partners(self) -> Mapping[str, Row]:
        """Partner id -> its row; partners that only other files name are there too."""
        rows = {row["partner_id"]: row for row in self.rows("dim_partners")}
        for name in ("fct_program_compliance", "tier_assignments", "fct_arr_by_partner_year"):
            for row in self.rows(name):
                rows.setdefault(row["partner_id"], {"partner_id": row["partner_id"], "name": None})
        return dict(sorted(rows.items()))

    def partner_name(self, partner_id: str) -> str:
        """The partner's name, or its id when no partner file gives one."""
        return self.partners.get(partner_id, {}).get("name") or partner_id


def count_by(rows: list[Row], key: Callable[[Row], Any]) -> dict[Any, int]:
    """How many rows have each value of `key`, in order of first appearance."""
    counts: dict[Any, int] = defaultdict(int)
    for row in rows:
        counts[key(row)] += 1
    return dict(counts)


TABLE_NAMES = tuple(table.name for table in PUBLISHED)
