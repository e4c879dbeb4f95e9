"""One write-back: compares published decisions with the CRM; `apply` writes and reads them back.

Belongs here: the order of steps, so that the next call can continue after a kill at any of them.
Does not: the options (cli/), a vendor's API, or how a plan is made.

What is sent is recorded before, and its result after. A call that was killed in between leaves a
`sent` without a result: the next plan reads what the CRM holds and gives records that already have
the right values their receipt. An upsert by external id may be sent twice; nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from itertools import groupby
from typing import Any

from ingest.api.budget import PullFailed
from ingest.sources import hubspot, salesforce
from ingest.sources.fetched import SourceError
from orchestration.config import BadConfig
from orchestration.ledger import signers_of
from orchestration.program import hold_program
from orchestration.settings import Locations
from orchestration.write_back.answer import WrittenBack
from orchestration.write_back.crm import CrmApi, shown
from orchestration.write_back.destinations import CrmDestination
from orchestration.write_back.hubspot import HubSpot
from orchestration.write_back.journal import (
    DIFFERS,
    DONE,
    FAILED,
    SENT,
    TAKEN_UP,
    WRITTEN,
    Journal,
    Place,
    Receipt,
)
from orchestration.write_back.plan import CREATE, SAME, UPDATE, PlannedRow, differences, plan
from orchestration.write_back.rows import wanted
from orchestration.write_back.salesforce import Salesforce
from scoring.ledger.files import in_force, read_ledger
from scoring.ledger.records import LedgerBroken, Publication
from scoring.ledger.vouching import vouchers


def write_back(
    places: Locations,
    to: CrmDestination,
    *,
    apply: bool = False,
    sleep: Callable[[float], None] | None = None,
) -> WrittenBack:
    """Plan, and with `apply` write, every decision of the publications in force.

    Raises LedgerBroken for a ledger that is not intact or for which no allowed signer vouches,
    OtherProgram, WriteBackBusy. What stops it midway is a fault of the answer.
    """
    publications = _published(places)
    journal = Journal(places.warehouse.parent, to.name)
    with journal.held() if apply else nullcontext():
        before = journal.last()
        rows: list[PlannedRow] = []
        receipts: dict[Place, Receipt] = {}
        faults: list[str] = []
        crm = opened(to, sleep)
        try:
            for part in to.parts:
                rows += plan(crm, wanted(part, publications))
            if apply:
                _settle(journal, rows, before, receipts)
                _write(crm, journal, rows, receipts)
        except PullFailed as error:
            faults.append(str(error))
        finally:
            crm.close()
    return _answer(to, apply, publications, rows, receipts, before, faults)


def _published(places: Locations) -> list[Publication]:
    ledger = read_ledger(places.ledger)
    hold_program(places, ledger)
    publications = in_force(ledger)
    _, faults = vouchers(places.ledger, tuple(publications), signers_of(places))
    if faults:
        reasons = "; ".join(fault.text for fault in faults)
        raise LedgerBroken(f"{reasons}. Nothing was written; run `plumbline verify`")
    return publications


def opened(to: CrmDestination, sleep: Callable[[float], None] | None = None) -> CrmApi:
    """The CRM of a destination; sends no request yet. Raises BadConfig naming what is missing or an
    address to which credentials cannot be sent."""
    try:
        if to.kind == "hubspot":
            return HubSpot(hubspot.opened(to.spec, sleep))
        return Salesforce(salesforce.opened(to.spec, sleep), to.spec.get("version"))
    except SourceError as error:
        raise BadConfig(f"destinations: {to.name}: {error}") from None


def _place(row: PlannedRow) -> Place:
    return row.wanted.part.object, row.wanted.key


def _settle(
    journal: Journal,
    rows: Sequence[PlannedRow],
    before: dict[Place, Receipt],
    receipts: dict[Place, Receipt],
) -> None:
    """Complete the receipts of what an earlier call sent without recording a result, where the CRM
    holds the right values; the rest is written again."""
    for row in rows:
        last = before.get(_place(row))
        if row.action == SAME and last is not None and last.state in (SENT, FAILED, DIFFERS):
            object_name, key = _place(row)
            publication = row.wanted.publication
            receipts[_place(row)] = Receipt(object_name, key, TAKEN_UP, publication, row.id)
    journal.add(receipts.values())


def _write(
    crm: CrmApi, journal: Journal, rows: Sequence[PlannedRow], receipts: dict[Place, Receipt]
) -> None:
    """Write batch by batch: record, send, read back, record."""
    for batch in _batches(rows, crm.batch):
        part = batch[0].wanted.part
        sent = {_place(row): Receipt(*_place(row), SENT, row.wanted.publication) for row in batch}
        values = {_place(row): _plain(row) for row in batch}
        journal.add(sent.values(), values)
        done = crm.upsert(
            part.object, part.external_id, [(row.wanted.key, row.wanted.values) for row in batch]
        )
        ended: list[Receipt] = []
        good: list[tuple[PlannedRow, Any]] = []
        for row, one in zip(batch, done, strict=True):
            if one.error is None:
                good.append((row, one))
            else:
                publication = row.wanted.publication
                ended.append(Receipt(*_place(row), FAILED, publication, error=one.error))
        # A failure is recorded at once, whatever happens when the others are read back.
        journal.add(ended)
        receipts.update((receipt.place, receipt) for receipt in ended)
        confirmed = _read_back(crm, good)
        journal.add(confirmed)
        receipts.update((receipt.place, receipt) for receipt in confirmed)


def _batches(rows: Sequence[PlannedRow], most: int) -> Iterator[list[PlannedRow]]:
    todo = [row for row in rows if row.action in (CREATE, UPDATE)]
    for _, some in groupby(todo, key=lambda row: row.wanted.part.name):
        of_part = list(some)
        for start in range(0, len(of_part), most):
            yield of_part[start : start + most]


def _read_back(crm: CrmApi, good: Sequence[tuple[PlannedRow, Any]]) -> list[Receipt]:
    """What the CRM holds now of the records that it confirmed as written."""
    if not good:
        return []
    part = good[0][0].wanted.part
    keys = [row.wanted.key for row, _ in good]
    by_key: dict[str, list[Any]] = {}
    for held in crm.read(part.object, part.external_id, list(part.fields), keys):
        by_key.setdefault(held.key, []).append(held)
    receipts = []
    for row, one in good:
        records = by_key.get(row.wanted.key, [])
        left = differences(row.wanted, records[0]) if len(records) == 1 else ()
        error = "; ".join(change.text for change in left) or None
        if len(records) != 1:
            error = f"{len(records)} records have this key after writing"
        state = DIFFERS if error else WRITTEN
        publication = row.wanted.publication
        receipts.append(Receipt(*_place(row), state, publication, one.id, one.created, error))
    return receipts


def _plain(row: PlannedRow) -> dict[str, Any]:
    return {
        name: value if value is None or isinstance(value, bool) else shown(value)
        for name, value in row.wanted.values.items()
    }


def _answer(
    to: CrmDestination,
    applied: bool,
    publications: Sequence[Publication],
    rows: Sequence[PlannedRow],
    receipts: dict[Place, Receipt],
    before: dict[Place, Receipt],
    faults: Sequence[str],
) -> WrittenBack:
    known = {_place(row) for row in rows}
    objects = {part.object for part in to.parts}
    left = sorted(
        place
        for place, last in before.items()
        if last.state in DONE and place not in known and place[0] in objects
    )
    tried = {
        place: str(last.error) for place, last in before.items() if last.state in (FAILED, DIFFERS)
    }
    return WrittenBack(
        to.name,
        to.kind,
        applied,
        tuple(one.name for one in publications),
        tuple(rows),
        receipts,
        tried,
        () if faults else tuple(left),
        tuple(faults),
    )
