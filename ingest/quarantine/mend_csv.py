"""The csv in which quarantined rows go out, so that nothing of it lands before it is corrected.

Belongs here: its columns, its values, what is wrong with each row, and the marks. Does not: which
rows go out, and the files' names (mend_files.py), or refusing a mark (readers/marked.py).

The finished file is read and judged as a landing would. A fault that occurs again keeps its row
out, and the value stays as it was delivered. A fault that does not, because the other form of the
file hides it (an object in JSON is text here), gets a mark in its cell that no rule accepts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from ingest.expectations.profile import EITHER
from ingest.formats.procore_installations import HEADER, THEIRS
from ingest.formats.reading import read
from ingest.judging.contract import entity
from ingest.judging.headers import fold
from ingest.judging.judge import judge
from ingest.judging.table import MENDING, ReadContext, Refused, Row
from ingest.quarantine.mend_rows import Batch, Problem, Quarantined
from ingest.readers.ecb import spec_of as spec_of_rates
from ingest.readers.marked import marked
from ingest.safe_text import guard
from ingest.usage.feed import SPEC as USAGE

FROM_FOLDER = ("api_call_activity",)
# Layouts whose header can have no further column.
FIXED = ("fx_rates", *FROM_FOLDER)
# Entries that say why a good row did not land.
OF_THE_FILE = ("refused", "replacement")
# Columns of a vendor's pages -> ours in which a fault of theirs is corrected.
CORRECTED_IN = {
    "installations": {
        "status": "uninstalled_at",
        **{theirs: ours for theirs, ours in zip(THEIRS, HEADER, strict=True) if theirs},
    }
}
# Shown as it was delivered, beside the column in which its fault is corrected.
SHOWN = {"installations": ("status",)}
NUMBERS = ("money", "decimal")
OUR_FORM = (
    "this file is read in our own form, whatever the map of the delivery declares: write numbers "
    "as 1234.56 (a dot before decimals, nothing between thousands) and days as 2025-03-31"
)
ToWrite = tuple[Quarantined | None, int, Row | None]
"""A row that goes out: what is wrong with it if anything, its number, and its values."""


def csv_of(batch: Batch, rows: Sequence[ToWrite], path: PurePosixPath) -> bytes:
    """The bytes of the file at `path` (below the export's folder) in which these rows go out."""
    sheet = _Sheet(batch, rows)
    again = _faults_again(batch, path, sheet.written())
    for place, (row, _, fields) in enumerate(rows):
        if row is not None:
            sheet.mark(place, row, fields, again)
    return sheet.written()


def _faults_again(batch: Batch, path: PurePosixPath, data: bytes) -> set[tuple[int, str]]:
    """(row, folded column) of the faults that a landing of these bytes would find."""
    file = "/".join(path.parts[1:])
    settings = batch.settings
    context = ReadContext(
        batch.source, batch.entity, file, batch.received_at, settings.reader_settings
    )
    try:
        (table,) = read(Path(file), data, context)
    except Refused:
        return set()
    rates = batch.entity == "fx_rates"
    spec = spec_of_rates(table.header) if rates else entity(batch.entity)
    faults = judge(spec, [table], settings.choices, settings.time_zone).faults
    return {(row, fold(column or "")) for row, column in faults.select("row", "column").iter_rows()}


class _Sheet:
    """The file's header and rows while they are put together."""

    def __init__(self, batch: Batch, rows: Sequence[ToWrite]) -> None:
        assert batch.table is not None
        self.batch, self.table, self.rows = batch, batch.table, rows
        own = self._own()
        further = [] if batch.entity in FIXED else self._further()
        self.header = [*own, *further]
        self.places = {fold(name): at for at, name in reversed(list(enumerate(self.header)))}
        self.lines = [self._line(row, fields, len(own), further) for row, _, fields in rows]
        self.remarks = [self._remarks(row) for row, _, _ in rows]
        self.broken = {b.row for b in self.table.broken}
        self.twice = [at for at, name in enumerate(own) if f"{name} (2)" in own]
        whole = [p.rule for row in batch.rows if row.row is None for p in row.problems]
        self.is_ambiguous = "locale" in whole

    def _own(self) -> list[str]:
        """The columns as delivered. A name that occurs again is numbered, so that the file can be
        read; a person has to say which of them counts."""
        counts: dict[str, int] = {}
        own = []
        for name in self.table.header:
            key = fold(name)
            counts[key] = counts.get(key, 0) + 1
            own.append(name if counts[key] == 1 or not key else f"{name} ({counts[key]})")
        return own

    def _further(self) -> list[str]:
        """Required columns that the file lacked, those that its place or cover sheet gave, and
        those that have a fault and a place only in the delivered form."""
        has = {fold(name) for name in self.table.header}
        further = [name for name in self.table.defaults if fold(name) not in has]
        required = entity(self.batch.entity).required
        further += [n for n in required if fold(n) not in has and n not in further]
        has.update(map(fold, further))
        ours = CORRECTED_IN.get(self.batch.entity, {})
        for row in (row for row, _, _ in self.rows if row is not None):
            for problem in row.problems:
                name = problem.column or ""
                is_shown = name in SHOWN.get(self.batch.entity, ())
                if name and fold(name) not in has and (is_shown or name not in ours):
                    further.append(name)
                    has.add(fold(name))
        return further

    def _line(
        self, row: Quarantined | None, fields: Row | None, width: int, further: list[str]
    ) -> list[str]:
        """A row's values under the header; more values than columns go into the last place."""
        values = [value or "" for value in fields or ()]
        values = [*values, *[""] * (width - len(values))]
        if len(values) > width:
            # The message says so: a person decides where the value with the delimiter ends.
            values = [*values[: width - 1], ",".join(values[width - 1 :])]
        problems = {p.column: _plain(p.value) for p in row.problems} if row else {}
        named = (self.table.defaults.get(n) or problems.get(n) or "" for n in further)
        return [*values, *named]

    def _remarks(self, row: Quarantined | None) -> list[str]:
        if row is None:
            return []
        form = [OUR_FORM] if self.batch.layout is not None else []
        return [*form, *dict.fromkeys(p.message for p in row.problems)]

    def mark(
        self, place: int, row: Quarantined, fields: Row | None, again: set[tuple[int, str]]
    ) -> None:
        """Mark the cells of a row whose faults this file would hide."""
        cells: dict[int, str] = {}
        number = place + 2  # the header is row 1
        for problem in row.problems:
            is_own = problem.rule not in OF_THE_FILE
            if is_own and (number, fold(problem.column or "")) not in again:
                at = self._cell(problem)
                cells.setdefault(at, self._shown(problem, row, fields, at, place))
        for at, text in (self._of_the_file(place) | self._of_the_term(place, row)).items():
            cells.setdefault(at, text)
        for at, text in cells.items():
            self._put(place, at, text)

    def _cell(self, problem: Problem) -> int:
        """The place in which a fault is corrected: its column's, else the row's first."""
        ours = CORRECTED_IN.get(self.batch.entity, {})
        name = ours.get(problem.column or "", problem.column or "")
        return self.places.get(fold(name), 0)

    def _shown(
        self, problem: Problem, row: Quarantined, fields: Row | None, at: int, place: int
    ) -> str:
        """What was delivered in the marked place: the cell's value or, if the fault is the whole
        row's, the row's."""
        if problem.column is None:
            raw = self.batch.raw.get(row.row or 0) or fields or ()
            return "|".join(value or "" for value in raw) if any(raw) else _plain(problem.value)
        name = self.header[at]
        same = fold(name) == fold(problem.column)
        return _plain(problem.value) if same and problem.value else self.lines[place][at]

    def _of_the_file(self, place: int) -> dict[int, str]:
        """Cells that nobody can read in one way, which is why the file was refused: amounts whose
        dot may part thousands, and columns that have one name."""
        line = self.lines[place]
        cells = {
            at: " or ".join(line[n] for n, name in enumerate(self.header) if self._alike(at, name))
            for at in self.twice
        }
        if self.is_ambiguous:
            names = (c.name for c in entity(self.batch.entity).columns if c.kind in NUMBERS)
            ats = (self.places[fold(name)] for name in names if fold(name) in self.places)
            cells |= {at: line[at] for at in ats if re.search(EITHER, line[at].strip())}
        return cells

    def _alike(self, at: int, name: str) -> bool:
        first = self.header[at]
        return name == first or re.fullmatch(rf"{re.escape(first)} \([0-9]+\)", name) is not None

    def _of_the_term(self, place: int, row: Quarantined) -> dict[int, str]:
        """The amount of a row that a map would have computed over a term, had it been good."""
        layout, at = self.batch.layout, self.places.get("amount")
        if layout is None or at is None or row.row not in self.broken:
            return {}
        pricing, ending = layout.columns.get("amount"), layout.columns.get("term_end")
        end = self.places.get(fold("term_end"))
        is_open = end is not None and not self.lines[place][end]
        unit: str | None = pricing.per if pricing is not None else None
        if ending is not None and ending.open_ended and is_open:
            unit = unit or ending.open_ended
        amount = self.lines[place][at]
        if not unit or not amount:
            return {}
        return {at: f"{amount} ({unit}); write the amount of the whole term"}

    def _put(self, place: int, at: int, text: str) -> None:
        name = self.header[at]
        spec = entity(self.batch.entity)
        kind = next((c.kind for c in spec.columns if fold(c.name) == fold(name)), "text")
        if self.batch.entity == USAGE.name and kind == "text":
            # A big file of the feed is read by SQL, which knows no mark; its columns are required.
            self.lines[place][at] = ""
            remark = f"{name} is left empty for you to fill; delivered was {text!r}"
        else:
            self.lines[place][at] = marked(text)
            remark = f"put the right value in the place of {marked('…')} in {name}"
        if remark not in self.remarks[place]:
            self.remarks[place].append(remark)

    def written(self) -> bytes:
        """The file's bytes as they are now."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*map(guard, self.header), *MENDING])
        for (row, number, _), line, remarks in zip(
            self.rows, self.lines, self.remarks, strict=True
        ):
            rules = dict.fromkeys(p.rule for p in row.problems) if row else {}
            explained = (", ".join(rules), " | ".join(remarks), self.batch.file, str(number))
            writer.writerow([guard(v) for v in (*line, *explained)])
        # With the byte order mark a spreadsheet reads the file as utf-8; the landing reads it with
        # or without.
        return out.getvalue().encode("utf-8-sig", "backslashreplace")


def _plain(value: str | None) -> str:
    """A fault's value; a text of JSON without its quotes."""
    if value and value.startswith('"'):
        try:
            return str(json.loads(value))
        except ValueError:
            return value
    return value or ""
