"""Commands about decisions that stand: `publish`, `vouch`, `stamp`, `verify`, `restate`.

Belongs here: options and printing. Does not: freezing, checking or comparing (scoring/ledger/).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli import options
from orchestration.cli.helping import STAND, add
from orchestration.cli.options import Json, Landing, Policy, Warehouse

if TYPE_CHECKING:
    from orchestration.settings import Locations


class Require(StrEnum):
    """What `publish --require` can ask for."""

    no_moves = "no-moves"
    no_placeholders = "no-placeholders"
    no_reported = "no-reported"
    no_waivers = "no-waivers"
    no_undetermined = "no-undetermined"
    no_missing_sources = "no-missing-sources"


Key = Annotated[
    Path | None,
    typer.Option(help="An ssh key to vouch with: a private one, or a public one of your agent."),
]
Authorities = Annotated[
    Path | None,
    typer.Option(
        help="Your own list of trusted time authorities (certificates in PEM), instead of the "
        "policy set's.",
        exists=True,
        dir_okay=False,
    ),
]
OneYear = Annotated[int | None, typer.Option(help="Assessed calendar year.", min=2000, max=9998)]
Period = Annotated[str | None, typer.Option(help="A review period, e.g. 2025-H1.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    examples = (
        "plumbline publish --year 2025 --preview",
        "plumbline publish --year 2025 --by 'A. Reyes'",
    )
    add(app, publish, *examples, panel=STAND)
    add(app, vouch, "plumbline vouch 2025 --key ~/.ssh/id_ed25519", panel=STAND)
    add(app, stamp, "plumbline stamp 2025 --authority https://time.example.com", panel=STAND)
    add(app, verify, "plumbline verify --year 2025", panel=STAND)
    add(app, restate, "plumbline restate --year 2025", panel=STAND)


def publish(
    publication: Annotated[
        str | None,
        typer.Argument(help="With --supersedes: the publication replaced (default: in force)."),
    ] = None,
    year: OneYear = None,
    period: Period = None,
    by: Annotated[str | None, typer.Option(help="Who publishes; recorded.")] = None,
    on: Annotated[
        str | None, typer.Option(help="Day to date it (default: that of the latest data known).")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show the preview; write nothing.")
    ] = False,
    require: Annotated[
        list[Require] | None,
        typer.Option(
            metavar="WORD",
            help=f"Stop unless this holds, of {', '.join(Require)}; repeat for several.",
        ),
    ] = None,
    supersedes: Annotated[
        bool, typer.Option("--supersedes", help="Replace what is published; needs --reason.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why it supersedes; recorded.")] = None,
    dispute: Annotated[
        list[str] | None, typer.Option(help="A dispute that it settles; repeat for several.")
    ] = None,
    key: Key = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Make the decisions of a year or a review final: once, whole, into the ledger.

    Shows first who moves and what the decisions rest on; prints the ledger's head.
    """
    from orchestration.ledger import publish as freeze
    from scoring.ledger.freeze import Request

    if publication is not None and not supersedes:
        raise typer.BadParameter(f"{publication!r} needs --supersedes before it")
    if not preview and not (by or "").strip():
        raise typer.BadParameter("name who publishes", param_hint="--by")
    request = Request(
        period=_period(year, period),
        by=(by or "").strip(),
        on=options.day(on, "--on"),
        reason=(reason or "").strip() or None,
        supersedes=(publication or "") if supersedes else None,
        disputes=tuple(dispute or ()),
    )
    places = options.places(landing, warehouse, None, policy)
    required = [one.value for one in require or ()]
    own = key.expanduser() if key else None
    with told_when_written(places, request.period):
        outcome = freeze(places, request, required=required, write=not preview, key=own)
    stopped = outcome.preview.stopped_by(required)
    if json:
        answer = {**outcome.preview.as_dict(), "written": outcome.written, "stopped": stopped}
        options.print_json({**answer, "ledger": places.ledger})
    else:
        from orchestration import warehouse as files
        from orchestration.cli.drawing.preview import draw_preview
        from scoring.policy.labels import labels_of
        from scoring.policy.load import load_policy

        with files.read(places) as con:
            labels = labels_of(load_policy(places.policy or None), con)
        draw_preview(options.console(), outcome.preview, labels)
        for line in stopped:
            print(f"required and not so: {line}")
        if outcome.written:
            print(f"published as {outcome.preview.publication} in {places.ledger}")
            print(f"head: {outcome.preview.head}")
        else:
            print("nothing was written")
    if stopped:
        raise typer.Exit(1)


@contextmanager
def told_when_written(places: Locations, period: str) -> Iterator[None]:
    """A fault that comes after the ledger was written says so: what is published stays so."""
    from scoring.ledger.files import read_ledger

    before = {one.name for one in read_ledger(places.ledger).publications}
    try:
        yield
    except Exception as error:
        for one in read_ledger(places.ledger).publications:
            if one.name not in before:
                error.add_note(
                    f"{period} is published, as {one.name} (head {one.head}); the same command "
                    "again brings the warehouse up to date with it"
                )
        raise


def _period(year: int | None, period: str | None) -> str:
    if (year is None) == (period is None):
        raise typer.BadParameter("give --year 2025 or --period 2025-H1", param_hint="--year")
    return str(year) if period is None else period


def vouch(
    publication: Annotated[str, typer.Argument(help="Its name or period: 0003-2025 or 2025.")],
    key: Key = None,
    landing: Landing = None,
    warehouse: Warehouse = None,
    policy: Policy = None,
    json: Json = False,
) -> None:
    """Vouch for a publication with your own ssh key, beside who published it.

    Run `plumbline verify` before: what you sign is its head.
    """
    from orchestration.ledger import vouch as sign

    if key is None:
        raise typer.BadParameter("name the ssh key to vouch with", param_hint="--key")
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

    The stamp proves that every record was there by that moment; the head alone is sent.
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

    Exits 1 naming the first record, file or delivery that is not what it was.
    """
    from orchestration.proving import verify as prove

    places = options.places(landing, warehouse, None, policy)
    checked = prove(
        places, year, head, compute=not bytes_only, signers=signers, authorities=authorities
    )
    if json:
        options.print_json(checked.as_dict())
    else:
        print(f"{checked.records} records and {checked.raw_files} kept files held against digests")
        if checked.erased:
            note = "only computing the decisions again shows that nothing else changed in them"
            print(
                f"{checked.erased} of them stand for files from which a person was erased; {note}"
            )
        for name in checked.computed:
            print(f"{name}: computed again")
        for line in (*(m.text for m in checked.made), *(v.text for v in checked.vouched)):
            print(line)
        for stamped in checked.stamped:
            print(stamped.text)
        for fault in checked.faults:
            print(f"fault: {fault.text}")
        print(f"head: {checked.head}" if checked.holds else "the ledger does not hold")
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
    """What late or corrected data would change in published decisions; nothing moves.

    With --year also the published reviews of that year.
    """
    from dataclasses import asdict

    from orchestration.proving import restate as compare

    _period(year, period)
    places = options.places(landing, warehouse, None, policy)
    restatements = compare(places, None if period is None else {period}, year)
    if json:
        options.print_json([asdict(one) for one in restatements])
        return
    from orchestration.cli.drawing.preview import draw_restatement

    for one in restatements:
        draw_restatement(options.console(), one)
    print("nothing was changed; what is published stands until a publication supersedes it")
