"""Lands again what had landed by some moment, from the kept bytes.

Belongs here: from recorded deliveries to landed tables in another warehouse. Does not: judging
(the usual steps, land.py), or what a publication records (scoring/ledger).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingest.deliveries.acceptances import Acceptance, keys
from ingest.deliveries.delivery import ACCEPTED, REFUSED
from ingest.deliveries.discover import LandingFile, digest, scope_of
from ingest.deliveries.landing_tables import create_tables
from ingest.deliveries.raw_store import kept_file
from ingest.deliveries.settings import note_maps, settings_of
from ingest.erasing.log import read_log
from ingest.formats.map_store import Maps, MapText
from ingest.judging.contract import sources as declared_sources
from ingest.judging.entity_paths import entity_of
from ingest.landing.land import land_files
from ingest.people.store import People, people_of
from ingest.people.tokens import Tokens
from ingest.sources.following import noted_objects
from ingest.sources.in_place import ObjectChanged, digest_of, is_place, place_of
from ingest.usage.feed import SPEC


@dataclass(frozen=True)
class Sources:
    """Where bytes may be: the raw store, the landing zone, and other places of usage files by
    digest."""

    store: Path
    landing: Path
    places: Mapping[str, str]


@dataclass(frozen=True)
class Missing:
    """Bytes of a delivery that are no longer where they were, or have changed."""

    file: str
    sha256: str
    why: str


def bytes_of(delivery: Mapping[str, Any], sources: Sources) -> str | None:
    """Where the unchanged bytes of a delivery are: kept, at a noted place, or in the landing zone,
    as an absolute path or a place in a store."""
    sha256 = delivery["sha256"]
    good = (sha256, read_log(sources.store).kept(sha256))
    own = sources.landing / delivery["file"]
    in_store = (str(n.place) for n in noted_objects(sources.landing) if n.key == delivery["file"])
    places = [kept_file(sources.store, sha256), sources.places.get(sha256), own, *in_store]
    return next((str(p) for p in places if p is not None and _digest(str(p)) in good), None)


def _digest(where: str) -> str | None:
    """The digest of what is at a path or place; None where nothing is."""
    if not is_place(where):
        return digest(Path(where)) if Path(where).is_file() else None
    try:
        return digest_of(place_of(where))
    except ObjectChanged:
        return None


def missing_bytes(deliveries: Iterable[Mapping[str, Any]], sources: Sources) -> list[Missing]:
    """Each delivery whose bytes changed or are gone, whether kept or in place. A refused or
    duplicate delivery needs no bytes, but those that are kept of it must be unchanged."""
    missing = []
    for delivery in deliveries:
        sha256, accepted = delivery["sha256"], delivery["status"] == ACCEPTED
        path = kept_file(sources.store, sha256)
        message = None
        if path is not None and digest(path) != path.name:
            message = f"raw/{path.name} is not what was delivered; {_remedy(delivery, sources)}"
        elif path is None and accepted and not _stays_in_place(delivery):
            message = (
                f"raw/{read_log(sources.store).kept(sha256)} is gone; {_remedy(delivery, sources)}"
            )
        elif path is None and accepted and bytes_of(delivery, sources) is None:
            message = "its bytes changed or are gone; put back the file as it was"
        if message is not None:
            missing.append(Missing(delivery["file"], sha256, message))
    return missing


def _stays_in_place(delivery: Mapping[str, Any]) -> bool:
    """Whether a recorded delivery is one that is read in place and never kept."""
    return delivery["entity"] == SPEC.name and delivery["file"].lower().endswith(".parquet")


def _remedy(delivery: Mapping[str, Any], sources: Sources) -> str:
    """What to do: a run restores what the landing zone still has."""
    own = sources.landing / delivery["file"]
    sha256 = delivery["sha256"]
    if own.is_file() and digest(own) in (sha256, read_log(sources.store).kept(sha256)):
        return "the landing zone has the same bytes: the next `plumbline run` keeps them again"
    return "take it from a backup"


def usage_places(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """sha256 -> where a usage file that is read in place was last seen."""
    rows = con.execute(
        "select d.sha256, f.path from landing.usage_files as f"
        " inner join landing.deliveries as d using (delivery_id) order by all"
    ).fetchall()
    return dict(rows)


def land_again(
    con: duckdb.DuckDBPyConnection,
    deliveries: Sequence[Mapping[str, Any]],
    sources: Sources,
    acceptances: Iterable[Mapping[str, Any]],
    demo_installations: Iterable[Sequence[str]] | None,
    maps: Iterable[Mapping[str, str]] = (),
    *,
    people_as_tokens: bool = True,
) -> None:
    """Land the recorded deliveries into a warehouse whose policy and request are loaded.

    `maps`: the user's column maps of that time, `file` and `text` of each. `people_as_tokens`:
    whether people landed as tokens then; whom these stand for is recorded nowhere. Files without
    bytes (refused for their path, duplicates of usage files) are left out: nothing of them landed.
    Raises as ingest.landing.land.land.
    """
    create_tables(con)
    note_maps(con, Maps(tuple(MapText(one["file"], one["text"]) for one in maps)))
    demos = None
    if demo_installations is not None:
        demos = tuple((company, installation) for company, installation in demo_installations)
    settings = replace(settings_of(con), demo_installations=demos)
    words = [
        Acceptance(**{**word, "accepted_on": _date(word["accepted_on"])}) for word in acceptances
    ]
    files = {}
    for delivery in deliveries:
        # A refused file's bytes are kept only if they were read; the other files had no rows.
        refused = delivery["status"] == REFUSED
        path = (
            kept_file(sources.store, delivery["sha256"]) if refused else bytes_of(delivery, sources)
        )
        if path is not None:
            file = found_of(delivery, str(path))
            stands_for_it = read_log(sources.store).kept(file.sha256)
            files[file.file, file.sha256] = replace(file, stands_for_it=stands_for_it)
    ordered = sorted(files.values(), key=lambda f: (f.received_at, f.file))
    # Without the original key another one will do: decisions about contacts are the same under any
    # key.
    tokens = people_of(sources.store.parent, make=False).tokens or Tokens(b"")
    people = People(None, tokens if people_as_tokens else None)
    wanted = tuple(declared_sources())
    land_files(con, ordered, sources.store, settings, keys(words), people, wanted=wanted)


def found_of(delivery: Mapping[str, Any], where: str) -> LandingFile:
    """A recorded delivery as the file that it was, its bytes at a path or place."""
    source, *parts = delivery["file"].split("/")
    moment = delivery["received_at"]
    entity = entity_of(source, tuple(parts)) if parts else ""
    return LandingFile(
        path=Path(delivery["file"] if is_place(where) else where),
        file=delivery["file"],
        source=delivery["source"],
        entity=entity,
        sha256=delivery["sha256"],
        received_at=moment if isinstance(moment, datetime) else datetime.fromisoformat(moment),
        scope=scope_of(entity, tuple(parts)) if entity else "",
        place=where if is_place(where) else "",
    )


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
