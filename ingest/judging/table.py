"""The one shape into which every reader turns a file: a header and rows of text.

Belongs here: RawTable, Fault, ReadContext, Refused. Does not: reading bytes (readers/, formats/)
or saying whether a value is right (judge.py): a reader hands values on as the text it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingest.sources.objects import StoreError

Row = tuple[str | None, ...]
"""One row of text values, as long as the header; None and "" both mean empty."""


def storable(text: str) -> str:
    """The text as a table can hold it: half a surrogate pair, which JSON can spell, is written
    out as its escape."""
    return text.encode("utf-8", "backslashreplace").decode()


class Refused(Exception):
    """A whole file that cannot be what it claims; none of it lands, and earlier data stays.

    `rule` is a short word for the quarantine (`unreadable`, `encoding`, `header`, `empty`,
    `truncated`, `layout`, `size`, ...); `message` says what is wrong, where, and what to do.
    `speaks_of` holds what could still be read of a refused file: for a workbook the partner_id and
    report_month of its cover.
    """

    speaks_of: Mapping[str, str]

    def __init__(self, rule: str, message: str, column: str | None = None) -> None:
        super().__init__(storable(message))
        self.rule = rule
        self.message = storable(message)
        self.column = None if column is None else storable(column)
        self.speaks_of = {}


@contextmanager
def refusing(opening: str) -> Iterator[None]:
    """Turn whatever a library raises over one file into Refused; `opening` begins its message.

    This includes a panic of a library written in Rust, which is not an Exception of Python's. An
    interruption is not turned into Refused, nor is a store's failure, which says nothing about the
    file.
    """
    try:
        yield
    except (Refused, StoreError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        lines = str(error).strip().splitlines() or [type(error).__name__]
        message = f"{opening} ({lines[0][:300]}); deliver the file again"
        raise Refused("unreadable", message) from error


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one row. `row` counts the header as row 1; `cell` is `Sheet!F5`."""

    rule: str
    message: str
    row: int | None = None
    cell: str | None = None
    column: str | None = None
    value: str | None = None

    def storable(self) -> Fault:
        """The same fault in texts that a table can hold."""
        texts = (None if t is None else storable(t) for t in (self.cell, self.column, self.value))
        return Fault(self.rule, storable(self.message), self.row, *texts)


@dataclass(frozen=True)
class BrokenRow:
    """A row that does not fit into `rows` (wrong number of fields, not a JSON object, ...).

    It counts as one row read and quarantined. `fields` holds what could be read of it, in the order
    of the header, so that the row can still be attributed to its partner and month.
    """

    row: int
    faults: tuple[Fault, ...]
    fields: Row = ()
    cell: str | None = None


MENDING = ("_rule", "_message", "_file", "_row")
"""The last columns of a file that `quarantine export` wrote; a re-dropped one is read without."""

CUT = "cut_short"
"""Kind of the note that a file's last line is cut off."""

CONTRADICTED = "contradicted"
"""Kind of the note that values can only be read another way than their column map declares."""

TITLED = "titled"
"""Kind of the note that the first row is a title, and the names of the columns stand below it."""

LACKING = "lacking"
"""Kind of the note that names columns which a column map reads and the file does not have."""

LAYOUT = "layout"
"""Kind of the note that says how a file is written (`utf-8, semicolon`); shown by `check` alone."""


@dataclass(frozen=True)
class Note:
    """Something to report about a file that costs no row: `kind` is one word, `message` a
    sentence."""

    kind: str
    message: str


@dataclass
class RawTable:
    """The rows of one entity in one file.

    header: column names as written (any case, blanks); the judge matches them to the contract,
        keeps unknown ones as `_extra` and refuses a name that occurs twice.
    rows / row_numbers: values as text, and for each the row a spreadsheet would show (header = 1;
        in JSON the place in the list, from 1). Blank lines are in neither.
    cells: for a workbook the first cell of each row (`Subscriptions!A5`), else None.
    cell_of: for a workbook (index into rows, index into header) -> cell of that value, so that a
        fault can name it; None elsewhere.
    broken: rows that could not be shaped.
    defaults: column -> value for columns that the file does not hold (from its path, its cover
        sheet, the day it was received); a column of the header wins over a default.
    extra: for each row a JSON text to keep beside it (what a column map had no place for), or None.
    """

    entity: str
    header: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    cells: list[str] | None = None
    cell_of: Callable[[int, int], str | None] | None = None
    broken: list[BrokenRow] = field(default_factory=list)
    defaults: Mapping[str, str] = field(default_factory=dict)
    extra: list[str | None] | None = None
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class ReadContext:
    """What is known of a file before it is read.

    `entity` is the contract's name (`workbook` and `crossbeam_api` too); `file` the posix path
    below the landing zone; `received_at` UTC without a zone. `settings` holds what the caller
    declared for readers (e.g. the list of demonstration companies).
    """

    source: str
    entity: str
    file: str
    received_at: datetime
    settings: Mapping[str, object] = field(default_factory=dict)


Reader = Callable[[Path, bytes, ReadContext], list[RawTable]]
"""`read(path, data, context)`: one table per entity; raises Refused; never another exception for
bad bytes. formats/reading.py dispatches: `workbook` -> formats.workbook.read, `crossbeam_api` ->
formats.crossbeam.read (tables of entity `crossbeam_api`, header endpoint, record_key, body),
`installations/<company_id>/*.json` -> formats.procore_installations.read, `api_call_activity` ->
formats.api_call_activity.read; every other csv/json/parquet table then passes through
formats.column_maps.apply(table, context) -> RawTable, which returns it as it is when no map's
header matches."""
