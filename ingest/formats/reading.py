"""Reads a file into tables of text, by its entity and file name extension.

Belongs here: which reader takes which file. Does not: how a reader works, or judging rows.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ingest.formats.contents import DELIMITED, JSON, refuse_other_content
from ingest.formats.odd_lines import note_odd_lines, odd_lines
from ingest.formats.other_formats import OFFICE, PACKED, unread
from ingest.judging.contract import entity as contract_entity
from ingest.judging.headers import fold, match
from ingest.judging.table import (
    CUT,
    LAYOUT,
    TITLED,
    Note,
    RawTable,
    ReadContext,
    Reader,
    Refused,
    refusing,
)
from ingest.readers import delimited, ecb, json_rows, text
from ingest.readers.marked import keep_back, may_hold_marks
from ingest.readers.unwritten import refuse_blank_body, refuse_holes

# Layouts whose pages have a meaning of their own; imported when such a file turns up.
OWN_READERS = {
    "workbook": "ingest.formats.workbook",
    "crossbeam_api": "ingest.formats.crossbeam",
    "api_call_activity": "ingest.formats.api_call_activity",
}

# Layouts of delimited text, whatever a file's name ends in.
TEXT_ONLY = ("api_call_activity", "fx_rates")


def _decode(data: bytes, context: ReadContext) -> tuple[str, str]:
    """The text of a file; if its own marks don't show the encoding, a column map may state it."""
    refuse_holes(data)
    try:
        return text.decode(data)
    except Refused as refused:
        maps = importlib.import_module("ingest.formats.column_maps")
        declared = maps.encoding_of(data, context) if refused.rule == "encoding" else None
        if declared is None and refused.rule == "encoding" and not _is_ours(data, context):
            # Our own layout is read without a map, so only another can have one that names it.
            remedy = f"{refused.message}, or name the encoding that it has in a column map"
            raise Refused(refused.rule, remedy) from refused
        if declared is None:
            raise
        return text.decode(data, declared)


def _is_ours(data: bytes, context: ReadContext) -> bool:
    """Whether the header has every required column of its entity, under our names."""
    header = data.lstrip().split(b"\n", 1)[0].decode("latin-1")
    spec = contract_entity(context.entity)
    parts = ([name.strip(' \r"') for name in header.split(m)] for m in delimited.DELIMITERS)
    return any(not match(spec, names).missing for names in parts)


@cache
def _expected(name: str) -> frozenset[str]:
    return frozenset(fold(c.name) for c in contract_entity(name).columns)


def _delimited(data: bytes, context: ReadContext) -> RawTable:
    spec = contract_entity(context.entity)
    content, encoding = _decode(data, context)
    parsed = delimited.parse(content, _expected(spec.name))
    how = f"{encoding}, {delimited.NAMES[parsed.delimiter]}"
    notes = [Note(LAYOUT, how)]
    if parsed.cut:
        notes.append(Note(CUT, delimited.IS_CUT))
    title = delimited.without_names(parsed)
    if title is not None:
        notes.append(Note(TITLED, title))
    return RawTable(
        spec.name,
        parsed.header,
        parsed.rows,
        parsed.row_numbers,
        broken=parsed.broken,
        notes=notes,
    )


def _json(data: bytes, context: ReadContext) -> RawTable:
    spec = contract_entity(context.entity)
    refuse_holes(data)
    content, encoding = text.decode(data)
    pages = importlib.import_module("ingest.formats.crm_pages")
    page = pages.read_page(data, spec) if pages.may_be_page(content) else None
    table = json_rows.read_rows(content, spec) if page is None else page
    table.notes.append(Note(LAYOUT, f"{encoding}, json"))
    return table


def _parquet(data: bytes, context: ReadContext) -> RawTable:
    # Its libraries take a quarter of a second to load.
    reader = importlib.import_module("ingest.readers.parquet")
    table: RawTable = reader.read_rows(data, contract_entity(context.entity))
    table.notes.append(Note(LAYOUT, "parquet"))
    return table


FORMATS: dict[str, Callable[[bytes, ReadContext], RawTable]] = {
    **dict.fromkeys(DELIMITED, _delimited),
    **dict.fromkeys(JSON, _json),
    ".parquet": _parquet,
}


def _generic(path: Path, data: bytes, context: ReadContext) -> list[RawTable]:
    ending = Path(context.file).suffix.lower()
    if ending not in FORMATS:
        raise Refused("format", unread(ending, data))
    table = FORMATS[ending](data, context)
    if ending != ".parquet":
        refuse_blank_body(len(data), len(table.rows) + len(table.broken))
    maps = importlib.import_module("ingest.formats.column_maps")
    odd = odd_lines(table)
    mapped: RawTable = maps.apply(table, context)
    note_odd_lines(odd, mapped, by_map=mapped is not table)
    return [mapped]


def reader_of(context: ReadContext) -> Reader:
    """The reader of a file, by its entity and, for installations, its folder (formats.md)."""
    if context.entity in OWN_READERS:
        return importlib.import_module(OWN_READERS[context.entity]).read
    if context.entity == "fx_rates":
        return ecb.read
    parts = Path(context.file).parts
    is_page = context.file.lower().endswith(".json") and len(parts) > 3
    if context.entity == "installations" and parts[1:2] == ("installations",) and is_page:
        return importlib.import_module("ingest.formats.procore_installations").read
    return _generic


def read(path: Path, data: bytes, context: ReadContext) -> list[RawTable]:
    """The tables of one file. Raises Refused, whatever the bytes are.

    A row with a cell that `quarantine export` marked, and nobody has corrected since, is broken. A
    reader that fails on unforeseen bytes refuses the file instead of ending the run; the message
    has the error's own words.
    """
    ending = Path(context.file).suffix.lower()
    with refusing("the file can't be read"):
        refuse_other_content(data, ending)
        if ending in PACKED or (ending in OFFICE and context.entity in TEXT_ONLY):
            raise Refused("format", unread(ending, data))
        reader = reader_of(context)
        tables = reader(path, data, context)
        if reader is not _generic:
            for table in tables:
                note_odd_lines(odd_lines(table), table)
        if may_hold_marks(data):
            for table in tables:
                keep_back(table)
        return tables
