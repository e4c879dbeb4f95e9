"""Facts about the ladder for code that does not compute tiers.

Belongs here: whose ladder it is, and how far a value is from a threshold. Does not: frames, or
which rung is reached (scoring.ladder). So commands that only show results need not load what
computes them.
"""

from __future__ import annotations

from decimal import Decimal

import duckdb

from scoring.rows import fetch

# The metric of an invitation that was accepted.
INVITATION = "invitation"


def ladder_program(con: duckdb.DuckDBPyConnection) -> str | None:
    """The program whose partners climb the ladder; None when the policy set has no tiers.

    More than one is a ValueError: a tier assignment's key has no program in it.
    """
    rows = fetch(con, "select distinct program from policy.tiers order by program")
    if len(rows) > 1:
        names = ", ".join(row["program"] for row in rows)
        raise ValueError(f"policy.tiers: tiers of several programs ({names}); state one ladder")
    return rows[0]["program"] if rows else None


def distance(comparator: str, value: Decimal, threshold: Decimal) -> Decimal:
    """How far `value` is on the good side of `threshold`; negative when it misses."""
    if comparator == ">=":
        return value - threshold
    return threshold - value if comparator == "<=" else -abs(value - threshold)
