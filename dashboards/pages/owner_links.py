"""Who has something to do on a day, and where each one's page and calendar are.

Belongs here: names, words and links of owners. Does not: their pages (owner.py), or the list of all
of them (today.py).
"""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup

from dashboards.links import page_name
from scoring.actions.owners import ROLES
from scoring.today import Today
from scoring.words import word

FOLDER = "owners"


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
