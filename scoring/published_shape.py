"""The shape of a published table: its schema, columns with types, key and sort order.

Belongs here: what one table is. Does not: which tables there are (published.py), or any row.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT = "VARCHAR"
TEXTS = "VARCHAR[]"
DATE = "DATE"
COUNT = "BIGINT"
FLAG = "BOOLEAN"
INSTANT = "TIMESTAMP"
MONEY = "DECIMAL(18,4)"
FIGURE = "DECIMAL(38,4)"


@dataclass(frozen=True)
class PublishedTable:
    """One published table.

    `columns` are (name, SQL type) in the published order; `key` says what one row is about, and
    rows are always written in the order of `key` (nulls last). `optional` are the parts of the key
    that do not apply to every row and are null there.
    """

    schema: str
    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    optional: frozenset[str] = frozenset()

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns in the published order."""
        return tuple(name for name, _ in self.columns)

    @property
    def sort(self) -> str:
        """The `order by` list: the key, then every other sortable column, so that there are no
        ties."""
        rest = [n for n, kind in self.columns if n not in self.key and not kind.endswith("[]")]
        return ", ".join(f'"{name}" nulls last' for name in (*self.key, *rest))

    @property
    def select(self) -> str:
        """The query that reads this table: its own columns only, in its own order."""
        return self.where("true")

    def where(self, condition: str) -> str:
        """The query that reads the rows of a condition, in the table's own order."""
        names = ", ".join(f'"{name}"' for name in self.column_names)
        return f"select {names} from {self.qualified} where {condition} order by {self.sort}"

    @property
    def ddl(self) -> str:
        """`create or replace table` with the published types."""
        body = ", ".join(f'"{name}" {kind}' for name, kind in self.columns)
        return f"create or replace table {self.qualified} ({body})"


def shape(schema: str, name: str, key: str, columns: str) -> PublishedTable:
    """Read `name kind` pairs separated by commas; the key is names separated by blanks, and `name?`
    is a part of it that may be null."""
    kinds = {
        "text": TEXT,
        "texts": TEXTS,
        "date": DATE,
        "count": COUNT,
        "flag": FLAG,
        "instant": INSTANT,
        "money": MONEY,
        "figure": FIGURE,
    }
    pairs = tuple((n, kinds[k]) for n, k in (part.split() for part in columns.split(",")))
    parts = key.split()
    optional = frozenset(part.removesuffix("?") for part in parts if part.endswith("?"))
    return PublishedTable(schema, name, pairs, tuple(p.removesuffix("?") for p in parts), optional)
