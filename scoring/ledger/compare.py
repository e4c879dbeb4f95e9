"""Two states of the same decisions, compared.

Belongs here: what differs, by row and by amount. Does not: where either state comes from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scoring.ledger.records import Record, canonical

# Columns that say which of a decision's facts a value belongs to.
FACT_KEYS = ("tier", "criterion", "program", "requirement")
# Margins follow from the row and the criteria, and would only repeat them.
FACTS = ("criteria", "requirements")
# Columns that differ whenever anything differs, and say nothing by themselves.
DIGESTS = ("input_digest", "evidence_digest")
# The rules that decided are named once, at the head of a publication.
UNDER = ("policy_version", "policy_set", "code_version", "deliveries", "previous")


@dataclass(frozen=True)
class Change:
    """One value that differs: `item` is empty for the decision's own row, else it names the fact.

    `key`: the values of the table's key, as text. `amount` is after less before where both are
    numbers, as text.
    """

    table: str
    key: tuple[str, ...]
    item: str
    column: str
    before: Any
    after: Any
    amount: str | None = None

    @property
    def text(self) -> str:
        """The change as a person reads it."""
        where = " ".join(("/".join(self.key), *([self.item] if self.item else [])))
        by = f" ({self.amount})" if self.amount else ""
        return f"{where}: {self.column} {_word(self.before)} -> {_word(self.after)}{by}"


def _word(value: Any) -> str:
    return "nothing" if value is None else str(value)


def plain(records: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Records with every value as the ledger would hold it."""
    return [json.loads(canonical(record)) for record in records]


def key_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """A decision's key, its parts as text."""
    return tuple(str(part) for part in record["key"])


def changes(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> list[Change]:
    """Each value of `after` that differs from `before`, in the order of table and key."""
    old = {(r["table"], key_of(r)): r for r in plain(before)}
    new = {(r["table"], key_of(r)): r for r in plain(after)}
    differing: list[Change] = []
    for table, key in sorted(old.keys() | new.keys()):
        was, now = old.get((table, key)), new.get((table, key))
        if was is None or now is None:
            differing.append(Change(table, key, "", "decision", _presence(was), _presence(now)))
        else:
            differing += _row(table, key, "", was["row"], now["row"])
            for name in FACTS:
                differing += _facts(table, key, was.get(name, []), now.get(name, []))
    return differing


def _presence(record: Record | None) -> str | None:
    return (
        None if record is None else str(record["row"].get("tier") or record["row"].get("outcome"))
    )


def _facts(table: str, key: tuple[str, ...], was: list[Record], now: list[Record]) -> list[Change]:
    old = {_item(fact): fact for fact in was}
    new = {_item(fact): fact for fact in now}
    differing: list[Change] = []
    for item in sorted(old.keys() | new.keys()):
        if item in old and item in new:
            differing += _row(table, key, item, old[item], new[item])
        else:
            statuses = [side[item]["status"] if item in side else None for side in (old, new)]
            differing.append(Change(table, key, item, "judged", *statuses))
    return differing


def _item(fact: Record) -> str:
    # A fact's own program or tier identifies the fact and is not one of its values.
    return " ".join(str(fact[name]) for name in FACT_KEYS if fact.get(name) is not None)


def _row(table: str, key: tuple[str, ...], item: str, was: Record, now: Record) -> list[Change]:
    return [
        Change(
            table,
            key,
            item,
            column,
            was.get(column),
            now.get(column),
            _amount(was.get(column), now.get(column)),
        )
        for column in sorted(was.keys() | now.keys())
        if column not in (*DIGESTS, *UNDER) and was.get(column) != now.get(column)
    ]


def _amount(before: Any, after: Any) -> str | None:
    first, last = _number(before), _number(after)
    return None if first is None or last is None else f"{last - first:+f}"


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = Decimal(value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None
