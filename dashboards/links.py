"""Addresses inside the site: a partner's page, a clause, a parameter.

Belongs here: file names and links, safe for any id. Does not: what a page contains.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup, escape

# File systems allow 255 bytes per name; a longer id keeps its beginning and gets its digest.
LONGEST_NAME = 200

# Where letters and bundles are in the site, so that scorecards can link them.
LETTERS, BUNDLES = "letters", "bundles"


def page_name(partner_id: str) -> str:
    """The file name of a partner's page: its id percent-encoded, so that no id is a path."""
    encoded = quote(partner_id, safe="")
    if len(encoded) > LONGEST_NAME:
        digest = hashlib.sha256(partner_id.encode()).hexdigest()[:16]
        encoded = f"{encoded[:LONGEST_NAME]}-{digest}"
    return f"{encoded}.html"


def scorecard_path(partner_id: str, year: int | None = None) -> str:
    """The file of a scorecard below the site, of an earlier `year` if one is given. The sign
    between id and year occurs in no encoded id."""
    name = page_name(partner_id)
    if year is not None:
        name = f"{name.removesuffix('.html')}@{year}.html"
    return f"partners/{name}"


def letter_path(partner_id: str, year: int) -> str:
    """The letter of a partner below the site: letters of two years may lie in one folder."""
    return f"{LETTERS}/{page_name(partner_id).removesuffix('.html')}-{year}.html"


def bundle_path(partner_id: str, year: int) -> str:
    """The bundle of a partner below the site."""
    return f"{BUNDLES}/{page_name(partner_id).removesuffix('.html')}-{year}.duckdb"


def lying_beside(site: Path) -> frozenset[str]:
    """The letters and bundles that lie in a site, by their paths below it."""
    return frozenset(
        path.relative_to(site).as_posix()
        for folder in (LETTERS, BUNDLES)
        for path in (site / folder).glob("*")
    )


def partner_link(partner_id: str, root: str, name: str | None = None) -> Markup:
    """A link to a partner's page. The encoded name is encoded again, as it is a file's name."""
    href = f"{root}partners/{quote(page_name(partner_id))}"
    return Markup(f'<a href="{href}">{escape(name or partner_id)}</a>')


def slug(text: str) -> str:
    """A choice of a filter as an address has it (assets/text.js)."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")


def filtered(page: str, **filters: str) -> str:
    """The address of a page with its tables filtered: `arr.html#status=not-met`; `q` is a search,
    and `_` in a filter's name stands for `-`."""
    pairs = [
        f"{name.replace('_', '-')}={quote(value) if name == 'q' else slug(value)}"
        for name, value in filters.items()
    ]
    return f"{page}#{'&'.join(pairs)}" if pairs else page


def anchor(kind: str, name: str) -> str:
    """An element id for a clause or parameter: letters, digits, `-` and `.` of its name."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name)
    return f"{kind}-{safe}"
