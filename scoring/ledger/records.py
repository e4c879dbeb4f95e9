"""A publication as lines of canonical JSON, each chained to the one before by its sha256.

Belongs here: the form of a record and of the chain. Does not: files (files.py), or what is frozen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Record = dict[str, Any]

# The digest that the first record of a ledger names as the one before it.
START = "0" * 64
PUBLICATION, DECISION, END = "publication", "decision", "end"
KINDS = {"year": "tier_assignments", "review": "governance_reviews"}


class LedgerBroken(ValueError):
    """A record is not what was written; the message names file, record and what broke."""


class LedgerRefusal(ValueError):
    """The ledger can't do what was asked; the message says why, and what to do."""


def canonical(value: Any) -> str:
    """JSON in one form only: keys sorted, no blanks, decimals and dates as text."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"no form for {type(value).__name__} in the ledger")


def sha256(data: bytes | str) -> str:
    """sha256 in hex; text as UTF-8."""
    return hashlib.sha256(data.encode("utf-8") if isinstance(data, str) else data).hexdigest()


def chained(records: Iterable[Mapping[str, Any]], previous: str) -> tuple[bytes, str]:
    """The records as lines, each with `previous`: the sha256 of the line before (without its
    newline), the first with the given one. Returns the bytes and the sha256 of the last line."""
    lines = []
    for record in records:
        line = canonical({**record, "previous": previous})
        lines.append(line)
        previous = sha256(line)
    return "".join(f"{line}\n" for line in lines).encode("utf-8"), previous


@dataclass(frozen=True)
class Publication:
    """One publication as read: its head record, its decisions, the sha256 of its last line."""

    name: str
    opening: Record
    decisions: tuple[Record, ...]
    head: str

    @property
    def sequence(self) -> int:
        """Its place in the ledger, from 1."""
        return self.opening["sequence"]

    @property
    def period(self) -> str:
        """The year or review that it makes final, e.g. `2024` or `2024-H1`."""
        return self.opening["period"]

    @property
    def kind(self) -> str:
        """`year` or `review`."""
        return self.opening["assessment"]

    @property
    def known(self) -> datetime:
        """The moment from which it is known: that of its data, and not before the day that it is
        dated."""
        return datetime.fromisoformat(self.opening["known"])


def name_of(sequence: int, period: str) -> str:
    """`0001-2024`, the folder of a publication."""
    return f"{sequence:04d}-{period}"


def parsed(name: str, data: bytes, previous: str) -> Publication:
    """Read a publication's lines and check each against the chain.

    Raises LedgerBroken naming the first record that is not what was written. The last record is
    fully determined by the others, so that a change in it shows without the head being known.
    """
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if lines.pop() != "":
        raise _broken(name, len(lines) + 1, "the file does not end with a newline")
    records = []
    for number, line in enumerate(lines, start=1):
        record = _record(name, number, line)
        if record.get("previous") != previous:
            raise _unchained(name, lines, number)
        previous = _line_digest(line)
        records.append(record)
    _check_frame(name, records)
    return Publication(name, records[0], tuple(records[1:-1]), previous)


def _line_digest(line: str) -> str:
    return sha256(line.encode("utf-8", "surrogateescape"))


def _unchained(name: str, lines: list[str], number: int) -> LedgerBroken:
    """The error that names which of two records is broken: if the record after them fits the later
    one, it is the earlier."""
    following = _line_digest(lines[number - 1]) in (lines[number] if number < len(lines) else "")
    if number > 1 and (following or number == len(lines)):
        return _broken(name, number - 1, "its sha256 is not what the next record names")
    return _broken(name, number, "it does not name the sha256 of the record before it")


def _record(name: str, number: int, line: str) -> Record:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise _broken(name, number, f"it is not JSON ({error})") from None
    if not isinstance(record, dict) or canonical(record) != line:
        raise _broken(name, number, "it is not in canonical form")
    return record


def _check_frame(name: str, records: list[Record]) -> None:
    """Check that the first record opens, the last closes and counts, and the rest are decisions."""
    kinds = [record.get("kind") for record in records]
    if len(kinds) < 2 or kinds[0] != PUBLICATION or kinds[-1] != END:
        raise _broken(name, max(len(kinds), 1), "the publication does not open and close")
    for number, kind in enumerate(kinds[1:-1], start=2):
        if kind != DECISION:
            raise _broken(name, number, f"a record of kind {kind!r} stands among the decisions")
    last = {"kind": END, "decisions": len(records) - 2, "previous": records[-1]["previous"]}
    if records[-1] != last:
        raise _broken(name, len(records), f"it must count {len(records) - 2} decisions and no more")
    if name_of(records[0].get("sequence", 0), str(records[0].get("period"))) != name:
        raise _broken(name, 1, "the folder's name is not its sequence and period")


def _broken(name: str, number: int, why: str) -> LedgerBroken:
    return LedgerBroken(f"ledger/{name}/records.jsonl record {number}: {why}")
