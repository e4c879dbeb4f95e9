"""Pages of the account-mapping vendor's API, one row per record, which is kept whole.

Belongs here: recognising a page, the key of a record, impossible timestamps. Does not: matching
partners or accounts (transforms), or fetching pages.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from ingest.formats.json_page import Number, canonical, parse, records_of, text_faults, walk
from ingest.formats.moments import is_moment
from ingest.judging.contract import landed_members
from ingest.judging.table import BrokenRow, Fault, Note, RawTable, ReadContext

HEADER = ("endpoint", "record_key", "body")
OVERLAPS = "overlaps"
# First word of the endpoint -> the names that make a record's key: (needed, may be absent). A
# record_id is the CRM's id and repeats, so it is in no key; neither is a crossbeam_record_id alone,
# under which the vendor has shown two companies. Every other record is identified by its position.
KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    OVERLAPS: (("crossbeam_record_id", "partner_crossbeam_record_id"), ()),
    "signals": (("event_id",), ("signal_id",)),
    "populations": (("id",), ()),
    "partner-populations": (("id",), ()),
    "partners": (("uuid",), ()),
}
MOMENT_NAME = re.compile(r"(?:.*_at|.*_date|timestamp|date)")
MOMENT_LIKE = re.compile(r"\d{4}-\d{1,3}-\d{1,3}T\d")
# Fields of a partner's CRM or ours, in that CRM's own form: we do not read them as moments.
FOREIGN_FIELDS = frozenset(("crm_data", "partner_source_data"))


# What tells pages of one endpoint apart: numbers, days and moments, also several of them.
PAGE = re.compile(r"(?:[-_. (]+[0-9]+(?:[Tt][0-9]{4,6}[Zz]?)?\)?)+$")
# The name of a page, and the number by which those of one list follow each other.
NUMBERED = re.compile(r"(?P<name>.+?)(?:-(?P<number>[0-9]{1,9}))?")
# The kind of the note that a page has a next one.
HAS_MORE = "has_more"


def page_of(file: str) -> str:
    """`.../v1_overlaps_accounts-2025-03-2.json` -> `v1_overlaps_accounts`."""
    return PAGE.sub("", PurePosixPath(file).stem)


def has_next(path: Path) -> bool:
    """Whether the page after this one lies in its folder: `-3` after `-2`, `-2` (or `-1`, where
    counting begins with the second page) after a name without a number."""
    page = NUMBERED.fullmatch(path.stem)
    if page is None or not path.parent.is_dir():
        return False
    number = page["number"]
    after = {int(number) + 1} if number else {1, 2}
    others = (NUMBERED.fullmatch(one.stem) for one in path.parent.glob("*.json"))
    return any(
        other is not None and other["name"] == page["name"] and int(other["number"] or 0) in after
        for other in others
    )


def endpoint_of(file: str) -> str:
    """`.../v1_overlaps_accounts-2.json` -> `overlaps/accounts`."""
    return page_of(file).removeprefix("v1_").replace("_", "/")


def _is_known(endpoint: str) -> bool:
    """Whether an endpoint is documented; of those that a model reads only overlaps have a second
    word."""
    family, _, rest = endpoint.partition("/")
    if family not in landed_members():
        return family in KEYS
    return bool(rest) is (family == OVERLAPS)


def _unknown_note(endpoint: str) -> list[Note]:
    if _is_known(endpoint):
        return []
    names = [f"{name}_accounts" if name == OVERLAPS else name for name in landed_members()]
    problem = f"its name says that the page is of {endpoint!r}, which nothing reads"
    remedy = f"if it is one of {', '.join(names)}, name it so, as {names[-1]}-2.json"
    return [Note("unread_endpoint", f"{problem}; {remedy}")]


def read(path: Path, data: bytes, context: ReadContext) -> list[RawTable]:
    """Read one page into rows (endpoint, record_key, body); `body` is canonical JSON.

    A record with an impossible moment, without its key, or with repeated names is broken; its place
    is given as a JSON pointer. An unknown endpoint lands as well, by position, and a note names it.
    Refused for anything that is not a page `{"data"|"items": [...], "pagination": {...}}`.
    """
    document = parse(data)
    name, records = records_of(document, "API")
    endpoint = endpoint_of(context.file)
    notes = _unknown_note(endpoint) + _page_notes(document, endpoint)
    table = RawTable("crossbeam_api", HEADER, notes=notes)
    for index, record in enumerate(records):
        pointer = f"/{name}/{index}" if isinstance(document[name], list) else f"/{name}"
        faults = _faults(record, pointer, index + 1)
        key = None if faults else _key(record, endpoint, context.file, index)
        if key is None and not faults:
            faults = [_no_key(endpoint, pointer, index + 1)]
        if faults:
            fields = (endpoint, key, _shown(record))
            table.broken.append(BrokenRow(index + 1, tuple(faults), fields, pointer))
        else:
            table.rows.append((endpoint, key, canonical(record)))
            table.row_numbers.append(index + 1)
    return [table]


def _key(record: dict[str, Any], endpoint: str, file: str, index: int) -> str | None:
    """The record's key as a JSON list of opaque texts; by position where no key is known."""
    family = KEYS.get(endpoint.partition("/")[0])
    if family is None:
        return canonical([PurePosixPath(file).stem, str(index + 1)])
    needed, optional = family
    parts = [_id(record.get(name)) for name in needed]
    if None in parts:
        return None
    return canonical(parts + [_id(record.get(name)) for name in optional])


def landed(endpoint: str, body: str) -> str:
    """What lands of a record: the members of its key and those that a model reads (sources.yaml,
    `lands`). The others, among them people that no rule reads, stay in the kept bytes."""
    family = endpoint.partition("/")[0]
    record = json.loads(body, parse_float=Number, parse_int=Number)
    members: dict[str, Any] = {}
    for name in (*chain.from_iterable(KEYS.get(family, ())), *landed_members().get(family, ())):
        outer, _, inner = name.partition("/")
        if outer in record:
            members[outer] = _items(record[outer], inner) if inner else record[outer]
    return canonical(members)


def _items(value: Any, name: str) -> Any:
    """One member of each item of a list; anything that is not a list of objects stays as it is."""
    if not isinstance(value, list):
        return value
    return [{name: one[name]} if isinstance(one, dict) and name in one else {} for one in value]


def _id(value: Any) -> str | None:
    """An id as text, whatever it looks like: the vendor's own ids are not all UUIDs."""
    return str(value) if isinstance(value, str) and value != "" else None


def _no_key(endpoint: str, pointer: str, row: int) -> Fault:
    needed = KEYS[endpoint.partition("/")[0]][0]
    message = f"the record lacks {' or '.join(needed)}, so nothing tells it from others"
    return Fault("key", message, row, pointer, needed[0])


def _faults(record: Any, pointer: str, row: int) -> list[Fault]:
    if not isinstance(record, dict):
        return [Fault("json", "the record is not an object", row, pointer, None, _shown(record))]
    faults = text_faults(record, pointer, row)
    for place, name, value in walk(record, pointer, FOREIGN_FIELDS):
        if _is_bad_moment(name, value):
            shown = _shown(value)
            message = (
                f"{name} {shown!r} is not a moment of the calendar; what was meant is not guessed"
            )
            faults.append(Fault("timestamp", message, row, place, name, shown))
    return faults


def _is_bad_moment(name: str, value: Any) -> bool:
    if value is None or value == "" or isinstance(value, dict | list | bool):
        return False
    named = MOMENT_NAME.fullmatch(name) is not None
    looks = not isinstance(value, Number) and MOMENT_LIKE.match(value) is not None
    return (named or looks) and not is_moment(value)


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, str) else canonical(value)
    return text[:200].encode("utf-8", "replace").decode()


def _page_notes(document: dict[str, Any], endpoint: str) -> list[Note]:
    """What the page says about the next one; a link that leads elsewhere is never followed."""
    paging = document.get("pagination")
    if not isinstance(paging, dict):
        return []
    notes = []
    if paging.get("has_more") is True:
        notes.append(Note(HAS_MORE, "the page says that more follow; deliver those as well"))
    href = paging.get("next_href")
    if isinstance(href, str) and href:
        try:
            target = urlsplit(href).path.strip("/").removeprefix("v1/")
        except ValueError:
            target = "no address"
        if target != endpoint:
            message = f"next_href leads to {target[:80]!r}, not to {endpoint!r}; not to be followed"
            notes.append(Note("next_href", message))
    return notes
