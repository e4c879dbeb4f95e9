"""A program whose years are published, disputed and published again, with all that it said."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingest.landing.record_decision import record
from orchestration.ledger import PublishOutcome, publish
from orchestration.run import run_year
from orchestration.settings import Locations, locations
from orchestration.verification import Restatement, restate, verify
from scoring.explain import explain
from scoring.ledger.files import read_ledger
from scoring.ledger.freeze import Request
from scoring.ledger.records import LedgerRefusal
from scoring.ledger.verify import Verification
from scoring.policy.load import policy_dir
from scoring.proof import Proof
from scoring.published import PUBLISHED
from tests.dashboards.reading import read_page
from tests.dashboards.test_figures import wrong_figures
from tests.faults.program import RECEIVED, arrive, receive
from tests.orchestration.test_run import tree

DISPUTE = {
    "dispute_id": "D-1",
    "partner_id": "short",
    "period": "2024",
    "program": None,
    "raised_on": "2025-02-01",
    "evidence": "calls of three customers",
    "outcome": "upheld",
    "decided_on": "2025-02-20",
    "decided_by": "Board",
    "rationale": "late",
}


@dataclass
class Story:
    """What each step of the story said and left."""

    places: Locations
    first: PublishOutcome
    second: PublishOutcome
    as_known: dict
    once_published: dict
    after_late: list
    proof: Proof
    wrong_on_pages: list[str]
    page: str
    restated: list[Restatement]
    touched: bool
    refused: dict[str, str]
    third: PublishOutcome
    finished: PublishOutcome
    shown: list
    verified: Verification
    known_again: dict


def tiers(places: Locations) -> list:
    """(tier year, partner, tier, previous tier) of everybody, as readers see it."""
    with duckdb.connect(str(places.serving), read_only=True) as con:
        return con.execute(
            "select tier_year, partner_id, tier, previous_tier from decisions.tier_assignments"
            " order by all"
        ).fetchall()


def figures(places: Locations) -> dict:
    """Every published figure and decision, without what has landed since."""
    with duckdb.connect(str(places.serving), read_only=True) as con:
        return {
            table.qualified: con.execute(table.select).fetchall()
            for table in PUBLISHED
            if table.schema != "landing"
        }


def changed_policy(folder: Path) -> str:
    """The shipped set with one more dated threshold, as next year's edit would be."""
    shutil.copytree(policy_dir(), folder)
    path = folder / "tiers.yaml"
    before, after = "{2000-01-01: 100}", "{2000-01-01: 100, 2024-07-01: 101}"
    lines = path.read_text("utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if "technology.select_active_customers" in line)
    at = next(i for i in range(start, len(lines)) if before in lines[i])
    lines[at] = lines[at].replace(before, after)
    path.write_text("\n".join(lines), "utf-8")
    return str(folder)


def tell(home: Path) -> Story:
    """Publish, restate and publish again in `home`, and keep what each step said."""
    places = locations(home / "landing", home / "plumbline.duckdb", home / "site", None)
    arrive(places.landing, "first")
    run_year(places, 2023)
    first = publish(places, Request("2023", "Ann"))
    arrive(places.landing, "second")
    run_year(places, 2024)
    as_known = figures(places)
    preview = publish(places, Request("2024", "Ann"), write=False)
    assert not preview.written and len(read_ledger(places.ledger).publications) == 1
    second = publish(places, Request("2024", "Ann"))
    once_published = figures(places)
    arrive(places.landing, "late")
    file = record(places.landing, "disputes", DISPUTE)
    receive(places.landing, {f"decisions/{file.name}": RECEIVED["dispute"]})
    later = replace(places, policy=changed_policy(home / "policy"))
    run_year(later, 2024)
    after_late = tiers(later)
    with duckdb.connect(str(later.serving), read_only=True) as con:
        proof = explain(con, "short", 2024)
        read = {p.name: read_page(p) for p in sorted((later.site / "partners").glob("*.html"))}
        wrong = wrong_figures(con, read)
    page = (later.site / "partners" / "short.html").read_text("utf-8")
    before = (tree(later.ledger), tiers(later))
    restated = restate(later, None, 2024)
    touched = (tree(later.ledger), tiers(later)) != before
    again = Request("2024", "Ann", supersedes="", reason="calls came late")
    refused = {
        name: refusal(later, request)
        for name, request in (
            ("plain", Request("2024", "Ann")),
            ("without reason", replace(again, reason=None)),
            ("another", replace(again, supersedes="0001-2023")),
            ("without dispute", again),
            ("unknown dispute", replace(again, disputes=("D-1", "D-2"))),
            ("another period", Request("2025", "Ann")),
        )
    }
    kept = [(path, path.read_bytes()) for path in (later.warehouse, later.serving)]
    third = publish(later, replace(again, disputes=("D-1",)))
    # The state that a kill right after writing the ledger would leave: the same command completes
    # it, and no other command is taken for it.
    for path, data in kept:
        path.write_bytes(data)
    refused["another request"] = refusal(later, Request("2024", "Ann"))
    for path, data in kept:
        path.write_bytes(data)
    finished = publish(later, replace(again, disputes=("D-1",)))
    refused["the same again"] = refusal(later, replace(again, disputes=("D-1",)))
    shown = tiers(later)
    verified = verify(later, None, second.preview.head)
    known = run_year(places, 2024, known_at=datetime(2025, 1, 10))
    return Story(
        later,
        first,
        second,
        as_known,
        once_published,
        after_late,
        proof,
        wrong,
        page,
        restated,
        touched,
        refused,
        third,
        finished,
        shown,
        verified,
        figures(known.places),
    )


def refusal(places: Locations, request: Request) -> str:
    with pytest.raises(LedgerRefusal) as caught:
        publish(places, request)
    return str(caught.value)
