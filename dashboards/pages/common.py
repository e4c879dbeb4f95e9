"""Cells that several pages share: partners, statuses, clauses, programs, figures of one row.

Belongs here: small ready-made cells. Does not: sections of any one page.
"""

from __future__ import annotations

import html
import re
from decimal import Decimal
from functools import lru_cache

from markupsafe import Markup, escape

from dashboards.data import Row, Tables
from dashboards.figures import key_text, marked
from dashboards.links import anchor, partner_link
from dashboards.memoized import once_per_tables
from dashboards.words import money, month, people, plain_sentence
from scoring.measures import without_yes_no
from scoring.vocabulary import Action, Certainty, Movement, Standing, Status
from scoring.words import word

GOOD = {
    Status.MET,
    Standing.COMPLIANT,
    Action.MAINTAIN,
    Movement.UP,
    "accepted",
    "agrees",
    "eligible",
    "approve",
    "approved",
    "closed_won",
    "extended",
    "entitled",
    "covered",
    "received",
    Certainty.CONFIRMED,
    "active",
}
BAD = {
    Status.NOT_MET,
    Standing.NON_COMPLIANT,
    Action.END_STATUS,
    Movement.DOWN,
    "refused",
    Action.CHANGE_BENEFITS,
    "reject",
    "rejected",
    "closed_lost",
    "expired",
    "missing",
    "late",
    "not_eligible",
    "overdue",
    "terminated",
}
QUIET = {
    Movement.SAME,
    Movement.FIRST,
    Status.NOT_APPLICABLE,
    "not_yet_judged",
    "not_entitled",
    "withdrawn",
    "duplicate",
    "submitted",
    Certainty.FROM_SOURCE,
}

# Parameters about when somebody has to do something; only figures of the page Today depend on them.
OF_DAYS = "today."
# How many assumed values are named within a sentence; more become a list.
IN_A_SENTENCE = 3


@lru_cache(maxsize=256)
def status(value: str | None) -> Markup:
    """A status as a word with a shape and a colour, never colour alone."""
    if value is None:
        return Markup("")
    kinds = (("good", GOOD), ("bad", BAD), ("quiet", QUIET))
    kind = next((name for name, values in kinds if value in values), "open")
    return Markup(f"<span class=s-{kind}>{escape(word(value))}</span>")


class Figures:
    """The figures of one row, with its table and key written once."""

    def __init__(self, table: str, row: Row, *key: str) -> None:
        self._table, self._row = table, row
        self._key = html.escape(key_text({name: row[name] for name in key}))

    def __call__(self, column: str, shown: str | None = None) -> Markup:
        """A column's value; `shown` is its text for people."""
        return marked(self._row[column], self._table, self._key, column, shown)

    def number(self, column: str, against: Decimal | None = None) -> Markup:
        """A column's value, rounded only as far as it stays on its side of `against`."""
        return self(column, people(self._row[column], against))

    def money(self, column: str, against: Decimal | None = None) -> Markup:
        """An amount in US dollars."""
        return self(column, money(self._row[column], against))

    def status(self, column: str) -> Markup:
        """A status word; nothing where there is none."""
        value = self._row[column]
        return self(column, status(value) if value is not None else "—")

    def month(self, column: str) -> Markup:
        """A month, given by its first day."""
        return self(column, month(self._row[column]))

    def words(self, column: str, empty: str = "—") -> Markup:
        """A value of a closed list in words."""
        value = self._row[column]
        return self(column, empty if value is None else word(value))

    def plain_sentence(self, column: str) -> Markup:
        """A sentence with keys in words."""
        value = self._row[column]
        return self(column, None if value is None else plain_sentence(value))

    def clauses(self, tables: Tables, column: str, root: str) -> Markup:
        """A list of clause ids, each a link to its words."""
        return self(column, clause_list(tables, self._row[column], root))


def partner(tables: Tables, partner_id: str | None, root: str) -> Markup:
    """A partner's name, linked to its scorecard, with its id (two partners may share a name)."""
    if partner_id is None:
        return Markup("—")
    if partner_id not in tables.partners:
        return Markup('{} <small class="id">in no partner file</small>').format(partner_id)
    name = tables.partner_name(partner_id)
    link = partner_link(partner_id, root, name)
    if name == partner_id:
        return link
    return Markup(f'{link} <small class="id">{escape(partner_id)}</small>')


def app(tables: Tables, app_id: str) -> Markup:
    """An app's name with its id; the id alone where no app file names it."""
    name = tables.apps.get(app_id, {}).get("name")
    return named(name, app_id)


def named(name: str | None, identity: str) -> Markup:
    """A name with its id behind it."""
    if not name or name == identity:
        return escape(identity)
    return Markup(f'{escape(name)} <small class="id">{escape(identity)}</small>')


def to_copy(text: str) -> Markup:
    """A command to copy: its words, such as the values of options, do not break at hyphens unless a
    line is too short."""
    words = [
        Markup("<span>{}</span>").format(part) if "-" in part else escape(part)
        for part in text.split(" ")
    ]
    return Markup("<code>{}</code>").format(Markup(" ").join(words))


def program_label(tables: Tables, program: str | None) -> str:
    """The program's name in the policy."""
    if program is None:
        return "every program"
    return tables.programs.get(program, {}).get("label") or program


def tier_label(tables: Tables, tier: str | None) -> str:
    """The tier's name in the policy; a dash when there is none."""
    return "—" if tier is None else tables.tiers.get(tier, {}).get("label") or tier


def criterion_label(tables: Tables, criterion: str | None) -> str:
    """A tier criterion in words: what it measures."""
    if criterion is None:
        return "—"
    label = tables.criteria.get(criterion, {}).get("label")
    return without_yes_no(label) if label else word(criterion)


def assumed(tables: Tables, *parameters: str | None, root: str = "") -> Markup:
    """A mark for each placeholder or reported value that a figure depends on, linked to it."""
    names = [p for p in dict.fromkeys(parameters) if p is not None and p in tables.unconfirmed]
    rows = [tables.unconfirmed[name] for name in names]
    placeholders = [row for row in rows if row["status"] != Certainty.REPORTED]
    marks = [
        # By whom is named where the pointer rests: a narrow column shows one word.
        _mark(row, "reported", root, f"reported by {row['reported_by']}, read {row['read_on']}")
        for row in rows
        if row["status"] == Certainty.REPORTED
    ]
    if len(placeholders) == 1:
        marks.append(_mark(placeholders[0], "placeholder", root))
    elif placeholders:
        # One link for all of them; each is named where the pointer rests and on the policy's page.
        labels = "; ".join(row["label"] for row in placeholders)
        marks.append(
            Markup('<a class="mark" href="{}policy.html#placeholders" title="{}">{}</a>').format(
                root, labels, f"{len(placeholders)} placeholders"
            )
        )
    return Markup("").join(Markup(" {}").format(mark) for mark in marks)


def _mark(row: Row, mark: str, root: str, more: str | None = None) -> Markup:
    href = f"{root}policy.html#{anchor('parameter', row['parameter'])}"
    title = f"{row['label']}: {more}" if more else row["label"]
    return Markup('<a class="mark" href="{}" title="{}">{}</a>').format(href, title, mark)


def rests_on(tables: Tables, program: str, requirement: str) -> Markup:
    """The marks of a requirement that rests on placeholders or reported values: for its threshold,
    its periods, or what its metric reads."""
    return assumed(tables, *tables.assumed.get((program, None, requirement), []))


def assumed_under(tables: Tables, *clauses: str) -> Markup:
    """` These values are assumed until somebody confirms them: ...`, each unconfirmed value under
    these clauses, or under those of a family (`DEAL-`); nothing where there is none."""
    rows = [
        row
        for row in tables.unconfirmed.values()
        if (row["clause"] or "").startswith(clauses) and not row["parameter"].startswith(OF_DAYS)
    ]
    if not rows:
        return Markup("")
    named = [
        Markup("{}{}").format(row["label"].lower(), assumed(tables, row["parameter"]))
        for row in rows
    ]
    if len(named) == 1:
        return Markup(" This value is assumed until somebody confirms it: {}.").format(named[0])
    opening = Markup(" These values are assumed until somebody confirms them: ")
    parts = [*(name + ";" for name in named[:-1]), named[-1] + "."]
    if len(named) <= IN_A_SENTENCE:
        return opening + Markup(" ").join(parts)
    # A list within a paragraph, which may not hold a `ul`.
    items = [Markup('<span role="listitem">{}</span>').format(part) for part in parts]
    listed = Markup('<span class="items" role="list">{}</span>')
    return opening + listed.format(Markup(" ").join(items))


def readable(tables: Tables, text: str | None) -> str:
    """A sentence of the tier assignments with names where it has ids of tiers and criteria."""
    if not text:
        return ""
    names, ids = _names(tables)
    return ids.sub(lambda match: names[match[0]], text)


@once_per_tables
def _names(tables: Tables) -> tuple[dict[str, str], re.Pattern[str]]:
    names = {tier: tier_label(tables, tier) for tier in tables.tiers}
    names |= {criterion: word(criterion) for criterion in tables.criteria if "_" in criterion}
    ids = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return names, re.compile(rf"(?<![\w-])(?:{ids or '(?!)'})(?![\w-])")


@once_per_tables
def clause(tables: Tables, clause_id: str | None, root: str = "") -> Markup:
    """A clause id, linked to its words on the policy page, which pointing at it shows."""
    if not clause_id:
        return Markup("")
    if clause_id not in tables.clauses:
        return escape(word(clause_id))
    href = f"{root}policy.html#{anchor('clause', clause_id)}"
    return Markup(f'<a class="c" href="{href}">{escape(clause_id)}</a>')


def clause_list(tables: Tables, ids: list[str] | None, root: str = "") -> Markup:
    """Clauses separated by commas; a dash for none."""
    return Markup(", ").join(clause(tables, each, root) for each in ids or []) or Markup("—")
