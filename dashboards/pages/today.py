"""A person's day: what is due and what waits for others; on a page beside it what comes later and
what was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from dashboards.components import Page, Section, Table, columns
from dashboards.data import Tables
from dashboards.figures import cell, figure
from dashboards.pages.common import OF_DAYS, Figures, assumed, clause, partner, status, to_copy
from dashboards.pages.owner_links import link_to, of_owner, owners_of
from dashboards.words import money
from scoring.actions.kinds import DONE, LABELS, OPEN, OVERDUE, WAITING
from scoring.actions.owners import ROLES
from scoring.rows import Row
from scoring.today import Today
from scoring.today.items import DUE, FINISHED, LATER, WAITED, by_kind, headline
from scoring.words import plural, word

# The lists of a day in the order of a page -> their names; what is due needs none.
LISTS = {DUE: "", WAITED: "Waiting for an answer", LATER: "Later", FINISHED: "Done"}
# Paper leaves out the state, the clause and the command (site.css).
HEAD = columns("@Due", "Partner", "~What", "%Owner", "%State", "Clause", "#ARR at stake", "Command")
LONG = 10
FILE, LATER_FILE = "today.html", "later.html"
AS_OF = "(select as_of from run.parameters)"
# The actions that each list on the page beside this one has on the run's day.
WHICH = {LATER: f"state = '{OPEN}' and due_on > {AS_OF}", FINISHED: f"state = '{DONE}'"}


def page(tables: Tables, day: Today) -> Page:
    """The page of one day, everybody's."""
    lead = [Markup("{}.").format(headline(day, dated=False))]
    days = assumed(tables, *(name for name in tables.unconfirmed if name.startswith(OF_DAYS)))
    if days:
        lead.append(Markup("Days due and how far ahead to look are the policy's:{}.").format(days))
    bound = day.as_of == tables.run["as_of"]
    sections = [
        *day_sections(tables, day, (DUE,)),
        _owners(day, bound),
        *day_sections(tables, day, (WAITED,)),
        *_beside(day, bound),
    ]
    return Page(FILE, f"Today, {day.as_of}", lead, [], sections)


def later_page(tables: Tables, day: Today) -> Page:
    """What comes after the day, and what was done, which is several times as much as what is
    due."""
    later, finished = len(day.of(LATER)), len(day.of(FINISHED))
    lead = [
        Markup('{} to do later, {} done lately. What is due is on <a href="{}">Today</a>.').format(
            plural(later, "thing"), finished, FILE
        )
    ]
    sections = day_sections(tables, day, (LATER, FINISHED))
    return Page(LATER_FILE, f"Later and done, {day.as_of}", lead, [], sections)


def _beside(day: Today, bound: bool) -> list[Section]:
    """What the page beside this one lists, by kind; nothing where it lists nothing."""
    body = []
    for name in (LATER, FINISHED):
        for kind, rows in by_kind(day.of(name)):
            which = (
                "state = 'done'" if name == FINISHED else f"state = '{OPEN}' and due_on > {AS_OF}"
            )
            body.append(
                [
                    cell(LISTS[name]),
                    Markup('<a href="{}#{}-{}">{}</a>').format(
                        LATER_FILE, name, kind, LABELS[kind]
                    ),
                    _tally(len(rows), {"kind": kind}, which, bound),
                    cell(rows[0]["due_on"] if name == LATER else "—"),
                ]
            )
    if not body:
        return []
    head = columns("When", "~What", "#How many", "@First due")
    return [
        Section(
            "Later and done",
            "beside",
            tables=[Table("What comes later, and what was done", head, body)],
        )
    ]


def _owners(day: Today, bound: bool) -> Section:
    """Whose day it is, with a page and a calendar for each."""
    body = []
    for owner in owners_of(day):
        mine = of_owner(day, owner)
        due = mine.of(DUE)
        late = sum(row["state"] == OVERDUE for row in due)
        whose = {"owner": owner}
        body.append(
            [
                link_to(owner, ""),
                _tally(len(due), whose, f"state <> 'done' and due_on <= {AS_OF}", bound),
                _tally(late, whose, f"state = '{OVERDUE}'", bound),
                _tally(len(mine.of(WAITED)), whose, f"state = '{WAITING}'", bound),
                _tally(len(mine.of(LATER)), whose, WHICH[LATER], bound),
            ]
        )
    head = columns("Owner", "#Due", "#Overdue", "#Waiting for an answer", "#Later")
    return Section("By owner", "owners", tables=[Table("What each owner has to do", head, body)])


def _tally(number: int, of: Mapping[str, str], which: str, bound: bool) -> Markup:
    """How many actions of an owner or a kind there are, as a figure if the published table is of
    that day."""
    if not bound or not number:
        return cell(number or "—")
    return figure(number, "decisions.actions", of, f"count(*) filter ({which})")


def day_sections(tables: Tables, day: Today, names: Iterable[str], root: str = "") -> list[Section]:
    """A section per list and kind, of the lists of these names.

    Only what is due is listed kind by kind at the top of a page; each other list has one entry
    there.
    """
    sections: list[Section] = []
    for name in names:
        heading = LISTS[name]
        for place, (kind, rows) in enumerate(by_kind(day.of(name))):
            title = f"{heading}: {LABELS[kind]}" if heading else LABELS[kind]
            table = Table(
                f"{title} ({len(rows)})", HEAD, _body(tables, day, rows, root), len(rows) > LONG
            )
            entry = f"{heading} ({len(day.of(name))})" if place == 0 else ""
            section = Section(
                title, f"{name}-{kind}", tables=[table], entry=entry if heading else None
            )
            sections.append(section)
    return sections


def _body(tables: Tables, day: Today, rows: Sequence[Row], root: str) -> list[list[Markup]]:
    # For a day other than the run's there is no published table with which a figure could be
    # compared.
    bound = day.as_of == tables.run["as_of"]
    return [_cells(tables, row, root, bound) for row in rows]


def _cells(tables: Tables, row: Row, root: str, bound: bool) -> list[Markup]:
    shown = Figures("decisions.actions", row, "action_id")
    overdue = status(OVERDUE) if row["state"] == OVERDUE else cell(row["state"])
    arr = cell("unknown") if row["partner_id"] and row["arr_usd"] is None else cell("—")
    if row["arr_usd"]:
        arr = shown.money("arr_usd") if bound else cell(money(row["arr_usd"]))
    return [
        shown("due_on") if bound else cell(row["due_on"]),
        partner(tables, row["partner_id"], root),
        cell(row["reason"]),
        cell(word(row["owner"]) if row["owner"] in ROLES else row["owner"]),
        shown("state", overdue) if bound else overdue,
        clause(tables, row["clause"], root),
        arr,
        to_copy(row["command"]),
    ]
