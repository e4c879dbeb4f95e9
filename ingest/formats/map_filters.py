"""The rows of a foreign table that match a map's conditions: drop, keep, only_where.

Belongs here: conditions on text, and on truth values in whatever words a file uses. Does not:
what is done with the rows (map_rows.py) or the words themselves (judging/truth.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.formats.map_values import BadValue
from ingest.judging.headers import fold
from ingest.judging.truth import NEITHER, asks_for_truth, truth

Record = Mapping[str, str | None]
"""A row by folded column name."""


@dataclass(frozen=True)
class _Condition:
    """What one column must contain: the truth value `wanted`, else one of `texts` (ignoring
    case)."""

    column: str
    name: str
    texts: frozenset[str]
    wanted: bool | None

    def holds(self, record: Record) -> bool | None:
        """Whether the condition is met; None where it needs a truth value and the text is not
        one."""
        text = (record.get(self.name) or "").strip()
        if self.wanted is None or not text:
            return text.casefold() in self.texts
        meant = truth(text)
        return None if meant is None else meant == self.wanted


class Filter:
    """The conditions of one step or one `only_where`, as the values of this file call for."""

    def __init__(self, wanted: Mapping[str, tuple[str, ...]], records: Sequence[Record]) -> None:
        self.conditions = [
            _Condition(
                column,
                fold(column),
                frozenset(text.casefold() for text in texts),
                asks_for_truth(texts, {record.get(fold(column)) for record in records}),
            )
            for column, texts in wanted.items()
        ]

    def meets(self, record: Record) -> bool:
        """Whether a row meets every condition; BadValue where that depends on a text that is not a
        truth value, because a silent "no" would keep or lose the row."""
        answers = [(condition, condition.holds(record)) for condition in self.conditions]
        if any(answer is False for _, answer in answers):
            return False
        for condition, answer in answers:
            if answer is None:
                raise BadValue("bool", NEITHER, condition.column)
        return True
