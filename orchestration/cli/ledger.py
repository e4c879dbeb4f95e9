"""Commands about decisions that stand: `vouch`, `stamp`, `verify`, `restate`.

Belongs here: options and printing. Does not: `publish` (publishing.py), or
checking and comparing (scoring/ledger/).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import STAND, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse
from orchestration.cli.publishing import Key, OneYear, Period, one_period

Authorities = Annotated[
    Path | None,
    typer.Option(
        help="Your own list of trusted time authorities (certificates in PEM), instead of the "
        "policy set's.",
        exists=True,
        dir_okay=False,
    ),
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    add(app, vouch, "plumbline vouch 2025 --key ~/.ssh/id_ed25519", panel=STAND)
    add(app, stamp, "plumbline stamp 2025 --authority https://time.example.com", panel=STAND)
    add(app, verify, "plumbline verify --year 2025", panel=STAND)
    add(app, restate, "plumbline restate --year 2025", panel=STAND)


def vouch(
    publication: Annotated[str, typer.Argument(help="Its name or period: 0003-2025 or 2025.")],
    key: Key = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Vouch for a publication with your own ssh key, in addition to whoever published it.

    Run `plumbline verify` first: what you sign is its head.
    """
    from orchestration.ledger import vouch as sign

    if key is None:
        raise typer.BadParameter("name the ssh key to sign with", param_hint="--key")
    places = options.places(landing, warehouse, None, policy)
    written = sign(places, publication, key.expanduser())
    if json:
        options.print_json({"file": written})
    else:
        print(f"vouched for in {written}")


def stamp(
    publication: Annotated[str, typer.Argument(help="Its name or period: 0003-2025 or 2025.")],
    authority: Annotated[str, typer.Option(help="Address of the time authority.", metavar="URL")],
    authorities: Authorities = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Have a time authority stamp the head of a publication (RFC 3161).

    The stamp proves that every record existed by that moment. Only the head is sent.
    """
    from orchestration.stamping import stamp as have_stamped

    places = options.places(landing, warehouse, None, policy)
    written = have_stamped(places, publication, authority, authorities)
    if json:
        options.print_json({"file": written})
    else:
        print(f"stamped in {written}")


def verify(
    year: OneYear = None,
    head: Annotated[
        str | None, typer.Option(help="A head noted earlier; finds records cut off since.")
    ] = None,
    signers: Annotated[
        Path | None,
        typer.Option(
            help="Your own list of keys that may vouch (OpenSSH's allowed_signers), instead of the "
            "policy set's.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    authorities: Authorities = None,
    bytes_only: Annotated[
        bool, typer.Option("--bytes-only", help="Check every digest; recompute nothing.")
    ] = False,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Compute published decisions again from the kept deliveries and the recorded policy.

    Exits 1 and names the first record, file or delivery that has changed.
    """
    from orchestration.verification import verify as prove

    places = options.places(landing, warehouse, None, policy)
    checked = prove(
        places, year, head, compute=not bytes_only, signers=signers, authorities=authorities
    )
    if json:
        options.print_json(checked.as_dict())
    else:
        print(f"{checked.records} records and {checked.raw_files} kept files compared with digests")
        if checked.erased:
            note = "only computing the decisions again shows that nothing else in them has changed"
            print(f"{checked.erased} of them replace files from which a person was erased; {note}")
        for name in checked.computed:
            print(f"{name}: computed again")
        for line in (*(m.text for m in checked.made), *(v.text for v in checked.vouched)):
            print(line)
        for stamped in checked.stamped:
            print(stamped.text)
        for fault in checked.faults:
            print(f"fault: {fault.text}")
        print(f"head: {checked.head}" if checked.holds else "the ledger has faults")
    if not checked.holds:
        raise typer.Exit(1)


def restate(
    year: OneYear = None,
    period: Period = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """List what late or corrected data would change in published decisions; changes nothing.

    With --year also the published reviews of that year.
    """
    from dataclasses import asdict

    from orchestration.verification import restate as compare

    one_period(year, period)
    places = options.places(landing, warehouse, None, policy)
    restatements = compare(places, None if period is None else {period}, year)
    if json:
        options.print_json([asdict(one) for one in restatements])
        return
    from orchestration.cli.drawing.preview import draw_restatement

    for one in restatements:
        draw_restatement(options.console(), one)
    print("nothing was changed; what is published stands until a publication supersedes it")
