"""What the policy of a warehouse calls its programs and tiers.

Belongs here: labels by id, in the policy's order. Does not: the labels of a policy set that is not
landed (policy/labels.py).
"""

from __future__ import annotations

import duckdb

from scoring.rows import fetch


def program_labels(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Program -> its name, in the policy's order."""
    rows = fetch(con, "select program, label from policy.programs order by position")
    return {row["program"]: row["label"] or row["program"] for row in rows}


def tier_labels(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Tier -> its name, the lowest first."""
    rows = fetch(con, "select tier, label from policy.tiers order by tier_rank")
    return {row["tier"]: row["label"] or row["tier"] for row in rows}
