"""Columns that a map reads and a file does not have.

Belongs here: which ones those are, the note that names them, and when the file is refused. Does
not: applying a map (column_maps.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from ingest.formats.contents import JSON
from ingest.formats.map_model import ColumnMap, ColumnRule, RowStep
from ingest.judging.contract import entity
from ingest.judging.headers import fold
from ingest.judging.table import LACKING, Note, RawTable, ReadContext, Refused

REMEDY = "export it too, or name in the map the column that holds it"


def lacking_note(table: RawTable, layout: ColumnMap, context: ReadContext) -> list[Note]:
    """A note that names what the map reads and the file lacks; none where it has everything.

    Raises Refused where a required column of ours would be empty or take its `otherwise` in every
    row for want of such a column. Not so in JSON, where a name may be left out with its value.
    """
    held = {fold(name) for name in table.header}
    spec, lacking = entity(layout.entity), []
    for name, rule in layout.columns.items():
        missing = list(_of_rule(rule, held))
        if missing and not _has_origin(rule, held) and not spec.column(name).optional:
            _refuse(name, missing, layout, context)
        lacking += [f"{theirs!r} for {name}" for theirs in missing]
    for step in layout.rows:
        lacking += [f"{n!r} for its choice of rows" for n in _of_step(step) if fold(n) not in held]
    named = list(dict.fromkeys(lacking))
    if not named:
        return []
    reads = f"the column map {layout.id} reads {', '.join(named)}, and the file has no such column"
    return [Note(LACKING, f"{reads}: it counts as empty; {REMEDY}")]


def _has_origin(rule: ColumnRule, held: Collection[str]) -> bool:
    return not rule.origins or any(fold(name) in held for name in rule.origins)


def _of_rule(rule: ColumnRule, held: Collection[str]) -> Iterator[str]:
    """Columns from which a value is made; of several that can stand for one another, all or
    none."""
    if not _has_origin(rule, held):
        yield from rule.origins
    months = (rule.months,) if isinstance(rule.months, str) else ()
    for name in (*rule.times, *months, *rule.only_where):
        if fold(name) not in held:
            yield name


def _of_step(step: RowStep) -> Iterator[str]:
    yield from step.drop or ()
    yield from step.keep or ()
    if step.latest is not None:
        yield from (*step.latest.of, *step.latest.by)
    if step.absorbed is not None:
        yield from (step.absorbed.id, step.absorbed.ids)


def _refuse(name: str, missing: list[str], layout: ColumnMap, context: ReadContext) -> None:
    if PurePosixPath(context.file).suffix.lower() in JSON:
        return
    named = " or ".join(map(repr, missing))
    problem = f"the column map {layout.id} reads {named} for {name}, which every row needs"
    message = f"{problem}, and the file has no such column; {REMEDY}"
    raise Refused("required_column", message, name)
