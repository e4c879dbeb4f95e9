"""JSON from outside: read within limits, with numbers as written, and put into one canonical form.

Belongs here: parsing, canonical text, walking with JSON pointers. Does not: what a page means.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ingest.formats.limits import LIMITS_FILE, limits
from ingest.judging.table import Fault, Refused
from ingest.readers.text import decode


class Number(str):
    """A JSON number by its digits as written; it never passes through a binary float."""


class Repeated(dict[str, Any]):
    """An object in which a name occurs twice: which value is meant can't be known."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Repeated(members)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def parse(data: bytes) -> Any:
    """One JSON document; Refused when it is too large, too deep or no JSON."""
    allowed = limits("json")
    if len(data) > allowed["bytes"]:
        raise _too_large("its size", len(data), "bytes")
    text, _ = decode(data)
    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_no_constant,
        )
        depth = _depth(document)
    except RecursionError as error:
        raise _too_large("its depth", allowed["depth"] + 1, "depth") from error
    except ValueError as error:
        raise Refused("unreadable", f"no whole JSON ({error}); deliver the page again") from error
    if depth > allowed["depth"]:
        raise _too_large("its depth", depth, "depth")
    return document


def _depth(value: Any) -> int:
    """How deep objects and lists are nested; counted without recursion."""
    deepest, level = 0, [value]
    while level:
        inner = [v for v in level if isinstance(v, dict | list)]
        if not inner:
            return deepest
        deepest += 1
        level = [child for v in inner for child in (v.values() if isinstance(v, dict) else v)]
    return deepest


def _too_large(part: str, size: int, limit: str) -> Refused:
    return Refused(
        "size",
        f"{part} is {size} or more, and json.{limit} = {limits('json')[limit]} in "
        f"{LIMITS_FILE.name}; fetch smaller pages",
    )


def canonical(value: Any) -> str:
    """JSON with sorted names and no blanks; numbers keep their digits. Same content, same text."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        members = (
            f"{json.dumps(k, ensure_ascii=False)}:{canonical(v)}" for k, v in sorted(value.items())
        )
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def walk(
    value: Any, pointer: str, skip: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str, Any]]:
    """(JSON pointer, last name, value) of everything below, the value itself first.

    Anything below a name in `skip` is left out.
    """
    name = pointer.rpartition("/")[2]
    yield pointer, name, value
    if isinstance(value, dict):
        for key, child in value.items():
            if key not in skip:
                escaped = key.replace("~", "~0").replace("/", "~1")
                yield from walk(child, f"{pointer}/{escaped}", skip)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from walk(child, f"{pointer}/{index}", skip)


def text_faults(record: Any, pointer: str, row: int) -> list[Fault]:
    """The faults of a record's text: a name twice in one object, half of a surrogate pair."""
    faults = []
    for place, name, value in walk(record, pointer):
        if isinstance(value, Repeated):
            message = "a name occurs twice in one object; which value counts can't be known"
            faults.append(Fault("json", message, row, place, name))
        texts = value if isinstance(value, dict) else [value] if isinstance(value, str) else []
        if any("\ud800" <= character <= "\udfff" for text in texts for character in text):
            message = "the text holds half a character pair; deliver it again"
            faults.append(Fault("text", message, row, pointer))
    return faults


def records_of(document: Any, kind: str) -> tuple[str, list[Any]]:
    """(name of the list, records) of a page `{"data"|"items": [...] or {...}}`; else Refused."""
    if not isinstance(document, dict):
        raise Refused("layout", f"no {kind} page: it must be an object with a list in `data`")
    names = [name for name in ("data", "items") if name in document]
    if len(names) != 1:
        problem = "both `data` and `items`" if names else "neither `data` nor `items`"
        raise Refused("layout", f"no {kind} page: it has {problem}; deliver pages as the API gives")
    held = document[names[0]]
    if isinstance(held, dict):
        return names[0], [held]
    if not isinstance(held, list):
        raise Refused("layout", f"no {kind} page: `{names[0]}` is not a list; deliver it again")
    if len(held) > limits("json")["records"]:
        raise _too_large("the number of its records", len(held), "records")
    return names[0], held
