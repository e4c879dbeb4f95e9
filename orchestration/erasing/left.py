"""Places where the erased person is still named, and what somebody has to do there.

Belongs here: searching afterwards, including what no run rewrites. Does not: erasing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingest.erasing.person import Person
from ingest.judging.contract import entities
from ingest.people.store import people_of
from ingest.personal_data import held_in_files, held_in_tables, held_values
from orchestration import warehouse
from orchestration.exported_files import ExportedFile, exported_files, make_again
from orchestration.outputs import site_exists
from orchestration.settings import Locations


@dataclass(frozen=True)
class Left:
    """A place that still names the person, and what to do about it."""

    place: str
    why: str


def texts(
    con: duckdb.DuckDBPyConnection, people: Sequence[Person], partners: list[str]
) -> list[str]:
    """Free texts about their partners that contain one of the names, for a person to read."""
    places_of = []
    for entity in entities():
        columns = [column for column, kind in entity.people if kind == "free_text"]
        if "partner_id" not in {column.name for column in entity.columns}:
            continue
        for column in columns:
            for name in sorted({name for person in people for name in person.names}):
                rows = con.execute(
                    f"select _file, _row from landing.{entity.name}"
                    f" where list_contains(?, partner_id) and contains(lower({column}), lower(?))",
                    [partners, name],
                ).fetchall()
                places_of += [f"{file} row {row}: {column}" for file, row in rows]
    return sorted(set(places_of))


def _addresses(people: Sequence[Person]) -> list[str]:
    return sorted({address for person in people for address in person.addresses})


def is_held(places: Locations, person: Person) -> bool:
    """Whether the values behind tokens or the copy for readers still contain one of their
    addresses."""
    people = people_of(places.warehouse.parent, make=False)
    with warehouse.read(places) as con:
        return any(
            held_values(people, address) or held_in_tables(con, address)
            for address in person.addresses
        )


def elsewhere(places: Locations, people: Sequence[Person], also: tuple[Path, ...]) -> list[Left]:
    """What no run rewrites: the object store, publications, runs of past moments, exports."""
    left = []
    if places.address:
        why = "the object store has the files as they were; put those of the copy in their place"
        left.append(Left(places.address, why))
    whys = {
        "published; a chain of digests can't change, and who publishes answers for it": (
            places.ledger
        ),
        **{f"make {folder} again, or delete it": folder for folder in also},
    }
    for address in _addresses(people):
        left += [Left(held.place, held.why) for held in held_in_files(whys, address)]
    beside = places.warehouse.parent.glob(f"{places.warehouse.stem}.known-at-*.duckdb*")
    why = "a run of a past moment; delete it, or run it again"
    return left + [Left(path.name, why) for path in sorted(beside)]


def names_in(person: Person) -> list[str]:
    """The texts that identify the person: addresses or, without any, names of several words."""
    return [*person.addresses, *(name.lower() for name in person.names if len(name.split()) > 1)]


def named_in_given(places: Locations, people: Sequence[Person]) -> list[ExportedFile]:
    """The outputs that were given out and name one of them."""
    marks = sorted({mark for person in people for mark in names_in(person)})
    return [
        one
        for one in exported_files(places)
        if one.stale or any(held_in_files({"": one.path}, mark) for mark in marks)
    ]


def given_again(places: Locations, people: Sequence[Person]) -> list[Left]:
    """Make the outputs that named them again; returns those for which that failed."""
    left = []
    for one in [one for one in exported_files(places) if one.stale]:
        fault = make_again(places, one)
        if fault or one in named_in_given(places, people):
            left.append(Left(one.place, f"{fault or 'it names the person still'}; delete it"))
    return left


def still(places: Locations, people: Sequence[Person]) -> list[Left]:
    """The places that still name the person after everything was done."""
    left = []
    values = people_of(places.warehouse.parent, make=False)
    for address in _addresses(people):
        left += [Left(held.place, held.column) for held in held_values(values, address)]
    with warehouse.read(places) as con:
        for address in _addresses(people):
            left += [
                Left(f"{held.place} {held.column}", f"{held.file or 'not of a delivered file'}")
                for held in held_in_tables(con, address)
                if held.column != "contact_id" or held.found_by == address
            ]
    mend = "take the person out of it there"
    folders = {
        mend: places.landing,
        "bytes that no delivery of this warehouse names; delete the file": places.store,
        "a page of another run; delete the file, or run that again": places.site,
        "the history of runs, made anew when it is deleted": places.dagster_home,
    }
    if places.site_address and not site_exists(places):
        why = "the site there is not the one that was made; run the last period again"
        left.append(Left(places.site_address, why))
    named = {one.place for one in left}
    for address in _addresses(people):
        left += [
            Left(held.place, held.why)
            for held in held_in_files(folders, address)
            if held.place not in named
        ]
    return left
