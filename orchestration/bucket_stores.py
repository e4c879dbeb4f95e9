"""The raw store and the ledger in a bucket: objects that are created once and never overwritten.

Belongs here: what is in the bucket, copying from it, adding to it. Does not: what a publication
says (scoring/ledger/), or opening stores (ingest/sources/objects.py).

The folders beside the warehouse stay and are a full copy. A kept file is an object named by its
digest, a publication one object named by its number alone: it is there whole or not at all, and of
two writers that publish the same number the second is refused, whatever period it publishes. An
object is created before its copy counts, so that a command that was killed between the two finds it
there when it is repeated.
"""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ingest.atomic import OWN_FILE, write_file
from ingest.deliveries.raw_store import close_to_others, keep, on_disk
from ingest.erasing.log import NAME as ERASURES
from ingest.sources.in_place import Place, span
from ingest.sources.objects import AlreadyThere, StoreError, listing, open_store, put_new
from orchestration.settings import Locations
from scoring.ledger.files import FOLDER, RECORDS, STAMPED, VOUCHED, folders, write_publication
from scoring.ledger.records import LedgerRefusal, sha256

# Nobody is erased while the raw store lies in a bucket, so the record of earlier erasures stays
# true.
KEPT = re.compile(rf"[0-9a-f]{{64}}|{re.escape(ERASURES)}")
PUBLICATION = re.compile(r"([0-9]{4,})\.tar")
BESIDE = re.compile(r"([0-9]{4,})/([a-z0-9.-]+)")
AT_ONCE = 8


def follow(places: Locations) -> None:
    """Bring both folders to the state of the bucket, and add to the bucket what only they have.

    The caller holds the writer's lock. Raises StoreError, also where the bucket has another ledger.
    """
    if places.raw_address:
        _follow_raw(places.raw_address, places.store)
    if places.ledger_address:
        _follow_ledger(places.ledger_address, places.ledger)


def keep_raw(places: Locations) -> None:
    """Create the files in the bucket that were kept since. Raises StoreError."""
    if places.raw_address and places.store.is_dir():
        _create_raw(places.raw_address, places.store, set(_sizes(places.raw_address)))


def claim(places: Locations, name: str, files: Mapping[str, bytes]) -> None:
    """Create a publication in the bucket, before it is written beside the warehouse.

    Raises LedgerRefusal where another writer has published this number.
    """
    if not places.ledger_address:
        return
    keep_raw(places)
    number = _number(name)
    key = f"{number}.tar"
    if key in _sizes(places.ledger_address) or not _created(
        places.ledger_address, key, packed(name, files)
    ):
        raise LedgerRefusal(
            f"publication {number} of {places.ledger_address} is there already: another writer "
            "published while this one worked; give the same command again, which takes that "
            "publication over first"
        )


def add_beside(places: Locations, path: Path) -> Path:
    """Create a statement or a stamp that was just written beside a publication.

    Raises LedgerRefusal where another writer added one of that name; ours is then removed.
    """
    if places.ledger_address:
        key = f"{_number(path.parent.name)}/{path.name}"
        if not _created(places.ledger_address, key, path.read_bytes()):
            path.unlink()
            raise LedgerRefusal(f"{places.ledger_address}/{key} is there already; try again")
    return path


def _number(folder: str) -> str:
    return folder.split("-")[0]


def packed(name: str, files: Mapping[str, bytes]) -> bytes:
    """A publication as one object; the same files give the same bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for file, data in sorted(files.items()):
            entry = tarfile.TarInfo(f"{name}/{file}")
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def _unpacked(key: str, data: bytes) -> tuple[str, dict[str, bytes]]:
    """The folder's name and its files. Raises StoreError for an object that is not a
    publication."""
    files, names = {}, set()
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for entry in tar:
                name, _, file = entry.name.partition("/")
                content = tar.extractfile(entry) if entry.isreg() else None
                if content is None or not FOLDER.fullmatch(name) or "/" in file or file[:1] == ".":
                    raise StoreError(f"{key} holds {entry.name!r}, which is not a file of a ledger")
                names.add(name)
                files[file] = content.read()
    except tarfile.TarError as error:
        raise StoreError(f"{key} is not a publication: {error}; take it from a backup") from None
    if len(names) != 1 or RECORDS not in files:
        raise StoreError(f"{key} is not a publication; take it from a backup")
    return names.pop(), files


def _sizes(address: str) -> dict[str, Place]:
    objects = listing(address, open_store(address))
    return {one.key: Place(f"{address}/{one.key}", one.size, str(one.etag)) for one in objects}


def _bytes(place: Place) -> bytes:
    return span(open_store(place.bucket), place, 0, place.size)


def _created(address: str, key: str, data: bytes) -> bool:
    """Whether this call created the object; False if it already existed. Raises StoreError."""
    try:
        put_new(address, key, data)
    except AlreadyThere:
        return False
    return True


def _follow_raw(address: str, store: Path) -> None:
    objects = {key: place for key, place in _sizes(address).items() if KEPT.fullmatch(key)}
    wanted = [key for key in objects if not (store / key).is_file()]

    def take(key: str) -> None:
        data = _bytes(objects[key])
        if key == ERASURES:
            close_to_others(store)
            write_file(store / key, data)
            (store / key).chmod(OWN_FILE)
        elif sha256(data) != key:
            raise StoreError(f"{address}/{key} is not what was kept; take it from a backup")
        else:
            keep(store, key, data)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(take, wanted))
    if wanted:
        on_disk(store)
    if store.is_dir():
        _create_raw(address, store, set(objects))


def _create_raw(address: str, store: Path, names: set[str]) -> None:
    mine = [path for path in sorted(store.iterdir()) if KEPT.fullmatch(path.name)]
    new = [path for path in mine if path.name not in names]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # If one exists by now, it has the same bytes, since its name is their digest.
        list(pool.map(lambda path: _created(address, path.name, path.read_bytes()), new))


def _follow_ledger(address: str, ledger: Path) -> None:
    objects = _sizes(address)
    numbers = {match[1]: key for key in objects if (match := PUBLICATION.fullmatch(key))}
    own = {_number(path.name): path for path in folders(ledger)}
    if common := sorted(set(numbers) & set(own), key=int):
        last = common[-1]  # Each record names the one before it: the last one stands for all.
        _, files = _unpacked(numbers[last], _bytes(objects[numbers[last]]))
        if files[RECORDS] != (own[last] / RECORDS).read_bytes():
            raise StoreError(
                f"publication {last} of {address} is another one than {own[last]}: name the "
                "ledger's own place, or move the folder that is not of this program away"
            )
    for number in sorted(set(numbers) - set(own), key=int):
        name, files = _unpacked(numbers[number], _bytes(objects[numbers[number]]))
        own[number] = write_publication(ledger, name, files)
    for number in sorted(set(own) - set(numbers), key=int):
        content = {p.name: p.read_bytes() for p in own[number].iterdir() if p.is_file()}
        if not _created(address, f"{number}.tar", packed(own[number].name, content)):
            raise StoreError(f"publication {number} of {address} came meanwhile; run again")
    _follow_beside(address, objects, own)


def _follow_beside(address: str, objects: Mapping[str, Any], own: Mapping[str, Path]) -> None:
    for key, place in objects.items():
        match = BESIDE.fullmatch(key)
        if match and _added(match[2]) and match[1] in own:
            path = own[match[1]] / match[2]
            if not path.exists():
                write_file(path, _bytes(place))
    for number, folder in own.items():
        for path in folder.iterdir():
            if _added(path.name) and f"{number}/{path.name}" not in objects:
                _created(address, f"{number}/{path.name}", path.read_bytes())


def _added(name: str) -> bool:
    return bool(VOUCHED.fullmatch(name) or STAMPED.fullmatch(name))
