"""The ledger's folder: one folder per publication, written whole or not at all.

Belongs here: reading and writing files under `ledger/`, and which publications count. Does not:
what a record says.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scoring.ledger.records import (
    START,
    LedgerBroken,
    Publication,
    canonical,
    parsed,
    sha256,
)

RECORDS, POLICY, DELIVERIES = "records.jsonl", "policy.json", "deliveries.jsonl"
ANSWERS = "answers.json"
FILES = (ANSWERS, DELIVERIES, POLICY, RECORDS)
# Statements of people who vouch for a publication, beside its records (vouching.py).
VOUCHED = re.compile(r"vouched-([0-9]{2,})\.json")
# Stamps of time authorities (stamping.py), and the moment of the machine's own clock (moments.py).
STAMPED = re.compile(r"stamped-([0-9]{2,})\.tsr")
MADE = "made.json"
FOLDER = re.compile(r"[0-9]{4,}-[0-9]{4}(?:-[A-Za-z0-9]+)?")


@dataclass(frozen=True)
class Ledger:
    """The publications of a folder in their order, and the sha256 of the last record of all."""

    folder: Path
    publications: tuple[Publication, ...]

    @property
    def head(self) -> str:
        """The digest that the next publication will name as the record before it."""
        return self.publications[-1].head if self.publications else START

    def in_force(self, period: str) -> Publication | None:
        """The latest publication of a period; earlier ones stay and are superseded."""
        return next((p for p in reversed(self.publications) if p.period == period), None)

    def policy_text(self, publication: Publication) -> str:
        """The policy snapshot under which a publication was decided."""
        return self._kept(publication, POLICY, publication.opening["policy"]["sha256"])

    def deliveries_text(self, publication: Publication) -> str:
        """The deliveries that a publication used, a line each."""
        sha = publication.opening["deliveries"]["sha256"]
        return self._kept(publication, DELIVERIES, sha)

    def answers_text(self, publication: Publication) -> str | None:
        """What libraries answered the run of a publication; None where it kept no answers."""
        answers = publication.opening.get("answers")
        return self._kept(publication, ANSWERS, answers["sha256"]) if answers else None

    def _kept(self, publication: Publication, name: str, expected: str) -> str:
        place = f"ledger/{publication.name}/{name}"
        try:
            data = (self.folder / publication.name / name).read_bytes()
        except FileNotFoundError:
            raise LedgerBroken(f"{place} is gone; take it from a backup") from None
        if sha256(data) != expected:
            raise LedgerBroken(
                f"{place} is not what record 1 of {publication.name} names; take it from a backup"
            )
        return data.decode("utf-8")


def folders(ledger: Path) -> list[Path]:
    """The publications' folders in order; names that begin with a dot are unfinished ones."""
    if not ledger.is_dir():
        return []
    return sorted(
        (path for path in ledger.iterdir() if FOLDER.fullmatch(path.name)),
        key=lambda path: int(path.name.split("-")[0]),
    )


def read_ledger(folder: Path) -> Ledger:
    """Every publication, each checked against the chain.

    Raises LedgerBroken naming the first record that broke; an absent folder is an empty ledger.
    """
    publications: list[Publication] = []
    previous = START
    for place, path in enumerate(folders(folder), start=1):
        try:
            data = (path / RECORDS).read_bytes()
        except FileNotFoundError:
            raise LedgerBroken(
                f"ledger/{path.name}/{RECORDS} is gone; take it from a backup"
            ) from None
        if int(path.name.split("-")[0]) != place:
            raise LedgerBroken(f"ledger/{path.name}: publication {place} is gone before it")
        publications.append(parsed(path.name, data, previous))
        previous = publications[-1].head
    return Ledger(folder, tuple(publications))


def write_publication(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Put a publication's files into the ledger at once: they are seen whole or not at all.

    Everything is on the disk before the folder gets its name. The caller holds the writer's lock.
    Raises OSError naming the file for which there was no room; nothing of the publication stays
    then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".*.new"):
        shutil.rmtree(left)
    fresh = folder / f".{name}.new"
    place = folder / name
    try:
        fresh.mkdir()
        for file, data in sorted(files.items()):
            place = folder / name / file
            with (fresh / file).open("wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
        _sync(fresh)
    except OSError as error:
        # On a full disk nothing of it stays, and the message names the file for which there was no
        # room.
        shutil.rmtree(fresh, ignore_errors=True)
        if error.errno is None:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(place)) from error
    target = folder / name
    fresh.rename(target)
    _sync(folder)
    return target


def _sync(folder: Path) -> None:
    """A folder's entries on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lines(rows: list[dict]) -> bytes:
    """Rows as canonical JSON, a line each."""
    return "".join(f"{canonical(row)}\n" for row in rows).encode("utf-8")


def in_force(
    ledger: Ledger, *, known_at: datetime | None = None, before: int | None = None
) -> list[Publication]:
    """The publication of each period that counts, in the order of the ledger.

    `known_at`: as known then, without what was published later. `before`: only those in force when
    publication number `before` was made.
    """
    latest: dict[str, Publication] = {}
    for publication in ledger.publications:
        early = before is None or publication.sequence < before
        known = known_at is None or publication.known <= known_at
        if early and known:
            latest[publication.period] = publication
    return sorted(latest.values(), key=lambda p: p.sequence)
