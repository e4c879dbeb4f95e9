"""Whether the ledger's files and the kept deliveries are byte for byte as they were written.

Belongs here: digests and the chain. Does not: computing a decision again (verify.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.deliveries.discover import digest
from scoring.ledger.files import FILES, MADE, STAMPED, VOUCHED, Ledger, folders, read_ledger
from scoring.ledger.records import START, LedgerBroken, Publication

RAW_NAME = re.compile(r"[0-9a-f]{64}")
Rows = list[Mapping[str, Any]]


@dataclass(frozen=True)
class Fault:
    """A fault: `place` names the record or file, `why` says what is wrong with it.

    `publication` is the one concerned, empty for the ledger as a whole.
    """

    publication: str
    place: str
    why: str

    @property
    def text(self) -> str:
        """The fault in one line."""
        return f"{self.place}: {self.why}" if self.place else self.why


def chain_faults(folder: Path, head: str | None = None) -> tuple[Ledger, list[Fault]]:
    """The ledger and what is wrong with its chain; `head` is one that somebody noted elsewhere.

    If no publication ends with that head, the ledger has been cut short or rewritten since. After a
    broken record nothing is read: the ledger is then empty here.
    """
    try:
        ledger = read_ledger(folder)
    except LedgerBroken as broken:
        return Ledger(folder, ()), [_fault("", broken)]
    faults = [
        Fault("", f"ledger/{name}", "no part of the ledger; move it away")
        for name in _strangers(folder)
    ]
    heads = {START, *(p.head for p in ledger.publications)}
    if head is not None and head.strip().lower() not in heads:
        last = ledger.publications[-1].name if ledger.publications else "nothing"
        cause = f"no publication ends with head {head}; records after {last} were cut off or others"
        faults.append(Fault("", "ledger", f"{cause} put in their place; take it from a backup"))
    return ledger, faults


def _strangers(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    known = {path.name for path in folders(folder)}
    strange = [p.name for p in folder.iterdir() if p.name not in known and p.name[0] != "."]
    inside = [
        f"{name}/{path.name}"
        for name in known
        for path in (folder / name).iterdir()
        if path.name not in (*FILES, MADE) and path.name[0] != "." and not _beside(path.name)
    ]
    return sorted(strange + inside)


def _beside(name: str) -> bool:
    """Whether a file is a statement or a stamp, which may come after the publication."""
    return any(form.fullmatch(name) for form in (VOUCHED, STAMPED))


def raw_faults(store: Path) -> list[Fault]:
    """Every kept file whose bytes do not fit its name; names with a dot are unfinished copies."""
    if not store.is_dir():
        return []
    return [
        Fault("", f"raw/{path.name}", "its bytes are not what was delivered; take it from a backup")
        for path in sorted(store.iterdir())
        if RAW_NAME.fullmatch(path.name) and digest(path) != path.name
    ]


def file_faults(
    ledger: Ledger,
    publication: Publication,
    deliveries_of: Callable[[Ledger, Publication], Rows],
    missing: Callable[[Iterable[Mapping[str, Any]]], list[Any]],
) -> list[Fault]:
    """What is wrong with a publication's policy, its kept answers, its deliveries, their bytes.

    `missing` gives the deliveries whose bytes are not there any more, with file and why.
    """
    faults = []
    for stored_text in (ledger.policy_text, ledger.answers_text):
        try:
            stored_text(publication)
        except LedgerBroken as broken:
            faults.append(_fault(publication.name, broken))
    try:
        rows = deliveries_of(ledger, publication)
    except LedgerBroken as broken:
        return [*faults, _fault(publication.name, broken)]
    return faults + [Fault(publication.name, m.file, m.why) for m in missing(rows)]


def _fault(publication: str, broken: LedgerBroken) -> Fault:
    place, _, why = str(broken).partition(": ")
    return Fault(publication, place, why) if why else Fault(publication, "", str(broken))
