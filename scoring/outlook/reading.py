"""The queries of the outlook and the policy's numbers for it.

Belongs here: reading. Does not: arithmetic.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import duckdb

HERE = Path(__file__).parent


@cache
def sql(name: str) -> str:
    """A query of sql/."""
    return (HERE / "sql" / f"{name}.sql").read_text("utf-8")


def policy_number(con: duckdb.DuckDBPyConnection, parameter: str, day: date) -> Decimal | None:
    """A parameter in force on a day; None where the policy set has none."""
    row = con.execute(
        """select number from policy.parameter_values where parameter = $1
        and effective_from <= $2 and (effective_to is null or effective_to > $2)""",
        [parameter, day],
    ).fetchone()
    return row[0] if row else None
