"""Delimited text without a person: only the values that change are rewritten.

Belongs here: finding each value's place in the text. Does not: reading rows for the landing
(readers/delimited.py), or encodings (files.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.erasing.person import Person
from ingest.judging.contract import Entity
from ingest.judging.headers import fold
from ingest.readers.delimited import declared_delimiter, find_delimiter

# (start, end, text) of one value.
Span = tuple[int, int, str]


def without(person: Person, text: str, spec: Entity | None) -> tuple[str, int, int]:
    """(text, rows changed, values changed). Quotes, line ends and everything else stay as they
    were."""
    declared, rest = declared_delimiter(text.removeprefix("\ufeff"))
    start = len(text) - len(rest)
    expected = {fold(column.name) for column in spec.columns} if spec else set()
    mark = declared or find_delimiter(rest, expected)
    header: list[str] | None = None
    made: list[str] = []
    at = rows = values = 0
    for record in _records(text, start, mark):
        cells = [value for _, _, value in record]
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = cells
            continue
        blanked = person.row([*header, *[""] * len(cells)][: len(cells)], cells, spec)
        changed = 0
        for (begin, end, value), new in zip(record, blanked, strict=True):
            if new != value:
                made += [text[at:begin], _written(new or "", mark)]
                at, changed = end, changed + 1
        rows, values = rows + bool(changed), values + changed
    made.append(text[at:])
    return "".join(made), rows, values


def _records(text: str, at: int, mark: str) -> Iterator[list[Span]]:
    """Each record as the places of its values."""
    value = re.compile(rf'"(?:[^"]|"")*"[^{re.escape(mark)}\r\n]*|[^{re.escape(mark)}\r\n]*')
    record: list[Span] = []
    while at <= len(text):
        match = value.match(text, at)
        assert match is not None
        record.append((match.start(), match.end(), _value(match[0])))
        at = match.end()
        if text.startswith(mark, at):
            at += len(mark)
            continue
        yield record
        record = []
        at += 2 if text.startswith("\r\n", at) else 1
        if at >= len(text):
            return


def _value(written: str) -> str:
    if len(written) > 1 and written[0] == written[-1] == '"':
        return written[1:-1].replace('""', '"')
    return written


def _written(value: str, mark: str) -> str:
    if any(sign in value for sign in (mark, '"', "\r", "\n")):
        return '"' + value.replace('"', '""') + '"'
    return value
