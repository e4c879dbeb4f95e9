"""One owner's page: what is due to them, what comes later, and what changed at their partners."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from markupsafe import Markup

from dashboards.components import Page, Section
from dashboards.data import Tables
from dashboards.links import page_name
from dashboards.pages.changes import change_table
from dashboards.pages.today import LISTS, day_sections
from scoring.actions.owners import ROLES, owners_on
from scoring.today import Today
from scoring.today.items import headline
from scoring.words import word

FOLDER = "owners"
ROOT = "../"


def owners_of(day: Today) -> list[str]:
    """Everybody who has an action, by name."""
    return sorted({row["owner"] for row in day.items})


def of_owner(day: Today, owner: str) -> Today:
    """The day of one owner."""
    return Today(day.as_of, owner, tuple(row for row in day.items if row["owner"] == owner))


def path_of(owner: str, suffix: str = ".html") -> str:
    """The file of an owner's page, or of their calendar."""
    return f"{FOLDER}/{page_name(owner).removesuffix('.html')}{suffix}"


def link_to(owner: str, root: str) -> Markup:
    """A link to an owner's page. The encoded name is encoded again, as it is a file's name."""
    return Markup('<a href="{}{}">{}</a>').format(root, quote(path_of(owner)), owner_words(owner))


def owner_words(owner: str) -> str:
    """An owner as a person reads it: an id or an address as it is, a role by its words."""
    return word(owner) if owner in ROLES else owner


def pages(tables: Tables, day: Today) -> Iterator[tuple[Page, Today]]:
    """The page of each owner, with their day."""
    partners: dict[str, set[str]] = {}
    for row in owners_on(tables.con, day.as_of):
        partners.setdefault(row["owner"], set()).add(row["partner_id"])
    for owner in owners_of(day):
        mine = of_owner(day, owner)
        yield _page(tables, mine, partners.get(owner, set())), mine


def _page(tables: Tables, day: Today, partners: set[str]) -> Page:
    owner = day.owner or ""
    calendar = quote(path_of(owner, ".ics").removeprefix(f"{FOLDER}/"))
    lead = [
        Markup("{}.").format(headline(day, dated=False)),
        Markup(
            '<a href="../today.html">Everybody\'s day</a>; <a href="{}" download>these days as a '
            "calendar</a> for any calendar program."
        ).format(calendar),
    ]
    sections = day_sections(tables, day, LISTS, ROOT)
    rows = [row for row in tables.headline_changes if row["partner_id"] in partners]
    if rows:
        table = change_table(tables, rows, "What changed at their partners", ROOT)
        sections.append(Section("Changes at their partners", "changes", tables=[table]))
    return Page(path_of(owner), f"{owner_words(owner)}, {day.as_of}", lead, [], sections)
