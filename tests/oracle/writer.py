"""Rows to landing files: batches, formats, header and literal variants, `_received.csv`.

Belongs here: how a program's rows become files. Does not belong here: what the rows say.
"""

import csv
import io
import json
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from .schema import ENTITIES

PLAIN_ONLY = {"subscription_lines", "reports"}  # versions of these are made by hand
HEADER_STYLES = [
    str,
    str,
    str,
    str.upper,
    lambda h: h.replace("_", " ").title(),
    lambda h: h.replace("_", "-"),
]


class Landing:
    """Collects rows by entity and writes them as deliveries with times of receipt."""

    def __init__(self, root: Path, rng: random.Random, last_received: datetime):
        self.root, self.rng, self.last = Path(root), rng, last_received
        self.rows: dict[str, list[dict]] = {e: [] for e in ENTITIES}
        self.extra: list[tuple[str, str, list[dict], datetime]] = []  # entity, name, rows, when
        self.copies: list[tuple[str, str]] = []  # (file stem, stem of a file of the same bytes)
        self.rates = ""  # the rates file as published
        self.absent: set[str] = set()
        self.faulty = False  # some values do not fit their column's type
        self.received: list[tuple[str, datetime]] = []
        self.numbers: dict[str, int] = {}

    def put(self, entity: str, **row) -> dict:
        columns = ENTITIES[entity]["columns"]
        unknown = set(row) - set(columns) - {"app_id"}
        assert not unknown, (entity, unknown)
        row = {**dict.fromkeys(columns), **row}
        self.rows[entity].append(row)
        return row

    def id(self, prefix: str) -> str:
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}{self.numbers[prefix]:03d}"

    def write(self, style: bool = True) -> None:
        """Write every entity that is not absent; one without rows becomes a header-only file."""
        base = self.last - timedelta(days=40)
        for entity, rows in self.rows.items():
            if entity in self.absent or entity in ("usage_events", "api_call_activity"):
                continue
            source = ENTITIES[entity]["source"]
            if source == "decisions" and not rows:
                continue
            first, update = rows, []
            if entity not in PLAIN_ONLY and len(rows) > 1:
                first, update = self._versions(entity, rows)
            when = base + timedelta(hours=self.rng.randrange(200))
            self.file(f"{source}/{entity}", entity, first, when, style)
            if update:
                name = self.rng.choice([f"{source}/{entity}-update", f"{source}/{entity}/late-2"])
                self.file(name, entity, update, when + timedelta(days=10), style)
        for entity, name, rows, when in self.extra:
            if entity not in self.absent:
                self.file(name, entity, rows, when, style)
        if self.rates and "fx_rates" not in self.absent:
            self.raw("reference/fx_rates/eurofxref-hist.csv", self.rates.encode(), base)
        for stem, copy in self.copies:
            for name, _ in list(self.received):
                if name.rsplit(".", 1)[0] == stem:
                    data = (self.root / name).read_bytes()
                    self.raw(f"{copy}.{name.rsplit('.', 1)[1]}", data, base + timedelta(days=15))
        # One delivery carries the moment of what is known.
        self.file("account_mapping/overlaps-last", "overlaps", [], self.last, False)
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\n")
        out.writerow(["file", "received_at"])
        out.writerows((n, t.isoformat().replace("+00:00", "Z")) for n, t in self.received)
        (self.root / "_received.csv").write_text(text.getvalue(), encoding="utf-8")

    def raw(self, relative: str, data: bytes, when: datetime) -> None:
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.received.append((relative, when))

    def _versions(self, entity: str, rows: list[dict]) -> tuple[list[dict], list[dict]]:
        """Older versions of some rows first: in the same file, or with the true one in a later."""
        key = [k for k in ENTITIES[entity]["key"] if k in ENTITIES[entity]["columns"]]
        keep = {*key, "partner_id", "app_id", "agreement_id"}
        first, update = [], []
        for row in rows:
            kind = self.rng.random()
            if kind < 0.08:
                other = self.rng.choice(rows)
                old = {**other, **{k: row[k] for k in keep if k in row}}
                first.append(old)
                (update if self.rng.random() < 0.6 else first).append(row)
            elif kind < 0.12:
                first += [row, dict(row)]  # the same row twice
            else:
                first.append(row)
        return first, update

    def file(self, name, entity, rows, when, style=True, kind=None) -> str:
        """Write one delivery; returns its path relative to the landing zone."""
        rng = self.rng
        kind = kind or (
            rng.choices(["csv", "ndjson", "parquet"], [90, 6, 4])[0] if style else "csv"
        )
        if not rows:
            kind = "csv"
        if kind == "parquet" and (self.faulty or not _parquet()):  # a fault needs its text
            kind = "csv"
        relative = f"{name}.{kind}"
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        kinds = ENTITIES[entity]["columns"]
        columns = list(kinds)
        if kind == "csv":
            path.write_bytes(self._csv(entity, columns, rows, style))
        elif kind == "ndjson":
            text = "".join(
                json.dumps({c: plain(r[c], kinds[c]) for c in columns if r[c] is not None}) + "\n"
                for r in rows
            )
            path.write_text(text, encoding="utf-8")
        else:
            _write_parquet(path, entity, columns, rows)
        self.received.append((relative, when.astimezone(UTC)))
        return relative

    def _csv(self, entity, columns, rows, style) -> bytes:
        rng = self.rng
        delimiter = rng.choices([",", ";", "\t", "|"], [85, 5, 5, 5])[0] if style else ","
        header = rng.choice(HEADER_STYLES) if style else str
        encoding = rng.choices(["utf-8", "utf-8-sig", "utf-16"], [85, 10, 5])[0]
        text = io.StringIO()
        ending = rng.choice(["\n", "\r\n"]) if style else "\n"
        out = csv.writer(text, delimiter=delimiter, lineterminator=ending)
        out.writerow([header(c) for c in columns])
        for row in rows:
            out.writerow(
                [self._literal(row[c], ENTITIES[entity]["columns"][c], style) for c in columns]
            )
        return text.getvalue().encode(encoding if style else "utf-8")

    def _literal(self, value, kind: str, style: bool) -> str:
        rng = self.rng
        if isinstance(value, bool):
            words = (
                ["true", "yes", "Y", "1", "TRUE"] if value else ["false", "no", "N", "0", "False"]
            )
            return rng.choice(words) if style else words[0]
        if isinstance(value, datetime):
            return _timestamp(value, rng if style else None)
        if kind.startswith("enum") and value and style and rng.random() < 0.1:
            return value.upper()
        value = plain(value, kind)
        return "" if value is None else str(value)


def plain(value, kind: str = ""):
    """A json-safe value; money stays text, so that it never passes through a binary float."""
    if kind == "month" and isinstance(value, date):
        return f"{value:%Y-%m}"
    if isinstance(value, datetime):
        return _timestamp(value, None)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


def _timestamp(value: datetime, rng) -> str:
    from zoneinfo import ZoneInfo

    style = rng.random() if rng else 0
    if style < 0.5:
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if style < 0.7:
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")  # no offset: UTC
    zone = "America/Los_Angeles" if style < 0.9 else "Asia/Tokyo"
    return value.astimezone(ZoneInfo(zone)).isoformat()


def _parquet() -> bool:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        return False
    return True


def _write_parquet(path: Path, entity: str, columns: list[str], rows: list[dict]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = {}
    for c in columns:
        values = [r[c] for r in rows]
        kind = ENTITIES[entity]["columns"][c].rstrip("?")
        if kind == "timestamp":
            array = pa.array(values, pa.timestamp("us", tz="UTC"))
        elif kind == "int":
            array = pa.array(values, pa.int64())
        elif kind == "date":
            array = pa.array(values, pa.date32())
        elif kind == "bool":
            array = pa.array(values, pa.bool_())
        else:
            array = pa.array(
                [None if v is None else str(plain(v, kind)) for v in values], pa.string()
            )
        data[c] = array
    pq.write_table(pa.table(data), path)
