"""The command about one person's data: `person`.

Belongs here: options and printing. Does not: the search (ingest/held.py).
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import FILES, add
from orchestration.cli.options import Json, Landing, Policy, Site, Warehouse


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    add(app, person, "plumbline person kim@example.com", panel=FILES)


def person(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """All that is held of one person: which table, file and row, and for what.

    Rows that hold the address, rows of the contact ids that go with it, and every file of landing
    zone, raw store, ledger and site that holds the address, workbooks too.
    """
    from dataclasses import asdict

    from ingest.formats.safe_text import one_line
    from ingest.held import held_in_files, held_in_tables
    from orchestration import warehouse as files

    if "@" not in email:
        raise typer.BadParameter(f"{email!r} is no e-mail address", param_hint="EMAIL")
    places = options.places(landing, warehouse, site, policy)
    folders = {
        "delivered file": places.landing,
        "delivered file, kept to prove decisions": places.store,
        "published decision": places.ledger,
        "page for readers": places.site,
    }
    with files.read(places) as con:
        found = held_in_tables(con, email)
    found += held_in_files(folders, email)
    if json:
        options.print_json([asdict(one) for one in found])
        return
    for place, count in Counter((h.place, h.column, h.why) for h in found).items():
        name = ".".join(part for part in place[:2] if part)
        print(one_line(f"{name}: {count} ({place[2]})"))
    for one in found:
        if one.file:
            at = f"{one.file} row {one.row}" if one.row else one.file
            print(one_line(f"  {one.place} {one.column}: {at}"))
    print(f"{len(found)} places hold {email}; exports and letters lie where you put them")
