"""A proof: one decision, the criteria it rests on, and the rows behind each.

Belongs here: the shape of a proof, its JSON form, its tree for people.
Does not: finding any of it in the warehouse (scoring.explain).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from scoring.unread import UnreadRow
from scoring.words import figure, how_sure, plural

EVIDENCE_SHOWN = 12
# Columns of policy.parameters that say who stands for a value.
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

    @property
    def place(self) -> str:
        """`file, cell` or `file, row`; what was never delivered has no place."""
        if not self.file:
            return "not delivered"
        if self.cell:
            return f"{self.file}, {self.cell}"
        return self.file if self.row is None else f"{self.file}, row {self.row}"


@dataclass(frozen=True)
class Threshold:
    """Where a threshold comes from: the parameter, its dates, its document, and how sure it is."""

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
    `pivot` the rows that turn the answer: what is short of it, or what holds it; `unread` the rows
    that could not be read and bear on it. `is_published`:
    as the ledger holds it, and then `since` says what this run would say instead.
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
    parts: tuple[Criterion, ...] = ()
    gap: Decimal | None = None
    evidence_count: int | None = None
    is_published: bool = False
    since: str | None = None

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

    def __rich__(self) -> Tree:
        first = "\n".join(self.answer)
        sentence = str(self.decision["sentence"])
        tree = Tree(Text(first or sentence, style="bold"))
        if first:
            tree.add(Text(sentence.replace("_", " ")))
        shown: set[tuple[Evidence, ...]] = set()
        if published := published_words(self.decision):
            tree.add(Text(published))
        # What fails is what a reader came for.
        for criterion in sorted(self.criteria, key=lambda c: c.status not in UNMET):
            _branch(tree, criterion, shown)
        return tree

    def render(self, console: Console) -> None:
        """Print the tree; colour and width are the console's."""
        console.print(self)


def published_words(decision: Mapping[str, Any]) -> str | None:
    """`Published as 0001-2024 by Ann on 2025-01-20; ...`; None for what was not published."""
    name = decision.get("publication")
    if name is None:
        return None
    told = f"Published as {name} by {decision['published_by']} on {decision['published_on']}"
    rows = {
        True: "the rows behind it are those of then",
        False: "rows behind it have changed since and are shown as they are now",
        None: "this run does not reach its period",
    }[decision["rows_as_published"]]
    return f"{told}; {rows} (`plumbline restate` lists what would change)"


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


UNMET = ("not_met", "no_evidence", "needs_review")
STYLES = {
    "met": "green",
    "waived": "green",
    "not_met": "red",
    "no_evidence": "yellow",
    "needs_review": "yellow",
}


def _branch(tree: Tree, criterion: Criterion, shown: set[tuple[Evidence, ...]]) -> None:
    head = Text.assemble(
        (f"{criterion.tier}: " if criterion.tier else "", "dim"),
        (criterion.id.replace("_", " "), "bold"),
        "  ",
        (criterion.status.replace("_", " "), STYLES.get(criterion.status, "dim")),
        (f" ({criterion.strength})" if criterion.strength == "should" else "", "dim"),
        f"  {criterion.sentence}",
    )
    node = tree.add(head)
    if criterion.clause:
        where = ", ".join(part for part in (criterion.document, criterion.section) if part)
        words = f" {criterion.clause_text}" if criterion.clause_text else ""
        node.add(Text(f"clause {criterion.clause}{f' ({where})' if where else ''}:{words}"))
    if criterion.threshold is not None:
        rule = criterion.threshold_rule.sentence if criterion.threshold_rule else ""
        source = criterion.threshold_source or ""
        own = f"agreement {source}" if source not in ("", "policy") else rule or source
        node.add(
            Text(f"threshold {criterion.comparator} {figure(criterion.threshold)}: {own}".rstrip())
        )
    elif criterion.threshold_rule:
        node.add(Text(f"rule: {criterion.threshold_rule.sentence}"))
    if criterion.since:
        node.add(Text(f"as published; the data of today say: {criterion.since}", style="yellow"))
    if criterion.change:
        node.add(Text(f"what would have changed it: {criterion.change}", style="italic"))
    if criterion.pivot and criterion.pivot != criterion.evidence:
        turns = node.add(Text(f"it turns on: {plural(len(criterion.pivot), 'row')}"))
        for row in criterion.pivot[:EVIDENCE_SHOWN]:
            turns.add(Text(f"{row.place}{f': {row.detail}' if row.detail else ''}"))
    if criterion.unread:
        beside = node.add(Text(f"could not be read: {plural(len(criterion.unread), 'row')}"))
        for unread in criterion.unread[:EVIDENCE_SHOWN]:
            beside.add(Text(unread.sentence, style="yellow" if unread.decides else ""))
    for part in criterion.parts:
        _branch(node, part, shown)
    if not criterion.parts:
        _rows(node, criterion, shown)


def _rows(node: Tree, criterion: Criterion, shown: set[tuple[Evidence, ...]]) -> None:
    if not criterion.evidence:
        node.add(Text("evidence: no rows in what was delivered", style="dim"))
        return
    if criterion.evidence in shown:
        again = f"evidence: the same {plural(len(criterion.evidence), 'row')} as above"
        node.add(Text(again, style="dim"))
        return
    shown.add(criterion.evidence)
    rows = node.add(Text(f"evidence: {plural(len(criterion.evidence), 'row')}"))
    for row in criterion.evidence[:EVIDENCE_SHOWN]:
        rows.add(Text(f"{row.place}{f': {row.detail}' if row.detail else ''}"))
    more = len(criterion.evidence) - EVIDENCE_SHOWN
    if more > 0:
        rows.add(Text(f"and {plural(more, 'more row')} (--json lists all)", style="dim"))
