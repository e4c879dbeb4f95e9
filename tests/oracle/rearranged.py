"""One program's landing zone written in other ways that mean the same.

Belongs here: files split, repeated, and handed over bit by bit. Does not: what must be equal.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import pyarrow as pa
import pyarrow.parquet as pq

from .left_out import files_of
from .load import entity_of
from .schema import ENTITIES

RECEIVED = "_received.csv"
LATER = "2027-06-30T12:00:00Z"
Moments = dict[str, str]


def moments(landing: Path) -> Moments:
    """File -> its moment of receipt, as `_received.csv` says it."""
    with (landing / RECEIVED).open(encoding="utf-8", newline="") as handle:
        return {row["file"]: row["received_at"] for row in csv.DictReader(handle)}


def write_moments(landing: Path, received: Moments) -> None:
    """Write `_received.csv`."""
    with (landing / RECEIVED).open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["file", "received_at"])
        out.writerows(sorted(received.items()))


def in_bits(landing: Path, to: Path, seed: int, bits: int = 3) -> Iterable[list[str]]:
    """The files arrive in `to` in some order, a part at a time; yields what came each time."""
    names = files_of(landing)
    random.Random(seed).shuffle(names)
    to.mkdir(parents=True)
    shutil.copy(landing / RECEIVED, to / RECEIVED)
    for start in range(bits):
        came = names[start::bits]
        for name in came:
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(landing / name, to / name)
        yield came


def repeated(landing: Path, to: Path) -> None:
    """Every file once more, later, under another name."""
    shutil.copytree(landing, to)
    received = moments(landing)
    for name in files_of(landing):
        path = PurePosixPath(name)
        again = str(path.with_name(f"{path.stem}-again{path.suffix}"))
        # Only the header-only file with a month in its name covers that month.
        shutil.copy(landing / name, to / again)
        received[again] = LATER
    write_moments(to, received)


def split(landing: Path, to: Path) -> int:
    """Every file of several rows as two of one moment; returns how many there are.

    The lines of one partner and month stay together: a report is one delivery.
    """
    received, count = moments(landing), 0
    shutil.copytree(landing, to)
    for name in files_of(landing):
        parts = _parts(landing / name, entity_of(Path(name)) or "")
        if len(set(parts)) < 2:
            continue
        path = PurePosixPath(name)
        (to / name).unlink()
        moment = received.pop(name)
        for number, data in enumerate(parts, start=1):
            part = str(path.with_name(f"{path.stem}-part{number}{path.suffix}"))
            (to / part).write_bytes(data)
            received[part] = moment
        count += 1
    write_moments(to, received)
    return count


def _parts(path: Path, entity: str) -> list[bytes]:
    data = path.read_bytes()
    # Files of equal bytes are cut at one place, so that their parts are of equal bytes too.
    dice = random.Random(hashlib.sha256(data).hexdigest())
    if path.suffix == ".parquet":
        return [] if entity == "subscription_lines" else _parquet(data, dice)
    if path.suffix == ".csv":
        return _csv(data, entity, dice)
    return _ndjson(data, dice) if entity != "subscription_lines" else []


def _csv(data: bytes, entity: str, dice: random.Random) -> list[bytes]:
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    encoding = "utf-16" if utf16 else "utf-8-sig" if data[:3] == b"\xef\xbb\xbf" else "utf-8"
    text = data.decode(encoding)
    mark = max(",;\t|", key=text.split("\n", 1)[0].count)
    header, *rows = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if r]
    if entity == "subscription_lines":
        at = _places(header, ["partner_id", "report_month"])
        reports = sorted({tuple(row[i] for i in at) for row in rows})
        ours = set(dice.sample(reports, len(reports) // 2))
        halves = [
            [row for row in rows if (tuple(row[i] for i in at) in ours) is side]
            for side in (True, False)
        ]
    else:
        cut = _later_version(header, rows, entity)
        cut = cut or (dice.randrange(1, len(rows)) if len(rows) > 1 else 0)
        halves = [rows[:cut], rows[cut:]]
    return [_table(header, half, mark).encode(encoding) for half in halves if half]


def _places(header: list[str], names: list[str]) -> list[int]:
    folded = [name.strip().lower().translate(str.maketrans("", "", " _-")) for name in header]
    return [folded.index(n.replace("_", "")) for n in names if n.replace("_", "") in folded]


def _later_version(header: list[str], rows: list[list[str]], entity: str) -> int:
    """The place of the first row that is a later version of another, where a cut says most."""
    key = ENTITIES[entity]["key"] if entity in ENTITIES else None
    rows_by_key: dict[tuple, list[str]] = {}
    for place, row in enumerate(rows):
        mine = tuple(row[i] for i in _places(header, key or []))
        if mine and rows_by_key.setdefault(mine, row) != row:
            return place
    return 0


def _table(header: list[str], rows: list[list[str]], mark: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator="\r\n").writerows([header, *rows])
    return out.getvalue()


def _ndjson(data: bytes, dice: random.Random) -> list[bytes]:
    lines = [line for line in data.decode("utf-8-sig").split("\n") if line.strip()]
    cut = dice.randrange(1, len(lines)) if len(lines) > 1 else 0
    return ["\n".join(half).encode() for half in (lines[:cut], lines[cut:]) if half]


def _parquet(data: bytes, dice: random.Random) -> list[bytes]:
    table = pq.read_table(pa.BufferReader(data))
    cut = dice.randrange(1, table.num_rows) if table.num_rows > 1 else 0
    halves = []
    for half in (table.slice(0, cut), table.slice(cut)):
        sink = pa.BufferOutputStream()
        pq.write_table(half, sink)
        halves += [sink.getvalue().to_pybytes()] if half.num_rows else []
    return halves
