"""Records that a person lets one refused delivery land, as a line of `_accepted.csv`.

Belongs here: making that line of a file and writing it. Does not: reading the list
(deliveries/acceptances.py), or landing the file (land.py).
"""

from __future__ import annotations

import csv
import io
from dataclasses import astuple
from datetime import date
from pathlib import Path

from ingest.deliveries.acceptances import ACCEPTED_FILE, COLUMNS, Acceptance, acceptances
from ingest.deliveries.discover import digest
from ingest.deliveries.received import received_at
from ingest.safe_text import runs
from ingest.sources.following import noted_objects


class BadRequest(ValueError):
    """The acceptance can't be recorded; the message says why and what to do."""


def record(landing: Path, word: Acceptance) -> None:
    """Add a line to the list; adding it twice changes nothing. BadRequest on a broken list."""
    known, faults = acceptances(landing)
    if faults:
        raise BadRequest("; ".join(faults[:3]) + "; correct the list first")
    if not word.accepted_by.strip() or not word.reason.strip():
        raise BadRequest("an acceptance needs who (--by) and why (--reason)")
    for name, text in (("--by", word.accepted_by), ("--reason", word.reason)):
        if runs(text):
            problem = f"{name} {text[:60]!r} is a formula to a spreadsheet"
            raise BadRequest(f"{problem}; begin it with a letter or a digit")
    if word in known:
        return
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(astuple(line) for line in [*known, word])
    path = landing / ACCEPTED_FILE
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(out.getvalue(), "utf-8")
    fresh.replace(path)


def word_for(landing: Path, file: Path, by: str, reason: str, on: date | None) -> Acceptance:
    """The acceptance of a file that is in the landing zone now, named below it or by its path.

    Without a day it has that of the file's receipt: no clock is read. BadRequest when the file is
    not in the landing zone.
    """
    path = file if file.is_file() and _inside(file, landing) else landing / file
    in_store = {one.key: one.sha256 for one in noted_objects(landing)}
    if not _inside(path, landing) or not (path.is_file() or file.as_posix() in in_store):
        raise BadRequest(f"{file} is not a file of the landing zone {landing}; name one that is")
    name = path.resolve().relative_to(landing.resolve()).as_posix()
    day = on or received_at(landing, name).date()
    return Acceptance(name, in_store.get(name) or digest(path), by.strip(), day, reason.strip())


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
