"""The digest: what changed and what is to do, as plain text for one person or for everybody.

Belongs here: which rows are news to whom, their words, and messages short enough for every service.
Does not: destinations, sending, the list of what was sent (orchestration/notify).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from scoring.actions.kinds import LABELS, OVERDUE, WAITING
from scoring.actions.owners import NAMED
from scoring.changes.answer import changes
from scoring.changes.sides import RECOMMENDATION
from scoring.measures import USD, amount
from scoring.rows import Row, fetch
from scoring.today import today
from scoring.today.items import DUE, LATER, WAITED
from scoring.words import plural, spoken

# Characters of one message: below the least of the services' limits (Teams: 28 KB as JSON).
MOST_CHARACTERS = 12_000
# The changes worth most are listed and the rest counted; every action is listed.
CHANGES_LISTED = 15
# What is not due yet, or waits for somebody else's answer.
APART = {LATER: "later", WAITED: "waiting"}


@dataclass(frozen=True)
class News:
    """Everything that could be reported: the actions to do and the changes of the run's year.

    `owners`: owner -> the partners that they look after, whose changes are reported to them.
    """

    as_of: date
    actions: tuple[Row, ...]
    changes: tuple[Row, ...]
    owners: dict[str, frozenset[str]]


@dataclass(frozen=True)
class Message:
    """One message: `keys` identify what it reports, so that it is reported once."""

    title: str
    body: str
    keys: tuple[str, ...]


def news(con: duckdb.DuckDBPyConnection, as_of: date | None = None) -> News:
    """The actions of a day (by default the run's) that are not done, and the changes against the
    year before."""
    day = today(con, as_of)
    owners: dict[str, set[str]] = {}
    for row in fetch(con, NAMED, as_of=day.as_of):
        owners.setdefault(row["owner"], set()).add(row["partner_id"])
    return News(
        day.as_of,
        tuple(row for name in (DUE, WAITED, LATER) for row in day.of(name)),
        tuple(_headlines(con, changes(con).rows)),
        {owner: frozenset(partners) for owner, partners in owners.items()},
    )


def _headlines(con: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> list[Row]:
    """The year and its reviews say much the same, so only the last period and the last review's
    recommendations are kept."""
    [run] = fetch(con, "select last_period from run.parameters")
    rows = list(rows)
    reviews = [row["period"] for row in rows if row["kind"] == RECOMMENDATION]
    last = {RECOMMENDATION: max(reviews, default=None)}
    return [row for row in rows if row["period"] == last.get(row["kind"], run["last_period"])]


def action_key(row: Row) -> str:
    """An action at its stage: the same action is reported again when it becomes overdue."""
    return f"action {row['action_id']} {row['state']}"


def change_key(row: Row) -> str:
    """A change, regardless of its words."""
    columns = ("since", "period", "partner_id", "program", "kind", "before", "after", "cause")
    text = "\x1f".join(str(row[name]) for name in columns)
    return f"change {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def digest(news: News, owner: str | None, sent: Collection[str] = ()) -> list[Message]:
    """The messages for `owner` (None: for everybody) with whatever is not in `sent`.

    Empty when there is no news. An owner gets their own actions and the changes at the partners
    they look after.
    """
    mine = news.owners.get(owner or "", frozenset())
    actions = [
        row for row in news.actions if owner in (None, row["owner"]) and action_key(row) not in sent
    ]
    moved = [
        row
        for row in news.changes
        if (owner is None or row["partner_id"] in mine) and change_key(row) not in sent
    ]
    if not actions and not moved:
        return []
    title = _title(actions, moved)
    whose = f" for {owner}" if owner else ""
    head = f"As of {news.as_of}{whose}."
    blocks = [*_action_blocks(actions), *_change_blocks(moved)]
    return _messages(title, head, blocks)


def _title(actions: list[Row], moved: list[Row]) -> str:
    """`38 things to do (38 overdue), 139 later, 1 waiting, 12 changes`, counted as Today counts."""
    late = sum(row["state"] == OVERDUE for row in actions)
    lists = Counter(row["list"] for row in actions)
    parts = []
    if lists[DUE]:
        overdue = f" ({late} overdue)" if late else ""
        parts.append(f"{plural(lists[DUE], 'thing')} to do{overdue}")
    parts += [f"{lists[name]} {word}" for name, word in APART.items() if lists[name]]
    if moved:
        parts.append(plural(len(moved), "change"))
    return f"Plumbline: {', '.join(parts)}"


Block = tuple[str, tuple[str, ...]]


def _action_blocks(rows: list[Row]) -> list[Block]:
    """One block per action, with its key; overdue ones first, then by day."""
    ordered = sorted(rows, key=lambda row: (row["state"] != OVERDUE, row["due_on"] or date.max))
    return [(_action(row), (action_key(row),)) for row in ordered]


def _action(row: Row) -> str:
    state = {OVERDUE: "overdue since", WAITING: "waiting until"}.get(row["state"], "due")
    worth = f" {amount(row['arr_usd'], USD)} of ARR." if row["arr_usd"] else ""
    subject = f"{LABELS[row['kind']]}, {state} {row['due_on']}"
    return f"- {subject}, {_partner(row)}{spoken(row['reason'])}{worth}\n  {row['command']}"


def _partner(row: Row) -> str:
    named = " ".join(part for part in (row["partner_id"], row["partner"]) if part)
    return f"{named}: " if named else ""


def _change_blocks(rows: list[Row]) -> list[Block]:
    ordered = sorted(rows, key=lambda row: (-(row["arr_usd"] or 0), -(row["customers"] or 0)))
    blocks: list[Block] = []
    for row in ordered[:CHANGES_LISTED]:
        subject = f"{row['program_label']} {row['kind']}" if row["program"] else row["kind"]
        words = (
            f"- {row['period']}, {_partner(row)}{subject} {row['moved']}. {spoken(row['cause'])}"
        )
        blocks.append((words, (change_key(row),)))
    rest = ordered[CHANGES_LISTED:]
    if rest:
        more = f"- {plural(len(rest), 'more change')}: plumbline changes --all"
        blocks.append((more, tuple(change_key(row) for row in rest)))
    return blocks


def _messages(title: str, head: str, blocks: Iterable[Block]) -> list[Message]:
    """Blocks in as many messages as their size needs, each with the title and the head."""
    pages: list[tuple[list[str], list[str]]] = [([], [])]
    size = len(head)
    for words, keys in blocks:
        if size + len(words) > MOST_CHARACTERS and pages[-1][0]:
            pages.append(([], []))
            size = len(head)
        pages[-1][0].append(words)
        pages[-1][1].extend(keys)
        size += len(words) + 1
    many = len(pages) > 1
    return [
        Message(
            f"{title} ({number} of {len(pages)})" if many else title,
            "\n".join([head, *lines]),
            tuple(keys),
        )
        for number, (lines, keys) in enumerate(pages, start=1)
    ]
