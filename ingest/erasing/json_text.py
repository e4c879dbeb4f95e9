"""JSON without a person: rows, lines, and vendors' pages of any depth.

Belongs here: walking objects, writing them back with their numbers as they were. Does not:
reading rows for the landing (readers/json_rows.py).
"""

from __future__ import annotations

import json
import re
from typing import Any

from ingest.erasing.person import Person
from ingest.formats.json_page import Number
from ingest.judging.contract import Entity

# Names of members that describe a person: values beside an address there are that person's too.
SOMEBODY = re.compile(r"owner|contact|person|people|user|lead|author|assignee", re.IGNORECASE)
AN_ID = re.compile(r"(?:^|_)u?u?id$", re.IGNORECASE)
STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class _Tally:
    def __init__(self) -> None:
        self.rows = self.values = 0


def without(person: Person, text: str, spec: Entity | None) -> tuple[str, int, int]:
    """(text, rows, values changed) of one document, or of one document per line."""
    tally = _Tally()
    try:
        return _document(person, text, spec, tally), tally.rows, tally.values
    except (ValueError, RecursionError):
        tally = _Tally()
        lines = [_line(person, line, spec, tally) for line in text.split("\n")]
        return "\n".join(lines), tally.rows, tally.values


def _line(person: Person, line: str, spec: Entity | None, tally: _Tally) -> str:
    try:
        return _document(person, line, spec, tally) if line.strip() else line
    except (ValueError, RecursionError):
        # Text that is not JSON, or has a name twice, keeps its form; only the addresses are
        # replaced.
        made = STRING.sub(lambda match: _string(person, match[0], tally), line)
        return made


def _string(person: Person, written: str, tally: _Tally) -> str:
    try:
        text = json.loads(written, strict=False)
    except ValueError:
        return written
    blanked = person.text(text)
    if blanked == text:
        return written
    tally.rows, tally.values = tally.rows + 1, tally.values + 1
    return json.dumps(blanked, ensure_ascii=False)


def _document(person: Person, text: str, spec: Entity | None, tally: _Tally) -> str:
    document = json.loads(
        text,
        object_pairs_hook=_object,
        parse_float=Number,
        parse_int=Number,
        parse_constant=Number,
    )
    before = tally.values
    made = _walk(person, document, "", spec, tally)
    if tally.values == before:
        return text
    head = text[: len(text) - len(text.lstrip())]
    tail = text[len(text.rstrip()) :]
    return head + _dumped(made) + tail


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return members


def _walk(person: Person, value: Any, name: str, spec: Entity | None, tally: _Tally) -> Any:
    if isinstance(value, list):
        return [_walk(person, one, name, spec, tally) for one in value]
    if isinstance(value, dict):
        return _walk_object(person, value, name, spec, tally)
    if isinstance(value, str) and not isinstance(value, Number):
        blanked = person.text(value)
        tally.values += blanked != value
        return blanked
    return value


def _walk_object(
    person: Person, value: dict[str, Any], name: str, spec: Entity | None, tally: _Tally
) -> dict[str, Any]:
    texts = {
        key: one
        for key, one in value.items()
        if isinstance(one, str) and not isinstance(one, Number)
    }
    header, cells = list(texts), list(texts.values())
    blanked: dict[str, str | None] = dict(zip(header, person.row(header, cells, spec), strict=True))
    if blanked != texts and SOMEBODY.search(name):
        for key, text in texts.items():
            if blanked[key] == text and text.strip() and not AN_ID.search(key):
                blanked[key] = person.token(text, "name")
    changed = sum(blanked[key] != text for key, text in texts.items())
    tally.rows, tally.values = tally.rows + bool(changed), tally.values + changed
    return {
        key: blanked[key] if key in blanked else _walk(person, one, key, spec, tally)
        for key, one in value.items()
    }


def _dumped(value: Any) -> str:
    """JSON in the order of its members; numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}: {_dumped(v)}" for k, v in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_dumped, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
