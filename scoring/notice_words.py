"""Notices that a tier will fall, as a person reads them, from `decisions.tier_notices`.

Belongs here: reading them, and one sentence for each. Does not: who gets one (notice.py).
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from scoring.rows import Row, fetch

# A warehouse of an earlier version has no such table.
THERE = """select 1 as there from duckdb_tables()
where schema_name = 'decisions' and table_name = 'tier_notices'"""


def notices(con: duckdb.DuckDBPyConnection, tier_year: int) -> dict[str, Row]:
    """Partner id -> its notice of a tier year."""
    if not fetch(con, THERE):
        return {}
    rows = fetch(con, "from decisions.tier_notices where tier_year = $year", year=tier_year)
    return {row["partner_id"]: row for row in rows}


def notice_words(notice: Row, labels: Mapping[str, str]) -> str:
    """A row of `decisions.tier_notices` in words, without a full stop; `labels`: tier -> name."""
    tier, low = (labels.get(notice[name], notice[name]) for name in ("tier", "falls_to"))
    if notice["is_over"]:
        return (
            f"announced on {notice['announced_on']}, fell from {tier} to {low} "
            f"on {notice['falls_on']}"
        )
    keeping = f". {notice['kept_by'].rstrip('.')}" if notice["kept_by"] else ""
    return (
        f"kept by a notice of {notice['announced_on']}, falls to {low} on "
        f"{notice['falls_on']}{keeping}"
    )
