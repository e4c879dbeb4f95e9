"""Published decisions compared with what the kept deliveries and the recorded policy give today.

Belongs here: which publications are computed again, and the first record that differs. Does not:
computing (the caller passes a function), or digests (integrity.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ingest.erasing.log import NOTHING, Erasures
from scoring.ledger.compare import Change, changes, key_of, plain
from scoring.ledger.erased import as_published, erasures_of
from scoring.ledger.files import Ledger
from scoring.ledger.integrity import RAW_NAME, Fault, chain_faults, file_faults, raw_faults
from scoring.ledger.moments import Moment, moments
from scoring.ledger.records import Publication, Record, canonical
from scoring.ledger.stamping import Stamp, stamps
from scoring.ledger.vouching import Voucher, vouchers

Row = Mapping[str, Any]
# The decisions of a publication computed again, and the deliveries as they landed again.
Recompute = Callable[[Ledger, Publication], tuple[list[Record], list[Row]]]
Missing = Callable[[Iterable[Row]], list[Any]]
# Fields that only the written record has: its place in the chain, and the versions it was made
# with.
OF_THE_RECORD = ("previous", "policy_set", "policy_version", "code_version", "deliveries")


@dataclass
class Verification:
    """What was checked and every fault found; the ledger holds when there is none."""

    head: str
    records: int
    raw_files: int
    computed: list[str] = field(default_factory=list)
    made: list[Moment] = field(default_factory=list)
    vouched: list[Voucher] = field(default_factory=list)
    stamped: list[Stamp] = field(default_factory=list)
    erased: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {**asdict(self), "holds": self.holds}


def deliveries_of(ledger: Ledger, publication: Publication) -> list[Row]:
    """The deliveries that a publication used, in the order of receipt."""
    text = ledger.deliveries_text(publication)
    return [json.loads(line) for line in text.splitlines()]


def check_files(
    folder: Path,
    store: Path,
    missing: Missing,
    head: str | None = None,
    signers: Path | None = None,
    authorities: Path | None = None,
) -> tuple[Ledger, Verification]:
    """Check every byte of the ledger and of the raw store against its digest, the statements of
    people who vouch for it against the keys of `signers`, and its stamps against `authorities`."""
    ledger, faults = chain_faults(folder, head)
    raw = sum(1 for p in store.iterdir() if RAW_NAME.fullmatch(p.name)) if store.is_dir() else 0
    records = sum(len(p.decisions) + 2 for p in ledger.publications)
    verification = Verification(ledger.head, records, raw, faults=faults)
    verification.faults += raw_faults(store)
    verification.erased, broken = erasures_of(ledger, store)
    verification.faults += broken
    for publication in ledger.publications:
        verification.faults += file_faults(ledger, publication, deliveries_of, missing)
    verification.vouched, unsigned = vouchers(folder, ledger.publications, signers)
    verification.made, unlike = moments(folder, ledger.publications)
    verification.stamped, unstamped = stamps(folder, ledger.publications, authorities)
    verification.faults += unsigned + unlike + unstamped
    return ledger, verification


def verify(
    ledger: Ledger,
    verification: Verification,
    periods: set[str] | None,
    recompute: Recompute,
    code: str,
    erasures: Erasures = NOTHING,
) -> Verification:
    """Compute the publications of `periods` (None: all) again, adding the faults to `verification`.

    `erasures`: the people that were erased since, whose tokens have replaced them.

    A publication whose own files or deliveries are broken is not computed: its fault is already
    named.
    """
    broken = {fault.publication for fault in verification.faults}
    for publication in ledger.publications:
        if publication.name in broken or (
            periods is not None and publication.period not in periods
        ):
            continue
        try:
            decisions, landed = recompute(ledger, publication)
        except (ValueError, LookupError, RuntimeError) as error:
            # Rules or code of an earlier time: a publication that cannot be computed is a fault,
            # not a crash.
            failure = Fault(
                publication.name, f"ledger/{publication.name}", f"not computed: {error}"
            )
            verification.faults.append(_with_code(failure, publication, code))
            continue
        fault = _delivery_fault(ledger, publication, landed) or _first_fault(
            publication, decisions, erasures
        )
        if fault is not None:
            verification.faults.append(_with_code(fault, publication, code))
        verification.computed.append(publication.name)
    return verification


def _delivery_fault(ledger: Ledger, publication: Publication, landed: list[Row]) -> Fault | None:
    """The first delivery that landed differently; a delivery without rows need not land again."""
    again = {row["delivery_id"]: row for row in plain(landed)}
    for recorded in deliveries_of(ledger, publication):
        now = again.get(recorded["delivery_id"])
        if now is None and not recorded["rows_accepted"]:
            continue
        if now != recorded:
            why = f"landed as {canonical(recorded)}, and now as {canonical(now)}"
            return Fault(publication.name, recorded["file"], why)
    return None


def _first_fault(
    publication: Publication, decisions: list[Record], erasures: Erasures
) -> Fault | None:
    again = {(r["table"], key_of(r)): r for r in plain(decisions)}
    for number, record in enumerate(publication.decisions, start=2):
        place = f"ledger/{publication.name}/records.jsonl record {number}"
        key = (record["table"], key_of(record))
        now = again.pop(key, None)
        if now is None:
            why = f"{'/'.join(key[1])} has no such decision when computed again"
            return Fault(publication.name, place, why)
        bare = {k: v for k, v in record.items() if k not in OF_THE_RECORD}
        if canonical(bare) != canonical(as_published(bare, now, erasures)):
            return Fault(publication.name, place, _difference(changes([record], [now])))
    if again:
        extra = ", ".join("/".join(key) for _, key in sorted(again))
        return Fault(publication.name, f"ledger/{publication.name}", f"lacks decisions: {extra}")
    return None


def _difference(changed: list[Change]) -> str:
    if not changed:
        return "computed again it gives the same row on other evidence"
    return f"computed again it differs: {'; '.join(change.text for change in changed[:3])}"


def _with_code(fault: Fault, publication: Publication, code: str) -> Fault:
    recorded = publication.opening["code_version"]
    if recorded == code:
        return fault
    note = f" (decided by code {recorded[:12]}, computed by {code[:12]}: use the version of then)"
    return Fault(fault.publication, fault.place, fault.why + note)
