"""Writes pages of a CRM's API into the landing zone, as received, and only where they are new.

Belongs here: writing a page, recognising its records. Does not: fetching it, or what it means.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.api.budget import PullFailed
from ingest.formats.json_page import canonical
from ingest.sources.fetched import Fetched, SourceError, digest, place

PAGES = "pages"


@dataclass(frozen=True)
class Page:
    """One answer: its bytes as received, and the records in it."""

    body: bytes
    records: list[Any]


def keep(
    name: str, into: str, walk: Iterator[Page], landing: Path, state: dict[str, Any], now: datetime
) -> tuple[list[Fetched], int, str | None]:
    """Write each page unless a page of the last complete walk had the same records, each before the
    next is requested. Returns what was written, how many records came, and what ended the walk
    early. `state[name]` keeps the digests of the last complete walk and how many records it had.

    A page's own bytes do not identify it: the same records come with another cursor each time.
    """
    before = state.get(name) or {}
    known, marks = set(before.get(PAGES, ())), []
    fetched: list[Fetched] = []
    records, fault = 0, None
    moment = now.astimezone(UTC)
    try:
        for number, page in enumerate(walk, start=1):
            mark = digest(canonical(page.records).encode("utf-8", "surrogatepass"))
            marks.append(mark)
            records += len(page.records)
            first_of_all = number == 1 and not before
            if mark in known or not (page.records or first_of_all):
                continue
            file = f"{name}-{moment:%Y%m%dT%H%M%SZ}-{number:05d}.json"
            written = place(landing, into, file, page.body)
            fetched.append(Fetched(name, written, len(page.body), len(page.records)))
    except PullFailed as error:
        fault = str(error)
    if fault is None:
        fewer = int(before.get("records", 0)) - records
        state[name] = {PAGES: marks, "records": records}
        if fewer > 0:
            note = f"{fewer} records fewer than last time, without having been seen as deleted"
            fetched.append(Fetched(name, note=f"{note}: what landed of them stays"))
        if not fetched:
            fetched.append(Fetched(name, rows=records, note="nothing new"))
    return fetched, records, fault


def needed(kind: str, spec: Mapping[str, Any], *names: str) -> None:
    """Raise SourceError for a source that lacks one of these."""
    for name in names:
        if not spec.get(name):
            raise SourceError(f"{kind}: {name}: is missing")
