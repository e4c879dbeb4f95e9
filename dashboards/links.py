"""Addresses inside the site: a partner's page, a clause, a parameter.

Belongs here: file names and links, safe for any id. Does not: what a page contains.
"""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from markupsafe import Markup, escape

# File systems allow 255 bytes a name; a longer id keeps its beginning and gets its digest.
LONGEST_NAME = 200


def page_name(partner_id: str) -> str:
    """The file name of a partner's page: its id percent-encoded, so that no id is a path."""
    encoded = quote(partner_id, safe="")
    if len(encoded) > LONGEST_NAME:
        digest = hashlib.sha256(partner_id.encode()).hexdigest()[:16]
        encoded = f"{encoded[:LONGEST_NAME]}-{digest}"
    return f"{encoded}.html"


def partner_link(partner_id: str, root: str, name: str | None = None) -> Markup:
    """A link to a partner's page. The encoded name is encoded again, as it is a file's name."""
    href = f"{root}partners/{quote(page_name(partner_id))}"
    return Markup(f'<a href="{href}">{escape(name or partner_id)}</a>')


def anchor(kind: str, name: str) -> str:
    """An element id for a clause or parameter: letters, digits, `-` and `.` of its name."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name)
    return f"{kind}-{safe}"
