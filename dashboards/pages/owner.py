"""One owner's page: what is due to them, what comes later, and what changed at their partners."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from markupsafe import Markup

from dashboards.components import Page, Section
from dashboards.data import Tables
from dashboards.pages.changes import change_table
from dashboards.pages.owner_links import FOLDER, of_owner, owner_words, owners_of, path_of
from dashboards.pages.today import LISTS, day_sections
from scoring.actions.owners import owners_on
from scoring.today import Today
from scoring.today.items import headline

ROOT = "../"


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
