"""What a landing did, for people and for the orchestrator.

Belongs here: the report's shape. Does not: printing it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ingest.deliveries.delivery import REFUSED
from ingest.expectations.suites import CheckResult


@dataclass(frozen=True)
class DeliveryResult:
    """One new row of deliveries: its counts and, for a refused file, the reason."""

    delivery_id: str
    source: str
    entity: str
    file: str
    received_at: datetime
    rows_read: int
    rows_accepted: int
    rows_quarantined: int
    rows_duplicate: int
    status: str
    reason: str | None = None


@dataclass
class LandingReport:
    """deliveries: every new one, in order of receipt; checks: Great Expectations' results for them;
    rejudged: how many earlier deliveries were judged again; mended: files whose kept bytes were
    damaged or gone and were kept again; unavailable: usage files in force that can't be read in
    place any more."""

    deliveries: list[DeliveryResult] = field(default_factory=list)
    checks: list[CheckResult] = field(default_factory=list)
    rejudged: int = 0
    mended: list[str] = field(default_factory=list)
    unavailable: tuple[str, ...] = ()

    @property
    def new_deliveries(self) -> int:
        """How many deliveries were not in the warehouse before."""
        return len(self.deliveries)

    @property
    def refused(self) -> list[DeliveryResult]:
        """New deliveries of which nothing landed."""
        return [d for d in self.deliveries if d.status == REFUSED]
