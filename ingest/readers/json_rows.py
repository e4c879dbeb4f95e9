"""JSON and newline-delimited JSON to rows of text, numbers exactly as they are written.

Belongs here: lists of objects, `{"data": [...]}`/`{"items": [...]}`, one object per line.
Does not: vendors' pages with a meaning of their own (formats/).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ingest.judging.contract import Entity
from ingest.judging.headers import fold
from ingest.judging.table import CUT, BrokenRow, Fault, Note, RawTable, Refused, storable
from ingest.readers.delimited import MOST_COLUMNS

LIST_KEYS = ("data", "items")
MOST_DEEP = 4  # objects around a list in which it is looked for


class _Repeated(ValueError):
    """An object names one key twice: which value is meant can't be known."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = sorted({k for k, _ in pairs if sum(k == other for other, _ in pairs) > 1})
        raise _Repeated(f"the key {names[0]!r} occurs twice in one object")
    return members


def parse(text: str) -> Any:
    """One JSON document; numbers stay text, so that nothing passes through a binary float."""
    return json.loads(
        text, object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=str
    )


def _whole(text: str) -> list[Any]:
    try:
        document = parse(text)
    except RecursionError as error:
        raise Refused("unreadable", "the JSON is nested too deep to be rows") from error
    except ValueError as error:
        raise Refused("unreadable", f"no valid JSON: {error}; deliver the file again") from error
    if isinstance(document, dict):
        lists = [document[k] for k in LIST_KEYS if isinstance(document.get(k), list)]
        document = lists[0] if lists else [document]
    if not isinstance(document, list):
        raise Refused("layout", "the JSON is not a list of rows; deliver a list of objects")
    return document


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    """(line number, object or the error's sentence) of newline-delimited JSON."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, parse(line)
        except RecursionError:
            yield number, "nested too deep to be a row"
        except ValueError as error:
            yield number, f"no valid JSON: {error}"


def _documents(text: str) -> list[tuple[int, Any]]:
    """Numbered rows of a text. If the first line is an object by itself, the text is read line by
    line."""
    start = text.lstrip()
    if start.startswith("{"):
        try:
            first = parse(start.split("\n", 1)[0])
        except (ValueError, RecursionError):
            first = None
        wrapped = isinstance(first, dict) and any(isinstance(first.get(k), list) for k in LIST_KEYS)
        if isinstance(first, dict) and not wrapped:
            return list(_lines(text))
    return list(enumerate(_whole(text), start=1))


def _is_cut(text: str, documents: list[tuple[int, Any]]) -> bool:
    """Whether the last line, which has no end, is no JSON, as in a file of lines that was cut."""
    in_lines = bool(documents) and text.lstrip().startswith("{") and not text.endswith("\n")
    return in_lines and isinstance(documents[-1][1], str)


def _refuse_other_list(items: list[tuple[int, Any]], declared: set[str]) -> None:
    """Raises Refused for one object that holds the rows in a list under a name of its own, however
    deep."""
    item = items[0][1] if len(items) == 1 else None
    if not isinstance(item, dict) or any(fold(name) in declared for name in item):
        return
    path = _list_inside(item, MOST_DEEP)
    if path is None:
        return
    names = " or ".join(LIST_KEYS)
    remedy = f"name it {names}, or deliver the list alone"
    if len(path) > 1:
        remedy = "deliver that list alone"
    raise Refused("layout", f"the rows stand in a list named {'.'.join(path)!r}; {remedy}")


def _list_inside(item: dict[str, Any], deep: int) -> tuple[str, ...] | None:
    """The names that lead to the first list of objects; None where there is none."""
    for name, held in item.items():
        if isinstance(held, list) and all(isinstance(one, dict) for one in held):
            return (name,)
    for name, held in item.items():
        if isinstance(held, dict) and deep:
            inner = _list_inside(held, deep - 1)
            if inner is not None:
                return (name, *inner)
    return None


def text_of(value: Any) -> str | None:
    """A JSON value as the text of a field; lists and objects as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _fault(row: int, rule: str, message: str, column: str | None, value: Any) -> Fault:
    shown = text_of(value)
    return Fault(rule, message, row, None, column, shown[:200] if shown else shown)


def _row_faults(row: int, item: Any, declared: set[str]) -> list[Fault]:
    if isinstance(item, str):
        return [_fault(row, "json", f"{item}; one object per row", None, None)]
    if not isinstance(item, dict):
        return [
            _fault(row, "json", "the row is not an object; give names to its values", None, item)
        ]
    folded: set[str] = set()
    faults = []
    for name, value in item.items():
        key = fold(name)
        if key in declared and key in folded:
            faults.append(_fault(row, "header", f"{name} occurs twice in the row", name, value))
        if key in declared and isinstance(value, (dict, list)):
            message = f"{name} holds a list or an object where one value belongs"
            faults.append(_fault(row, "type", message, name, value))
        folded.add(key)
    return faults


def read_rows(text: str, spec: Entity) -> RawTable:
    """The rows of a JSON text as a table whose header is every key met, in order of appearance.

    Keys that fold to one name are one column. A list without a row is a delivery without rows, as
    csv with only a header is. Raises Refused for anything but a list of rows.
    """
    declared = {fold(c.name) for c in spec.columns}
    names: dict[str, str] = {}
    rows: list[tuple[int, dict[str, str | None]]] = []
    spoilt: list[tuple[int, list[Fault], dict[str, str | None]]] = []
    table = RawTable(spec.name, ())
    documents = _documents(text)
    _refuse_other_list(documents, declared)
    for number, item in documents:
        faults = _row_faults(number, item, declared)
        fields = item if isinstance(item, dict) else {}
        for name in fields:
            names.setdefault(fold(name), storable(name))
        if len(names) > MOST_COLUMNS:
            raise Refused("size", f"the rows have more than {MOST_COLUMNS} keys; is this the file?")
        texts = {fold(k): text_of(v) for k, v in fields.items()}
        if isinstance(item, dict) and not any(text and text.strip() for text in texts.values()):
            continue  # a row of empty cells is not a row
        if faults:
            spoilt.append((number, faults, texts))
        else:
            rows.append((number, texts))
    table.header = tuple(names.values()) if documents else tuple(c.name for c in spec.columns)
    if _is_cut(text, documents):
        table.notes.append(Note(CUT, "the last line is no whole row and has no end: is it whole?"))
    table.row_numbers = [number for number, _ in rows]
    table.rows = [tuple(row.get(name) for name in names) for _, row in rows]
    table.broken = [
        BrokenRow(number, tuple(faults), tuple(row.get(name) for name in names))
        for number, faults, row in spoilt
    ]
    return table
