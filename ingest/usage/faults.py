"""The bad rows of a parquet file of the usage feed, each with its first fault.

Belongs here: which rule a row breaks, and the sentence about it. Does not: what makes a row good
(values.py), or the scan that counts such rows (feed.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import polars as pl

from ingest.judging.judge import LONGEST_NAMED, LONGEST_SHOWN
from ingest.judging.literals import literal
from ingest.judging.possible import first_day, most_calls
from ingest.judging.rules import TOO_FEW, too_early, too_many
from ingest.usage.values import SPEC, column_sql, name_sql, quoted, trimmed, validity

# A usage file may have more bad rows than anyone reads: this many are named one by one.
MOST_NAMED = 100_000
EMPTY = "is required and empty; fill it"


def _tests(columns: Mapping[str, tuple[str, str]], zone: str) -> list[tuple[str, str, str, str]]:
    """(column, SQL that is true for a row that breaks the rule, rule, message) in their order."""
    sql = column_sql(columns, zone)
    tests = []
    for column in SPEC.columns:
        unmet = literal(column, pl.col("none"))
        broken = f"({sql[column.name]}) is null"
        tests.append((column.name, broken, unmet.rule, unmet.message))
    for column in (c for c in SPEC.columns if c.kind == "timestamp"):
        early = f"({sql[column.name]}) < timestamp '{first_day()}'"
        tests.append((column.name, early, "too_early", too_early(column.optional)))
    calls = sql["call_count"]
    tests.append(("call_count", f"({calls}) < 1", "call_count", TOO_FEW))
    tests.append(("call_count", f"({calls}) > {most_calls()}", "call_count", too_many()))
    return tests


def write_faults(
    con: duckdb.DuckDBPyConnection,
    delivery_id: str,
    source: str,
    columns: Mapping[str, tuple[str, str]],
    zone: str,
) -> None:
    """Quarantine the bad rows of a scanned file by place (the header would be row 1).

    `source` is SQL of the file's rows with `file_row_number`; `columns` is declared column ->
    (its name in the file, DuckDB's type of it).
    """
    raw = {name: f"cast({name_sql(own)} as varchar)" for name, (own, _) in columns.items()}
    tests = _tests(columns, zone)
    # The tests are long, and planning them takes longer than the rows, so they occur only once
    # here.
    first_fault = " ".join(f"when {test} then {n}" for n, (_, test, _, _) in enumerate(tests, 1))
    values = ", ".join(raw[name] for name, *_ in tests)

    def of_fault(texts: Iterable[str]) -> str:
        return f"[{', '.join(map(quoted, texts))}][fault]"

    message = (
        f"name || {quoted(' ' + chr(39))} || left(value, {LONGEST_NAMED}) || {quoted(chr(39))}"
        f" || ' ' || {of_fault(message for *_, message in tests)}"
    )
    con.execute(f"""
        insert into landing.quarantine
        select {quoted(delivery_id)}, place + 2, null, name, left(value, {LONGEST_SHOWN}),
            case when is_empty then 'required' else {of_fault(rule for *_, rule, _ in tests)} end,
            case when is_empty then name || {quoted(f" {EMPTY}")} else {message} end
        from (
            select place, fault, {of_fault(name for name, *_ in tests)} as name,
                values[fault] as value, coalesce({trimmed("values[fault]")}, '') = '' as is_empty
            from (
                select file_row_number as place, [{values}] as values,
                    case {first_fault} end as fault
                from {source}
                where not {validity(columns, zone)}
            ) as rows
        ) as named
        order by place limit {MOST_NAMED}
    """)
