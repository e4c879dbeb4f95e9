"""Commands about people's data: `person`, `erase`, `retention`, `hold`.

Belongs here: options and printing. Does not: the search (ingest/personal_data.py), or erasing
(orchestration/erasing).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import FILES, add
from orchestration.cli.options import Json, Landing, Policy, Site, Warehouse

if TYPE_CHECKING:
    from orchestration.erasing.erase import Erasure


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    add(app, person, "plumbline person kim@example.com", panel=FILES)
    example = "plumbline erase kim@example.com --by 'A. Reyes' --reason 'Asked on May 4'"
    add(app, erase, example, f"{example} --apply", panel=FILES)
    add(app, retention, "plumbline retention --by 'A. Reyes'", panel=FILES)
    held = "plumbline hold D-0001 --by 'A. Reyes' --reason 'Dispute over 2025'"
    add(app, hold, "plumbline hold", held, f"{held} --end", panel=FILES)


def person(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """List everything held about one person: which table, file and row, and why.

    It searches the values kept under tokens; the tables, for the address, its token and the contact
    ids that have it; and the landing zone, raw store, ledger, site and exported files, including
    workbooks, for the address.
    """
    from dataclasses import asdict

    from ingest.people.store import people_of
    from ingest.personal_data import held_in_files, held_in_tables, held_values
    from ingest.safe_text import one_line
    from orchestration import warehouse as files
    from orchestration.exported_files import exported_files

    if "@" not in email:
        raise typer.BadParameter(f"{email!r} is not an e-mail address", param_hint="EMAIL")
    places = options.places(landing, warehouse, site, policy)
    folders = {
        "delivered file": places.landing,
        "delivered file, kept to prove decisions": places.store,
        "published decision": places.ledger,
        "page for readers": places.site,
    }
    with files.read(places) as con:
        people = people_of(places.warehouse.parent, make=False)
        held = held_values(people, email) + held_in_tables(con, email, people.tokens)
    held += held_in_files(folders, email)
    for out in exported_files(places):
        held += held_in_files({f"exported by `plumbline {out.command[0]}`": out.path}, email)
    if json:
        options.print_json([asdict(one) for one in held])
        return
    for place, count in Counter((h.place, h.column, h.why) for h in held).items():
        name = ".".join(part for part in place[:2] if part)
        print(one_line(f"{name}: {count} ({place[2]})"))
    for one in held:
        if one.file:
            at = f"{one.file} row {one.row}" if one.row else one.file
            print(one_line(f"  {one.place} {one.column}: {at}"))
    print(f"{len(held)} places hold {email}; exported files are searched where they were written")


def erase(
    email: Annotated[str, typer.Argument(help="The person's e-mail address.")],
    by: Annotated[str, typer.Option(help="Who erases; recorded.")],
    reason: Annotated[str, typer.Option(help="Why; recorded.")],
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; without this, only say what would change.")
    ] = False,
    also: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder of exports, letters or bundles to search; repeat for several.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Replace a person by tokens in kept files, the landing zone, the warehouse and the pages.

    Counts of people and published decisions stay the same; every publication is computed again
    before anything is replaced. Exits 1 if the person is still named somewhere, and says where.
    """
    from orchestration.erasing.erase import erase as erase_person
    from orchestration.erasing.erase import rebuild_last

    if "@" not in email:
        raise typer.BadParameter(f"{email!r} is not an e-mail address", param_hint="EMAIL")
    for text, option in ((by, "--by"), (reason, "--reason")):
        if not text.strip():
            raise typer.BadParameter("is recorded, and may not be empty", param_hint=option)
    places = options.places(landing, warehouse, site, policy)
    erasure = erase_person(
        places,
        [email],
        by.strip(),
        reason.strip(),
        write=apply,
        rebuild=rebuild_last,
        also=tuple(folder.resolve() for folder in also or ()),
    )
    if json:
        options.print_json(erasure.as_dict())
    else:
        _print(erasure, apply)
        print(_ending(erasure.applied, apply, email))
    if apply and erasure.left:
        raise typer.Exit(1)


def retention(
    by: Annotated[str, typer.Option(help="Who erases; recorded.")],
    as_of: Annotated[
        str | None, typer.Option(help="Day on which retention is judged (default: the run's).")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do it; without this, only say what would change.")
    ] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    site: Site = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Erase people whose retention time (`retention:` in plumbline.yaml) is over, as `erase` does.

    A person whom another entry still needs is kept. Without that section nobody is erased.
    """
    from ingest.people.store import people_of
    from orchestration import warehouse as files
    from orchestration.erasing.erase import Erasure, rebuild_last
    from orchestration.erasing.erase import erase as erase_people
    from orchestration.erasing.retention import months, over

    if not by.strip():
        raise typer.BadParameter("is recorded, and may not be empty", param_hint="--by")
    places, kept, day = options.places(landing, warehouse, site, policy), months(), as_of
    with files.read(places) as con:
        row = con.execute("select as_of from run.parameters").fetchone()
        judged = options.day(day, "--as-of") or (row[0] if row else None)
        people = people_of(places.warehouse.parent, make=False)
        emails = over(con, people, kept, judged) if judged is not None and kept else []
    reason = "retention: " + ", ".join(
        f"{name} {months_kept} months" for name, months_kept in kept.items()
    )
    erasure = Erasure()
    if emails:
        erasure = erase_people(
            places, emails, by.strip(), reason, write=apply, rebuild=rebuild_last
        )
    if json:
        options.print_json({"people": len(emails), **erasure.as_dict()})
    else:
        _print(erasure, apply)
        done = "erased" if erasure.applied else "whose time is over"
        none = "; plumbline.yaml has no `retention:` section"
        print(f"{len(emails)} people {done}" + ("" if kept else none))
    if apply and erasure.left:
        raise typer.Exit(1)


def _print(erasure: Erasure, apply: bool) -> None:
    from ingest.safe_text import one_line

    verb = "rewritten" if apply else "would be rewritten"
    for one in (*erasure.kept, *erasure.landing):
        print(one_line(f"{verb}: {one.place}, {one.values} values in {one.rows} rows"))
    for name in erasure.proven:
        print(f"{name}: computed again, and holds")
    for text in erasure.look_at:
        print(one_line(f"contains the name, for a person to check: {text}"))
    for left in erasure.left:
        print(one_line(f"still names the person: {left.place}: {left.why}"))


def _ending(applied: bool, apply: bool, email: str) -> str:
    if applied:
        return f"{email} is erased; `plumbline verify` shows that publications still hold"
    return f"nothing is held of {email}" if apply else "nothing was changed; add --apply to do it"


def hold(
    name: Annotated[
        str | None,
        typer.Argument(
            help="The hold's name, such as a dispute's. Leave it out to list all holds."
        ),
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who sets or ends it; recorded.")] = None,
    reason: Annotated[str | None, typer.Option(help="Why; recorded.")] = None,
    partner: Annotated[
        str | None, typer.Option(help="Whose people it covers (default: everybody).")
    ] = None,
    end: Annotated[bool, typer.Option("--end", help="End it.")] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Keep people from being erased while a dispute needs the evidence; --end ends the hold."""
    from dataclasses import asdict

    from ingest.erasing.holds import Hold, end_hold, holds, set_hold
    from ingest.safe_text import one_line
    from scoring.ledger.vouching import now

    places = options.places(landing, warehouse, None, policy)
    if name is not None:
        if not (by or "").strip() or not (reason or "").strip():
            raise typer.BadParameter("needs --by NAME and --reason TEXT", param_hint="NAME")
        who, why, at = (by or "").strip(), (reason or "").strip(), now().replace(microsecond=0)
        if end:
            end_hold(places.store, name, who, why, at)
        else:
            set_hold(places.store, Hold(name, partner or "", who, why, at.isoformat()))
    standing = holds(places.store)
    if json:
        options.print_json([asdict(one) for one in standing])
        return
    for one in standing:
        print(one_line(one.text))
    if not standing:
        print("no hold is in place")
