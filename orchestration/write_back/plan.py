"""What would change in a CRM, field by field, before anything does.

Belongs here: comparing the records that should exist with those that do. Does not: writing
(work.py), or any vendor's API.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.write_back.crm import CrmApi, Held, same, shown
from orchestration.write_back.rows import Wanted

CREATE, UPDATE, SAME, HELD_BACK, ABSENT = "create", "update", "same", "held back", "absent"


@dataclass(frozen=True)
class Change:
    """One field: what it holds, and what it should."""

    field: str
    before: Any
    after: Any

    @property
    def text(self) -> str:
        """`Tier__c: select -> premier`."""
        before, after = shown(self.before) or "empty", shown(self.after) or "empty"
        return f"{self.field}: {before} -> {after}"


@dataclass(frozen=True)
class PlannedRow:
    """What is to be done with one record; `fault` says why nothing can be."""

    wanted: Wanted
    action: str
    changes: tuple[Change, ...] = ()
    id: str | None = None
    fault: str | None = None


def plan(crm: CrmApi, rows: Sequence[Wanted]) -> list[PlannedRow]:
    """The action for each record of one part, in the order of `rows`; only reads.

    A record that exists under two ids, or under a key that differs in case, is held back: a person
    must say which one is meant. Raises PullFailed where the CRM can't be asked.
    """
    askable = [one for one in rows if one.fault is None]
    by_key: dict[str, list[Held]] = {}
    if askable:
        part = askable[0].part
        keys = [one.key for one in askable]
        for held in crm.read(part.object, part.external_id, list(part.fields), keys):
            by_key.setdefault(held.key.casefold(), []).append(held)
    return [_row(one, by_key.get(one.key.casefold(), [])) for one in rows]


def _row(one: Wanted, records: Sequence[Held]) -> PlannedRow:
    if one.fault:
        return PlannedRow(one, HELD_BACK, fault=one.fault)
    if len(records) > 1:
        ids = ", ".join(sorted(held.id for held in records))
        fault = f"{len(records)} records have this key ({ids}); merge them in the CRM"
        return PlannedRow(one, HELD_BACK, fault=fault)
    if not records:
        fields = tuple(Change(n, None, v) for n, v in one.values.items() if not same(v, None))
        action = CREATE if one.part.create else ABSENT
        return PlannedRow(one, action, fields if one.part.create else ())
    (held,) = records
    if held.key != one.key:
        fault = f"{held.id} has the key {held.key!r}, which differs by case alone; write it alike"
        return PlannedRow(one, HELD_BACK, id=held.id, fault=fault)
    changes = differences(one, held)
    return PlannedRow(one, UPDATE if changes else SAME, changes, held.id)


def differences(one: Wanted, held: Held) -> tuple[Change, ...]:
    """The fields that do not hold what they should."""
    return tuple(
        Change(name, held.values.get(name), value)
        for name, value in one.values.items()
        if not same(value, held.values.get(name))
    )


def counted(rows: Iterable[PlannedRow]) -> dict[str, int]:
    """How many rows there are of each action, those with none too."""
    counts = Counter(row.action for row in rows)
    return {action: counts[action] for action in (CREATE, UPDATE, SAME, ABSENT, HELD_BACK)}
