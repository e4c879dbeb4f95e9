"""The landing zone as a list of files: source and entity, digest, and time of receipt.

Belongs here: walking folders, and digests. Does not: which entity a path names (entity_paths.py),
`_received.csv` (received.py), opening a file for its rows (readers/) or whether it lands (land.py).
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ingest.deliveries.acceptances import ACCEPTED_FILE, acceptances
from ingest.deliveries.received import RECEIVED_FILE, absent, modified, received_list
from ingest.erasing.log import read_log
from ingest.formats.crossbeam import page_of
from ingest.formats.procore_installations import DEMO_LIST, demo_list_fault
from ingest.judging.entity_paths import entity_of, members
from ingest.sources.following import Noted, noted_objects
from ingest.sources.in_place import place_of

BLOCK = 1 << 20
# What programs leave next to the files that they write: marks of a finished job, footers without
# rows, unfinished output, and desktop notes.
LEFT_BESIDE = re.compile(
    r"_SUCCESS|_(?:common_)?metadata|_(?:started|committed)_[0-9]+|_temporary|__MACOSX"
    r"|Thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class LandingFile:
    """One file of the landing zone.

    `file` is its posix path below the landing zone, `scope` the folder that gives a part of its
    content (an app, a company, an endpoint), so that equal bytes of two scopes are two facts.
    `refusal` is (rule, message) when the file is refused before it is read. If a person was erased
    from the delivered bytes, `stands_for_it` is the digest of the present bytes, while `sha256`
    stays that of the delivered ones. `place` says where an object is that is read in its store; its
    `path` is then empty.
    """

    path: Path
    file: str
    source: str
    entity: str
    sha256: str
    received_at: datetime
    scope: str = ""
    refusal: tuple[str, str] | None = None
    stands_for_it: str = ""
    place: str = ""

    @property
    def where(self) -> str:
        """Its place in a store, else its absolute path."""
        return self.place or str(self.path.resolve())

    @property
    def size(self) -> int:
        """Its bytes."""
        return place_of(self.place).size if self.place else self.path.stat().st_size

    def delivery_id(self, entity: str | None = None) -> str:
        """First 16 hex digits of sha256 over source, entity, path and content digest."""
        parts = (self.source, entity or self.entity, self.file, self.sha256)
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def scope_of(entity: str, parts: tuple[str, ...]) -> str:
    """What the path adds to the content: the app's, company's or endpoint's name, else ""."""
    if entity == "crossbeam_api":
        return page_of(parts[-1])
    inside = len(parts) > 2 and parts[0] == entity
    return parts[1] if inside and entity in ("api_call_activity", "installations") else ""


def digest(path: Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def is_left_beside(name: str) -> bool:
    """Whether a file or folder is not a delivery: hidden, or something that a program left
    there."""
    return name.startswith((".", "~$")) or LEFT_BESIDE.fullmatch(name) is not None


def walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Files, links and special files below a folder, without following links, and without what is
    not a delivery. Raises OSError for a folder that cannot be listed."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if is_left_beside(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from walk(Path(entry.path))
            else:
                yield entry


def as_text(path: str) -> str:
    """A path as a table and a terminal can hold it, also where its name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def path_refusal(path: Path, file: str) -> tuple[str, str] | None:
    """Why a path can be no delivery, whatever it holds; `file` names it in the message. Raises
    FileNotFoundError for a path that is not there."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        return "path", f"{file} is a link; put the file itself into the landing zone"
    if not stat.S_ISREG(mode):
        return "path", f"{file} is not a regular file; remove it from the landing zone"
    if not file.isprintable() or "\\" in file:
        return "path", f"{file!r}: the name holds characters that no path may hold; rename it"
    if not os.access(path, os.R_OK):
        return "unreadable", f"{file} can't be opened; grant read access"
    return None


def digest_of(path: Path, file: str, refusal: tuple[str, str] | None) -> str:
    """The digest by which a delivery is known: of its bytes, or of its name where they are not to
    be read. Raises OSError for bytes that cannot be read."""
    unread = refusal is not None and refusal[0] in ("path", "unreadable")
    return hashlib.sha256(file.encode()).hexdigest() if unread else digest(path)


def _refusal(path: Path, file: str, source: str, entity: str) -> tuple[str, str] | None:
    if (refusal := path_refusal(path, file)) is not None:
        return refusal
    if source not in members():
        return "entity", f"{file} lies in no source folder; the sources are {', '.join(members())}"
    if not entity:
        names = ", ".join(members()[source])
        return "entity", f"{file} names no entity of {source}; its name must start with {names}"
    return None


def _landing_file(
    landing: Path, entry: os.DirEntry[str], received: Mapping[str, datetime]
) -> LandingFile:
    path = Path(entry.path)
    relative = path.relative_to(landing)
    file = as_text(relative.as_posix())
    source, *rest = relative.parts
    parts = tuple(rest)
    entity = entity_of(source, parts) if parts else ""
    refusal = _refusal(path, file, source, entity)
    return LandingFile(
        path=path,
        file=file,
        source=as_text(source) if parts else "",
        entity=entity,
        sha256=digest_of(path, file, refusal),
        received_at=received.get(file) or modified(entry.stat(follow_symlinks=False).st_mtime),
        scope=scope_of(entity, parts) if entity else "",
        refusal=refusal,
    )


def stored_object(landing: Path, noted: Noted, received: Mapping[str, datetime]) -> LandingFile:
    """An object that is read in its store, as a file of the landing zone that is a copy of it."""
    source, *parts = noted.key.split("/")
    return LandingFile(
        path=landing / noted.key,
        file=noted.key,
        source=source,
        entity=entity_of(source, tuple(parts)),
        sha256=noted.sha256,
        received_at=received.get(noted.key) or noted.modified,
        place=str(noted.place),
    )


def broken_list(landing: Path, name: str, faults: list[str]) -> LandingFile:
    """A list of the landing zone with what is wrong with it, as a refused file."""
    path = landing / name
    moment = modified(path.stat().st_mtime)
    message = "; ".join(faults[:5]) + "; correct the list, ISO 8601 moments"
    return LandingFile(path, name, "", "", digest(path), moment, refusal=("received", message))


def discover(
    landing: Path, sources: Iterable[str] | None = None, known: Collection[str] | None = None
) -> list[LandingFile]:
    """Every file of the landing zone (of these sources only), in the order (received_at, file).

    Files that fit no source or entity, links, special files and a `_received.csv` with faults come
    with a `refusal`. With `known`, the files that ever landed, a list of receipts that names others
    that do not exist is such a fault too: a misspelt name would leave the intended file with its
    modification time. Raises NotADirectoryError without a landing zone.
    """
    if not landing.is_dir():
        raise NotADirectoryError(
            f"{landing} is not a landing zone: no such folder; name one that is"
        )
    wanted = None if sources is None else set(sources)
    received, faults = received_list(landing)
    in_stores = [
        stored_object(landing, one, received)
        for one in noted_objects(landing)
        if wanted is None or one.key.split("/")[0] in wanted
    ]
    if known is not None:
        faults += absent(landing, received, {*known, *(one.key for one in noted_objects(landing))})
    files = [broken_list(landing, RECEIVED_FILE, faults)] if faults else []
    if not_accepted := acceptances(landing)[1]:
        files.append(broken_list(landing, ACCEPTED_FILE, not_accepted))
    for entry in walk(landing):
        parts = Path(entry.path).relative_to(landing).parts
        if parts in ((RECEIVED_FILE,), (ACCEPTED_FILE,)):
            continue
        fault = demo_list_fault(Path(entry.path)) if parts == DEMO_LIST else None
        if parts == DEMO_LIST and fault is None:
            continue  # a declaration that goes with the pages beside it, no delivery
        # Files in no source's folder are named, whichever sources are requested.
        if wanted is not None and parts[0] in members() and parts[0] not in wanted:
            continue
        try:
            one = _landing_file(landing, entry, received)
            files.append(replace(one, refusal=("demo_list", fault)) if fault else one)
        except FileNotFoundError:
            continue  # taken away while the folder was read: not in the landing zone any more
    return sorted([*files, *in_stores], key=lambda f: (f.received_at, f.file))


def as_delivered(files: Iterable[LandingFile], store: Path) -> list[LandingFile]:
    """The same files; those from which a person was erased have the digest of the delivered
    bytes."""
    erased = read_log(store)
    return [
        replace(one, sha256=erased.as_delivered(one.sha256), stands_for_it=one.sha256)
        if one.sha256 in erased.delivered
        else one
        for one in files
    ]
