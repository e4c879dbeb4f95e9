"""The landing zone, read plainly: deliveries in order of receipt, current rows, coverage.

Belongs here: files to current rows. Does not belong here: any figure.
"""

import csv
import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

from . import moves
from .dates import local_date, month_of
from .schema import ENTITIES
from .unread import Unread, put_right
from .values import BLANKS, Fault, currency_is_good, parse

REFUSE_SHARE_OF_AT_LEAST = 10
PLACE = " place"  # a row's place in its file, as a spreadsheet counts
HISTORY = ("contacts", "apps")  # entities of which replaced rows still say something


CRM = ("accounts", "opportunities")


@dataclass
class Facts:
    """Current rows by entity, and what is known about their completeness."""

    rows: dict[str, list[dict]] = field(default_factory=dict)
    covered: set[str] = field(default_factory=set)  # state entities with an accepted delivery
    usage_months: set[date] = field(default_factory=set)
    rates: dict[date, dict] = field(default_factory=dict)  # day -> currency -> units per euro
    latest_received: datetime | None = None
    counts: dict[str, dict] = field(default_factory=dict)  # file -> read, accepted, ...
    history: dict[str, list[tuple]] = field(default_factory=dict)  # (received, file, row) in order
    unread: list[Unread] = field(default_factory=list)  # faulty rows, in order of receipt

    def __post_init__(self):
        self.history = {entity: [] for entity in HISTORY}

    @cached_property
    def stints(self) -> list[dict]:
        return moves.stints(self)

    def of(self, entity: str) -> list[dict]:
        """The rows in force; records that the CRM has deleted do not count."""
        rows = self.rows.get(entity, [])
        return [r for r in rows if not r.get("is_deleted")] if entity in CRM else rows


def entity_of(relative: Path) -> str | None:
    """The folder, else the longest entity name the file name starts with."""
    parts = relative.parts
    if len(parts) < 2:
        return None
    candidates = [*ENTITIES, "fx_rates"]
    if len(parts) > 2:
        return parts[1] if parts[1] in candidates else None
    name = relative.stem
    fits = [e for e in candidates if re.match(rf"{e}($|[\d_.-])", name)]
    return max(fits, key=len) if fits else None


def load(landing: Path, known_at: datetime | None = None) -> Facts:
    """Everything received by known_at (all, when None), in order of (received_at, file)."""
    landing = Path(landing)
    named = {}
    listing = landing / "_received.csv"
    if listing.exists():
        for row in csv.DictReader(listing.open(newline="", encoding="utf-8-sig")):
            named[row["file"]] = parse(row["received_at"], "timestamp")
    files = []
    for path in landing.rglob("*"):
        relative = path.relative_to(landing)
        if not path.is_file() or entity_of(relative) is None:
            continue
        name = relative.as_posix()
        received = named.get(name) or datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if known_at is None or received <= known_at:
            files.append((received, name, path))
    facts, digests, current = Facts(), set(), {}
    lines: dict[tuple, dict] = {}  # (partner, month) -> line_id -> row
    lines_at: dict[tuple, tuple] = {}  # when each of them came
    reported: dict[tuple, list[tuple]] = {}  # what reports declared: (received, file, no sales)
    accepted, clean = [], []
    for received, name, path in sorted(files, key=lambda f: f[:2]):
        entity = entity_of(Path(name))
        facts.latest_received = max(facts.latest_received or received, received)
        raw = path.read_bytes()
        if entity == "usage_events":
            _cover_header_only(facts, path)
        digest = (entity, hashlib.sha256(raw).hexdigest())
        scope = Path(name).parts[2] if entity == "api_call_activity" else None
        if (*digest, scope) in digests:
            facts.counts[name] = {"status": "duplicate"}
            continue
        if entity == "fx_rates":
            _take_rates(facts, raw)
            digests.add((*digest, scope))
            continue
        rows, faulty, groups_with_fault = _accepted(entity, path, raw, scope)
        bad, total = len(faulty), len(rows) + len(faulty)
        refused = total >= REFUSE_SHARE_OF_AT_LEAST and 2 * bad > total
        for place, row in faulty:
            facts.unread.append(Unread(entity, name, place, received, row, whole_file=False))
        if refused:
            facts.counts[name] = {"status": "refused"}
            for row in rows:
                facts.unread.append(Unread(entity, name, None, received, row, whole_file=True))
            continue
        digests.add((*digest, scope))
        facts.covered.add(entity)
        facts.counts[name] = {"status": "accepted", "accepted": len(rows), "quarantined": bad}
        if entity == "subscription_lines":
            left = _replace_lines(lines, rows, groups_with_fault)
            kept_out = {(row["partner_id"], row["report_month"]) for _, row in left}
            for place, row in left:
                facts.unread.append(Unread(entity, name, place, received, row))
            groups = {(row["partner_id"], row["report_month"]) for row in rows}
            lines_at |= {g: (received, name) for g in groups if g not in kept_out}
            clean += [(*group, received, name) for group in groups - groups_with_fault]
            continue
        if entity == "usage_events":
            facts.rows.setdefault(entity, []).extend(rows)
            facts.usage_months |= {month_of(local_date(r["occurred_at"])) for r in rows}
            continue
        for row in rows:
            key = tuple(row[k] for k in ENTITIES[entity]["key"])
            accepted.append((entity, key, received, name, row[PLACE]))
            current.setdefault(entity, {})[key] = row
            if entity in HISTORY:
                facts.history[entity].append((received, name, row))
            if entity == "reports":
                reported.setdefault(key, []).append((received, name, row["declares_no_sales"]))
    clean += _without_sales(reported, lines, lines_at)
    for entity, by_key in current.items():
        facts.rows[entity] = list(by_key.values())
    facts.rows["subscription_lines"] = [r for group in lines.values() for r in group.values()]
    put_right(facts.unread, accepted, clean)
    return facts


def _without_sales(reported: dict, lines: dict, lines_at: dict) -> list[tuple]:
    """Empty the months whose report in force came after their lines and declares no sales; returns
    each declaration that was not taken back since."""
    stands = []
    for group, declared in reported.items():
        *at, is_empty = declared[-1]
        if is_empty and tuple(at) > lines_at.get(group, ()):
            lines.pop(group, None)
        taken_back = max((n for n, d in enumerate(declared) if not d[2]), default=-1)
        stands += [(*group, *d[:2]) for d in declared[taken_back + 1 :]]
    return stands


def _cover_header_only(facts: Facts, path: Path) -> None:
    """A header-only file covers the month in its name, even one of known bytes."""
    named = re.fullmatch(r"usage_events-(\d{4}-\d{2})", path.stem)
    if named and not any(True for _ in _records(path, path.read_bytes())):
        facts.usage_months.add(date.fromisoformat(named[1] + "-01"))


def _replace_lines(lines: dict, rows: list[dict], faulty_groups: set) -> list[tuple]:
    """A delivery for (partner, month) replaces the earlier one whole, unless a row is bad; returns
    the good rows, with their places, that replaced nothing."""
    left = []
    groups: dict[tuple, dict] = {}
    for row in rows:
        groups.setdefault((row["partner_id"], row["report_month"]), {})[row["line_id"]] = row
    for group, by_line in groups.items():
        if group in lines and group in faulty_groups:
            left += [(row[PLACE], row) for row in by_line.values()]
            continue
        lines[group] = by_line
    return left


def _take_rates(facts: Facts, raw: bytes) -> None:
    for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))):
        day = date.fromisoformat(row["Date"])
        for currency, text in row.items():
            if currency and currency.strip() not in ("", "Date") and text not in ("N/A", "", None):
                facts.rates.setdefault(day, {})[currency.strip()] = parse(text.strip(), "decimal")


def _accepted(entity: str, path: Path, raw: bytes, scope: str | None):
    """(good rows without in-file duplicates, each with its PLACE, (place, what could be read) of
    each faulty one, (partner, month) with faults)."""
    columns = ENTITIES[entity]["columns"]
    rows, contents, faulty, faulty_groups = [], set(), [], set()
    header = 1 if path.suffix == ".ndjson" else 2
    for place, record in enumerate(_records(path, raw), start=header):
        row, fault = {PLACE: place}, "fields" in record
        for column, kind in columns.items():
            try:
                row[column] = parse(record.get(_fold(column)), kind)
            except Fault:
                fault = True
        if scope is not None:
            row["app_id"] = scope
        if fault or _breaks_rule(entity, row):
            faulty.append((place, row))
            if entity == "subscription_lines":
                faulty_groups.add((row.get("partner_id"), row.get("report_month")))
            continue
        content = tuple(sorted((k, str(v).strip(BLANKS)) for k, v in record.items()))
        if entity != "usage_events" and content in contents:
            continue
        contents.add(content)
        rows.append(row)
    return rows, faulty, faulty_groups


def _breaks_rule(entity: str, row: dict) -> bool:
    if entity == "usage_events":
        return row["call_count"] < 1
    if entity != "subscription_lines":
        return False
    if row["term_end"] < row["term_start"]:
        return True
    if not currency_is_good(row["currency"], row["term_start"]):
        return True
    if row["line_type"] in ("new", "renewal", "expansion", "one_time"):
        return row["amount"] < 0
    return row["line_type"] in ("contraction", "credit") and row["amount"] > 0


def _fold(header: str) -> str:
    return re.sub(r"[ _-]", "", header.strip().lower())


def _records(path: Path, raw: bytes):
    """Dicts of folded header to literal; a row of the wrong width carries the key `fields`."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        for record in pq.read_table(path).to_pylist():
            yield {_fold(k): v for k, v in record.items()}
        return
    utf16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = raw.decode("utf-16" if utf16 else "utf-8-sig")
    if path.suffix in (".ndjson", ".json", ".jsonl"):
        for line in text.splitlines():
            if line.strip():
                yield {_fold(k): v for k, v in json.loads(line).items()}
        return
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = None
    for fields in reader:
        if not fields or fields == [""]:
            continue
        if header is None:
            header = [_fold(h) for h in fields]
            continue
        record = dict(zip(header, fields, strict=False))
        if len(fields) != len(header):
            record["fields"] = len(fields)
        yield record
