"""The files that a person names to `plumbline check`, each as a landing zone would have it.

Belongs here: files, folders and whole landing zones as LandingFile; the landing zone's own lists.
Does not: walking a landing zone (deliveries/discover.py), or judging (check.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from ingest.deliveries.acceptances import ACCEPTED_FILE, acceptances
from ingest.deliveries.discover import (
    LandingFile,
    as_text,
    broken_list,
    digest_of,
    discover,
    is_left_beside,
    path_refusal,
    scope_of,
    walk,
)
from ingest.deliveries.received import RECEIVED_FILE, absent, modified, received_list
from ingest.formats.procore_installations import DEMO_LIST, demo_list_fault
from ingest.judging.entity_paths import entity_of, members
from ingest.sources.following import noted_objects

# The landing zone's own lists, which are not deliveries, and what each of them is.
LISTS = {
    RECEIVED_FILE: "the landing zone's list of when its files were received",
    ACCEPTED_FILE: "the landing zone's list of files that somebody accepted",
    DEMO_LIST[-1]: "the landing zone's list of demonstration installations",
}


@dataclass
class NamedFiles:
    """`files` to judge, in the order of their receipt, and (file, what it is) of good `lists` that
    were named by themselves."""

    files: list[LandingFile] = field(default_factory=list)
    lists: list[tuple[str, str]] = field(default_factory=list)


def named_files(
    paths: Iterable[Path], landing: Path | None, landed: Collection[str] | None
) -> NamedFiles:
    """The files, those of the folders, and those of the landing zones that these paths name.

    landed: files that landed before (`ingest.landing.check.check`). Raises FileNotFoundError for a
    path that is not there, OSError for a folder that cannot be listed.
    """
    by_path: dict[Path, LandingFile] = {}
    lists = []
    received: dict[Path, dict[str, datetime]] = {}
    for path in paths:
        if path.is_dir() and any((path / source).is_dir() for source in members()):
            by_path.update((f.path.absolute(), f) for f in discover(path, None, landed))
            continue
        is_folder = path.is_dir()
        inside = sorted(Path(entry.path) for entry in walk(path)) if is_folder else [path]
        for one in inside:
            file = _single(one, landing, landed)
            if file is not None:
                by_path[one.absolute()] = _as_listed(file, received)
            elif not is_folder:
                lists.append((as_text(one.name), LISTS[one.name]))
    files = sorted(by_path.values(), key=lambda f: (f.received_at, f.file))
    return NamedFiles(files, lists)


def _owner(path: Path, landing: Path | None) -> tuple[str, str, tuple[str, ...]]:
    """(posix path, source, parts below the source) of a file that is named on its own. A link is
    named as itself, not as the file that it leads to."""
    full = path.parent.resolve() / path.name
    if landing is not None and full.is_relative_to(landing.resolve()):
        parts = full.relative_to(landing.resolve()).parts
        return "/".join(parts), parts[0], parts[1:]
    places = [i for i, part in enumerate(full.parts[:-1]) if part in members()]
    if places:
        parts = full.parts[places[-1] :]
        return "/".join(parts), parts[0], parts[1:]
    # Anywhere else the file's name alone says what it is.
    fits = [(entity_of(s, (path.name,)), s) for s in members()]
    fits = [fit for fit in fits if fit[0]]
    source = max(fits, key=lambda fit: len(fit[0]))[1] if fits else ""
    return f"{source}/{path.name}".lstrip("/"), source, (path.name,)


def _as_listed(file: LandingFile, received: dict[Path, dict[str, datetime]]) -> LandingFile:
    """The file with the moment of receipt that its landing zone lists; `received` holds the lists
    that were read before."""
    full = file.path.parent.resolve() / file.path.name
    zone = next((up for up in full.parents if (up / file.file) == full), None)
    if zone is None:
        return file
    if zone not in received:
        received[zone] = received_list(zone)[0]
    moment = received[zone].get(file.file)
    return replace(file, received_at=moment) if moment else file


def _single(path: Path, landing: Path | None, landed: Collection[str] | None) -> LandingFile | None:
    """A file that is named on its own; None for a list of the landing zone without a fault."""
    name, source, parts = _owner(path, landing)
    file = as_text(name)
    entity = entity_of(source, parts) if source and parts else ""
    refusal = path_refusal(path, file)
    if refusal is None and _is_list(path, landing):
        faults = _list_faults(path, landed)
        return broken_list(path.parent, path.name, faults) if faults else None
    refusal = refusal or _skipped(file, (source, *parts))
    if refusal is None and not entity:
        remedy = "begin its name with the entity's, or put it into the folder of its source"
        refusal = ("entity", f"{as_text(str(path))} does not say which entity it is; {remedy}")
    return LandingFile(
        path=path,
        file=file,
        source=as_text(source),
        entity=entity,
        sha256=digest_of(path, file, refusal),
        received_at=modified(path.lstat().st_mtime),
        scope=scope_of(entity, parts) if entity else "",
        refusal=refusal,
    )


def _skipped(file: str, parts: Iterable[str]) -> tuple[str, str] | None:
    """Why a run would skip a file without a word: it, or a folder above it, is not a delivery."""
    skipped = next((part for part in parts if is_left_beside(part)), None)
    if skipped is None:
        return None
    if skipped.startswith("~$"):
        why = "a spreadsheet keeps such a file as a lock while a workbook is open; close it there"
        return "path", f"a run skips {file}: {why}, or rename the file if it is a delivery"
    why = "a name with a dot before it is hidden"
    if not skipped.startswith("."):
        why = "programs leave files of such a name beside their output"
    return "path", f"a run skips {file}: {why}; rename {as_text(skipped)} if it is a delivery"


def _is_list(path: Path, landing: Path | None) -> bool:
    if path.name == DEMO_LIST[-1]:
        return (path.parent.resolve() / path.name).parts[-len(DEMO_LIST) :] == DEMO_LIST
    folder = path.parent.resolve()
    is_zone = landing is not None and folder == landing.resolve()
    is_zone = is_zone or any((folder / source).is_dir() for source in members())
    return is_zone and path.name in (RECEIVED_FILE, ACCEPTED_FILE)


def _list_faults(path: Path, landed: Collection[str] | None) -> list[str]:
    zone = path.parent
    if path.name == DEMO_LIST[-1]:
        fault = demo_list_fault(path)
        return [] if fault is None else [fault]
    if path.name == ACCEPTED_FILE:
        return acceptances(zone)[1]
    received, faults = received_list(zone)
    if landed is not None:
        faults += absent(zone, received, {*landed, *(one.key for one in noted_objects(zone))})
    return faults
