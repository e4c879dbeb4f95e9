"""The raw store without a person, put in place at once when every publication has been proved.

Belongs here: the fresh store, its record, the proof. Does not: the landing zone or the warehouse.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.atomic import OWN_FILE, new_folder
from ingest.deliveries.delivery import read_pieces
from ingest.deliveries.discover import digest
from ingest.deliveries.settings import Settings
from ingest.erasing.files import Rewritten
from ingest.erasing.log import NAME, Erasures, added, read_log
from ingest.landing.replay import found_of
from orchestration.ledger import code_version
from orchestration.settings import Locations
from orchestration.verification import computed_again, sources_of
from scoring.ledger.erased import DIGEST
from scoring.ledger.files import Ledger
from scoring.ledger.records import Publication
from scoring.ledger.verify import Verification, verify


class EraseRefused(ValueError):
    """Nobody was erased; the message says why, and what to do."""


def replace_kept(
    places: Locations,
    ledger: Ledger,
    delivered: Mapping[str, Mapping[str, Any]],
    settings: Settings,
    rewritten: Mapping[str, Rewritten],
    line: Mapping[str, Any],
) -> list[str]:
    """Put the raw store with these files rewritten, and its record, in place at once, after every
    publication was computed from it with the same result; returns the publications.

    `rewritten`: digest -> the new file; `delivered`: digest -> its delivery; `line`: who erased
    whom, why and when. Raises EraseRefused otherwise; nothing has changed then.
    """
    before = read_log(places.store)
    files = []
    with new_folder(places.store) as fresh:
        for old, one in rewritten.items():
            new = _put(fresh, one.data)
            (fresh / old).unlink()
            row = delivered[old]
            _hold_reading(places.store / old, fresh / new, row, settings)
            files.append(
                {
                    "file": row["file"],
                    "delivered": before.as_delivered(old),
                    "old": old,
                    "new": new,
                    "rows": one.rows,
                    "values": one.values,
                }
            )
        _write_log(fresh, before, {**line, "files": files, "evidence": []})
        evidence, proof = _proven(places, ledger, fresh)
        erased = _write_log(fresh, before, {**line, "files": files, "evidence": evidence})
        verified = proof(erased)
        if verified.faults:
            faults = "; ".join(fault.text for fault in verified.faults[:3])
            raise EraseRefused(
                f"nobody was erased: a published decision would not hold any more ({faults}). "
                "See `plumbline verify`; what it names has to be mended first"
            )
        return verified.computed


def _put(folder: Path, data: bytes) -> str:
    name = hashlib.sha256(data).hexdigest()
    path = folder / name
    path.unlink(missing_ok=True)
    path.touch(OWN_FILE)
    path.write_bytes(data)
    return name


def _write_log(folder: Path, before: Erasures, line: Mapping[str, Any]) -> Erasures:
    data, erased = added(before, line)
    path = folder / NAME
    path.unlink(missing_ok=True)
    path.touch(OWN_FILE)
    path.write_bytes(data)
    return erased


def _hold_reading(old: Path, new: Path, row: Mapping[str, Any], settings: Settings) -> None:
    """Raise EraseRefused where the new file does not read as the old one did."""

    def read(path: Path) -> list[tuple[Any, ...]]:
        file = found_of({"received_at": "2000-01-01", **row}, str(path))
        file = replace(file, sha256=digest(path))
        return [
            (p.entity, p.tally.read, p.tally.quarantined, p.tally.duplicate, p.refusal is None)
            for p in read_pieces([file], settings)
        ]

    if read(old) != read(new):
        raise EraseRefused(
            f"nobody was erased: without the person, {row['file']} would not be read as it was; "
            "take the person out of it at its source, and deliver it again"
        )


def _proven(
    places: Locations, ledger: Ledger, fresh: Path
) -> tuple[list[list[str]], Callable[[Erasures], Verification]]:
    """Digests of evidence that name an erased contact, as [published, now], and the proof."""
    sources = replace(sources_of(places), store=fresh)
    again = {p.name: computed_again(ledger, p, sources) for p in ledger.publications}
    evidence: set[tuple[str, str]] = set()
    for publication in ledger.publications:
        now_of = {tuple(map(str, r["key"])): r for r in again[publication.name][0]}
        for record in publication.decisions:
            computed = now_of.get(tuple(map(str, record["key"])))
            published, computed_now = record.get(DIGEST), (computed or {}).get(DIGEST)
            if published and computed_now and published != computed_now:
                evidence.add((published, computed_now))

    def proof(erased: Erasures) -> Verification:
        def recompute(_: Ledger, publication: Publication) -> tuple[list[Any], list[Any]]:
            return again[publication.name]

        verified = Verification(ledger.head, 0, 0)
        return verify(ledger, verified, None, recompute, code_version(), erased)

    return sorted(map(list, evidence)), proof
