"""Reading published tables for pages: each once, and kept no longer than it is of use.

Belongs here: which rows are held. Does not: what pages know of a run (data.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import duckdb

from scoring.published import published
from scoring.rows import Row, streamed

# A table with more rows is released between pages: reading it again costs less than keeping it.
KEPT_ROWS = 20_000
PARTNER = "partner_id"


class Reading:
    """Rows of published tables and of other queries, read at first use."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._rows: dict[str, list[Row]] = {}
        self._indexes: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self._span: tuple[str, str] | None = None  # whose rows `near` has at hand
        self._near: dict[str, dict[Any, list[Row]]] = {}

    def query(self, sql: str, parameters: list[Any] | None = None) -> list[Row]:
        """Rows of any query as dictionaries."""
        return list(streamed(self.con.execute(sql, parameters or [])))

    @cached_property
    def present(self) -> set[str]:
        """Every existing table, as `schema.name`."""
        rows = self.query("select table_schema, table_name from information_schema.tables")
        return {f"{row['table_schema']}.{row['table_name']}" for row in rows}

    def rows(self, name: str) -> list[Row]:
        """All rows of a published table; none when the warehouse does not hold it yet."""
        if name not in self._rows:
            table = published(name)
            is_there = table.qualified in self.present
            self._rows[name] = self.query(table.select) if is_there else []
        return self._rows[name]

    def read(self, table: str, sql: str) -> list[Row]:
        """Rows of a query over `table` (`schema.name`); none when it does not exist."""
        if sql not in self._rows:
            self._rows[sql] = self.query(sql) if table in self.present else []
        return self._rows[sql]

    def where(self, name: str, column: str, value: Any) -> list[Row]:
        """Rows of a published table whose `column` is `value`."""
        if column == PARTNER and self._is_near(value) and name not in self._rows:
            return self._nearby(name).get(value, [])
        index = self._indexes.get((name, column))
        if index is None:
            index = grouped(self.rows(name), column)
            self._indexes[(name, column)] = index
        return index.get(value, [])

    def near(self, first: str, last: str) -> None:
        """Keep the rows of partners from `first` to `last` at hand for `where`, instead of those of
        everybody; for making pages of one partner after the other."""
        self._span, self._near = (first, last), {}

    def _is_near(self, partner_id: Any) -> bool:
        if self._span is None or partner_id is None:
            return False
        return self._span[0] <= partner_id <= self._span[1]

    def _nearby(self, name: str) -> dict[Any, list[Row]]:
        if name not in self._near:
            table, rows = published(name), list[Row]()
            if table.qualified in self.present:
                rows = self.query(table.where(f"{PARTNER} between ? and ?"), list(self._span or ()))
            self._near[name] = grouped(rows, PARTNER)
        return self._near[name]

    def let_go(self) -> None:
        """Forget tables of more rows than KEPT_ROWS, here and in the views of other years, and the
        rows at hand; the next use reads them again."""
        self._span, self._near = None, {}
        for name in [name for name, rows in self._rows.items() if len(rows) > KEPT_ROWS]:
            del self._rows[name]
            for key in [key for key in self._indexes if key[0] == name]:
                del self._indexes[key]
        if len(self.__dict__.get("results", ())) > KEPT_ROWS:
            del self.__dict__["results"]

    def values(self, name: str, column: str) -> set[Any]:
        """Every value of a column of a published table, None for null; none without rows."""
        table = published(name)
        if table.qualified not in self.present:
            return set()
        query = f'select distinct "{column}" from {table.qualified}'
        return {value for (value,) in self.con.execute(query).fetchall()}

    def latest(self, name: str, column: str) -> Any:
        """The greatest value of a column of a published table; None without rows."""
        return max(self.values(name, column) - {None}, default=None)

    def of_metric(self, metric: str) -> list[Row]:
        """Results of the requirements over one metric, of every period."""
        table = published("fct_requirement_results")
        key = f"{table.name} {metric}"
        if key not in self._rows:
            is_there = table.qualified in self.present
            self._rows[key] = self.query(table.where("metric = ?"), [metric]) if is_there else []
        return self._rows[key]


def grouped(rows: Iterable[Row], column: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column, in order of first appearance."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return dict(groups)
