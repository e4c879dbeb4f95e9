"""`retention:` of plumbline.yaml: the people whose retention time is over.

Belongs here: reading the section, and the addresses that nothing needs any more. Does not: erasing
them (erase.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from ingest.judging.contract import Entity, entities
from ingest.people.store import People
from orchestration.config import BadConfig, config_file, section

# An open row has no end yet, so the time of its people has not begun.
END = "active_to"
TEXT = "free_text"


def months() -> dict[str, int]:
    """Entity -> how many months its people are kept after the last day in their rows.

    Raises BadConfig naming an entity without people, or a value that is not a number of months.
    """
    known = [entity.name for entity in entities() if _columns(entity)]
    by_source = {}
    for name, count in section("retention").items():
        if name not in known:
            raise BadConfig(
                f"{config_file()}: retention: {name!r} names no people; there are: "
                f"{', '.join(known)}"
            )
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise BadConfig(f"{config_file()}: retention: {name} needs a number of months, as 36")
        by_source[name] = count
    return by_source


def over(
    con: duckdb.DuckDBPyConnection, people: People, months: Mapping[str, int], as_of: date
) -> list[str]:
    """Addresses whose time is over on `as_of` in an entity of `months`, and that no other column of
    people still needs; `people` says whom a token stands for."""
    gone: set[str] = set()
    needed: set[str] = set()
    for entity in entities():
        for column in _columns(entity):
            query = (
                f"select lower(trim({column})) as address, {_is_over(entity, months)} as is_over"
                f" from staging.stg_{entity.source}__{entity.name}"
                f" where {column} is not null group by 1"
            )
            parameters = {"months": months.get(entity.name, 0), "as_of": as_of}
            for landed, is_over in con.execute(query, parameters).fetchall():
                address = (people.plain(landed) or "").strip().lower()
                if "@" in address:
                    (gone if is_over else needed).add(address)
    return sorted(gone - needed)


def _columns(entity: Entity) -> list[str]:
    return [name for name, kind in entity.people if kind != TEXT and not name.endswith("_id")]


def _is_over(entity: Entity, months: Mapping[str, int]) -> str:
    """SQL: whether the last day of every row is that many months back, and no row is open."""
    names = {column.name for column in entity.columns}
    days = [c.name for c in entity.columns if c.kind in ("date", "timestamp")]
    if entity.name not in months or not days:
        return "$months < 0 and $as_of is null"
    dates = ", ".join(f"cast({name} as date)" for name in days)
    is_open = f"bool_or({END} is null)" if END in names else "false"
    last = f"max(list_max([{dates}]))"
    return f"not {is_open} and {last} + to_months(cast($months as integer)) <= $as_of"
