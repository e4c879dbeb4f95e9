"""Writers of the landing zone's files, and the list of when each was received.

Belongs here: csv, ndjson, json and raw writers, cutting versions into deliveries, `_received.csv`.
Does not: what the rows say (topic modules) or the workbook's sheets (workbooks.py).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from ingest.judging.contract import entity as contract_entity

Row = Mapping[str, Any]
Version = tuple[date, Row]
"""The day on which a row was known to stand like this, and the row."""


class Cut(NamedTuple):
    """One delivery of a series: what it is called, its last day of facts, when it was received."""

    label: str
    through: date
    received: datetime


@dataclass(frozen=True)
class Style:
    """How a delivery is written: encoding, delimiter, line end, header spelling, format."""

    ext: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    newline: str = "\n"
    header: str = "plain"


PLAIN = Style()
BOM = Style(encoding="utf-8-sig", newline="\r\n")
UTF16_TAB = Style(encoding="utf-16", delimiter="\t", newline="\r\n")
SEMICOLON = Style(delimiter=";")
PIPE = Style(delimiter="|")
TITLED = Style(header="title")
NDJSON = Style(ext="ndjson")


def text(value: Any) -> str:
    """One value as a csv field: ISO dates, plain decimals, true/false, empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def _json_value(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int) else text(value)


def _table_bytes(
    columns: Sequence[str], rows: Iterable[Row], style: Style, extra: str = ""
) -> bytes:
    if style.ext == "ndjson":
        lines = (
            json.dumps({c: _json_value(row.get(c)) for c in columns}, ensure_ascii=False)
            for row in rows
        )
        return "".join(line + "\n" for line in lines).encode()
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=style.delimiter, lineterminator=style.newline)
    titled = style.header == "title"
    writer.writerow([c.replace("_", " ").title() if titled else c for c in columns])
    writer.writerows([text(row.get(c)) for c in columns] for row in rows)
    out.write(extra)
    if style.encoding == "utf-16":  # little endian on every machine, with its mark
        return b"\xff\xfe" + out.getvalue().encode("utf-16-le")
    return out.getvalue().encode(style.encoding)


@dataclass
class Landing:
    """The folder being written. Every file goes through `write` and so into `_received.csv`."""

    root: Path
    received: dict[str, datetime] = field(default_factory=dict)
    bytes_written: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def claim(self, name: str, received: datetime) -> Path:
        """The path for a file that the caller writes itself; notes when it was received.

        ValueError for a name that was claimed before.
        """
        if name in self.received:
            raise ValueError(f"{name} is written twice; give the delivery another label")
        self.received[name] = received
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, data: bytes, received: datetime) -> None:
        """Write one file and note when it was received."""
        self.claim(name, received).write_bytes(data)
        self.bytes_written += len(data)

    def table(
        self,
        entity: str,
        label: str,
        rows: Sequence[Row],
        received: datetime,
        style: Style = PLAIN,
        extra: str = "",
    ) -> None:
        """Write rows of an entity as one delivery; `extra` is raw text put at its end."""
        layout = contract_entity(entity)
        data = _table_bytes([c.name for c in layout.columns], rows, style, extra)
        name = f"{layout.source}/{entity}-{label}.{style.ext}"
        self.write(name, data, received)
        self.rows[entity] = self.rows.get(entity, 0) + len(rows)

    def feed(
        self,
        entity: str,
        versions: Iterable[Version],
        cuts: Sequence[Cut],
        style: Style = PLAIN,
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """Write versions of rows as a series of deliveries, each with what changed up to its day.

        The last cut takes all that is left. A delivery contains each key once, in its latest
        version.
        """
        key = contract_entity(entity).key
        ordered = sorted(versions, key=lambda version: version[0])
        at = 0
        for index, cut in enumerate(cuts):
            last = index == len(cuts) - 1
            bucket: dict[tuple[Any, ...], Row] = {}
            while at < len(ordered) and (last or ordered[at][0] <= cut.through):
                row = ordered[at][1]
                bucket[tuple(row.get(k) for k in key)] = row
                at += 1
            if bucket or index == 0:
                rows = list(bucket.values())
                tail = (extra or {}).get(cut.label, "")
                self.table(entity, cut.label, rows, cut.received, style, tail)

    def json(self, name: str, document: Any, received: datetime) -> None:
        """Write one JSON page, as an API returns it."""
        data = json.dumps(document, ensure_ascii=False, indent=1, default=text) + "\n"
        self.write(name, data.encode(), received)

    def resend(self, name: str, again: str, day: date) -> None:
        """The same bytes once more under another name, as partners do: a duplicate delivery."""
        self.write(again, (self.root / name).read_bytes(), received_on(day))

    def finish(self) -> None:
        """Write `_received.csv`, which names every file but itself."""
        lines = [f"{name},{at.isoformat()}Z\n" for name, at in sorted(self.received.items())]
        (self.root / "_received.csv").write_text(
            "file,received_at\n" + "".join(lines), encoding="utf-8", newline=""
        )


def received_on(day: date, hour: int = 7, minute: int = 30) -> datetime:
    """The moment a delivery of that day came in (UTC)."""
    return datetime.combine(day, time(hour, minute))
