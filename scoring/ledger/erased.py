"""Published decisions beside the record of people who were erased since.

Belongs here: what a token may stand for, and whether the record is whole. Does not: erasing
(ingest/erasing), or computing a decision again.

The record allows a computed decision to differ from the published one in two ways only: where a
token replaces the words of a person in a text, and in the digest of evidence that names a contact.
What a decision says is never taken from the record, so nobody can hide a change behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.erasing.log import Erasures, LogBroken, read_log
from ingest.people.tokens import TOKEN
from scoring.ledger.files import Ledger
from scoring.ledger.integrity import Fault

# The key under which a publication records the erasures before it.
OPENING, DIGEST = "erasures", "evidence_digest"
# The words in a sentence for the address by which two contacts are one person; a publication of an
# earlier release has the address itself (int_people__one_person).
ONE_ADDRESS = "by one e-mail address"
STANDS = re.compile(rf"{TOKEN.pattern}|{re.escape(ONE_ADDRESS)}")
# A token replaces a name or an address: a few words on one line.
WORDS = r"[^\n]{1,200}"


def as_published(published: Any, computed: Any, erasures: Erasures) -> Any:
    """`computed` with the words of `published` where they differ only by an erased person."""
    if not erasures.lines:
        return computed
    if isinstance(published, Mapping) and isinstance(computed, Mapping):
        return {
            name: _digest(published.get(name), value, erasures)
            if name == DIGEST
            else as_published(published.get(name), value, erasures)
            for name, value in computed.items()
        }
    if isinstance(published, list) and isinstance(computed, list):
        if len(published) != len(computed):
            return computed
        pairs = zip(published, computed, strict=True)
        return [as_published(was, now, erasures) for was, now in pairs]
    if (
        isinstance(published, str)
        and isinstance(computed, str)
        and _stands_for(computed, published)
    ):
        return published
    return computed


def _digest(published: Any, computed: Any, erasures: Erasures) -> Any:
    noted = erasures.evidence.get(computed) if isinstance(computed, str) else None
    return published if noted is not None and noted == published else computed


def _stands_for(computed: str, published: str) -> bool:
    parts = STANDS.split(computed)
    if len(parts) < 2:
        return False
    return re.fullmatch(WORDS.join(map(re.escape, parts)), published) is not None


def opening_of(store: Path) -> dict[str, Any] | None:
    """What a new publication notes about the record: the number of lines, and the last one's
    digest."""
    log = read_log(store)
    return {"count": len(log.lines), "head": log.head} if log.lines else None


def erasures_of(ledger: Ledger, store: Path) -> tuple[int, list[Fault]]:
    """How many kept files replace delivered ones, and what is wrong with the record."""
    try:
        log = read_log(store)
    except LogBroken as broken:
        place, _, why = str(broken).partition(": ")
        return 0, [Fault("", place, why)]
    faults = []
    for publication in ledger.publications:
        noted = publication.opening.get(OPENING)
        if noted and log.head_at(noted["count"]) != noted["head"]:
            why = f"{publication.name} was made after others; take it from a backup"
            faults.append(Fault("", "raw/erasures.jsonl", why))
    return len(set(log.delivered)), faults
