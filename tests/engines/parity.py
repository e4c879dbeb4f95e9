"""Two warehouses of one program, built by two engines and compared row by row.

Belongs here: which rows differ, by table, key and column. Does not: building either.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from scoring.published import PUBLISHED

SCHEMAS = ("intermediate", "marts", "decisions")
KEYS = {table.qualified: table.key for table in PUBLISHED}
PLACES = 4
SHOWN = 5


def differences(one: Path, other: Path) -> list[str]:
    """Each difference on a line: table, key and column with both values; empty if there is none.

    Numbers count as equal to 4 places, everything else exactly; a column that one lacks, or a
    table, is a difference.
    """
    with duckdb.connect() as con:
        con.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        tables, theirs = _tables(con, "one"), _tables(con, "other")
        differing = [f"{name}: in one warehouse only" for name in sorted(set(tables) ^ set(theirs))]
        for name in sorted(set(tables) & set(theirs)):
            if tables[name] != theirs[name]:
                differing.append(f"{name}: columns differ: {tables[name]} and {theirs[name]}")
            else:
                differing += _rows(con, name, tables[name])
        return differing


def counted(warehouse: Path) -> dict[str, int]:
    """How many rows each compared table has."""
    with duckdb.connect() as con:
        con.execute(f"attach '{warehouse}' as one (read_only)")
        return {
            name: con.execute(f"select count(*) from one.{name}").fetchone()[0]
            for name in _tables(con, "one")
        }


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[tuple[str, str]]]:
    rows = con.execute(
        "select schema_name || '.' || table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and list_contains(?, schema_name)"
        " and not internal order by all",
        [database, list(SCHEMAS)],
    ).fetchall()
    columns: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        columns.setdefault(table, []).append((column, kind))
    return columns


def _rows(con: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]]) -> list[str]:
    names = [name for name, _ in columns]
    selected = ", ".join(
        f'round("{name}", {PLACES}) as "{name}"'
        if kind.startswith(("DECIMAL", "DOUBLE"))
        else f'"{name}"'
        for name, kind in columns
    )
    # Comparing rows in one order quickly shows that all are the same; finding those that differ
    # takes longer.
    one, other = (
        con.sql(f"from (select {selected} from {side}.{table}) order by all").to_arrow_table()
        for side in ("one", "other")
    )
    if one.equals(other):
        return []
    sides = {
        side: con.execute(
            f"from (select {selected} from {side}.{table} except all"
            f" select {selected} from {against}.{table}) order by all"
        ).fetchall()
        for side, against in (("one", "other"), ("other", "one"))
    }
    if not sides["one"] and not sides["other"]:
        return []
    key = [names.index(column) for column in KEYS.get(table, ())]
    lines = _paired(sides["one"], sides["other"], names, key)
    more = max(len(sides["one"]), len(sides["other"]))
    return [f"{table}: {more} rows differ", *(f"{table} {line}" for line in lines[:SHOWN])]


def _paired(one: list, other: list, names: list[str], key: list[int]) -> list[str]:
    """Rows of one key side by side; without a key, in their order."""
    if not key:
        return [_line("", names, *pair) for pair in zip(one, other, strict=False)] or [
            f"{row}: in one warehouse only" for row in one or other
        ]
    by_key = {tuple(row[i] for i in key): row for row in other}
    lines = []
    for row in one:
        at = tuple(row[i] for i in key)
        match = by_key.pop(at, None)
        lines.append(
            f"{at}: missing on the right" if match is None else _line(at, names, row, match)
        )
    return lines + [f"{at}: missing on the left" for at in by_key]


def _line(at: object, names: list[str], row: tuple, match: tuple) -> str:
    values = [f"{n}: {a!r}, {b!r}" for n, a, b in zip(names, row, match, strict=True) if a != b]
    return f"{at}: " + "; ".join(values)
