"""A proof: one decision, its criteria, and the rows behind each.

Belongs here: the shape of a proof, and its JSON form. Does not: reading it from the warehouse
(scoring.explain), or drawing it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from scoring.assumed import Assumed
from scoring.policy.sentences import Sentences
from scoring.unread_rows import UnreadRow
from scoring.words import how_sure

# Columns of policy.parameters that say who vouches for a value.
SOURCED = ("reported_by", "read_on", "confirmed_by", "confirmed_on")


@dataclass(frozen=True)
class Evidence:
    """One row of a delivery: the file, and the row or cell in which a spreadsheet shows it."""

    source: str
    entity: str
    file: str
    row: int | None
    cell: str | None
    evidence_date: date | None = None
    detail: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Evidence:
        """From a row with `source, entity, file, row_number, cell, detail`, and perhaps a date."""
        return cls(
            source=row["source"],
            entity=row["entity"],
            file=row["file"] or "",
            row=row["row_number"],
            cell=row["cell"],
            evidence_date=row.get("evidence_date"),
            detail=row["detail"],
        )

    @property
    def place(self) -> str:
        """`file, cell` or `file, row`; empty for what was never delivered."""
        if not self.file:
            return "not delivered"
        if self.cell:
            return f"{self.file}, {self.cell}"
        return self.file if self.row is None else f"{self.file}, row {self.row}"


@dataclass(frozen=True)
class Threshold:
    """Where a threshold comes from: the parameter, its dates, its document, and how certain it
    is."""

    parameter: str
    label: str
    effective_from: date | None
    effective_to: date | None
    document: str | None
    section: str | None
    status: str | None
    value: str | None = None
    reported_by: str | None = None
    read_on: str | None = None
    confirmed_by: str | None = None
    confirmed_on: date | None = None

    @property
    def sentence(self) -> str:
        """`reseller.minimum_arr_usd, in force from 2000-01-01 (guide, Section)`."""
        parts = [self.parameter if self.value is None else f"{self.parameter} = {self.value}"]
        if self.effective_from:
            parts.append(f"in force from {self.effective_from}")
        if self.effective_to:
            parts.append(f"before {self.effective_to}")
        where = ", ".join(part for part in (self.document, self.section) if part)
        text = ", ".join(parts) + (f" ({where})" if where else "")
        sure = how_sure(vars(self))
        return f"{text}; {sure}" if sure else text


@dataclass(frozen=True)
class Criterion:
    """One criterion or requirement with its value, threshold, clause and evidence.

    `value` and `threshold` in the metric's unit; `parts` are the requirements behind a roll-up;
    `pivot` the rows that decide the answer: those that fall short, or those that hold it; `unread`
    the rows that could not be read and bear on it; `assumed` the unconfirmed values that it rests
    on. `is_published`: as the ledger holds it, and then `since` says what this run would say
    instead. `wording`: how the policy tells a partner of it.
    """

    id: str
    status: str
    value: Decimal | None
    comparator: str | None
    threshold: Decimal | None
    threshold_source: str | None
    clause: str | None
    sentence: str
    change: str | None = None
    tier: str | None = None
    program: str | None = None
    strength: str | None = None
    metric: str | None = None
    unit: str | None = None
    underlying_status: str | None = None
    other_value: Decimal | None = None
    clause_text: str | None = None
    document: str | None = None
    section: str | None = None
    threshold_rule: Threshold | None = None
    pivot: tuple[Evidence, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unread: tuple[UnreadRow, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    parts: tuple[Criterion, ...] = ()
    gap: Decimal | None = None
    evidence_count: int | None = None
    is_published: bool = False
    since: str | None = None
    wording: Sentences | None = None

    def to_json(self) -> dict[str, Any]:
        """The published keys first, then the rest."""
        shown = {
            "id": self.id,
            "status": self.status,
            "value": plain(self.value),
            "comparator": self.comparator,
            "threshold": plain(self.threshold),
            "threshold_source": self.threshold_source,
            "clause": self.clause,
            "evidence": [
                {name: plain(value) for name, value in vars(row).items()} for row in self.evidence
            ],
        }
        others = (
            "sentence",
            "change",
            "tier",
            "program",
            "strength",
            "metric",
            "unit",
            "underlying_status",
            "other_value",
            "clause_text",
            "document",
            "section",
            "is_published",
            "since",
        )
        shown |= {name: plain(getattr(self, name)) for name in others}
        rule = self.threshold_rule
        shown["threshold_rule"] = (
            {name: plain(value) for name, value in vars(rule).items()} if rule else None
        )
        shown["pivot"] = [
            {name: plain(value) for name, value in vars(row).items()} for row in self.pivot
        ]
        shown["unread"] = [
            {name: plain(value) for name, value in vars(row).items()} for row in self.unread
        ]
        shown["assumed"] = [one.to_json() for one in self.assumed]
        shown["requirements"] = [part.to_json() for part in self.parts]
        return shown


@dataclass(frozen=True)
class Proof:
    """`decision` holds the row of the decision's table and its `sentence`; `answer` says in a few
    sentences what happened, why, what to do and by when."""

    decision: dict[str, Any]
    criteria: tuple[Criterion, ...] = field(default_factory=tuple)
    answer: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """`{decision, criteria}` of plain JSON values; figures keep their exact decimal text."""
        return {
            "decision": {name: plain(value) for name, value in self.decision.items()}
            | ({"answer": list(self.answer)} if self.answer else {}),
            "criteria": [criterion.to_json() for criterion in self.criteria],
        }


def published_words(decision: Mapping[str, Any]) -> str | None:
    """`Published as 0001-2024 by Ann on 2025-01-20; ...`; None for what was not published."""
    name = decision.get("publication")
    if name is None:
        return None
    head = f"Published as {name} by {decision['published_by']} on {decision['published_on']}"
    rows = {
        True: "the rows behind it are those of then",
        False: "rows behind it have changed since and are shown as they are now",
        None: "this run does not reach its period",
    }[decision["rows_as_published"]]
    return f"{head}; {rows} (`plumbline restate` lists what would change)"


def plain(value: Any) -> Any:
    """A JSON value; a decimal as a number where its text survives, else as text."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        number = float(value)
        return number if Decimal(repr(number)) == value else str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return [plain(item) for item in value] if isinstance(value, list | tuple) else value
