"""The landing contract: every source, entity, key and column that the product reads.

Belongs here: the parsed form of `sources.yaml` and the SQL type of each declared column.
Does not: reading files, judging rows, or anything that touches a warehouse.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ingest.packaged import packaged_yaml

CONTRACT_FILE = Path(__file__).parent.with_name("sources.yaml")

# Money and plain numbers are decimal from the file to the page; timestamps are UTC without a zone,
# because a session's zone must never change what a row says.
SQL_TYPES = {
    "text": "VARCHAR",
    "enum": "VARCHAR",
    "iso4217": "VARCHAR",
    "quarter": "VARCHAR",
    "month": "DATE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "bool": "BOOLEAN",
    "int": "BIGINT",
    "money": "DECIMAL(18,4)",
    "decimal": "DECIMAL(38,10)",
}


@dataclass(frozen=True)
class Column:
    """One declared column: `kind` is a key of SQL_TYPES, `choices` the members of an enum.

    day_zone: of a timestamp, the zone in which a day without a time begins; "" for UTC.
    """

    name: str
    kind: str
    optional: bool
    choices: tuple[str, ...] = ()
    day_zone: str = ""

    @property
    def sql_type(self) -> str:
        """The DuckDB type of this column in the `landing` schema."""
        return SQL_TYPES[self.kind]


@dataclass(frozen=True)
class Entity:
    """One entity of one source.

    `key` is empty for feeds whose rows have no identity; `from_path` names the columns that are not
    in the file, because its folder gives them. `points_at`: columns with the entity whose first key
    column they hold. `not_before`: pairs of days (later, earlier) that should be in that order.
    `people`: columns that name people, with the kind of person (people.yaml).
    """

    source: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    note: str = ""
    from_path: tuple[str, ...] = ()
    points_at: tuple[tuple[str, str], ...] = ()
    not_before: tuple[tuple[str, str], ...] = ()
    people: tuple[tuple[str, str], ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that may not be missing or empty."""
        return tuple(c.name for c in self.columns if not c.optional)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError names the entity when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.source}/{self.name} has no column {name!r}")


def parse_column(name: str, declared: str) -> Column:
    """Read one type of the contract, e.g. `optional enum(pull,push)` or `money`.

    ValueError for a type that the contract does not know.
    """
    optional = declared.startswith("optional ")
    body = declared.removeprefix("optional ").strip()
    match = re.fullmatch(r"enum\((.*)\)", body)
    if match:
        choices = tuple(part.strip() for part in match.group(1).split(","))
        return Column(name, "enum", optional, choices)
    if body not in SQL_TYPES:
        raise ValueError(f"{CONTRACT_FILE.name}: column {name}: unknown type {declared!r}")
    return Column(name, body, optional)


@cache
def declared() -> Mapping[str, Mapping[str, Any]]:
    """The contract file as written: source -> entity, or member of another kind -> its parts."""
    return packaged_yaml(CONTRACT_FILE)["sources"]


@cache
def entities() -> tuple[Entity, ...]:
    """Every entity with columns, in the order of the contract file."""
    entities = []
    for source, members in declared().items():
        for name, spec in members.items():
            if "columns" not in spec:
                continue
            key = spec.get("key", [])
            entities.append(
                Entity(
                    source=source,
                    name=name,
                    key=tuple(key) if isinstance(key, list) else (),
                    columns=tuple(parse_column(c, t) for c, t in spec["columns"].items()),
                    note=spec.get("note", ""),
                    from_path=tuple(spec.get("from_path", ())),
                    points_at=tuple(spec.get("points_at", {}).items()),
                    not_before=tuple(
                        (later, earlier) for later, earlier in spec.get("not_before", ())
                    ),
                    people=tuple(spec.get("people", {}).items()),
                )
            )
    return tuple(entities)


@cache
def sources() -> tuple[str, ...]:
    """Source names in the order of the contract file."""
    return tuple(declared())


@cache
def landed_members() -> Mapping[str, tuple[str, ...]]:
    """First word of a vendor's endpoint -> the members of its records that land, `list/member` for
    those of the items of a list."""
    pages = declared()["account_mapping"]
    lands = pages["crossbeam_api"]["lands"]
    return {family: tuple(names) for family, names in lands.items()}


def entity(name: str) -> Entity:
    """The entity called `name` (names are unique over all sources); KeyError for an unknown one."""
    for candidate in entities():
        if candidate.name == name:
            return candidate
    raise KeyError(f"no entity {name!r} in {CONTRACT_FILE.name}")
