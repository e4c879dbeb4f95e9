"""The rows behind a figure with the values that were delivered, for the evidence of a page.

Belongs here: reading rows of `landing` by their place, and the form in which a page contains them.
Does not: which rows are evidence (scoring.proofs), or how one is opened (assets/rows.js).

Columns that name people (ingest/sources.yaml) stay out. A row of the usage feed has no place of its
own, so its evidence names the file.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dashboards.data import Tables
from dashboards.figures import raw
from ingest.judging.contract import entities
from ingest.people.tokens import TOKEN
from scoring.proof import Evidence

# What a page shows for an id that is a person's address: tokens differ between installations.
PERSON = "a person, not shown"
Place = tuple[str, str, int | None, str | None]
# One row per place: for a file that was delivered again, the row received last.
ROWS = """
    select places.file, places.number, places.cell, {columns}
    from (select unnest($files) as file, unnest($numbers) as number, unnest($cells) as cell)
        as places
    inner join landing.{entity} as landed
        on landed._file = places.file and landed._row is not distinct from places.number
        and (places.cell is null or landed._cell is not distinct from places.cell)
    qualify row_number() over (
        partition by places.file, places.number, places.cell
        order by landed._received_at desc, {columns}
    ) = 1
"""


def place_of(item: Evidence) -> Place:
    """Where a row is."""
    return item.entity, item.file, item.row, item.cell


@dataclass(frozen=True)
class Delivered:
    """Rows by their place: the values of `columns` of the entity, as text; None for nothing."""

    columns: Mapping[str, tuple[str, ...]]
    rows: Mapping[Place, tuple[str | None, ...]]


def delivered(tables: Tables, items: Iterable[Evidence]) -> Delivered:
    """The delivered values of every row that `items` name, each read once."""
    wanted: dict[str, dict[Place, None]] = defaultdict(dict)
    for item in items:
        if item.file and item.row is not None:
            wanted[item.entity][place_of(item)] = None
    columns: dict[str, tuple[str, ...]] = {}
    rows: dict[Place, tuple[str | None, ...]] = {}
    for entity in entities():
        places = sorted(wanted.get(entity.name, ()), key=str)
        if not places or f"landing.{entity.name}" not in tables.present:
            continue
        people = {name for name, _ in entity.people}
        names = tuple(c.name for c in entity.columns if c.name not in people)
        columns[entity.name] = names
        listed = ", ".join(f'landed."{name}"' for name in names)
        records = tables.con.execute(
            ROWS.format(columns=listed, entity=entity.name),
            {
                "files": [file for _, file, _, _ in places],
                "numbers": [number for _, _, number, _ in places],
                "cells": [cell for _, _, _, cell in places],
            },
        ).fetchall()
        for file, number, cell, *values in records:
            rows[entity.name, file, number, cell] = tuple(map(_text, values))
    return Delivered(columns, rows)


def _text(value: object) -> str | None:
    """A value as text, without unused decimal places and without tokens of people."""
    text = TOKEN.sub(PERSON, raw(value))
    if type(value).__name__ == "Decimal" and "." in text:
        text = text.rstrip("0").rstrip(".")
    return None if value is None else text


@dataclass
class PageRows:
    """The delivered rows of one page, each once, however many figures depend on it."""

    source: Delivered
    _numbers: dict[Place, int] = field(default_factory=dict)

    def number(self, item: Evidence) -> int | None:
        """The row's number on this page; None for what has no values to show."""
        place = place_of(item)
        if place not in self.source.rows:
            return None
        return self._numbers.setdefault(place, len(self._numbers))

    def text(self) -> str:
        """JSON that a script element can hold: `{columns: {entity: [...]}, rows: [[entity, ...]]}`;
        empty without rows."""
        if not self._numbers:
            return ""
        names = dict.fromkeys(entity for entity, *_ in self._numbers)
        content = {
            "columns": {name: self.source.columns[name] for name in names},
            "rows": [[place[0], *self.source.rows[place]] for place in self._numbers],
        }
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return text.replace("<", "\\u003c")
