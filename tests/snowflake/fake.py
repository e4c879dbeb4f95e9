"""fakesnow as a server, corrected where it differs from Snowflake; run by the Python of `make
snowflake`.

Belongs here: those corrections, each with a query that shows it. Does not: starting this
(server.py); anything that Snowflake does too. A correction that is no longer needed fails a test.

`fake.py DATABASE` serves until its input ends and writes its port first; `fake.py` alone writes, as
JSON, fakesnow's answers to each query, as it is and corrected.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import fakesnow
from fakesnow import cursor as cursors
from fakesnow import transforms
from snowflake.connector.errors import ProgrammingError
from sqlglot import exp


@dataclass(frozen=True)
class Correction:
    """A correction: the place in fakesnow, its replacement, and a query with the answer that
    Snowflake documents."""

    reason: str
    holder: Any
    name: str
    instead: Callable[..., Any]
    query: str
    answer: str


execute = cursors.FakeSnowflakeCursor.execute
integer_precision = transforms.integer_precision
array_agg_within_group = transforms.array_agg_within_group


def answered(cursor: Any, *arguments: Any, **named: Any) -> Any:
    """The error as Snowflake's; as it is, the driver tries for minutes."""
    try:
        return execute(cursor, *arguments, **named)
    except duckdb.Error as error:
        raise ProgrammingError(msg=str(error), errno=1, sqlstate="0") from error


def all_digits(node: exp.Expr) -> exp.Expr:
    """DECIMAL(38, 0) as it stands, INT and NUMBER as fakesnow has them."""
    if isinstance(node, exp.DataType) and node.expressions:
        return node
    return integer_precision(node)


def listed(node: exp.Expr) -> exp.Expr:
    """A sorted list without nulls, and an empty one of no values."""
    made = array_agg_within_group(node)
    if made is node:
        return node
    value = made.this.this
    item = value.expressions[0] if isinstance(value, exp.Distinct) else value
    filled = exp.Where(this=item.copy().is_(exp.null()).not_())
    values = exp.Filter(this=exp.Anonymous(this="list", expressions=[made.this]), expression=filled)
    text = exp.Anonymous(this="to_json", expressions=[values])
    return exp.Coalesce(this=text, expressions=[exp.cast(exp.Literal.string("[]"), "json")])


CORRECTIONS = [
    Correction(
        "an error while rows are computed is DuckDB's own, which its server takes for a fault",
        cursors.FakeSnowflakeCursor,
        "execute",
        answered,
        "select cast(9223372036854775807 as bigint) * n from (select cast(2 as bigint) as n)",
        "ProgrammingError",
    ),
    Correction(
        "whole numbers of 38 digits have 64 bits",
        transforms,
        "integer_precision",
        all_digits,
        "select cast('99999999999999999999' as decimal(38, 0))",
        "99999999999999999999",
    ),
    Correction(
        "sums are taken in floats",
        transforms,
        "numeric_agg_implicit_cast",
        lambda node: node,
        "select cast(sum(n) as string) from (select cast(3 as bigint) as n)",
        "3",
    ),
    Correction(
        "sorted lists keep nulls",
        transforms,
        "array_agg_within_group",
        listed,
        "select array_agg(distinct t) within group (order by t)"
        " from (select 'a' as t union all select null)",
        '["a"]',
    ),
]


@contextlib.contextmanager
def put_right(corrections: list[Correction]) -> Iterator[None]:
    """fakesnow with these corrections for as long as it lasts."""
    before = [getattr(each.holder, each.name) for each in corrections]
    for each in corrections:
        setattr(each.holder, each.name, each.instead)
    try:
        yield
    finally:
        for each, plain in zip(corrections, before, strict=True):
            setattr(each.holder, each.name, plain)


def answer(query: str) -> str:
    """The one value of a query without its layout, or the error's name."""
    import snowflake.connector

    with fakesnow.patch(), snowflake.connector.connect(database="d", schema="s") as con:
        try:
            return str(con.cursor().execute(query).fetchone()[0]).replace("\n", "").replace(" ", "")
        except Exception as error:
            return type(error).__name__


def serve(database: str) -> None:
    """Serve until the input ends; the port goes to the output, requests to the log."""
    port, sys.stdout = sys.stdout, sys.stderr
    import snowflake.connector

    with fakesnow.server() as place:
        snowflake.connector.connect(**place).cursor().execute(f"create database {database}")
        print(place["port"], file=port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with put_right(CORRECTIONS):
            serve(sys.argv[1])
    else:
        answers = []
        for each in CORRECTIONS:
            plain = answer(each.query)
            with put_right(CORRECTIONS):
                corrected = answer(each.query)
            answers.append([each.reason, plain, corrected, each.answer])
        print(json.dumps(answers))
