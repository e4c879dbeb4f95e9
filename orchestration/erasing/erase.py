"""The steps of the command: who, what changes, the proof, the replacing, what is left to do.

Belongs here: the order of steps over raw store, landing zone, warehouse and site. Does not: the
proof (kept.py), or where a person is still named (left.py).

The raw store changes first, at once, together with its record; from then on every run lands the
person's token. The later steps may be cut off: a note beside the warehouse says so until all is
done, and the same command finishes them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingest.atomic import write_file
from ingest.deliveries.discover import discover
from ingest.deliveries.settings import Settings, settings_of
from ingest.erasing.files import NotRewritten, Rewritten, without
from ingest.erasing.holds import covering
from ingest.erasing.log import read_log
from ingest.erasing.person import Person, is_theirs, partners_of, person_of
from ingest.landing.prepare import in_place
from ingest.people.store import People, Value, people_of
from orchestration import warehouse
from orchestration.erasing.kept import EraseRefused, replace_kept
from orchestration.erasing.left import (
    Left,
    elsewhere,
    given_again,
    is_held,
    named_in_given,
    still,
    texts,
)
from orchestration.exported_files import mark_stale
from orchestration.program import hold_program
from orchestration.settings import Locations
from scoring.ledger.files import Ledger, read_ledger
from scoring.ledger.integrity import RAW_NAME
from scoring.ledger.verify import deliveries_of
from scoring.ledger.vouching import now
from scoring.rows import fetch, fetch_one

UNFINISHED = "erasing.unfinished"


@dataclass(frozen=True)
class Changed:
    """A rewritten file, and how many of its rows and values change."""

    place: str
    rows: int
    values: int


@dataclass
class Erasure:
    """What an erasure would change, or has changed (`applied`). `look_at`: texts that contain a
    name."""

    applied: bool = False
    kept: list[Changed] = field(default_factory=list)
    landing: list[Changed] = field(default_factory=list)
    proven: list[str] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    look_at: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True)
class _Known:
    """What the warehouse knows about the people and the files."""

    people: list[Person]
    partners: list[str]
    files: Mapping[str, Mapping[str, Any]]
    settings: Settings
    look_at: list[str]
    theirs: list[Callable[[str, Value], bool]]


def erase(
    places: Locations,
    emails: Sequence[str],
    by: str,
    reason: str,
    *,
    write: bool,
    rebuild: Callable[[Locations], None],
    also: tuple[Path, ...] = (),
) -> Erasure:
    """Erase the people who have one of these addresses; with write=False only say what would
    change.

    `rebuild` runs the program again, so that tables and pages follow. `also`: folders of exports,
    letters or bundles, which are searched and named. Raises EraseRefused where a hold is in force,
    or where a publication could not be proved afterwards; nothing is changed then.
    """
    hold_program(places)
    if write and (elsewhere_too := places.raw_address or places.ledger_address):
        raise EraseRefused(
            f"nobody was erased: objects of {elsewhere_too} are never written over; take `raw:` "
            "and `ledger:` out of places, erase, and give both new, empty addresses; then delete "
            "the objects of the old ones"
        )
    ledger = read_ledger(places.ledger)
    named = people_of(places.warehouse.parent, make=write)
    known = _known(places, ledger, emails, named)
    standing = covering(places.store, known.partners)
    if standing:
        holds_text = "; ".join(hold.text for hold in standing)
        raise EraseRefused(f"nobody was erased: a hold is in place ({holds_text}); end it first")
    erasure = Erasure(look_at=known.look_at)
    rewritten = dict(_kept_files(places, known, erasure.left))
    landing = dict(_landing(places, known, erasure.left))
    erasure.kept = [
        Changed(f"raw/{name} ({known.files[name]['file']})", one.rows, one.values)
        for name, one in rewritten.items()
    ]
    erasure.landing = [Changed(file, one.rows, one.values) for (file, _), one in landing.items()]
    if not write:
        erasure.left += elsewhere(places, known.people, also)
        erasure.left += [
            Left(one.place, f"made again by `plumbline {one.command[0]}`")
            for one in named_in_given(places, known.people)
        ]
        return erasure
    mark_stale(places, named_in_given(places, known.people))
    unfinished = places.warehouse.with_name(UNFINISHED)
    with warehouse.write_lock(places, "plumbline erase"):
        was_cut_off = unfinished.exists()
        write_file(unfinished, b"`plumbline erase` again finishes what was cut off.\n")
        if rewritten:
            line = {
                "kind": "erasure",
                "people": [person.mark for person in known.people],
                "by": by,
                "reason": reason,
                "at": f"{now():%Y-%m-%dT%H:%M:%S}",
            }
            erasure.proven = replace_kept(
                places, ledger, known.files, known.settings, rewritten, line
            )
        for (file, path), one in landing.items():
            _replace(path, one.data, file, erasure.left)
        forgotten = named.forget(lambda *value: any(test(*value) for test in known.theirs))
    held = any(is_held(places, one) for one in known.people)
    erasure.applied = bool(rewritten or landing or forgotten or held or was_cut_off)
    if erasure.applied:
        rebuild(places)
        compact(places)
    unfinished.unlink(missing_ok=True)
    erasure.left += given_again(places, known.people)
    erasure.left += elsewhere(places, known.people, also) + still(places, known.people)
    return erasure


def _known(places: Locations, ledger: Ledger, emails: Sequence[str], named: People) -> _Known:
    erased = read_log(places.store)
    used = [row for p in ledger.publications for row in deliveries_of(ledger, p)]
    with warehouse.read(places) as con:
        people = [person_of(con, email, named) for email in emails]
        theirs = [is_theirs(con, person) for person in people]
        partners = sorted({one for person in people for one in partners_of(con, person)})
        landed = fetch(con, "select source, entity, file, sha256 from landing.deliveries")
        settings = settings_of(con)
        look_at = texts(con, people, partners)
    files = {erased.kept(row["sha256"]): row for row in (*used, *landed)}
    return _Known(people, partners, files, settings, look_at, theirs)


def _kept_files(
    places: Locations, known: _Known, left: list[Left]
) -> Iterator[tuple[str, Rewritten]]:
    for path in sorted(places.store.iterdir()) if places.store.is_dir() else ():
        row = known.files.get(path.name)
        if row is None or not RAW_NAME.fullmatch(path.name):
            continue
        try:
            made = _without(known, path.read_bytes(), row["file"], row["entity"])
        except NotRewritten as error:
            left.append(Left(f"raw/{path.name} ({row['file']})", str(error)))
            continue
        if made is not None:
            yield path.name, made


def _without(known: _Known, data: bytes, file: str, entity: str) -> Rewritten | None:
    """A file without any of the people, None where it names none of them."""
    rows = values = 0
    for person in known.people:
        made = without(person, data, file, entity)
        if made is not None:
            data, rows, values = made.data, rows + made.rows, values + made.values
    return Rewritten(data, rows, values) if values else None


def _landing(
    places: Locations, known: _Known, left: list[Left]
) -> Iterator[tuple[tuple[str, Path], Rewritten]]:
    if not places.landing.is_dir():
        return
    for file in discover(places.landing):
        if in_place(file) or not file.path.is_file() or file.path.is_symlink():
            continue
        try:
            made = _without(known, file.path.read_bytes(), file.file, file.entity)
        except NotRewritten as error:
            why = f"{error}; take the person out of it there, and deliver it again"
            left.append(Left(f"landing/{file.file}", why))
            continue
        if made is not None:
            yield (file.file, file.path), made


def _replace(path: Path, data: bytes, file: str, left: list[Left]) -> None:
    """Replace a file of the landing zone, keeping its time and its permissions."""
    was = path.stat()
    try:
        write_file(path, data)
        os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
        path.chmod(was.st_mode & 0o7777)
    except OSError as error:
        why = f"it can't be written ({error.strerror}); take the person out of it there"
        left.append(Left(f"landing/{file}", why))


def compact(places: Locations) -> None:
    """Rewrite the warehouse without its freed blocks, which still hold the old contents."""
    with warehouse.write_lock(places, "plumbline erase"):
        fresh = places.warehouse.with_name(f"{places.warehouse.name}.compact")
        fresh.unlink(missing_ok=True)
        with warehouse.connect(places.warehouse) as con:
            con.execute("force checkpoint")
            [name] = fetch_one(con, "select current_database() as name").values()  # type: ignore[union-attr]
            con.execute(f"attach '{fresh}' as compact")
            con.execute(f'copy from database "{name}" to compact')
            con.execute("detach compact")
        fresh.replace(places.warehouse)
        warehouse.publish_serving_copy(places)


def rebuild_last(places: Locations) -> None:
    """Repeat the last run of the warehouse."""
    from orchestration.run import run_review, run_year

    with warehouse.read(places) as con:
        run = fetch_one(con, "select year, last_period, as_of, known_at from run.parameters")
    if run is None:
        return
    moments = {"as_of": run["as_of"], "known_at": run["known_at"]}
    if "-" in run["last_period"]:
        run_review(places, run["last_period"], **moments)
    else:
        run_year(places, run["year"], **moments)
