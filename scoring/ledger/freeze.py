"""From the tables of a finished run to the records of a publication.

Belongs here: what a publication says about itself, around its decisions (decided.py). Does not:
files (files.py), what a person is shown first (preview.py), or deciding (scoring.run).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import duckdb

from ingest.resolved.kept import answers_of
from scoring.ledger.decided import decision_records, kind_of
from scoring.ledger.erased import OPENING
from scoring.ledger.files import ANSWERS, DELIVERIES, POLICY, RECORDS, Ledger, lines
from scoring.ledger.records import (
    END,
    PUBLICATION,
    Publication,
    Record,
    canonical,
    chained,
    name_of,
    sha256,
)
from scoring.policy.archive import to_json
from scoring.policy.model import PolicySet
from scoring.rows import Row, fetch, fetch_one
from scoring.run import Decisions

# The fields that give a record's place in the ledger.
PLACE = ("sequence", "supersedes", "previous")
DELIVERIES_USED = """
    select delivery_id, source, entity, file, sha256, received_at, rows_read, rows_accepted,
        rows_quarantined, rows_duplicate, status
    from landing.deliveries
    where cast($known_at as timestamp) is null or received_at <= $known_at
    order by received_at, file, entity, delivery_id
"""
# How people landed; an earlier release, which does not record this, landed them as delivered.
PEOPLE, TOKENS = "people", "tokens"
# The user's column maps under which deliveries were read.
COLUMN_MAPS = "select file, text from landing.column_maps order by rowid"


@dataclass(frozen=True)
class Request:
    """The request to publish: the period, by whom, and what a second publication must state."""

    period: str
    by: str
    on: date | None = None
    reason: str | None = None
    supersedes: str | None = None
    disputes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frozen:
    """A publication ready to be written: `files` by name, `decisions` without their chain."""

    name: str
    head: str
    opening: Record
    decisions: tuple[Record, ...]
    files: Mapping[str, bytes]


def deliveries_used(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """Every delivery known to the run, in the order of receipt, with its digest and counts."""
    run = fetch_one(con, "from run.parameters") or {}
    return fetch(con, DELIVERIES_USED, known_at=run.get("known_at"))


def freeze(
    con: duckdb.DuckDBPyConnection,
    computed: Decisions,
    ledger: Ledger,
    request: Request,
    policy: PolicySet,
    code_version: str,
    demo_installations: Sequence[tuple[str, str]] | None = None,
    warehouse: str = "",
    erasures: Mapping[str, Any] | None = None,
) -> Frozen:
    """The publication that `request` asks for, from the run that the warehouse holds.

    `demo_installations`: the list declared beside the installation pages, which is not a delivery.
    `warehouse`: the file's name, which the ledger records as its own. `erasures`: how far the
    record of erasures goes, None where nobody was erased.
    """
    kind = kind_of(con, request.period)
    sequence = len(ledger.publications) + 1
    name = name_of(sequence, request.period)
    run = fetch_one(con, "from run.parameters") or {}
    deliveries = deliveries_used(con)
    written = {
        ANSWERS: answers_of(con),
        POLICY: to_json(policy).encode("utf-8"),
        DELIVERIES: lines(deliveries),
    }
    known = _known(run["known_at"], deliveries, request.on)
    opening: Record = {
        "kind": PUBLICATION,
        "sequence": sequence,
        "period": request.period,
        "assessment": kind,
        "by": request.by,
        "on": request.on or known.date(),
        "known": known,
        "reason": request.reason,
        "supersedes": request.supersedes,
        "disputes": sorted(request.disputes),
        "run": {
            name: run[name] for name in ("year", "last_period", "as_of", "known_at", "time_zone")
        },
        "policy": {
            "set": policy.name,
            "version": policy.version,
            "sha256": sha256(written[POLICY]),
        },
        "code_version": code_version,
        "deliveries": {"count": len(deliveries), "sha256": sha256(written[DELIVERIES])},
        "answers": {"sha256": sha256(written[ANSWERS])},
        "acceptances": fetch(con, "from landing.acceptances order by all"),
        "demo_installations": demo_installations,
        "column_maps": fetch(con, COLUMN_MAPS),
        PEOPLE: TOKENS,
        "warehouse": warehouse,
        **({OPENING: erasures} if erasures else {}),
    }
    under = {
        "policy_set": policy.name,
        "policy_version": policy.version,
        "code_version": code_version,
        "deliveries": opening["deliveries"]["sha256"],
    }
    decisions = tuple(
        {**record, **under} for record in decision_records(con, computed, request.period)
    )
    closing = {"kind": END, "decisions": len(decisions)}
    written[RECORDS], head = chained([opening, *decisions, closing], ledger.head)
    return Frozen(name, head, opening, decisions, written)


def repeats(request: Request, publication: Publication) -> bool:
    """Whether a request asks for this very publication, as far as a request can tell: the period,
    who and why, what it replaces, the disputes and, where stated, the day."""
    opening = publication.opening
    replaced = opening["supersedes"]
    named = {None} if replaced is None else {"", replaced, request.period}
    stated = None if request.on is None else request.on.isoformat()
    return (
        opening["period"] == request.period
        and opening["by"] == request.by
        and opening["reason"] == request.reason
        and request.supersedes in named
        and opening["disputes"] == sorted(request.disputes)
        and stated in (None, opening["on"])
    )


def says_the_same(frozen: Frozen, current: Publication) -> bool:
    """Whether a publication would only repeat the one in force: the same decisions, on the same
    deliveries and policy, by the same person for the same reason. So a command that was cut off
    after its work was done can be repeated without publishing twice."""

    def content(opening: Record, decisions: Iterable[Record]) -> list[str]:
        bare = [{k: v for k, v in r.items() if k not in PLACE} for r in (opening, *decisions)]
        return [canonical(record) for record in bare]

    return content(frozen.opening, frozen.decisions) == content(current.opening, current.decisions)


def _known(known_at: datetime | None, deliveries: list[Row], on: date | None) -> datetime:
    """The clock of what is known (semantics 5), and never before the day that a person gave."""
    known = known_at or max((row["received_at"] for row in deliveries), default=datetime.min)
    return max(known, datetime.combine(on, time.min)) if on else known
