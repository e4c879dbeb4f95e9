"""The result of a write-back: the plan, what was written, what was held back or failed.

Belongs here: the answer as data. Does not: printing (cli/), or how it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from orchestration.write_back.crm import shown
from orchestration.write_back.journal import DIFFERS, DONE, FAILED, Place, Receipt
from orchestration.write_back.plan import ABSENT, CREATE, UPDATE, PlannedRow, counted


@dataclass(frozen=True)
class WrittenBack:
    """One destination. `receipts`: record -> what became of it in this call; empty for a plan.

    `tried_before`: record -> why it failed last time. `left`: records written earlier for decisions
    that are no longer published; they stay as they are. `faults`: what stopped the whole call.
    """

    destination: str
    kind: str
    applied: bool
    publications: tuple[str, ...]
    rows: tuple[PlannedRow, ...]
    receipts: dict[Place, Receipt]
    tried_before: dict[Place, str]
    left: tuple[Place, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Rows by action, and receipts by what became of them."""
        states = [receipt.state for receipt in self.receipts.values()]
        counts = counted(self.rows)
        if self.applied:
            counts |= {"written": sum(s in DONE for s in states)}
            counts |= {state: states.count(state) for state in (FAILED, DIFFERS)}
        return counts

    @property
    def to_do(self) -> int:
        """How many records would be, or were to be, created or updated."""
        return self.counts[CREATE] + self.counts[UPDATE]

    @property
    def all_faults(self) -> list[str]:
        """Every fault, each a sentence that names its record."""
        faults = [f"{self.destination}: {fault}" for fault in self.faults]
        for row in self.rows:
            place = f"{self.destination}: {row.wanted.part.object} {row.wanted.key}"
            receipt = self.receipts.get((row.wanted.part.object, row.wanted.key))
            if row.fault:
                faults.append(f"{place}: held back: {row.fault}")
            elif row.action == ABSENT:
                faults.append(f"{place}: there is no such record, and create: is false; make it")
            elif receipt is not None and receipt.state == FAILED:
                faults.append(f"{place}: not written: {receipt.error}; the next call tries again")
            elif receipt is not None and receipt.state == DIFFERS:
                faults.append(f"{place}: written, and holds something else: {receipt.error}")
        return faults

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "destination": self.destination,
            "kind": self.kind,
            "applied": self.applied,
            "publications": list(self.publications),
            "counts": self.counts,
            "rows": [self._row(row) for row in self.rows],
            "no_longer_published": [list(place) for place in self.left],
            "faults": self.all_faults,
        }

    def _row(self, row: PlannedRow) -> dict[str, Any]:
        place = (row.wanted.part.object, row.wanted.key)
        receipt = self.receipts.get(place)
        return {
            "decision": row.wanted.part.name,
            "object": place[0],
            "key": place[1],
            "publication": row.wanted.publication,
            "action": row.action,
            "changes": [
                {"field": c.field, "before": _plain(c.before), "after": _plain(c.after)}
                for c in row.changes
            ],
            "id": (receipt.id if receipt else None) or row.id,
            "fault": row.fault,
            "failed_before": self.tried_before.get(place),
            "receipt": None if receipt is None else receipt.state,
            "error": None if receipt is None else receipt.error,
        }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else shown(value)
