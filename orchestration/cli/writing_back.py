"""The command that writes published decisions into a CRM: `write-back`.

Belongs here: options and printing. Does not: the plan or the writing (orchestration/write_back).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import STAND, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse

if TYPE_CHECKING:
    from orchestration.write_back import WrittenBack

LISTED = 30


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    examples = ("plumbline write-back --to crm", "plumbline write-back --to crm --apply")
    add(app, write_back, *examples, name="write-back", panel=STAND)


def write_back(
    to: Annotated[
        list[str],
        typer.Option(help="A CRM of `destinations:` in plumbline.yaml; repeat.", metavar="NAME"),
    ],
    apply: Annotated[
        bool, typer.Option("--apply", help="Write what the plan shows, and read it back.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="List every record.")] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Write published decisions into a CRM: the plan first, field by field.

    Without --apply nothing is written. Only what the ledger holds is written; nothing is ever
    deleted in the CRM. Each record gets a receipt beside the warehouse. What failed is tried again
    next time.
    """
    from orchestration.write_back import destination
    from orchestration.write_back import write_back as work

    places = options.places(landing, warehouse, None, policy)
    answers = [work(places, destination(name), apply=apply) for name in dict.fromkeys(to)]
    if json:
        options.print_json({"destinations": [one.as_dict() for one in answers]})
    else:
        for one in answers:
            _say(one, everything)
    if any(one.all_faults for one in answers):
        raise typer.Exit(1)


def _say(written: WrittenBack, everything: bool) -> None:
    """A line per record that changes, then what was done; faults on the error stream."""
    from ingest.safe_text import one_line
    from orchestration.write_back.plan import CREATE, UPDATE
    from scoring.words import plural

    names = ", ".join(written.publications) or "nothing is published"
    print(one_line(f"{written.destination} ({written.kind}): {names}"))
    moving = [row for row in written.rows if row.action in (CREATE, UPDATE)]
    for row in moving if everything else moving[:LISTED]:
        changes = "; ".join(change.text for change in row.changes)
        place = (row.wanted.part.object, row.wanted.key)
        before = written.tried_before.get(place)
        again = f" (failed before: {before})" if before else ""
        print(one_line(f"  {row.action} {place[0]} {place[1]}: {changes}{again}"))
    if len(moving) > LISTED and not everything:
        print(f"  and {len(moving) - LISTED} more; --all lists them")
    for object_name, key in written.left:
        print(one_line(f"  {object_name} {key}: published no more; it stays as it is"))
    counts = ", ".join(f"{number} {name}" for name, number in written.counts.items() if number)
    print(one_line(f"{plural(len(written.rows), 'record')}: {counts or 'nothing to do'}"))
    if not written.applied:
        again = f"plumbline write-back --to {written.destination} --apply"
        print(
            one_line(f"nothing was written; `{again}` writes it" if written.to_do else "no change")
        )
    for fault in written.all_faults:
        print(one_line(f"fault: {fault}"), file=sys.stderr)
